"""OBS over a real socket: which product is on air, when the show starts and ends, and what breaks; a real client judges the server."""

from __future__ import annotations

import asyncio
import importlib.util
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from livebot.core.events import Event, ProductOnAir, ShowEnded, ShowStarted
from livebot.voice import obs, obs_wire
from livebot.voice.obs import Obs
from livebot.voice.onair import OnAir, Shown

from ..servers.obs import CHALLENGE, SALT, ObsServer
from .stage import Ear, until

PASSWORD = "supersecretpassword"
PRODUCTS = (
    Shown("serum", "시카 세럼 30ml"),
    Shown("cushion", "글로우 쿠션", also=("쿠션",), source="쿠션 자막"),
    Shown("mask", "마스크팩", scene="3부"),
)


@dataclass
class Watched:
    """What an OBS made of it."""

    server: ObsServer
    ear: Ear = field(default_factory=Ear)
    events: list[Event] = field(default_factory=list)
    shift: float = 0.0

    def clock(self) -> float:
        return time.monotonic() + self.shift

    async def sleep(self, seconds: float) -> None:
        """Debounce and pauses pass quickly; the clock is moved by hand where it matters."""
        await asyncio.sleep(min(seconds, 0.02))

    @property
    def on_air(self) -> list[tuple[str, str]]:
        return [(event.product, event.why) for event in self.events if isinstance(event, ProductOnAir)]

    def of(self, kind: type) -> int:
        return sum(isinstance(event, kind) for event in self.events)


