"""Writes logs into a test's folder and reads them back, problems beside events."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from livebot.core.events import Event
from livebot.platforms.replay import Problem, read_log


@dataclass(frozen=True)
class Result:
    """What a file gave: its events, and its problems as `line: why`."""

    events: list[Any]
    problems: list[str]

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events]

    @property
    def times(self) -> list[float]:
        return [event.time for event in self.events]


ReadFile = Callable[..., Result]


@pytest.fixture
def read(tmp_path: Path) -> ReadFile:
    """Write `content` (text, bytes, or records as JSON lines) under `name` and read it as a log."""

    def write_and_read(content: str | bytes | list[Any], name: str = "show.jsonl") -> Result:
        if isinstance(content, list):
            content = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in content)
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        problems: list[Problem] = []
        events: list[Event] = list(read_log(path, on_problem=problems.append))
        assert all(str(problem).startswith(str(path)) for problem in problems)
        return Result(events, [f"{problem.line}: {problem.why}" for problem in problems])

    return write_and_read
