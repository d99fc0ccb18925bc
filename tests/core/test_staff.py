"""What staff do at desk and board, action by action; an action on something unknown does nothing."""

from __future__ import annotations

import json

import pytest

from livebot.core.decisions import Cancel
from livebot.core.staff import ACTIONS

from .fakes import Stage, entry


def asked(**settings: object) -> Stage:
    """Ann and Bob ask the same; Cat asks something else."""
    stage = Stage(entry("colour", "colour blue!"), ladder__mode__post_faq="off", ladder__mode__boost="approve", **settings)
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "colour?", "bob", line="m2")
    stage.chat(2.0, "size?", "cat", line="m3")
    return stage


def with_held_boost() -> tuple[Stage, str]:
    """Dan's answer waits for approval."""
    stage = asked()
    stage.chat(3.0, "colour navy!", "dan", line="w1")
    stage.tick(12.0)
    return stage, stage.decisions("boost")[0].id


# unknown things


@pytest.mark.parametrize("action", [*sorted(ACTIONS), "dance"])
@pytest.mark.parametrize("question", [None, "nothing", "m1"])
def test_an_action_on_something_unknown_does_nothing(action: str, question: str | None) -> None:
    """Unknown Question, message, decision, target, values of odd types: no error, no decision, no post."""
    if question == "m1" and action in ("answered", "dismiss", "to_host", "later", "claim", "note", "post_faq", "stop", "resume"):
        return  # these name nothing else that could be unknown
    stage = asked()
    before = len(stage.said)
    odd = {"decision": "d999", "into": "nothing", "askers": ["nothing", 5], "answers": ["nothing"], "faq": "nothing", "text": 5}
    stage.staff(5.0, action, question, "nothing", **odd)
    stage.staff(5.0, action, question, None)
    assert stage.said[before:] == []
    assert stage.waiting() == ["m1", "m2", "m3"]


