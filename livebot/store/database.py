"""Opening a database file: whether it is ours, whole and of a version we know; its migrations; engines with the right pragmas.

Must not know what the rows mean. A file that cannot be read as livebot's own database is refused, never moved aside and never started
anew over what is in it. Only SQLite so far: the tables and statements are neutral, the writer thread is not.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, ClauseElement, Connection, Engine, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from livebot.errors import UserError, WorkError
from livebot.store.schema import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 5.0
CHECKED_BYTES = 256 * 2**20  # reading through a whole file costs 0.1 s per 130 MB; a larger one is checked page by page as it is used
RESTORE = "put back a copy of it, or name another file in [store] file"

_PRAGMAS = (
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = FAST",
    f"journal_size_limit = {64 * 2**20}",
    "cache_size = -16000",
)


def path_of(url: str) -> Path:
    """Return the file that `url` names: `sqlite:///FILE` or a plain path. UserError for any other kind."""
    scheme, found, rest = url.partition("://")
    path = rest.removeprefix("/") if found else url
    if (found and (scheme != "sqlite" or not rest.startswith("/"))) or path in ("", ":memory:"):
        raise UserError(
            f"no database that livebot can use: {scheme if found else url!r}", "[store] file", "allowed: sqlite:///FILE or FILE"
        )
    return Path(path)


def prepare(path: Path) -> None:
    """Make `path` a database of the newest version, creating it where nothing is. Blocking.

    UserError where the file is not livebot's, is damaged or comes from a newer livebot; WorkError where the disk refuses.
    """
    _reachable(path)
    try:
        with _session(reading_engine(path)) as connection:
            _check_whole(connection, path)
            version = _version(connection, path)
        if version != HEAD:  # only now the file is known to be ours, or nobody's, and may be changed
            with _session(writing_engine(path)) as connection:
                _migrate(connection, path, _version(connection, path))
    except DBAPIError as error:
        raise _refusal(path, error.orig) from error
    except sqlite3.Error as error:
        raise _refusal(path, error) from error


def writing_engine(path: Path) -> Engine:
    """Return the engine of the one connection that writes; each of its transactions holds the write lock from its start."""
    return _engine(path, "BEGIN IMMEDIATE", ("journal_mode = WAL", *_PRAGMAS))


def reading_engine(path: Path) -> Engine:
    """Return the engine of the connections that read; a transaction sees one state of the database throughout."""
    return _engine(path, "BEGIN", (*_PRAGMAS, "query_only = ON"))


def sql_of(statement: ClauseElement) -> str:
    """Return the SQL text of a Core statement, with `?` for its parameters."""
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark")))


def _engine(path: Path, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would otherwise start transactions by itself, and only some
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def _session(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _reachable(path: Path) -> None:
    """Check the file before SQLite opens it, and create it readable by its owner only: it holds what people said."""
    if not path.parent.is_dir():
        raise UserError(f"the folder {path.parent} does not exist", "[store] file", "create it, or name another file")
    if path.is_dir():
        raise UserError("this is a folder, not a database file", str(path), "name a file in [store] file")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        if path.stat().st_size == 0 and _log_size(path) > 0:
            # SQLite would delete the log beside an empty file, and with it all that is left of the data.
            raise UserError("the database is empty but its write-ahead log is not", str(path), RESTORE)
    except PermissionError as error:
        raise UserError("livebot may not write here", str(path), "change the file's owner or mode, or name another file") from error
    except OSError as error:
        raise WorkError(f"the database cannot be opened: {error.strerror}", str(path), "free the disk or name another file") from error


def _log_size(path: Path) -> int:
    """Return how much lies in the write-ahead log beside the database."""
    wal = path.with_name(path.name + "-wal")
    return wal.stat().st_size if wal.exists() else 0


def _check_whole(connection: Connection, path: Path) -> None:
    page: int = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    if path.stat().st_size % page and not _log_size(path):
        # SQLite fills up a page that was cut off with zeros and says nothing; while there is a log, the page may be in it.
        raise UserError("the database is damaged: its end is missing", str(path), RESTORE)
    if path.stat().st_size <= CHECKED_BYTES:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise UserError(f"the database is damaged: {found}", str(path), RESTORE)


def _version(connection: Connection, path: Path) -> str | None:
    """Return the migration that the database stands at, or None for an empty one."""
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars())
    if not tables:
        return None
    versions = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() if "alembic_version" in tables else []
    if len(versions) != 1 or "shows" not in tables:
        raise UserError("this database is not livebot's", str(path), "name another file in [store] file")
    return str(versions[0])


def _migrate(connection: Connection, path: Path, version: str | None) -> None:
    """Bring the database to HEAD in the connection's transaction. The import costs 0.4 s, which a database at HEAD does not pay."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise UserError(
            f"the database was written by a newer livebot (schema {version}, this one knows up to {HEAD})",
            str(path),
            "upgrade livebot, or name another file in [store] file",
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refusal(path: Path, error: BaseException | None) -> UserError | WorkError:
    """Return what to tell the user about an error of SQLite while opening."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return UserError("this is not a database", str(path), RESTORE)
    if code == sqlite3.SQLITE_CORRUPT:
        return UserError(f"the database is damaged: {error}", str(path), RESTORE)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return UserError(f"livebot may not write here: {error}", str(path), "change the file's owner or mode, or name another file")
    return WorkError(f"the database cannot be opened: {error}", str(path), "free the disk, or end the other program that holds it")
