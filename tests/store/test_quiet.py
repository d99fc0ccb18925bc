"""Who wants to be left alone, in the store: at once, over deletion and retention, and for those who said so to an older livebot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from livebot.core.decisions import Forget
from livebot.core.quiet import mark_of
from livebot.store import database, people
from livebot.store.records import ViewerRow
from livebot.store.store import Store

from .conftest import Clock, Playing, chat, plain_show


async def test_a_wish_is_kept_with_its_line_and_outlives_the_person(playing: Playing, path: Path, clock: Clock) -> None:
    """Without any snapshot: the next show knows them by their mark alone, and no byte of the file names them."""
    playing.show = plain_show(people.with_quiet(plain_show().snapshot(), await playing.store.quiet_people()))
    came = playing.play([chat("m1", 1.0, "!그만", "secret-id", "비밀의정원사"), chat("m2", 2.0, "!삭제", "secret-id", "비밀의정원사")])
    await playing.store.flush()
    await playing.store.forget_people([(gone.platform, gone.author) for gone in came if isinstance(gone, Forget)])
    quiet = await playing.store.quiet_people()
    assert quiet.marks == (mark_of(quiet.key, "twitch:secret-id"),) and await playing.store.viewers() == ()
    raw = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    assert b"secret-id" not in raw and "비밀의정원사".encode() not in raw

    following = plain_show(people.with_quiet(people.starting_state((), clock.now), quiet))
    following.handle(chat("n1", 1.0, "안녕", "secret-id", "비밀의정원사"), 1.0)
    viewer = following.viewer("twitch:secret-id")
    assert viewer is not None and viewer.quiet


async def test_a_wish_that_was_taken_back_and_said_again_stands(playing: Playing) -> None:
    """Within one commit too: the last word counts."""
    tapped = playing.show.handle(chat("m1", 1.0, "!그만", "u1"), 1.0)
    (said,) = [outcome for outcome in tapped if type(outcome).__name__ == "Quiet"]
    for number, quiet in enumerate((True, False, True)):
        playing.store.put("show", None, [type(said)(f"o{number}", 1.0, said.mark, quiet)])
    await playing.store.flush()
    assert (await playing.store.quiet_people()).marks == (said.mark,)


async def test_the_wish_of_who_is_not_seen_for_years_stays(playing: Playing, clock: Clock) -> None:
    """Retention deletes the person, not the mark."""
    playing.play([chat("m1", 1.0, "!그만", "u1")])
    playing.store.put_viewers([ViewerRow("twitch", "u1", "별", quiet=True, last_seen=clock.now)])
    await playing.store.flush()
    purged = await playing.store.purge(clock.now + 86_400.0)
    assert purged.viewers == 1 and len((await playing.store.quiet_people()).marks) == 1


async def test_who_opted_out_with_an_older_livebot_has_a_mark(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update of the database makes it; whoever did not has none."""
    database.prepare(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for sql in ("DROP TABLE quiet", "DROP TABLE secrets", "UPDATE alembic_version SET version_num = '0003'"):
            raw.execute(sql)
        for identity, quiet in (("u1", 1), ("u2", 0)):
            raw.execute("INSERT INTO viewers VALUES ('twitch', ?, 'x', 1, 0, 0, 0, ?, 0, 0, 0, '', '{}')", (identity, quiet))
    store = await Store.open(str(path))
    quiet_people = await store.quiet_people()
    assert quiet_people.marks == (mark_of(quiet_people.key, "twitch:u1"),) and len(quiet_people.key) == 64
    await store.close()
