"""The languages' word lists and models as files; the one place in this room that reads them."""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> Any:
    """Return the decoded JSON of a data file of this folder (`.json` or `.json.gz`)."""
    raw = files(__name__).joinpath(name).read_bytes()
    return json.loads(gzip.decompress(raw) if name.endswith(".gz") else raw)
