"""A YouTube live chat: streamed over gRPC where that is installed and granted, else polled within the day's quota; written to over HTTP.

Both ways go on where they were (a page token), so that lines written during a broken connection still come. Lines from before the first
connection are marked as backlog. gRPC is imported when the first stream is opened. Time, sleep and randomness are passed in. Must not
know the core's state, the store or the pages. What pages and refusals mean is `wire`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from livebot.core.events import ChatMessage, Event
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.login import Login
from livebot.platforms.pen import Pen
from livebot.platforms.seen import Seen, count
from livebot.platforms.socket_room import Ended
from livebot.platforms.web_api import Answer, WebApi, unsent
from livebot.platforms.youtube import proto, wire
from livebot.platforms.youtube.quota import Quota, until_reset
from livebot.timing import Retry, Sleep

if TYPE_CHECKING:
    import grpc

API_URL = "https://youtube.googleapis.com/youtube/v3"
STREAM_AT = "youtube.googleapis.com:443"
MINE = "mine"
GAP = 3.0  # YouTube publishes no pace for writing; each line costs 20 units
OPEN_WITHIN = 15.0
SETTLE = 1.0  # a stream of a quiet chat may say nothing at first: no refusal for so long means that it is open
NO_CHAT_PAUSE = 30.0
RATE_PAUSE = 10.0
MARGIN = 2.0
LATE = 600.0
SILENT_AFTER = 60.0  # a stream that says nothing for so long is opened anew where it was: it may be quiet or dead, nothing tells which
TELL_QUOTA_EVERY = 600.0
MAX_OWN = 200
LOOPBACK = ("127.0.0.1:", "localhost:", "[::1]:")

_ROOM = re.compile(r"[A-Za-z0-9_-]{11}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where YouTube is; other addresses are for tests. A stream to this machine is not encrypted."""

    api: str = API_URL
    stream: str = STREAM_AT


