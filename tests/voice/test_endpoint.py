"""The own endpoint: segments in by POST and WebSocket, through livebot's own web server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.errors import UserError
from livebot.voice import endpoint as own
from livebot.voice import wire
from livebot.voice.base import Segment, Source
from livebot.voice.endpoint import CaptionEndpoint

from .contract import SourceContract
from .pages import Pages, pages_of
from .stage import OtherSide, listening, until

TOKEN = "t0k3n-of-the-captions-0123456789"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class EndpointSide(OtherSide):
    """A program that sends captions over one WebSocket, and connects again when it breaks."""

    joins = False

    def __init__(self, pages: Pages, endpoint: CaptionEndpoint) -> None:
        self.pages, self.endpoint = pages, endpoint
        self.session = aiohttp.ClientSession()
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self.last = ""
        self.number = 0

    def source(self) -> Source:
        return self.endpoint

    async def send(self, frame: str) -> Any:
        if self.socket is None or self.socket.closed:
            await until(lambda: self.endpoint._hear is not None)
            self.socket = await self.session.ws_connect(self.pages.captions, headers=BEARER, protocols=[wire.PROTOCOL])
        await self.socket.send_str(frame)
        return await self.socket.receive_json(timeout=5)

    async def say(self, text: str) -> None:
        self.number += 1
        self.last = json.dumps({"id": self.number, "text": text, "final": True, "lang": "ko"})
        assert (await self.send(self.last))["accepted"] == 1

    async def repeat(self) -> None:
        assert (await self.send(self.last))["duplicates"] == 1

    async def cut(self) -> None:
        assert self.socket is not None
        assert self.socket._response.connection is not None
        self.socket._response.connection.transport.abort()
        self.socket = None
        self.number += 1
        await self.send(json.dumps({"id": self.number, "text": "[음악]"}))

    async def garbage(self) -> None:
        for frame in (
            "",
            "{",
            "[]",
            "7",
            '{"text":5}',
            '{"text":"a","final":"no"}',
            '{"text":"b","id":[1]}',
            "[" * 5000,
            '{"text":"\\ud800"}',
        ):
            await self.send(frame)


@pytest.fixture
async def endpoint() -> CaptionEndpoint:
    return CaptionEndpoint(TOKEN, auth_seconds=0.3)


@pytest.fixture
async def pages(endpoint: CaptionEndpoint) -> AsyncIterator[Pages]:
    async with pages_of(endpoint) as made:
        yield made


@pytest.fixture
async def side(pages: Pages, endpoint: CaptionEndpoint) -> AsyncIterator[EndpointSide]:
    made = EndpointSide(pages, endpoint)
    yield made
    await made.session.close()


class TestEndpoint(SourceContract):
    """The own endpoint keeps the contract."""


async def test_a_post_is_answered_item_by_item(pages: Pages, endpoint: CaptionEndpoint, side: EndpointSide) -> None:
    """One object, an array or JSON lines; what is no segment is refused with its place and why."""
    async with listening(endpoint) as ear:
        await until(lambda: ear.states)
        body = '{"text":"첫 줄","start":1.5}\n{"text":""}\n{"text":"둘째 줄","start":3.0}\n{"text":"첫 줄","start":1.5}\n'
        async with side.session.post(pages.captions, data=body.encode(), headers=BEARER) as answer:
            assert answer.status == 202
            said = await answer.json()
        assert (said["accepted"], said["duplicates"]) == (2, 1)
        assert said["rejected"] == [{"i": 1, "why": "text: must be a text that is not empty"}]
        await until(lambda: ear.texts == ["첫 줄", "둘째 줄"])


async def test_partial_segments_wait_for_the_final_one(pages: Pages, endpoint: CaptionEndpoint, side: EndpointSide) -> None:
    """A browser's speech recognition sends what it hears so far, then the final text."""
    async with listening(endpoint) as ear:
        for text, final in (("가격은", False), ("가격은 이만", False), ("가격은 이만 구천 원", True)):
            await side.send(json.dumps({"text": text, "final": final}))
        assert ear.texts == ["가격은 이만 구천 원"]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b'{"text":"a"}', 401),
        ({"Authorization": "Bearer wrong"}, b'{"text":"a"}', 401),
        (BEARER, b"\xff", 400),
        (BEARER, b"{", 400),
        (BEARER, b'{"text":"a"}' + b" " * 300_000, 413),
        (BEARER, b"[" + b'{"text":"a"},' * 1001 + b'{"text":"a"}]', 400),
        ({**BEARER, "Origin": "https://evil.example"}, b'{"text":"a"}', 403),
    ],
)
async def test_what_is_wrong_with_a_post_is_told(
    pages: Pages, endpoint: CaptionEndpoint, side: EndpointSide, headers: dict[str, str], body: bytes, status: int
) -> None:
    """No token, a wrong one, no UTF-8, no JSON, too much, another site: each has its status, and nothing is heard."""
    async with listening(endpoint) as ear:
        await until(lambda: ear.states)
        async with side.session.post(pages.captions, data=body, headers=headers) as answer:
            assert answer.status == status
            assert (await answer.json())["error"]["next_step"]
        assert ear.texts == []


