"""The Bridge as a platform and as what the web server's routes call; the peers also over real sockets."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from livebot.core.events import ChatMessage
from livebot.errors import UserError
from livebot.platforms.base import Health, Post, SendResult
from livebot.platforms.bridge import Bridge, Peer, client
from livebot.platforms.bridge.wire import MAX_BODY, PROTOCOL

from .conftest import BEARER, CHANNEL, NOW, TOKEN, WALL, Stage

LINE: dict[str, Any] = {"type": "chat", "id": "1", "author": {"id": "u1", "name": "하늘"}, "text": "얼마예요"}
BODY = json.dumps(LINE).encode()


async def next_frame(frames: Any) -> dict[str, Any]:
    async with asyncio.timeout(2):
        frame: dict[str, Any] = json.loads(await anext(frames))
    return frame


async def test_a_posted_line_is_emitted_and_counted(stage: Stage) -> None:
    """A POST with the token brings its line in at livebot's own time."""
    assert await stage.bridge.receive(BODY, BEARER) == (202, {"accepted": 1, "duplicates": 0, "rejected": []})
    (event,) = stage.events
    assert isinstance(event, ChatMessage)
    assert (event.channel, event.time, event.text) == (CHANNEL, NOW, "얼마예요")


async def test_second_copies_are_counted_and_kept_out(stage: Stage) -> None:
    """The same id again changes nothing; the same text under another id is a line of its own."""
    await stage.bridge.receive(BODY, BEARER)
    body = json.dumps([LINE, LINE | {"id": "2"}, LINE | {"text": "edited"}]).encode()
    assert await stage.bridge.receive(body, BEARER) == (202, {"accepted": 1, "duplicates": 2, "rejected": []})
    assert len(stage.events) == 2


async def test_takes_a_thousand_lines_at_once(stage: Stage) -> None:
    """A burst, half in one body and half frame by frame, comes in whole and in order, each line once."""
    lines = [LINE | {"id": str(number), "text": f"line {number}"} for number in range(1000)]
    status, answer = await stage.bridge.receive(json.dumps(lines[:500]).encode(), BEARER)
    assert (status, answer["accepted"]) == (202, 500)
    peer = stage.peer()
    for line in lines[490:]:
        peer.take(json.dumps(line))
    assert [event.text for event in stage.events if isinstance(event, ChatMessage)] == [line["text"] for line in lines]


