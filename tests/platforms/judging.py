"""Real clients of the platforms, run beside a server of ours to judge it: what holds for them holds for the platform, as far as known."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

JUDGES = Path(__file__).parents[1] / "servers" / "judges"


def needs_node(package: str) -> pytest.MarkDecorator:
    """Leave a test out where Node or one of its packages is missing."""
    there = shutil.which("node") and (JUDGES / "node_modules" / package).is_dir()
    return pytest.mark.skipif(not there, reason="needs node and `npm ci` in tests/servers/judges")


class Judge:
    """A client in a process of its own, and what it told so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.told: list[dict[str, Any]] = []

    async def tells(self, event: str, holds: Callable[[dict[str, Any]], object] = lambda values: True) -> dict[str, Any]:
        """Return what it told of `event`, waiting until it does."""
        try:
            async with asyncio.timeout(20):
                while not (found := [values for values in self.told if values["event"] == event and holds(values)]):
                    assert self._process.stdout is not None
                    line = await self._process.stdout.readline()
                    assert line, f"the judge has ended; it told {self.told}"
                    self.told.append(json.loads(line))
        except TimeoutError:
            raise AssertionError(f"no {event}; it told {self.told}") from None
        return found[0]

    async def reads(self, text: str) -> dict[str, Any]:
        return await self.tells("message", lambda values: values["text"] == text)


@asynccontextmanager
async def judge(*command: str) -> AsyncIterator[Judge]:
    """Run a judge for the length of the block."""
    process = await asyncio.create_subprocess_exec(*command, cwd=JUDGES, stdout=asyncio.subprocess.PIPE)
    try:
        yield Judge(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