@asynccontextmanager
async def watching(server: ObsServer, password: str = PASSWORD, text_source: str = "", *, starts: bool = True) -> AsyncIterator[Watched]:
    watched = Watched(server)
    onair = OnAir(PRODUCTS)

    def emit(event: Event) -> None:
        watched.events.append(event)
        onair.watch(event)

    obs = Obs(
        server.url,
        onair,
        password=password,
        text_source=text_source,
        clock=watched.clock,
        sleep=watched.sleep,
        rng=random.Random(1),
        alive=(0.2, 0.2),
    )
    task = asyncio.create_task(obs.run(emit, watched.ear.tell))
    try:
        if starts:
            await until(lambda: server.requests.count("GetStreamStatus") or task.done())
        yield watched
    finally:
        task.cancel()
        [ended] = await asyncio.gather(task, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended


@pytest.fixture
async def server() -> AsyncIterator[ObsServer]:
    made = ObsServer(PASSWORD)
    await made.start()
    yield made
    await made.stop()


def test_the_proof_of_the_password() -> None:
    """The published way to show that a password is known, on a known vector."""
    assert obs_wire.proof(PASSWORD, SALT, CHALLENGE) == "1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4="


async def test_a_scene_named_like_a_product_shows_it(server: ObsServer) -> None:
    """The scene on air names the product, by its config or by its own name; the reason says so."""
    async with watching(server) as watched:
        await server.switch("세럼 소개")
        await until(lambda: watched.on_air == [("serum", "obs_scene: 세럼 소개")])
        server.scenes["3부"] = {}
        await server.switch("3부")
        await until(lambda: watched.on_air[-1] == ("mask", "obs_scene: 3부"))
        await server.switch("시작 화면")
        await server.switch("쿠션")
        await until(lambda: watched.on_air[-1] == ("cushion", "obs_scene: 쿠션"))
        assert len(watched.on_air) == 3


async def test_a_source_that_is_shown_shows_its_product(server: ObsServer) -> None:
    """A caption source made visible within a scene outdoes the scene, since it is fresher; hiding it shows nothing."""
    async with watching(server) as watched:
        await server.switch("세럼 소개")
        await until(lambda: watched.on_air)
        await server.show("쿠션 자막")
        await until(lambda: watched.on_air[-1] == ("cushion", "obs_source: 쿠션 자막"))
        await server.show("쿠션 자막", False)
        await asyncio.sleep(0.1)
        assert len(watched.on_air) == 2


async def test_a_text_source_names_the_product(server: ObsServer) -> None:
    """A text source is read again and again, for an OBS without an event for it; a name within a text is enough."""
    async with watching(server, text_source="상품명") as watched:
        server.texts["상품명"] = "지금 방송 중: 시카 세럼"
        await until(lambda: watched.on_air == [("serum", "obs_text: 지금 방송 중: 시카 세럼")])


async def test_a_missing_text_source_costs_nothing_else(server: ObsServer) -> None:
    """Another scene collection may lack the text source."""
    async with watching(server, text_source="없는 것") as watched:
        await server.switch("세럼 소개")
        await until(lambda: watched.on_air)


async def test_an_old_obs_names_the_scene_otherwise(server: ObsServer) -> None:
    """OBS 29 gives the scene by another key only."""
    server.old, server.scene = True, "세럼 소개"
    async with watching(server) as watched:
        await until(lambda: watched.on_air == [("serum", "obs_scene: 세럼 소개")])


async def test_a_scene_that_is_told_twice_counts_once(server: ObsServer) -> None:
    """Studio mode tells the preview, then the program: what is really on air counts."""
    async with watching(server) as watched:
        await server.switch("세럼 소개", "쿠션", "세럼 소개")
        await until(lambda: watched.on_air)
        await asyncio.sleep(0.1)
        assert [product for product, _ in watched.on_air] == ["serum"]


async def test_a_tap_of_staff_stands_until_obs_changes(server: ObsServer) -> None:
    """After a reconnect, an unchanged scene does not undo what staff set meanwhile."""
    async with watching(server) as watched:
        await server.switch("세럼 소개")
        await until(lambda: watched.on_air)
        watched.events.append(ProductOnAir("staff-1", watched.clock(), "mask"))
        server.cut()
        await until(lambda: watched.ear.states.count("joined") == 2 and server.requests.count("GetStreamStatus") == 2)
        await asyncio.sleep(0.05)
        assert [product for product, _ in watched.on_air] == ["serum", "mask"]


async def test_the_stream_starts_and_ends_the_show(server: ObsServer) -> None:
    """The show starts with the stream, and is over when the stream was stopped for a minute; a restart in between goes on."""
    async with watching(server) as watched:
        await until(lambda: server.requests.count("GetStreamStatus") == 1)  # else it may find the stream on as well
        await server.stream(True)
        await until(lambda: watched.of(ShowStarted) == 1)
        await server.stream(False)
        await server.stream(True)
        await until(lambda: watched.of(ShowStarted) == 2)
        watched.shift = 100.0
        await server.switch("세럼 소개")
        await until(lambda: len(watched.on_air) == 1)
        assert watched.of(ShowEnded) == 0
        await server.stream(False)
        await server.switch("쿠션")  # OBS tells in order: who saw the scene has seen the stream stop
        await until(lambda: len(watched.on_air) == 2)
        assert watched.of(ShowEnded) == 0
        watched.shift = 161.0
        await until(lambda: watched.of(ShowEnded) == 1)


async def test_what_obs_tells_outweighs_what_it_answered_before(server: ObsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that starts just after OBS was asked for it is not taken for stopped by the answer that comes to hand later."""
    answer = server._answer

    async def answer_and_start(connection: ServerConnection, asked: dict[str, Any]) -> None:
        await answer(connection, asked)
        if asked["requestType"] == "GetStreamStatus":
            await server.event("StreamStateChanged", outputActive=True, outputState="OBS_WEBSOCKET_OUTPUT_STARTED")

    monkeypatch.setattr(server, "_answer", answer_and_start)
    async with watching(server) as watched:
        await until(lambda: watched.of(ShowStarted) == 1)
        watched.shift = 100.0
        await server.switch("세럼 소개")
        await until(lambda: watched.on_air)
        assert watched.of(ShowEnded) == 0


async def test_what_obs_leaves_unanswered_is_asked_again(server: ObsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that OBS never answered, as when it is busy, costs neither the product on air nor the running stream."""
    monkeypatch.setattr(obs, "ANSWER_WITHIN", 0.2)
    server.streaming, server.scene = True, "세럼 소개"
    answer, swallowed = server._answer, set()

    async def answer_second_time(connection: ServerConnection, asked: dict[str, Any]) -> None:
        if asked["requestType"] in swallowed:
            await answer(connection, asked)
        swallowed.add(asked["requestType"])

    monkeypatch.setattr(server, "_answer", answer_second_time)
    async with watching(server) as watched:
        await until(lambda: watched.on_air and watched.of(ShowStarted) == 1)


async def test_a_scene_that_cannot_be_looked_into_hides_no_stream(server: ObsServer) -> None:
    """A stream that runs is seen also where OBS refuses what is in the scene."""
    server.streaming, server.scene = True, "gone"
    async with watching(server) as watched:
        await until(lambda: watched.of(ShowStarted) == 1)


async def test_a_stream_that_runs_already_is_seen(server: ObsServer) -> None:
    """livebot may be started after the stream."""
    server.streaming = True
    async with watching(server) as watched:
        await until(lambda: watched.of(ShowStarted) == 1)


async def test_comes_back_by_itself(server: ObsServer) -> None:
    """After a break OBS is watched again within a second, and what changed meanwhile is seen."""
    async with watching(server) as watched:
        server.scene = "세럼 소개"
        server.cut()
        await until(lambda: watched.on_air == [("serum", "obs_scene: 세럼 소개")])
        assert watched.ear.at("joined", 2) - watched.ear.at("reconnecting") <= 1.0


async def test_a_dead_obs_is_found(server: ObsServer) -> None:
    """An OBS that vanished without a word is found by its missing answer to a ping."""
    async with watching(server) as watched:
        server.freeze()
        began = time.monotonic()
        await until(lambda: "reconnecting" in watched.ear.states)
        assert watched.ear.at("reconnecting") - began <= 1.5
        await until(lambda: watched.ear.states.count("joined") == 2)


async def test_a_closed_obs_is_waited_for(server: ObsServer) -> None:
    """When OBS is closed that is told, and it is watched again when it is back."""
    async with watching(server) as watched:
        await server.quit()
        await server.stop()
        await until(lambda: any(status.code == "obs_exit" for _, status in watched.ear.told))
        await until(lambda: any(status.code == "nothing_listens" for _, status in watched.ear.told))
        await server.start()
        await until(lambda: watched.ear.states[-1] == "joined")


async def test_an_obs_that_loads_is_asked_again(server: ObsServer) -> None:
    """`Not ready` is normal right after OBS starts."""
    server.not_ready, server.scene = 3, "세럼 소개"
    async with watching(server) as watched:
        await until(lambda: watched.on_air)


@pytest.mark.parametrize(("refuses", "code"), [(4009, "obs_auth"), (4010, "obs_version"), (4011, "obs_kicked")])
async def test_what_no_second_try_mends_stops(server: ObsServer, refuses: int, code: str) -> None:
    """A refused password, version or session ends the watching with its cause, after one try."""
    server.refuses = refuses
    async with watching(server, starts=False) as watched:
        await until(lambda: watched.ear.states[-1:] == ["stopped"])
        assert watched.ear.told[-1][1].code == code
        assert watched.ear.states == ["connecting", "stopped"]


async def test_a_wrong_and_a_missing_password_are_told_apart(server: ObsServer) -> None:
    """Each says what to do."""
    for password, code in (("wrong", "obs_auth"), ("", "obs_password")):
        async with watching(server, password, starts=False) as watched:
            await until(lambda watched=watched: watched.ear.states[-1:] == ["stopped"])
            assert watched.ear.told[-1][1].code == code


async def test_reads_on_after_garbage(server: ObsServer) -> None:
    """Unknown, broken and huge frames change nothing."""
    async with watching(server) as watched:
        for frame in (
            "",
            "[]",
            "{",
            '{"op":5}',
            '{"op":5,"d":{"eventType":7}}',
            '{"op":7,"d":{"requestId":[]}}',
            '{"op":99,"d":{}}',
            "x" * 100_000,
        ):
            await server.broadcast(frame)
        await server.event("VendorEvent", vendorName="x")
        await server.switch("세럼 소개")
        await until(lambda: watched.on_air)


@pytest.mark.skipif(importlib.util.find_spec("simpleobsws") is None, reason="simpleobsws is not installed")
async def test_a_real_client_takes_the_server_for_obs(server: ObsServer) -> None:
    """simpleobsws identifies with the password, asks, is refused what is unknown, and gets events."""
    import simpleobsws

    client = simpleobsws.WebSocketClient(url=server.url, password=PASSWORD)
    told: asyncio.Queue[object] = asyncio.Queue()

    async def on_event(data: object) -> None:
        told.put_nowait(data)

    client.register_event_callback(on_event, "CurrentProgramSceneChanged")
    await client.connect()
    assert await client.wait_until_identified(5)
    answer = await client.call(simpleobsws.Request("GetCurrentProgramScene"))
    assert answer.ok()
    assert answer.responseData["sceneName"] == "시작 화면"
    items = await client.call(simpleobsws.Request("GetSceneItemList", {"sceneName": "세럼 소개"}))
    assert [item["sourceName"] for item in items.responseData["sceneItems"]] == ["camera", "쿠션 자막"]
    assert (await client.call(simpleobsws.Request("GetSceneItemList", {"sceneName": "?"}))).requestStatus.code == 600
    assert (await client.call(simpleobsws.Request("NoSuchThing"))).requestStatus.code == 204
    await server.switch("쿠션")
    assert await asyncio.wait_for(told.get(), 5) == {"sceneName": "쿠션"}
    await client.disconnect()
    wrong = simpleobsws.WebSocketClient(url=server.url, password="wrong")
    await wrong.connect()
    assert not await wrong.wait_until_identified(1)
    await wrong.disconnect()
