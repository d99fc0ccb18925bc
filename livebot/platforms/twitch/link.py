"""One connection to a Twitch-like chat server: opened, logged in, joined, kept alive, read until its end.

Knows nothing of other connections, of trying again, or of what is done with the lines.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import aiohttp

from livebot.core.events import ChatMessage
from livebot.errors import why_unreachable
from livebot.platforms.base import Clock
from livebot.platforms.twitch import wire
from livebot.platforms.twitch.outgoing import pong
from livebot.timing import Sleep, catch_up, within

CONNECT_WITHIN = 10.0
JOIN_WITHIN = 10.0  # an unknown room gives no answer at all
PING_AFTER = 6.0  # seconds of silence; Twitch itself asks only every five minutes
PONG_WITHIN = 5.0
CLOSE_WITHIN = 1.0
MAX_FRAME = 1 << 20
TICK = 0.01  # the shortest sleep: what rounding leaves of a wait would not move a clock

_log = logging.getLogger(__name__)

FATAL = frozenset({"auth_failed", "banned", "room_suspended", "account_suspended"})
"""Ends after which trying again cannot help."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server wants the login. Twitch needs only the defaults; other IRC servers want USER and an Origin."""

    capabilities: str = "twitch.tv/tags twitch.tv/commands"
    after_nick: tuple[str, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Where to connect and as whom. An empty `password` reads anonymously."""

    url: str
    room: str
    nick: str
    password: str = ""
    dialect: Dialect = Dialect()

    def __repr__(self) -> str:
        return f"Entry({self.url!r}, {self.room!r}, {self.nick!r})"


@dataclass(frozen=True, slots=True)
class Ended:
    """The connection is over. `since` is the time from which lines may be missing."""

    code: str
    detail: str
    since: float


Heard = wire.ChatEvent | wire.Signal | Ended


class Link:
    """One connection. `hear` is called synchronously with everything the server says, and with `Ended` once at the end."""

    def __init__(self, entry: Entry, hear: Callable[[Link, Heard], None], clock: Clock, sleep: Sleep) -> None:
        self._entry = entry
        self._hear = hear
        self._clock = clock
        self._sleep = sleep
        self._socket: aiohttp.ClientWebSocketResponse[Literal[False]] | None = None
        self._out: list[str] = []
        self._number = 0
        self._heard = self.joined_at = clock()
        self._opened = asyncio.Event()
        self._joined = asyncio.Event()
        self._over = asyncio.Event()
        self.settled = asyncio.Event()
        """Set when the room is joined, or when that failed."""
        self.leaving = asyncio.Event()
        """Set when the connection should be replaced (the server asked for it, or sends broken text) or is over."""
        self.ended: Ended | None = None

    @property
    def joined(self) -> bool:
        """Whether lines of the room come in."""
        return self._joined.is_set() and self.ended is None

    async def run(self, session: aiohttp.ClientSession) -> None:
        """Open, log in, join and read; return when the connection is over. Never raises on what the other side does."""
        async with asyncio.TaskGroup() as group:
            tasks = (group.create_task(self._read(session)), group.create_task(self._watch()))
            await self._over.wait()
            for task in tasks:
                task.cancel()

    def end(self, code: str, detail: str = "", since: float | None = None) -> None:
        """End the connection; only the first reason counts."""
        if self.ended is None:
            self.ended = Ended(code, detail, self._clock() if since is None else since)
            self._over.set()
            self.settled.set()
            self.leaving.set()
            self._hear(self, self.ended)

    async def write(self, line: str) -> bool:
        """Write one line; return whether it was handed to the network."""
        if self._socket is None or self.ended is not None:
            return False
        try:
            await self._socket.send_str(line)
        except (aiohttp.ClientError, OSError) as error:
            _log.info("#%s: a line could not be written: %s", self._entry.room, error)
            self.end("lost")
            return False
        return True

    async def _read(self, session: aiohttp.ClientSession) -> None:
        try:
            async with session.ws_connect(
                self._entry.url,
                protocols=("irc",),
                origin=self._entry.dialect.origin,
                max_msg_size=MAX_FRAME,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN),
                decode_text=False,  # a frame with broken UTF-8 must not cost the connection
            ) as socket:
                self._socket = socket
                self._opened.set()
                self._out.extend(self._login())
                await self._read_frames(socket)
        except (aiohttp.ClientError, OSError) as error:
            _log.info("#%s: %s", self._entry.room, error)
            self.end("lost" if self._opened.is_set() else why_unreachable(error))

    async def _read_frames(self, socket: aiohttp.ClientWebSocketResponse[Literal[False]]) -> None:
        while True:
            while self._out and await self.write(self._out[0]):
                del self._out[0]
            message = await socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT or message.type is aiohttp.WSMsgType.BINARY:
                self._take(message.data)
            elif message.type is aiohttp.WSMsgType.ERROR:
                _log.info("#%s: %s", self._entry.room, message.data)
                return self.end("protocol_error")
            else:
                return self.end("closed", f"WebSocket {socket.close_code}")

    def _login(self) -> list[str]:
        entry = self._entry
        password = [f"PASS {entry.password}"] if entry.password else []
        after = [line.format(nick=entry.nick) for line in entry.dialect.after_nick]
        return [f"CAP REQ :{entry.dialect.capabilities}", *password, f"NICK {entry.nick}", *after]

    def _take(self, frame: bytes) -> None:
        self._heard = now = self._clock()
        lines, malformed = wire.lines_of(frame)
        if malformed:  # RFC 6455 8.1 gives such a connection up: it is replaced, but no line of it is thrown away
            self.leaving.set()
            self._hear(self, wire.Unknown("frame", "broken UTF-8"))
        for line in lines:
            self._number += 1
            for item in wire.parse(line, now, self._number):
                if type(item) is not ChatMessage:
                    self._react(item)
                self._hear(self, item)

    async def _watch(self) -> None:
        """Find out that the other side does not answer: at opening, at joining, and later by asking for a sign of life."""
        if not await within(self._opened.wait(), CONNECT_WITHIN, self._sleep):
            return self.end("no_answer")
        if not await within(self._joined.wait(), JOIN_WITHIN, self._sleep):
            return self.end("join_timeout", f"#{self._entry.room}")
        while True:
            quiet = self._clock() - self._heard
            if quiet < PING_AFTER:
                await self._sleep(max(PING_AFTER - quiet, TICK))
                continue
            before = self._heard
            await self.write("PING :livebot")
            await self._sleep(PONG_WITHIN)
            await catch_up()
            if self._heard == before:
                return self.end("silent", since=before)

    def _react(self, item: Heard) -> None:
        """Do what concerns the connection itself."""
        match item:
            case wire.Ping():
                self._out.append(pong(item.token))
            case wire.Welcome():
                self._out.append(f"JOIN #{self._entry.room}")
            case wire.Joined() | wire.RoomState() if item.room == self._entry.room and not self._joined.is_set():
                self.joined_at = self._heard
                self._joined.set()
                self.settled.set()
            case wire.Reconnect():
                self.leaving.set()
            case wire.LoginFailed():
                self.end("auth_failed", item.text)
            case wire.Refusal() if item.why in FATAL and not self._joined.is_set():
                self.end(item.why, item.text)
            case wire.Parted() if item.login == self._entry.nick:
                self.end("parted")
