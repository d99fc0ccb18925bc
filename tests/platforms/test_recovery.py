"""Recovery in real time over loopback: what `scripts/bench recovery` measures, one trial of each break, within the project's bounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.benches import recovery

MADE = [(make, kind) for make in recovery.sides() for kind in make().breaks]


@pytest.mark.parametrize(("make", "kind"), MADE, ids=[f"{make().name}-{kind}" for make, kind in MADE])
async def test_the_room_is_read_again_in_time(make: Callable[[], recovery.Side], kind: str) -> None:
    """After each break the room is joined again, and the next line heard, within the bound."""
    side = make()
    async with side.running():
        assert await recovery.back(side, kind) <= recovery.bound(side.name, kind)


async def test_nothing_is_told_twice_or_lost() -> None:
    """Every id that is sent again, also after a break, is handed on once; a session that moves loses no line."""
    assert await recovery.twice(500) == 0
    assert await recovery.lost_at_move(0.5) == 0


def test_the_figures_are_shown_beside_the_others() -> None:
    """Each row has livebot's figures and those of the clients of that platform; what is over its bound fails."""
    found = {"irc": {"rst": 0.05, "half_open": 11.0, "twice": 0}, "chzzk": {"rst": recovery.NEVER}}
    shown = recovery.table(found)
    assert "0.05" in shown
    assert "TwitchIO 2.10" in shown
    assert "never" in shown
    assert not recovery.within_bounds(found)
    assert recovery.within_bounds({"irc": found["irc"]})