def test_an_unknown_entry_leaves_the_ladder_as_it_was() -> None:
    """Staff asked for an entry that is gone: the automatic post still comes."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.staff(5.0, "post_faq", "m1", faq="nothing")
    stage.tick(60.0)
    assert len(stage.decisions("post_faq")) == 1


# approve, reject


def test_approve_by_decision_or_by_message_posts_the_answer() -> None:
    """A held boost is carried out once, however often it is approved."""
    for by_message in (True, False):
        stage, held = with_held_boost()
        for at in (20.0, 21.0):
            if by_message:
                stage.staff(at, "approve", "m1", "w1")
            else:
                stage.staff(at, "approve", "m1", decision=held)
        assert [(send.kind, send.time) for send in stage.sends()] == [("boost", 20.0)]
        assert stage.candidate("w1")["state"] == "boosted"


def test_reject_takes_a_held_answer_back() -> None:
    """Retracted, its asker lines wait again, its author loses standing, and it is not posted later."""
    stage, held = with_held_boost()
    stage.staff(20.0, "reject", "m1", decision=held)
    stage.staff(21.0, "approve", "m1", decision=held)
    stage.tick(300.0)
    assert [d.message for d in stage.decisions("retract")] == ["w1"]
    assert stage.waiting() == ["m1", "m2", "m3"]
    assert stage.show.viewer("twitch:id-dan").rejected == 1  # type: ignore[union-attr]
    assert not stage.sends()


def test_reject_twice_counts_once() -> None:
    """A second press of the same button costs the author nothing more."""
    stage, held = with_held_boost()
    stage.staff(20.0, "reject", "m1", decision=held)
    stage.staff(21.0, "reject", "m1", "w1")
    assert stage.show.viewer("twitch:id-dan").rejected == 1  # type: ignore[union-attr]


def test_reject_takes_a_boosted_answer_back() -> None:
    """What was out is retracted and the lines wait again."""
    stage, held = with_held_boost()
    stage.staff(13.0, "approve", "m1", decision=held)
    stage.staff(20.0, "reject", "m1", "w1")
    assert stage.candidate("w1")["state"] == "retracted"
    assert stage.waiting() == ["m1", "m2", "m3"]


def _standing(stage: Stage) -> tuple[float, float, float]:
    """What Dan is known for: how far their word goes, what they gained in the show, and how often they were refused."""
    viewer = stage.show.viewer("twitch:id-dan")
    assert viewer is not None
    return stage.show.trust("twitch:id-dan").value, viewer.regular.credit if viewer.regular else 0.0, viewer.rejected


def test_an_approval_that_is_undone_costs_nobody_anything() -> None:
    """The answer waits for approval as before, its author stands as before; the post that was to go out is called back."""
    stage, held = with_held_boost()
    before = _standing(stage)
    stage.staff(13.0, "approve", "m1", decision=held)
    assert _standing(stage) > before
    stage.staff(20.0, "take_back", "m1", "w1")
    assert _standing(stage) == before
    assert (stage.candidate("w1")["state"], stage.candidate("w1")["rejected"], stage.candidate("w1")["text"]) == (
        "held",
        False,
        "colour navy!",
    )
    assert stage.waiting() == ["m3"]
    assert [d.message for d in stage.decisions("retract")] == ["w1"]
    assert any(isinstance(said, Cancel) for said in stage.said)
    stage.staff(30.0, "approve", "m1", "w1")
    assert stage.candidate("w1")["state"] == "boosted"


def test_a_boost_that_is_undone_lets_its_askers_wait_again() -> None:
    """What staff carried further and took back settles nobody, is held against nobody, and goes out by itself no more."""
    stage = Stage(entry("colour"), ladder__mode__boost="auto", ladder__mode__post_faq="off")
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(3.0, "colour navy ~0.55!", "dan", line="w1")
    assert stage.waiting() == ["m1"]
    before = _standing(stage)
    stage.staff(4.0, "boost", "m1", "w1")
    assert stage.waiting() == []
    stage.staff(9.0, "take_back", "m1", "w1")
    assert (_standing(stage), stage.waiting()) == (before, ["m1"])
    stage.tick(300.0)
    assert len(stage.sends("boost")) == 1
    assert (stage.candidate("w1")["state"], stage.candidate("w1")["refusal"]) == ("refused", "staff.taken_back")
    stage.staff(301.0, "boost", "m1", "w1")
    assert (stage.candidate("w1")["state"], stage.waiting()) == ("boosted", [])


@pytest.mark.parametrize("late", [False, True])
def test_the_chat_is_told_of_a_boost_that_was_out_when_it_was_undone(late: bool) -> None:
    """A post that went out, before the undo or in spite of it, is corrected in the chat, once."""
    stage, held = with_held_boost()
    stage.staff(13.0, "approve", "m1", decision=held)
    send = stage.sends("boost")[0]
    if not late:
        stage.sent(15.0, send)
    stage.staff(20.0, "take_back", "m1", "w1")
    if late:
        stage.sent(21.0, send)
    assert len(stage.sends("retract")) == 1


def test_what_is_taken_back_is_not_what_is_wrong() -> None:
    """Only what staff reject counts against its author; and undoing twice does no more than undoing once."""
    stage, held = with_held_boost()
    stage.staff(13.0, "approve", "m1", decision=held)
    stage.staff(14.0, "take_back", "m1", "w1")
    before = _standing(stage)
    assert stage.staff(15.0, "take_back", "m1", "w1") == []
    stage.staff(16.0, "reject", "m1", "w1")
    assert _standing(stage) < before
    assert _standing(stage)[2] == 1


def test_an_undone_tap_of_the_host_blames_no_viewer() -> None:
    """Bringing back what a viewer's answer had settled makes the lines wait, and counts nothing against the viewer."""
    stage = asked()
    stage.chat(3.0, "colour navy!", "dan", line="w1")
    before = _standing(stage)
    stage.staff(10.0, "reopen", "m1")
    assert (stage.waiting(), stage.candidate("w1")["rejected"], _standing(stage)) == (["m1", "m2", "m3"], False, before)


def test_a_rejected_post_is_not_made() -> None:
    """A held FAQ post that is rejected can no longer be approved."""
    stage = Stage(entry("price"), ladder__mode__post_faq="approve")
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.tick(30.0)
    held = stage.decisions("post_faq")[0].id
    stage.staff(31.0, "reject", "m1", decision=held)
    stage.staff(32.0, "approve", "m1", decision=held)
    stage.tick(200.0)
    assert not stage.sends()


# answered, dismiss, reopen


