"""Real ends and real disks: a writer that is killed, a file system that is full, a disk that gives errors."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from livebot.store.store import Store

from .conftest import ENVIRONMENT

PROGRAMS = Path(__file__).parent / "programs"


def _program(name: str, *arguments: object) -> list[str]:
    return [sys.executable, str(PROGRAMS / name), *(str(argument) for argument in arguments)]


def _run(command: Sequence[str]) -> tuple[str, str]:
    """Run a program that says in one line how it went; return the line and what went wrong."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, env=ENVIRONMENT)
    return result.stdout, result.stderr


def _can(command: Sequence[str]) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.parametrize("acks", [1, 2, 7, 19, 40])
async def test_a_killed_writer_loses_nothing_that_was_acknowledged(path: Path, acks: int) -> None:
    """After kill -9 in mid-stream every flushed line is there, none without its decision, and the log is a beginning of what was put."""
    writer = subprocess.Popen(_program("write_until_killed.py", path), stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(acks)]
    writer.kill()
    said += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    acked, tried = map(int, [line for line in said if line.endswith("\n")][-1].split())
    store = await Store.open(str(path))
    resume = await store.resume("show")
    assert resume is not None
    lines = [row.line for row in await store.messages("show", limit=1_000_000) if row.line["type"] == "chat"]
    assert [line["id"] for line in lines] == [f"m{i}" for i in range(len(lines))]
    assert len(lines) >= acked
    decided = [decision.message for _, decision in await store.decisions("show", limit=1_000_000)]
    assert decided == [line["id"] for line in lines]
    states = {row.send.id: row.state for row in resume.sends}
    assert {states[f"s{i}"] for i in range(tried + 1)} <= {"sent", "unknown"}
    assert list(states.values()).count("unknown") <= 1 and "trying" not in states.values()
    assert resume.state is None or resume.state.base["serial"] <= len(lines)
    await store.close()


@pytest.mark.skipif(not _can(["unshare", "-m", "true"]), reason="needs a mount namespace of its own")
def test_a_full_file_system_is_outlived(tmp_path: Path) -> None:
    """On a real file system without space: reading and putting go on, and all rows are written once when space returns."""
    mount = f"mount -t tmpfs -o size=4m none {tmp_path} && exec "
    command = ["unshare", "-m", "sh", "-c", mount + " ".join(_program("fill_the_disk.py", tmp_path))]
    assert _run(command) == ("failed with disk_full, then wrote all\n", "")


@pytest.mark.skipif(not _can(["strace", "-o", "/dev/null", "true"]), reason="needs strace")
def test_a_disk_that_gives_errors_is_outlived(path: Path) -> None:
    """With EIO from the kernel at forty writes in a row, all rows are there once."""
    inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e", "inject=pwrite64:error=EIO:when=400..440"]
    assert _run([*inject, *_program("write_through_errors.py", path)]) == ("failed with io_error, then wrote all\n", "")