class YouTube:
    """One live chat (`livebot.platforms.base.Platform`): `room` is the broadcast's video id, or `mine` for what `login` broadcasts now.

    Reads with a `login` or an API `key`, writes with a login. A post is `sent` when YouTube gave it an id, `dropped` with the reason
    (`quota`, `rate_limited`, `chat_ended`, `rejected`, `scope_missing` …), `unknown` when no answer came. Health codes: `no_chat`, `quota`,
    `quota_left` (with `joined`), `chat_ended` (state `ended`), `chat_disabled`, `chat_moved`, `chat_over`, `page_lost`, `no_such_room`,
    `api_off`, `forbidden`, `scope_missing`, `auth_failed`, `token_unavailable`, `rate_limited`, `server_error`, `lost`, those of
    `why_unreachable`, `closed`, `no_answer`, `connection_lost`, `protocol_error`.
    """

    def __init__(
        self,
        room: str,
        *,
        clock: Clock,
        login: Login | None = None,
        key: str = "",
        send: bool = False,
        stream: bool = True,
        quota: Quota | None = None,
        addresses: Addresses | None = None,
        sleep: Sleep = asyncio.sleep,
        rng: random.Random | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`quota` is shared by all rooms of one project. UserError for what can be no room, or where nothing says who asks."""
        if room != MINE and not _ROOM.fullmatch(room):
            raise UserError(f"{room!r} is no YouTube broadcast", "channel", "Give the 11 characters after watch?v=, or mine with a login.")
        if login is None and (not key or send or room == MINE):
            raise UserError(
                "YouTube needs a login here", "channel", "Log in with `livebot login youtube`; an API key is enough to read a video."
            )
        self.channel = f"{wire.PLATFORM}:{room}"
        self.capabilities = Capabilities(send=send, max_length=wire.MAX_LENGTH, echoes_own=True)
        self.counts: Counter[str] = Counter()
        self.quota = quota or Quota()
        self._room, self._login, self._key = room, login, key
        self._clock, self._sleep, self._wall = clock, sleep, wall
        self._at = addresses or Addresses()
        headers = {} if login else {"X-Goog-Api-Key": key}
        self._api = WebApi(self._at.api, self._token, headers=headers, sleep=sleep, wall=wall)
        self._pen = Pen(self._post, gap=GAP, max_length=wire.MAX_LENGTH, clock=clock, sleep=sleep)
        self._retry = Retry(clock, rng or random.Random())  # noqa: S311 - spreads reconnects, protects nothing
        self._seen = Seen()
        self._emit: Emit = lambda event: None
        self._report: Callable[[Health], None] = lambda health: None
        self._streams = stream
        self._chat = self._doubted = self._page = ""
        self._since: float | None = None
        self._joined = self._renewed = False
        self._joined_at = self._heard_at = 0.0
        self._told_quota = float("-inf")
        self._own: dict[str, None] = {}
        self._own_channel = ""

    async def _token(self, refused: bool) -> str:
        return await self._login.token(refused) if self._login else ""

    # staying connected

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Read until cancelled, until the chat ends, or until trying again cannot help (then the last report says why)."""
        self._emit, self._report = emit, report
        async with self._api:
            self._pen.open()
            try:
                report(Health("connecting"))
                await self._stay()
            finally:
                self._pen.close()

    async def try_once(self) -> Health:
        """Find the broadcast's chat (`base.Platform`), which costs one unit; before the broadcast there is none yet."""
        try:
            async with self._api:
                await self._find()
        except PlatformError as error:
            return Health("connecting" if error.state == "no_chat" else "stopped", error.state, error.what)
        return Health("joined")

    async def _stay(self) -> None:
        wait = 0.0
        while True:
            await self._sleep(max(wait, self._retry.delay()))
            self._joined = False
            ended = await self._visit()
            if not ended.retry:
                return self._report(Health("ended" if ended.code == "chat_ended" else "stopped", ended.code, ended.detail))
            wait = ended.wait
            self._forget(ended.code)
            if self._joined:
                self._retry.lost(self._joined_at)
            else:
                self._retry.failed()
            if not self._joined or ended.code != "closed":  # YouTube ends streams now and then: they are opened again where they were
                self._report(Health("reconnecting", ended.code, ended.detail, 0 if self._joined else self._retry.failures))

    def _forget(self, code: str) -> None:
        """Drop what an end has proven wrong: the chat's id, or the place in it."""
        if code == "page_lost":
            self._page = ""
        if code in ("chat_moved", "chat_over"):
            self._doubted, self._chat, self._page = (self._chat if code == "chat_over" else ""), "", ""

    async def _visit(self) -> Ended:
        """Find the chat and read it until that is over."""
        try:
            if not self._chat:
                await self._find()
            ended = await self._stream() if self._streams else Ended("no_stream")
            if ended.code == "no_stream":
                self._streams = False
                ended = await self._poll()
        except PlatformError as error:
            return self._ended(error)
        return ended

    async def _find(self) -> None:
        """Find the broadcast's chat; PlatformError where there is none (yet)."""
        chat = await self._own_chat() if self._room == MINE else await self._chat_of_video()
        if not chat:
            raise PlatformError("", state="no_chat", retry_after=NO_CHAT_PAUSE)
        if chat == self._doubted:
            raise PlatformError("", state="chat_disabled", retry=False)
        self._chat = chat
        if self._since is None:
            self._since = self._now()

    async def _chat_of_video(self) -> str:
        values = await self._ask("find", "/videos", {"part": "liveStreamingDetails", "id": self._room})
        items = values.get("items")
        if not isinstance(items, list) or not items or not isinstance(items[0], dict):
            raise PlatformError(self._room, state="no_such_room", retry=False)
        details = items[0].get("liveStreamingDetails")
        if not isinstance(details, dict):
            raise PlatformError("", state="no_broadcast", retry=False)
        if details.get("actualEndTime") and not details.get("activeLiveChatId"):
            raise PlatformError("", state="chat_ended", retry=False)
        return str(details.get("activeLiveChatId") or "")

    async def _own_chat(self) -> str:
        values = await self._ask("find", "/liveBroadcasts", {"part": "snippet,status", "broadcastStatus": "active"})
        items = values.get("items")
        first = items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else {}
        snippet = first.get("snippet")
        return str(snippet.get("liveChatId") or "") if isinstance(snippet, dict) else ""

    async def _ask(self, what: str, path: str, params: dict[str, str]) -> Any:
        """Return a call's decoded answer; PlatformError where it is refused or cannot be paid."""
        if not self.quota.allows(what, self._wall()):
            raise self._out_of_quota()
        self.quota.take(what, self._wall())
        answer = await self._api.call("GET", path, params=params)
        if answer.status != 200:
            raise self._refused(wire.refusal(answer.status, answer.body), answer)
        return answer.content

    def _refused(self, refusal: wire.Refusal, answer: Answer | None = None) -> PlatformError:
        if refusal.code == "quota":
            return self._out_of_quota(refusal.text)
        pause = (answer.pause if answer else None) or RATE_PAUSE
        return PlatformError(
            refusal.text, state=refusal.code, retry=refusal.retry, retry_after=pause if refusal.code == "rate_limited" else 0.0
        )

    def _out_of_quota(self, text: str = "") -> PlatformError:
        self.quota.spent(self._wall())
        hours = until_reset(self._wall()) / 3600
        return PlatformError(" · ".join(part for part in (text, f"{hours:.1f} h") if part), state="quota", retry=False)

    # streaming

    async def _stream(self) -> Ended:
        """Read one stream until it ends."""
        if find_spec("grpc") is None:
            self._note("no gRPC", "pip install livebot[youtube]")
            return Ended("no_stream")
        if not self.quota.allows("stream", self._wall()):
            raise self._out_of_quota()
        self.quota.take("stream", self._wall())
        metadata = (("x-goog-api-key", self._key),) if not self._login else (("authorization", f"Bearer {await self._token(False)}"),)
        async with self._dial() as channel:
            call = channel.unary_stream(proto.METHOD)(proto.request(self._chat, self._page), metadata=metadata)
            try:
                ended = await self._hold(channel, call)
            finally:
                call.cancel()
        if ended.code == "auth_failed" and self._login and not self._renewed:
            self._renewed = True
            await self._token(True)  # it may have run out while the stream was open
            return replace(ended, retry=True)
        return ended

    def _dial(self) -> grpc.aio.Channel:
        import grpc.aio

        options = [
            ("grpc.max_receive_message_length", 8 << 20),
            ("grpc.use_local_subchannel_pool", 1),  # a dead connection must not be taken up again
            ("grpc.enable_http_proxy", 0),
        ]
        if self._at.stream.startswith(LOOPBACK):
            return grpc.aio.insecure_channel(self._at.stream, options)
        return grpc.aio.secure_channel(self._at.stream, grpc.ssl_channel_credentials(), options)

    async def _hold(self, channel: grpc.aio.Channel, call: Any) -> Ended:
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(self._read(call))
            opening = group.create_task(self._open(channel, call))
            await asyncio.wait({reading, opening}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done() and not opening.result():
                reading.cancel()
                return Ended("no_answer", since=self._clock())
            opening.cancel()
            watching = group.create_task(self._watch())
            await asyncio.wait({reading, watching}, return_when=asyncio.FIRST_COMPLETED)
            watching.cancel()
            if not reading.done():
                reading.cancel()
                return Ended("closed", since=self._clock())
            return await reading

    async def _watch(self) -> None:
        """Return when nothing was heard for too long."""
        while (quiet := self._clock() - self._heard_at) < SILENT_AFTER:
            await self._sleep(SILENT_AFTER - quiet + 0.01)

    async def _open(self, channel: grpc.aio.Channel, call: Any) -> bool:
        """Return whether the stream opened in time: it answers, or is connected and not refused for a moment."""
        answering = asyncio.ensure_future(call.initial_metadata())
        settling = asyncio.ensure_future(self._settled(channel))
        limit = asyncio.ensure_future(self._sleep(OPEN_WITHIN))
        tasks = (answering, settling, limit)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            opened = answering.done() or settling.done()
            if opened and not call.done():
                self._join()
            return opened
        finally:
            for task in tasks:
                task.cancel()

    async def _settled(self, channel: grpc.aio.Channel) -> None:
        await channel.channel_ready()
        await self._sleep(SETTLE)

    async def _read(self, call: Any) -> Ended:
        import grpc

        try:
            async for data in call:
                self._join()
                if self._take(data):
                    return Ended("chat_ended", retry=False)
        except grpc.aio.AioRpcError as error:
            return self._ended(self._refused(wire.stream_refusal(error.code().name, error.details() or "")))
        return Ended("closed", "", self._clock())

    def _ended(self, error: PlatformError) -> Ended:
        code = "protocol_error" if error.state == "page_lost" and not self._page else error.state
        return Ended(code, error.what, self._clock(), error.retry, error.retry_after)

    def _take(self, data: bytes) -> bool:
        self._renewed = False
        self._heard_at = self._clock()
        try:
            page = proto.decode(data)
        except (proto.Malformed, RecursionError) as error:
            self._note("unknown:page", str(error))
            return False
        return self._hand_on(wire.read_page(page, self.channel, self._clock()))

    # polling

    async def _poll(self) -> Ended:
        """Ask again and again, as often as YouTube wants and the quota lasts."""
        while True:
            params = {"liveChatId": self._chat, "part": "id,snippet,authorDetails", "maxResults": "2000"}
            if self._page:
                params["pageToken"] = self._page
            page = wire.read_page(await self._ask("poll", "/liveChat/messages", params), self.channel, self._clock())
            self._join()
            if self._hand_on(page):
                return Ended("chat_ended", retry=False)
            pause = self.quota.pause(page.wait, self._wall(), self._since or self._wall())
            self._tell_quota(pause)
            await self._sleep(pause)

    def _tell_quota(self, pause: float) -> None:
        """Say how long the quota lasts at this pace."""
        now = self._clock()
        if now - self._told_quota >= TELL_QUOTA_EVERY:
            self._told_quota = now
            wall = self._wall()
            left, hours = self.quota.left(wall), self.quota.lasts(pause, wall) / 3600
            self._report(Health("joined", "quota_left", f"{left:,}/{self.quota.daily:,} · {hours:.1f} h"))

    # what is heard

    def _join(self) -> None:
        if self._joined:
            return
        self._joined = True
        self._joined_at = self._heard_at = self._clock()
        self._doubted = ""
        self._report(Health("joined"))

    def _hand_on(self, page: wire.Page) -> bool:
        """Hand on what is new on a page; return whether the chat is over."""
        self._page = page.token or self._page
        for item in page.items:
            if isinstance(item, wire.Unknown):
                self._note(f"unknown:{item.what}:{item.why}")
            elif not isinstance(item, wire.ChatEnded):
                self._emit_new(self._judged(item) if isinstance(item, ChatMessage) else item)
        return page.over

    def _emit_new(self, event: Event) -> None:
        if self._seen.is_new(f"{type(event).__name__}:{getattr(event, 'id', '')}"):
            self._emit(event)

    def _judged(self, line: ChatMessage) -> ChatMessage:
        """Mark what was written before livebot came or reached us too late, and what livebot itself wrote."""
        echo = line.id in self._own or (self._pen.wrote(line.text) and self._own_channel in ("", line.author.id))
        if echo:
            line = replace(line, author=replace(line.author, roles=("bot",)))
        if line.at is None or self._since is None:
            return line
        old = line.at < self._since - MARGIN or self._now() - line.at > LATE
        return replace(line, backlog=True) if old else line

    def _now(self) -> float:
        """Return UTC seconds by YouTube's clock."""
        return self._wall() + self._api.ahead

    def _note(self, kind: str, detail: str = "") -> None:
        if count(self.counts, kind):
            _log.info("%s: %s %.200r", self.channel, kind, detail)

    # writing

    async def send(self, post: Post) -> SendResult:
        """Write a line; an answer names its asker itself, as YouTube has no replies."""
        return await self._pen.send(post) if self.capabilities.send else SendResult("dropped", "read_only")

    async def _post(self, post: Post) -> SendResult:
        if not self._chat:
            return SendResult("dropped", "not_connected")
        if not self.quota.allows("write", self._wall()):
            return SendResult("dropped", "quota")
        self.quota.take("write", self._wall())
        try:
            answer = await self._api.call("POST", "/liveChat/messages", params={"part": "snippet"}, body=wire.line(self._chat, post.text))
        except PlatformError as error:
            return unsent(error)
        if answer.status == 200:
            return self._posted(answer)
        refusal = wire.refusal(answer.status, answer.body)
        if refusal.code == "quota":
            self.quota.spent(self._wall())
        if refusal.code == "server_error":
            return SendResult("unknown", "server_error")
        self._note(f"not sent:{refusal.code}", refusal.text)
        pause = (answer.pause or RATE_PAUSE) if refusal.code == "rate_limited" else None
        return SendResult("dropped", refusal.code, retry_after=pause)

    def _posted(self, answer: Answer) -> SendResult:
        message, by = wire.posted(answer.body)
        self._own_channel = by or self._own_channel
        if not message:
            return SendResult("unknown", "no_answer")
        self._own[message] = None
        if len(self._own) > MAX_OWN:
            del self._own[next(iter(self._own))]
        return SendResult("sent", message=message)
