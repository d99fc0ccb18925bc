"""Which show a start goes on with: the last of its name, if it was written to lately and did not end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from livebot.core.events import ChatMessage
from livebot.errors import UserError
from livebot.runtime.keeper import StoreKeeper, held, open_show
from livebot.store.store import Store

from ..core.fakes import person
from .conftest import START, Hands, engine


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def store(tmp_path: Path, hands: Hands) -> AsyncIterator[Store]:
    opened = await Store.open(str(tmp_path / "livebot.db"), clock=lambda: START + hands.seconds)
    yield opened
    await opened.close()


async def begun(store: Store, hands: Hands, name: str = "friday") -> StoreKeeper:
    """Begin a show in which one person wrote a line."""
    opened = await open_show(store, name, "2026-11-22", 1800.0, lambda: START + hands.seconds)
    keeper = StoreKeeper(store, opened.show)
    show = engine().show
    event = ChatMessage(f"m-{name}-{hands.seconds}", 10.0, "twitch:shop", person("ann", "subscriber", months=7), "price?")
    keeper.put(event, show.handle(event, event.time))
    keeper.put_snapshot(show.snapshot)
    await store.flush()
    return keeper


async def test_a_first_start_begins_a_show(store: Store, hands: Hands) -> None:
    """Named, dated, with nothing to go on with."""
    opened = await open_show(store, "friday", "2026-11-22", 1800.0, lambda: START)
    assert (opened.show.name, opened.show.date, opened.show.started, opened.resume) == ("friday", "2026-11-22", START, None)


@pytest.mark.parametrize(("later", "goes_on"), [(60.0, True), (1810.0, True), (1811.0, False)])
async def test_a_start_soon_after_goes_on(tmp_path: Path, hands: Hands, later: float, goes_on: bool) -> None:
    """Counted from the last line, not from the start of the show."""
    file = str(tmp_path / "livebot.db")
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    await begun(store, hands)
    await store.close()
    hands.seconds = later
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    opened = await open_show(store, "friday", "2026-11-22", 1800.0, lambda: START + hands.seconds)
    assert (opened.resume is not None) is goes_on
    assert [show.ended is None for show in await store.shows()] == ([True] if goes_on else [True, False])
    await store.close()


async def test_another_shows_name_is_another_show(tmp_path: Path, hands: Hands) -> None:
    """Two shows may run one after the other from one store."""
    file = str(tmp_path / "livebot.db")
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    await begun(store, hands, "friday")
    await store.close()
    hands.seconds = 60.0
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    opened = await open_show(store, "sunday", "2026-11-22", 1800.0, lambda: START + hands.seconds)
    assert (opened.show.name, opened.resume) == ("sunday", None)
    await store.close()


async def test_regulars_come_back_with_their_standing(tmp_path: Path, hands: Hands) -> None:
    """What a show ended with is what the next one starts with."""
    file = str(tmp_path / "livebot.db")
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    keeper = await begun(store, hands)
    keeper.close()
    await store.flush()
    await store.close()
    hands.seconds = 86_400.0
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    opened = await open_show(store, "saturday", "2026-11-23", 1800.0, lambda: START + hands.seconds)
    viewer = engine(state=opened.state).show.viewer("twitch:id-ann")
    assert viewer is not None and (viewer.name, viewer.months, viewer.visits) == ("ann", 7, 1)
    await store.close()


def test_a_second_livebot_with_the_same_store_is_refused(tmp_path: Path) -> None:
    """It would go on with the same show; once the first is gone it may."""
    file = tmp_path / "livebot.db"
    with held(file), pytest.raises(UserError, match="another livebot"), held(file):
        pass
    with held(file):
        pass


async def test_a_show_broken_off_before_its_first_snapshot_knows_its_people(tmp_path: Path, hands: Hands) -> None:
    """Its regulars, and whoever wants to be left alone: also who said so in its first seconds and was deleted."""
    file = str(tmp_path / "livebot.db")
    store = await Store.open(file, clock=lambda: START + hands.seconds)
    (await begun(store, hands)).close()
    await store.flush()
    opened = await open_show(store, "sunday", "2026-11-23", 0.0, lambda: START + hands.seconds)
    keeper, show = StoreKeeper(store, opened.show), engine(state=opened.state).show
    for at, text in ((1.0, "!stop"), (2.0, "!deleteme")):
        event = ChatMessage(f"s{at}", at, "twitch:shop", person("bob"), text)
        keeper.put(event, show.handle(event, at))
    await keeper.forget([("twitch", "id-bob")])
    await store.close()

    store = await Store.open(file, clock=lambda: START + hands.seconds)
    again = await open_show(store, "sunday", "2026-11-23", 1800.0, lambda: START + hands.seconds)
    assert again.resume is not None and again.resume.state is None
    resumed = engine(state=again.state).show
    assert resumed.viewer("twitch:id-ann") is not None
    resumed.handle(ChatMessage("s9", 9.0, "twitch:shop", person("bob"), "hello"), 9.0)
    bob = resumed.viewer("twitch:id-bob")
    assert bob is not None and bob.quiet
    await store.close()
