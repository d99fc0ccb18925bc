"""How much of a day's YouTube API quota is used, how long the rest lasts, and how often it may be asked. Knows no clock of its own.

Sources: developers.google.com/youtube/v3/determine_quota_cost; the day begins at midnight Pacific time. What other programs of the same
project use is not seen here: the day's limit is what the config says this livebot may use. What was used is told to `Kept.keep` each
time, and begins where `Kept` says, so that a restart does not take a day for a fresh one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAILY = 10_000
COSTS: Mapping[str, int] = {"find": 1, "poll": 5, "stream": 5, "write": 20}
FOR_WRITING = 0.2
PLANNED = 3 * 3600.0
SLOWEST = 20.0


def _pacific() -> tzinfo:
    try:
        return ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:  # a system without time zones: in summer the day then ends an hour late
        return timezone(timedelta(hours=-8))


_PACIFIC = _pacific()


def _nowhere(day: str, used: int) -> None:
    """Keep nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run used of which day (a date of Pacific time), and where this one's use is kept."""

    day: str = ""
    used: int = 0
    keep: Callable[[str, int], object] = _nowhere


class Quota:
    """One project's day."""

    def __init__(self, daily: int = DAILY, kept: Kept | None = None) -> None:
        kept = kept or Kept()
        self.daily = daily
        self._day, self._used, self._keep = kept.day, kept.used, kept.keep

    def take(self, what: str, wall: float) -> None:
        """Count a call (a key of `COSTS`) made at `wall` UTC seconds; failed ones count, too."""
        self._turn(wall)
        self._used += COSTS[what]
        self._keep(self._day, self._used)

    def left(self, wall: float) -> int:
        """Return the units left of the day."""
        self._turn(wall)
        return max(0, self.daily - self._used)

    def allows(self, what: str, wall: float) -> bool:
        """Whether the call can be paid; polling leaves a fifth of the day for writing."""
        kept = self.daily * FOR_WRITING if what == "poll" else 0
        return self.left(wall) - kept >= COSTS[what]

    def pause(self, wanted: float, wall: float, since: float) -> float:
        """Return the seconds to the next poll: what YouTube wants, and more where the rest would not last three hours from `since`."""
        polls = (self.left(wall) - self.daily * FOR_WRITING) / COSTS["poll"]
        ahead = since + PLANNED - wall
        return max(wanted, min(SLOWEST, ahead / polls)) if polls > 0 and ahead > 0 else wanted

    def lasts(self, pause: float, wall: float) -> float:
        """Return the seconds for which polling every `pause` seconds can go on."""
        polls = max(0.0, (self.left(wall) - self.daily * FOR_WRITING) / COSTS["poll"])
        return min(polls * pause, until_reset(wall))

    def spent(self, wall: float) -> None:
        """Note that YouTube says there is nothing left."""
        self._turn(wall)
        self._used = self.daily
        self._keep(self._day, self._used)

    def _turn(self, wall: float) -> None:
        day = datetime.fromtimestamp(wall, _PACIFIC).date().isoformat()
        if day != self._day:
            self._day, self._used = day, 0


def until_reset(wall: float) -> float:
    """Return the seconds until the next midnight Pacific time."""
    now = datetime.fromtimestamp(wall, _PACIFIC)
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), _PACIFIC)
    return midnight.timestamp() - wall
