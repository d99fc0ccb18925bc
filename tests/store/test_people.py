"""People over shows: trust by topic, what a show leaves behind, the shop's customers, and deletion in every table."""

from __future__ import annotations

import datetime
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from livebot.core.decisions import Award, Forget
from livebot.core.events import StaffAction
from livebot.errors import UserError, WorkError
from livebot.store import people
from livebot.store.records import ShowRow, ViewerRow
from livebot.store.regular_files import load_customers
from livebot.store.store import Store

from .conftest import Clock, Playing, chat, plain_show, story

TABLES = ("viewers", "trust", "gains", "missed", "handoffs", "awards")
TOPICS = {"delivery": {"accepted": 3.0, "rejected": 1.0, "at": 1_789_000_000.0}}


async def left_behind(playing: Playing, clock: Clock) -> None:
    """What the runtime does when a show is over."""
    playing.snapshot()
    state = playing.show.snapshot()
    playing.store.put_viewers(people.visitors(state, clock.now))
    playing.store.put_after(playing.id, state)
    await playing.store.flush()


async def test_trust_goes_from_show_to_show_by_topic(store: Store, clock: Clock) -> None:
    """One row for a viewer and topic; a month later it has faded, and nothing else."""
    store.put_viewers([ViewerRow("twitch", "u3", "단골", visits=4, topics=TOPICS, more={"helped": {"twitch:u2": 2}, "badges": ["한정"]})])
    await store.flush()
    (row,) = await store.viewers()
    assert row.topics == TOPICS and row.more["badges"] == ["한정"]
    soon, later = (plain_show(people.starting_state([row], clock.now + days * 86_400)) for days in (0, 90))
    now, then = soon.trust("twitch:u3"), later.trust("twitch:u3")
    assert now.visits == 4 and 2 * then.accepted == pytest.approx(now.accepted, rel=0.01)
    again = people.visitors(soon.snapshot(), clock.now)
    assert again == ()  # who was not there is left as they were


async def test_what_was_missed_is_asked_of_the_next_show(playing: Playing, clock: Clock) -> None:
    """An asker who got no answer is told staff's when they come again, once."""
    playing.show.handle(chat("q1", 1.0, "유리인가요?", "u8", "초코"), 1.0)
    await left_behind(playing, clock)
    (row,) = await playing.store.missed()
    assert (row.show, row.name, row.text, row.answer) == ("show", "초코", "유리인가요?", "")
    assert await playing.store.answer_missed(row.number, row.line, "유리병이에요")
    await left_behind(playing, clock)  # a show that goes on for a while keeps staff's answer
    await playing.store.end("show")

    known, waiting = await playing.store.viewers(), await playing.store.missed()
    following = Playing(playing.store, plain_show(people.starting_state(known, clock.now, waiting)), "next")
    await playing.store.begin(ShowRow("next", clock.now))
    came = following.play([chat("n1", 1.0, "안녕하세요", "u8", "초코"), chat("n2", 200.0, "ㅎㅎ", "u8", "초코")])
    assert [outcome.text for outcome in came if getattr(outcome, "kind", "") == "reply"].count(
        "[bot] missed: 초코 / 유리인가요? / 유리병이에요"
    ) == 2
    await left_behind(following, clock)
    assert await playing.store.missed() == ()


async def test_a_months_masters_are_who_helped_most_in_its_shows(store: Store, clock: Clock) -> None:
    """Summed over shows of that month; who wants to be left alone is on no list."""
    gained = {"a": {"u1": 2.0, "u2": 3.0}, "b": {"u1": 2.0, "u3": 9.0}, "c": {"u2": 50.0}}
    for name, date in (("a", "2026-11-01"), ("b", "2026-11-29"), ("c", "2026-12-01")):
        await store.begin(ShowRow(name, clock.now, date=date))
        viewers = {f"twitch:{who}": {"regular": {"credit": credit}} for who, credit in gained[name].items()}
        store.put_after(name, replace(plain_show().snapshot(), base={"viewers": viewers, "handoffs": [], "told": []}))
    store.put_viewers([ViewerRow("twitch", who, who, quiet=who == "u3") for who in ("u1", "u2", "u3")])
    await store.flush()
    assert [(master.id, master.credit, master.shows) for master in await store.masters("2026-11")] == [("u1", 4.0, 2), ("u2", 3.0, 1)]


