"""People over shows: what a show begins with, and what it leaves behind. What they said is in the shows' own tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from livebot.core.decisions import Award, Quiet
from livebot.core.show import ShowState
from livebot.store.database import sql_of
from livebot.store.records import AwardRow, HandoffRow, Master, MissedRow, QuietPeople, ViewerRow
from livebot.store.regular_files import Customer
from livebot.store.rows import Row, clean_row, encode
from livebot.store.schema import awards, gains, handoffs, missed, quiet, secrets, shows, trust, viewers
from livebot.store.writer import Many, Part

KEYS = tuple(viewers.c.keys())
MORE = ("bought", "helped", "nudged", "nudge_helped", "linked", "badges")

_fresh = insert(viewers).values(dict.fromkeys(KEYS))
_kept: dict[str, Any] = {key: _fresh.excluded[key] for key in KEYS if key not in ("platform", "id", "first_seen", "last_seen")}
_kept["first_seen"] = func.min(viewers.c.first_seen, _fresh.excluded.first_seen)
_kept["last_seen"] = func.max(viewers.c.last_seen, _fresh.excluded.last_seen)


def _upsert(table: Any, key: tuple[str, ...], kept: tuple[str, ...] = ()) -> str:
    statement = insert(table).values(dict.fromkeys(table.c.keys()))
    fresh = {name: statement.excluded[name] for name in table.c.keys() if name not in (*key, *kept)}  # noqa: SIM118 - no dict
    return sql_of(statement.on_conflict_do_update(index_elements=key, set_=fresh))


VIEWERS = Many(sql_of(_fresh.on_conflict_do_update(index_elements=["platform", "id"], set_=_kept)), rank=5)
TRUST = Many(_upsert(trust, ("platform", "id", "topic")), rank=5)
GAINS = Many(_upsert(gains, ("show", "platform", "id")), rank=5)
HANDOFFS = Many(_upsert(handoffs, ("show", "line")), rank=5)
AWARDS = Many(sql_of(insert(awards).values(dict.fromkeys(awards.c.keys())).on_conflict_do_nothing()), rank=5)
QUIET = Many(_upsert(quiet, ("mark",)), rank=5)
TOLD = Many("DELETE FROM missed WHERE show = ? AND line = ?", rank=5)
_MISSED = sql_of(insert(missed).values(dict.fromkeys(missed.c.keys())).on_conflict_do_nothing())


def viewer_parts(viewer: ViewerRow) -> Iterator[Part]:
    """Yield what keeps a person: the row of `viewers`, and one of `trust` for each topic."""
    plain = {**{key: getattr(viewer, key) for key in KEYS}, "more": encode(viewer.more)}
    yield VIEWERS, clean_row(tuple(plain[key] for key in KEYS))
    for topic, tally in viewer.topics.items():
        yield TRUST, clean_row((viewer.platform, viewer.id, topic, tally["accepted"], tally["rejected"], tally["at"]))


def starting_state(known: Iterable[ViewerRow], started: float, waiting: Iterable[MissedRow] = ()) -> ShowState:
    """Return the state of a show that begins at the UTC second `started`, for `Show(state=…)`: empty but for the people it knows.

    `waiting` are questions of earlier shows whose askers were not told an answer yet.
    """
    plain: dict[str, Mapping[str, Any]] = {}
    for viewer in sorted(known, key=lambda viewer: viewer.last_seen):  # a Show lets go of the first when there are too many
        plain[viewer.key] = {
            "name": viewer.name,
            "first": viewer.first_seen - started,
            "last": viewer.last_seen - started,
            "months": viewer.months,
            "visits": viewer.visits,
            "accepted": viewer.accepted,
            "rejected": viewer.rejected,
            "quiet": viewer.quiet,
            "regular": _regular(viewer, started),
        }
    missed_by: dict[str, list[Mapping[str, Any]]] = {}
    for row in waiting:
        one = {"id": f"{row.number}/{row.line}", "text": row.text, "product": row.product, "date": row.date, "answer": row.answer}
        missed_by.setdefault(f"{row.platform}:{row.id}", []).append(one)
    return ShowState(0, {"viewers": plain, "missed": missed_by}, ())


def with_quiet(state: ShowState, quiet: QuietPeople) -> ShowState:
    """Return a state with those who are to be left alone as the store knows them: it learns of them before a snapshot does."""
    return replace(state, base={**state.base, "mark_key": quiet.key, "quiet": dict.fromkeys(quiet.marks, True)})


def _regular(viewer: ViewerRow, started: float) -> Mapping[str, Any] | None:
    if not (viewer.orders or viewer.grade or viewer.more or viewer.topics):
        return None
    tallies = {topic: {**tally, "at": tally["at"] - started} for topic, tally in viewer.topics.items()}
    return {**viewer.more, "orders": viewer.orders, "grade": viewer.grade, "tallies": tallies}


def visitors(state: ShowState, started: float) -> tuple[ViewerRow, ...]:
    """Return the people who were in a show, as they stand after it: for those who wrote, this show is one more visit."""
    people = state.base["viewers"].items()
    return tuple(_visitor(key, one, started) for key, one in people if one["lines"] or one["last"] >= 0.0 or one["quiet"])


def _visitor(key: str, viewer: Mapping[str, Any], started: float) -> ViewerRow:
    platform, _, identity = key.partition(":")
    counts = {name: viewer[name] for name in ("name", "months", "accepted", "rejected", "quiet")}
    regular = viewer["regular"] or {}
    tallies: Mapping[str, Mapping[str, float]] = regular.get("tallies", {})
    return ViewerRow(
        platform=platform,
        id=identity,
        visits=viewer["visits"] + bool(viewer["lines"]),
        first_seen=started + viewer["first"],
        last_seen=started + viewer["last"],
        orders=regular.get("orders", 0),
        grade=regular.get("grade", ""),
        more={name: regular[name] for name in MORE if regular.get(name)},
        topics={topic: {**tally, "at": tally["at"] + started} for topic, tally in tallies.items()},
        **counts,
    )


def after_show(number: int, state: ShowState) -> Iterator[Part]:
    """Yield what a show leaves behind besides its people: what they gained, who was missed or handed on, who was told since."""
    for key, viewer in state.base["viewers"].items():
        if viewer["regular"] and viewer["regular"]["credit"]:
            yield GAINS, clean_row((number, *_split(key), viewer["regular"]["credit"]))
    for handoff in state.base["handoffs"]:
        texts = (handoff["name"], handoff["channel"], handoff["time"], handoff["text"], handoff["question"])
        yield HANDOFFS, clean_row((number, handoff["line"], *_split(handoff["author"]), *texts, handoff["tried"], handoff["done"]))
    for told in state.base["told"]:
        show, _, line = told.partition("/")
        yield TOLD, clean_row((int(show), line))


class MissedStatement:
    """Notes the asker lines of a show that nobody answered, from its Questions as they were last kept (see `writer.Statement`)."""

    rank = 10

    def write(self, connection: sqlite3.Connection, rows: Sequence[int]) -> None:
        """Note them anew for each show; those that staff answered since stay."""
        for number in rows:
            connection.execute("DELETE FROM missed WHERE show = ? AND answer = ''", (number,))
            kept = connection.execute("SELECT plain FROM questions WHERE show = ? AND waiting > 0", (number,)).fetchall()
            connection.executemany(_MISSED, [row for (plain,) in kept for row in _missed_rows(number, json.loads(plain))])

    def written(self, rows: Sequence[int]) -> None:
        """Nothing depends on these rows."""


def _missed_rows(number: int, question: Mapping[str, Any]) -> Iterator[Row]:
    """Yield a Question's waiting lines; what only concerns one person's order is not asked of an FAQ."""
    if question["personal"] or question["complaint"]:
        return
    for asker in question["askers"]:
        if asker["state"] == "waiting" and asker["text"]:
            yield clean_row((number, asker["line"], *_split(asker["author"]), asker["name"], asker["text"], question["product"], ""))


def award_part(number: int, award: Award, at: float) -> Part:
    """Return what keeps an award: a coupon that belongs to it waits to be told of."""
    state = "queued" if award.coupon else "none"
    return AWARDS, clean_row((number, award.id, *_split(award.viewer), award.name, award.badge, at, state, 0))


def quiet_part(said: Quiet) -> Part:
    """Return what keeps that an account is to be left alone, or no longer."""
    return QUIET, (said.mark, said.quiet)


def _split(key: str) -> tuple[str, str]:
    platform, _, identity = key.partition(":")
    return platform, identity


# looking back


def last_seen(connection: Connection, limit: int) -> tuple[ViewerRow, ...]:
    """Return people, first those who were seen last, with their trust by topic."""
    rows = connection.execute(select(viewers).order_by(viewers.c.last_seen.desc(), viewers.c.id).limit(limit)).mappings().all()
    topics: dict[tuple[str, str], dict[str, Mapping[str, float]]] = {}
    for row in connection.execute(select(trust)).mappings():
        tally = {"accepted": row["accepted"], "rejected": row["rejected"], "at": row["at"]}
        topics.setdefault((row["platform"], row["id"]), {})[row["topic"]] = tally
    return tuple(ViewerRow(**row, topics=topics.get((row["platform"], row["id"]), {})) for row in rows)


def waiting(connection: Connection, limit: int = 10_000) -> tuple[MissedRow, ...]:
    """Return the questions of ended shows whose askers wait for an answer, oldest show first."""
    found = (
        select(missed, shows.c.id.label("show_id"), shows.c.date)
        .join(shows, shows.c.number == missed.c.show)
        .order_by(missed.c.show, missed.c.line)
        .limit(limit)
    )
    return tuple(
        MissedRow(
            row["show"],
            row["line"],
            row["platform"],
            row["id"],
            row["name"],
            row["text"],
            row["product"],
            row["answer"],
            row["show_id"],
            row["date"],
        )
        for row in connection.execute(found).mappings()
    )


def quiet_people(connection: Connection) -> QuietPeople:
    """Return who is to be left alone, whatever else is known of them."""
    key = connection.execute(select(secrets.c.value).where(secrets.c.name == "quiet")).scalar_one()
    return QuietPeople(key, tuple(connection.execute(select(quiet.c.mark).where(quiet.c.quiet).order_by(quiet.c.mark)).scalars()))


def answer_missed(connection: Connection, number: int, line: str, answer: str) -> bool:
    """Keep what staff found out about a missed question; False if there is none."""
    changed = update(missed).values(answer=answer).where(missed.c.show == number, missed.c.line == line)
    return connection.execute(changed).rowcount == 1


def handoffs_of(connection: Connection, show_id: str) -> tuple[HandoffRow, ...]:
    """Return the people of a show who wanted a person, in the order in which they said so."""
    found = select(handoffs).join(shows, shows.c.number == handoffs.c.show).where(shows.c.id == show_id).order_by(handoffs.c.time)
    return tuple(HandoffRow(**{**row, "show": show_id}) for row in connection.execute(found).mappings())


def masters(connection: Connection, month: str, limit: int = 10) -> tuple[Master, ...]:
    """Return who helped most in the shows of a month (`2026-11`)."""
    total = func.sum(gains.c.credit)
    same = (viewers.c.platform == gains.c.platform) & (viewers.c.id == gains.c.id)
    found = (
        select(gains.c.platform, gains.c.id, viewers.c.name, total.label("credit"), func.count().label("shows"))
        .join(shows, shows.c.number == gains.c.show)
        .join(viewers, same)
        .where(shows.c.date.like(f"{month}-%"), viewers.c.quiet.is_(False))
        .group_by(gains.c.platform, gains.c.id)
        .order_by(total.desc(), gains.c.id)
        .limit(limit)
    )
    return tuple(Master(**row) for row in connection.execute(found).mappings())


def queued_awards(connection: Connection, limit: int = 100) -> tuple[AwardRow, ...]:
    """Return the coupons of which the shop's own system is still to be told, oldest first."""
    found = (
        select(awards, shows.c.id.label("show_id"))
        .join(shows, shows.c.number == awards.c.show)
        .where(awards.c.state == "queued")
        .order_by(awards.c.earned)
        .limit(limit)
    )
    return tuple(
        AwardRow(
            f"{row['show_id']}/{row['award']}",  # unlike the show's number it is another one in another store
            row["show_id"],
            *(row[key] for key in ("platform", "id", "name", "badge", "earned", "tries")),
        )
        for row in connection.execute(found).mappings()
    )


