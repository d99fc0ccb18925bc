"""Taking a person out of the store, and shows that are older than they may be kept. Functions of a connection.

Of a person's lines only type, id and time are left, so that the others' lines still hang together. What other people wrote keeps its
words, but not the person's name. Neither function leaves the old text in unused parts of the file once `compact` has run.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, exists, func, select
from sqlalchemy import text as sql

from livebot.core.names import LONG_NAME, naming
from livebot.store import faq as faq_entries
from livebot.store import people
from livebot.store.rows import encode
from livebot.store.schema import channels, faq, shows, trust, viewers
from livebot.store.writer import driver

GONE = "deleted"
QUOTED = 12  # code points from the beginning of a line by which a post that repeats it is known


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


def compact(connection: Connection) -> bool:
    """Build the file anew and empty its log, so that nothing deleted is left in either; whether it could be. Outside a transaction.

    Who still reads what was there before keeps the log from being emptied.
    """
    raw = driver(connection)
    raw.execute("VACUUM")
    busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def forget_person(connection: Connection, platform: str, identity: str) -> int:
    """Overwrite a person's name, id and text in every table; return how many lines they had."""
    raw = driver(connection)
    traces = [
        _trace(connection, number, f"{platform}:{identity}", _channels_of(connection, number, platform))
        for number in connection.execute(select(shows.c.number)).scalars().all()
    ]
    names = {row[0] for row in raw.execute("SELECT name FROM viewers WHERE platform = ? AND id = ?", (platform, identity))}
    names.update(*(trace.names for trace in traces))
    person = _Person(platform, identity, frozenset(names - {""}), frozenset().union(*(trace.texts for trace in traces)))
    for trace in traces:
        _overwrite_lines(raw, trace)
        _overwrite_show(raw, trace, person)
        _forget_candidates(connection, trace)
    _overwrite_snapshots(raw, person)
    people.forget_in_people(connection, platform, identity)
    connection.execute(sql("INSERT INTO faq_words (faq_words) VALUES ('optimize')"))  # the index keeps deleted words until then
    return sum(len(trace.positions) for trace in traces)


@dataclass(frozen=True, slots=True)
class _Trace:
    """A person in one show: where their lines are, the ids of these, what they wrote, the names they were written under."""

    show: int
    positions: tuple[int, ...]
    ids: frozenset[str]
    texts: frozenset[str]
    names: frozenset[str]


def _channels_of(connection: Connection, number: int, platform: str) -> list[int]:
    rows = connection.execute(select(channels.c.number, channels.c.name).where(channels.c.show == number))
    return [row.number for row in rows if row.name.partition(":")[0] == platform]


def _trace(connection: Connection, show: int, key: str, of_platform: list[int]) -> _Trace:
    """Find a person in a show; what they wrote is kept as it came and as it was understood, without the command before it."""
    raw, marks = driver(connection), ",".join("?" * len(of_platform))
    rows = raw.execute(
        f"SELECT position, id, text, name FROM messages WHERE show = ? AND author = ? AND channel IN ({marks})",  # noqa: S608
        (show, key.partition(":")[2], *of_platform),
    ).fetchall()
    answered = raw.execute("SELECT text, name FROM answers WHERE show = ? AND author = ?", (show, key)).fetchall()
    return _Trace(
        show,
        tuple(row[0] for row in rows),
        frozenset(row[1] for row in rows),
        frozenset(text for text in (*(row[2] for row in rows), *(row[0] for row in answered)) if text),
        frozenset(name for name in (*(row[3] for row in rows), *(row[1] for row in answered)) if name),
    )


_LITERAL = str.maketrans({sign: f"^{sign}" for sign in "%_^"})


