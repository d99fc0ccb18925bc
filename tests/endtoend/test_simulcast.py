"""One show on five platforms, from the config to the chats: real core, real clients, local servers, captions from a growing file."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers.chzzk import CHANNEL, ChzzkServer
from servers.ssn import SESSION, SsnRelay
from servers.twitch_irc import Room, TwitchServer
from servers.youtube import VIDEO, YouTubeServer

from livebot.config import load_config
from livebot.core.events import ChatMessage, Gap
from livebot.core.matcher import FaqEntry
from livebot.platforms.bridge import Peer
from livebot.platforms.login import Tokens, save
from livebot.runtime.build import build
from livebot.runtime.clock import ShowClock
from livebot.runtime.embed import Embedder
from livebot.runtime.live import LiveShow
from livebot.runtime.rooms import Rooms
from livebot.runtime.voice import Voices

from ..runtime.conftest import Notes

TWITCH, YOUTUBE, CHZZK, TIKTOK, NAVER = ROOMS = ("twitch:shop", f"youtube:{VIDEO}", f"chzzk:{CHANNEL}", "ssn:tiktok", "bridge:naver")
CONFIG = """
[ladder]
boost_confidence = 0.6
grace = 0.6
post_after = 12
[ladder.mode]
boost = "auto"
post_faq = "auto"
[people]
announce = false
[voice]
source = "file"
file = "live.srt"
[[channel]]
platform = "twitch"
room = "shop"
send = true
login = "bot"
token_env = "TWITCH_TOKEN"
url = "{twitch}"
[[channel]]
platform = "youtube"
room = "{video}"
send = true
login_file = "youtube-login.json"
daily_quota = 1000000
client_id = "cid"
url = "{youtube}"
[[channel]]
platform = "chzzk"
room = "{channel}"
send = true
token_env = "CHZZK_TOKEN"
url = "{chzzk}"
[[channel]]
platform = "ssn"
room = "tiktok"
send = true
host = "우리가게"
token_env = "SSN_SESSION"
url = "{ssn}"
[[channel]]
platform = "bridge"
room = "naver"
send = true
token_env = "BRIDGE_TOKEN"
max_length = 120
"""
SECRETS = {"TWITCH_TOKEN": "good", "CHZZK_TOKEN": "good", "SSN_SESSION": SESSION, "BRIDGE_TOKEN": "bridge-secret"}
BEARER = {"Authorization": "Bearer bridge-secret"}
CARE = "네, 30도 이하 찬물에서 세탁기 사용 가능합니다."
FAQ = (
    FaqEntry("wash", "세탁기에 돌려도 되나요?", CARE),
    FaqEntry("ship", "배송은 얼마나 걸리나요?", "평일 오후 3시 전 결제는 당일 출고되고 1~2일이면 도착합니다."),
)


@dataclass
class Simulcast:
    """A show that runs on four platforms, and the other sides of them."""

    live: LiveShow
    notes: Notes
    twitch: TwitchServer
    youtube: YouTubeServer
    chzzk: ChzzkServer
    ssn: SsnRelay
    bridge: Any
    peer: Peer
    asked: list[dict[str, Any]]
    captions: Path

    async def until(self, holds: Callable[[], object], within: float = 60.0) -> None:
        try:
            async with asyncio.timeout(within):
                while not holds():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            told = [(event.channel, event.text) for event in self.notes.of(ChatMessage)]
            raise AssertionError(f"not within {within} s; heard {told}; {self.live.health()}; {self.fates()}") from None

    async def everybody_asks(self, text: str) -> None:
        """A viewer of the same name asks on each platform."""
        before = len(self.asked_lines(text))
        await self.twitch.say("haneul", text, name="하늘")
        await self.youtube.say(text, displayName="하늘")
        await self.chzzk.say(text, name="하늘")
        await self.ssn.say(text, name="하늘")
        line = {"author": {"id": "u1", "name": "하늘"}, "text": text}
        status, _ = await self.bridge.receive(json.dumps(line).encode(), BEARER)
        assert status == 202
        await self.until(lambda: len(self.asked_lines(text)) == before + len(ROOMS))

    def asked_lines(self, text: str) -> dict[str, str]:
        """The lines with that text: channel -> id."""
        return {event.channel: event.id for event in self.notes.of(ChatMessage) if event.text == text and event.id in self.notes.readings()}

    def questions(self) -> list[dict[str, Any]]:
        return [dict(question) for question in self.live.state().questions]

    def waiting(self) -> set[str]:
        """The channels where somebody waits."""
        return {asker["channel"] for question in self.questions() for asker in question["askers"] if asker["state"] == "waiting"}

    def fates(self) -> dict[str, tuple[str, str]]:
        """What the desk is told of the posts: channel -> fate and why."""
        sends = [fate for decided in self.live.feed.decisions.values() for fate in decided.sends.values()]
        return {fate.channel: (fate.fate, fate.why) for fate in sends}

    async def says_aloud(self, text: str) -> None:
        """The caption file grows by one cue, in two halves."""
        number = self.captions.read_text("utf-8").count("-->") + 1
        with self.captions.open("a", encoding="utf-8") as file:
            file.write(f"{number}\n00:00:{number:02},000 --> 00:00:{number + 1:02},000\n{text[: len(text) // 2]}")
            file.flush()
            await asyncio.sleep(0.05)
            file.write(f"{text[len(text) // 2 :]}\n\n")


@pytest.fixture
async def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulcast]:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    save(tmp_path / "youtube-login.json", Tokens("cid", "good", "refresh", ("https://www.googleapis.com/auth/youtube",)))
    (tmp_path / "live.srt").write_text("", "utf-8")
    async with TwitchServer(Room("shop")) as twitch, YouTubeServer() as youtube, ChzzkServer() as chzzk, SsnRelay() as ssn:
        addresses = {"twitch": twitch.url, "youtube": youtube.url, "chzzk": chzzk.url, "ssn": ssn.url.replace("http", "ws")}
        (tmp_path / "livebot.toml").write_text(CONFIG.format(**addresses, channel=CHANNEL, video=VIDEO), "utf-8")
        async with _running(tmp_path, twitch, youtube, chzzk, ssn) as simulcast:
            yield simulcast


@asynccontextmanager
async def _running(
    folder: Path, twitch: TwitchServer, youtube: YouTubeServer, chzzk: ChzzkServer, ssn: SsnRelay
) -> AsyncIterator[Simulcast]:
    """The show as `livebot run` makes it, without its pages and its store."""
    config, _ = load_config(folder / "livebot.toml")
    clock, notes, asked = ShowClock(), Notes(), []
    live = LiveShow(lambda: build(config.show_settings(), FAQ, Embedder("none")), clock, notes)
    rooms = Rooms(config, clock)
    for platform, account in rooms.platforms:
        live.add(platform, account)
    for room in Voices(config, clock).rooms:
        live.add(room)

    async def carry(peer: Peer) -> None:
        """The seller's program on Naver: it writes what it is asked to, and sees it in the chat as well."""
        async for text in peer.frames():
            frame = json.loads(text)
            if frame["type"] == "send":
                asked.append(frame)
                echo = {"id": f"echo{len(asked)}", "author": {"id": "shop", "name": "가게", "roles": ["host"]}, "text": frame["text"]}
                peer.take(json.dumps({"type": "sent", "req": frame["req"], "ok": True, "id": f"own{len(asked)}"}))
                peer.take(json.dumps(echo))

    async with asyncio.TaskGroup() as group:
        running = group.create_task(live.run())
        await asyncio.sleep(0)
        peer = rooms.bridges.connect(BEARER)
        while not isinstance(peer, Peer):  # the bridge opens when the show runs
            await asyncio.sleep(0.01)
            peer = rooms.bridges.connect(BEARER)
        carrying = group.create_task(carry(peer))
        simulcast = Simulcast(live, notes, twitch, youtube, chzzk, ssn, rooms.bridges, peer, asked, folder / "live.srt")
        try:
            await simulcast.until(lambda: hasattr(live, "_engine"), 60)
            await simulcast.until(lambda: {health.state for health in live.health().values()} == {"joined"}, 60)
            yield simulcast
        finally:
            live.stop()
            await running
            carrying.cancel()


