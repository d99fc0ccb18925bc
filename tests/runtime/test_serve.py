"""A show with its pages: what is said on the terminal, how it stops, and errors that reach the operator as one message."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
from collections.abc import Callable, Iterator

import aiohttp
import pytest

from livebot.errors import UserError
from livebot.platforms.base import Health
from livebot.runtime.build import Engine
from livebot.runtime.live import LiveShow, Nowhere
from livebot.runtime.serve import check_port, room_line, serve_show, status_line
from livebot.web.settings import WebSettings

from ..core.fakes import entry
from .conftest import FakeRoom, Hands, engine, running


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """A stopped show leaves its handlers in place, since its process ends; this one does not."""
    before = [(name, signal.getsignal(name)) for name in (signal.SIGINT, signal.SIGTERM)]
    yield
    for name, handler in before:
        signal.signal(name, handler)


class Served:
    """A show with pages that runs beside the test, and what it printed."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self.hands, self.out = Hands(), io.StringIO()
        self.live = LiveShow(make, self.hands.clock(), Nowhere())
        self.room = FakeRoom(self.hands)
        self.live.add(self.room, "livebot")
        self.settings = WebSettings(port=0)
        self.task = asyncio.create_task(serve_show(self.live, self.settings, lang="en", out=self.out))

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something to hold."""
        async with asyncio.timeout(10):
            while not holds() and not self.task.done():
                await asyncio.sleep(0.01)


async def test_addresses_are_printed_when_the_pages_are_there() -> None:
    """One a line on the standard output, with the port that was found free, and each answers; SIGTERM ends the show."""
    served = Served(lambda: engine(entry("price", "price 5!")))
    await served.until(lambda: served.out.getvalue().count("\n") >= 3)
    addresses = dict(line.split(" ", 1) for line in served.out.getvalue().splitlines())
    assert {"desk", "board", "overlay"} <= set(addresses)
    async with aiohttp.ClientSession() as session:
        for address in addresses.values():
            async with session.get(address) as reply:
                assert reply.status == 200
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(served.task, 10)


async def test_a_room_is_told_of_also_while_the_core_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever gave a wrong token reads it at once; each state is told once."""
    make = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly() -> Engine:
        asyncio.run_coroutine_threadsafe(make.wait(), loop).result(10)
        return engine()

    served, told = Served(slowly), ""
    await served.until(lambda: hasattr(served.room, "report"))
    served.room.report(Health("stopped", "auth_failed", "Login authentication failed"))
    async with asyncio.timeout(10):
        while "token" not in told:
            told += capsys.readouterr().err
            await asyncio.sleep(0.05)
    assert told.count("twitch:shop: stopped") == 1 and "Login authentication failed" in told and served.out.getvalue() == ""
    make.set()
    await served.until(lambda: "desk" in served.out.getvalue())
    served.live.stop()
    await asyncio.wait_for(served.task, 10)
    assert "twitch:shop" not in capsys.readouterr().err


async def test_an_error_for_people_comes_out_alone() -> None:
    """Not as a group of exceptions, whichever part of the show it came from."""

    def fail() -> Engine:
        raise UserError("no such model", "here", "do this")

    with pytest.raises(UserError, match="no such model"):
        await asyncio.wait_for(Served(fail).task, 10)


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    """Before anything is loaded."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(UserError) as caught:
            check_port(WebSettings(port=port))
    assert str(port) in str(caught.value) and "port" in caught.value.next_step
    assert check_port(WebSettings(port=port)) == port


@pytest.mark.parametrize(
    ("health", "korean", "english"),
    [
        (Health("joined"), "twitch:shop: 연결됐어요", "twitch:shop: connected"),
        (Health("joined", "quota_left", "9,985/10,000 · 3.0 h"), "9,985/10,000 · 3.0 h", "quota left, and for how long: 9,985"),
        (Health("ended"), "twitch:shop: 끝났어요", "twitch:shop: ended"),
        (Health("stopped", "auth_failed", "no"), "토큰", "the token is wrong"),
        (Health("reconnecting", "unheard_of", "a\nb"), "unheard_of: a b", "unheard_of: a b"),
    ],
    ids=lambda value: value.code if isinstance(value, Health) else "",
)
def test_a_room_in_one_line(health: Health, korean: str, english: str) -> None:
    """How it is, why, and what the platform said, in both languages and on one line."""
    for lang, words in (("ko", korean), ("en", english)):
        line = room_line("twitch:shop", health, lang)
        assert line.startswith("twitch:shop: ") and words in line and "\n" not in line


async def test_the_status_counts() -> None:
    """Lines that were read, Questions, and who waits."""
    async with running() as show:
        await show.hears("price?")
        await show.hears("hello", "bob")
        assert status_line(show.live, "en") == "0:00 · 2 lines · 1 questions · 1 waiting"
        assert status_line(show.live, "ko") == "0:00 · 2줄 · 질문 1개 · 1명 기다림"
