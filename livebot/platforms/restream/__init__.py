"""Restream: the chats of the platforms that it sends to, read in one stream."""
