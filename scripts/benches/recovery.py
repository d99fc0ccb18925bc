"""How soon a chat is read again after its connection broke, and what is lost or comes twice: livebot's own clients, in real time.

Seconds from the fault until the room is joined on a new connection (or, where none is needed, until the next line is heard). Beside them
what other clients were measured to need after the same faults, one trial each, over loopback, with stub tokens.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from servers.chzzk import CHANNEL, ChzzkServer
from servers.local import LocalServer
from servers.restream import RestreamServer
from servers.ssn import SESSION, SsnRelay
from servers.twitch_eventsub import EventSubServer
from servers.twitch_irc import Room, TwitchServer

from livebot.core.events import ChatMessage, Event
from livebot.platforms.base import Health, Platform
from livebot.platforms.chzzk.client import Chzzk
from livebot.platforms.login import Login, Tokens, save
from livebot.platforms.restream.client import Restream
from livebot.platforms.ssn.client import SocialStream
from livebot.platforms.twitch.account import provider
from livebot.platforms.twitch.client import TwitchIrc
from livebot.platforms.twitch.eventsub.client import Addresses, TwitchEventSub

TRIALS = 3
NEVER = 120.0
AGAIN = 5_000
BREAKS = ("rst", "fin", "close", "reconnect", "garbage", "bad_utf8")
BOUNDS = {
    **dict.fromkeys(BREAKS, 1.0),
    "half_open": {"irc": 25.0, "eventsub": 16.0},
    "outage_3": 5.0,
    "outage_60": 5.0,
    "tries_in_300": 40,
    "twice": 0,
    "lost_at_move": 0,
}
"""The most of each that is allowed: seconds, else a count."""

PEERS: dict[str, dict[str, dict[str, str]]] = {
    "irc": {
        "TwitchIO 2.10": {
            **{"rst": "0.00", "fin": "0.00", "close": "never", "reconnect": "0.00", "garbage": "never", "bad_utf8": "never"},
            **{"half_open": ">100", "outage_3": "0.5"},
        },
        "twitchAPI 4.5": {
            **{"rst": "0.01", "fin": "0.00", "close": "never", "reconnect": "0.00", "garbage": "never", "bad_utf8": "never"},
            **{"half_open": ">45", "outage_3": "0.0"},
        },
        "tmi.js 1.8": {
            **{"rst": "1.0", "fin": "1.0", "close": "1.1", "reconnect": "1.0", "garbage": "1.0", "bad_utf8": "1.0"},
            **{"half_open": "98", "outage_3": "1.8"},
        },
        "twurple 8": {
            **{"rst": "0.01", "fin": "0.01", "close": "0.06", "reconnect": "-", "garbage": "30", "bad_utf8": "30"},
            **{"half_open": "70", "outage_3": "1.0"},
        },
    },
    "eventsub": {
        "TwitchIO 3.3": {
            **{"rst": "0.00", "fin": "0.00", "close": "0.00", "reconnect": "0.00", "garbage": "0.01", "bad_utf8": "0.00"},
            **{"half_open": "16.9", "outage_3": "19", "twice": "50 of 50"},
        },
        "twitchAPI 4.5": {
            **{"rst": "0.00", "fin": "0.00", "close": "20", "reconnect": "0.00", "garbage": "20", "bad_utf8": "20"},
            **{"half_open": "20", "outage_3": "0.0", "twice": "50 of 50"},
        },
    },
}


class Side(ABC):
    """A platform's server, and livebot's client of it."""

    name: str
    server: Any
    client: Platform
    breaks: tuple[str, ...] = ("rst", "fin", "close", "bad_utf8")

    def __init__(self) -> None:
        self.reports: list[Health] = []
        self.events: list[Event] = []

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, ChatMessage)]

    def joined(self) -> int:
        """How often the room was joined."""
        return sum(health.state == "joined" for health in self.reports)

    @abstractmethod
    async def say(self, text: str) -> None:
        """Have a viewer write a line."""

    async def do(self, kind: str) -> Callable[[], bool]:
        """Break the connection in one way; return what tells that the room is read on a new one."""
        joined = self.joined()
        if kind == "bad_utf8":  # such a frame is read all the same
            self.server.sockets[0].raw(b"\x81\x02\xff\xfe")
            return lambda: True
        await self.server.fault(kind)
        return lambda: self.joined() > joined

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run server and client until the block is left."""
        async with self.server:
            self.client = self.made()
            task = asyncio.ensure_future(self.client.run(self.events.append, self.reports.append))
            try:
                await reached(self.joined)
                yield
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    @abstractmethod
    def made(self) -> Platform:
        """Make the client; the server runs."""


