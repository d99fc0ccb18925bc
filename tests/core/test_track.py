"""Following asker lines: joined, answered late, thanked for, asked again, chased, deleted."""

from __future__ import annotations

import pytest

from livebot.core import lines

from .fakes import OTHER_ROOM, ROOM, Stage, entry, person

# joining


def test_the_same_question_of_another_person_joins() -> None:
    """Duplicates are one Question with as many asker lines; each keeps its own wait."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(9.0, "colour please?", "bob", line="m2")
    assert stage.readings()["m2"].question == "m1"
    (record,) = stage.show.records()
    assert (record.id, record.messages, record.open) == ("m1", ("m1", "m2"), ("m1", "m2"))


def test_the_same_words_about_another_product_are_another_question() -> None:
    """This one means the product on air; a product named in the line outweighs it."""
    stage = Stage()
    stage.on_air(0.0, "serum")
    stage.chat(1.0, "colour?", "ann", line="m1")
    stage.on_air(2.0, "cushion")
    stage.chat(3.0, "colour?", "bob", line="m2")
    stage.chat(4.0, "colour %serum?", "cat", line="m3")
    assert [record.messages for record in stage.show.records()] == [("m1", "m3"), ("m2",)]


def test_the_same_text_with_another_id_is_demand() -> None:
    """A second asker, or the same one again, is one more asker line; a second copy of a line is nothing at all."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "colour?", "bob", line="m2")
    before = stage.show.snapshot()
    assert stage.chat(2.0, "colour?", "bob", line="m2") == []
    assert stage.chat(2.0, "size?", "bob", line="m2") == []
    assert stage.show.snapshot().questions == before.questions
    assert stage.show.records()[0].messages == ("m1", "m2")


def test_an_asker_who_comes_after_the_answer_waits_alone() -> None:
    """No reopen is written for them: their line waits from its time on, the earlier askers stay answered."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.voice(3.0, "colour blue")
    stage.chat(50.0, "colour?", "bob", line="m2")
    assert not stage.decisions("reopen")
    assert stage.waiting() == ["m2"]
    assert stage.show.records()[0].state == "open"


# asked again


@pytest.mark.parametrize(("again", "back"), [(100.0, True), (123.0, False)])
def test_who_asks_again_soon_was_not_helped(again: float, back: bool) -> None:
    """A repeat within two minutes of a peer's answer reopens for that asker and marks the answer as not helping."""
    stage = Stage(ladder__mode__boost="approve")
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(0.5, "colour?", "eve", line="m2")
    stage.chat(2.0, "colour blue!", "bob", line="w1")
    stage.chat(again, "colour?", "ann", line="m3")
    assert [d.askers for d in stage.decisions("reopen")] == ([("m1",)] if back else [])
    assert stage.waiting() == (["m1", "m3"] if back else ["m3"])
    assert stage.candidate("w1")["rejected"] is back


def test_who_gave_thanks_and_asks_again_asks_anew() -> None:
    """An accepted answer stays one."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour blue!", "bob")
    stage.chat(3.0, "thanks", "ann")
    stage.chat(20.0, "colour?", "ann", line="m3")
    assert not stage.decisions("reopen") and stage.waiting() == ["m3"]


def test_a_reopened_answer_in_its_grace_is_not_boosted() -> None:
    """What did not help is not carried further."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann")
    stage.chat(2.0, "colour blue!", "bob")
    stage.chat(5.0, "colour?", "ann")
    stage.tick(60.0)
    assert not stage.decisions("boost")


def test_a_chase_after_a_peers_answer_reopens() -> None:
    """`no answer yet?` in other words: the asker still waits, the line itself is no question."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour blue!", "bob")
    stage.chat(9.0, "hello #chase", "ann", line="m2")
    assert [d.askers for d in stage.decisions("reopen")] == [("m1",)]
    reading = stage.readings()["m2"]
    assert (reading.kind, reading.also, reading.question) == ("other", ("chase",), "m1")
    assert stage.waiting() == ["m1"]


def test_a_chase_while_waiting_changes_nothing_but_the_count() -> None:
    """It is noted on the asker line for the desk."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    for at in (5.0, 6.0):
        stage.chat(at, "hello #chase", "ann")
    assert stage.show.snapshot().questions[0]["askers"][0]["chased"] == 2
    assert not stage.decisions()


def test_a_chase_by_somebody_who_asked_nothing_is_any_line() -> None:
    """There is no Question to go with it."""
    stage = Stage()
    stage.chat(5.0, "hello #chase", "ann", line="m1")
    assert (stage.readings()["m1"].question, stage.readings()["m1"].reason.code) == (None, "line.other")


# thanks


