"""Chzzk by its official interface: chat, donations and subscriptions of one's own channel, and writing there."""
