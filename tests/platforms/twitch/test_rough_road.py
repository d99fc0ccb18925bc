"""The client over a bad network: bytes one at a time, late, and the connection reset in the middle of a line again and again."""

import asyncio
import random
import resource
import socket
import struct
import time
from collections import defaultdict
from contextlib import asynccontextmanager, suppress

import pytest

from livebot.core.events import ChatMessage


class RoughRoad:
    """A TCP proxy that delays and cuts what it carries into small pieces, and resets each connection after a random number of bytes."""

    def __init__(self, upstream: int, rng: random.Random, cut_after: tuple[int, int], late: float) -> None:
        self._upstream = upstream
        self._rng = rng
        self._cut_after = cut_after
        self._late = late
        self.port = 0
        self.resets = 0

    @asynccontextmanager
    async def open(self):
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._upstream)
        left = self._rng.randint(*self._cut_after)

        async def down() -> None:
            nonlocal left
            while data := await up_reader.read(4096):
                await asyncio.sleep(self._rng.uniform(0, self._late))
                for piece in self._pieces(data[:left]):
                    writer.write(piece)
                    await asyncio.sleep(0)
                left -= len(data)
                if left <= 0:
                    self.resets += 1
                    return

        async def up() -> None:
            while data := await reader.read(4096):
                up_writer.write(data)

        with suppress(ConnectionError):
            tasks = [asyncio.ensure_future(down()), asyncio.ensure_future(up())]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
        with suppress(OSError):  # the client may have closed first
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        up_writer.close()

    def _pieces(self, data: bytes):
        """Cut into single bytes at the start, where headers are, and into small pieces after."""
        at = 0
        while at < len(data):
            size = 1 if at < 64 else self._rng.randint(1, 200)
            yield data[at : at + size]
            at += size


async def drive(server, connect, seconds: float, cut_after: tuple[int, int], late: float, pause: float) -> tuple[int, int]:
    """Chat over a rough road and check what came; return the number of resets and of lines that came."""
    before = len(asyncio.all_tasks())
    sent: defaultdict[int, list[str]] = defaultdict(list)
    async with (
        RoughRoad(server.port, random.Random(3), cut_after, late).open() as road,
        connect(url=f"ws://127.0.0.1:{road.port}/") as ear,
    ):
        end = time.monotonic() + seconds
        number = 0
        while time.monotonic() < end:
            listeners = [client.number for client in server.in_room()]
            said = await server.say(f"viewer{number % 9}", f"줄 {number}")
            for listener in listeners:
                sent[listener].append(f"twitch:{said}")
            number += 1
            await asyncio.sleep(pause)
        came = [message.id for message in ear.of(ChatMessage)]
        resets = road.resets
    assert len(came) == len(set(came)), "a line came twice"
    for ids in sent.values():
        reached = [line in set(came) for line in ids]
        assert sorted(reached, reverse=True) == reached, "a line is missing before one that came on the same connection"
    await server.until(lambda: not server.clients)
    assert len(asyncio.all_tasks()) <= before + 1
    return resets, len(came)


async def test_nothing_is_lost_or_twice_on_a_rough_road(server, connect):
    """Over many resets in the middle of lines, each connection's lines come whole, in order and once, up to the cut."""
    server.switches.limits = False
    resets, came = await drive(server, connect, 3.0, (3000, 20_000), 0.01, 0.002)
    assert resets >= 3
    assert came > 50


@pytest.mark.long
async def test_ten_minutes_on_a_rough_road(server, connect):
    """Ten minutes of slices, delay and a reset every few seconds: nothing twice, nothing lost, no task and no memory left behind."""
    server.switches.limits = False
    await drive(server, connect, 20.0, (10_000, 60_000), 0.3, 0.02)
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    resets, _ = await drive(server, connect, 580.0, (10_000, 60_000), 0.3, 0.02)
    assert resets > 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - size < 20_000