@pytest.mark.parametrize(("voice", "resolution", "recovery"), [(True, "host_voice", None), (False, "staff", "firm")])
def test_answered_settles_all_waiting_lines(voice: bool, resolution: str, recovery: str | None) -> None:
    """One tap: by the host aloud, or by staff."""
    stage = asked()
    stage.staff(5.0, "answered", "m1", voice=voice)
    (resolved,) = stage.decisions("resolve")
    assert (resolved.askers, resolved.resolution, resolved.recovery) == (("m1", "m2"), resolution, recovery)
    stage.tick(500.0)
    assert not [d for d in stage.decisions("escalate", "post_faq") if d.question == "m1"]


def test_dismissed_is_neither_answered_nor_asked_again() -> None:
    """Nobody needs to answer it: no step is due, no recovery counted, the record says dismissed and keeps the lines open."""
    stage = asked()
    stage.staff(5.0, "dismiss", "m1")
    stage.tick(500.0)
    record = stage.show.records()[0]
    assert (record.state, record.resolution, record.recovery, record.open) == ("dismissed", "dismissed", None, ("m1", "m2"))
    assert not [d for d in stage.decisions("escalate") if d.question == "m1"]


@pytest.mark.parametrize("action", ["answered", "dismiss"])
def test_reopen_undoes_the_last_minute(action: str) -> None:
    """Within a minute what was settled waits again; later it does not."""
    soon, late = asked(), asked()
    for stage, at in ((soon, 64.0), (late, 66.0)):
        stage.staff(5.0, action, "m1")
        stage.staff(at, "reopen", "m1")
    assert [d.askers for d in soon.decisions("reopen")] == [("m1", "m2")]
    assert soon.waiting() == ["m1", "m2", "m3"]
    assert not late.decisions("reopen")


def test_reopen_undoes_only_what_was_settled_last() -> None:
    """Lines that were answered earlier stay answered."""
    stage = asked()
    stage.voice(3.0, "colour blue")
    stage.chat(20.0, "colour?", "eve", line="m4")
    stage.staff(25.0, "answered", "m1")
    stage.staff(26.0, "reopen", "m1")
    assert stage.decisions("reopen")[0].askers == ("m4",)


# boost, post_faq


def test_staff_boost_a_candidate_at_once() -> None:
    """Also one that was refused: the lines it reaches are settled by it, and it is posted."""
    stage = asked()
    stage.chat(3.0, "colour navy #joke!", "dan", line="w1")
    stage.staff(4.0, "boost", "m1", "w1")
    assert stage.decisions("resolve")[0].askers == ("m1", "m2")
    assert [send.time for send in stage.sends("boost")] == [4.0]


def test_an_edited_answer_goes_out_as_staffs() -> None:
    """No viewer is named for words that they did not write; who waits is answered by staff when it was sent."""
    stage = asked()
    stage.chat(3.0, "colour navy ~0.55!", "dan", line="w1")
    stage.staff(4.0, "boost", "m1", "w1", text="  It is navy.  ")
    (send,) = stage.sends()
    assert send.text.startswith("[bot] staff_answer") and "It is navy." in send.text and "dan" not in send.text
    assert stage.candidate("w1")["text"] == "colour navy ~0.55!"
    assert stage.waiting() == ["m1", "m2", "m3"]
    stage.sent(5.0, send)
    (resolved,) = stage.decisions("resolve")
    assert (resolved.askers, resolved.resolution, resolved.recovery) == (("m1", "m2"), "staff", "firm")


def test_the_same_wording_is_no_edit() -> None:
    """Text that is what the viewer wrote goes out under their name."""
    stage = asked()
    stage.chat(3.0, "colour navy ~0.55!", "dan", line="w1")
    stage.staff(4.0, "boost", "m1", "w1", text=" colour navy ~0.55! ")
    assert [send.kind for send in stage.sends()] == ["boost"]


@pytest.mark.parametrize("action", ["boost", "approve"])
def test_who_does_not_want_to_be_named_is_not(action: str) -> None:
    """The answer of a quiet viewer goes out as staff's, also where it was held before they said so."""
    stage, _ = with_held_boost()
    stage.show.viewer("twitch:id-dan").quiet = True  # type: ignore[union-attr]
    stage.staff(20.0, action, "m1", "w1")
    (send,) = stage.sends()
    assert "staff_answer" in send.text and "colour navy!" in send.text and "dan" not in send.text
    assert stage.candidate("w1")["state"] == "candidate"


def test_a_deleted_answer_cannot_be_boosted() -> None:
    """The desk may be a second behind: what a moderator deleted is not carried further."""
    stage = asked()
    stage.chat(3.0, "colour navy ~0.55!", "dan", line="w1")
    stage.delete(4.0, "w1")
    stage.staff(5.0, "boost", "m1", "w1")
    assert not stage.sends() and stage.waiting() == ["m1", "m2", "m3"]


