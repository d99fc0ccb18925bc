"""Connections that only want to be there do not keep people out."""

import asyncio
import socket
from contextlib import ExitStack

import aiohttp
import pytest

from livebot.errors import UserError
from livebot.web import serve
from livebot.web.serve import Crowd


class Idle:
    """A connection as the crowd sees it."""

    def __init__(self, new: bool = True, idle: bool = True) -> None:
        self.new, self.idle, self.dropped = new, idle, False

    def is_new(self) -> bool:
        return self.new

    def is_idle(self) -> bool:
        return self.idle

    def drop(self) -> None:
        self.dropped = True


def test_the_oldest_that_never_asked_makes_room():
    """At an address's limit a newcomer takes the place of the oldest connection without a request."""
    crowd = Crowd(per_address=3)
    asked, first, second = Idle(new=False), Idle(), Idle()
    for each in (asked, first, second):
        assert crowd.admit(each, "a")
    assert crowd.admit(Idle(), "a")
    assert (asked.dropped, first.dropped, second.dropped) == (False, True, False)


def test_one_between_requests_makes_room_when_all_have_asked():
    """Without a new one, a connection that does nothing now goes; one that is being answered never does."""
    crowd = Crowd(per_address=2)
    busy, done = Idle(new=False, idle=False), Idle(new=False)
    crowd.admit(busy, "a")
    crowd.admit(done, "a")
    assert crowd.admit(Idle(new=False, idle=False), "a")
    assert (busy.dropped, done.dropped) == (False, True)
    assert not crowd.admit(Idle(), "a")


def test_addresses_do_not_crowd_each_other_out():
    """A full address leaves another one its own room."""
    crowd = Crowd(per_address=1)
    assert crowd.admit(Idle(idle=False, new=False), "a")
    assert not crowd.admit(Idle(), "a")
    assert crowd.admit(Idle(), "b")


def test_who_leaves_makes_room():
    """A connection that ended is not counted any more."""
    crowd = Crowd(per_address=1, together=1)
    busy = Idle(idle=False, new=False)
    crowd.admit(busy, "a")
    crowd.leave(busy, "a")
    assert crowd.admit(Idle(), "b")


async def test_five_hundred_slow_sockets_do_not_keep_the_desk_out(site):
    """While five hundred sockets from this machine send half a header, and half of them half an upgrade, the desk opens within a second."""
    halves = (b"GET / HTTP/1.1\r\nHost: x", b"GET /ws?role=staff HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upg")
    with ExitStack() as open_ones:
        for i in range(500):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", site.settings.port)))
            slow.sendall(halves[i % 2])
            if i % 50 == 0:
                await asyncio.sleep(0)
        async with asyncio.timeout(1.0), site.page() as page:
            assert (await page.next())["t"] == "full"


async def test_a_header_that_does_not_come_to_its_end_is_not_waited_for(live, served, monkeypatch):
    """A connection without a whole request is closed when its time is up."""
    monkeypatch.setattr(serve, "HEADER_SECONDS", 0.1)
    async with served(live) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.settings.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


@pytest.mark.parametrize("said", [b"\x16\x03\x01 TLS\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n"])
async def test_what_is_no_http_is_answered_without_repeating_it(site, said):
    """Garbage gets a short JSON answer that holds nothing of it and no traceback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.settings.port)
    writer.write(said)
    answer = await asyncio.wait_for(reader.read(), 5)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"400" in head.splitlines()[0]
    assert b'"code":"http"' in body
    assert b"Traceback" not in answer
    assert b"aaaa" not in answer
    writer.close()


async def test_a_taken_port_is_said_in_words(live, site, served):
    """Two livebots on one port: the second one says so, with what to do."""
    with pytest.raises(UserError, match="cannot listen"):
        async with serve.listening(site.app, site.settings):
            pass


async def test_many_guesses_leave_the_desk_usable(live, site):
    """Guessing in parallel from this very address does not stop a right token from being taken."""
    async with site.browser() as guesser:
        guesses = [guesser.post("/api/session", json={"token": f"guess-{i}", "role": "staff"}) for i in range(100)]
        answers = await asyncio.gather(*guesses)
        assert {answer.status for answer in answers} <= {401, 429}
    async with site.browser("staff") as desk:
        assert (await desk.get("/api/session?role=staff")).status == 200


async def test_no_token_gets_into_a_log(site, caplog):
    """Signing in, guessing and being refused leave no token in any log, whatever its level."""
    caplog.set_level(0)
    token = site.tokens["staff"]
    async with site.browser("staff") as desk:
        await desk.get(f"/nowhere?token={token}")
        await desk.post("/api/session", json={"token": token, "role": "overlay"})
        await desk.post("/api/act", json={}, headers={"Origin": "https://evil.invalid"})
    async with aiohttp.ClientSession(site.base) as client:
        await client.get("/", headers={"Host": "evil.invalid"})
    assert token not in caplog.text
