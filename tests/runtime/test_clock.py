"""The show's clock: seconds since the start, at any speed, whatever is done to the wall clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from livebot.runtime.clock import ShowClock


@dataclass
class Hands:
    """A wall clock and a monotonic one that are moved by hand."""

    wall: float = 1_790_000_000.0
    ticking: float = 500.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.ticking += seconds


@pytest.fixture
def hands() -> Hands:
    return Hands()


def clock_of(hands: Hands, started: float | None = None, speed: float = 1.0) -> ShowClock:
    return ShowClock(started, speed, wall=lambda: hands.wall, monotonic=lambda: hands.ticking)


def test_a_new_show_starts_at_nought(hands: Hands) -> None:
    """And counts seconds to the millisecond."""
    clock = clock_of(hands)
    assert (clock.now(), clock.started) == (0.0, hands.wall)
    hands.pass_by(12.34567)
    assert clock.now() == 12.346


@pytest.mark.parametrize(("ago", "now"), [(90.0, 90.0), (-30.0, -30.0)])
def test_a_show_that_is_gone_on_with_keeps_its_start(hands: Hands, ago: float, now: float) -> None:
    """Also one that is announced for later: its time is negative."""
    assert clock_of(hands, hands.wall - ago).now() == now


def test_a_changed_wall_clock_moves_nothing(hands: Hands) -> None:
    """Summer time, a time server, an operator."""
    clock = clock_of(hands)
    hands.wall += 3600.0
    assert clock.now() == 0.0
    hands.pass_by(5.0)
    assert clock.now() == 5.0


def test_a_faster_show(hands: Hands) -> None:
    """Ten seconds of show in one of the world; what is waited for comes sooner."""
    clock = clock_of(hands, speed=10.0)
    assert clock.until(50.0) == 5.0
    hands.pass_by(1.0)
    assert (clock.now(), clock.until(50.0), clock.until(5.0)) == (10.0, 4.0, 0.0)


async def test_sleeping_until_a_time_that_is_past_returns_at_once(hands: Hands) -> None:
    """It does not wait for the next day."""
    await asyncio.wait_for(clock_of(hands).sleep_until(-5.0), 1.0)
