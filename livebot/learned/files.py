"""Reads JSON files that ship inside the package: the one place where a pure room touches a file. They never change while running."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(package: str, name: str) -> Any:
    """Return the decoded JSON of a package's data file (`.json` or `.json.gz`)."""
    raw = files(package).joinpath(name).read_bytes()
    return json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)


def load_model(name: str) -> Any:
    """Return the decoded JSON of a trained model."""
    return load("livebot.learned.data", f"{name}.json.gz")