async def test_customers_are_matched_and_never_guessed(store: Store, tmp_path: Path) -> None:
    """By id always, by name where exactly one viewer has it; who is not matched is told with the reason."""
    store.put_viewers(
        [ViewerRow("twitch", "u1", "봄", visits=3, topics=TOPICS), ViewerRow("twitch", "u2", "곰"), ViewerRow("twitch", "u3", "곰")]
    )
    await store.flush()
    file = tmp_path / "customers.csv"
    file.write_text(
        "platform,id,name,orders,grade,products\ntwitch,,봄,12,VIP,serum|cream\ntwitch,,곰,1,,\ntwitch,,별,1,,\ntwitch,u9,새,2,,\n", "utf-8"
    )
    customers, problems = load_customers(file, {"twitch"})
    assert problems == []
    matched, unmatched = await store.take_in(customers)
    assert matched == 2
    assert [(customer.name, why) for customer, why in unmatched] == [
        ("곰", "2 viewers have that name"),
        ("별", "nobody of that name was seen"),
    ]
    known = {viewer.id: viewer for viewer in await store.viewers()}
    assert (known["u1"].orders, known["u1"].grade, known["u1"].more, known["u1"].visits) == (12, "VIP", {"bought": ["serum", "cream"]}, 3)
    assert known["u1"].topics == TOPICS and known["u9"].orders == 2 and known["u2"].orders == known["u3"].orders == 0


async def test_a_customer_of_a_relay_is_one_of_a_room(store: Store, tmp_path: Path) -> None:
    """The room stands behind the platform; the same name in another room is nobody."""
    store.put_viewers([ViewerRow("bridge", "naver:u1", "봄"), ViewerRow("bridge", "kakao:u2", "곰")])
    await store.flush()
    file = tmp_path / "customers.csv"
    rows = ("bridge:naver,u1,,1", "bridge:naver,,곰,2", "bridge:kakao,,곰,3", "ssn:tiktok,7,,4", "ssn,tiktok:8,,5")
    file.write_text("\n".join(("platform,id,name,orders", *rows)), "utf-8")
    customers, problems = load_customers(file, {"bridge", "ssn"}, {"bridge", "ssn"})
    matched, unmatched = await store.take_in(customers)
    assert not problems and matched == 4
    assert [(customer.row, why) for customer, why in unmatched] == [(3, "nobody of that name was seen")]
    known = {viewer.key: viewer.orders for viewer in await store.viewers()}
    assert known == {"bridge:naver:u1": 1, "bridge:kakao:u2": 3, "ssn:tiktok:7": 4, "ssn:tiktok:8": 5}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("twitch,,,1,,", "neither id nor name"),
        (",u1,,1,,", "platform is empty"),
        ("twitch,u1,,many,,", "orders is 'many'"),
        ("naverr,u1,,1,,", "platform is 'naverr'; allowed: bridge, twitch"),
        ("twitch:shop,u1,,1,,", "the same in all rooms"),
        ("bridge,u1,,1,,", "belongs to one room or site: bridge:ROOM"),
    ],
)
def test_a_bad_row_is_told_with_its_number(tmp_path: Path, row: str, why: str) -> None:
    """The rest of the file is read."""
    file = tmp_path / "customers.csv"
    file.write_text(f"platform,id,name,orders,grade,products\n{row}\ntwitch,u2,,1,,\ntwitch,u2,,3,,\n", "utf-8")
    customers, problems = load_customers(file, {"twitch", "bridge"}, {"bridge"})
    assert [customer.id for customer in customers] == ["u2"]
    assert [problem.row for problem in problems] == [2, 4] and why in problems[0].why and "row 3 already" in problems[1].why
    with pytest.raises(UserError):
        load_customers(tmp_path / "customers.pdf", {"twitch"})


