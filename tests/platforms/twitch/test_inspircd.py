"""The client against a real IRC server over WebSocket: framing, keep-alive and coming back, judged by somebody else's code."""

import asyncio
import random
import signal
import time

import aiohttp
import pytest
from servers.inspircd import ORIGIN, PROGRAM, InspIRCd

from livebot.core.events import ChatMessage, Gap
from livebot.platforms.base import Post, SendResult
from livebot.platforms.twitch.client import TwitchIrc
from livebot.platforms.twitch.link import Dialect

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs inspircd (Debian package)")

PLAIN_IRC = Dialect(capabilities="message-tags server-time", after_nick=("USER {nick} 0 * :{nick}", "CAP END"), origin=ORIGIN)


@pytest.fixture
async def ircd(tmp_path):
    async with InspIRCd(tmp_path, ping=1) as server:
        yield server


@pytest.fixture
def enter(ircd, listen):
    """Run a client in the room, with `login` or anonymously."""

    def make(account=None, **settings):
        defaults = {"clock": time.monotonic, "rng": random.Random(5)}
        return listen(TwitchIrc("shop", account=account, url=ircd.url, dialect=PLAIN_IRC, **{**defaults, **settings}))

    return make


class Chatter:
    """Somebody else in the room, speaking IRC by hand."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.lines: list[str] = []

    async def write(self, *lines: str) -> None:
        for line in lines:
            await self._socket.send_str(line)

    async def say(self, text: str) -> None:
        await self.write(f"PRIVMSG #shop :{text}")

    async def reads(self, part: str) -> str:
        """Return the first line with `part`, waiting until it comes."""
        async with asyncio.timeout(10):
            while True:
                line = (await self._socket.receive_str()).strip()
                self.lines.append(line)
                if line.startswith("PING"):
                    await self.write("PONG" + line[4:])
                if part in line:
                    return line


@pytest.fixture
async def chatter(ircd):
    async with aiohttp.ClientSession() as session, session.ws_connect(ircd.url, origin=ORIGIN) as socket:
        someone = Chatter(socket)
        await someone.write("NICK mina", "USER mina 0 * :mina")
        await someone.reads(" 001 ")
        await someone.write("JOIN #shop")
        await someone.reads(" 366 ")
        yield someone


async def test_reads_korean(enter, chatter):
    """Long lines in Korean and an ACTION arrive whole."""
    async with enter() as ear:
        await ear.joined()
        await chatter.say("이거 얼마예요? " + "가" * 300)
        await chatter.say("\x01ACTION 손 흔들기\x01")
        await ear.until(lambda: len(ear.texts) == 2)
        assert ear.texts == ["이거 얼마예요? " + "가" * 300, "손 흔들기"]
        assert {m.author.name for m in ear.of(ChatMessage)} == {"mina"}


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("🤖 29,900원이에요\r\nPRIVMSG #shop :/ban", "🤖 29,900원이에요 PRIVMSG #shop :/ban"),
        ("가나다라마바사아자차" * 60, "가나다라마바사아자차" * 49 + "가나다라마바사아자…"),
    ],
    ids=["breaks", "long"],
)
async def test_writes_one_whole_line(enter, chatter, account, fake_time, text, arrives):
    """What we write arrives as one line in its length; as nothing here tells its fate, it is unknown."""
    async with enter(account(), clock=fake_time.clock, sleep=fake_time.sleep) as ear:
        await fake_time.advance_until(lambda: "joined" in ear.states, 0.005)
        await fake_time.advance(2)
        task = asyncio.ensure_future(ear.client.send(Post("p", text)))
        assert (await chatter.reads("PRIVMSG")).endswith(f"PRIVMSG #shop :{arrives}")
        await fake_time.advance_until(task.done)
        assert task.result() == SendResult("unknown", "no_answer")


async def test_answers_its_pings(enter, chatter):
    """The server asks every second and drops who does not answer; after some rounds the room is still read."""
    async with enter() as ear:
        await ear.joined()
        await chatter.reads("PING")
        await chatter.reads("PING")
        await chatter.reads("PING")
        await chatter.say("still there?")
        await ear.until(lambda: ear.texts == ["still there?"])
        assert ear.states == ["connecting", "joined"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_comes_back_when_the_server_does(ircd, enter, how):
    """Stopped or killed, the server is found again when it listens again, and the gap is told."""
    async with enter() as ear:
        await ear.joined()
        await ircd.stop(how)
        await ear.until(lambda: "reconnecting" in ear.states)
        await ircd.start()
        await ear.joined(2)
        assert len(ear.of(Gap)) == 1


async def test_finds_a_frozen_server(ircd, enter, fake_time):
    """A server that stops answering with its sockets open is found by our own PING, and returned to when it goes on."""
    async with enter(clock=fake_time.clock, sleep=fake_time.sleep) as ear:
        await fake_time.advance_until(lambda: "joined" in ear.states, 0.02)
        ircd.freeze()
        frozen = fake_time.now
        await fake_time.advance_until(lambda: "silent" in ear.codes, 0.1)
        assert fake_time.now - frozen <= 12
        ircd.thaw()
        await fake_time.advance_until(lambda: ear.states.count("joined") == 2, 0.02)