def test_thanks_accept_the_answer() -> None:
    """Its author gains; a second thanks counts nothing more."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour blue!", "bob", line="w1")
    for at in (4.0, 5.0):
        stage.chat(at, "thanks", "ann", line=f"t{at}")
    assert stage.readings()["t4.0"].question == "m1"
    assert stage.candidate("w1")["accepted"]
    assert stage.show.viewer("twitch:id-bob").accepted == 1  # type: ignore[union-attr]


def test_who_answers_themselves_gains_nothing() -> None:
    """An asker who also wrote the answer cannot accept it."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(0.5, "colour?", "bob", line="m2")
    stage.chat(2.0, "colour blue!", "bob")
    stage.chat(4.0, "thanks", "bob")
    assert stage.show.viewer("twitch:id-bob").accepted == 0  # type: ignore[union-attr]


def test_thanks_of_somebody_who_asked_nothing_accept_nothing() -> None:
    """Thanks to the host for the show and the like."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann")
    stage.chat(2.0, "colour blue!", "bob", line="w1")
    stage.chat(4.0, "thanks", "cat", line="t1")
    assert not stage.candidate("w1")["accepted"]
    assert stage.readings()["t1"].question is None


def test_thanks_link_an_answer_late() -> None:
    """Who thanks was answered: the closest line that was not sure enough is linked after all, for all it reaches."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(0.5, "colour?", "eve", line="m2")
    stage.chat(2.0, "colour blue ~0.3!", "bob", line="w1")
    assert stage.readings()["w1"].answers == ()
    stage.chat(4.0, "thanks", "ann")
    assert [(d.message, d.answers) for d in stage.decisions("relink")] == [("w1", ("m1", "m2"))]
    assert [(d.askers, d.resolution, d.message) for d in stage.decisions("resolve")] == [(("m1", "m2"), "peer", "w1")]
    assert stage.candidate("w1")["accepted"]


@pytest.mark.parametrize(("sure", "at"), [(lines.LATE_LINK - 0.01, 4.0), (0.3, 3.0 + lines.LATE_LINK_WITHIN)])
def test_thanks_link_nothing_that_is_far_off(sure: float, at: float) -> None:
    """Too unlike, or too long ago: a thanks alone makes no answer of a line."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann")
    stage.chat(2.0, f"colour blue ~{sure}!", "bob")
    stage.chat(at, "thanks", "ann")
    assert not stage.decisions("relink")


@pytest.mark.parametrize(("at", "waits"), [(lines.THANKS_AFTER - 0.1, True), (lines.THANKS_AFTER, False)])
def test_who_thanks_after_a_while_waits_no_more(at: float, waits: bool) -> None:
    """Somebody answered whom livebot did not see; thanks in advance are none."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(0.0, "colour?", "bob", line="m2")
    stage.chat(at, "thanks", "ann")
    assert stage.waiting() == (["m1", "m2"] if waits else ["m2"])


def test_thanks_for_the_hosts_words_settle_as_the_host() -> None:
    """The late link takes the side of the line that is linked."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann")
    stage.voice(2.0, "colour blue ~0.3")
    stage.chat(4.0, "thanks", "ann")
    assert stage.decisions("resolve")[0].resolution == "host_voice"


# deleted, banned, cleared


def test_a_deleted_question_waits_no_longer() -> None:
    """Dismissed, for that line alone; no step is due for it any more."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "colour?", "bob", line="m2")
    stage.delete(3.0, "m1")
    assert (stage.state_of("m1"), stage.state_of("m2")) == ("dismissed", "waiting")
    stage.delete(4.0, "m2")
    stage.tick(500.0)
    assert not stage.decisions("escalate")


def test_a_deleted_answer_is_taken_back() -> None:
    """Retracted, its lines wait again, it is not boosted, its text is gone from the state."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour navy!", "bob", line="w1")
    stage.delete(4.0, "w1")
    stage.tick(100.0)
    assert [(d.kind, d.message) for d in stage.decisions("retract", "reopen")] == [("retract", "w1"), ("reopen", "w1")]
    assert not stage.decisions("boost")
    assert stage.waiting() == ["m1"]
    assert "navy" not in str(stage.show.snapshot())


def test_deleting_twice_or_something_unknown_changes_nothing() -> None:
    """Platforms repeat themselves."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour navy!", "bob", line="w1")
    stage.delete(4.0, "w1")
    before = len(stage.said)
    stage.delete(5.0, "w1")
    stage.delete(5.0, "nothing")
    assert len(stage.said) == before


