"""YouTube live chat: `wire` and `proto` (pure), `quota`, and `client` (`YouTube`, the platform: streams over gRPC, else polls)."""
