"""Viewers of a JSON bridge are known by room and id, since the same id in two rooms need not be the same person.

Whoever wrote in a room becomes one of that room, with all that is known of them. Who wrote in several keeps it in the one where they wrote
most; in the others only their wish to be left alone goes with them. Who never wrote is of the only room that there is, if it is one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

from livebot.core.quiet import mark_of

revision = "0005"
down_revision = "0004"

OF_A_SHOW = ("gains", "missed", "handoffs", "awards")
PLAIN = (("questions", "id", "plain"), ("decisions", "id", "plain"), ("messages", "position", "more"), ("snapshots", "show", "base"))
IN_A_ROOM = "c.show = messages.show AND c.number = messages.channel AND c.name LIKE 'bridge:_%'"

Rooms = dict[str, Counter[str]]
"""How many lines an author wrote in each room."""


def upgrade() -> None:
    """Rename the viewers of bridges wherever they are named."""
    connection = op.get_bind()
    in_show: dict[int, Rooms] = defaultdict(lambda: defaultdict(Counter))
    ever: Rooms = defaultdict(Counter)
    wrote = f"SELECT messages.show, author, substr(c.name, 8), count(*) FROM messages JOIN channels c ON {IN_A_ROOM}"  # noqa: S608
    for show, author, room, lines in _rows(connection, f"{wrote} WHERE author != 'deleted' GROUP BY 1, 2, 3"):
        in_show[show][author][room] += lines
        ever[author][room] += lines
    room_of_line = f"SELECT substr(c.name, 8) || ':' || author FROM channels c WHERE {IN_A_ROOM}"  # noqa: S608
    _run(connection, f"UPDATE messages SET author = ({room_of_line}) WHERE author != 'deleted' AND EXISTS ({room_of_line})")  # noqa: S608
    for show, rooms in in_show.items():
        _rename_in_show(connection, show, {author: f"{counts.most_common(1)[0][0]}:{author}" for author, counts in rooms.items()})
    _rename_people(connection, ever)


def _run(connection: sa.Connection, statement: str, **values: Any) -> None:
    connection.execute(_text(statement), values)


def _rows(connection: sa.Connection, statement: str, **values: Any) -> list[Any]:
    return list(connection.execute(_text(statement), values).all())


def _text(statement: str) -> sa.TextClause:
    return sa.text(statement.replace("':'", "'\\:'"))  # else SQLAlchemy takes the colon for a parameter's


def _rename_in_show(connection: sa.Connection, show: int, names: dict[str, str]) -> None:
    for old, new in names.items():
        keys = {"show": show, "old": f"bridge:{old}", "new": f"bridge:{new}"}
        _run(connection, "UPDATE answers SET author = :new WHERE show = :show AND author = :old", **keys)
        for table in OF_A_SHOW:
            where = "show = :show AND platform = 'bridge' AND id = :old"
            _run(connection, f"UPDATE {table} SET id = :new WHERE {where}", show=show, old=old, new=new)  # noqa: S608
    for table, row, column in PLAIN:
        found = f"SELECT {row}, {column} FROM {table} WHERE show = :show AND {column} LIKE '%bridge%'"  # noqa: S608
        for this, text in _rows(connection, found, show=show):
            written = f"UPDATE {table} SET {column} = :text WHERE show = :show AND {row} = :this"  # noqa: S608
            _run(connection, written, text=_renamed(text, names), show=show, this=this)


def _renamed(text: str, names: dict[str, str]) -> str:
    """Return JSON in which people have their new keys, as values and as keys."""
    keys = {f"bridge:{old}": f"bridge:{new}" for old, new in names.items()}

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return keys.get(value, value)
        if isinstance(value, list):
            return [renamed(inner) for inner in value]
        return {keys.get(key, key): renamed(inner) for key, inner in value.items()} if isinstance(value, dict) else value

    return json.dumps(renamed(json.loads(text)), ensure_ascii=False, separators=(",", ":"))


def _rename_people(connection: sa.Connection, ever: Rooms) -> None:
    there = [room for (room,) in _rows(connection, "SELECT DISTINCT substr(name, 8) FROM channels WHERE name LIKE 'bridge:_%'")]
    only = Counter(there) if len(there) == 1 else Counter()
    [(secret,)] = _rows(connection, "SELECT value FROM secrets WHERE name = 'quiet'")
    names = {}
    for author, quiet in _rows(connection, "SELECT id, quiet FROM viewers WHERE platform = 'bridge'"):
        rooms = [room for room, _ in (ever.get(author) or only).most_common()]
        if rooms:
            names[author] = f"{rooms[0]}:{author}"
        for room in rooms if quiet else ():
            _run(connection, "INSERT OR REPLACE INTO quiet VALUES (:mark, 1)", mark=mark_of(secret, f"bridge:{room}:{author}"))
    for old, new in names.items():
        for table in ("viewers", "trust"):
            _run(connection, f"UPDATE {table} SET id = :new WHERE platform = 'bridge' AND id = :old", old=old, new=new)  # noqa: S608
    for platform, identity, more in _rows(connection, "SELECT platform, id, more FROM viewers WHERE more LIKE '%bridge%'"):
        written = "UPDATE viewers SET more = :text WHERE platform = :platform AND id = :id"
        _run(connection, written, text=_renamed(more, names), platform=platform, id=identity)
