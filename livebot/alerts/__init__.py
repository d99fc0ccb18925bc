"""Tells systems outside: the shop's own, and staff."""
