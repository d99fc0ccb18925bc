"""Posts that wait to be written do not go out once whom they name or what they quote is gone; what still answers somebody is said anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from livebot.core.decisions import Cancel, Send

from .fakes import OTHER_ROOM, Stage, entry, person

OFTEN = {"limits__viewer_gap": 0.0, "limits__replies_per_minute": 60, "limits__question_gap": 0.0, "limits__posts_per_minute": 60}
Gone = Callable[[Stage, float, str, str], None]


def by_delete(stage: Stage, at: float, who: str, line: str) -> None:
    """Their line is deleted."""
    stage.delete(at, line)


def by_ban(stage: Stage, at: float, who: str, line: str) -> None:
    """They are banned."""
    stage.ban(at, who)


def by_deleteme(stage: Stage, at: float, who: str, line: str) -> None:
    """They want to be forgotten."""
    stage.chat(at, "!deleteme", who)


def by_stop(stage: Stage, at: float, who: str, line: str) -> None:
    """They do not want to be named."""
    stage.chat(at, "!stop", who)


def by_staff(stage: Stage, at: float, who: str, line: str) -> None:
    """Staff delete them."""
    stage.staff(at, "forget", viewer=f"twitch:id-{who}")


WAYS = [by_delete, by_ban, by_deleteme, by_stop, by_staff]


def waiting_posts(stage: Stage) -> list[Send]:
    """What the outbox would still post: everything wanted whose decision was not cancelled after it."""
    left: list[Send] = []
    for outcome in stage.said:
        if isinstance(outcome, Cancel):
            left = [send for send in left if send.decision != outcome.decision]
        elif isinstance(outcome, Send):
            left.append(outcome)
    return left


def told_dropped(stage: Stage, at: float) -> None:
    """The outbox tells that every post that was taken back did not go out."""
    for send in stage.sends():
        if send not in waiting_posts(stage) and stage.show.is_taken_back(send.id):
            stage.sent(at, send, "dropped")


@pytest.mark.parametrize("gone", WAYS)
def test_a_boost_that_waits_does_not_name_who_is_gone(gone: Gone) -> None:
    """Deleted, banned, opted out: their answer stays in the queue for nobody, and is not said anew."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "colour?", "ann", line="q")
    stage.chat(1.0, "colour blue!", "bob", line="a")
    stage.tick(20.0)
    assert [send.kind for send in waiting_posts(stage)] == ["boost"]
    gone(stage, 21.0, "bob", "a")
    told_dropped(stage, 22.0)
    stage.tick(23.0)
    assert not any("bob" in send.text or "blue" in send.text for send in waiting_posts(stage) if "stop" not in send.text)


@pytest.mark.parametrize("gone", [by_delete, by_ban, by_deleteme, by_staff])
def test_what_only_quoted_who_is_gone_is_said_anew_without(gone: Gone) -> None:
    """The FAQ's answer for two goes to the other one, in the other's words."""
    stage = Stage(entry("price"), **OFTEN)
    stage.chat(0.0, "price secret?", "ann", line="q1")
    stage.chat(1.0, "price please?", "cat", line="q2")
    stage.tick(40.0)
    (first,) = stage.sends("post_faq")
    assert "secret" in first.text
    gone(stage, 41.0, "ann", "q1")
    assert first not in waiting_posts(stage)
    told_dropped(stage, 42.0)
    (again,) = [send for send in waiting_posts(stage) if send.kind == "post_faq"]
    assert "secret" not in again.text and "price please?" in again.text and again.reply_to == "q2"
    stage.sent(43.0, again)
    assert stage.state_of("q2") == "answered"


def test_a_post_that_may_be_out_is_not_said_again() -> None:
    """Taken back on its way, nobody knows: better once than twice."""
    stage = Stage(entry("price"), **OFTEN)
    stage.chat(0.0, "price secret?", "ann", line="q1")
    stage.chat(1.0, "price please?", "cat", line="q2")
    stage.tick(40.0)
    (first,) = stage.sends("post_faq")
    stage.delete(41.0, "q1")
    stage.sent(42.0, first, "unknown")
    assert stage.sends("post_faq") == [first]


