"""The host's voice and what is on air in a running show, as a config makes them; and what `check` says of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from livebot.config import Config, load_config
from livebot.core.events import Caption, ProductOnAir
from livebot.errors import UserError, WorkError
from livebot.platforms.replay.files import read_log
from livebot.runtime.check import check
from livebot.runtime.clock import ShowClock
from livebot.runtime.live import LiveShow
from livebot.runtime.voice import Voices, hotwords, run_listen

from ..servers.obs import ObsServer
from ..servers.speech import VoskServer, WhisperCppServer, WhisperLiveServer
from ..voice.test_servers import tone, write_wav
from .conftest import Hands, running

PRODUCTS = """
[[product]]
key = "serum"
name = "시카 세럼"
also = ["cica serum"]
[[product]]
key = "cushion"
name = "글로우 쿠션"
obs_scene = "2부"
planned = 20
[web]
port = 0
[show]
language = "en"
"""
Load = Callable[[str], Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a config of that text."""

    def write_and_load(text: str) -> Config:
        path = tmp_path / "show.toml"
        path.write_text(text + PRODUCTS, "utf-8")
        return load_config(path)[0]

    return write_and_load


def refused(load: Load, text: str) -> str:
    with pytest.raises(UserError) as caught:
        load(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[voice]\nsource = "radio"\n', "'none', 'file', 'endpoint'"),
        ('[voice]\nsource = "file"\n', 'source = "file" needs file'),
        ('[voice]\nsource = "file"\nfile = "captions.docx"\n', ".txt, .srt, .vtt"),
        ('[voice]\nsource = "endpoint"\n', "token_env or token_file"),
        ('[voice]\nsource = "vosk"\n', "ws://"),
        ('[voice]\nsource = "whisperlive"\nurl = "http://127.0.0.1:9090"\n', "ws://"),
        ('[voice]\nsource = "whispercpp"\nurl = "ws://127.0.0.1:8080"\n', "http://"),
        ('[voice]\nurl = "localhost:9090"\n', "voice.url"),
        ('[obs]\nurl = "http://127.0.0.1:4455"\n', "ws:// or wss://"),
        ('[obs]\npassword = "x"\n', "password_env"),
    ],
)
def test_what_is_wrong_in_the_config_is_told(load: Load, text: str, told: str) -> None:
    """Each fault names its line and what is allowed."""
    message = refused(load, text)
    assert told in message
    assert "show.toml:" in message


def checked(load: Load, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    """What is wrong, and what is said to be right."""
    return check(load(text), None), capsys.readouterr().out


async def asked(load: Load, text: str, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], str]:
    """The same, with the other sides asked: in a thread, while they run here."""
    return await asyncio.to_thread(check, load(text), None, online=True), capsys.readouterr().out


