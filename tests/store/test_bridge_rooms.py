"""A store from before viewers of bridges were known by their room is brought up to date: nobody's wish or standing is lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from livebot.core.quiet import mark_of
from livebot.store import database
from livebot.store.store import Store

ROOMS = ((1, "bridge:naver"), (2, "bridge:kakao"), (3, "twitch:shop"))

ASKED = {"askers": [{"author": "bridge:u1"}, {"author": "twitch:u1"}]}


def plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def insert(raw: sqlite3.Connection, table: str, **values: Any) -> None:
    columns = {name: kind for _, name, kind, needed, default, _ in raw.execute(f"PRAGMA table_info({table})") if needed and default is None}
    row = {**{name: "" if kind == "TEXT" else "{}" if kind == "JSON" else 0 for name, kind in columns.items()}, **values}
    raw.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))


@pytest.fixture
def old(path: Path) -> Path:
    """A store of the version before, with a show on two bridges and Twitch."""
    database.prepare(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0004'")
        insert(raw, "shows", number=1, id="show")
        for number, name in ROOMS:
            insert(raw, "channels", show=1, number=number, name=name)
        lines: Iterable[tuple[int, str]] = ((1, "u1"), (1, "u2"), (2, "u2"), (2, "u2"), (3, "u1"), (1, "deleted"))
        for position, (channel, author) in enumerate(lines):
            insert(raw, "messages", show=1, position=position, type="chat", channel=channel, id=f"m{position}", author=author)
        insert(raw, "answers", show=1, question="m0", message="m1", author="bridge:u2")
        insert(raw, "questions", show=1, id="m0", plain=plain({**ASKED, "candidates": []}))
        insert(raw, "snapshots", show=1, base=plain({"viewers": {"bridge:u1": {}, "twitch:u1": {}}}))
        insert(raw, "missed", show=1, line="m0", platform="bridge", id="u1")
        for platform, identity, quiet, more in (
            ("bridge", "u1", 0, {}),
            ("bridge", "u2", 1, {}),
            ("bridge", "bought", 0, {}),
            ("twitch", "u1", 0, {"linked": ["bridge:u2"]}),
        ):
            insert(raw, "viewers", platform=platform, id=identity, quiet=quiet, more=plain(more), orders=3)
        insert(raw, "trust", platform="bridge", id="u1", topic="price", accepted=2.0)
    return path


async def test_who_wrote_in_a_room_is_of_it(old: Path) -> None:
    """Lines, answers, questions, the snapshot and what is known of a person all name them by room and id; Twitch is left alone."""
    store = await Store.open(str(old))
    known = {row.key: row for row in await store.viewers(10)}
    await store.close()
    assert set(known) == {"bridge:naver:u1", "bridge:kakao:u2", "bridge:bought", "twitch:u1"}, "whose room is not known keeps their key"
    assert known["bridge:naver:u1"].orders == 3 and known["bridge:naver:u1"].topics["price"]["accepted"] == 2.0
    assert known["twitch:u1"].more["linked"] == ["bridge:kakao:u2"]
    with closing(sqlite3.connect(old)) as raw:
        authors = [author for (author,) in raw.execute("SELECT author FROM messages ORDER BY position")]
        assert authors == ["naver:u1", "naver:u2", "kakao:u2", "kakao:u2", "u1", "deleted"]
        assert raw.execute("SELECT author FROM answers").fetchall() == [("bridge:kakao:u2",)]
        assert raw.execute("SELECT id FROM missed").fetchall() == [("naver:u1",)]
        asked = json.loads(raw.execute("SELECT plain FROM questions").fetchone()[0])
        assert [asker["author"] for asker in asked["askers"]] == ["bridge:naver:u1", "twitch:u1"]
        base = json.loads(raw.execute("SELECT base FROM snapshots").fetchone()[0])
        assert list(base["viewers"]) == ["bridge:naver:u1", "twitch:u1"]


async def test_who_wants_to_be_left_alone_is_in_every_room(old: Path) -> None:
    """Nobody can tell in which of the rooms they said so: it holds in all where they wrote."""
    store = await Store.open(str(old))
    quiet = await store.quiet_people()
    await store.close()
    wanted = {mark_of(quiet.key, key) for key in ("bridge:naver:u2", "bridge:kakao:u2")}
    assert wanted <= set(quiet.marks)


async def test_their_lines_are_found_when_they_are_deleted(old: Path) -> None:
    """Deleting a person of one room takes their old lines there, and those of nobody else."""
    store = await Store.open(str(old))
    assert await store.forget_person("bridge", "kakao:u2") == 2
    await store.close()
    with closing(sqlite3.connect(old)) as raw:
        authors = [author for (author,) in raw.execute("SELECT author FROM messages ORDER BY position")]
    assert authors == ["naver:u1", "naver:u2", "deleted", "deleted", "u1", "deleted"]


async def test_who_never_wrote_is_of_the_only_room(path: Path) -> None:
    """A customer of the shop's own list belongs to the one bridge that there is."""
    database.prepare(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0004'")
        insert(raw, "shows", number=1, id="show")
        insert(raw, "channels", show=1, number=1, name="bridge:naver")
        insert(raw, "viewers", platform="bridge", id="bought")
    store = await Store.open(str(path))
    assert [row.key for row in await store.viewers(10)] == ["bridge:naver:bought"]
    await store.close()