def test_staff_post_an_entry_in_its_or_their_own_words() -> None:
    """The best entry without a choice, another by its id, or a wording of their own; answered when it was sent."""
    for values, text in (
        ({}, "colour blue!"),
        ({"faq": "colour"}, "colour blue!"),
        ({"faq": "colour", "text": "Blue it is"}, "staff_answer en: Blue it is"),
        ({"faq": "colour", "text": "colour blue!"}, "post_faq en: colour blue!"),
        ({"faq": "staff", "text": "Blue it is"}, "staff_answer en: Blue it is"),
    ):
        stage = asked()
        stage.staff(5.0, "post_faq", "m1", **values)
        (send,) = stage.sends("post_faq")
        assert text in send.text
        stage.sent(6.0, send)
        assert stage.decisions("resolve")[0].askers == ("m1", "m2")


# board, later, note, claim


def test_to_host_puts_it_on_the_board_now() -> None:
    """And not a second time when it would have been due; the host's answer is then joint recovery."""
    stage = asked()
    stage.staff(5.0, "to_host", "m1")
    stage.tick(100.0)
    assert [d.time for d in stage.decisions("escalate") if d.question == "m1" and d.to == "board"] == [5.0]
    stage.voice(101.0, "colour blue")
    assert stage.decisions("resolve")[0].recovery == "joint"


def test_note_claim_and_later_are_kept_for_the_pages() -> None:
    """A note is cut to its length, a claim toggles, `later` is noted with its time; none of them decides anything."""
    stage = asked()
    before = len(stage.decisions())
    stage.staff(5.0, "note", "m1", text="x" * 900)
    stage.staff(6.0, "claim", "m1")
    stage.staff(7.0, "later", "m1")
    question = stage.show.snapshot().questions[0]
    assert (len(question["note"]), question["claimed_by"], question["done"]["later"]) == (500, "kim", 7.0)
    stage.staff(8.0, "claim", "m1")
    assert stage.show.snapshot().questions[0]["claimed_by"] == ""
    assert len(stage.decisions()) == before


def test_a_claim_ends_with_the_answer() -> None:
    """Who asks anew after it waits for anybody, not for a person who has long answered."""
    stage = asked()
    stage.staff(5.0, "claim", "m1")
    stage.staff(6.0, "answered", "m1")
    stage.chat(20.0, "colour?", "dan", line="m9")
    question = stage.show.snapshot().questions[0]
    assert (question["askers"][-1]["state"], question["claimed_by"]) == ("waiting", "")


# relink, merge, split


def test_relink_corrects_what_a_line_answers() -> None:
    """The lines it no longer answers wait again, the new ones are settled; a decision names the whole new list."""
    stage = asked()
    stage.chat(3.0, "colour 40!", "dan", line="w1")
    stage.staff(4.0, "relink", None, "w1", answers=["m3", "gone"])
    assert stage.decisions("relink")[0].answers == ("m3",)
    assert stage.waiting() == ["m1", "m2"]
    assert stage.state_of("m3") == "answered"


def test_a_relinked_answer_can_be_deleted() -> None:
    """What settled a line by correction is taken back like any other answer."""
    stage = asked()
    stage.chat(3.0, "navy 40!", "dan", line="w1")
    stage.staff(4.0, "relink", None, "w1", answers=["m3"])
    stage.delete(5.0, "w1")
    assert "m3" in stage.waiting()


def test_a_relinked_answer_can_be_thanked_for() -> None:
    """Its author gains trust by the asker's thanks."""
    stage = asked()
    stage.chat(3.0, "navy 40!", "dan", line="w1")
    stage.staff(4.0, "relink", None, "w1", answers=["m3"])
    stage.chat(5.0, "thanks", "cat")
    assert stage.show.viewer("twitch:id-dan").accepted == 1  # type: ignore[union-attr]


def test_relink_makes_it_an_answer_there_and_none_here() -> None:
    """The line is a candidate of the Question it answers, and no longer of the one it does not."""
    stage = asked()
    stage.chat(3.0, "colour 40!", "dan", line="w1")
    stage.staff(4.0, "relink", None, "w1", answers=["m3"])
    candidates = {q["id"]: [(c["message"], c["lines"]) for c in q["candidates"]] for q in stage.show.snapshot().questions}
    assert candidates == {"m1": [], "m3": [("w1", ["m3"])]}


