"""A chat that Restream reads: of one platform that it sends to, or of all of them. Read only.

Restream sends no backlog and no line again. Time, sleep and randomness are passed in. Must not know the core's state, the store or the
pages. What frames mean is `wire.py`. The token is part of the address, which is therefore never told.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from urllib.parse import quote

from livebot.core.events import ChatMessage, Notice
from livebot.errors import UserError
from livebot.platforms.base import Capabilities, Clock, Post, SendResult
from livebot.platforms.restream import wire
from livebot.platforms.socket_room import Ended, SocketRoom
from livebot.platforms.web_api import Token, is_private
from livebot.timing import Sleep

URL = "wss://chat.api.restream.io/ws"
HEARTBEAT_WITHIN = 75.0  # one comes about every 45 s
LOOK_EVERY = 15.0
RELAYED_WITHIN = 60.0


class Restream(SocketRoom):
    """One platform's chat as Restream reads it (`livebot.platforms.base.Platform`); `room` is the platform's name, or `all`."""

    def __init__(
        self,
        room: str,
        *,
        token: Token,
        clock: Clock,
        url: str = URL,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        names = sorted({wire.ALL, *wire.SOURCES.values()})
        if room not in names:
            raise UserError(f"{room!r} is no chat that Restream reads", "channel", f"room is one of {', '.join(names)}.")
        if not is_private(url):
            raise UserError(f"{url} is not encrypted: the token would be readable on the way", "channel", "Use a wss:// address.")
        super().__init__(f"{wire.PLATFORM}:{room}", clock, sleep, rng)
        self.capabilities = Capabilities(send=False)
        self._source, self._token, self._url = room, token, url
        self._refused = 0
        self._beat_at = 0.0
        self._relayed: dict[str, float] = {}

    async def send(self, post: Post) -> SendResult:
        """Restream's chat is read only."""
        return SendResult("dropped", "read_only")

    async def _find(self) -> str:
        return f"{self._url}?accessToken={quote(await self._token(self._refused > 0), safe='')}"

    def _refusal(self, status: int) -> Ended:
        """A refused token is renewed once."""
        ended = super()._refusal(status)
        if ended.code != "auth_failed":
            return ended
        self._refused += 1
        return replace(ended, retry=self._refused <= 1)

    async def _beside(self) -> None:
        """Lines come from the start, with no word that they do; a heartbeat that stays out is the sign that they do not any more."""
        self._refused = 0
        self._beat_at = self._clock()
        self._join()
        while self._clock() - self._beat_at <= HEARTBEAT_WITHIN:
            await self._sleep(LOOK_EVERY)
        self._end(Ended("silent", since=self._beat_at))

    def _take(self, frame: str) -> None:
        item = wire.parse(frame, self.channel, self._clock())
        self._beat_at = self._clock()
        match item:
            case wire.Line() if self._is_ours(item.source):
                self._hand_on(self._judged(item.message))
            case wire.Happening() if self._is_ours(item.source):
                self._hand_on(item.notice)
            case wire.Connection(state="error") if self._is_ours(item.source):
                now = self._clock()
                text = f"{item.source}: {item.reason}".strip(": ")
                self._hand_on(Notice(f"{self.channel}:error:{item.uuid}:{now:.3f}", now, self.channel, "connection_error", text))
            case wire.Relayed() if item.text:
                self._remember(item.text)
            case wire.Unknown():
                self._note(f"unknown:{item.why}", frame)

    def _is_ours(self, source: str) -> bool:
        """What the seller writes in Restream goes to all of its chats."""
        return self._source in (wire.ALL, source) or source == "restream"

    def _remember(self, text: str) -> None:
        now = self._clock()
        self._relayed = {text: at for text, at in self._relayed.items() if now - at <= RELAYED_WITHIN}
        self._relayed[text] = now

    def _judged(self, message: ChatMessage) -> ChatMessage:
        """A line that Restream carried over from another chat is known there already: its copy is a bot's."""
        at = self._relayed.get(message.text)
        if at is None or self._clock() - at > RELAYED_WITHIN:
            return message
        return replace(message, author=replace(message.author, roles=("bot",)))