async def test_an_answer_is_carried_to_every_chat(show: Simulcast) -> None:
    """Asked on five platforms and answered on one: one Question, and the answer goes to each chat, as a reply, in its length, once."""
    await show.everybody_asks("세탁기 돌려도 되나요?")
    lines = show.asked_lines("세탁기 돌려도 되나요?")
    (question,) = show.questions()
    assert {asker["channel"] for asker in question["askers"]} == set(ROOMS)
    assert len({asker["author"] for asker in question["askers"]}) == 5, "the same name on another platform is another person"
    answered = await show.twitch.say("dangol", "네 찬물로 세탁기 돌려도 돼요", name="단골손님")
    await show.until(lambda: show.fates().keys() == set(ROOMS) and all(fate != "waiting" for fate, _ in show.fates().values()))
    assert show.fates() == dict.fromkeys(ROOMS, ("sent", ""))
    (boost,) = [decided.decision for decided in show.live.feed.decisions.values() if decided.decision.kind == "boost"]
    assert boost.message == f"twitch:{answered}"
    posts = {TWITCH: show.twitch.accepted, YOUTUBE: show.youtube.accepted, CHZZK: show.chzzk.accepted, TIKTOK: show.ssn.accepted}
    posts[NAVER] = [frame["text"] for frame in show.asked]
    for channel, limit in ((TWITCH, 500), (YOUTUBE, 200), (CHZZK, 100), (TIKTOK, 200), (NAVER, 120)):
        (text,) = posts[channel]
        assert len(text) <= limit
        assert "단골손님" in text
        assert "찬물" in text
    assert show.twitch.clients[0].received[-1].startswith(f"@reply-parent-msg-id={lines[TWITCH].removeprefix('twitch:')} PRIVMSG #shop :")
    assert f"bridge:naver:{show.asked[0]['reply_to']}" == lines[NAVER]
    assert show.ssn.targets == ["tiktok"]
    # What comes back from YouTube, Chzzk, TikTok and Naver is the bot's: it answers nothing, asks nothing, and is nobody's host.
    await show.until(lambda: len([r for r in show.notes.readings().values() if "bot" in r.also]) == 4)
    assert len(show.questions()) == 1


