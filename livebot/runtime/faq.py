"""The `faq` commands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from livebot.config import load_config
from livebot.core.matcher import FaqEntry
from livebot.core.settings import ShowSettings
from livebot.errors import UserError
from livebot.lang.folding import fold
from livebot.runtime.build import build
from livebot.runtime.closing import printable
from livebot.runtime.commands import entries_of
from livebot.runtime.embed import Embedder
from livebot.store.faq_files import load, save
from livebot.store.store import Store

T = TypeVar("T")
STORE_NEEDED = "Name its file in the config: [store] file, in ./livebot.toml or what --config names."
FAQ_NEEDED = "Give --faq FILE, or a config with [faq] file or [store] file."


def import_faq(file: Path, config_path: Path | None, skip_bad: bool) -> None:
    """Take a file's entries into the store."""
    loaded = load(file, skip_bad=skip_bad)
    for problem in loaded.problems:
        print(problem)
    if loaded.problems and not skip_bad:
        raise refused(len(loaded.problems), file)
    if not loaded.entries:
        raise UserError("holds no entry; nothing was imported", str(file), "Write one entry a row, below the heading.")
    changes = _in_store(config_path, lambda store: store.faq_import(loaded.entries), STORE_NEEDED)
    print(f"imported from {file}: {changes.added} new, {changes.changed} changed, {changes.same} as before")


def refused(bad: int, file: Path) -> UserError:
    """Return what is said of a file of which nothing was taken because of bad rows."""
    return UserError(
        f"{bad} bad row{'s' if bad > 1 else ''}; nothing was imported",
        str(file),
        "Correct what is told above, or leave it out with --skip-bad.",
    )


def export_faq(file: Path, config_path: Path | None) -> None:
    """Write the store's entries to a file."""
    entries = _in_store(config_path, lambda store: store.faq_export(), STORE_NEEDED)
    save(file, entries)
    print(f"written to {file}: {len(entries)} entries")


def list_faq(config_path: Path | None, faq: Path | None) -> None:
    """Print the entries of a file, of the config's file, or of the store."""
    for entry in _entries(config_path, faq):
        print(f"{entry.faq_id}\t{entry.product}\t{printable(entry.canonical)}\t{printable(entry.answer)}")


def search_faq(text: str, config_path: Path | None, faq: Path | None, limit: int) -> None:
    """Print the entries that a question asks for, with the probability of each."""
    if not fold(text):
        raise UserError("there is nothing to search for", "", 'Give what a viewer would ask: livebot faq search "how much is it?"')
    config, _ = load_config(config_path)
    entries = _entries(config_path, faq)
    engine = build(ShowSettings(), entries, Embedder(config.match.semantic))
    vectors = engine.embedder.embed([fold(text)])[0]
    if vectors:
        engine.reader.take_vectors(text, vectors)
    hits = engine.matcher.faq(engine.reader.read(text), None)[:limit]
    if not hits:
        print("nothing fits")
    for hit in hits:
        entry = engine.matcher.entry(hit.faq_id)
        if entry is not None:
            print(f"{hit.score:.2f}  {entry.faq_id}  {printable(entry.canonical)} → {printable(entry.answer)}")


def _entries(config_path: Path | None, faq: Path | None) -> tuple[FaqEntry, ...]:
    config, _ = load_config(config_path)
    return entries_of(config, faq) or _in_store(config_path, lambda store: store.faq_export(), FAQ_NEEDED)


def _in_store(config_path: Path | None, use: Callable[[Store], Awaitable[T]], needed: str) -> T:
    config, _ = load_config(config_path)
    path = config.store.file
    if path is None:
        raise UserError("there is no store", "", needed)

    async def work() -> T:
        store = await Store.open(str(path))
        try:
            return await use(store)
        finally:
            await store.close()

    return asyncio.run(work())