class _Person:
    """Finds a person in any text or JSON value, and takes them out. `texts` is what they wrote."""

    def __init__(self, platform: str, identity: str, names: frozenset[str], texts: frozenset[str]) -> None:
        self.key = f"{platform}:{identity}"
        self._gone_key = f"{platform}:{GONE}"
        self._names, self._texts = names, texts
        self._beginnings = {text[:QUOTED] for text in texts if len(text) >= LONG_NAME}
        self._pattern = naming(names)
        plain = {unicodedata.normalize(form, name) for name in names for form in ("NFC", "NFD")} | names
        self._forms = sorted(plain | {encode(form)[1:-1] for form in plain})

    def named_in(self, *columns: str) -> tuple[str, list[str]]:
        """Return an SQL condition that one of the columns, text or JSON, may name the person, and its values: SQLite searches fast."""
        likes = [f"%{form.translate(_LITERAL)}%" for form in self._forms]
        conditions = [f"{column} LIKE ? ESCAPE '^'" for column in columns for _ in likes]
        return f"({' OR '.join(conditions) or '0'})", likes * len(columns)

    def quoted(self, text: str) -> bool:
        """Whether the text names the person or repeats the beginning of something that they wrote: posts are cut short."""
        return self._pattern.search(text) is not None or any(beginning in text for beginning in self._beginnings)

    def out_of_text(self, text: str) -> str:
        """Return the text without the person's name."""
        return "" if text in self._names else self._pattern.sub("", text)

    def out_of(self, value: Any) -> Any:
        """Return a JSON value without the person: their name, id, and what they wrote."""
        if isinstance(value, str):
            return self._gone_key if value == self.key else "" if value in self._texts else self.out_of_text(value)
        if isinstance(value, list):
            return [self.out_of(inner) for inner in value]
        if not isinstance(value, dict):
            return value
        theirs = value.get("author") == self.key
        kept = {key: inner for key, inner in value.items() if key != self.key}
        blank = {"name": "", "text": ""} if theirs else {}
        return {key: blank.get(key, self.out_of(inner)) for key, inner in kept.items()}


def _overwrite_lines(raw: sqlite3.Connection, trace: _Trace) -> None:
    raw.executemany(
        "UPDATE messages SET author = ?, name = CASE WHEN name IS NULL THEN NULL ELSE '' END,"
        " text = CASE WHEN text IS NULL THEN NULL ELSE '' END, more = NULL WHERE show = ? AND position = ?",
        [(GONE, trace.show, position) for position in trace.positions],
    )
    if trace.ids:
        raw.create_function("theirs", 1, trace.ids.__contains__, deterministic=True)
        raw.execute(
            "UPDATE messages SET more = json_set(more, '$.vectors', json('{}'))"
            " WHERE show = ? AND type = 'lookup' AND theirs(json_extract(more, '$.of'))",
            (trace.show,),
        )


def _overwrite_show(raw: sqlite3.Connection, trace: _Trace, person: _Person) -> None:
    """Overwrite what other rows of a show say about the person or quote from them."""
    asked, alone = _overwrite_questions(raw, trace, person)
    raw.execute(
        "UPDATE answers SET author = ?, name = '', text = '' WHERE show = ? AND author = ?",
        (f"{person.key.partition(':')[0]}:{GONE}", trace.show, person.key),
    )
    named, forms = person.named_in("text")
    for message, question, said in raw.execute(
        f"SELECT message, question, text FROM answers WHERE show = ? AND {named}",  # noqa: S608
        (trace.show, *forms),
    ).fetchall():
        raw.execute(
            "UPDATE answers SET text = ? WHERE show = ? AND question = ? AND message = ?",
            (person.out_of_text(said), trace.show, question, message),
        )
    _overwrite_others(raw, trace, person, alone)
    _overwrite_posts(raw, trace, person, asked)


