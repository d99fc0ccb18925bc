"""Where chat comes from and goes to: one folder a platform, each with `wire.py` (pure: frames to events) and `client.py` (I/O)."""
