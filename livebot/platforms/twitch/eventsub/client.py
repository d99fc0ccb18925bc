"""A Twitch room over EventSub, written to through Helix: stays connected and subscribed, and keeps the account's login good.

Twitch sends no line again after a broken connection: that time is told as a gap. When it moves a session to another server nothing is
missed: the old connection is read until the new one says welcome. Time, sleep and randomness are passed in. Must not know the core's
state, the store or the pages. What frames mean is `wire`, what calls mean is `helix`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from websockets.asyncio.client import ClientConnection

from livebot.core.events import ChatMessage
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.login import Login
from livebot.platforms.pen import Pen
from livebot.platforms.socket_room import OPEN_WITHIN, Ended, SocketRoom
from livebot.platforms.twitch.account import ID_URL, VALIDATE_EVERY, Standing, validate
from livebot.platforms.twitch.eventsub import wire
from livebot.platforms.twitch.helix import SCOPES, Helix, PostAs
from livebot.platforms.twitch.helix import URL as API_URL
from livebot.platforms.twitch.limits import SAME_ROOM_GAP, SendLimits
from livebot.platforms.twitch.outgoing import MAX_LENGTH, is_command, is_room, outgoing
from livebot.platforms.web_api import WebApi, is_private
from livebot.timing import Sleep, catch_up, within

URL = "wss://eventsub.wss.twitch.tv/ws?keepalive_timeout_seconds=10"
MARGIN = 2.0  # seconds by which a keepalive may be late
WELCOME_WITHIN = 10.0
CHECK_EVERY = 1.0
LATE = 600.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Twitch is; other addresses are for tests."""

    socket: str = URL
    api: str = API_URL
    login: str = ID_URL


