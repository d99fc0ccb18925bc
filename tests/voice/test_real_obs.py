"""A real OBS without a screen (Debian's obs-studio under Xvfb), switched by simpleobsws, watched by livebot. Long."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import random
import shutil
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from livebot.core.events import Event, ProductOnAir
from livebot.voice.obs import Obs
from livebot.voice.onair import OnAir, Shown

from .stage import Ear, until

PASSWORD = "testpassword"
DISPLAY = ":77"
GLOBAL = """[General]
FirstRun=true
LastVersion=486539266
[OBSWebSocket]
FirstLoad=false
ServerEnabled=true
ServerPort={port}
AuthRequired=true
ServerPassword={password}
AlertsEnabled=false
"""
BASIC = """[General]
Name=Untitled
[Video]
BaseCX=640
BaseCY=360
OutputCX=640
OutputCY=360
FPSCommon=10
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (shutil.which("obs") and shutil.which("Xvfb")), reason="no obs and Xvfb"),
    pytest.mark.skipif(importlib.util.find_spec("simpleobsws") is None, reason="simpleobsws is not installed"),
]


@dataclass
class RealObs:
    """An OBS that runs, and a client that works it as a person would."""

    port: int
    folder: Path
    process: asyncio.subprocess.Process | None = None
    client: Any = None

    async def start(self) -> None:
        home = {"XDG_CONFIG_HOME": str(self.folder), "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder)}
        shown = {"DISPLAY": DISPLAY, "LIBGL_ALWAYS_SOFTWARE": "1", "QT_QPA_PLATFORM": "xcb"}
        self.process = await asyncio.create_subprocess_exec(
            *("nice", "-n", "10", "obs", "--multi", "--disable-shutdown-check", "--collection", "Live", "--profile", "Untitled"),
            env={**os.environ, **home, **shown},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def enter(self) -> None:
        import simpleobsws

        async with asyncio.timeout(60):
            while True:
                self.client = simpleobsws.WebSocketClient(url=f"ws://127.0.0.1:{self.port}", password=PASSWORD)
                try:
                    await self.client.connect()
                except OSError:
                    await asyncio.sleep(0.2)
                    continue
                if await self.client.wait_until_identified(5):
                    return

    async def ask(self, kind: str, **data: Any) -> Any:
        import simpleobsws

        async with asyncio.timeout(30):
            while True:
                answer = await self.client.call(simpleobsws.Request(kind, data or None))
                if answer.requestStatus.code != 207:
                    return answer
                await asyncio.sleep(0.3)

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


@pytest.fixture
async def obs(tmp_path: Path) -> AsyncIterator[RealObs]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    studio = tmp_path / "obs-studio"
    (studio / "basic/profiles/Untitled").mkdir(parents=True)
    (studio / "global.ini").write_text(GLOBAL.format(port=port, password=PASSWORD))
    (studio / "basic/profiles/Untitled/basic.ini").write_text(BASIC)
    screen = await asyncio.create_subprocess_exec(
        "Xvfb", DISPLAY, "-screen", "0", "800x600x24", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    made = RealObs(port, tmp_path)
    await made.start()
    await made.enter()
    yield made
    await made.kill()
    screen.terminate()
    await screen.wait()


async def test_a_real_obs_is_watched(obs: RealObs) -> None:
    """Scenes, a shown source and a text source set the product; a wrong password stops; after a kill and a restart it is watched again."""
    for scene in ("세럼 소개", "2부"):
        assert (await obs.ask("CreateScene", sceneName=scene)).ok()
    kinds = (await obs.ask("GetInputKindList")).responseData["inputKinds"]
    text_kind = next((kind for kind in kinds if kind.startswith("text_ft2")), None)
    colour = {"sceneName": "세럼 소개", "inputName": "마스크 자막", "inputKind": "color_source_v3", "sceneItemEnabled": False}
    item = (await obs.ask("CreateInput", **colour)).responseData["sceneItemId"]
    if text_kind:
        await obs.ask("CreateInput", sceneName="2부", inputName="상품명", inputKind=text_kind, inputSettings={"text": " "})
    products = (Shown("serum", "시카 세럼"), Shown("cushion", "글로우 쿠션", scene="2부"), Shown("mask", "마스크팩", source="마스크 자막"))
    onair, ear, events = OnAir(products), Ear(), list[Event]()

    def emit(event: Event) -> None:
        events.append(event)
        onair.watch(event)

    def on_air() -> list[str]:
        return [event.product for event in events if isinstance(event, ProductOnAir)]

    url = f"ws://127.0.0.1:{obs.port}"
    wrong = await Obs(url, onair, password="wrong", clock=time.monotonic).try_once()
    assert wrong is not None
    assert wrong.code == "obs_auth"
    watch = Obs(url, onair, password=PASSWORD, text_source="상품명", clock=time.monotonic, rng=random.Random(1))
    task = asyncio.create_task(watch.run(emit, ear.tell))
    try:
        await until(lambda: ear.states[-1:] == ["joined"], 20)
        await obs.ask("SetCurrentProgramScene", sceneName="세럼 소개")
        await until(lambda: on_air()[-1:] == ["serum"], 20)
        await obs.ask("SetSceneItemEnabled", sceneName="세럼 소개", sceneItemId=item, sceneItemEnabled=True)
        await until(lambda: on_air()[-1:] == ["mask"], 20)
        await obs.ask("SetCurrentProgramScene", sceneName="2부")
        await until(lambda: on_air()[-1:] == ["cushion"], 20)
        if text_kind:
            await obs.ask("SetInputSettings", inputName="상품명", inputSettings={"text": "지금은 시카 세럼"})
            await until(lambda: on_air()[-1:] == ["serum"], 20)
        await obs.kill()
        await until(lambda: ear.states[-1] == "reconnecting", 20)
        await obs.start()
        await until(lambda: ear.states[-1] == "joined", 60)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