def settle_award(connection: Connection, award: str, state: str) -> None:
    """Note what became of telling the shop's own system: `sent`, `refused`, or `queued` for one more try in vain."""
    show, _, name = award.rpartition("/")
    values = {"state": state, "tries": awards.c.tries + 1}
    number = select(shows.c.number).where(shows.c.id == show).scalar_subquery()
    connection.execute(update(awards).values(values).where(awards.c.show == number, awards.c.award == name))


def known_under(connection: Connection, platform: str, name: str, room: str = "") -> Sequence[str]:
    """Return the ids of the people on a platform (in one `room` of it) who were last seen under exactly that name."""
    found = select(viewers.c.id).where(viewers.c.platform == platform, viewers.c.name == name).order_by(viewers.c.id)
    return [identity for identity in connection.execute(found).scalars() if not room or identity.startswith(f"{room}:")]


def forget_in_people(connection: Connection, platform: str, identity: str) -> None:
    """Delete all that these tables hold of a person, and take them out of what they hold of others."""
    for table in (viewers, trust, gains, missed, handoffs, awards):
        connection.execute(delete(table).where(table.c.platform == platform, table.c.id == identity))
    key = f"{platform}:{identity}"
    rows = connection.execute(select(viewers.c.platform, viewers.c.id, viewers.c.more)).all()
    for row in rows:
        more = dict(row.more)
        if key in more.get("helped", {}) or key in more.get("linked", ()):
            more["helped"] = {other: times for other, times in more.get("helped", {}).items() if other != key}
            more["linked"] = [other for other in more.get("linked", ()) if other != key]
            changed = update(viewers).values(more=more)
            connection.execute(changed.where(viewers.c.platform == row.platform, viewers.c.id == row.id))


