"""Speech servers over real sockets: what is heard, what breaks, and that the sound arrives as it was."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import json
import math
import random
import struct
import sys
import time
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livebot.voice import wire
from livebot.voice.base import Segment, Source
from livebot.voice.cutting import Cutter
from livebot.voice.listen import Listener, WhisperCpp
from livebot.voice.servers import SpeechServer, Vosk, WhisperLive
from livebot.voice.sound import SoundError, WavFile, open_sound

from ..servers.speech import VoskServer, WhisperCppServer, WhisperLiveServer
from .contract import SourceContract, joined
from .stage import OtherSide, listening, until

WHISPERLIVE = Path(__file__).resolve().parents[1] / "servers/judges/.whisperlive"
ALIVE = (0.2, 0.2)  # seconds: what takes ten in a show takes half of one here


def tone(seconds: float, loud: float = 8000.0) -> bytes:
    """A hum, as speech is to a cutter."""
    return b"".join(struct.pack("<h", int(loud * math.sin(i / 8))) for i in range(int(seconds * wire.RATE)))


class Talking:
    """Sound that a test makes: quiet until told to hum."""

    def __init__(self) -> None:
        self.given: asyncio.Queue[bytes | SoundError | None] = asyncio.Queue()
        self.sent = bytearray()

    async def chunks(self) -> AsyncIterator[bytes]:
        while True:
            try:
                async with asyncio.timeout(0.01):
                    chunk = await self.given.get()
            except TimeoutError:
                chunk = b"\0" * 3200
            if chunk is None:
                return
            if isinstance(chunk, SoundError):
                raise chunk
            self.sent += chunk
            yield chunk

    def hum(self, seconds: float = 0.5) -> None:
        sound = tone(seconds) + b"\0" * int(0.8 * wire.BYTES_A_SECOND)
        for at in range(0, len(sound), 3200):
            self.given.put_nowait(sound[at : at + 3200])


class WhisperLiveSide(OtherSide):
    """A WhisperLive server."""

    found_within = 3.0

    def __init__(self) -> None:
        self.server, self.sound = WhisperLiveServer(), Talking()

    def source(self) -> SpeechServer:
        return WhisperLive(
            self.server.url, self.sound, "ko", hotwords=("시카 세럼",), clock=time.monotonic, rng=random.Random(1), alive=ALIVE
        )

    async def say(self, text: str) -> None:
        await until(lambda: self.server.connections)
        for part in (text[: len(text) // 2], text):
            await self.server.hears(part, completed=False)
        await self.server.hears(text)

    async def repeat(self) -> None:
        await self.server.broadcast(self.server.frame())

    async def cut(self) -> None:
        self.server.cut()

    async def garbage(self) -> None:
        for frame in (
            "",
            "[]",
            "null",
            "{",
            '{"segments":7}',
            '{"segments":[1,{"text":5}]}',
            '{"x":1}',
            '{"uid":1,"language":"ko"}',
            "[" * 9999,
            '{"segments":[{"start":"1","text":"\\ud800","completed":true}]}',
        ):
            await self.server.broadcast(frame)
        (before,) = self.server.connections
        await self.server.broadcast("x" * (2 << 20))
        await until(lambda: self.server.connections and before not in self.server.connections)  # the huge frame costs the connection

    async def freeze(self) -> None:
        self.server.freeze()

    async def thaw(self) -> None:
        """A new connection is not frozen."""


class VoskSide(WhisperLiveSide):
    """A vosk-server."""

    server: VoskServer  # type: ignore[assignment]

    def __init__(self) -> None:
        self.server, self.sound = VoskServer(), Talking()  # type: ignore[assignment]

    def source(self) -> SpeechServer:
        return Vosk(self.server.url, self.sound, clock=time.monotonic, rng=random.Random(1), alive=ALIVE)

    async def say(self, text: str) -> None:
        self.server.hears(text)

    async def repeat(self) -> None:
        """vosk-server sends nothing again."""


class WhisperCppSide(OtherSide):
    """A whisper.cpp server, and a host who hums whatever is to be heard."""

    lines = 15
    found_within = 3.0

    def __init__(self) -> None:
        self.server, self.sound = WhisperCppServer(), Talking()

    def source(self) -> Source:
        transcriber = WhisperCpp(self.server.url, "ko", ("시카 세럼",), answer_within=0.5)
        return Listener(self.sound, transcriber, clock=time.monotonic, rng=random.Random(1))

    async def say(self, text: str) -> None:
        self.server.texts.append(text)
        heard = len(self.server.requests)
        self.sound.hum()
        await until(lambda: len(self.server.requests) > heard)

    async def repeat(self) -> None:
        """An utterance is transcribed once."""

    async def cut(self) -> None:
        await self.server.stop()
        self.sound.hum()  # nobody hears this while the server is away, and it says nothing when it is back
        await self.server.start()

    async def garbage(self) -> None:
        for fault in ("", "null", "[]", '{"segments":[1,{"text":7}]}', '{"error":"failed to read audio data"}', "<html>"):
            self.server.fault = fault
            self.sound.hum()
            heard = len(self.server.requests)
            await until(lambda heard=heard: len(self.server.requests) > heard)

    async def freeze(self) -> None:
        self.server.frozen = asyncio.Event()
        self.sound.hum()
        await asyncio.sleep(0)

    async def thaw(self) -> None:
        assert self.server.frozen is not None
        self.server.frozen.set()
        self.server.frozen = None


SIDES = {"whisperlive": WhisperLiveSide, "vosk": VoskSide, "whispercpp": WhisperCppSide}


@pytest.fixture(params=SIDES)
async def side(request: pytest.FixtureRequest) -> AsyncIterator[OtherSide]:
    made = SIDES[request.param]()
    await made.server.start()
    yield made
    await made.server.stop()


class TestSpeechServer(SourceContract):
    """Every speech server keeps the contract."""


@pytest.fixture
async def live() -> AsyncIterator[WhisperLiveSide]:
    made = WhisperLiveSide()
    await made.server.start()
    yield made
    await made.server.stop()


async def test_whisperlive_gets_sound_names_and_language(live: WhisperLiveSide) -> None:
    """The first frame names language and hot words; the sound arrives as it was, sample for sample."""
    async with listening(live.source()) as ear:
        await joined(live, ear)
        live.sound.hum(0.3)
        await until(lambda: bytes(live.server.sound).rstrip(b"\0").endswith(tone(0.3)[-200:].rstrip(b"\0")))
        options = live.server.options[0]
        assert (options["language"], options["hotwords"], options["task"]) == ("ko", "시카 세럼", "transcribe")
        assert tone(0.3) in bytes(live.server.sound)


async def test_a_full_whisperlive_is_tried_again(live: WhisperLiveSide) -> None:
    """WAIT is told, and the server is tried until there is room."""
    live.server.full = True
    async with listening(live.source()) as ear:
        await until(lambda: any(status.code == "server_full" for _, status in ear.told))
        assert "2.5" in next(status.detail for _, status in ear.told if status.code == "server_full")
        live.server.full = False
        await joined(live, ear)


@pytest.mark.parametrize(
    ("frame", "code", "detail"),
    [
        ({"message": "DISCONNECT"}, "closed", ""),
        ({"status": "ERROR", "message": "Failed to load model"}, "server_error", "Failed to load model"),
    ],
)
async def test_a_whisperlive_that_sends_us_away_is_called_again(
    live: WhisperLiveSide, frame: dict[str, str], code: str, detail: str
) -> None:
    """After its ten minutes WhisperLive says goodbye, and it may fail: both are told, and a fresh connection hears on."""
    async with listening(live.source()) as ear:
        await joined(live, ear)
        await live.say("before")
        await until(lambda: ear.texts)
        await live.server.broadcast(json.dumps({"uid": "1", **frame}))
        await until(lambda: ear.states.count("joined") == 2)
        assert [(status.code, status.detail) for _, status in ear.told if status.state == "reconnecting"] == [(code, detail)]
        await live.say("after")
        await until(lambda: ear.texts == ["before", "after"])


async def test_a_server_that_is_away_is_tried_seldom(live: WhisperLiveSide) -> None:
    """In five minutes of outage there are at most 40 tries, and afterwards the next comes soon."""
    await live.server.stop()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0 if sum(slept) < 300 else 3600)

    source = WhisperLive(live.server.url, live.sound, "ko", clock=lambda: 0.0, sleep=sleep, rng=random.Random(1))
    async with listening(source) as ear:
        await until(lambda: sum(slept) >= 300)
        tries = [status for _, status in ear.told if status.code == "nothing_listens"]
        assert 5 < len(tries) <= 40
        assert max(slept) <= 25.0


async def test_a_server_that_is_slower_than_speech_is_alive() -> None:
    """A busy server answers pings late, as they stand behind the sound; what it says meanwhile shows that it lives."""
    side = VoskSide()
    side.server.slow = 0.03  # three times slower than the sound comes
    await side.server.start()
    async with listening(side.source()) as ear:
        await until(lambda: len(side.server.sound) > 40 * 3200)
        await side.say("아직 듣고 있어요")
        await until(lambda: ear.texts)
        assert ear.states == ["connecting", "joined"]
        assert side.server.rates == [16000]
        side.server.slow = 0.0
        side.server.cut()
    await side.server.stop()


async def test_a_vosk_server_hears_the_end(tmp_path: Path) -> None:
    """When a WAV is over the server is told so, its last words are heard, and the source ends."""
    server = VoskServer()
    await server.start()
    path = tmp_path / "speech.wav"
    write_wav(path, tone(0.4))
    source = Vosk(server.url, WavFile(path, clock=lambda: 0.0, sleep=at_once), clock=time.monotonic)
    async with listening(source) as ear:
        await until(lambda: "ended" in ear.states)
        assert ear.texts == ["끝났어요"]
        assert ear.told[-1][1].code == "sound_over"
    assert server.rates == [16000]
    assert bytes(server.sound) == tone(0.4)
    await server.stop()


async def test_whispercpp_gets_a_wav_and_the_names() -> None:
    """The utterance comes as a WAV of 16 kHz with the names as prompt."""
    side = WhisperCppSide()
    await side.server.start()
    async with listening(side.source()) as ear:
        await side.say("세럼이에요")
        await until(lambda: ear.texts)
    sent = side.server.requests[0]
    assert (sent["response_format"], sent["language"], sent["prompt"]) == ("verbose_json", "ko", "시카 세럼")
    with wave.open(io.BytesIO(sent["wav"])) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        assert 0.5 <= file.getnframes() / 16000 <= 2.0
    await side.server.stop()


async def test_whispercpp_that_loads_its_model_is_waited_for() -> None:
    """A server that says 503 is told as not ready, and tried again."""
    side = WhisperCppSide()
    side.server.health = 503
    await side.server.start()
    async with listening(side.source()) as ear:
        await until(lambda: any(status.code == "not_ready" for _, status in ear.told))
        side.server.health = 200
        await until(lambda: "joined" in ear.states)
    await side.server.stop()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ws://127.0.0.1:9", "nothing_listens"),
        ("ws://..", "no_host"),
        ("ws://" + "x" * 80 + ".example", "no_host"),
        ("ws://[::1", "no_host"),
        ("ws://127.0.0.1:99999", "no_host"),
    ],
)
async def test_an_address_that_is_none_is_told(url: str, code: str) -> None:
    """Whatever stands in the config, the show goes on, and why nothing is heard is told."""
    async with listening(Vosk(url, Talking(), clock=time.monotonic)) as ear:
        await until(lambda: any(status.code == code for _, status in ear.told))


async def test_another_program_at_the_address_is_told() -> None:
    """A web server where a speech server should be is told as such, by both ways of asking."""
    server = WhisperCppServer()
    await server.start()
    async with listening(Vosk(server.url.replace("http", "ws"), Talking(), clock=time.monotonic)) as ear:
        await until(lambda: any((status.code, status.detail) == ("other_program", "HTTP 404") for _, status in ear.told))
    await server.stop()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n500 what?\r\n")
        await reader.read(1)
        writer.close()

    other = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    sources = (
        Vosk(f"ws://127.0.0.1:{port}", Talking(), clock=time.monotonic),
        Listener(Talking(), WhisperCpp(f"http://127.0.0.1:{port}", "ko"), clock=time.monotonic),
    )
    for source in sources:
        async with listening(source) as ear:
            await until(lambda ear=ear: any(status.code == "other_program" for _, status in ear.told))
    other.close()


async def test_sound_that_breaks_off_is_told(live: WhisperLiveSide) -> None:
    """A microphone that goes is told on the desk, and so is its return."""
    async with listening(live.source()) as ear:
        await joined(live, ear)
        live.sound.given.put_nowait(SoundError("no_sound", "device lost"))
        await until(lambda: ear.told[-1][1].code == "no_sound")
        await until(lambda: ear.states[-1] == "joined")


async def test_sound_that_cannot_be_had_stops_the_source(live: WhisperLiveSide) -> None:
    """What no second try can mend ends the source with its cause."""
    async with listening(live.source()) as ear:
        await joined(live, ear)
        live.sound.given.put_nowait(SoundError("no_ffmpeg", retry=False))
        await until(lambda: ear.states[-1] == "stopped")
        assert ear.told[-1][1].code == "no_ffmpeg"


def test_speech_is_cut_at_its_pauses() -> None:
    """Two sentences with a pause are two utterances, each with its beginning; noise and clicks are none."""
    cutter, utterances = Cutter(), []
    noise = random.Random(1)
    quiet = lambda seconds: b"".join(struct.pack("<h", noise.randint(-60, 60)) for _ in range(int(seconds * 16000)))  # noqa: E731
    sound = quiet(2) + tone(1.0) + quiet(1) + tone(1.5) + quiet(1) + tone(0.1) + quiet(1)
    for at in range(0, len(sound), 3200):
        utterances.append(cutter.take(sound[at : at + 3200]))
    lengths = [len(one) / wire.BYTES_A_SECOND for one in utterances if one]
    assert lengths == [pytest.approx(1.0 + 0.9, abs=0.15), pytest.approx(1.5 + 0.9, abs=0.15)]


def test_speech_without_a_pause_is_cut_all_the_same() -> None:
    """An utterance has at most six seconds, and nothing between two of them is lost."""
    cutter = Cutter()
    sound = tone(20.0)
    cut = [one for at in range(0, len(sound), 3200) if (one := cutter.take(sound[at : at + 3200]))]
    assert all(4.0 <= len(one) / wire.BYTES_A_SECOND <= 6.1 for one in cut)
    assert b"".join([*cut, cutter.end()]) == sound


def test_long_speech_is_cut_between_words() -> None:
    """Where somebody speaks on, the cut is where it was quietest of late, so that no word is halved: a breath of a tenth of a second."""
    cutter = Cutter()
    sound = tone(4.5) + tone(0.1, 300.0) + tone(3.0)
    cut = [one for at in range(0, len(sound), 3200) if (one := cutter.take(sound[at : at + 3200]))]
    assert [round(len(one) / wire.BYTES_A_SECOND, 1) for one in cut] == [4.6]
    assert cutter.end() == sound[len(cut[0]) :]


async def at_once(seconds: float) -> None:
    await asyncio.sleep(0)


def write_wav(path: Path, pcm: bytes, rate: int = 16000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)


async def test_a_wav_that_is_none_is_refused(tmp_path: Path) -> None:
    """A broken file ends the sound with a cause, not a traceback."""
    path = tmp_path / "x.wav"
    path.write_bytes(b"RIFF" + b"x" * 40)
    with pytest.raises(SoundError) as caught:
        async for _ in WavFile(path, clock=time.monotonic).chunks():
            pass
    assert (caught.value.code, caught.value.retry) == ("no_sound", False)


async def test_other_sound_goes_through_ffmpeg(tmp_path: Path) -> None:
    """A WAV of another rate is converted; a stream that is not there ends with ffmpeg's own words."""
    path = tmp_path / "x.wav"
    write_wav(path, tone(0.5), rate=48000)
    sound = open_sound(str(path), clock=time.monotonic)
    try:
        got = b"".join([chunk async for chunk in sound.chunks()])
    except SoundError as error:
        pytest.skip(f"no ffmpeg here: {error.code}")
    assert len(got) / wire.BYTES_A_SECOND == pytest.approx(0.5 / 3, abs=0.02)
    with pytest.raises(SoundError) as caught:
        async for _ in open_sound("http://127.0.0.1:9/stream", clock=time.monotonic).chunks():
            pass
    assert caught.value.code == "no_sound"
    assert "refused" in caught.value.detail.lower()


