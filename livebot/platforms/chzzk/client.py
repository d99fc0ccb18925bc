"""A Chzzk room by the official interface: one session after the other is opened and read, lines are written over HTTP.

Chzzk sends no backlog and no line again: what was written while no session was open is told as a gap. The account that allowed the app
is the one that writes, in its own channel, so that what livebot writes comes back as the streamer's: it is known by its text.
Time, sleep and randomness are passed in. Must not know the core's state, the store or the pages. What frames mean is `wire.py`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from livebot.core.events import ChatMessage, Notice
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.chzzk import wire
from livebot.platforms.pen import Pen
from livebot.platforms.socket_room import Ended, SocketRoom
from livebot.platforms.web_api import Answer, Token, WebApi, is_private, said, unsent
from livebot.timing import Sleep

URL = "https://openapi.chzzk.naver.com"
GAP = 1.2  # Chzzk publishes no limit; a line a second is what chats of its kind take
LATE = 120.0  # a line that took longer to reach us is backlog: its answer would come too late
RATE_PAUSE = 30.0  # when Chzzk says "too many" and not for how long
REFUSALS = {400: "rejected", 403: "forbidden", 404: "no_such_room", 409: "rejected", 413: "too_long"}


class Chzzk(SocketRoom):
    """One Chzzk channel (`livebot.platforms.base.Platform`); `room` is its id, and `token` is of an account that owns it.

    Health codes beside those of `SocketRoom`: `session_refused` (Chzzk opens no session: often an app whose permission is not approved),
    `scope_missing`, `other_room` (the token is of another channel), `token_unavailable`, `rate_limited`.
    """

    def __init__(
        self,
        room: str,
        *,
        token: Token,
        clock: Clock,
        send: bool = True,
        url: str = URL,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        if not room or not room.isascii() or not room.isalnum():
            raise UserError(
                f"{room!r} is no Chzzk channel", "channel", "Give the channel's id: the letters and digits after chzzk.naver.com/live/."
            )
        super().__init__(f"{wire.PLATFORM}:{room}", clock, sleep, rng)
        self.capabilities = Capabilities(send=send, max_length=wire.MAX_LENGTH, has_ids=False, echoes_own=True)
        self._room, self._wall = room, wall
        self._api = WebApi(url, token, sleep=sleep, wall=wall)
        self._pen = Pen(self._post, gap=GAP, max_length=wire.MAX_LENGTH, clock=clock, sleep=sleep)
        self._key: asyncio.Future[str] | None = None

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why); reconnect in between."""
        async with self._api:
            self._pen.open()
            try:
                await super().run(emit, report)
            finally:
                self._pen.close()

    async def send(self, post: Post) -> SendResult:
        """Write a line. `sent` is Chzzk's word that it took it; `unknown` where its answer did not come."""
        if not self.capabilities.send:
            return SendResult("dropped", "read_only")
        return await self._pen.send(post)

    # reading

    async def _find(self) -> str:
        """Ask for a session's address: each is good for one connection within half a minute."""
        self._key = asyncio.get_running_loop().create_future()
        answer = await self._api.call("GET", "/open/v1/sessions/auth")
        if answer.status != 200:
            raise _refused(answer, "session_refused" if answer.status == 500 else "server_error")
        content = answer.content.get("content")
        address = socket_address(content.get("url") if isinstance(content, dict) else None)
        if address is None or not is_private(address):
            raise PlatformError("", state="protocol_error")
        return address

    def _refusal(self, status: int) -> Ended:
        """A session's address that is used or old is refused; the next try gets a new one."""
        return Ended("closed", f"HTTP {status}")

    def _take(self, frame: str) -> None:
        for item in wire.parse(frame, self.channel, self._clock()):
            match item:
                case ChatMessage():
                    self._hand_on(self._judged(item))
                case Notice():
                    self._hand_on(item)
                case wire.Connected() if self._key is not None and not self._key.done():
                    self._key.set_result(item.key)
                case wire.Subscribed(kind="CHAT"):
                    self._enter(item.channel)
                case wire.Revoked(kind="CHAT"):
                    self._end(Ended("scope_missing" if item.how == "revoked" else "closed", item.how, self._clock(), item.how != "revoked"))
                case wire.Closed():
                    self._end(Ended("closed", item.detail, self._clock()))
                case wire.Unknown():
                    self._note(f"unknown:{item.what}:{item.why}", frame)

    def _enter(self, channel: str) -> None:
        if channel and channel != self._room:
            return self._end(Ended("other_room", channel, retry=False))
        self._join()

    def _judged(self, line: ChatMessage) -> ChatMessage:
        """An echo is the bot's; what took minutes to reach us is backlog."""
        if line.author.id == self._room and self._pen.wrote(line.text):
            line = replace(line, author=replace(line.author, roles=("bot",)))
        late = line.at is not None and self._wall() + self._api.ahead - line.at > LATE
        return replace(line, backlog=True) if late else line

    async def _ping(self, socket: object) -> None:
        """Engine.IO 3 has the client ask, in a text frame."""
        await self._write(wire.PING)

    async def _beside(self) -> None:
        """Subscribe to what comes in, once the session has its key; without the chat there is no session."""
        assert self._key is not None
        key = await self._key
        for kind in wire.EVENTS:
            try:
                answer = await self._api.call("POST", f"/open/v1/sessions/events/subscribe/{kind}", params={"sessionKey": key})
                if answer.status != 200:
                    raise _refused(answer, "server_error")
            except PlatformError as error:
                if kind == "chat":
                    return self._end(Ended(error.state, error.what, self._clock(), error.retry, error.retry_after))
                self._note(f"not subscribed:{kind}", error.what)  # the app may have no leave for it: the chat goes on

    # writing

    async def _post(self, post: Post) -> SendResult:
        try:
            answer = await self._api.call("POST", "/open/v1/chats/send", body={"message": post.text})
        except PlatformError as error:
            return unsent(error)
        if answer.status == 200:
            content = answer.content.get("content")
            told = content.get("messageId") if isinstance(content, dict) else None
            return SendResult("sent", message=f"{wire.PLATFORM}:sent:{told}"[:200] if isinstance(told, str | int) else None)
        if answer.status == 429:
            return SendResult("dropped", "rate_limited", retry_after=answer.pause or RATE_PAUSE)
        if answer.status >= 500:
            return SendResult("unknown", "server_error")
        self._note(f"not sent:{answer.status}", said(answer))
        return SendResult("dropped", REFUSALS.get(answer.status, "rejected"))


def _refused(answer: Answer, otherwise: str) -> PlatformError:
    """Return what it means that a session or its events were refused."""
    if answer.status == 429:
        return PlatformError(said(answer), state="rate_limited", retry_after=answer.pause or RATE_PAUSE)
    if answer.status == 403:
        return PlatformError(said(answer), state="scope_missing", retry=False)
    return PlatformError(said(answer), state=otherwise)


def socket_address(url: Any) -> str | None:
    """Return the WebSocket address of a session (`https://ssioNN…:443?auth=TOKEN`), or None where there is none in `url`."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = {"https": "wss", "wss": "wss", "http": "ws", "ws": "ws"}.get(parts.scheme)
    if scheme is None or not host:
        return None
    query = "&".join(part for part in (parts.query, urlencode({"EIO": 3, "transport": "websocket"})) if part)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}/socket.io/?{query}"