async def test_before_and_after_the_show_nothing_is_taken(pages: Pages, side: EndpointSide) -> None:
    """A sender that comes too early is told to come back."""
    async with side.session.post(pages.captions, data=b'{"text":"a"}', headers=BEARER) as answer:
        assert answer.status == 503


@pytest.mark.parametrize("how", ["subprotocol", "first frame"])
async def test_the_token_may_come_with_the_socket(pages: Pages, endpoint: CaptionEndpoint, side: EndpointSide, how: str) -> None:
    """Programs that cannot set headers show the token as a subprotocol or in the first frame."""
    async with listening(endpoint) as ear:
        await until(lambda: ear.states)
        protocols = [wire.PROTOCOL, *([f"token.{TOKEN}"] if how == "subprotocol" else [])]
        async with side.session.ws_connect(pages.captions, protocols=protocols) as socket:
            if how == "first frame":
                await socket.send_json({"type": "auth", "token": TOKEN})
            await socket.send_json({"text": "들려요"})
            assert (await socket.receive_json(timeout=5))["accepted"] == 1
            assert socket.protocol == wire.PROTOCOL
        await until(lambda: ear.texts == ["들려요"])


@pytest.mark.parametrize("first", ['{"type":"auth","token":"wrong"}', '{"text":"a"}', ""])
async def test_a_socket_without_the_token_is_closed(pages: Pages, endpoint: CaptionEndpoint, side: EndpointSide, first: str) -> None:
    """A wrong first frame, or none in time, closes the socket with its own code."""
    async with listening(endpoint) as ear:
        await until(lambda: ear.states)
        async with side.session.ws_connect(pages.captions, protocols=[wire.PROTOCOL]) as socket:
            if first:
                await socket.send_str(first)
            message = await socket.receive(timeout=5)
            assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, own.CLOSE_REFUSED)
        assert ear.texts == []


async def test_the_oldest_of_too_many_senders_gives_way(endpoint: CaptionEndpoint) -> None:
    """A program that connects again and again without closing does not lock itself out."""
    async with listening(endpoint) as ear:
        await until(lambda: ear.states)
        peers = [endpoint.connect(BEARER) for _ in range(own.MAX_PEERS + 1)]
        codes = [peer.close_code for peer in peers if not isinstance(peer, tuple)]
        assert codes == [own.CLOSE_REPLACED] + [1000] * own.MAX_PEERS


def test_a_token_is_needed() -> None:
    """An endpoint without a token is not opened."""
    with pytest.raises(UserError):
        CaptionEndpoint("")


def test_the_form_of_a_segment() -> None:
    """An id or a start names the utterance; what else is there is passed over."""
    body = '[{"text":" a ","id":7,"lang":"ko","end":2},{"text":"b","start":1.5,"final":false},{"text":"c"}]'
    assert wire.read_segments(body.encode()) == [Segment("a", True, "own:7"), Segment("b", False, "own:1.5"), Segment("c")]


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_are_read(body: bytes) -> None:
    """Whatever is posted gives segments, refusals, or one BadBody."""
    try:
        items = wire.read_segments(body)
    except wire.BadBody:
        return
    assert all(isinstance(item, Segment | wire.Rejected) for item in items)


@settings(max_examples=30, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_any_frame_of_a_server_is_read(value: Any) -> None:
    """Whatever a speech server sends is read without an error."""
    keys = ("segments", "text", "partial", "status", "message", "error")
    for frame in (
        json.dumps(value),
        *(json.dumps({key: value}) for key in keys),
        json.dumps({"segments": [value, {"text": "a", "start": value}]}),
    ):
        wire.read_whisperlive(frame, 1)
        wire.read_vosk(frame)
        wire.read_whispercpp(frame)


async def test_a_burst_is_heard_whole(pages: Pages, endpoint: CaptionEndpoint, side: EndpointSide) -> None:
    """A thousand segments in one body come in order, at once."""
    async with listening(endpoint) as ear:
        await until(lambda: ear.states)
        began = time.monotonic()
        body = json.dumps([{"text": f"{number}번 말이에요", "id": number} for number in range(1000)])
        async with side.session.post(pages.captions, data=body.encode(), headers=BEARER) as answer:
            assert (await answer.json())["accepted"] == 1000
        assert ear.texts == [f"{number}번 말이에요" for number in range(1000)]
        assert time.monotonic() - began < 5.0
        await asyncio.sleep(0)