def test_whisper_s_own_rule_for_silence() -> None:
    """A segment that Whisper itself takes for nothing is nothing."""
    body = '{"segments":[{"text":" a","no_speech_prob":0.9,"avg_logprob":-1.4},{"text":" b","no_speech_prob":0.9,"avg_logprob":-0.2}]}'
    assert wire.read_whispercpp(body) == [Segment("b")]
    assert wire.read_whispercpp('{"text":" 한 줄\\n두 줄\\n"}') == [Segment("한 줄"), Segment("두 줄")]


@pytest.mark.skipif(importlib.util.find_spec("vosk") is None, reason="needs vosk (the dev extra)")
async def test_vosk_s_own_client_takes_the_server_for_vosk_server(tmp_path: Path) -> None:
    """The transcriber that comes with vosk sends its sound and gets its text from our server."""
    server = VoskServer()
    await server.start()
    path = tmp_path / "speech.wav"
    write_wav(path, tone(3.0))
    server.hears("가격은 이만 구천 원이에요")
    script = (
        "import argparse, queue, sys; from vosk.transcriber.transcriber import Transcriber; "
        "client = Transcriber.__new__(Transcriber); client.queue = queue.Queue(); "  # without the model of its own
        "client.args = argparse.Namespace(server=sys.argv[1], tasks=1, output_type='txt'); "
        "client.process_task_list([(sys.argv[2], sys.argv[3])])"
    )
    out = tmp_path / "out.txt"
    client = await asyncio.create_subprocess_exec(sys.executable, "-c", script, server.url, str(path), str(out))
    assert await asyncio.wait_for(client.wait(), 60) == 0
    assert out.read_text("utf-8").split() == ["가격은", "이만", "구천", "원이에요", "끝났어요"]
    assert server.rates == [16000]
    await server.stop()


@pytest.mark.skipif(not WHISPERLIVE.is_dir(), reason="needs whisper-live-client (scripts/test puts it beside the judges)")
async def test_whisperlive_s_own_client_takes_the_server_for_whisperlive(live: WhisperLiveSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client that comes with WhisperLive is let in, sends sound, and keeps the completed segments."""
    monkeypatch.syspath_prepend(str(WHISPERLIVE))
    from whisper_live.client import Client

    port = live.server.port
    client = await asyncio.to_thread(lambda: Client("127.0.0.1", port, lang="ko", log_transcription=False))
    await until(lambda: client.recording)
    assert client.server_backend == "faster_whisper"
    client.send_packet_to_server(struct.pack("<3f", 0.5, -0.5, 0.25))
    await until(lambda: len(live.server.sound) == 6)
    for text in ("가격은 이만 구천 원이에요", "배송은 내일 출발해요"):
        await live.say(text)
    await until(lambda: len(client.transcript) == 2)
    assert [segment["text"].strip() for segment in client.transcript] == ["가격은 이만 구천 원이에요", "배송은 내일 출발해요"]
    await asyncio.to_thread(client.close_websocket)