def _overwrite_others(raw: sqlite3.Connection, trace: _Trace, person: _Person, alone: set[str]) -> None:
    """Overwrite everybody else's lines, and what staff wrote about the person or did with their words."""
    named, forms = person.named_in("text", "more", "reading")
    rows = raw.execute(
        "SELECT position, type, text, more, reading FROM messages WHERE show = ?"  # noqa: S608
        f" AND ({named} OR type = 'staff' OR (? AND reading IS NOT NULL))",
        (trace.show, *forms, bool(trace.positions)),
    ).fetchall()
    changed = []
    for position, kind, said, *plain in rows:
        more, reading = (None if text is None else person.out_of(json.loads(text)) for text in plain)
        if kind == "staff" and more and (more.get("question") in alone or more.get("message") in trace.ids) and "text" in more["values"]:
            more["values"]["text"] = ""
        new = [None if said is None else person.out_of_text(said), *(None if one is None else encode(one) for one in (more, reading))]
        if new != [said, *plain]:
            changed.append((*new, trace.show, position))
    raw.executemany("UPDATE messages SET text = ?, more = ?, reading = ? WHERE show = ? AND position = ?", changed)


def _overwrite_questions(raw: sqlite3.Connection, trace: _Trace, person: _Person) -> tuple[set[str], set[str]]:
    """Overwrite the Questions; return those that the person asks or answers, and those that only they ask: a note on these is on them."""
    theirs, alone = set(), set()
    named, forms = person.named_in("plain")
    for question, text in raw.execute(
        f"SELECT id, plain FROM questions WHERE show = ? AND (? OR {named})",  # noqa: S608
        (trace.show, bool(trace.positions), *forms),
    ).fetchall():
        plain = json.loads(text)
        if any(part["author"] == person.key for part in (*plain["askers"], *plain["candidates"])):
            theirs.add(question)
        if all(asker["author"] == person.key for asker in plain["askers"]):
            alone.add(question)
            plain["note"] = ""
        new = encode(person.out_of(plain))
        if new != text:
            raw.execute("UPDATE questions SET plain = ? WHERE show = ? AND id = ?", (new, trace.show, question))
    return theirs, alone


def _overwrite_posts(raw: sqlite3.Connection, trace: _Trace, person: _Person, asked: set[str]) -> None:
    """Overwrite decisions and posts: those about the person's lines or that quote them lose their text, as do the posts' echoes."""
    quoting, echoes, echoed = set(), set(), set()
    named, forms = person.named_in("plain")
    for decision, message, question, text in raw.execute(
        f"SELECT id, message, question, plain FROM decisions WHERE show = ? AND (? OR {named})",  # noqa: S608
        (trace.show, bool(trace.positions), *forms),
    ).fetchall():
        plain: dict[str, Any] = json.loads(text)
        about = message in trace.ids or question in asked or person.quoted(plain.get("text") or "")
        plain = person.out_of(plain)
        if about and "text" in plain:
            quoting.add(decision)
            plain["text"] = ""
        plain["reason"]["values"] = [
            [key, "" if isinstance(value, str) and person.quoted(value) else value] for key, value in plain["reason"]["values"]
        ]
        new = encode(plain)
        if new != text:
            raw.execute("UPDATE decisions SET plain = ? WHERE show = ? AND id = ?", (new, trace.show, decision))
    named, forms = person.named_in("text")
    for send, decision, question, text, message in raw.execute(
        f"SELECT id, decision, question, text, message FROM sends WHERE show = ? AND (? OR {named})",  # noqa: S608
        (trace.show, bool(trace.positions), *forms),
    ).fetchall():
        if text and (decision in quoting or question in asked or person.quoted(text)):
            raw.execute("UPDATE sends SET text = '' WHERE show = ? AND id = ?", (trace.show, send))
            echoes.add(message)
            echoed.add(text)
    if echoed:
        raw.create_function("echo", 2, lambda line, text: line in echoes or text in echoed, deterministic=True)
        raw.execute("UPDATE messages SET text = '' WHERE show = ? AND type = 'chat' AND echo(id, text)", (trace.show,))


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
