"""The FAQ in the store: entries, candidates, and finding an entry by its words. Functions of a connection.

Words are cut here, not by SQLite: its own cutting finds nothing in Korean, whose words are mostly two syllables long. Hangul and the
like go in as single characters and pairs, Latin words whole and as triples. What is searched for is cut in the same way and quoted, so
no text of a user is ever read as a query.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.sqlite import insert

from livebot.core.matcher import FaqEntry
from livebot.errors import UserError
from livebot.store.records import FaqFound, FaqRow, FaqStatus
from livebot.store.schema import faq

SAID_WEIGHT = 0.4  # how much a word in the answer counts beside one in the question; best of 0 to 1 over five development shows
LONGEST_QUERY = 500

_RUN = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_ENTRY_KEYS = ("faq_id", "canonical", "answer", "product", "topic", "lang", "firm", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class FaqChanges:
    """What an import did: how many entries are new, how many differ from before, how many were there just so."""

    added: int
    changed: int
    same: int


def put(
    connection: Connection, entries: Iterable[FaqEntry], status: FaqStatus, now: float, show: str = "", message: str = ""
) -> FaqChanges:
    """Add entries or replace those of the same id; what was a candidate becomes `published` when it comes as such."""
    known = {row.entry.faq_id: row for row in rows(connection)}
    added = changed = same = 0
    for entry in entries:
        before = known.get(entry.faq_id)
        if before and before.entry == entry and before.status == status:
            same += 1
            continue
        added, changed = (added, changed + 1) if before else (added + 1, changed)
        _write(connection, FaqRow(entry, status, show, message, now))
    return FaqChanges(added, changed, same)


def _write(connection: Connection, row: FaqRow) -> None:
    values: dict[str, Any] = {key: getattr(row.entry, key) for key in _ENTRY_KEYS}
    values |= {
        "questions": list(row.entry.questions),
        "status": row.status,
        "show": row.show,
        "message": row.message,
        "changed": row.changed,
    }
    statement = insert(faq).values(values)
    kept = statement.on_conflict_do_update(index_elements=["faq_id"], set_={k: v for k, v in values.items() if k != "faq_id"})
    number = connection.execute(kept.returning(faq.c.number)).scalar_one()
    connection.execute(sql("DELETE FROM faq_words WHERE rowid = :number"), {"number": number})
    connection.execute(
        sql("INSERT INTO faq_words (rowid, asked, said) VALUES (:number, :asked, :said)"),
        {
            "number": number,
            "asked": " ".join(words(" ".join((row.entry.canonical, *row.entry.questions)))),
            "said": " ".join(words(f"{row.entry.answer} {row.entry.topic}")),
        },
    )


def remove(connection: Connection, faq_ids: Iterable[str]) -> int:
    """Take entries out; return how many there were."""
    gone = 0
    for faq_id in faq_ids:
        number = connection.execute(delete(faq).where(faq.c.faq_id == faq_id).returning(faq.c.number)).scalar_one_or_none()
        if number is not None:
            connection.execute(sql("DELETE FROM faq_words WHERE rowid = :number"), {"number": number})
            gone += 1
    return gone


def approve(connection: Connection, faq_id: str, changes: Mapping[str, Any], now: float) -> FaqRow:
    """Publish a candidate, with `changes` to its fields; UserError if there is none of that id or it has no answer."""
    row = next((row for row in rows(connection, "candidate") if row.entry.faq_id == faq_id), None)
    if row is None:
        raise UserError(f"there is no candidate {faq_id!r}", "faq approve", "see `livebot faq candidates`")
    entry = replace(row.entry, **changes)
    if not entry.answer.strip():
        raise UserError(f"the candidate {faq_id!r} has no answer yet", "faq approve", "give one with --answer")
    approved = FaqRow(entry, "published", row.show, row.message, now)
    _write(connection, approved)
    return approved


def rows(connection: Connection, status: FaqStatus | None = None) -> tuple[FaqRow, ...]:
    """Return the entries in the order in which they came in; only those of one status, if given."""
    found = select(faq).order_by(faq.c.number)
    if status is not None:
        found = found.where(faq.c.status == status)
    return tuple(_row(row) for row in connection.execute(found).mappings())


def _row(row: Mapping[Any, Any]) -> FaqRow:
    return FaqRow(_entry(row), row["status"], row["show"], row["message"], row["changed"])


def _entry(row: Mapping[Any, Any]) -> FaqEntry:
    return FaqEntry(**{key: row[key] for key in _ENTRY_KEYS}, questions=tuple(row["questions"]))


def published(connection: Connection) -> tuple[FaqEntry, ...]:
    """Return the entries that are in use."""
    return tuple(row.entry for row in rows(connection, "published"))


def search(connection: Connection, text: str, limit: int = 10) -> tuple[FaqFound, ...]:
    """Return the published entries that share the most words with `text`, best first; none for a text without words."""
    wanted = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(text[:LONGEST_QUERY])))
    if not wanted:
        return ()
    found = connection.execute(
        sql(
            "SELECT faq.*, bm25(faq_words, 1.0, :weight) AS rank FROM faq_words JOIN faq ON faq.number = faq_words.rowid "
            "WHERE faq_words MATCH :wanted AND faq.status = 'published' ORDER BY rank, faq.number LIMIT :limit"
        ).columns(*faq.c),
        {"weight": SAID_WEIGHT, "wanted": wanted, "limit": limit},
    ).mappings()
    return tuple(FaqFound(_entry(row), round(-row["rank"], 4)) for row in found)


def words(text: str) -> list[str]:
    """Cut a text into the words by which it is found."""
    return [word for run in _RUN.findall(unicodedata.normalize("NFC", text).casefold()) for word in _cut(run)]


def _cut(run: str) -> list[str]:
    if run.isascii():
        return [run, *(run[i : i + 3] for i in range(len(run) - 2))] if len(run) != 3 else [run]
    return [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
