"""Twitch chat over EventSub: `wire` (pure) and `client` (`TwitchEventSub`, the platform, which writes through Helix)."""