async def test_the_host_answers_all_chats_aloud(show: Simulcast) -> None:
    """What the host says aloud, read from a caption file that grows, answers the askers of every platform; nothing is posted."""
    await show.everybody_asks("배송 얼마나 걸려요?")
    await show.says_aloud("배송은 이틀 정도 걸려요")
    await show.until(lambda: not show.waiting())
    assert {asker["resolution"] for question in show.questions() for asker in question["askers"]} == {"host_voice"}
    assert show.fates() == {}


async def test_a_long_answer_is_cut_to_each_chats_length(show: Simulcast) -> None:
    """In one show the host answers one question aloud, and a viewer's long answer to another is carried to each chat as far as it fits."""
    await show.everybody_asks("배송 얼마나 걸려요?")
    await show.says_aloud("배송은 이틀 정도 걸려요")
    await show.until(lambda: not show.waiting())
    await show.everybody_asks("세탁기 돌려도 되나요?")
    answer = (
        "네 찬물로 세탁기 돌려도 돼요, 저는 세탁망에 넣고 찬물 울코스로 돌렸는데 줄지도 않고 색도 안 빠졌어요. "
        "탈수는 약하게 하고 그늘에 눕혀서 말리니까 보풀도 하나 없이 처음 그대로예요"
    )
    await show.twitch.say("dangol", answer, name="단골손님")
    await show.until(lambda: show.fates().keys() == set(ROOMS) and all(fate != "waiting" for fate, _ in show.fates().values()))
    assert show.fates() == dict.fromkeys(ROOMS, ("sent", ""))
    posts = {TWITCH: show.twitch.accepted, YOUTUBE: show.youtube.accepted, CHZZK: show.chzzk.accepted, TIKTOK: show.ssn.accepted}
    posts[NAVER] = [frame["text"] for frame in show.asked]
    assert [c for c, (text,) in posts.items() if "단골손님" not in text or "찬물" not in text] == []
    for channel in (TWITCH, YOUTUBE, TIKTOK):
        assert answer in posts[channel][0]
    for channel, limit in ((CHZZK, 100), (NAVER, 120)):
        assert limit - 30 < len(posts[channel][0]) <= limit
        assert "…" in posts[channel][0]


async def test_each_chat_has_its_own_fate(show: Simulcast) -> None:
    """An FAQ post that one platform refuses and another takes without a word answers where it was sent; the desk is told each fate."""
    show.chzzk.switches.refuse_send = 403
    show.ssn.switches.silent_send = show.ssn.switches.no_echo = True
    await show.everybody_asks("배송은 얼마나 걸리나요?")
    await show.until(lambda: show.fates().keys() == set(ROOMS) and all(fate != "waiting" for fate, _ in show.fates().values()))
    refused = {CHZZK: ("dropped", "forbidden"), TIKTOK: ("unknown", "no_answer")}
    assert show.fates() == {**dict.fromkeys(ROOMS, ("sent", "")), **refused}
    assert show.waiting() == {CHZZK, TIKTOK}


async def test_one_chat_breaks_and_the_show_goes_on(show: Simulcast) -> None:
    """A platform that breaks off comes back by itself, its missing seconds are told, and the others never stop."""
    await show.chzzk.stop()
    await show.until(lambda: show.live.health()[CHZZK].state == "reconnecting")
    await show.twitch.say("haneul", "안녕하세요")
    await show.until(lambda: show.asked_lines("안녕하세요"))
    assert [show.live.health()[channel].state for channel in ROOMS if channel != CHZZK] == ["joined"] * 4
    await show.chzzk.start()
    await show.until(lambda: show.live.health()[CHZZK].state == "joined")
    await show.until(lambda: show.notes.of(Gap))
    assert [gap.channel for gap in show.notes.of(Gap)] == [CHZZK]
    await show.everybody_asks("세탁기 돌려도 되나요?")
    assert len(show.questions()) == 1