class Irc(Side):
    """Twitch over IRC."""

    name = "irc"
    breaks = BREAKS

    def __init__(self) -> None:
        super().__init__()
        self.server = TwitchServer(Room("shop"))
        self.server.switches.limits = False

    def made(self) -> Platform:
        return TwitchIrc("shop", clock=time.monotonic, url=self.server.url, rng=random.Random(5))

    async def say(self, text: str) -> None:
        await self.server.say("mina", text)

    async def do(self, kind: str) -> Callable[[], bool]:
        joined = self.joined()
        await self.server.fault({"close": "close1001"}.get(kind, kind))
        return lambda: self.joined() > joined


class EventSub(Side):
    """Twitch over EventSub."""

    name = "eventsub"
    breaks = BREAKS

    def __init__(self) -> None:
        super().__init__()
        self.server = EventSubServer(time.time, asyncio.sleep)
        self._folder = tempfile.TemporaryDirectory()

    def made(self) -> Platform:
        path = Path(self._folder.name) / "login.json"
        save(path, Tokens("cid", "good", "once"))
        at = f"{self.server.url}/oauth2"
        addresses = Addresses(self.server.socket_url, f"{self.server.url}/helix", at)
        return TwitchEventSub("shop", login=Login(provider(at), path), addresses=addresses, clock=time.monotonic, rng=random.Random(5))

    async def say(self, text: str) -> None:
        await self.server.say(text)

    async def do(self, kind: str) -> Callable[[], bool]:
        knocks, joined = self.server.knocks, self.joined()
        if kind == "reconnect":
            await self.server.order_reconnect()
            return lambda: self.server.knocks > knocks and len(self.server.sockets) == 1
        if kind == "garbage":
            self.server.sockets[0].raw(b"\xff" * 256)
            return lambda: self.joined() > joined
        return await super().do(kind)


class Other(Side):
    """A platform of one WebSocket, without more to it."""

    def __init__(self, name: str, server: LocalServer, make: Callable[[LocalServer, dict[str, Any]], Platform]) -> None:
        super().__init__()
        self.name, self.server, self._make = name, server, make

    def made(self) -> Platform:
        return self._make(self.server, {"token": _token, "clock": time.monotonic, "rng": random.Random(5)})

    async def say(self, text: str) -> None:
        await self.server.say(text)


async def _token(refused: bool) -> str:
    return SESSION


def sides() -> list[Callable[[], Side]]:
    """Return what is measured, to be made anew for each measurement."""

    def chzzk() -> Side:
        server = ChzzkServer()
        server.tokens = {SESSION}
        return Other("chzzk", server, lambda at, more: Chzzk(CHANNEL, url=at.url, **more))

    def ssn() -> Side:
        return Other("ssn", SsnRelay(), lambda at, more: SocialStream("tiktok", url=at.url.replace("http", "ws"), **more))

    def restream() -> Side:
        server = RestreamServer()
        server.tokens = {SESSION}
        return Other("restream", server, lambda at, more: Restream("youtube", url=f"{at.url.replace('http', 'ws')}/ws", **more))

    return [Irc, EventSub, chzzk, ssn, restream]


async def reached(holds: Callable[[], object], within: float = NEVER) -> float:
    """Return the seconds until `holds()`, `NEVER` where it does not."""
    began = time.perf_counter()
    while not holds() and time.perf_counter() - began < within:  # noqa: ASYNC110 - what is waited for gives no sign
        await asyncio.sleep(0.001)
    return time.perf_counter() - began if holds() else NEVER


async def back(side: Side, kind: str) -> float:
    """Break the connection; return the seconds until the room is read again, on a new connection where one is needed."""
    began = time.perf_counter()
    again = await side.do(kind)
    await reached(again)
    heard, number = len(side.texts), 0
    while len(side.texts) == heard and time.perf_counter() - began < NEVER:
        await side.say(f"after {kind} {(number := number + 1)}")
        await reached(lambda: len(side.texts) > heard, 0.005)
    return time.perf_counter() - began


async def after_breaks(make: Callable[[], Side]) -> dict[str, float]:
    """R1: the worst of some trials of each break."""
    worst: dict[str, float] = {}
    for kind in make().breaks:
        for _ in range(TRIALS):
            side = make()
            async with side.running():
                worst[kind] = max(worst.get(kind, 0.0), await back(side, kind))
    return worst


