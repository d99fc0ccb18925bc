"""Opening a file: ours and whole, or a clear refusal; never an empty start over what was there."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table

from livebot.errors import UserError
from livebot.store import database, schema
from livebot.store.records import ShowRow
from livebot.store.store import Store

from .conftest import ENVIRONMENT, Clock, chat

_PREPARE = "from livebot.store import database; database.prepare(database.path_of({path!r}))"


def _is_ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    return not (isinstance(thing, Table) and str(name).startswith("faq_words"))


@pytest.fixture
async def filled(path: Path) -> Path:
    """A database with a show in it, closed."""
    store = await Store.open(str(path))
    await store.begin(ShowRow("show", 0.0))
    for i in range(500):
        store.put("show", chat(f"m{i}", float(i), f"안녕하세요 {i}"))
    await store.close()
    return path


def test_the_migrations_make_the_tables_of_the_schema(path: Path) -> None:
    """The tables that the code uses and those that the migrations build do not drift apart."""
    database.prepare(path)
    with database.reading_engine(path).begin() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_ours, "compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_head_is_the_newest_migration() -> None:
    """`schema.HEAD`, by which the slow import is spared, names the newest migration."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_a_database_at_head_is_opened_without_the_migration_tool(filled: Path) -> None:
    """A restart does not pay for importing alembic."""
    code = f"{_PREPARE.format(path=str(filled))}; import sys; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT).returncode == 0


def test_only_the_owner_may_read_a_new_database(path: Path) -> None:
    """The file holds what people said."""
    database.prepare(path)
    assert path.stat().st_mode & 0o077 == 0


def test_two_processes_may_make_the_same_database(path: Path) -> None:
    """Both find it made once."""
    both = [subprocess.Popen([sys.executable, "-c", _PREPARE.format(path=str(path))], env=ENVIRONMENT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database\n" * 500)


def _truncated(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)


def _hole(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(bytes(4096))


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")


def _emptied(path: Path) -> None:
    path.with_name(path.name + "-wal").write_bytes(b"all that is left")
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_garbage, "not a database"),
        (_truncated, "damaged"),
        (_hole, "damaged"),
        (_newer, "newer livebot"),
        (_emptied, "write-ahead log"),
    ],
)
async def test_a_spoiled_database_is_refused_and_left_as_it_is(filled: Path, spoil: object, says: str) -> None:
    """Garbage, a lost byte, a hole, a newer schema: the message says which, and the file is not touched."""
    assert callable(spoil)
    spoil(filled)
    before = filled.read_bytes()
    with pytest.raises(UserError, match=says) as caught:
        await Store.open(str(filled))
    assert caught.value.where == str(filled) and caught.value.next_step
    assert filled.read_bytes() == before


async def test_another_programs_database_is_refused_and_left_as_it_is(path: Path) -> None:
    """A database with other tables is not livebot's, and not even its journal mode is changed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("CREATE TABLE notes (text TEXT)")
    before = path.read_bytes()
    with pytest.raises(UserError, match="not livebot's"):
        await Store.open(str(path))
    assert path.read_bytes() == before


async def test_half_a_migration_leaves_nothing(path: Path) -> None:
    """A database that an interrupted first start left empty is simply made."""
    path.touch()
    store = await Store.open(str(path))
    assert await store.shows() == ()
    await store.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://localhost/livebot", "no database that livebot can use: 'postgresql'"),
        ("sqlite://", "no database"),
        (":memory:", "no database"),
        ("", "no database"),
        ("no/such/folder/livebot.db", "does not exist"),
        (".", "a folder"),
    ],
)
async def test_an_address_that_cannot_be_opened_is_explained(url: str, says: str) -> None:
    """The message names the key and what is allowed."""
    with pytest.raises(UserError, match=says):
        await Store.open(url)


async def test_what_a_reader_sees_is_one_state(filled: Path, clock: Clock) -> None:
    """Reading connections cannot write, and read while the writer writes."""
    store = await Store.open(str(filled), clock=clock)
    with pytest.raises(Exception, match="readonly"):
        await store._read(lambda connection: connection.exec_driver_sql("DELETE FROM messages"))
    rows = await asyncio.gather(*(store.messages("show") for _ in range(4)))
    assert {len(found) for found in rows} == {500}
    await store.close()
