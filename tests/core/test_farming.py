"""Farming in a simulation: what friends, copiers and raids gain, beside what an honest helper gains in as many answers."""

from __future__ import annotations

import pytest

from livebot.core.show import ShowState

from .fakes import Stage, entry

ANSWERS = 300
AUDIENCE = 120
SHARE = 0.05


def stage_of(known: int = AUDIENCE) -> Stage:
    """A show of which `known` viewers were seen before; boosts and posts are out of the way."""
    off = {f"ladder__mode__{step}": "off" for step in ("boost", "nudge", "suggest", "post_faq", "board", "escalate", "thank", "reply")}
    stage = Stage(entry("faq", "faq 5!"), **off)
    names = [*(f"fan{i}" for i in range(known)), "helper", "ann", "bob"]
    viewers = {f"twitch:id-{name}": {"name": name, "first": -1e6, "last": -1e5, "visits": 2} for name in names}
    stage._begin(ShowState(0, {"viewers": viewers}, ()))
    return stage


def asked_and_thanked(stage: Stage, i: int, asker: str, helper: str, subject: str = "") -> None:
    """Somebody asks, a helper answers, the asker gives thanks."""
    at, word = 10.0 * i, subject or f"thing{i}"
    stage.chat(at, f"{word}?", asker)
    stage.chat(at + 2.0, f"{word} blue!", helper)
    stage.chat(at + 4.0, "thanks", asker)


def credit(stage: Stage, *names: str) -> float:
    """What these viewers gained in the show."""
    viewers = [stage.show.viewer(f"twitch:id-{name}") for name in names]
    return sum(viewer.regular.credit for viewer in viewers if viewer and viewer.regular)


@pytest.fixture(scope="module")
def honest() -> float:
    """What `ANSWERS` answers to an audience of `AUDIENCE` bring, each thanked for."""
    stage = stage_of()
    for i in range(ANSWERS):
        asked_and_thanked(stage, i, f"fan{i % AUDIENCE}", "helper")
    gained = credit(stage, "helper")
    assert gained > AUDIENCE
    return gained


def share(name: str, gained: float, honest: float) -> None:
    """Print what a way of farming brings, and hold it to the bound."""
    print(f"{name}: {gained:.2f} of {honest:.2f} = {gained / honest:.1%}")
    assert gained < SHARE * honest


def test_two_friends_who_help_each_other_gain_next_to_nothing(honest: float) -> None:
    """However often they ask, answer and thank each other in turn: two whole answers between them, for ever."""
    stage = stage_of()
    for i in range(ANSWERS):
        asked_and_thanked(stage, i, *(("ann", "bob") if i % 2 else ("bob", "ann")))
    share("two friends", credit(stage, "ann", "bob"), honest)


def test_what_friends_gave_each_other_is_remembered_over_shows(honest: float) -> None:
    """A new show is no new beginning for a pair."""
    stage, gained = stage_of(), 0.0
    for _ in range(10):
        before = credit(stage, "ann", "bob")
        for i in range(10):
            asked_and_thanked(stage, i, *(("ann", "bob") if i % 2 else ("bob", "ann")))
        gained += credit(stage, "ann", "bob") - before
        viewers = stage.show.snapshot().base["viewers"]
        stage._begin(ShowState(0, {"viewers": viewers}, ()))
    share("two friends over ten shows", gained, honest)


def test_friends_gain_no_more_by_what_the_faq_says(honest: float) -> None:
    """Asking each other for what the FAQ has does not make them useful to anybody."""
    stage = stage_of()
    for i in range(ANSWERS):
        at = 10.0 * i
        stage.chat(at, "faq?", "ann", line=f"q{i}")
        stage.chat(at + 2.0, "faq 5!", "bob")
    share("two friends with the FAQ", credit(stage, "ann", "bob"), honest)


def test_a_raid_of_new_accounts_lifts_nobody(honest: float) -> None:
    """Hundreds of accounts that came a moment ago, each asking and thanking one ringleader."""
    stage = stage_of()
    for i in range(ANSWERS):
        asked_and_thanked(stage, i, f"new{i}", "ann")
    share("a raid that thanks", credit(stage, "ann"), honest)


def test_a_raid_that_answers_gains_nothing(honest: float) -> None:
    """Three hundred new accounts give the same answer to one open question (H084): nobody gains, nothing is settled."""
    stage = stage_of()
    stage.chat(0.0, "price?", "fan0", line="q")
    for i in range(300):
        stage.chat(1.0 + 0.2 * i, "price 0!", f"new{i}")
    assert stage.waiting() == ["q"] and not stage.decisions("boost")
    share("a raid that answers", credit(stage, *(f"new{i}" for i in range(300))), honest)


def test_who_repeats_what_others_said_gains_nothing(honest: float) -> None:
    """A flood of copies of right answers, a second after the helper's."""
    stage = stage_of()
    for i in range(ANSWERS):
        at = 10.0 * i
        stage.chat(at, f"thing{i}?", f"fan{i % AUDIENCE}")
        stage.chat(at + 2.0, f"thing{i} 5!", "helper")
        stage.chat(at + 3.0, f"thing{i} 5!", "bob")
        stage.voice(at + 5.0, f"thing{i} 5")
    assert credit(stage, "helper") > AUDIENCE
    share("a copier", credit(stage, "bob"), honest)


def test_a_flood_of_answers_to_everything_lowers_trust() -> None:
    """Somebody who answers all questions at random is found out by the host."""
    stage = stage_of()
    before = stage.show.trust("twitch:id-bob").value
    for i in range(30):
        at = 10.0 * i
        stage.chat(at, f"thing{i}?", f"fan{i}")
        stage.chat(at + 1.0, f"thing{i} 7!", "bob")
        stage.voice(at + 5.0, f"thing{i} 5")
    after = stage.show.trust("twitch:id-bob")
    assert credit(stage, "bob") == 0.0
    assert after.value < before / 2 and after.rejected == pytest.approx(30.0, rel=0.01)


def test_an_honest_helper_of_many_newcomers_still_gains() -> None:
    """The near miss: in a first show everybody is new, and helping them counts."""
    stage = stage_of()
    for i in range(20):
        asked_and_thanked(stage, i, f"new{i}", "helper")
    assert credit(stage, "helper") > 3.0


def test_a_ring_of_three_gains_next_to_nothing(honest: float) -> None:
    """Each answers the next one in turn, so that no two of them ever help each other back."""
    stage = stage_of()
    ring = ("helper", "ann", "bob")
    for i in range(ANSWERS):
        asked_and_thanked(stage, i, ring[i % 3], ring[(i + 1) % 3])
    share("ring of three", credit(stage, *ring), honest)


def test_slow_farming_over_ten_shows_gains_next_to_nothing(honest: float) -> None:
    """A few answers in each show, among what others ask, stay far below what an honest helper gains in one."""
    gained, stage = 0.0, stage_of()
    for _ in range(10):
        for i in range(6):
            asked_and_thanked(stage, i, "ann" if i % 2 else "bob", "bob" if i % 2 else "ann")
        gained += credit(stage, "ann", "bob")
        kept = {key: dict(stage.show.snapshot().base["viewers"][key]) for key in ("twitch:id-ann", "twitch:id-bob")}
        for viewer in kept.values():
            viewer["regular"] = {**viewer["regular"], "credit": 0.0, "fresh": 0}
        stage = stage_of()
        plain = stage.show.snapshot()
        stage._begin(ShowState(0, {"viewers": {**plain.base["viewers"], **kept}}, ()))
    share("slow farming", gained, honest)
