"""Builds everything from the config and runs it: one task group, the clock, the outbox, supervision."""
