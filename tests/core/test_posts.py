"""How seldom the bot speaks: the budget, the gap, stop and resume, lag; and where a post goes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.core.settings import ChannelSettings, ShowSettings

from .fakes import OTHER_ROOM, ROOM, Stage, entry, person


def posted(stage: Stage) -> list[float]:
    """When the bot spoke: once a decision, however many channels it went to."""
    return sorted({send.decision: send.time for send in stage.sends()}.values())


def ask_many(stage: Stage, count: int, start: float = 0.0, apart: float = 0.1) -> None:
    """Ask different things that the FAQ knows."""
    for i in range(count):
        stage.chat(start + i * apart, f"q{i}?", f"u{i}")


def many(count: int) -> list:
    """An FAQ of as many entries."""
    return [entry(f"q{i}") for i in range(count)]


def test_posts_keep_to_the_budget_of_any_minute() -> None:
    """Ten posts due at once go out four a minute, oldest question first, none lost."""
    stage = Stage(*many(10))
    ask_many(stage, 10)
    stage.tick(600.0)
    times = posted(stage)
    assert len(times) == 10
    assert all(times[i + 4] - times[i] >= 60.0 - 1e-6 for i in range(len(times) - 4))
    assert [d.question for d in stage.decisions("post_faq")] == [r.id for r in stage.show.records()]


@settings(max_examples=25, deadline=None)
@given(
    asks=st.lists(st.tuples(st.floats(0.0, 40.0), st.integers(0, 5)), min_size=1, max_size=30),
    budget=st.integers(0, 5),
    gap=st.sampled_from([0.0, 10.0, 30.0]),
)
def test_no_minute_and_no_question_ever_gets_too_many(asks: list[tuple[float, int]], budget: int, gap: float) -> None:
    """Whatever is asked and answered when: never above the budget in a sliding minute, never two on a Question within the gap."""
    stage = Stage(*many(3), limits__posts_per_minute=budget, limits__question_gap=gap, ladder__mode__nudge="off")
    at = 0.0
    for i, (pause, what) in enumerate(asks):
        at += pause
        stage.chat(at, f"q{what}?" if i % 3 else f"q{what} fine!", f"u{i}")
    stage.tick(at + 1000.0)
    times = posted(stage)
    assert all(later - earlier >= 60.0 - 1e-6 for earlier, later in zip(times, times[budget:], strict=False)) if budget else not times
    for question in {send.question for send in stage.sends()}:
        own = sorted({s.decision: s.time for s in stage.sends() if s.question == question}.values())
        assert all(b - a >= gap - 1e-6 for a, b in pairwise(own))


def test_a_budget_of_nothing_is_silence() -> None:
    """`posts_per_minute = 0`: decided nothing, posted nothing, and nothing loops."""
    stage = Stage(*many(3), limits__posts_per_minute=0)
    ask_many(stage, 3)
    stage.tick(1000.0)
    assert not stage.sends()


def test_the_budget_counts_what_staff_posted() -> None:
    """What a person approved goes out at once and takes from the budget of the automatic posts."""
    stage = Stage(*many(5), ladder__mode__post_faq="auto")
    ask_many(stage, 4)
    for i in range(4):
        stage.staff(20.0 + i, "post_faq", stage.show.records()[i].id)
    stage.chat(1.0, "q4?", "u9")
    stage.tick(300.0)
    times = posted(stage)
    assert times[:4] == [20.0, 21.0, 22.0, 23.0]
    assert times[4] >= 80.0


def test_a_restart_does_not_refill_the_budget() -> None:
    """Posts before a restart count after it."""
    stage = Stage(*many(6), limits__posts_per_minute=2)
    ask_many(stage, 6)
    stage.tick(31.0)
    assert len(posted(stage)) == 2
    stage.restart()
    stage.tick(89.0)
    assert len(posted(stage)) == 2
    stage.tick(95.0)
    assert len(posted(stage)) == 4


# stop, resume, lag


def test_stop_silences_and_resume_goes_on() -> None:
    """After `stop` no step posts by itself; what is not a post goes on; after `resume` what is still open is posted."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.staff(10.0, "stop")
    stage.tick(100.0)
    assert not stage.sends()
    assert [d.to for d in stage.decisions("escalate")] == ["board"]
    stage.staff(101.0, "resume")
    assert [send.time for send in stage.sends()] == [101.0]