def test_relink_can_be_undone() -> None:
    """Linking back leaves everything as it was: who was answered by it is, and it does not count as unhelpful."""
    stage = asked()
    stage.chat(3.0, "colour 40!", "dan", line="w1")
    stage.staff(4.0, "relink", None, "w1", answers=["m3"])
    stage.staff(5.0, "relink", None, "w1", answers=["m1", "m2"])
    assert stage.waiting() == ["m3"]
    assert (stage.candidate("w1")["lines"], stage.candidate("w1")["rejected"]) == (["m1", "m2"], False)


def test_an_answer_whose_line_was_let_go_can_be_relinked() -> None:
    """In a fast chat the line itself is forgotten soon; the answer is not."""
    stage = asked()
    stage.chat(3.0, "colour 40!", "dan", line="w1")
    for i in range(700):
        stage.chat(4.0, "hello", f"u{i}")
    stage.staff(5.0, "relink", None, "w1", answers=["m3"])
    assert stage.waiting() == ["m1", "m2"]


def test_merge_makes_one_question_of_two() -> None:
    """The asker lines move in the order of their times; the Question merged away is gone; an answer reaches all."""
    stage = asked()
    stage.staff(5.0, "merge", "m1", into="m3")
    (merged,) = stage.decisions("merge")
    assert (merged.question, merged.message, merged.askers) == ("m3", "m1", ("m1", "m2"))
    (record,) = stage.show.records()
    assert (record.id, record.messages) == ("m3", ("m1", "m2", "m3"))
    stage.staff(6.0, "answered", "m3")
    assert stage.waiting() == []


def test_a_post_on_the_way_answers_after_a_merge() -> None:
    """The post was made for the Question that is merged away meanwhile."""
    stage = Stage(entry("colour", "colour blue!"))
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "size?", "cat", line="m3")
    stage.tick(30.0)
    stage.staff(31.0, "merge", "m1", into="m3")
    stage.sent(32.0, stage.sends("post_faq")[0])
    assert "m1" not in stage.waiting()


def test_merge_keeps_what_was_known() -> None:
    """A complaint stays one, and a held post can still be approved."""
    stage = Stage(entry("colour", "colour blue!"), ladder__mode__post_faq="approve")
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "size?", "cat", line="m3")
    stage.tick(30.0)
    held = stage.decisions("post_faq")[0].id
    stage.staff(31.0, "merge", "m1", into="m3")
    stage.staff(32.0, "approve", "m3", decision=held)
    assert len(stage.sends("post_faq")) == 1


@pytest.mark.parametrize(("moved", "left"), [(["m2"], ["m1"]), (["m1"], ["m2"])])
def test_split_makes_two_questions_of_one(moved: list[str], left: list[str]) -> None:
    """Each is known by its own first line afterwards, also when the first line is the one that leaves."""
    stage = asked()
    stage.staff(5.0, "split", "m1", askers=moved)
    records = {record.id: record.messages for record in stage.show.records()}
    assert records == {left[0]: tuple(left), moved[0]: tuple(moved), "m3": ("m3",)}
    assert stage.decisions("split")[0].askers == tuple(moved)
    stage.staff(6.0, "answered", moved[0])
    assert stage.waiting() == [*left, "m3"] or sorted(stage.waiting()) == sorted([*left, "m3"])


@pytest.mark.parametrize("moved", ["m1", "m2"])
def test_both_sides_of_a_split_are_seen_to_change(moved: str) -> None:
    """The pages ask for what changed since: the Question that stays is in it as well as the new one."""
    stage = asked()
    before = stage.show.snapshot().revision
    stage.staff(5.0, "split", "m1", askers=[moved])
    assert {q["id"] for q in stage.show.snapshot(before).questions} == {"m1", "m2"}


def test_answers_go_with_those_they_reach() -> None:
    """After a split an answer is shown with the lines that it answers, on both sides if it answers both."""
    stage = asked()
    stage.chat(3.0, "colour 40!", "dan", line="w1")
    stage.staff(3.5, "relink", None, "w1", answers=["m2"])
    stage.chat(4.0, "colour 50!", "eve", line="w2")
    stage.staff(5.0, "split", "m1", askers=["m2"])
    reached = {q["id"]: {c["message"]: c["lines"] for c in q["candidates"]} for q in stage.show.snapshot().questions}
    assert reached == {"m1": {"w2": ["m1"]}, "m2": {"w1": ["m2"], "w2": ["m2"]}, "m3": {}}


