"""Twitch chat over IRC-WebSocket: `wire` (pure), `limits`, `link` (one connection) and `client` (`TwitchIrc`, the platform)."""
