"""Where files are: the config's own name, the example, and the files that a config names, which are relative to it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from livebot.config.voice import VoiceSection
from livebot.config.whole import Config

DEFAULT_NAME = "livebot.toml"


def configs() -> Path:
    """Return the folder with the demo show and the example config: inside the installed package, or beside it in a checkout."""
    inside = Path(str(files("livebot"))) / "configs"
    return inside if inside.is_dir() else Path(str(files("livebot"))).parent / "configs"


def absolute(config: Config, folder: Path) -> Config:
    """Paths in the file are relative to the file."""

    def at(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    return config.model_copy(
        update={
            "faq": config.faq.model_copy(update={"file": at(config.faq.file)}),
            "coupons": config.coupons.model_copy(update={"secret_file": at(config.coupons.secret_file)}),
            "alerts": config.alerts.model_copy(
                update={"url_file": at(config.alerts.url_file), "secret_file": at(config.alerts.secret_file)}
            ),
            "store": config.store.model_copy(update={"file": at(config.store.file)}),
            "web": config.web.model_copy(update={"token_file": at(config.web.token_file)}),
            "voice": _absolute_voice(config.voice, folder),
            "obs": config.obs.model_copy(update={"password_file": at(config.obs.password_file)}),
            "channel": tuple(c.model_copy(update={"token_file": at(c.token_file), "login_file": at(c.login_file)}) for c in config.channel),
        }
    )


def _absolute_voice(voice: VoiceSection, folder: Path) -> VoiceSection:
    files = {name: getattr(voice, name) for name in ("file", "token_file", "model")}
    is_file = "://" not in voice.audio and voice.audio.partition(":")[0] != "microphone"
    audio = str(folder / Path(voice.audio).expanduser()) if is_file else voice.audio
    return voice.model_copy(update={"audio": audio, **{name: folder / path.expanduser() for name, path in files.items() if path}})
