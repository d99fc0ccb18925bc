"""Who wants to be left alone is, for ever: over deletion, letting go, restart and linked accounts; and nobody can be read from it."""

from __future__ import annotations

import json

import pytest

from livebot.core import context
from livebot.core.decisions import Quiet, Send
from livebot.core.events import Purchase
from livebot.core.quiet import mark_of

from .fakes import OTHER_ROOM, ROOM, Stage, person

OFTEN = {"limits__viewer_gap": 0.0, "limits__replies_per_minute": 60}


def is_quiet(stage: Stage, who: str, platform: str = "twitch") -> bool:
    """Whether somebody who is in the show is left alone."""
    viewer = stage.show.viewer(f"{platform}:id-{who}")
    assert viewer is not None
    return viewer.quiet


def helped(stage: Stage, at: float, helper: str = "bob") -> None:
    """Somebody asks, the helper answers and is thanked."""
    asker = f"asker{at:.0f}"
    stage.chat(at, f"colour{at:.0f}?", asker)
    stage.chat(at + 1, f"colour{at:.0f} blue!", helper)
    stage.chat(at + 2, "thanks", asker)
    stage.tick(at + 100)


@pytest.mark.parametrize("restarted", [False, True])
def test_the_wish_outlives_deletion(restarted: bool) -> None:
    """Back with a new line, they are neither carried further nor thanked nor nudged nor listed, as little as before."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "hello", "bob")
    stage.chat(1.0, "!stop", "bob")
    stage.chat(2.0, "!deleteme", "bob")
    assert stage.show.viewer("twitch:id-bob") is None
    if restarted:
        stage.restart()
    before = len(stage.sends())
    helped(stage, 10.0)
    assert is_quiet(stage, "bob")
    assert not any("bob" in send.text for send in stage.sends()[before:])


def test_who_never_asked_for_it_is_named_again_after_deletion() -> None:
    """Deletion alone is no wish to be left alone."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "hello", "bob")
    stage.chat(2.0, "!deleteme", "bob")
    helped(stage, 10.0)
    assert not is_quiet(stage, "bob") and any("bob" in send.text for send in stage.sends("boost"))


def test_neither_name_nor_id_is_in_the_mark() -> None:
    """After deletion nothing that can be read is left; without the store's key the mark is another one."""
    stage = Stage()
    stage.chat(1.0, "!stop", "bob")
    stage.chat(2.0, "!deleteme", "bob")
    left = json.dumps(stage.show.snapshot().base)
    assert "bob" not in left
    assert mark_of("", "twitch:id-bob") in left and mark_of("another", "twitch:id-bob") not in left


def test_every_account_of_a_person_has_its_own_mark() -> None:
    """Said with one account, it holds for all that are linked, each by itself, also when the link is deleted with the rest."""
    stage = Stage(**OFTEN)
    stage.chat(0.0, "hi", "bob")
    stage.chat(0.0, "hi", "bee", channel=OTHER_ROOM)
    stage.staff(1.0, "link", viewer="twitch:id-bob", to="bridge:id-bee")
    stage.chat(2.0, "!stop", "bob")
    stage.chat(3.0, "!deleteme", "bob")
    stage.chat(4.0, "hi again", "bee", channel=OTHER_ROOM)
    assert is_quiet(stage, "bee", "bridge")


def test_who_comes_back_and_is_linked_takes_the_other_account_along() -> None:
    """The mark of the first is enough for the second."""
    stage = Stage(**OFTEN)
    for at, text in ((0.0, "hi"), (1.0, "!stop"), (2.0, "!deleteme"), (3.0, "hi")):
        stage.chat(at, text, "bob")
    stage.chat(4.0, "hi", "bee", channel=OTHER_ROOM)
    stage.staff(5.0, "link", viewer="twitch:id-bob", to="bridge:id-bee")
    assert is_quiet(stage, "bee", "bridge")


def test_who_was_let_go_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A show with more people than it has in mind forgets the oldest, but not their wish."""
    monkeypatch.setattr(context, "MAX_VIEWERS", 10)
    stage = Stage()
    stage.chat(0.0, "!stop", "bob")
    for number in range(30):
        stage.chat(1.0 + number, "hi", f"v{number}")
    assert stage.show.viewer("twitch:id-bob") is None
    stage.chat(40.0, "hi", "bob")
    assert is_quiet(stage, "bob")


def test_who_comes_back_by_a_purchase_is_known_again() -> None:
    """They need not write a line."""
    stage = Stage()
    stage.chat(0.0, "!stop", "bob")
    stage.chat(1.0, "!deleteme", "bob")
    stage.play(Purchase("b1", 2.0, ROOM, person("bob"), "serum"))
    assert is_quiet(stage, "bob")


def test_staff_may_undo_their_own_tap() -> None:
    """Within the minute the mark goes as well; the shell is told of both."""
    stage = Stage()
    stage.chat(0.0, "hi", "bob")
    came = stage.staff(1.0, "quiet", viewer="twitch:id-bob") + stage.staff(2.0, "as_before", viewer="twitch:id-bob")
    assert [said.quiet for said in came if isinstance(said, Quiet)] == [True, False]
    stage.chat(3.0, "!deleteme", "bob")
    stage.chat(4.0, "hi", "bob")
    assert not is_quiet(stage, "bob")


def test_mydata_says_that_the_mark_stays() -> None:
    """Before deletion what is kept, the mark among it; with deletion that only the mark stays; nothing of it for who never asked."""
    stage = Stage(**OFTEN)
    texts = []
    for at, text in enumerate(("!mydata", "!stop", "!mydata", "!deleteme", "!mydata")):
        before = len(stage.sends("reply"))
        stage.chat(float(at), text, "bob")
        texts += [send.text for send in stage.sends("reply")[before:]]
    codes = [text.split()[1] for text in texts]
    assert codes == ["data", "stop", "data_quiet", "deleted_quiet", "data_quiet"]
    other = Stage(**OFTEN)
    other.chat(0.0, "!deleteme", "ann")
    assert other.sends("reply")[-1].text.startswith("[bot] deleted_you")


def test_the_same_state_and_events_give_the_same_decisions() -> None:
    """A show replayed from its snapshot names nobody whom the show itself did not name; without the snapshot they are a stranger."""
    first = Stage(**OFTEN)
    first.chat(0.0, "!stop", "bob")
    first.chat(1.0, "!deleteme", "bob")
    outcomes = []
    for shot in (first.show.snapshot(), first.show.snapshot(), None):
        stage = Stage(**OFTEN)
        if shot is not None:
            stage.go_on_from(shot)
        helped(stage, 10.0)
        outcomes.append(stage.said)
    assert outcomes[0] == outcomes[1]
    named = [["bob" in send.text for send in said if isinstance(send, Send)] for said in outcomes]
    assert not any(named[0]) and any(named[2])
