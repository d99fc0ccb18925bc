"""The JSON bridge: chats without a public interface, brought by the seller's own reader over HTTP or WebSocket."""

from livebot.platforms.bridge.client import Bridge, Peer

__all__ = ["Bridge", "Peer"]