class TwitchEventSub(SocketRoom):
    """One Twitch room (`livebot.platforms.base.Platform`), read and written by the account of `login`.

    A post is `sent` when Twitch says so, `dropped` with its drop reason or where a check here refused it (`command`, `duplicate`,
    `expired`, `not_connected`), `unknown` when its answer did not come. Health codes beside those of `SocketRoom`: `auth_failed`,
    `scope_missing`, `token_unavailable`, `no_such_room`, `room_suspended`, `banned`, `rate_limited`, `server_error`.
    """

    def __init__(
        self,
        room: str,
        *,
        login: Login,
        clock: Clock,
        limits: SendLimits | None = None,
        send: bool = True,
        post_as: PostAs = "line",
        addresses: Addresses | None = None,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`limits` are shared by all rooms of the account. UserError for what can be no room, or an address that is not encrypted."""
        self._room = room.removeprefix("#").lower()
        if not is_room(self._room):
            raise UserError(f"{room!r} is no Twitch room", "channel", "Give the streamer's login: letters a-z, digits and _.")
        super().__init__(f"{wire.PLATFORM}:{self._room}", clock, sleep, rng)
        self.capabilities = Capabilities(send=send, reply=send, max_length=MAX_LENGTH, echoes_own=True)
        self._at = addresses or Addresses()
        self._login, self._post_as, self._limits = login, post_as, limits or SendLimits()
        self._wall = wall
        self._api = WebApi(self._at.api, login.token, headers={"Client-Id": login.client_id}, sleep=sleep, wall=wall)
        self._helix = Helix(self._api, wall)
        self._pen = Pen(self._post, gap=SAME_ROOM_GAP, max_length=MAX_LENGTH, clock=clock, sleep=sleep)
        self._standing = Standing("", "", frozenset())
        self._room_id = ""
        self._privileged = False
        self._welcomes: asyncio.Queue[wire.Welcome] = asyncio.Queue()
        self._orders: asyncio.Queue[str] = asyncio.Queue()
        self._silence = WELCOME_WITHIN

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why); reconnect in between."""
        async with self._api:
            self._pen.open()
            try:
                await super().run(emit, report)
            finally:
                self._pen.close()

    async def send(self, post: Post) -> SendResult:
        """Write a line under Twitch's limits; an announcement or a pinned line where the config says so and it is no reply."""
        return await self._pen.send(post) if self.capabilities.send else SendResult("dropped", "read_only")

    async def try_once(self) -> Health:
        """Ask Twitch about the login and the room; no session is opened, since a show may be running with the account's others."""
        try:
            async with self._api:
                await self._find()
        except PlatformError as error:
            return Health("stopped", error.state, error.what)
        return Health("joined", detail=self._standing.login)

    # reading

    async def _find(self) -> str:
        """Make sure of the login and the room before each connection: an expired token would be noticed late."""
        await self._check_login()
        if not self._room_id:
            room = await self._helix.user_of(self._room)
            if room is None:
                raise PlatformError(self._room, state="no_such_room", retry=False)
            self._room_id = room
        self._welcomes, self._orders = asyncio.Queue(), asyncio.Queue()
        self._silence = WELCOME_WITHIN
        return self._at.socket

    async def _check_login(self) -> None:
        try:
            self._standing = await validate(self._login.token, self._at.login, self._sleep)
        except PlatformError as error:
            if not error.retry or not self._standing.user:
                raise
            return  # nobody could be asked; the last answer was good
        self._privileged = self._privileged or self._standing.user == self._room_id
        missing = set(self._wanted()) - self._standing.scopes
        if missing:
            raise PlatformError(", ".join(sorted(missing)), state="scope_missing", retry=False)

    def _wanted(self) -> list[str]:
        if not self.capabilities.send:
            return list(SCOPES["read"])
        return [*SCOPES["read"], *SCOPES["write"], *(SCOPES[self._post_as] if self._post_as != "line" else ())]

    def _take(self, frame: str) -> None:
        identity, items = wire.parse(frame, self._clock(), self._standing.user)
        if identity and not self._seen.is_new(f"frame:{identity}"):
            return
        for item in items:
            match item:
                case wire.Welcome():
                    self._silence = item.keepalive
                    self._welcomes.put_nowait(item)
                case wire.Reconnect():
                    self._orders.put_nowait(item.url)
                case wire.Revoked():
                    self._revoked(item)
                case wire.Standing():
                    self._privileged = item.privileged
                case wire.Unknown():
                    self._note(f"unknown:{item.what}:{item.why}")  # the frame itself may hold what nobody should log
                case wire.Keepalive():
                    pass
                case ChatMessage():
                    self._hand_on(replace(item, backlog=True) if self._is_late(item) else item)
                case _:
                    self._hand_on(item)

    def _is_late(self, line: ChatMessage) -> bool:
        """Whether a line took so long to reach us that an answer would come too late. Twitch's own clock counts."""
        return line.at is not None and self._wall() + self._api.ahead - line.at > LATE

    def _revoked(self, revoked: wire.Revoked) -> None:
        self._note(f"revoked:{revoked.kind}:{revoked.status}")
        if revoked.kind == wire.CHAT or revoked.code:
            self._end(Ended(revoked.code or "closed", f"{revoked.kind}: {revoked.status}", self._clock(), retry=not revoked.code))

    async def _watch(self, socket: ClientConnection) -> None:
        """Find a session that says nothing: Twitch promises a keepalive, and forbids clients to write."""
        while True:
            quiet = self._clock() - self._heard_at
            if quiet >= self._silence + MARGIN:
                return self._end(Ended("silent", since=self._heard_at))
            await self._sleep(min(CHECK_EVERY, self._silence + MARGIN - quiet))
            await catch_up()

    async def _beside(self) -> None:
        """Subscribe, keep the login checked, and follow the session when it is moved."""
        welcome = await self._welcomes.get()
        try:
            await self._subscribe(welcome.session)
        except PlatformError as error:
            return self._end(Ended(error.state, error.what, self._clock(), error.retry, error.retry_after))
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_checked())
            while True:
                await self._move(await self._orders.get(), group)

    async def _subscribe(self, session: str) -> None:
        for kind in wire.SUBSCRIPTIONS:
            try:
                await self._helix.subscribe(wire.subscription(kind, self._room_id, self._standing.user, session))
            except PlatformError as error:
                if kind == wire.CHAT or error.state == "auth_failed":
                    raise
                self._note(f"not subscribed:{kind}", error.what)  # the chat itself is read
            if kind == wire.CHAT:
                self._join()

    async def _keep_checked(self) -> None:
        """Twitch wants the token validated every hour, and takes the session away when it is no longer good."""
        while True:
            await self._sleep(VALIDATE_EVERY)
            try:
                await self._check_login()
            except PlatformError as error:
                return self._end(Ended(error.state, error.what, self._clock(), error.retry))

    async def _move(self, url: str, group: asyncio.TaskGroup) -> None:
        """Open the address as it stands and wait for its welcome; until then the old connection is read. Subscriptions move along."""
        if not is_private(url):
            return self._end(Ended("protocol_error", since=self._clock()))
        successor = await within(self._dial(url), OPEN_WITHIN, self._sleep)
        if not isinstance(successor, ClientConnection):
            return self._end(Ended("closed", since=self._clock()))
        old, self._socket = self._socket, successor
        group.create_task(self._read_successor(successor))
        if await within(self._welcomes.get(), WELCOME_WITHIN, self._sleep) is None:
            return self._end(Ended("closed", since=self._clock()))
        if old is not None:
            await old.close()

    async def _read_successor(self, socket: ClientConnection) -> None:
        try:
            await self._read(socket)
        finally:
            with suppress(AttributeError):
                socket.transport.abort()

    # writing

    async def _post(self, post: Post) -> SendResult:
        text = outgoing(post.text)
        if is_command(text):
            return SendResult("dropped", "command")
        if not self._room_id or not self._standing.user:
            return SendResult("dropped", "not_connected")
        if not self._privileged and self._limits.repeats(self._room, text, self._clock()):
            return SendResult("dropped", "duplicate")
        if not await self._has_turn(post):
            return SendResult("dropped", "rate_limited")
        self._limits.take(self._room, self._privileged, text, self._clock())
        result = await self._write_as(post, text)
        if result.fate == "dropped":
            self._limits.refused()
        return result

    async def _has_turn(self, post: Post) -> bool:
        """Wait for the account's next turn; False when the post would be stale by then."""
        while (wait := self._limits.wait(self._room, self._privileged, self._clock())) > 0:
            if self._clock() + wait > post.expires:
                return False
            await self._sleep(max(wait, 0.01))
        return True

    async def _write_as(self, post: Post, text: str) -> SendResult:
        own = self._standing.user
        if self._post_as == "announcement" and not post.reply_to:
            return await self._helix.announce(self._room_id, own, text)
        pin = self._post_as == "pin" and not post.reply_to
        return await self._helix.write(self._room_id, own, text, post.reply_to, pin)
