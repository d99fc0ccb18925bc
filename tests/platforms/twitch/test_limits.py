"""Twitch's limits as sliding windows, over any pace and any restart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.platforms.twitch.limits import JoinLimit, PastSend, SendLimits

ROOMS = st.tuples(st.sampled_from(["a", "b", "c"]), st.floats(0, 3))


@given(
    wanted=st.lists(ROOMS, min_size=30, max_size=150),
    restarts=st.sets(st.integers(0, 150), max_size=3),
    privileged=st.sets(st.sampled_from("abc")),
)
def test_no_window_is_ever_exceeded(most_within, wanted, restarts, privileged):
    """At most 20 plain and 100 lines in all in any 30 s, and one a second in a plain room, over restarts as well."""
    kept: list[PastSend] = []
    limits = SendLimits(keep=kept.append)
    now = 0.0
    for number, (room, pause) in enumerate(wanted):
        if number in restarts:
            limits = SendLimits(list(kept), kept.append)
        now += pause
        now += limits.wait(room, room in privileged, now)
        limits.take(room, room in privileged, f"text {number}", now)
    assert most_within([send.at for send in kept], 30.0) <= 100
    assert most_within([send.at for send in kept if not send.privileged], 30.0) <= 20
    for room in {"a", "b", "c"} - privileged:
        assert most_within([send.at for send in kept if send.room == room], 1.0) <= 1


def test_two_hundred_wanted_at_once_leave_at_the_allowed_pace(most_within):
    """Of a flood in a plain room 20 lines leave in the first half minute, then 20 in every 32 s; as a moderator five times as many."""
    for privileged, most in ((False, 20), (True, 100)):
        limits, now, times = SendLimits(), 0.0, []
        for number in range(200):
            now += limits.wait("shop", privileged, now)
            limits.take("shop", privileged, str(number), now)
            times.append(now)
        assert most_within(times, 30.0) == most
        assert times[-1] == pytest.approx(32 * (200 // most - 1), rel=0.2)


def test_slow_mode_holds_for_plain_chatters_only():
    """In a room with slow mode the next line waits that long, unless we are moderator there."""
    limits = SendLimits()
    limits.take("shop", False, "one", 100.0)
    assert limits.wait("shop", False, 100.0, slow=120.0) == 120.0
    assert limits.wait("shop", True, 100.0, slow=120.0) == 0.0
    assert limits.wait("other", False, 100.0, slow=120.0) == 0.0


def test_the_same_text_is_a_repetition_for_half_a_minute():
    """The same text in the same room, spaces aside, is a repetition until Twitch has forgotten it; a refused one is none."""
    limits = SendLimits()
    limits.take("shop", False, "배송은  내일 ", 100.0)
    assert limits.repeats("shop", "배송은 내일", 130.0)
    assert not limits.repeats("shop", "배송은 내일", 131.0)
    assert not limits.repeats("other", "배송은 내일", 101.0)
    assert not limits.repeats("shop", "배송은 모레", 101.0)
    limits.refused()
    assert not limits.repeats("shop", "배송은 내일", 101.0)


def test_what_is_kept_holds_no_text():
    """What survives a restart tells when, where and a digest, never what was written."""
    kept: list[PastSend] = []
    SendLimits(keep=kept.append).take("shop", False, "비밀", 1.0)
    assert "비밀" not in repr(kept)
    assert SendLimits(kept).repeats("shop", "비밀", 2.0)


@given(pauses=st.lists(st.floats(0, 2), min_size=40, max_size=120), late=st.floats(0, 2))
def test_joins_keep_their_pace(most_within, pauses, late):
    """At most 20 joins in any 10 s, even when each arrives up to 2 s late."""
    limit, now, times = JoinLimit(), 0.0, []
    for number, pause in enumerate(pauses):
        now += pause
        times.append(now + limit.take(now) + (late if number % 2 else 0.0))
    assert most_within(sorted(times), 10.0) <= 20
