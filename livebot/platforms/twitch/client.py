"""A Twitch room over IRC-WebSocket: stays connected, hands on what is written there, and writes under Twitch's limits.

Time, sleep and randomness are passed in. Must not know the core's state, the store or the pages. What lines mean is `wire.py`, what may
leave `outgoing.py`, one connection is `link.py`, how much may be written is `limits.py`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import aiohttp

from livebot.core.events import AuthorBanned, ChatCleared, ChatMessage, Gap, MessageDeleted, Notice
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.seen import Seen
from livebot.platforms.twitch import wire
from livebot.platforms.twitch.account import IRC_SCOPES, validate
from livebot.platforms.twitch.limits import JoinLimit, PastSend, SendLimits
from livebot.platforms.twitch.link import FATAL, TICK, Dialect, Ended, Entry, Heard, Link
from livebot.platforms.twitch.outgoing import MAX_LENGTH, is_command, is_room, outgoing, privmsg
from livebot.timing import Retry, Sleep, within

URL = "wss://irc-ws.chat.twitch.tv:443"

LINGER = 2.0  # seconds for which the old connection is still read after its successor has joined
ANSWER_WITHIN = 5.0
SETTLE = 1.0
STEP = 1.0
MAX_WAITING = 50
MAX_SEEN = 10_000
MAX_COUNTS = 200
LATE = 600.0
LINES_COMPARED = 50  # a line with a time that cannot be is forgotten after so many

Token = Callable[[bool], Awaitable[str]]
"""Gives the account's OAuth token, with or without `oauth:`; it is never kept. True asks for a fresh one, as Twitch refused the last."""

_TOKEN = re.compile(r"[!-~]+")
_log = logging.getLogger(__name__)


