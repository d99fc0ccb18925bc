"""What `livebot check` says of the host's voice and of OBS: what is there, and exactly what is missing."""

from __future__ import annotations

from collections.abc import Mapping

from livebot.config import Config
from livebot.errors import LivebotError
from livebot.platforms.base import Health
from livebot.runtime.hints import hint
from livebot.runtime.voice import OBS, hotwords
from livebot.web.captions import PATH

OBS_NEXT = "OBS must run, with Tools > WebSocket Server Settings > Enable WebSocket server."


def check_voice(config: Config, faults: list[str], wrong: LivebotError | None, asked: Mapping[str, Health]) -> None:
    """Print what is right with [voice] and [obs], note what is wrong. `wrong`: why they cannot be made; `asked`: who was asked, by room."""
    if wrong is not None:
        faults.append(str(wrong))
        return
    _say_voice(config, faults, asked.get(f"voice:{config.voice.source}"))
    if config.obs.url:
        _say_obs(config, faults, asked.get(OBS))
    planned = sum(product.planned is not None for product in config.product)
    if planned:
        print(f"rundown: {planned} of {len(config.product)} products have a time")


def _say_voice(config: Config, faults: list[str], health: Health | None) -> None:
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
        case _ if health is not None and health.code:
            why = hint(health, config.show.language)
            faults.append(f"[voice] url: no {voice.source} server answers at {voice.url}: {why}\n  Start it, or correct the address.")
        case _:
            print(f"voice: {voice.audio} to {voice.source} at {voice.url}{_names(config)}")


def _names(config: Config) -> str:
    names = hotwords(config)
    return f"; it is told {len(names)} product names" if names else ""


def _say_obs(config: Config, faults: list[str], health: Health | None) -> None:
    if health is not None and health.code:
        faults.append(f"[obs] {config.obs.url}: {hint(health, config.show.language)}\n  {OBS_NEXT}")
    else:
        print(f"obs: {config.obs.url}{' lets livebot in' if health is not None else ''}")
    unshown = [p.key for p in config.product if not (p.obs_scene or p.obs_source or p.name)]
    if unshown:
        print(f"obs: these products have no name, scene or source by which OBS could show them: {', '.join(unshown)}")