async def half_open(make: Callable[[], Side]) -> float:
    """R2: seconds until a connection that says nothing more is found."""
    side = make()
    async with side.running():
        joined = side.joined()
        await side.server.fault("half_open")
        return await reached(lambda: side.reports[-1].state == "reconnecting" or side.joined() > joined)


async def outage(make: Callable[[], Side], seconds: float) -> tuple[float, int]:
    """R3: seconds from the server's return until the room is joined, and how often it was tried meanwhile."""
    side = make()
    async with side.running():
        await asyncio.sleep(0.5)
        joined = side.joined()
        await side.server.stop()
        await asyncio.sleep(seconds)
        tries = sum(health.state == "reconnecting" and health.attempt > 0 for health in side.reports)
        await side.server.start()
        return await reached(lambda: side.joined() > joined), tries


async def twice(lines: int = AGAIN) -> int:
    """R4: lines handed on twice when every id is sent again, over a reconnect in between as well."""
    side = Irc()
    async with side.running():
        for of in range(3):
            for number in range(lines):
                await side.server.say("mina", f"line {number}", message=f"id-{number}")
            if of == 0:
                await reached(lambda: len(side.texts) >= lines)
                await side.say("first")
            if of == 1:
                await back(side, "rst")
        await side.say("last")
        await reached(lambda: "last" in side.texts)
        return sum(text.startswith("line ") for text in side.texts) - lines


async def lost_at_move(seconds: float = 3.0) -> int:
    """R4: lines lost or told twice while an EventSub session moves to another connection."""
    side = EventSub()
    async with side.running():
        said = 0
        moving = False
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            if said == 20 and not moving:
                moving = True
                await side.server.order_reconnect()
            await side.say(f"line {said}")
            said += 1
            await asyncio.sleep(0.002)
        await reached(lambda: len(side.texts) >= said, 5.0)
        return abs(said - len(set(side.texts))) + (len(side.texts) - len(set(side.texts)))


async def measure(*, quick: bool = False) -> dict[str, Any]:
    """Return what was measured, by platform."""
    found: dict[str, Any] = {}
    for make in sides():
        found[make().name] = {**(await after_breaks(make))}
    found["irc"]["twice"], found["eventsub"]["lost_at_move"] = await twice(), await lost_at_move()

    async def note(make: Callable[[], Side]) -> None:
        row = found[make().name]
        row["half_open"] = await half_open(make)
        row["outage_3"] = (await outage(make, 3.0))[0]

    async def note_long(make: Callable[[], Side]) -> None:
        row = found[make().name]
        row["outage_60"] = (await outage(make, 60.0))[0]

    async def note_tries(make: Callable[[], Side]) -> None:
        found[make().name]["tries_in_300"] = (await outage(make, 300.0))[1]

    jobs = [note] if quick else [note, note_long, note_tries]
    await asyncio.gather(*(job(make) for job in jobs for make in sides()))
    return found


def bound(row: str, kind: str) -> float:
    """Return the most that is allowed."""
    most = BOUNDS[kind]
    return float(most.get(row, max(most.values())) if isinstance(most, dict) else most)


def within_bounds(found: dict[str, Any]) -> bool:
    """Whether all that was measured is within its bound."""
    return all(value <= bound(row, kind) for row, values in found.items() for kind, value in values.items())


def table(found: dict[str, Any]) -> str:
    """Return the figures as a table, the other clients' below livebot's."""
    kinds = [kind for kind in BOUNDS if any(kind in values for values in found.values())]
    lines = ["".join([f"{'':22}", *(f"{kind:>14}" for kind in kinds)])]
    for row, values in found.items():
        lines.append("".join([f"{f'livebot {row}':22}", *(f"{_shown(values.get(kind)):>14}" for kind in kinds)]))
        for peer, told in PEERS.get(row, {}).items():
            lines.append("".join([f"  {peer:20}", *(f"{told.get(kind, ''):>14}" for kind in kinds)]))
    lines.append("".join([f"{'allowed':22}", *(f"{_allowed(kind):>14}" for kind in kinds)]))
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return "never" if value == NEVER else str(value) if isinstance(value, int) else f"{value:.2f}"


def _allowed(kind: str) -> str:
    most = BOUNDS[kind]
    return "/".join(f"{one:g}" for one in (most.values() if isinstance(most, dict) else [most]))
