"""A shop's FAQ, and matchers over it with the trained networks: without sentence vectors, and with those that are installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from livebot.core.matcher import FaqEntry
from livebot.core.reader import LineReading
from livebot.lang.reader import LineReader
from livebot.matching.matcher import LineMatcher
from livebot.runtime.build import embed_entries
from livebot.runtime.embed import Embedder

SHOWS = Path(__file__).resolve().parents[1] / "shows"


class Shop(NamedTuple):
    """A reader and the entries it read."""

    reader: LineReader
    entries: tuple[FaqEntry, ...]
    read: Callable[[str], LineReading]

    def matcher(self, *entries: FaqEntry, date: str = "") -> LineMatcher:
        """A matcher over these entries, or over the shop's."""
        return LineMatcher(entries or self.entries, self.read, date)


def load_faq(show: str) -> tuple[FaqEntry, ...]:
    """The FAQ of a labelled show."""
    rows = [json.loads(line) for line in (SHOWS / f"{show}.faq.jsonl").read_text("utf-8").splitlines()]
    return tuple(FaqEntry(row["faq_id"], row["canonical"], row["answer"], row["product"]) for row in rows)


@pytest.fixture(scope="session")
def plain() -> Shop:
    """Without sentence vectors."""
    reader = LineReader()
    return Shop(reader, load_faq("cushion"), reader.read)


@pytest.fixture(scope="session")
def semantic() -> Shop:
    """With the embedders that are installed; a line gets its vectors when it is first read."""
    embedder = Embedder("auto")
    if not embedder.names:
        pytest.skip("needs the semantic extra")
    reader, entries = LineReader(), load_faq("cushion")
    embed_entries(reader, entries, embedder)
    known: set[str] = {text for entry in entries for text in (entry.canonical, entry.answer)}

    def read(text: str) -> LineReading:
        if text not in known and not reader.read(text).vectors:
            known.add(text)
            reader.take_vectors(text, embedder.embed([reader.read(text).folded])[0])
        return reader.read(text)

    return Shop(reader, entries, read)


@pytest.fixture(params=["plain", "semantic"])
def shop(request: pytest.FixtureRequest) -> Shop:
    """Both, one after the other."""
    found: Shop = request.getfixturevalue(request.param)
    return found
