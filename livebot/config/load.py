"""Reads a config's file."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from livebot.config.faults import explained, not_toml
from livebot.config.places import DEFAULT_NAME, absolute
from livebot.config.whole import Config
from livebot.errors import UserError


def load_config(path: Path | None) -> tuple[Config, Path | None]:
    """Return the checked config and the file it came from: `path`, else ./livebot.toml, else the defaults (None)."""
    if path is None:
        path = Path(DEFAULT_NAME)
        if not path.exists():
            return Config(), None
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"cannot be read: {error.strerror}", str(path), "Give the path of a TOML file, or leave it out for the defaults."
        ) from None
    try:
        text = raw.decode("utf-8-sig")  # Notepad writes the mark
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", str(path), "Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise not_toml(error, text, path) from None
    except RecursionError:
        raise UserError("is not TOML: nested too deep", str(path), "Close the brackets that are open.") from None
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise explained(error, text, path) from None
    return absolute(config, path.resolve().parent), path