def test_check_names_what_is_missing(
    load: Load, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token, the folder, the sound, the extra and the model are told by name; a file that is not there yet is no fault."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    (tmp_path / "show.wav").write_bytes(b"")
    assert "CAPTIONS is not set" in checked(load, '[voice]\nsource = "endpoint"\ntoken_env = "CAPTIONS"\n', capsys)[0][0]
    assert "does not exist" in checked(load, '[voice]\nsource = "file"\nfile = "away/live.srt"\n', capsys)[0][0]
    faults, said = checked(load, '[voice]\nsource = "file"\nfile = "live.srt"\n', capsys)
    assert (faults, "not there yet" in said) == ([], True)
    assert "x.wav is not there" in checked(load, '[voice]\nsource = "listen"\naudio = "x.wav"\n', capsys)[0][0]
    stream = '[voice]\nsource = "listen"\naudio = "https://example.com/live.m3u8"\n'
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "ffmpeg is not installed" in checked(load, stream, capsys)[0][0]
    monkeypatch.setattr("shutil.which", lambda name: name)
    assert "no model folder is named" in checked(load, stream, capsys)[0][0]
    (tmp_path / "model").mkdir()
    assert "model.bin, config.json is missing" in checked(load, f'{stream}model = "model"\n', capsys)[0][0]
    for name in ("model.bin", "config.json"):
        (tmp_path / "model" / name).touch()
    faults, said = checked(load, f'{stream}model = "model"\n', capsys)
    assert faults == []
    assert "transcribed here" in said
    assert "3 product names" in said
    assert "1 of 2 products have a time" in said
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install 'livebot[voice]'" in checked(load, stream, capsys)[0][0]


@pytest.mark.parametrize(
    ("source", "server"), [("vosk", VoskServer()), ("whisperlive", WhisperLiveServer()), ("whispercpp", WhisperCppServer())]
)
async def test_check_asks_the_speech_server(
    load: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, source: str, server: Any
) -> None:
    """One that answers is told as right, one that is away as a fault with its address; offline nobody is asked."""
    monkeypatch.setattr("shutil.which", lambda name: name)
    await server.start()
    text = f'[voice]\nsource = "{source}"\nurl = "{server.url}"\n'
    faults, said = await asked(load, text, capsys)
    assert (faults, f"to {source} at" in said) == ([], True)
    await server.stop()
    (fault,), _ = await asked(load, text, capsys)
    assert f"no {source} server answers at {server.url}: nothing listens at that address" in fault
    assert checked(load, text, capsys)[0] == []


async def test_check_tells_a_speech_server_from_another_program(
    load: Load, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web server at the address of a speech server is told as such."""
    monkeypatch.setattr("shutil.which", lambda name: name)
    server = WhisperCppServer()
    await server.start()
    (fault,), _ = await asked(load, f'[voice]\nsource = "vosk"\nurl = "{server.url.replace("http", "ws")}"\n', capsys)
    assert "another program answers at that address" in fault
    await server.stop()


@pytest.mark.parametrize(("password", "told"), [("right", ""), ("wrong", "OBS refuses the password"), ("", "OBS wants a password")])
async def test_check_asks_obs(load: Load, capsys: pytest.CaptureFixture[str], tmp_path: Path, password: str, told: str) -> None:
    """A right password is let in; a wrong and a missing one are told apart, with what to do."""
    server = ObsServer("right")
    await server.start()
    text = f'[obs]\nurl = "{server.url}"\n'
    if password:
        file = tmp_path / "obs-password.txt"
        file.write_text(password)
        file.chmod(0o600)
        text += 'password_file = "obs-password.txt"\n'
    faults, said = await asked(load, text, capsys)
    await server.stop()
    if told:
        assert told in faults[0]
    else:
        assert (faults, "lets livebot in" in said) == ([], True)


async def test_check_says_that_obs_is_away(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    """An OBS that is not there is told, unless nobody is asked."""
    text = '[obs]\nurl = "ws://127.0.0.1:9"\n'
    assert "nothing listens at that address" in (await asked(load, text, capsys))[0][0]
    assert checked(load, text, capsys)[0] == []


def test_recognisers_are_told_every_name(load: Load) -> None:
    """Names and other names, each once."""
    assert hotwords(load("")) == ("시카 세럼", "cica serum", "글로우 쿠션")


async def test_a_show_hears_its_caption_file(load: Load, tmp_path: Path) -> None:
    """A question on the chat is settled by what the host says aloud into a growing SRT, and the room is shown on the desk."""
    path = tmp_path / "live.srt"
    path.write_text("", "utf-8")
    hands = Hands()
    voices = Voices(load('[voice]\nsource = "file"\nfile = "live.srt"\n'), hands.clock())

    def add(live: LiveShow) -> None:
        for room in voices.rooms:
            live.add(room)

    async with running(hands=hands, before=add) as show:
        await show.hears("price?")
        await show.until(lambda: show.live.health()["voice:file"].state == "joined")
        with path.open("a", encoding="utf-8") as file:
            file.write("1\n00:00:01,000 --> 00:00:02,000\nprice 5!\n\n2\n00:00:03,000 --> 00:00:04,000\nThanks for watching!\n\n")
        await show.until(lambda: show.notes.of(Caption))
        await show.until(lambda: show.live.waiting()[1] == 0)
        assert [caption.text for caption in show.notes.of(Caption)] == ["price 5!"]
        assert [(room.name, room.can_send) for room in show.live.channels()][1] == ("voice:file", False)


async def test_a_show_follows_what_is_on_air(load: Load) -> None:
    """OBS, the host's words and the rundown each set the product in a running show, and the state says why."""
    server = ObsServer()
    await server.start()
    hands = Hands()
    voices = Voices(load(f'[obs]\nurl = "{server.url}"\n'), hands.clock())

    def add(live: LiveShow) -> None:
        for room in voices.rooms:
            live.add(room)
        live.watch(voices.onair.watch)

    async with running(hands=hands, before=add) as show:
        await show.until(lambda: show.live.health()["onair:obs"].state == "joined" and server.requests.count("GetStreamStatus"))
        await server.switch("2부")
        await show.until(lambda: show.live.state().base["on_air"] == "cushion")
        assert show.notes.of(ProductOnAir)[0].text == "글로우 쿠션"
        await show.hears("이번에는 시카 세럼 소개해 드릴게요", "boss", "host")
        await show.until(lambda: show.live.state().base["on_air"] == "serum")
        hands.seconds = 1300.0
        await show.hears("hello")
        await show.until(lambda: show.live.state().base["on_air"] == "cushion")
        assert [event.why for event in show.notes.of(ProductOnAir)] == [
            "obs_scene: 2부",
            "host: 이번에는 시카 세럼 소개해 드릴게요",
            "rundown: 20:00",
        ]
    await server.stop()


HEARS = """
import json, sys
options = json.loads(sys.stdin.buffer.readline())
print(json.dumps({"ready": True}), flush=True)
while len(size := sys.stdin.buffer.read(4)) == 4:
    sys.stdin.buffer.read(int.from_bytes(size, "little"))
    print(json.dumps({"said": [options["hotwords"] + " 이만 구천 원이에요"]}), flush=True)
"""


@pytest.fixture
def speech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a config, a WAV with one utterance, and what looks like a model."""
    (tmp_path / "show.toml").write_text(f'[voice]\nsource = "listen"\nmodel = "model"\n{PRODUCTS}', "utf-8")
    (tmp_path / "model").mkdir()
    for name in ("model.bin", "config.json"):
        (tmp_path / "model" / name).touch()
    write_wav(tmp_path / "speech.wav", b"\0" * 6400 + tone(0.6) + b"\0" * 6400)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    return tmp_path


def test_listen_writes_what_it_hears(speech: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`listen` says what is heard and writes it as a log that `replay` reads; the process is told the product names."""
    monkeypatch.setattr("livebot.voice.listen.WORKER", ("-c", HEARS))
    run_listen(str(speech / "speech.wav"), None, speech / "show.toml", speech / "voice.jsonl")
    assert "시카 세럼 cica serum 글로우 쿠션 이만 구천 원이에요" in capsys.readouterr().out
    [caption] = read_log(speech / "voice.jsonl", on_problem=print)
    assert isinstance(caption, Caption)
    assert caption.text.endswith("이만 구천 원이에요")


def test_listen_that_cannot_go_on_says_why(speech: Path) -> None:
    """A model that cannot be opened ends the command with its cause."""
    with pytest.raises(WorkError, match=r"livebot\[voice\]|모델"):
        run_listen(str(speech / "speech.wav"), None, speech / "show.toml", None)


def test_a_missing_token_is_told_before_the_show(load: Load) -> None:
    """`run` refuses what `check` would have told."""
    assert "LIVEBOT_NO_SUCH" not in os.environ
    with pytest.raises(UserError, match="LIVEBOT_NO_SUCH"):
        Voices(load('[voice]\nsource = "endpoint"\ntoken_env = "LIVEBOT_NO_SUCH"\n'), ShowClock())
