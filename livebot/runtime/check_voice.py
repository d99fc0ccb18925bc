"""What `livebot check` says of the host's voice and of OBS: what is there, and exactly what is missing."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

from livebot.config import Config
from livebot.errors import LivebotError, why_unreachable
from livebot.runtime.clock import ShowClock
from livebot.runtime.hints import HINTS
from livebot.runtime.voice import Voices, hotwords, obs_of
from livebot.voice.onair import OnAir
from livebot.web.captions import PATH

ANSWER_WITHIN = 3.0
OBS_NEXT = "OBS must run, with Tools > WebSocket Server Settings > Enable WebSocket server."


def check_voice(config: Config, faults: list[str]) -> None:
    """Print what is right with [voice] and [obs], note what is wrong."""
    try:
        Voices(config, ShowClock())
    except LivebotError as error:
        faults.append(str(error))
        return
    _say_voice(config, faults)
    if config.obs.url:
        _check_obs(config, faults)
    planned = sum(product.planned is not None for product in config.product)
    if planned:
        print(f"rundown: {planned} of {len(config.product)} products have a time")


def _say_voice(config: Config, faults: list[str]) -> None:
    voice = config.voice
    match voice.source:
        case "none":
            print("voice: none: what the host says aloud is not heard")
        case "file":
            assert voice.file is not None
            if not voice.file.parent.is_dir():
                faults.append(f"[voice] file: the folder {voice.file.parent} does not exist")
            else:
                print(f"voice: {voice.file}{'' if voice.file.exists() else ' (not there yet: it is read as soon as it is)'}")
        case "endpoint":
            print(f"voice: captions are taken at http://{config.web.host}:{config.web.port}{PATH}, by POST or WebSocket")
        case "listen":
            print(f"voice: {voice.audio}, transcribed here with {voice.model}{_names(config)}")
        case _:
            missing = _missing_server(voice.source, voice.url)
            if missing:
                faults.append(missing)
            else:
                print(f"voice: {voice.audio} to {voice.source} at {voice.url}{_names(config)}")


def _names(config: Config) -> str:
    names = hotwords(config)
    return f"; it is told {len(names)} product names" if names else ""


def _missing_server(kind: str, url: str) -> str:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme in ("wss", "https") else 80)
    try:
        socket.create_connection((parts.hostname or "", port), ANSWER_WITHIN).close()
    except OSError as error:
        return f"[voice] url: no {kind} server answers at {url}: {HINTS[why_unreachable(error)][1]}\n  Start it, or correct the address."
    return ""


def _check_obs(config: Config, faults: list[str]) -> None:
    wrong = asyncio.run(obs_of(config.obs, OnAir(()), ShowClock()).try_once())
    if wrong is None:
        print(f"obs: {config.obs.url} lets livebot in")
    else:
        hint = HINTS[wrong.code][1]
        faults.append(f"[obs] {config.obs.url}: {hint}{f' ({wrong.detail})' if wrong.detail else ''}\n  {OBS_NEXT}")
    unshown = [p.key for p in config.product if not (p.obs_scene or p.obs_source or p.name)]
    if unshown:
        print(f"obs: these products have no name, scene or source by which OBS could show them: {', '.join(unshown)}")
