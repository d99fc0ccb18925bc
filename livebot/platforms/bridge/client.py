"""One channel whose chat a bridge brings: what arrives by POST or WebSocket becomes events, what livebot writes becomes frames.

Must not know the web server: its routes hand over bodies, headers and frames, and carry frames back.

A route for POST answers with what `receive` returns. A route for WebSocket does this (names of aiohttp, any server will do):

    peer = bridge.connect(request.headers)
    if not isinstance(peer, Peer):                      # (status, answer): refuse before the upgrade
        return web.json_response(peer[1], status=peer[0])
    ws = web.WebSocketResponse(protocols=[PROTOCOL], max_msg_size=MAX_BODY)
    await ws.prepare(request)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write(ws, peer))              # async for frame in peer.frames(): await ws.send_str(frame)
        try:                                            #   … then: await ws.close(code=peer.close_code)
            async for message in ws:
                peer.take(message.data)
        finally:
            peer.close()
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

from livebot.core.events import Event
from livebot.errors import UserError
from livebot.platforms.base import Capabilities, Clock, Emit, Health, Post, SendResult
from livebot.platforms.bridge import wire

AUTH_SECONDS = 10.0
SEND_SECONDS = 10.0
MAX_PEERS = 16
MAX_WAITING = 1_000_000
"""Characters that may wait for a peer that reads slowly; beyond that it is disconnected."""

MAX_KNOWN = 100_000
"""Events remembered to tell second copies."""

CLOSE_REFUSED = 4401
CLOSE_REPLACED = 4409
CLOSE_TOO_BIG = 1009
CLOSE_TOO_SLOW = 1013

Answer = dict[str, Any]


class Bridge:
    """A `Platform` for one channel, fed and read by the seller's own program. Safe for one event loop, not for threads."""

    def __init__(
        self,
        channel: str,
        *,
        token: str,
        clock: Clock,
        signing_key: str | None = None,
        max_length: int = 500,
        send_seconds: float = SEND_SECONDS,
        auth_seconds: float = AUTH_SECONDS,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`clock` is livebot's own, `wall` is UTC seconds. With a `signing_key` every POST must be signed as well. Raises UserError."""
        if not token:
            raise UserError("the bridge has no token", channel, "set the environment variable or file that the config names")
        self.channel = channel
        self._able = Capabilities(reply=True, max_length=max_length, echoes_own=True)
        self._token = token
        self._signing_key = signing_key
        self._clock = clock
        self._wall = wall
        self._send_seconds = send_seconds
        self._auth_seconds = auth_seconds
        self._emit: Emit | None = None
        self._report: Callable[[Health], None] = lambda health: None
        self._health: Health | None = None
        self._peers: list[Peer] = []
        self._known: dict[bytes, None] = {}

    # --- Platform ---

    @property
    def capabilities(self) -> Capabilities:
        """What can be done there now: lines can be written while a program is connected that takes them, and not by one that only posts."""
        return replace(self._able, send=any(peer.authorised and peer.writes for peer in self._peers))

    async def try_once(self) -> Health:
        """Nobody can be asked: it is the bridge that calls (`base.Platform`)."""
        return Health("connecting", "no_peer")

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Take events until cancelled; before and after, bridges are told to come back later."""
        self._emit, self._report, self._health = emit, report, None
        self._tell(Health("connecting", "no_peer"))
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._emit = None
            for peer in list(self._peers):
                peer.close()
            self._tell(Health("stopped"))

    async def send(self, post: Post) -> SendResult:
        """Ask one connected bridge, the newest that can write, to write a line; `unknown` if it took the line and never said more."""
        if post.expires < self._clock():
            return SendResult("dropped", "expired")
        if len(post.text) > self._able.max_length:
            return SendResult("dropped", "too_long")
        for peer in list(reversed(self._peers)):
            if not peer.authorised or not peer.writes:
                continue
            result = await peer.send(post, self._send_seconds)
            if result.fate != "dropped" or result.why not in ("read_only", "peer_gone"):
                return result
            peer.writes = False
        return SendResult("dropped", "no_peer")

    # --- what the web server's routes call ---

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Answer]:
        """Take a POST's body; return the HTTP status and the answer: `{accepted, duplicates, rejected: [{i, why}]}` or `{error}`."""
        known = _lowered(headers)
        if not wire.same_token(wire.token_of(known), self._token):
            return 401, {"error": "wrong or missing token: send Authorization: Bearer TOKEN"}
        stamp = wire.signed_at(body, known, self._signing_key, self._wall()) if self._signing_key else None
        if self._signing_key and stamp is None:
            return 401, {"error": "X-Livebot-Signature is missing, wrong, or its X-Livebot-Timestamp is too far from now"}
        if self._emit is None:
            return 503, {"error": "the show is not running"}
        if len(body) > wire.MAX_BODY:
            return 413, {"error": f"the body is longer than {wire.MAX_BODY} bytes"}
        try:
            return 202, self._take(body, stamp)
        except wire.BadBody as error:
            return 400, {"error": str(error)}

    def connect(self, headers: Mapping[str, str]) -> Peer | tuple[int, Answer]:
        """Return a peer for a WebSocket that is to be opened, or the HTTP status and answer to refuse it with.

        The token comes in the header, as subprotocol, or in the first frame `{"type":"auth","token":"…"}`.
        """
        token = wire.token_of(_lowered(headers))
        if token is not None and not wire.same_token(token, self._token):
            return 401, {"error": "wrong token"}
        if self._emit is None:
            return 503, {"error": "the show is not running"}
        peer = Peer(self, self._auth_seconds)
        same_kind = [other for other in self._peers if other.authorised == (token is not None)]
        if len(same_kind) >= MAX_PEERS:
            same_kind[0].close(CLOSE_REPLACED)
        self._peers.append(peer)
        if token is not None:
            self._admit(peer)
        return peer

    # --- what a peer calls ---

    def _admit(self, peer: Peer) -> None:
        peer.admit(wire.joined_frame(self.channel, self._clock()))
        self._tell(Health("joined"))

    def _admits(self, token: object) -> bool:
        return wire.same_token(token if isinstance(token, str) else None, self._token)

    def _leave(self, peer: Peer) -> None:
        if peer in self._peers:
            self._peers.remove(peer)
        if self._emit and peer.authorised and not any(other.authorised for other in self._peers):
            self._tell(Health("reconnecting", "no_peer"))

    def _take(self, body: bytes, stamp: float | None = None) -> Answer:
        if self._emit is None:
            raise wire.BadBody("the show is not running")
        batch = wire.read_batch(body, channel=self.channel, now=self._clock(), stamp=stamp)
        fresh = [event for _, event in batch.events if self._is_new(event)]
        for event in fresh:
            self._emit(event)
        self._tell(Health("joined"))
        return {"accepted": len(fresh), "duplicates": len(batch.events) - len(fresh), "rejected": batch.rejected}

    def _is_new(self, event: Event) -> bool:
        key = wire.fingerprint(event)
        if key in self._known:
            return False
        self._known[key] = None
        if len(self._known) > MAX_KNOWN:
            del self._known[next(iter(self._known))]
        return True

    def _tell(self, health: Health) -> None:
        if health != self._health:
            self._health = health
            self._report(health)


class Peer:
    """One connected bridge: `take` its frames, carry `frames` to it, `close` when it is gone."""

    def __init__(self, bridge: Bridge, auth_seconds: float) -> None:
        self.authorised = False
        self.writes = True
        self.close_code = 1000
        self._bridge = bridge
        self._auth_seconds = auth_seconds
        self._open = True
        self._waiting: deque[tuple[str, str | None]] = deque()
        self._size = 0
        self._changed = asyncio.Event()
        self._asked: dict[str, asyncio.Future[SendResult]] = {}
        self._taken: set[str] = set()

    def take(self, frame: str | bytes) -> None:
        """Take one frame of the peer: the token, events, or what became of a line. Never raises."""
        if not self._open:
            return
        data = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
        if len(data) > wire.MAX_BODY:
            return self.close(CLOSE_TOO_BIG)
        value = wire.read_frame(data.decode("utf-8", "replace"))
        kind = value.get("type") if value else None
        if not self.authorised:
            self._first(value or {})
        elif value and kind == "sent":
            self._settle(value.get("req"), wire.read_sent(value, self._bridge.channel))
        elif kind != "auth":
            self._answer(data)

    def _first(self, value: Mapping[str, Any]) -> None:
        if value.get("type") == "auth" and self._bridge._admits(value.get("token")):
            self._bridge._admit(self)
        else:
            self.close(CLOSE_REFUSED)

    def _answer(self, data: bytes) -> None:
        try:
            answer = self._bridge._take(data)
        except wire.BadBody as error:
            answer = {"accepted": 0, "duplicates": 0, "rejected": [{"i": 0, "why": str(error)}]}
        self._put(wire.answer_frame(answer), None)

    def admit(self, frame: str) -> None:
        """Let the peer in, greeting it with `frame`."""
        self.authorised = True
        self._put(frame, None)

    async def frames(self) -> AsyncIterator[str]:
        """Yield what is to be sent to the peer until it is closed; a peer that does not say who it is in time is closed."""
        try:
            async with asyncio.timeout(self._auth_seconds):
                while self._open and not self.authorised:
                    await self._change()
        except TimeoutError:
            self.close(CLOSE_REFUSED)
        while self._open:
            if not self._waiting:
                await self._change()
                continue
            text, request = self._waiting.popleft()
            self._size -= len(text)
            if request is None or request in self._asked:
                if request:
                    self._taken.add(request)
                yield text

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def send(self, post: Post, seconds: float) -> SendResult:
        """Ask the peer to write a line and wait for its word; a line it was never handed is `dropped`, else silence is `unknown`."""
        if post.id in self._asked:
            return SendResult("dropped", "already_asked")
        future: asyncio.Future[SendResult] = asyncio.get_running_loop().create_future()
        self._asked[post.id] = future
        self._put(wire.send_frame(post, self._bridge.channel), post.id)
        try:
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            return self._silent(post.id, "timeout")
        finally:
            self._asked.pop(post.id, None)
            self._taken.discard(post.id)

    def _silent(self, request: str, why: str) -> SendResult:
        return SendResult("unknown" if request in self._taken else "dropped", why)

    def _settle(self, request: object, result: SendResult) -> None:
        future = self._asked.get(request) if isinstance(request, str) else None
        if future and not future.done():
            future.set_result(result)

    def _put(self, text: str, request: str | None) -> None:
        if self._open:
            self._waiting.append((text, request))
            self._size += len(text)
            self._changed.set()
            if self._size > MAX_WAITING:
                self.close(CLOSE_TOO_SLOW)

    def close(self, code: int = 1000) -> None:
        """End the peer: `frames` stops, and what it was asked to write is settled as unknown, or dropped if it never left."""
        if not self._open:
            return
        self._open = False
        self.close_code = code
        self._waiting.clear()
        for request in list(self._asked):
            self._settle(request, self._silent(request, "peer_gone"))
        self._changed.set()
        self._bridge._leave(self)


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
