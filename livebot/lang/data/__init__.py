"""The languages' word lists as files."""

from __future__ import annotations

from typing import Any

from livebot.learned.files import load as load_file


def load(name: str) -> Any:
    """Return the decoded JSON of a word list of this folder."""
    return load_file(__name__, name)