def test_what_was_answered_meanwhile_is_not_posted_after_resume() -> None:
    """Catching up is silent about what is settled."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "price?", "ann")
    stage.staff(10.0, "stop")
    stage.voice(50.0, "price 5")
    stage.staff(60.0, "resume")
    stage.tick(200.0)
    assert not stage.sends()


@pytest.mark.parametrize("action", ["approve", "boost", "post_faq"])
def test_after_stop_nothing_is_posted_any_more(action: str) -> None:
    """Stop means stop: also what staff press by mistake is not posted until `resume`."""
    stage = Stage(entry("price"), ladder__mode__boost="approve", ladder__mode__post_faq="off")
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.chat(1.0, "price fine!", "bob", line="m2")
    stage.tick(10.0)
    stage.chat(10.5, "price?", "cat")
    stage.staff(11.0, "stop")
    stage.staff(12.0, action, "m1", "m2")
    assert not stage.sends()


@pytest.mark.parametrize(("seconds", "posts"), [(5.0, 1), (5.1, 0)])
def test_lag_above_the_limit_silences(seconds: float, posts: int) -> None:
    """More than `max_lag` behind the chat: no posts until caught up."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "price?", "ann")
    stage.lag(10.0, seconds)
    stage.tick(60.0)
    assert len(stage.sends()) == posts
    stage.lag(61.0, 0.0)
    assert len(stage.sends()) == 1


def test_a_lag_notice_that_is_no_number_is_passed_over() -> None:
    """A platform may have a notice of that name."""
    from livebot.core.events import Notice

    stage = Stage()
    stage.play(Notice("n", 1.0, ROOM, "lag", "very"))


# where a post goes


def test_a_post_goes_to_every_channel_where_somebody_waits() -> None:
    """One decision, one Send a channel, each a reply to that channel's newest asker, counted once."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.chat(1.0, "price?", "bob", line="m2", channel=OTHER_ROOM)
    stage.chat(2.0, "price?", "cat", line="m3", channel=OTHER_ROOM)
    stage.tick(31.0)
    assert {(send.channel, send.reply_to) for send in stage.sends()} == {(ROOM, "m1"), (OTHER_ROOM, "m3")}
    assert len(posted(stage)) == 1


def test_nothing_is_posted_where_livebot_may_not_write() -> None:
    """A channel without `send`, and one that is not configured, is read only."""
    closed = ShowSettings(channels=(ChannelSettings(ROOM, can_send=False),))
    for channel in (ROOM, "twitch:elsewhere"):
        stage = Stage(entry("price"), base=closed)
        stage.chat(0.0, "price?", "ann", channel=channel)
        stage.tick(40.0)
        assert stage.decisions("post_faq") and not stage.sends()


def test_a_post_keeps_to_the_channels_length_and_language() -> None:
    """Each channel's `max_length` and `lang` shape its own text."""
    rooms = (ChannelSettings(ROOM, True, max_length=20, lang="ko"), ChannelSettings(OTHER_ROOM, True, max_length=500))
    stage = Stage(entry("price"), base=ShowSettings(channels=rooms))
    stage.chat(0.0, "price?", "ann")
    stage.chat(1.0, "price?", "bob", channel=OTHER_ROOM)
    stage.tick(31.0)
    texts = {send.channel: send.text for send in stage.sends()}
    assert len(texts[ROOM]) == 20 and " ko" in texts[ROOM]
    assert " en: " in texts[OTHER_ROOM]


def test_a_post_expires_and_has_a_place_in_the_queue() -> None:
    """Answers go before nudges, and each is worth something only for a while after its time."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "hello", person("uma", "subscriber", months=12))
    stage.chat(1.0, "size?", "ann")
    stage.chat(2.0, "price?", "bob")
    stage.tick(200.0)
    nudge, post = stage.sends("nudge")[0], stage.sends("post_faq")[0]
    assert post.priority > nudge.priority
    assert all(send.expires > send.time for send in stage.sends())


def test_the_bots_own_line_is_read_as_the_bots() -> None:
    """What the bot said comes back through the chat, from its own account or a bridge's: it is no viewer's answer."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.tick(30.0)
    text = stage.sends()[0].text
    stage.chat(31.0, text, "livebot", line="echo")
    stage.chat(32.0, "price 5!", person("robot", "bot"), line="robot")
    for line in ("echo", "robot"):
        assert (stage.readings()[line].kind, stage.readings()[line].also) == ("other", ("bot",))
    assert stage.waiting() == ["m1"]


def test_the_budget_counts_an_answer_once() -> None:
    """Two channels, one answer on each: no viewer sees more than the budget, and a simulcast says no less than one channel alone."""
    stage = Stage(*many(6), limits__posts_per_minute=4)
    for i in range(6):
        stage.chat(i * 0.1, f"q{i}?", "ann")
        stage.chat(i * 0.1 + 0.05, f"q{i}?", "bob", channel=OTHER_ROOM)
    stage.tick(60.0)
    assert [send.channel for send in stage.sends()] == [ROOM, OTHER_ROOM] * 4
