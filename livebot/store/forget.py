"""Taking a person out of the store, and shows that are older than they may be kept. Functions of a connection.

Of a person's lines only type, id and time are left, so that the others' lines still hang together. What other people wrote keeps its
words, but not the person's name. Neither function leaves the old text in unused parts of the file once `compact` has run.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select
from sqlalchemy import text as sql

from livebot.store import faq as faq_entries
from livebot.store import people
from livebot.store.rows import encode
from livebot.store.schema import channels, faq, shows, trust, viewers
from livebot.store.writer import driver

GONE = "deleted"
LONG_NAME = 4  # a shorter name may be an everyday word: it is cut out only where it is clearly a name


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was older than it may be kept."""

    shows: int
    viewers: int


def purge(connection: Connection, older_than: float, running: Iterable[int]) -> Purged:
    """Delete shows that ended (or at least began) before the UTC second `older_than`, and people not seen since."""
    old = delete(shows).where(func.coalesce(shows.c.ended, shows.c.started) < older_than, shows.c.number.not_in(list(running)))
    gone = connection.execute(old).rowcount
    unseen = connection.execute(delete(viewers).where(viewers.c.last_seen < older_than)).rowcount
    if unseen:
        known = select(viewers.c.id).where(viewers.c.platform == trust.c.platform, viewers.c.id == trust.c.id)
        connection.execute(delete(trust).where(~exists(known)))
    return Purged(gone, unseen)


def compact(connection: Connection) -> None:
    """Build the file anew and empty its log, so that nothing deleted is left in either. Outside a transaction."""
    raw = driver(connection)
    raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def forget_person(connection: Connection, platform: str, identity: str) -> int:
    """Overwrite a person's name, id and text in every table; return how many lines they had."""
    raw = driver(connection)
    lines = 0
    names = {row[0] for row in raw.execute("SELECT name FROM viewers WHERE platform = ? AND id = ?", (platform, identity))}
    traces = []
    for number in connection.execute(select(shows.c.number)).scalars().all():
        found = _lines_of(raw, number, _channels_of(connection, number, platform), identity)
        names |= found.names
        lines += len(found.positions)
        traces.append(found)
    person = _Person(platform, identity, frozenset(names - {""}))
    for trace in traces:
        if trace.positions:
            _overwrite_lines(raw, trace)
            _overwrite_show(raw, trace, person)
            _forget_candidates(connection, trace)
    _overwrite_snapshots(raw, person)
    people.forget_in_people(connection, platform, identity)
    connection.execute(sql("INSERT INTO faq_words (faq_words) VALUES ('optimize')"))  # the index keeps deleted words until then
    return lines


@dataclass(frozen=True, slots=True)
class _Trace:
    """A person's lines in one show: where they are, their ids, what they say, the names they were written under."""

    show: int
    positions: tuple[int, ...]
    ids: frozenset[str]
    texts: frozenset[str]
    names: frozenset[str]


def _channels_of(connection: Connection, number: int, platform: str) -> list[int]:
    rows = connection.execute(select(channels.c.number, channels.c.name).where(channels.c.show == number))
    return [row.number for row in rows if row.name.partition(":")[0] == platform]


def _lines_of(raw: sqlite3.Connection, show: int, of_platform: list[int], identity: str) -> _Trace:
    marks = ",".join("?" * len(of_platform))
    rows = raw.execute(
        f"SELECT position, id, text, name FROM messages WHERE show = ? AND author = ? AND channel IN ({marks})",  # noqa: S608
        (show, identity, *of_platform),
    ).fetchall()
    return _Trace(
        show,
        tuple(row[0] for row in rows),
        frozenset(row[1] for row in rows),
        frozenset(row[2] for row in rows if row[2]),
        frozenset(row[3] for row in rows if row[3]),
    )


class _Person:
    """Finds a person in any text or JSON value, and takes them out."""

    def __init__(self, platform: str, identity: str, names: frozenset[str]) -> None:
        self.key = f"{platform}:{identity}"
        self._gone_key = f"{platform}:{GONE}"
        self._names = names
        self._pattern = re.compile("|".join(_pattern(name) for name in sorted(names, key=len, reverse=True)) or r"(?!)")

    def mentioned(self, text: str | None) -> bool:
        """Whether the text names the person."""
        return text is not None and self._pattern.search(text) is not None

    def out_of_text(self, text: str) -> str:
        """Return the text without the person's name."""
        return "" if text in self._names else self._pattern.sub("", text)

    def out_of(self, value: Any, texts: frozenset[str] = frozenset()) -> Any:
        """Return a JSON value without the person: their name, id, and what they wrote (`texts`)."""
        if isinstance(value, str):
            return self._gone_key if value == self.key else "" if value in texts else self.out_of_text(value)
        if isinstance(value, list):
            return [self.out_of(inner, texts) for inner in value]
        if not isinstance(value, dict):
            return value
        theirs = value.get("author") == self.key
        kept = {key: inner for key, inner in value.items() if key != self.key}
        blank = {"name": "", "text": ""} if theirs else {}
        return {key: blank.get(key, self.out_of(inner, texts)) for key, inner in kept.items()}


