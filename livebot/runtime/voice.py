"""Makes what a config says of the host's voice and of what is on air, as rooms that the running show reads like any other."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from livebot.config import Config, ObsSection, VoiceSection, load_config, read_secret
from livebot.errors import UserError, WorkError
from livebot.platforms.base import Askable, Capabilities, Emit, Health, Post, SendResult
from livebot.runtime.clock import ShowClock
from livebot.runtime.hints import HINTS
from livebot.voice.base import Source, Status, Tell
from livebot.voice.endpoint import CaptionEndpoint
from livebot.voice.host import HostVoice
from livebot.voice.obs import Obs
from livebot.voice.onair import OnAir, Shown
from livebot.voice.redial import Ended

OBS = "onair:obs"
SERVERS = ("whisperlive", "vosk", "whispercpp")
Run = Callable[[Emit, Tell], Awaitable[None]]
TryOnce = Callable[[], Awaitable[Ended | None]]


class ListenedRoom:
    """A room that is only listened to: nobody can write to a microphone (`platforms.base.Askable`)."""

    capabilities = Capabilities()

    def __init__(self, name: str, run: Run, try_once: TryOnce | None = None) -> None:
        """`try_once` asks the other side, where there is one."""
        self.channel, self._run, self._try_once = name, run, try_once

    async def run(self, emit: Emit, report: Callable[[Health], None]) -> None:
        """Listen until cancelled, or until trying again cannot help."""
        await self._run(emit, lambda status: report(Health(**asdict(status))))

    async def try_once(self) -> Health:
        """Ask the other side once."""
        wrong = await self._try_once() if self._try_once else None
        return Health("stopped", wrong.code, wrong.detail) if wrong else Health("joined")

    async def send(self, post: Post) -> SendResult:
        """Nothing can be sent here."""
        return SendResult("dropped", "read_only")


class Voices:
    """What hears the host and sees what is on air: its rooms, what stands behind the captions' address, and who follows the products."""

    def __init__(self, config: Config, clock: ShowClock) -> None:
        self.onair = OnAir([Shown(p.key, p.name, p.also, p.obs_scene, p.obs_source, _seconds(p.planned)) for p in config.product])
        self.captions: CaptionEndpoint | None = None
        self.rooms: list[Askable] = []
        if config.voice.source != "none":
            source = source_of(config, clock)
            self.captions = source if isinstance(source, CaptionEndpoint) else None
            asks: TryOnce | None = getattr(source, "try_once", None) if config.voice.source in SERVERS else None
            self.rooms.append(ListenedRoom(f"voice:{config.voice.source}", HostVoice(source, clock=clock.now).run, asks))
        if config.obs.url:
            obs = obs_of(config.obs, self.onair, clock)
            self.rooms.append(ListenedRoom(OBS, obs.run, obs.try_once))


def _seconds(minutes: float | None) -> float | None:
    return None if minutes is None else minutes * 60.0


def obs_of(obs: ObsSection, onair: OnAir, clock: ShowClock) -> Obs:
    """Return what watches the config's OBS."""
    password = read_secret(obs.password_env, obs.password_file, "obs: password")
    return Obs(obs.url, onair, password=password, text_source=obs.text_source, clock=clock.now)


def source_of(config: Config, clock: ShowClock) -> Source:
    """Return the source that [voice] names; those that few shows use are imported only where one does."""
    voice = config.voice
    match voice.source:
        case "file":
            from livebot.voice.files import CaptionFile

            assert voice.file is not None
            return CaptionFile(voice.file)
        case "endpoint":
            return CaptionEndpoint(read_secret(voice.token_env, voice.token_file, "voice: token"))
    return _hearing(config, voice, clock)


def _hearing(config: Config, voice: VoiceSection, clock: ShowClock) -> Source:
    """Return a source that hears sound itself."""
    from livebot.voice.sound import missing_for, open_sound

    if missing := missing_for(voice.audio):
        raise UserError(missing, "[voice] audio", "Give a WAV file, a stream's address, microphone, or microphone:DEVICE.")
    sound, language, names = open_sound(voice.audio, clock=clock.now), voice.language or config.show.language, hotwords(config)
    match voice.source:
        case "vosk":
            from livebot.voice.servers import Vosk

            return Vosk(voice.url, sound, clock=clock.now)
        case "whisperlive":
            from livebot.voice.servers import WhisperLive

            return WhisperLive(voice.url, sound, language, hotwords=names, clock=clock.now)
        case "whispercpp":
            from livebot.voice.listen import Listener, WhisperCpp

            return Listener(sound, WhisperCpp(voice.url, language, names), clock=clock.now)
    from livebot.voice.listen import Listener, Local

    return Listener(sound, Local(model_of(voice.model), language, names), clock=clock.now)


def hotwords(config: Config) -> tuple[str, ...]:
    """Return the names that recognisers should know: those of the products."""
    names = (name for product in config.product for name in (product.name, *product.also))
    return tuple(dict.fromkeys(name for name in names if name))


def model_of(model: Path | None) -> Path:
    """Return the model's folder; UserError says what is missing to transcribe here."""
    from livebot.voice.listen import missing_for_local

    missing = missing_for_local(model)
    if missing:
        raise UserError(missing, "[voice] model", "livebot downloads nothing: get a model once, and name its folder.")
    assert model is not None
    return model


def run_listen(audio: str, model: Path | None, config_path: Path | None, out: Path | None) -> None:
    """`livebot listen`: transcribe one sound with the model, say what is heard, and write it as a log if asked to."""
    import asyncio
    from contextlib import ExitStack

    config, _ = load_config(config_path)
    voice = config.voice.model_copy(update={"source": "listen", "audio": audio or config.voice.audio, "model": model or config.voice.model})
    config = config.model_copy(update={"voice": voice})
    clock = ShowClock()
    heard = HostVoice(source_of(config, clock), clock=clock.now)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(out.open("w", encoding="utf-8")) if out else None
        except OSError as error:
            raise UserError(f"cannot be written: {error.strerror}", str(out), "Give a file in a folder that exists.") from None
        asyncio.run(_tell_heard(heard, config.show.language, file))


async def _tell_heard(heard: HostVoice, lang: str, file: Any) -> None:
    from livebot.core.log import event_to
    from livebot.runtime.commands import clock as minutes
    from livebot.runtime.serve import room_line, tell

    def emit(event: Any) -> None:
        print(f"{minutes(event.time)}  {event.text}", flush=True)
        if file is not None:
            file.write(json.dumps(event_to(event), ensure_ascii=False) + "\n")
            file.flush()

    last = Status("connecting")

    def told(status: Status) -> None:
        nonlocal last
        last = status
        tell(room_line("voice:listen", Health(**asdict(status)), lang))

    await heard.run(emit, told)
    if last.state == "stopped":
        raise WorkError(HINTS[last.code][lang != "ko"], last.detail)
