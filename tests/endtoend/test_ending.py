"""A show that ends by itself: Twitch and YouTube tell, over real sockets, that their broadcasts are over, and the helpers are thanked."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers.twitch_eventsub import ROOM, EventSubServer
from servers.youtube import VIDEO, YouTubeServer

from livebot.config import load_config
from livebot.core.events import Notice, ShowEnded
from livebot.platforms.login import Tokens, save
from livebot.runtime import ending
from livebot.runtime.build import build
from livebot.runtime.clock import ShowClock
from livebot.runtime.embed import Embedder
from livebot.runtime.live import LiveShow
from livebot.runtime.rooms import Rooms

from ..runtime.conftest import Notes

SETTLES = 2.0
CONFIG = """
[ladder]
resolve_confidence = 0.0
[ladder.mode]
thank = "auto"
[people]
announce = false
[[channel]]
platform = "twitch"
room = "shop"
reader = "eventsub"
send = true
login_file = "twitch-login.json"
client_id = "cid"
url = "{twitch}"
[[channel]]
platform = "youtube"
room = "{video}"
login_file = "youtube-login.json"
daily_quota = 1000000
client_id = "cid"
url = "{youtube}"
"""
SHOP = {"broadcaster_user_id": ROOM, "broadcaster_user_login": "shop", "broadcaster_user_name": "Shop"}


async def until(holds: Callable[[], object], within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not holds():
            await asyncio.sleep(0.01)


async def test_the_thanks_at_the_end_go_out_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twitch goes off and on, then off for good; while YouTube is live nothing ends; then the show ends and its helper is thanked, once."""
    monkeypatch.setattr(ending, "OVER_AFTER", SETTLES)
    save(tmp_path / "twitch-login.json", Tokens("cid", "good", "refresh", ("user:read:chat", "user:write:chat")))
    save(tmp_path / "youtube-login.json", Tokens("cid", "good", "refresh", ("https://www.googleapis.com/auth/youtube",)))
    async with EventSubServer(time.time, asyncio.sleep) as twitch, YouTubeServer() as youtube:
        text = CONFIG.format(twitch=f"http://127.0.0.1:{twitch.port}", youtube=youtube.url, video=VIDEO)
        (tmp_path / "livebot.toml").write_text(text, "utf-8")
        config, _ = load_config(tmp_path / "livebot.toml")
        clock, notes = ShowClock(), Notes()
        live = LiveShow(lambda: build(config.show_settings(), (), Embedder("none")), clock, notes)
        for platform, account in Rooms(config, clock).platforms:
            live.add(platform, account)
        live.end_with(ending.Ending(ending.telling(config)))
        running = asyncio.create_task(live.run())
        await until(lambda: hasattr(live, "_engine") and {health.state for health in live.health().values()} == {"joined"})

        asked = await twitch.say("이거 세탁기에 돌려도 되나요?", user="mina")
        await twitch.say("네 세탁기에 돌려도 돼요", user="dangol", reply={"parent_message_id": asked})
        await twitch.say("감사합니다!", user="mina")
        await until(lambda: [helper.name for helper in live.helpers()] == ["dangol"])

        def thanked() -> list[str]:
            return [line for line in twitch.accepted if "오늘 답변을 도와주신" in line]

        for number, kind in enumerate(("stream.offline", "stream.online", "stream.offline"), 1):
            await twitch.notify(kind, SHOP)
            await until(lambda number=number: len([notice for notice in notes.of(Notice) if notice.kind.startswith("stream_")]) == number)
        await asyncio.sleep(SETTLES + 2.0)
        assert notes.of(ShowEnded) == [] and thanked() == []  # YouTube goes on

        await youtube.end()
        await until(thanked)
        assert "dangol" in thanked()[0]
        await asyncio.sleep(SETTLES)
        assert len(thanked()) == len(notes.of(ShowEnded)) == 1
        assert live.state().base["ended"] is True
        live.stop()
        await running