def test_a_ban_takes_all_lines_of_that_person_back() -> None:
    """As asker and as helper, and nobody else's; the same id on another platform is somebody else."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "size?", "bob", line="m2")
    stage.chat(2.0, "colour navy!", "bob", line="w1")
    stage.chat(2.5, "price?", "bob", line="m3", channel=OTHER_ROOM)
    stage.ban(4.0, "bob")
    assert (stage.state_of("m1"), stage.state_of("m2"), stage.state_of("m3")) == ("waiting", "dismissed", "waiting")
    assert stage.candidate("w1")["state"] == "retracted"


def test_a_cleared_chat_takes_that_channels_lines_back() -> None:
    """Another channel's lines stay."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "size?", "bob", line="m2", channel=OTHER_ROOM)
    stage.clear(4.0, ROOM)
    assert (stage.state_of("m1"), stage.state_of("m2")) == ("dismissed", "waiting")


def test_a_deleted_line_never_waits_again() -> None:
    """A cleared chat holds an answered question and its answer: nobody waits afterwards."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour navy!", "bob", line="w1")
    stage.clear(4.0)
    assert stage.waiting() == [] or stage.state_of("m1") == "dismissed"


def test_a_cleared_chat_takes_old_lines_back_too() -> None:
    """However much was said since."""
    stage = Stage(ladder__mode__board="off", ladder__mode__escalate="off")
    stage.chat(0.0, "colour?", "ann", line="m1")
    for i in range(700):
        stage.chat(1.0, "hello", f"u{i}")
    stage.clear(4.0)
    assert stage.state_of("m1") == "dismissed"


def test_what_was_deleted_is_not_said_by_the_bot() -> None:
    """The first asker's line was taken away by a moderator; a post for the others must not quote it."""
    stage = Stage(entry("colour", "colour blue!"))
    stage.chat(0.0, "colour badword?", "ann", line="m1")
    stage.chat(1.0, "colour?", "bob", line="m2")
    stage.delete(3.0, "m1")
    stage.tick(60.0)
    assert stage.sends() and not [send for send in stage.sends() if "badword" in send.text]


@pytest.mark.parametrize("how", ["ban", "clear"])
def test_who_is_gone_is_not_linked_late(how: str) -> None:
    """A thanks does not turn a banned author's line into the answer."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", channel=OTHER_ROOM)
    stage.chat(2.0, "colour navy ~0.3!", "bob")
    if how == "ban":
        stage.ban(3.0, "bob")
    else:
        stage.clear(3.0, ROOM)
    stage.chat(4.0, "thanks", "ann", channel=OTHER_ROOM)
    assert not stage.decisions("relink")


def test_a_deleted_questions_text_is_gone() -> None:
    """Like a deleted answer's."""
    stage = Stage()
    stage.chat(0.0, "colour badword?", "ann", line="m1")
    stage.delete(3.0, "m1")
    assert "badword" not in str(stage.show.snapshot())


# lines of the past, and of many people


def test_lines_from_before_livebot_joined_are_not_acted_on() -> None:
    """Backlog is read, with a reason, and opens and answers nothing."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1", backlog=True)
    assert (stage.readings()["m1"].kind, stage.readings()["m1"].reason.code) == ("other", "line.backlog")
    assert stage.show.records() == []


def test_the_hosts_lines_from_before_settle_nothing() -> None:
    """After a reconnection the platform's history is sent again: an old word of the shop answers no new question."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(5.0, "colour blue", person("shop", "host"), backlog=True)
    assert stage.waiting() == ["m1"]


def test_the_same_name_is_not_the_same_person() -> None:
    """People are known by platform and id: a twin's thanks accept nothing, a twin's repeat reopens nothing."""
    from livebot.core.events import Author

    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(2.0, "colour blue!", "bob", line="w1")
    stage.chat(3.0, "thanks", Author("another", "ann"))
    stage.chat(4.0, "colour?", Author("another", "ann"))
    assert not stage.candidate("w1")["accepted"]
    assert not stage.decisions("reopen")


def test_viewers_and_lines_stay_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many people write, the least recently seen are let go (H104)."""
    from livebot.core import context, show

    monkeypatch.setattr(context, "MAX_VIEWERS", 50)
    monkeypatch.setattr(lines, "KEPT_LINES", 60)
    monkeypatch.setattr(show, "MAX_SEEN", 70)
    stage = Stage()
    for i in range(500):
        stage.chat(float(i), "hello", f"u{i}")
        stage.chat(float(i), "hello", "regular")
    base = stage.show.snapshot().base
    assert len(base["viewers"]) <= 50 and len(base["lines"]) <= 60 and len(base["previous"]) <= 60
    assert "twitch:id-regular" in base["viewers"] and "twitch:id-u499" in base["viewers"]