def _pattern(name: str) -> str:
    exact = re.escape(name)
    return f"@?{exact}" if len(name) >= LONG_NAME else rf"@{exact}|{exact}(?=\s?(?:님|씨))"


def _overwrite_lines(raw: sqlite3.Connection, trace: _Trace) -> None:
    raw.executemany(
        "UPDATE messages SET author = ?, name = CASE WHEN name IS NULL THEN NULL ELSE '' END,"
        " text = CASE WHEN text IS NULL THEN NULL ELSE '' END, more = NULL WHERE show = ? AND position = ?",
        [(GONE, trace.show, position) for position in trace.positions],
    )


def _overwrite_show(raw: sqlite3.Connection, trace: _Trace, person: _Person) -> None:
    """Overwrite what other rows of a show say about the person or quote from them."""
    _overwrite_others(raw, trace, person)
    asked = _overwrite_questions(raw, trace, person)
    raw.execute(
        "UPDATE answers SET author = ?, name = '', text = '' WHERE show = ? AND author = ?",
        (f"{person.key.partition(':')[0]}:{GONE}", trace.show, person.key),
    )
    for message, question, said in raw.execute("SELECT message, question, text FROM answers WHERE show = ?", (trace.show,)).fetchall():
        if person.mentioned(said):
            raw.execute(
                "UPDATE answers SET text = ? WHERE show = ? AND question = ? AND message = ?",
                (person.out_of_text(said), trace.show, question, message),
            )
    _overwrite_posts(raw, trace, person, asked)


def _overwrite_others(raw: sqlite3.Connection, trace: _Trace, person: _Person) -> None:
    raw.create_function("mentioned", 1, person.mentioned, deterministic=True)
    rows = raw.execute(
        "SELECT position, text, more, reading FROM messages WHERE show = ? AND (reading IS NOT NULL OR mentioned(text) OR mentioned(more))",
        (trace.show,),
    ).fetchall()
    changed = []
    for position, said, *plain in rows:
        new = [None if said is None else person.out_of_text(said), *(_out_of_json(text, person, trace.texts) for text in plain)]
        if new != [said, *plain]:
            changed.append((*new, trace.show, position))
    raw.executemany("UPDATE messages SET text = ?, more = ?, reading = ? WHERE show = ? AND position = ?", changed)


def _out_of_json(text: str | None, person: _Person, texts: frozenset[str]) -> str | None:
    return None if text is None else encode(person.out_of(json.loads(text), texts))


def _overwrite_questions(raw: sqlite3.Connection, trace: _Trace, person: _Person) -> set[str]:
    """Overwrite the Questions; return those that the person asks or answers."""
    theirs = set()
    for question, text in raw.execute("SELECT id, plain FROM questions WHERE show = ?", (trace.show,)).fetchall():
        plain = json.loads(text)
        if any(part["author"] == person.key for part in (*plain["askers"], *plain["candidates"])):
            theirs.add(question)
        new = encode(person.out_of(plain, trace.texts))
        if new != text:
            raw.execute("UPDATE questions SET plain = ? WHERE show = ? AND id = ?", (new, trace.show, question))
    return theirs


def _overwrite_posts(raw: sqlite3.Connection, trace: _Trace, person: _Person, asked: set[str]) -> None:
    """Overwrite decisions and posts: those about the person's lines lose their text, the others the person's name."""
    quoting = set()
    for decision, message, question, text in raw.execute(
        "SELECT id, message, question, plain FROM decisions WHERE show = ?", (trace.show,)
    ).fetchall():
        plain: dict[str, Any] = person.out_of(json.loads(text), trace.texts)
        if (message in trace.ids or question in asked) and "text" in plain:
            quoting.add(decision)
            plain["text"] = ""
        raw.execute("UPDATE decisions SET plain = ? WHERE show = ? AND id = ?", (encode(plain), trace.show, decision))
    for send, decision, question, text in raw.execute(
        "SELECT id, decision, question, text FROM sends WHERE show = ?", (trace.show,)
    ).fetchall():
        new = "" if decision in quoting or question in asked else person.out_of_text(text)
        raw.execute("UPDATE sends SET text = ? WHERE show = ? AND id = ?", (new, trace.show, send))


def _overwrite_snapshots(raw: sqlite3.Connection, person: _Person) -> None:
    """Overwrite the state of shows that can still be gone on with, where a person may stand without having written a line."""
    for show, text in raw.execute("SELECT show, base FROM snapshots").fetchall():
        base: Mapping[str, Any] = person.out_of(json.loads(text))
        raw.execute("UPDATE snapshots SET base = ? WHERE show = ?", (encode({**base, "own_texts": {}}), show))


def _forget_candidates(connection: Connection, trace: _Trace) -> None:
    """Candidates for the FAQ that were made from the person's lines go; what was published since is the firm's own wording."""
    show_id = connection.execute(select(shows.c.id).where(shows.c.number == trace.show)).scalar_one()
    made = select(faq.c.faq_id, faq.c.message).where(faq.c.status == "candidate", faq.c.show == show_id)
    faq_entries.remove(connection, [row.faq_id for row in connection.execute(made).all() if row.message in trace.ids])
