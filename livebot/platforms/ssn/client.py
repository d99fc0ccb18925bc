"""A chat that Social Stream Ninja relays: of one site, or of all that it is open on.

SSN runs in the seller's browser; the relay only passes on. That the relay answers does not mean that an SSN is there, so that it is asked
now and then: an absent one is said on the desk. SSN sends no backlog and no line again. What livebot writes comes back as the account's
that SSN is logged in with: it is known by its text. Time, sleep and randomness are passed in. Must not know the core's state, the store
or the pages. What frames mean is `wire.py`.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from dataclasses import replace

from livebot.core.events import ChatMessage
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.pen import Pen
from livebot.platforms.socket_room import Ended, SocketRoom
from livebot.platforms.ssn import wire
from livebot.platforms.web_api import Token, is_private
from livebot.timing import Sleep, within

URL = "wss://io.socialstream.ninja"
GAP = 1.2
ASK_EVERY = 30.0
ANSWER_WITHIN = 8.0  # the relay itself gives up after five seconds

_SESSION = re.compile(r"[\w-]{1,100}")


class SocialStream(SocketRoom):
    """One site's chat in an SSN session (`livebot.platforms.base.Platform`); `room` is SSN's name of the site, or `all`.

    `token` gives the session's id, which is its only secret. `host` is the seller's own user id on the site, or the name under which they
    chat where the site has no ids: those lines are the host's.
    Health code beside those of `SocketRoom`: `ssn_absent` (no SSN in this session).
    """

    _must_join = False

    def __init__(
        self,
        room: str,
        *,
        token: Token,
        clock: Clock,
        host: str = "",
        send: bool = True,
        max_length: int = wire.MAX_LENGTH,
        url: str = URL,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        if not is_private(url):
            raise UserError(f"{url} is not encrypted: the session would be readable on the way", "channel", "Use a wss:// address.")
        super().__init__(f"{wire.PLATFORM}:{room}", clock, sleep, rng)
        self.capabilities = Capabilities(send=send, max_length=max_length, has_ids=False, echoes_own=True)
        self._site, self._host, self._token, self._url = room.lower(), host, token, url
        self._session = ""
        self._pen = Pen(self._post, gap=GAP, max_length=max_length, clock=clock, sleep=sleep)
        self._heard = self._heard_when_asked = 0
        self._asked: dict[str, asyncio.Future[SendResult]] = {}

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why); reconnect in between."""
        self._pen.open()
        try:
            await super().run(emit, report)
        finally:
            self._pen.close()

    async def send(self, post: Post) -> SendResult:
        """Write a line. `sent`: SSN says so, or the line came back; `unknown` where neither happened."""
        if not self.capabilities.send:
            return SendResult("dropped", "read_only")
        return await self._pen.send(post)

    # reading

    async def _find(self) -> str:
        self._session = await self._token(False)
        if not _SESSION.fullmatch(self._session):
            raise PlatformError("", state="ssn_session", retry=False)
        return self._url

    def _first(self) -> tuple[str, ...]:
        return (wire.join(self._session),)

    async def _beside(self) -> None:
        """Ask now and then whether an SSN is there; an old one that does not answer such a question is taken to be."""
        while True:
            self._heard_when_asked = self._heard
            if not await self._write(wire.who_is_there("here")):
                return
            await self._sleep(ASK_EVERY)

    def _take(self, frame: str) -> None:
        for item in wire.parse(frame, self.channel, self._clock()):
            match item:
                case wire.Line():
                    self._is_there()
                    self._line(item)
                case wire.Happening():
                    self._is_there()
                    if self._is_ours(item.site):
                        self._hand_on(item.notice)
                case wire.Reply(get="here"):
                    self._be_told(item.result)
                case wire.Reply():
                    self._settle(item)
                case wire.Unknown():
                    self._note(f"unknown:{item.why}", frame)

    def _line(self, line: wire.Line) -> None:
        if not self._is_ours(line.site):
            return self._note(f"other site:{line.site}")
        message = line.message
        if self._pen.wrote(message.text):
            message = _as(message, "bot")
            for fate in self._asked.values():
                if not fate.done():
                    fate.set_result(SendResult("sent", message=message.id))
        elif self._host and message.author.id == f"{line.site}:{self._host}":
            message = _as(message, "host")
        self._hand_on(message)

    def _is_ours(self, site: str) -> bool:
        return self._site in (wire.ALL, site)

    def _is_there(self) -> None:
        """What comes in shows that an SSN is there."""
        self._heard += 1
        self._join()

    def _be_told(self, result: str) -> None:
        """An SSN is there, or none was when that was asked: what came in since is newer."""
        if result != "absent":
            return self._join()
        if self._heard != self._heard_when_asked:
            return None
        was_there = self._joined.is_set() or self._lost is not None
        if self._joined.is_set():
            self._lost = Ended("ssn_absent", since=self._clock())
            self._joined.clear()
        self._report(Health("reconnecting" if was_there else "connecting", "ssn_absent"))

    # writing

    async def _post(self, post: Post) -> SendResult:
        fate: asyncio.Future[SendResult] = asyncio.get_running_loop().create_future()
        self._asked[post.id] = fate
        try:
            if not await self._write(wire.write(post.text, self._site, post.id)):
                return SendResult("dropped", "not_connected")

            async def answered() -> SendResult:
                return await asyncio.shield(fate)

            return await within(answered(), ANSWER_WITHIN, self._sleep) or SendResult("unknown", "no_answer")
        finally:
            del self._asked[post.id]

    def _settle(self, reply: wire.Reply) -> None:
        """A reply that does not say to what it is one belongs to the line on its way: there is never more than one."""
        fate = self._asked.get(reply.get) if reply.get else next(iter(self._asked.values()), None)
        if fate is None or fate.done():
            return
        match reply.result:
            case "absent":
                fate.set_result(SendResult("dropped", "ssn_absent"))
            case "refused":
                fate.set_result(SendResult("dropped", "rejected"))
            case "timeout":
                fate.set_result(SendResult("unknown", "no_answer"))
            case _:
                fate.set_result(SendResult("sent"))


def _as(message: ChatMessage, role: str) -> ChatMessage:
    roles = ("bot",) if role == "bot" else ("host", *message.author.roles)
    return replace(message, author=replace(message.author, roles=roles))
