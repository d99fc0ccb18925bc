"""`livebot run`: what is said at the end of a show that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from livebot.config import load_config
from livebot.errors import WorkError
from livebot.runtime import commands
from livebot.store.store import Store


async def nothing_happens(*_: Any) -> None:
    """Stand for the show itself."""


@pytest.mark.parametrize("full", [False, True])
async def test_a_show_is_called_kept_only_if_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], full: bool
) -> None:
    """A full disk is told by the store; nobody is promised then that the show can go on."""
    path = tmp_path / "livebot.toml"
    path.write_text('[show]\nlanguage = "en"\n[store]\nfile = "livebot.db"\n')
    store = await Store.open(str(tmp_path / "livebot.db"))

    async def refuse() -> None:
        raise WorkError("database or disk is full")

    monkeypatch.setattr(commands, "_play", nothing_happens)
    if full:
        monkeypatch.setattr(store, "flush", refuse)
    try:
        await commands._run_kept(load_config(path)[0], "2026-11-23", store)
    finally:
        await store.close()
    printed = capsys.readouterr()
    assert ("30 minutes" in printed.out + printed.err) is not full
