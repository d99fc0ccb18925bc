"""What is on air in the core's state, and a show that goes on after its end."""

from __future__ import annotations

from livebot.core.events import ProductOnAir, ShowEnded, ShowStarted

from .fakes import Stage


def test_the_state_says_why_a_product_is_on_air() -> None:
    """The newest product wins, and the state carries what showed it; a tap of staff needs no reason."""
    stage = Stage()
    stage.play(ProductOnAir("p1", 1.0, "serum", "Serum", why="obs_scene: Part 1"))
    assert stage.show.snapshot().base["on_air_why"] == "obs_scene: Part 1"
    stage.play(ProductOnAir("p2", 5.0, "cushion", "Cushion"))
    base = stage.show.snapshot().base
    assert (base["on_air"], base["on_air_since"], base["on_air_why"]) == ("cushion", 5.0, "")


def test_a_show_that_starts_again_goes_on() -> None:
    """A stream that was stopped by mistake: after the new start, what is due is due again."""
    stage = Stage()
    stage.chat(1.0, "price?", "ann")
    stage.play(ShowEnded("e1", 2.0))
    assert stage.show.next_deadline() is None
    stage.play(ShowStarted("s1", 3.0))
    assert stage.show.next_deadline() is not None
    assert stage.show.snapshot().base["ended"] is False


def test_a_stream_that_starts_within_the_show_announces_nothing() -> None:
    """The viewers are told once how helpers are named, not with each start of the stream."""
    stage = Stage()
    stage.config(0.0, ladder__mode__boost="auto")
    stage.play(ShowStarted("s1", 0.0, "2026-11-22"))
    assert [send.kind for send in stage.sends()] == ["reply", "reply"]
    stage.play(ShowEnded("e1", 50.0))
    stage.play(ShowStarted("s2", 60.0))
    assert len(stage.sends()) == 2