class Account:
    """A Twitch login and what Twitch counts per account: one object for all rooms of that account. Without a login: anonymous, read only.

    `past` are the sends before a restart, on the clock of `TwitchIrc`; `keep` is called with each one before its line leaves.
    """

    def __init__(
        self, login: str = "", token: Token | None = None, past: Iterable[PastSend] = (), keep: Callable[[PastSend], None] | None = None
    ) -> None:
        if bool(login) != (token is not None):
            raise UserError("a Twitch login and its token belong together", "twitch", "Give both to write, or neither to read only.")
        if login and not is_room(login.lower()):
            raise UserError(f"{login!r} is no Twitch login", "twitch", "A login has only the letters a-z, digits and _.")
        self.login = login.lower()
        self.token = token
        self.sends = SendLimits(past, keep)
        self.joins = JoinLimit()


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A post that waits for its turn."""

    post: Post
    text: str
    fate: asyncio.Future[SendResult]


class TwitchIrc:
    """One Twitch room (`livebot.platforms.base.Platform`).

    Fates of a post: `dropped` when a check here or a NOTICE refused it (`why`: `wire.REFUSALS`, and `read_only`, `empty`, `command`,
    `duplicate`, `expired`, `rate_limited`, `not_connected`, `crowded`, `stopped`); `sent` when Twitch answered with a USERSTATE and
    refused nothing within `SETTLE` seconds; `unknown` when it did not answer (`no_answer`) or the connection broke first
    (`connection_lost`). Twitch can drop a line without a word even after USERSTATE: `sent` says accepted, not read by anyone.

    Health codes: those of `why_unreachable`, `lost`, `closed`, `silent`, `protocol_error`, `no_answer`, `join_timeout`, `parted`,
    `token_unavailable`, and for `stopped`: `auth_failed`, `banned`, `room_suspended`, `account_suspended`.
    """

    def __init__(
        self,
        room: str,
        *,
        clock: Clock,
        account: Account | None = None,
        send: bool = True,
        url: str = URL,
        dialect: Dialect | None = None,
        tokens_at: str = "",
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
    ) -> None:
        """`tokens_at` is where `try_once` asks what the account's token may do; '' asks nobody."""
        self._room = room.removeprefix("#").lower()
        if not is_room(self._room):
            raise UserError(f"{room!r} is no Twitch room", "channel", "Give the streamer's login: letters a-z, digits and _.")
        self._account = account or Account()
        if self._account.login and not _is_private(url):
            raise UserError(f"{url} is not encrypted: the token would be readable on the way", "channel", "Use a wss:// address.")
        self._url, self._tokens_at = url, tokens_at
        self._dialect = dialect or Dialect()
        self._clock = clock
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - spreads reconnects, protects nothing
        self.channel = f"{wire.PLATFORM}:{self._room}"
        can_write = send and bool(self._account.login)
        self.capabilities = Capabilities(send=can_write, reply=can_write, max_length=MAX_LENGTH)
        self.counts: Counter[str] = Counter()
        self._emit: Emit = lambda event: None
        self._report: Callable[[Health], None] = lambda health: None
        self._running = False
        self._link: Link | None = None
        self._retry = Retry(clock, self._rng)
        self._seen = Seen(MAX_SEEN)
        self._behind: deque[float] = deque(maxlen=LINES_COMPARED)
        self._modes: dict[str, str] = {}
        self._privileged = False
        self._waiting: list[_Waiting] = []
        self._posts_wait = asyncio.Event()
        self._asked: Link | None = None
        self._answers: asyncio.Queue[Heard] = asyncio.Queue()

    # Reading

    async def try_once(self) -> Health:
        """Log in and join the room once (`base.Platform`); what the token may do, IRC does not tell."""
        try:
            await self._check_token()
        except PlatformError as error:
            return Health("stopped", error.state, error.what)
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            reached = await self._open(session, group, refresh=False)
            if isinstance(reached, Ended) and reached.code == "auth_failed" and self._account.login:
                reached = await self._open(session, group, refresh=True)
            if isinstance(reached, Ended):
                return Health("stopped", reached.code, reached.detail)
            reached.end("stopped")
        return Health("joined", detail=self._account.login)

    async def _check_token(self) -> None:
        token = self._account.token
        if token is None or not self._tokens_at:
            return

        async def bare(refused: bool) -> str:
            return (await token(refused)).removeprefix("oauth:")

        standing = await validate(bare, self._tokens_at, self._sleep)
        missing = {*IRC_SCOPES["read"], *(IRC_SCOPES["write"] if self.capabilities.send else ())} - standing.scopes
        if missing:
            raise PlatformError(", ".join(sorted(missing)), state="scope_missing", retry=False)
        if standing.login and standing.login != self._account.login:
            raise PlatformError(standing.login, state="other_account", retry=False)

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why); reconnect in between."""
        self._emit, self._report, self._running = emit, report, True
        try:
            async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
                writing = group.create_task(self._write_posts())
                await self._stay(session, group)
                writing.cancel()
        finally:
            self._running = False
            self._link = None
            for waiting in self._waiting:
                self._settle(waiting, SendResult("dropped", "stopped"))
            self._waiting.clear()

    async def _stay(self, session: aiohttp.ClientSession, group: asyncio.TaskGroup) -> None:
        """Hold one joined connection after the other; a successor is opened before its predecessor is let go."""
        self._report(Health("connecting"))
        link = await self._next_link(session, group)
        while link is not None:
            self._link = link
            self._report(Health("joined"))
            await link.leaving.wait()
            if link.ended is not None:
                self._report(Health("reconnecting", link.ended.code, link.ended.detail))
            self._retry.lost(link.joined_at)
            successor = await self._next_link(session, group)
            if successor is None:
                link.end("stopped")
            elif link.ended is None:
                group.create_task(self._let_go(link))
            else:
                self._tell_gap(link.ended)
            link = successor

    async def _let_go(self, link: Link) -> None:
        """Read on for a while: what the server had already sent on the old connection does not come again on the new one."""
        await self._sleep(LINGER)
        link.end("replaced")

    def _tell_gap(self, ended: Ended) -> None:
        now = self._clock()
        self._emit(Gap(f"{self.channel}:gap:{now:.3f}", now, self.channel, max(0.0, now - ended.since), ended.code))

    async def _next_link(self, session: aiohttp.ClientSession, group: asyncio.TaskGroup) -> Link | None:
        """Try until a connection has joined; return it, or None when trying again cannot help."""
        refresh = refreshed = False
        while True:
            await self._sleep(self._retry.delay() + self._account.joins.take(self._clock()))
            reached = await self._open(session, group, refresh)
            if isinstance(reached, Link):
                return reached
            refresh = reached.code == "auth_failed" and bool(self._account.login) and not refreshed
            if reached.code in FATAL and not refresh:
                self._report(Health("stopped", reached.code, reached.detail))
                return None
            refreshed = refreshed or refresh
            self._retry.failed()
            self._report(Health("reconnecting", reached.code, reached.detail, self._retry.failures))

    async def _open(self, session: aiohttp.ClientSession, group: asyncio.TaskGroup, refresh: bool) -> Link | Ended:
        """Open one connection; return it when it has joined, else how it ended."""
        try:
            entry = await self._entry(refresh)
        except PlatformError as error:
            return Ended("token_unavailable" if error.retry else "auth_failed", error.what, self._clock())
        link = Link(entry, self._hear, self._clock, self._sleep)
        group.create_task(link.run(session))
        await link.settled.wait()
        return link if link.ended is None else link.ended

    async def _entry(self, refresh: bool) -> Entry:
        account = self._account
        if account.token is None:
            return Entry(self._url, self._room, f"justinfan{self._rng.randrange(10_000, 80_000)}", "", self._dialect)
        token = (await account.token(refresh)).removeprefix("oauth:")
        if not _TOKEN.fullmatch(token):
            raise PlatformError("", "twitch", state="auth_failed", retry=False)
        return Entry(self._url, self._room, account.login, f"oauth:{token}", self._dialect)

    # What is heard

    def _hear(self, link: Link, item: Heard) -> None:
        if type(item) is ChatMessage:
            if self._is_new(item.id):
                self._emit(replace(item, backlog=True) if self._is_late(item) else item)
            return
        match item:
            case wire.RoomState() if item.room == self._room:
                self._change_modes(link, item)
            case wire.OwnState() if item.room == self._room:
                self._privileged = item.privileged
                self._answer(link, item)
            case wire.Refusal():
                self._note(f"refused:{item.why}", item.text)
                self._answer(link, item)
            case Ended():
                self._answer(link, item)
            case wire.Unknown():
                self._note(f"unknown:{item.command}:{item.why}", item.why)
            case Notice() | MessageDeleted() | AuthorBanned() | ChatCleared() if self._is_new(item.id):
                self._emit(item)

    def _is_late(self, line: ChatMessage) -> bool:
        """Whether a line took so long to reach us that an answer would come too late, by the quickest of the last lines.

        Our clock need not be right: by how much it is off, no line of IRC tells.
        """
        if line.at is None:
            return False
        self._behind.append(self._clock() - line.at)
        return self._behind[-1] - min(self._behind) > LATE

    def _is_new(self, event: str) -> bool:
        """Whether this id was not handed on before; a second copy is counted."""
        new = self._seen.is_new(event)
        if not new:
            self.counts["duplicate"] += 1
        return new

    def _change_modes(self, link: Link, update: wire.RoomState) -> None:
        modes = wire.merged(self._modes, update)
        changed = [f"{mode}={value}" for mode, value in modes.items() if self._modes.get(mode) != value]
        self._modes = modes
        if changed:
            now = self._clock()
            self._emit(Notice(f"{self.channel}:room_mode:{now:.3f}", now, self.channel, "room_mode", " ".join(changed)))

    def _note(self, kind: str, detail: str) -> None:
        """Count a kind of thing; it is logged the first time."""
        kind = kind if kind in self.counts or len(self.counts) < MAX_COUNTS else "unknown:other"
        self.counts[kind] += 1
        if self.counts[kind] == 1:
            _log.warning("%s: %s (%r)", self.channel, kind, detail[:200])

    # Writing

    async def send(self, post: Post) -> SendResult:
        """Write one line under the account's limits; return when its fate is known or cannot become known (see the class)."""
        text = outgoing(post.text)
        why = self._unsendable(post, text)
        if why:
            self.counts[f"dropped:{why}"] += 1
            return SendResult("dropped", why)
        waiting = _Waiting(post, text, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if len(self._waiting) > MAX_WAITING:
            least = min(self._waiting, key=lambda w: w.post.priority)  # the oldest of the least important
            self._waiting.remove(least)
            self._settle(least, SendResult("dropped", "crowded"))
        self._posts_wait.set()
        return await waiting.fate

    def _unsendable(self, post: Post, text: str) -> str:
        if not self.capabilities.send:
            return "read_only"
        if not self._running:
            return "stopped"
        if post.expires <= self._clock():
            return "expired"
        return "command" if is_command(text) else "" if text else "empty"

    def _settle(self, waiting: _Waiting, result: SendResult) -> None:
        if waiting.fate.done():
            return
        if result.fate != "sent":
            self.counts[f"{result.fate}:{result.why}"] += 1
        waiting.fate.set_result(result)

    async def _write_posts(self) -> None:
        """Give each waiting post its turn: the most important first, then the oldest; one at a time, to know whose refusal a NOTICE is."""
        while True:
            await self._posts_wait.wait()
            link = self._link if self._link is not None and self._may_write(self._link) else None
            self._drop_expired("rate_limited" if link else "not_connected")
            if not self._waiting:
                self._posts_wait.clear()
                continue
            wait = self._turn_in() if link else STEP
            if link is None or wait > 0:
                await self._sleep(min(max(wait, TICK), STEP))
                continue
            waiting = max(self._waiting, key=lambda w: w.post.priority)
            self._waiting.remove(waiting)
            try:
                self._settle(waiting, await self._write(link, waiting))
            finally:  # the run may end while the line is on its way
                self._settle(waiting, SendResult("unknown", "stopped"))

    def _drop_expired(self, why: str) -> None:
        now = self._clock()
        for waiting in [w for w in self._waiting if w.post.expires <= now]:
            self._settle(waiting, SendResult("dropped", why))
        self._waiting = [w for w in self._waiting if not w.fate.done()]  # the caller may have given up, too

    def _turn_in(self) -> float:
        slow = self._modes.get("slow", "0")
        return self._account.sends.wait(
            self._room, self._privileged, self._clock(), float(slow) if slow.isdigit() and len(slow) < 6 else 0.0
        )

    def _may_write(self, link: Link) -> bool:
        """Whether the room is joined and our standing there told, which comes right after and must not pass for an answer to a post."""
        return link.joined and self._clock() - link.joined_at >= SETTLE

    async def _write(self, link: Link, waiting: _Waiting) -> SendResult:
        sends, now = self._account.sends, self._clock()
        if sends.repeats(self._room, waiting.text, now):
            return SendResult("dropped", "duplicate")
        sends.take(self._room, self._privileged, waiting.text, now)
        self._asked, self._answers = link, asyncio.Queue()
        try:
            if not await link.write(privmsg(self._room, waiting.text, waiting.post.reply_to)):
                return SendResult("unknown", "connection_lost")
            return await self._fate()
        finally:
            self._asked = None

    async def _fate(self) -> SendResult:
        state: wire.OwnState | None = None
        patience = ANSWER_WITHIN
        while (answer := await within(self._answers.get(), patience, self._sleep)) is not None:
            if isinstance(answer, wire.Refusal):
                self._account.sends.refused()
                return SendResult("dropped", answer.why, retry_after=answer.seconds)
            if isinstance(answer, Ended):
                return SendResult("unknown", "connection_lost")
            if isinstance(answer, wire.OwnState):
                state, patience = answer, SETTLE
        return SendResult("sent", message=state.message) if state else SendResult("unknown", "no_answer")

    def _answer(self, link: Link, item: Heard) -> None:
        if link is self._asked:
            self._answers.put_nowait(item)


def _is_private(url: str) -> bool:
    """Whether what goes to `url` cannot be read on the way."""
    parts = urlsplit(url)
    return parts.scheme == "wss" or parts.hostname in ("127.0.0.1", "::1", "localhost")
