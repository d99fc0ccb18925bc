"""The own endpoint for captions: what is posted or written there becomes segments. Must not know the web server, which carries the bytes.

POST: `Authorization: Bearer TOKEN`, one segment, an array or JSON lines; answered with `{accepted, duplicates, rejected: [{i, why}]}`.
WebSocket: the token in the header, as subprotocol `token.…`, or in the first frame `{"type":"auth","token":"…"}`; every frame of segments
is answered as a POST is.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Any

from livebot.errors import UserError
from livebot.voice import wire
from livebot.voice.base import Hear, Segment, Status, Tell

AUTH_SECONDS = 10.0
MAX_PEERS = 8
MAX_ANSWERS = 1_000
MAX_KNOWN = 10_000
CLOSE_REFUSED = 4401
CLOSE_REPLACED = 4409
CLOSE_TOO_BIG = 1009
CLOSE_TOO_SLOW = 1013
CLOSE_GOING = 1001

Answer = dict[str, Any]


class CaptionEndpoint:
    """Takes captions from the seller's own program (`base.Source`). Code while nobody sends: `no_sender`."""

    def __init__(self, token: str, *, auth_seconds: float = AUTH_SECONDS) -> None:
        if not token:
            raise UserError("the captions' endpoint has no token", "[voice]", "Set token_env or token_file.")
        self._token, self._auth_seconds = token, auth_seconds
        self._hear: Hear | None = None
        self._tell: Tell = lambda status: None
        self._status: Status | None = None
        self._peers: list[CaptionPeer] = []
        self._known: dict[tuple[str, str, bool], None] = {}

    async def run(self, hear: Hear, tell: Tell) -> None:
        """Take segments until cancelled; before and after, senders are told to come back later."""
        self._hear, self._tell, self._status = hear, tell, None
        self._say(Status("connecting", "no_sender"))
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._hear = None
            for peer in list(self._peers):
                peer.close(CLOSE_GOING)

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Answer]:
        """Take a POST's body; return the HTTP status and the answer."""
        known = {name.lower(): value for name, value in headers.items()}
        if not self.admits(wire.token_of(known)):
            return 401, {"error": "wrong or missing token: send Authorization: Bearer TOKEN"}
        if self._hear is None:
            return 503, {"error": "the show is not running"}
        try:
            return 202, self.take(body)
        except wire.BadBody as error:
            return 400, {"error": str(error)}

    def connect(self, headers: Mapping[str, str]) -> CaptionPeer | tuple[int, Answer]:
        """Return a peer for a WebSocket that is to be opened, or status and answer of a refusal."""
        token = wire.token_of({name.lower(): value for name, value in headers.items()})
        if token is not None and not self.admits(token):
            return 401, {"error": "wrong token"}
        if self._hear is None:
            return 503, {"error": "the show is not running"}
        if len(self._peers) >= MAX_PEERS:
            self._peers[0].close(CLOSE_REPLACED)
        peer = CaptionPeer(self, self._auth_seconds, known=token is not None)
        self._peers.append(peer)
        if peer.authorised:
            self._say(Status("joined"))
        return peer

    def admits(self, token: object) -> bool:
        """Whether this is the token."""
        return wire.same_token(token, self._token)

    def take(self, body: bytes) -> Answer:
        """Take a body of segments of somebody who showed the token; raises BadBody."""
        items = wire.read_segments(body)
        segments = [item for item in items if isinstance(item, Segment)]
        fresh = [segment for segment in segments if self._is_new(segment)]
        self._say(Status("joined"))
        if self._hear is not None:
            for segment in fresh:
                self._hear(segment)
        rejected = [{"i": item.i, "why": item.why} for item in items if isinstance(item, wire.Rejected)]
        return {"accepted": len(fresh), "duplicates": len(segments) - len(fresh), "rejected": rejected}

    def _is_new(self, segment: Segment) -> bool:
        """Without an id or a start, the same words may well be said again."""
        known = (segment.key, segment.text, segment.final)
        if not segment.key or known not in self._known:
            self._known[known] = None
            if len(self._known) > MAX_KNOWN:
                del self._known[next(iter(self._known))]
            return True
        return False

    def entered(self) -> None:
        """A peer showed the token."""
        self._say(Status("joined"))

    def left(self, peer: CaptionPeer) -> None:
        """A peer is gone."""
        if peer in self._peers:
            self._peers.remove(peer)
        if self._hear is not None and peer.authorised and not any(other.authorised for other in self._peers):
            self._say(Status("reconnecting", "no_sender"))

    def _say(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            self._tell(status)


class CaptionPeer:
    """One connected sender: `take` its frames, carry `frames` to it, `close` when it is gone."""

    def __init__(self, endpoint: CaptionEndpoint, auth_seconds: float, *, known: bool) -> None:
        self.authorised = known
        self.close_code = 1000
        self._endpoint, self._auth_seconds = endpoint, auth_seconds
        self._open = True
        self._answers: deque[str] = deque()
        self._changed = asyncio.Event()

    def take(self, frame: str | bytes) -> None:
        """Take one frame: the token, or segments. Never raises."""
        data = frame.encode("utf-8", "surrogatepass") if isinstance(frame, str) else frame
        if not self._open:
            return
        if len(data) > wire.MAX_BODY:
            return self.close(CLOSE_TOO_BIG)
        if not self.authorised:
            return self._first(wire.decoded(data.decode("utf-8", "replace")))
        try:
            answer = self._endpoint.take(data)
        except wire.BadBody as error:
            answer = {"accepted": 0, "duplicates": 0, "rejected": [{"i": 0, "why": str(error)}]}
        self._answers.append(json.dumps(answer))
        self._changed.set()
        if len(self._answers) > MAX_ANSWERS:
            self.close(CLOSE_TOO_SLOW)

    def _first(self, value: Any) -> None:
        if not isinstance(value, dict) or value.get("type") != "auth" or not self._endpoint.admits(value.get("token")):
            return self.close(CLOSE_REFUSED)
        self.authorised = True
        self._changed.set()
        self._endpoint.entered()

    async def frames(self) -> AsyncIterator[str]:
        """Yield the answers until the peer is closed; one that does not show the token in time is closed."""
        try:
            async with asyncio.timeout(self._auth_seconds):
                while self._open and not self.authorised:
                    await self._change()
        except TimeoutError:
            self.close(CLOSE_REFUSED)
        while self._open:
            if self._answers:
                yield self._answers.popleft()
            else:
                await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def close(self, code: int = 1000) -> None:
        """End the peer."""
        if self._open:
            self._open, self.close_code = False, code
            self._changed.set()
            self._endpoint.left(self)