def test_a_boost_is_said_anew_where_only_the_question_is_gone() -> None:
    """The answer of one viewer for two askers, after the first one's line was deleted."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "colour secret?", "ann", line="q1")
    stage.chat(1.0, "colour please?", "cat", line="q2")
    stage.chat(2.0, "colour blue!", "bob", line="a")
    stage.tick(20.0)
    stage.delete(21.0, "q1")
    told_dropped(stage, 22.0)
    (boost,) = [send for send in waiting_posts(stage) if send.kind == "boost"]
    assert "bob" in boost.text and "blue" in boost.text and "secret" not in boost.text
    assert len(stage.decisions("boost")) == 1


def test_a_deleted_question_alone_is_answered_to_nobody() -> None:
    """Nobody is left who asked."""
    stage = Stage(entry("price"), **OFTEN)
    stage.chat(0.0, "price?", "ann", line="q1")
    stage.tick(40.0)
    stage.delete(41.0, "q1")
    told_dropped(stage, 42.0)
    assert waiting_posts(stage) == []


@pytest.mark.parametrize("gone", [by_ban, by_deleteme, by_stop, by_staff])
def test_nudge_thanks_and_replies_do_not_name_who_is_gone(gone: Gone) -> None:
    """Whatever kind of post: asked for help, thanked, listed as a helper, told where their question stands."""
    stage = Stage(**OFTEN, limits__thanks_gap=0.0)
    stage.chat(0.0, "colour?", "ann", line="q")
    stage.chat(1.0, "colour blue!", person("bob", "subscriber", months=12), line="a")
    stage.chat(2.0, "thanks", "ann")
    stage.chat(30.0, "!helpers", "cat")
    stage.chat(31.0, "size?", "dan")
    stage.chat(32.0, "!myq", "bob")
    stage.tick(60.0)
    kinds = {send.kind for send in waiting_posts(stage) if "bob" in send.text}
    assert {"nudge", "thank", "reply", "boost"} <= kinds
    gone(stage, 61.0, "bob", "a")
    told_dropped(stage, 62.0)
    assert [send.text for send in waiting_posts(stage) if "bob" in send.text and " stop " not in send.text] == []


def test_the_thanks_at_the_end_go_to_those_who_are_left() -> None:
    """One of two helpers opts out while the line waits: it is said anew for the other, on each channel."""
    stage = Stage(**OFTEN)
    for at, who in ((0.0, "bob"), (10.0, "eve")):
        stage.chat(at, f"colour{who}?", f"for{who}")
        stage.chat(at + 1, f"colour{who} blue!", who)
        stage.chat(at + 2, "thanks", f"for{who}")
    stage.staff(20.0, "thank_all")
    stage.chat(21.0, "!stop", "bob")
    told_dropped(stage, 22.0)
    last = [send for send in waiting_posts(stage) if "thank_all" in send.text]
    assert {send.channel for send in last} == {"twitch:shop", OTHER_ROOM}
    assert all("eve" in send.text and "bob" not in send.text for send in last)


def test_another_persons_words_that_name_who_is_gone_do_not_go_out() -> None:
    """A question that calls them by name, and staff's own words on them, are taken back with the person."""
    stage = Stage(entry("price"), **OFTEN, ladder__mode__boost="off")
    stage.chat(0.0, "hello", "moonbear", line="m")
    stage.chat(1.0, "price moonbear?", "ann", line="q")
    stage.chat(2.0, "size?", "cat", line="q2")
    stage.staff(3.0, "post_faq", "q2", text="ask moonbear")
    stage.tick(40.0)
    assert all("moonbear" in send.text for send in waiting_posts(stage)) and len(waiting_posts(stage)) == 2
    stage.chat(41.0, "!deleteme", "moonbear")
    told_dropped(stage, 42.0)
    left = waiting_posts(stage)
    assert not any("moonbear" in send.text for send in left)
    assert [send.kind for send in left if send.question == "q"] == ["post_faq"]
    assert "moonbear" not in str(stage.show.snapshot())