async def test_only_so_many_ids_are_remembered(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory for second copies is bounded: the oldest id is forgotten first."""
    monkeypatch.setattr(client, "MAX_KNOWN", 2)
    for identity in ("1", "2", "3", "2", "1"):
        await stage.bridge.receive(json.dumps(LINE | {"id": identity}).encode(), BEARER)
    assert [event.id for event in stage.events if isinstance(event, ChatMessage)] == [f"{CHANNEL}:{i}" for i in "1231"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"authorization": "Bearer "}])
async def test_without_the_token_nothing_comes_in(stage: Stage, headers: dict[str, str]) -> None:
    """A missing or wrong token is a 401 and no event."""
    status, answer = await stage.bridge.receive(BODY, headers)
    assert (status, list(answer)) == (401, ["error"])
    assert TOKEN not in str(answer)
    assert stage.events == []


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"{", 400), (b"\xff", 400), (b"[]", 202), (b"[1]", 202), (b" " * (MAX_BODY + 1), 413)]
)
async def test_bad_bodies_get_a_status_of_their_own(stage: Stage, body: bytes, status: int) -> None:
    """What cannot be split into items is refused as a whole, what can is answered item by item."""
    assert (await stage.bridge.receive(body, BEARER))[0] == status
    assert stage.events == []


async def test_a_bridge_that_does_not_run_says_so() -> None:
    """Before the show runs a POST and a WebSocket are told to come back."""
    bridge = Bridge(CHANNEL, token=TOKEN, clock=lambda: NOW)
    assert (await bridge.receive(BODY, BEARER))[0] == 503
    refusal = bridge.connect(BEARER)
    assert not isinstance(refusal, Peer)
    assert refusal[0] == 503


def test_a_bridge_without_a_token_is_refused() -> None:
    """An empty token would let everyone in."""
    with pytest.raises(UserError, match="no token"):
        Bridge(CHANNEL, token="", clock=lambda: NOW)


async def test_with_a_signing_key_every_post_must_be_signed() -> None:
    """The token alone is not enough, and a body sent twice with its signature counts once although it has no ids."""
    bridge = Bridge(CHANNEL, token=TOKEN, clock=iter(range(100)).__next__, wall=lambda: WALL, signing_key="k3y")
    task = asyncio.create_task(bridge.run(lambda event: None, lambda health: None))
    await asyncio.sleep(0)
    body = b'{"author":"a","text":"b"}'
    stamp = str(int(WALL))
    digest = hmac.new(b"k3y", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    signed = BEARER | {"X-Livebot-Timestamp": stamp, "X-Livebot-Signature": f"sha256={digest}"}
    assert (await bridge.receive(body, BEARER))[0] == 401
    assert (await bridge.receive(body + b" ", signed))[0] == 401
    assert (await bridge.receive(body, signed))[1]["accepted"] == 1
    assert (await bridge.receive(body, signed))[1]["duplicates"] == 1
    task.cancel()


async def test_health_follows_the_peers(stage: Stage) -> None:
    """The desk sees when a bridge is there and when none is, each change once."""
    first, second = stage.peer(), stage.peer()
    first.close()
    second.close()
    await stage.bridge.receive(BODY, BEARER)
    assert stage.health == [Health("connecting", "no_peer"), Health("joined"), Health("reconnecting", "no_peer"), Health("joined")]


async def test_a_peer_is_greeted_and_its_events_are_answered(stage: Stage) -> None:
    """Frames are taken like bodies, one or many events in each."""
    peer = stage.peer()
    frames = peer.frames()
    assert await next_frame(frames) == {"type": "joined", "channel": CHANNEL, "room": "shop", "time": NOW}
    peer.take(json.dumps([LINE, LINE]))
    assert await next_frame(frames) == {"type": "received", "accepted": 1, "duplicates": 1, "rejected": []}
    peer.take(b"{")
    answer = await next_frame(frames)
    assert answer["accepted"] == 0
    assert answer["rejected"][0]["why"].startswith("not JSON")
    assert len(stage.events) == 1


async def test_the_token_may_come_in_the_first_frame(stage: Stage) -> None:
    """A peer without a token in its headers is let in by its first frame, and nothing is taken before."""
    peer = stage.peer({})
    assert not peer.authorised
    peer.take(json.dumps({"type": "auth", "token": TOKEN}))
    assert (await next_frame(peer.frames()))["type"] == "joined"


@pytest.mark.parametrize(
    "frame", [json.dumps({"type": "auth", "token": "no"}), '{"type":"auth","token":"\\ud800"}', BODY, b"", "[]", b"\xff"]
)
async def test_a_first_frame_without_the_token_ends_the_peer(stage: Stage, frame: str | bytes) -> None:
    """Whatever else comes first closes the connection unheard."""
    peer = stage.peer({})
    peer.take(frame)
    assert peer.close_code == client.CLOSE_REFUSED
    assert [text async for text in peer.frames()] == []
    assert stage.events == []


async def test_a_peer_that_never_says_who_it_is_is_closed(stage: Stage) -> None:
    """Silence before the token has an end."""
    peer = stage.peer({})
    assert [text async for text in peer.frames()] == []
    assert peer.close_code == client.CLOSE_REFUSED


async def test_too_many_peers_replace_the_oldest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bridge that reconnects again and again leaves no pile of dead peers; strangers cannot push out those let in."""
    monkeypatch.setattr(client, "MAX_PEERS", 2)
    inside = [stage.peer() for _ in range(3)]
    strangers = [stage.peer({}) for _ in range(3)]
    assert [peer.close_code for peer in inside] == [client.CLOSE_REPLACED, 1000, 1000]
    assert [peer.close_code for peer in strangers] == [client.CLOSE_REPLACED, 1000, 1000]


async def asked(stage: Stage, *peers: Peer, post: Post | None = None) -> tuple[asyncio.Task[SendResult], list[Any]]:
    """Let livebot write a line; return the sending and the frames of each peer, their greeting already read."""
    streams = [peer.frames() for peer in peers]
    for stream in streams:
        assert (await next_frame(stream))["type"] == "joined"
    return asyncio.create_task(stage.bridge.send(post or Post("s1", "내일 도착해요", reply_to=f"{CHANNEL}:1"))), streams


async def test_a_line_is_sent_and_its_fate_comes_back(stage: Stage) -> None:
    """The peer gets room, text and its own id of the line replied to; its answer is the fate."""
    peer = stage.peer()
    sending, (frames,) = await asked(stage, peer)
    assert await next_frame(frames) == {"type": "send", "req": "s1", "room": "shop", "text": "내일 도착해요", "reply_to": "1"}
    peer.take(json.dumps({"type": "sent", "req": "other", "ok": True}))
    peer.take(json.dumps({"type": "sent", "req": ["s1"], "ok": True}))
    peer.take(json.dumps({"type": "sent", "req": "s1", "ok": True, "id": "99"}))
    assert await sending == SendResult("sent", message=f"{CHANNEL}:99")
    peer.take(json.dumps({"type": "sent", "req": "s1", "ok": False}))


async def test_silence_about_a_line_that_left_is_unknown(stage: Stage) -> None:
    """A time-out never counts as not sent once the peer was handed the line."""
    sending, (frames,) = await asked(stage, stage.peer())
    await next_frame(frames)
    assert await sending == SendResult("unknown", "timeout")


async def test_a_line_that_never_left_is_dropped_and_never_sent_later(stage: Stage) -> None:
    """A peer that does not read is not handed stale lines when it reads again."""
    peer = stage.peer()
    frames = peer.frames()
    await next_frame(frames)
    assert await stage.bridge.send(Post("s1", "x")) == SendResult("dropped", "timeout")
    peer.take(BODY)
    assert (await next_frame(frames))["type"] == "received"


async def test_a_peer_lost_with_a_line_in_hand_leaves_it_unknown(stage: Stage) -> None:
    """A connection that breaks after the line left tells nothing; no second peer gets the same line."""
    other, peer = stage.peer(), stage.peer()
    sending, (spare, frames) = await asked(stage, other, peer)
    await next_frame(frames)
    peer.close()
    assert await sending == SendResult("unknown", "peer_gone")
    other.take(BODY)
    assert (await next_frame(spare))["type"] == "received"


async def test_the_newest_peer_that_can_write_gets_the_line_alone(stage: Stage) -> None:
    """A line is never written twice; a peer that says it only reads is passed over from then on."""
    writer, reader = stage.peer(), stage.peer()
    sending, (to_writer, to_reader) = await asked(stage, writer, reader)
    assert (await next_frame(to_reader))["req"] == "s1"
    reader.take(json.dumps({"type": "sent", "req": "s1", "ok": False, "reason": "read_only"}))
    assert (await next_frame(to_writer))["req"] == "s1"
    writer.take(json.dumps({"type": "sent", "req": "s1", "ok": True}))
    assert (await sending).fate == "sent"
    again = asyncio.create_task(stage.bridge.send(Post("s2", "x")))
    assert (await next_frame(to_writer))["req"] == "s2"
    writer.take(json.dumps({"type": "sent", "req": "s2", "ok": True}))
    assert (await again).fate == "sent"


@pytest.mark.parametrize(
    ("post", "why"), [(Post("s", "x"), "no_peer"), (Post("s", "x", expires=NOW - 1), "expired"), (Post("s", "x" * 501), "too_long")]
)
async def test_a_line_that_cannot_be_written_is_dropped_at_once(stage: Stage, post: Post, why: str) -> None:
    """The reason is told without waiting; a peer not yet let in is no peer."""
    stage.peer({})
    assert await stage.bridge.send(post) == SendResult("dropped", why)


async def test_lines_can_be_written_while_somebody_takes_them(stage: Stage) -> None:
    """A program that only posts takes no lines, nor does one that says that it only reads: the desk then offers to copy."""
    await stage.bridge.receive(BODY, BEARER)
    assert not stage.bridge.capabilities.send
    peer = stage.peer()
    assert stage.bridge.capabilities.send
    asked = asyncio.ensure_future(stage.bridge.send(Post("p", "hello")))
    async for frame in peer.frames():
        if json.loads(frame)["type"] == "send":
            peer.take(json.dumps({"type": "sent", "req": "p", "ok": False, "reason": "read_only"}))
            break
    assert (await asked).why == "no_peer"
    assert not stage.bridge.capabilities.send


async def test_a_peer_that_does_not_read_is_let_go(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a slow peer is bounded; events it brought before are kept."""
    monkeypatch.setattr(client, "MAX_WAITING", 500)
    peer = stage.peer()
    for number in range(20):
        peer.take(json.dumps(LINE | {"id": number}))
    assert peer.close_code == client.CLOSE_TOO_SLOW
    assert 0 < len(stage.events) < 20


async def test_a_frame_too_big_ends_the_peer(stage: Stage) -> None:
    """A frame has the same limit as a body."""
    peer = stage.peer()
    peer.take(b" " * (MAX_BODY + 1))
    assert peer.close_code == client.CLOSE_TOO_BIG


async def test_ending_the_show_closes_the_peers() -> None:
    """Cancelling the bridge ends every peer and says so."""
    health: list[Health] = []
    bridge = Bridge(CHANNEL, token=TOKEN, clock=lambda: NOW)
    task = asyncio.create_task(bridge.run(lambda event: None, health.append))
    await asyncio.sleep(0)
    peer = bridge.connect(BEARER)
    assert isinstance(peer, Peer)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [text async for text in peer.frames()] == []
    assert health[-1] == Health("stopped")


@pytest.mark.parametrize("way", ["header", "subprotocol", "first frame"])
async def test_a_real_websocket_brings_events_and_gets_lines(stage: Stage, server: TestServer, way: str) -> None:
    """Over a real socket, with the token in each of its three places, and never echoed."""
    protocols = [PROTOCOL, f"token.{TOKEN}"] if way == "subprotocol" else [PROTOCOL]
    async with (
        asyncio.timeout(5),
        aiohttp.ClientSession(headers=BEARER if way == "header" else {}) as session,
        session.ws_connect(server.make_url("/bridge/v1/messages"), protocols=protocols) as ws,
    ):
        if way == "first frame":
            await ws.send_json({"type": "auth", "token": TOKEN})
        assert ws.protocol == PROTOCOL
        assert (await ws.receive_json())["type"] == "joined"
        await ws.send_json(LINE)
        assert (await ws.receive_json())["accepted"] == 1
        sending = asyncio.create_task(stage.bridge.send(Post("s1", "안내")))
        await ws.send_json({"type": "sent", "req": (await ws.receive_json())["req"], "ok": True})
        assert (await sending).fate == "sent"
    assert len(stage.events) == 1


async def test_a_real_websocket_with_a_wrong_token_is_refused(server: TestServer) -> None:
    """A wrong token in the header fails the upgrade; in the first frame it closes with the code for it."""
    url = server.make_url("/bridge/v1/messages")
    async with asyncio.timeout(5), aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await session.ws_connect(url, headers={"Authorization": "Bearer no"})
        assert refusal.value.status == 401
        async with session.ws_connect(url) as ws:
            await ws.send_json({"type": "auth", "token": "no"})
            assert (await ws.receive()).type is aiohttp.WSMsgType.CLOSE
            assert ws.close_code == client.CLOSE_REFUSED


async def test_a_socket_torn_away_leaves_its_line_unknown(stage: Stage, server: TestServer) -> None:
    """When the other side vanishes in the middle of a send, the fate is unknown and the desk sees that nobody is there."""
    async with asyncio.timeout(5), aiohttp.ClientSession(headers=BEARER) as session:
        ws = await session.ws_connect(server.make_url("/bridge/v1/messages"))
        await ws.receive_json()
        sending = asyncio.create_task(stage.bridge.send(Post("s1", "안내")))
        await ws.receive_json()
        connection = ws._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        assert (await sending).fate == "unknown"
        assert stage.health[-1] == Health("reconnecting", "no_peer")


_FRAMES = [BODY, b'{"type":"sent","req":{}}', b'{"type":"auth"}', b'"\\ud800"', b"[" * 5000]


@given(st.lists(st.binary(max_size=60) | st.sampled_from(_FRAMES), max_size=5))
def test_no_frame_makes_a_peer_raise(frames: list[bytes]) -> None:
    """Whatever a bridge sends, it is answered, ignored or shut out."""

    async def take_all() -> None:
        bridge = Bridge(CHANNEL, token=TOKEN, clock=lambda: NOW)
        task = asyncio.create_task(bridge.run(lambda event: None, lambda health: None))
        await asyncio.sleep(0)
        for headers in (BEARER, {}):
            peer = bridge.connect(headers)
            assert isinstance(peer, Peer)
            for frame in frames:
                peer.take(frame)
                peer.take(frame.decode("utf-8", "surrogateescape"))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(take_all())
