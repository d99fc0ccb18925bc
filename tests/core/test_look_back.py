"""Seen from the end of a show: what was hardly missed is settled, what was hardly answered waits again."""

from __future__ import annotations

from livebot.core.events import ShowEnded, ShowStarted

from .fakes import Stage


def end(stage: Stage, at: float = 100.0) -> None:
    stage.play(ShowEnded(f"end{at}", at))


def test_a_line_that_hardly_asked_is_not_left_for_following_up() -> None:
    """It is dismissed with its reason; one that was surely missed stays open."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.1?", "ann", line="m1")
    stage.chat(1.0, "size ^0.9?", "bob", line="m2")
    end(stage)
    (settled,) = stage.decisions("resolve")
    assert (settled.askers, settled.resolution, settled.reason.code) == (("m1",), "dismissed", "resolve.unasked")
    first, second = stage.show.records()
    assert (first.open, first.state) == ((), "dismissed")
    assert (second.open, second.state) == (("m2",), "open")


def test_a_faint_answer_that_was_enough_settles_its_line() -> None:
    """An answer below the bound of the show settles it at the end, under the one who gave it."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.1?", "ann", line="m1")
    stage.chat(5.0, "colour blue ~0.5!", "bob", line="a1")
    assert stage.waiting() == ["m1"]
    end(stage)
    (settled,) = stage.decisions("resolve")
    assert (settled.askers, settled.resolution, settled.recovery, settled.message) == (("m1",), "peer", "customer", "a1")
    assert settled.reason.code == "resolve.after_all"


def test_a_retracted_answer_settles_nobody_afterwards() -> None:
    """What was taken away is no answer: the line was hardly a question then."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.1?", "ann", line="m1")
    stage.chat(5.0, "colour blue ~0.5!", "bob", line="a1")
    stage.delete(6.0, "a1")
    end(stage)
    assert stage.decisions("resolve")[-1].resolution == "dismissed"


def test_a_doubtful_answer_is_left_for_following_up_and_nobody_is_blamed() -> None:
    """The line waits again; whoever answered loses nothing by it."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.6?", "ann", line="m1")
    stage.chat(5.0, "colour blue ~0.7!", "bob", line="a1")
    assert stage.waiting() == []
    before = stage.show.viewer("twitch:id-bob")
    assert before is not None
    rejected = before.rejected
    end(stage)
    (reopened,) = stage.decisions("reopen")
    assert (reopened.askers, reopened.reason.code) == (("m1",), "reopen.doubtful")
    assert stage.show.records()[0].open == ("m1",)
    after = stage.show.viewer("twitch:id-bob")
    assert after is not None and after.rejected == rejected


def test_a_sure_answer_is_doubted_by_nothing_that_came_after_it() -> None:
    """What was said surely enough stands, whatever the end makes of the line."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.6?", "ann", line="m1")
    stage.chat(5.0, "colour blue ~0.95!", "bob", line="a1")
    end(stage)
    assert not stage.decisions("reopen")


def test_what_staff_said_stands() -> None:
    """A line that staff opened again waits, and what staff answered is answered, whatever it looks like."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.1?", "ann", line="m1")
    stage.chat(1.0, "size ^0.9?", "bob", line="m2")
    stage.staff(2.0, "answered", "m1")
    stage.staff(3.0, "reopen", "m1")
    stage.staff(4.0, "answered", "m2")
    end(stage)
    assert {record.id: record.open for record in stage.show.records()} == {"m1": ("m1",), "m2": ()}


def test_a_complaint_is_followed_up_however_it_was_asked() -> None:
    """Who complains is not told from the end that nothing was asked."""
    stage = Stage()
    stage.chat(0.0, "late #complaint ^0.1?", "ann", line="m1")
    end(stage)
    assert stage.show.records()[0].open == ("m1",)


def test_a_show_is_looked_back_at_once() -> None:
    """An end that is told twice changes nothing more; a show that goes on and ends again is looked at again."""
    stage = Stage()
    stage.chat(0.0, "colour ^0.6?", "ann", line="m1")
    stage.chat(5.0, "colour blue ~0.7!", "bob", line="a1")
    end(stage, 100.0)
    end(stage, 101.0)
    assert len(stage.decisions("reopen")) == 1
    stage.play(ShowStarted("go", 110.0))
    stage.chat(111.0, "colour red ~0.7!", "cat", line="a2")
    end(stage, 120.0)
    assert len(stage.decisions("reopen")) == 2
