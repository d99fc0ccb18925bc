"""A day's quota: what it pays for, and how long it lasts."""

from datetime import UTC, datetime

import pytest

from livebot.platforms.youtube.quota import COSTS, PLANNED, Kept, Quota, until_reset

NOON = datetime(2026, 11, 22, 20, 0, tzinfo=UTC).timestamp()  # noon in California, in winter


def test_the_day_ends_at_midnight_pacific_time():
    """In winter eight hours after UTC, in summer seven."""
    assert until_reset(NOON) == 12 * 3600
    assert until_reset(datetime(2026, 7, 1, 7, 0, 1, tzinfo=UTC).timestamp()) == pytest.approx(24 * 3600 - 1)


def test_what_is_used_comes_back_the_next_day():
    """Each call costs what YouTube says; at midnight all is there again."""
    quota = Quota(100)
    for what in COSTS:
        quota.take(what, NOON)
    assert quota.left(NOON) == 100 - sum(COSTS.values())
    assert quota.left(NOON + 12 * 3600 + 1) == 100
    quota.spent(NOON)
    assert (quota.left(NOON), quota.allows("find", NOON)) == (0, False)


def test_polling_leaves_a_fifth_for_writing():
    """When polls have used their part, lines can still be written."""
    quota = Quota(1000)
    while quota.allows("poll", NOON):
        quota.take("poll", NOON)
    assert quota.left(NOON) == 200
    assert quota.allows("write", NOON)


def test_polls_are_stretched_so_that_a_show_is_read_to_its_end():
    """With YouTube's wish of a second, ten thousand units would last half an hour: stretched, three hours."""
    quota, at, polls = Quota(), NOON, 0
    while quota.allows("poll", at):
        quota.take("poll", at)
        polls += 1
        at += quota.pause(1.0, at, NOON)
        if polls == 1000:
            assert quota.lasts(1.0, at) == pytest.approx(600.0)
    assert at - NOON >= PLANNED - 60
    assert polls == 1600


def test_a_project_with_much_quota_polls_as_youtube_wants():
    """Nothing is stretched where nothing is short, and never are polls further apart than twenty seconds by our own will."""
    assert Quota(1_000_000).pause(1.5, NOON, NOON) == 1.5
    assert Quota(100).pause(1.5, NOON, NOON) == 20.0
    assert Quota(100).pause(30.0, NOON, NOON) == 30.0


def test_a_restart_goes_on_where_the_day_was():
    """What was used is told each time; a run that begins with it has the rest of that day, and another day whole."""
    told: list[tuple[str, int]] = []
    quota = Quota(100, Kept(keep=lambda day, used: told.append((day, used))))
    quota.take("poll", NOON)
    quota.take("write", NOON + 60)
    assert told == [("2026-11-22", 5), ("2026-11-22", 25)]
    again = Quota(100, Kept(*told[-1]))
    assert again.left(NOON + 120) == 75
    assert again.left(NOON + 24 * 3600) == 100
    quota.spent(NOON + 180)
    assert Quota(100, Kept(*told[-1])).left(NOON + 240) == 0
