"""The `regulars` and `missed` commands: who comes again, what the shop knows of them, what they are still to be told."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TypeVar, get_args

from livebot.config import ChannelSection, Config, load_config
from livebot.core.questions import Regular, Viewer
from livebot.core.settings import People
from livebot.core.snapshot import from_plain
from livebot.core.trust import trust_of
from livebot.errors import UserError
from livebot.lang.masking import mask
from livebot.lang.wordings import Wordings
from livebot.runtime.closing import printable
from livebot.runtime.commands import entries_of
from livebot.runtime.faq import refused
from livebot.runtime.keeper import held
from livebot.runtime.masked import public_of
from livebot.store.people import starting_state
from livebot.store.records import ViewerRow
from livebot.store.regular_files import load_customers
from livebot.store.store import Store

T = TypeVar("T")
MOST = 1_000_000
PLATFORMS = frozenset(get_args(ChannelSection.model_fields["platform"].annotation))
RELAYS = frozenset({"bridge", "ssn", "restream"})


def import_regulars(file: Path, config_path: Path | None, skip_bad: bool) -> None:
    """Take the shop's customers into the store; whom no viewer is known to be is told, never guessed."""
    customers, problems = load_customers(file, PLATFORMS, RELAYS)
    for problem in problems:
        print(problem)
    if problems and not skip_bad:
        raise refused(len(problems), file)
    matched, unmatched = _in_store(config_path, lambda store: store.take_in(customers), writes=True)
    for customer, why in unmatched:
        print(f"{file}:{customer.row}: {printable(customer.name)}: {why}")
    print(f"{matched} matched, {len(unmatched)} not matched, of {len(customers)} rows in {file}")


def list_regulars(config_path: Path | None, limit: int) -> None:
    """Print the people with standing, the most trusted first."""
    config, _ = load_config(config_path)
    people = config.show_settings().people
    known = [(viewer, _viewer(viewer)) for viewer in _in_store(config_path, lambda store: store.viewers(MOST))]
    ranked = sorted(known, key=lambda pair: (-trust_of([pair[1]], people, 0.0).value, pair[0].key))
    for row, viewer in ranked[:limit]:
        trust = trust_of([viewer], people, 0.0)
        quiet = "  wants to be left alone" if row.quiet else ""
        print(
            f"{trust.value:.2f}  {row.key}  {printable(row.name)}  {row.visits} visits, {trust.orders} orders {row.grade}{quiet}".rstrip()
        )
    if not known:
        print("nobody is known yet")


def show_regular(who: str, config_path: Path | None) -> None:
    """Print all that is kept of a person over shows, and the sum of their trust in words."""
    config, _ = load_config(config_path)
    row = next((row for row in _in_store(config_path, lambda store: store.viewers(MOST)) if row.key == who), None)
    if row is None:
        raise UserError(f"nobody is known as {who!r}", "", "Give platform:id as `livebot regulars list` prints it.")
    viewer, people = _viewer(row), config.show_settings().people
    print(f"{row.key}  {printable(row.name)}  {row.grade}".rstrip())
    print(Wordings().reason(trust_of([viewer], people, 0.0).reason(), config.show.language))
    for topic, value in _by_topic(viewer, people):
        print(f"  {topic or '-'}: {value:.2f}")
    regular = viewer.regular or Regular()
    for label, values in (("bought", regular.bought), ("badges", regular.badges), ("other accounts", regular.linked)):
        if values:
            print(f"{label}: {', '.join(map(printable, values))}")
    print(f"seen {_day(row.first_seen)} to {_day(row.last_seen)}{', wants to be left alone' if row.quiet else ''}")


def forget_regular(who: str, config_path: Path | None) -> None:
    """Delete a person, by all their accounts, from every table; while a show runs the desk or `!삭제` does it."""
    platform, colon, identity = who.partition(":")
    if not colon or not platform or not identity:
        raise UserError(f"{who!r} is nobody", "", "Give platform:id as `livebot regulars list` prints it.")
    row = next((row for row in _in_store(config_path, lambda store: store.viewers(MOST)) if row.key == who), None)
    accounts = [who, *(row.more.get("linked", ()) if row else ())]
    lines = _in_store(config_path, lambda store: _forget_all(store, accounts), writes=True)
    if row is None and not lines:
        raise UserError(f"nobody is known as {who!r}", "", "Give platform:id as `livebot regulars list` prints it.")
    print(f"{', '.join(accounts)} {'is' if len(accounts) == 1 else 'are'} deleted; {lines} lines were emptied")
    if row is not None and row.quiet:
        print("a mark stays not to ask or name them again, which shows no name and no account")


async def _forget_all(store: Store, accounts: Sequence[str]) -> int:
    """Delete a person by all their accounts; return how many lines these had."""
    halves = [account.partition(":") for account in accounts]
    return sum([await store.forget_person(platform, identity) for platform, _, identity in halves])


def list_masters(month: str, config_path: Path | None) -> None:
    """Print who helped most in the shows of a month."""
    month = month or f"{datetime.date.today():%Y-%m}"
    masters = _in_store(config_path, lambda store: store.masters(month))
    for place, master in enumerate(masters, 1):
        print(f"{place}. {printable(master.name)}  {master.credit:g} points in {master.shows} shows  ({master.platform}:{master.id})")
    if not masters:
        print(f"nobody helped in {month}")


def list_missed(config_path: Path | None) -> None:
    """Print the questions that nobody answered, with what staff found out since."""
    rows = _in_store(config_path, lambda store: store.missed())
    for row in rows:
        answer = f" → {printable(row.answer)}" if row.answer else ""
        print(f"{row.number}/{row.line}  {row.show}  {printable(row.name)}: {printable(row.text)}{answer}")
    if not rows:
        print("nobody waits for an answer")


def answer_missed(which: str, text: str, config_path: Path | None) -> None:
    """Keep an answer; its asker is told when they come again."""
    number, _, line = which.partition("/")
    if not number.isdigit() or not text.strip():
        raise UserError("a question and an answer are needed", "", "Give a question as `livebot missed list` prints it, and a text.")
    config, _ = load_config(config_path)
    answer = mask(text.strip(), public_of(entries_of(config, None)))
    if not _in_store(config_path, lambda store: store.answer_missed(int(number), line, answer), writes=True):
        raise UserError(f"no such question: {which}", "", "See `livebot missed list`; its asker may have been told already.")
    print("kept; its asker is told at their next visit")


def _viewer(row: ViewerRow) -> Viewer:
    """Return a person as the core would see them in a show that began now."""
    return from_plain(Viewer, starting_state([row], time.time()).base["viewers"][row.key])


def _by_topic(viewer: Viewer, people: People) -> list[tuple[str, float]]:
    topics = viewer.regular.tallies if viewer.regular else {}
    return [(topic, trust_of([viewer], people, 0.0, [topic]).value) for topic in sorted(topics)]


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


def _in_store(config_path: Path | None, use: Callable[[Store], Awaitable[T]], *, writes: bool = False) -> T:
    """Use the config's store; what `writes` may not run beside a show, which would write over it at its end."""
    config, _ = load_config(config_path)
    return asyncio.run(_use(_file_of(config), use, writes))


def _file_of(config: Config) -> Path:
    if config.store.file is None:
        raise UserError("nothing is kept: there is no store", "[store] file", "Name a file in the config's [store].")
    return config.store.file


async def _use(path: Path, use: Callable[[Store], Awaitable[T]], writes: bool) -> T:
    store = await Store.open(str(path))
    try:
        with held(path) if writes else nullcontext():
            return await use(store)
    finally:
        await store.close()