def test_staff_words_made_of_a_deleted_answer_are_not_said_anew() -> None:
    """They wrote it over, but it was the viewer's."""
    stage = Stage(**OFTEN, ladder__mode__boost="approve")
    stage.chat(0.0, "colour?", "ann", line="q")
    stage.chat(1.0, "colour blue!", "bob", line="a")
    stage.tick(20.0)
    stage.staff(21.0, "boost", "q", "a", text="a deep blue")
    assert len(waiting_posts(stage)) == 1
    stage.delete(22.0, "a")
    told_dropped(stage, 23.0)
    assert waiting_posts(stage) == []


@pytest.mark.parametrize("gone", [by_ban, by_deleteme, by_stop, by_staff])
def test_what_was_held_for_approval_names_nobody_who_is_gone(gone: Gone) -> None:
    """Staff approve thanks, nudge and boost after the person went: nothing with their name comes of it."""
    stage = Stage(**OFTEN, **{f"ladder__mode__{step}": "approve" for step in ("boost", "nudge", "thank")})
    stage.chat(0.0, "colour?", "ann", line="q")
    stage.chat(1.0, "colour blue!", person("bob", "subscriber", months=12), line="a")
    stage.chat(2.0, "thanks", "ann")
    stage.chat(31.0, "size?", "dan", line="q2")
    stage.tick(60.0)
    held = [decision for decision in stage.decisions("boost", "nudge", "thank") if decision.held]
    assert {decision.kind for decision in held} == {"boost", "nudge", "thank"}
    gone(stage, 61.0, "bob", "a")
    before = len(stage.sends())
    for decision in held:
        stage.staff(62.0, "approve", decision.question, decision.message, decision=decision.id)
    said = stage.sends()[before:]
    assert not any("bob" in send.text or send.kind in ("nudge", "thank") for send in said)


def test_a_banned_helper_is_named_and_asked_no_more_until_they_write_again() -> None:
    """A time-out ends: whoever can write is no longer banned."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "colour?", "ann", line="q")
    stage.chat(1.0, "colour blue!", "bob", line="a")
    stage.chat(2.0, "thanks", "ann")
    stage.ban(3.0, "bob")
    assert [helper.quiet for helper in stage.show.helpers()] == [True]
    stage.chat(4.0, "size?", "dan", line="q2")
    stage.tick(40.0)
    assert not stage.sends("nudge")
    stage.chat(41.0, "I am back", "bob")
    assert [helper.quiet for helper in stage.show.helpers()] == [False]


def test_what_was_taken_back_is_so_after_a_restart() -> None:
    """The outbox of the next run asks before it posts what the last one left."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "colour?", "ann", line="q")
    stage.chat(1.0, "colour blue!", "bob", line="a")
    stage.tick(20.0)
    (send,) = stage.sends("boost")
    assert not stage.show.is_taken_back(send.id)
    stage.delete(21.0, "a")
    stage.restart()
    assert stage.show.is_taken_back(send.id)


def test_a_correction_goes_where_the_answer_was_said() -> None:
    """Also where the asker's own line is gone by then; and once more without the question, where that goes while it waits."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "colour secret?", "ann", line="q")
    stage.chat(1.0, "colour blue!", "bob", line="a")
    stage.tick(20.0)
    (boost,) = stage.sends("boost")
    stage.sent(21.0, boost)
    stage.delete(22.0, "a")
    (correction,) = stage.sends("retract")
    stage.delete(23.0, "q")
    stage.sent(24.0, correction, "dropped")
    (again,) = [send for send in waiting_posts(stage) if send.kind == "retract"]
    assert again.channel == boost.channel and "secret" not in again.text
    other = Stage(**OFTEN)
    other.chat(0.0, "colour?", "ann", line="q")
    other.chat(1.0, "colour blue!", "bob", line="a")
    other.tick(20.0)
    other.sent(21.0, other.sends("boost")[0])
    other.delete(22.0, "q")
    other.ban(23.0, "bob")
    assert [send.channel for send in other.sends("retract")] == [boost.channel]
