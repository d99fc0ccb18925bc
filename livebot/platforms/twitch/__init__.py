"""Twitch chat over IRC-WebSocket: `client` (`TwitchIrc`, a platform), `link`, `limits`; `wire`, `badges`, `outgoing` are pure."""
