"""Frames of the platforms as they are seen, and what each must give: `tests/wire/<platform>/*.jsonl`, lines of `{what, frame, gives}`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

WIRE = Path(__file__).parents[1] / "wire"


def cases_of(platform: str) -> list[dict[str, Any]]:
    """Return the cases of a platform, in the order of its files."""
    files = sorted((WIRE / platform).glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]


def what(case: dict[str, Any]) -> str:
    """Return a case's name for pytest."""
    return str(case["what"])


def plain(items: Iterable[Any], now: float) -> list[dict[str, Any]]:
    """Return items as the files write them: with their kind, and without the time, which must be the caller's."""
    gives = [{"is": type(item).__name__, **json.loads(json.dumps(asdict(item)))} for item in items]
    events = [inner for given in gives for inner in (given, *given.values()) if isinstance(inner, dict)]
    assert {event.pop("time") for event in events if "time" in event} <= {now}
    return gives