def take_in(connection: Connection, customers: Iterable[Customer], now: float) -> tuple[int, list[tuple[Customer, str]]]:
    """Keep what the shop knows of its customers; return how many were matched, and each who was not, with why.

    By id everybody is matched, also who was never seen: they may come. By name only where exactly one known viewer has it.
    """
    matched, unmatched = 0, []
    for customer in customers:
        ids = [customer.id] if customer.id else known_under(connection, customer.platform, customer.name, customer.room)
        if len(ids) != 1:
            unmatched.append((customer, "nobody of that name was seen" if not ids else f"{len(ids)} viewers have that name"))
            continue
        _keep_customer(connection, customer, ids[0], now)
        matched += 1
    return matched, unmatched


def _keep_customer(connection: Connection, customer: Customer, identity: str, now: float) -> None:
    this = (viewers.c.platform == customer.platform, viewers.c.id == identity)
    row = connection.execute(select(viewers).where(*this)).mappings().one_or_none()
    if row is None:
        new = ViewerRow(customer.platform, identity, customer.name or identity, first_seen=now, last_seen=now)
        connection.execute(insert(viewers).values({key: getattr(new, key) for key in KEYS}))
    more = dict(row["more"]) if row is not None else {}
    if customer.products is not None:
        more["bought"] = list(customer.products)
    said = {"orders": customer.orders, "grade": customer.grade}
    connection.execute(update(viewers).where(*this).values(more=more, **{key: value for key, value in said.items() if value is not None}))
