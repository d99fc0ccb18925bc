"""A Kick room: its events come as signed webhooks to a port for them alone, lines are written over HTTP.

Kick calls a public HTTPS address; a tunnel or a reverse proxy brings those calls to this port, and only to this: livebot's pages stay
out of reach. A call counts only with Kick's signature, once, and not when it is old. Kick can be many minutes late: such lines are backlog.
Nothing tells that calls do not arrive. The subscription is looked at now and then, and made again when Kick has dropped it, which it does
where calls fail for long; a live channel of which no call comes is told as well. Both may be the tunnel, and end with the next call.
Time, sleep and randomness are passed in. Must not know the core's state, the store or the pages.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from livebot.core.events import ChatMessage
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.instant import seconds_of
from livebot.platforms.kick import signature, wire
from livebot.platforms.kick.hook import Hook
from livebot.platforms.pen import Pen
from livebot.platforms.seen import Seen, count
from livebot.platforms.web_api import Answer, Token, WebApi, said, unsent
from livebot.timing import Retry, Sleep

URL = "https://api.kick.com/public/v1"
MAX_AGE, MAX_AHEAD = 1800.0, 300.0  # how old and how far ahead a call's time may be: within it ids are remembered
LATE = 120.0
LOOK_EVERY = 300.0
QUIET_AFTER = 900.0  # seconds without a call after which a live channel is suspicious: a chat may be quiet, a tunnel may be down
NEW_KEY_EVERY = 300.0
GAP = 1.2  # Kick publishes no limit; a line a second is what chats of its kind take
RATE_PAUSE = 30.0
REFUSALS = {400: "rejected", 403: "forbidden", 404: "no_such_room", 413: "too_long", 422: "rejected"}

_log = logging.getLogger(__name__)


class Kick:
    """One Kick channel (`livebot.platforms.base.Platform`); `room` is its name in Kick's address, `token` is of the account that writes.

    `hook` is where the calls come in on this machine, shared by all rooms of a show. Health codes: `hook_port` (another program has the
    port), `no_calls` and `calls_dropped` (with `joined`), `no_such_room`, `auth_failed`, `scope_missing`, `token_unavailable`,
    `rate_limited`, `server_error`, `no_answer`, those of `why_unreachable`.
    """

    def __init__(
        self,
        room: str,
        *,
        token: Token,
        clock: Clock,
        send: bool = True,
        hook: Hook | None = None,
        url: str = URL,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        if not room or not room.isascii() or not room.replace("-", "").replace("_", "").isalnum():
            raise UserError(f"{room!r} is no Kick channel", "channel", "Give the channel's name as in kick.com/NAME.")
        self.channel = f"{wire.PLATFORM}:{room}"
        self.capabilities = Capabilities(send=send, reply=send, max_length=wire.MAX_LENGTH, echoes_own=True)
        self.counts: Counter[str] = Counter()
        self.hook = hook or Hook()
        self._room, self._clock, self._sleep, self._wall = room, clock, sleep, wall
        self._api = WebApi(url, token, sleep=sleep, wall=wall)
        self._pen = Pen(self._post, gap=GAP, max_length=wire.MAX_LENGTH, clock=clock, sleep=sleep)
        self._retry = Retry(clock, rng or random.Random())  # noqa: S311 - spreads tries, protects nothing
        self._seen = Seen()
        self._emit: Emit = lambda event: None
        self._key: signature.PublicKey | None = None
        self._key_at = float("-inf")
        self._broadcaster = self._self = 0
        self._report: Callable[[Health], None] = lambda health: None
        self._joined, self._live, self._called_at, self._suspicion = False, False, 0.0, ""

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled or until trying again cannot help (then the last report says why)."""
        self._emit = emit
        self._report, self._joined, self._suspicion = report, False, ""
        report(Health("connecting"))
        async with self._api:
            if not await self.hook.join(self._called, self._wants):
                return report(Health("stopped", "hook_port", str(self.hook.port)))
            self._pen.open()
            try:
                await self._stay()
            finally:
                self._pen.close()
                self._key = None
                await self.hook.leave(self._called)

    async def try_once(self) -> Health:
        """Ask Kick about the account, the channel and what is subscribed (`base.Platform`); nothing is subscribed by it."""
        try:
            async with self._api:
                await self._look_up()
                await self._missing_events()
        except PlatformError as error:
            return Health("stopped", error.state, error.what)
        return Health("joined")

    async def send(self, post: Post) -> SendResult:
        """Write a line. `sent` and `dropped` are Kick's word; `unknown` where its answer did not come."""
        if not self.capabilities.send:
            return SendResult("dropped", "read_only")
        return await self._pen.send(post)

    # being called

    def _wants(self, broadcaster: int | None) -> bool:
        return broadcaster is not None and broadcaster == self._broadcaster

    async def _stay(self) -> None:
        """Subscribe, then look now and then whether Kick still calls; stop where trying again cannot help."""
        while True:
            wait = LOOK_EVERY
            try:
                await self._subscribe()
                self._retry.failures = 0
            except PlatformError as error:
                if not error.retry:
                    return self._report(Health("stopped", error.state, error.what))
                self._retry.failed()
                wait = max(error.retry_after, self._retry.delay())
                self._note(f"look:{error.state}", error.what)
                if not self._joined:
                    self._report(Health("reconnecting", error.state, error.what, self._retry.failures))
            else:
                self._judge_silence()
            await self._sleep(wait)

    def _judge_silence(self) -> None:
        """Say that the room is read, or why that is doubtful, when that changes."""
        if not self._joined or not self._live:
            self._called_at = max(self._called_at, self._clock())
        quiet = self._clock() - self._called_at
        suspicion = self._suspicion or ("no_calls" if quiet >= QUIET_AFTER else "")
        if not self._joined or suspicion:
            self._report(Health("joined", suspicion, f"{quiet / 60:.0f} min" if suspicion == "no_calls" else ""))
        self._joined, self._suspicion = True, suspicion

    async def _subscribe(self) -> None:
        """Find out who is who, fetch the key, and subscribe to what is not subscribed."""
        await self._look_up()
        missing = await self._missing_events()
        if missing:
            body = {"broadcaster_user_id": self._broadcaster, "events": missing, "method": "webhook"}
            answer = _checked(await self._api.call("POST", "/events/subscriptions", body=body))
            failed = {each.get("name"): str(each["error"]) for each in _objects(answer) if each.get("error")}
            if wire.CHAT in failed:
                raise PlatformError(failed[wire.CHAT], state="server_error")
            if self._joined and any(each["name"] == wire.CHAT for each in missing):
                self._suspicion = "calls_dropped"

    async def _look_up(self) -> None:
        if not self._broadcaster:
            self._self = _number(await self._get("/users"), "user_id")
        channel = await self._get("/channels", slug=self._room)
        self._broadcaster = self._broadcaster or _number(channel, "broadcaster_user_id")
        if not self._broadcaster:
            raise PlatformError(self._room, state="no_such_room", retry=False)
        self._live = any(isinstance(each.get("stream"), dict) and each["stream"].get("is_live") is True for each in _objects(channel))
        if self._key is None:
            await self._fetch_key()

    async def _missing_events(self) -> list[dict[str, Any]]:
        answer = await self._get("/events/subscriptions", broadcaster_user_id=str(self._broadcaster))
        there = {each.get("event") for each in _objects(answer)}
        return [{"name": name, "version": 1} for name in wire.EVENTS if name not in there]

    async def _get(self, path: str, **params: str) -> Answer:
        return _checked(await self._api.call("GET", path, params=params))

    async def _fetch_key(self) -> None:
        self._key_at = self._clock()
        data = (await self._get("/public-key")).content.get("data")
        pem = data.get("public_key") if isinstance(data, dict) else None
        self._key = signature.read_key(pem) if isinstance(pem, str) else None
        if self._key is None:
            raise PlatformError("", state="protocol_error")

    async def _called(self, request: web.Request, body: bytes) -> web.Response:
        """Take one call. Kick tries three times until it gets a 200, and gives up a receiver that fails for long."""
        headers = {name: request.headers.get(f"Kick-Event-{name}", "")[:1000] for name in ("Message-Id", "Message-Timestamp", "Signature")}
        if self._key is None:
            return web.Response(status=503)
        if not await self._is_from_kick(headers, body):
            self._note("refused:signature")
            return web.Response(status=401)
        age = self._now() - (seconds_of(headers["Message-Timestamp"]) or float("-inf"))
        if not -MAX_AHEAD <= age <= MAX_AGE:
            self._note("refused:age", f"{age:.0f} s")
            return web.Response(status=401)
        if not self._wants(wire.broadcaster(body)):
            return web.Response(status=200)
        self._called_at = self._clock()
        if self._suspicion:
            self._suspicion = ""
            self._report(Health("joined"))
        if self._seen.is_new(f"call:{headers['Message-Id']}"):
            self._take(request.headers.get("Kick-Event-Type", ""), body)
        return web.Response(status=200)

    async def _is_from_kick(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Check the signature; where it does not fit, Kick may have a new key, which is asked for now and then."""
        if self._fits(headers, body):
            return True
        if self._clock() - self._key_at < NEW_KEY_EVERY:
            return False
        old = self._key
        try:
            await self._fetch_key()
        except PlatformError as error:
            self._key = old
            self._note("no new key", error.what)
        return self._fits(headers, body)

    def _fits(self, headers: Mapping[str, str], body: bytes) -> bool:
        key, told = self._key, headers["Message-Id"]
        return key is not None and bool(told) and signature.is_signed(key, headers["Signature"], told, headers["Message-Timestamp"], body)

    def _take(self, kind: str, body: bytes) -> None:
        item = wire.parse(kind, body, self.channel, self._clock())
        if isinstance(item, wire.Unknown):
            self._note(f"unknown:{item.why}")
        elif self._seen.is_new(f"{type(item).__name__}:{item.id}"):
            self._emit(self._judged(item) if isinstance(item, ChatMessage) else item)

    def _judged(self, line: ChatMessage) -> ChatMessage:
        """What livebot wrote is the bot's, also where its account is the streamer's own; what took minutes to reach us is backlog."""
        own = line.author.id == str(self._self)
        if own and (self._self != self._broadcaster or self._pen.wrote(line.text)):
            line = replace(line, author=replace(line.author, roles=("bot",)))
        late = line.at is not None and self._now() - line.at > LATE
        return replace(line, backlog=True) if late else line

    def _now(self) -> float:
        """UTC seconds by Kick's clock."""
        return self._wall() + self._api.ahead

    def _note(self, kind: str, detail: str = "") -> None:
        if count(self.counts, kind):
            _log.info("%s: %s %.200r", self.channel, kind, detail)

    # writing

    async def _post(self, post: Post) -> SendResult:
        if not self._broadcaster:
            return SendResult("dropped", "not_connected")
        body: dict[str, Any] = {"type": "user", "content": post.text, "broadcaster_user_id": self._broadcaster}
        if post.reply_to:
            body["reply_to_message_id"] = post.reply_to.removeprefix(f"{wire.PLATFORM}:")
        try:
            answer = await self._api.call("POST", "/chat", body=body)
        except PlatformError as error:
            return unsent(error)
        data = answer.content.get("data")
        data = data if isinstance(data, dict) else {}
        if answer.status == 200 and data.get("is_sent") is True:
            told = data.get("message_id")
            return SendResult("sent", message=f"{wire.PLATFORM}:{told}"[:300] if isinstance(told, str) and told else None)
        if answer.status == 429:
            return SendResult("dropped", "rate_limited", retry_after=answer.pause or RATE_PAUSE)
        if answer.status >= 500:
            return SendResult("unknown", "server_error")
        self._note(f"not sent:{answer.status}", said(answer))
        return SendResult("dropped", REFUSALS.get(answer.status, "not_sent"))


def _checked(answer: Answer) -> Answer:
    """Return a good answer; PlatformError says what else it is."""
    if answer.status in (200, 201):
        return answer
    if answer.status == 403:
        raise PlatformError(said(answer), state="scope_missing", retry=False)
    if answer.status == 429:
        raise PlatformError(said(answer), state="rate_limited", retry_after=answer.pause or RATE_PAUSE)
    raise PlatformError(said(answer), state="server_error")


def _objects(answer: Answer) -> list[Mapping[str, Any]]:
    data = answer.content.get("data")
    return [each for each in data if isinstance(each, dict)] if isinstance(data, list) else []


def _number(answer: Answer, key: str) -> int:
    """Return a number of the first object of an answer; 0 where there is none."""
    value = next((each.get(key) for each in _objects(answer)), 0)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