def test_split_undoes_merge_and_merge_undoes_split() -> None:
    """There and back again: the same lines under the same ids."""
    stage = asked()
    stage.staff(5.0, "merge", "m3", into="m1")
    stage.staff(6.0, "split", "m1", askers=["m3"])
    assert {record.id: record.messages for record in stage.show.records()} == {"m1": ("m1", "m2"), "m3": ("m3",)}
    stage.staff(7.0, "split", "m1", askers=["m1"])
    stage.staff(8.0, "merge", "m2", into="m1")
    assert {record.id: record.messages for record in stage.show.records()} == {"m1": ("m1", "m2"), "m3": ("m3",)}


def test_a_split_question_is_not_posted_about_again() -> None:
    """How far the Question had climbed holds for both parts: what was posted is not posted a second time."""
    stage = Stage(entry("colour", "colour blue!"))
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "colour?", "bob", line="m2")
    stage.tick(31.0)
    stage.staff(32.0, "split", "m1", askers=["m2"])
    stage.tick(100.0)
    assert len(stage.sends("post_faq")) == 1


def test_split_of_all_or_none_does_nothing() -> None:
    """There must be lines on both sides."""
    stage = asked()
    stage.staff(5.0, "split", "m1", askers=["m1", "m2"])
    stage.staff(5.0, "split", "m1", askers=[])
    assert not stage.decisions("split")


def test_every_action_survives_a_snapshot() -> None:
    """After any action the state is plain JSON and reads back the same."""
    for action in sorted(ACTIONS):
        stage, held = with_held_boost()
        stage.staff(20.0, action, "m1", "w1", decision=held, into="m3", askers=["m2"], answers=["m3"], text="hello")
        shot = stage.show.snapshot()
        stage.restart()
        assert json.dumps(stage.show.snapshot().base) == json.dumps(shot.base), action
        assert stage.show.snapshot().questions == shot.questions, action


def test_the_table_in_the_docstring_names_every_action() -> None:
    """The documentation beside the code is complete."""
    from livebot.core import staff

    table = {line.split("|")[1].strip() for line in (staff.__doc__ or "").splitlines() if line.startswith("| ")} - {"action", "-----------"}
    assert table == set(ACTIONS)


# people


def linked(stage: Stage, who: str) -> list[str]:
    """Return the other accounts of somebody."""
    viewer = stage.show.viewer(f"twitch:id-{who}")
    return viewer.regular.linked if viewer and viewer.regular else []


def quiet(stage: Stage, who: str) -> bool:
    """Return whether somebody is not named."""
    viewer = stage.show.viewer(f"twitch:id-{who}")
    return viewer is not None and viewer.quiet


def test_quiet_and_link_are_undone() -> None:
    """What held of every account is back as it was, the latest change only and once."""
    stage = asked()
    stage.staff(3.0, "quiet", viewer="twitch:id-cat")
    stage.staff(4.0, "link", viewer="twitch:id-ann", to="twitch:id-cat")
    assert linked(stage, "ann") == ["twitch:id-cat"] and quiet(stage, "ann")
    for _ in range(2):
        stage.staff(14.0, "as_before", viewer="twitch:id-ann")
        assert (linked(stage, "ann"), linked(stage, "cat")) == ([], [])
        assert (quiet(stage, "ann"), quiet(stage, "cat")) == (False, True)


@pytest.mark.parametrize("since", ["a minute", "their own wish", "another link"])
def test_what_has_changed_since_is_not_undone(since: str) -> None:
    """After a minute, or once somebody asked not to be named, or was linked again, the former state is no longer the right one."""
    stage = asked()
    stage.staff(3.0, "quiet", viewer="twitch:id-ann")
    if since == "their own wish":
        stage.chat(5.0, "!stop", "ann")
    elif since == "another link":
        stage.staff(5.0, "link", viewer="twitch:id-ann", to="twitch:id-bob")
        stage.staff(6.0, "as_before", viewer="twitch:id-ann")
        assert not quiet(stage, "bob")
    stage.staff(64.0 if since == "a minute" else 8.0, "as_before", viewer="twitch:id-ann")
    assert quiet(stage, "ann")