def test_a_date_in_the_place_of_a_number_is_told(tmp_path: Path) -> None:
    """A spreadsheet's column may be shifted: what it says and what is wanted is told, the row before is read."""
    book = Workbook()
    for row in (["platform", "id", "orders"], ["Twitch", 1234567, 2.0], ["twitch", "u2", datetime.datetime(2026, 11, 1)]):
        book.active.append(row)
    book.save(tmp_path / "customers.xlsx")
    customers, problems = load_customers(tmp_path / "customers.xlsx", {"twitch"})
    assert [(customer.platform, customer.id, customer.orders) for customer in customers] == [("twitch", "1234567", 2)]
    assert [problem.row for problem in problems] == [3] and "orders is '2026-11-01" in problems[0].why


async def test_customers_are_not_taken_in_while_a_show_runs(playing: Playing) -> None:
    """The show's end would write over it."""
    with pytest.raises(WorkError):
        await playing.store.take_in([])


async def test_a_person_is_deleted_while_the_show_runs(playing: Playing, path: Path, clock: Clock) -> None:
    """Every table, the state that is kept next, and what others hold of them; what the show keeps afterwards brings nothing back."""
    playing.play(story())
    handed = {"line": "m3", "author": "twitch:u3", "name": "단골손님", "channel": "twitch:shop", "time": 3.0, "text": "전화로 주문할게요"}
    await left_behind(playing, clock)
    state = playing.show.snapshot()
    playing.store.put_after(
        playing.id, replace(state, base={**state.base, "handoffs": [{**handed, "question": None, "tried": "", "done": ""}]})
    )
    playing.store.put("show", None, [Award("w1", 5.0, "twitch:u3", "단골손님", "한정", True)])
    await playing.store.flush()
    with sqlite3.connect(path) as raw:
        assert raw.execute("INSERT INTO missed VALUES (1, 'm3', 'twitch', 'u3', '단골손님', '재고 있나요?', NULL, '')").rowcount == 1
    with pytest.raises(WorkError):
        await playing.store.forget_person("twitch", "u3")

    came = playing.play([StaffAction("del", 140.0, "지현", "forget", values={"viewer": "twitch:u3"})])
    assert [gone.author for gone in came if isinstance(gone, Forget)] == ["u3"]
    await playing.store.forget_people([("twitch", "u3")])
    playing.play([chat("after", 150.0, "색상 뭐 있어요?", "u4", "구경꾼")])
    await left_behind(playing, clock)
    with sqlite3.connect(path) as raw:
        for table in TABLES:
            assert raw.execute(f"SELECT count(*) FROM {table} WHERE id = 'u3'").fetchone() == (0,), table
        assert raw.execute("SELECT count(*) FROM viewers").fetchone() > (3,)
        assert not [more for (more,) in raw.execute("SELECT more FROM viewers") if "twitch:u3" in more]
    await playing.store.close()
    assert "단골손님".encode() not in b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def test_a_store_of_the_first_version_is_brought_up_to_date(path: Path) -> None:
    """Who was known before has no orders and is kept."""
    from alembic import command
    from alembic.config import Config

    from livebot.store import database

    with database.writing_engine(path).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(database.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO viewers VALUES ('twitch', 'u1', '봄', 3, 2, 1.0, 0.0, 0, 1.0, 2.0)")
    database.prepare(path)
    with database.reading_engine(path).begin() as connection:
        (row,) = people.last_seen(connection, 10)
    assert (row.name, row.visits, row.orders, row.grade, row.more, row.topics) == ("봄", 3, 0, "", {}, {})
