"""Viewers' commands with the fake parts: what each does, how seldom the bot answers, what it does at once."""

from __future__ import annotations

from typing import Any

import pytest

from livebot.core.commands import COMMANDS, parsed
from livebot.core.decisions import Forget

from .fakes import OTHER_ROOM, Stage, entry


def said(stage: Stage) -> list[str]:
    """What the bot answered to commands so far."""
    return [send.text for send in stage.sends("reply")]


def asks(stage: Stage, at: float, command: str, who: str = "ann", **more: Any) -> list[str]:
    """Somebody gives a command; return what the bot answers."""
    before = len(said(stage))
    stage.chat(at, command, who, **more)
    return said(stage)[before:]


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("!그만", "그만", ""),
        ("  ！STOP", "stop", ""),
        ("! 내질문", "내질문", ""),
        ("!\u200b그만", "그만", ""),
        ("!답3 내일 와요", "답", "3 내일 와요"),
        ("!answer 12 yes, it does!", "answer", "12 yes, it does!"),
        ("그만!", "", ""),
        ("!!!", "", ""),
        ("안녕 !그만", "", ""),
    ],
)
def test_a_command_is_read_as_people_write_it(text: str, name: str, rest: str) -> None:
    """Full-width signs, spaces, capital letters, what cannot be seen; only at the start of a line."""
    assert parsed(text) == (name, rest)


def test_every_command_has_a_korean_and_an_english_name() -> None:
    """Each of them twice."""
    rows = list(COMMANDS.values())
    assert all(rows.count(row) == 2 for row in rows)
    assert sum(name.isascii() for name in COMMANDS) == len(COMMANDS) / 2


def test_an_unknown_command_gets_no_answer() -> None:
    """Other bots have commands too."""
    stage = Stage()
    assert asks(stage, 1.0, "!dice") == [] and not stage.decisions("reply")


def test_one_viewer_is_answered_once_a_minute_and_all_together_seldom() -> None:
    """`viewer_gap` for one, `replies_per_minute` for all; answers to commands leave the budget of posts alone."""
    stage = Stage(limits__replies_per_minute=2, limits__viewer_gap=60.0, limits__posts_per_minute=4)
    answered = [
        asks(stage, at, "!myq", who) != [] for at, who in ((0.0, "a"), (1.0, "a"), (2.0, "b"), (3.0, "c"), (61.0, "a"), (62.0, "c"))
    ]
    assert answered == [True, False, True, False, True, True]
    assert stage.show.snapshot(keys=("posts",)).base["posts"] == []


def test_while_all_is_stopped_nothing_is_answered_but_done() -> None:
    """`!stop` works although the bot may not speak."""
    stage = Stage()
    stage.staff(0.0, "stop")
    assert asks(stage, 1.0, "!stop", "bob") == []
    viewer = stage.show.viewer("twitch:id-bob")
    assert viewer is not None and viewer.quiet


def test_where_my_question_stands() -> None:
    """Nothing asked, waiting, answered by somebody, by the host."""
    stage = Stage(limits__viewer_gap=0.0, limits__replies_per_minute=60)
    assert "mine.none" in asks(stage, 0.0, "!myq")[0]
    stage.chat(1.0, "colour?", "ann")
    assert "mine.waiting" in asks(stage, 2.0, "!myq")[0]
    stage.chat(3.0, "colour blue!", "bob")
    assert "mine.peer" in asks(stage, 4.0, "!myq")[0] and "bob" in said(stage)[-1]
    asks(stage, 5.0, "!stop", "bob")
    assert "mine.somebody" in asks(stage, 6.0, "!myq")[0] and "bob" not in said(stage)[-1]
    stage.chat(7.0, "size?", "ann")
    stage.voice(8.0, "size 5")
    assert "mine.host" in asks(stage, 9.0, "!myq")[0]
    assert not any("http" in text for text in said(stage))


def test_where_my_question_stands_can_be_looked_at() -> None:
    """Where viewers reach their page, the answer carries the link to the question's own place there, as long as it stands and after."""
    stage = Stage(limits__viewer_gap=0.0, help_page="https://shop.example/help")
    stage.chat(0.0, "size?", "bob")
    stage.chat(1.0, "colour?", "ann")
    assert asks(stage, 2.0, "!myq")[0].count("https://shop.example/help?q=2") == 1
    stage.voice(3.0, "colour 5")
    assert "https://shop.example/help?q=2" in asks(stage, 4.0, "!내질문")[0]


def test_a_question_is_answered_by_its_number() -> None:
    """`!answer N` reaches those who wait under N, whatever the words; another number is told to be none."""
    stage = Stage(limits__viewer_gap=0.0, limits__replies_per_minute=60)
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "size?", "cat", line="m2")
    assert "open.list" in asks(stage, 2.0, "!open", "bob")[0] and "2) size?" in said(stage)[-1]
    stage.chat(3.0, "!answer 2 forty-two", "bob", line="m3")
    assert (stage.readings()["m3"].kind, stage.readings()["m3"].answers) == ("answer", ("m2",))
    assert stage.waiting() == ["m1"]
    assert "answer.none" in asks(stage, 4.0, "!answer 9 yes", "bob")[0]
    assert "answer.how" in asks(stage, 5.0, "!answer", "bob")[0]
    stage.tick(60.0)
    assert [boost.message for boost in stage.decisions("boost")] == ["m3"]


def test_nobody_answers_their_own_question_by_number() -> None:
    """The asker's own word settles nothing; it is told that nobody waits under that number."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "!answer 1 blue", "ann")
    assert stage.waiting() == ["m1"]


def test_score_and_helpers_rise_with_what_was_accepted() -> None:
    """Thanks count; who opted out is on no list."""
    stage = Stage(limits__viewer_gap=0.0, limits__replies_per_minute=60)
    assert "helpers.none" in asks(stage, 0.0, "!helpers")[0]
    stage.chat(1.0, "colour?", "ann")
    stage.chat(2.0, "colour blue!", "bob")
    stage.chat(3.0, "thanks", "ann")
    assert "bob 1" in asks(stage, 4.0, "!helpers")[0]
    assert "/ 1 /" in asks(stage, 5.0, "!score", "bob")[0]
    assert [(helper.name, helper.credit) for helper in stage.show.helpers()] == [("bob", 1.0)]
    asks(stage, 6.0, "!stop", "bob")
    assert "helpers.none" in asks(stage, 7.0, "!helpers")[0]


def test_stop_is_for_ever() -> None:
    """It outlives a restart, and holds for every account of the person."""
    stage = Stage()
    stage.chat(0.0, "hello", "bob")
    asks(stage, 1.0, "!그만", "bob")
    stage.restart()
    viewer = stage.show.viewer("twitch:id-bob")
    assert viewer is not None and viewer.quiet


def test_two_accounts_are_linked_by_saying_the_code_on_both() -> None:
    """The first account gets a code, the second names it, the first says it again: then trust and opt-out are one."""
    stage = Stage(limits__viewer_gap=0.0, limits__replies_per_minute=60)
    (told,) = asks(stage, 0.0, "!me", "bob")
    code = next(word for word in told.split() if word.isdigit())
    assert "me.unknown" in asks(stage, 1.0, "!me 1", "bob2", channel=OTHER_ROOM)[0]
    asks(stage, 2.0, f"!me {code}", "bob2", channel=OTHER_ROOM)
    viewer = stage.show.viewer("twitch:id-bob")
    assert viewer is not None and viewer.regular is None  # whoever heard the code could have said it there
    assert "me.linked" in asks(stage, 3.0, f"!me {code}", "bob")[0]
    asks(stage, 4.0, "!stop", "bob2", channel=OTHER_ROOM)
    assert viewer.quiet and viewer.regular is not None and viewer.regular.linked == ["bridge:id-bob2"]


def test_a_stranger_who_heard_the_code_gains_nothing() -> None:
    """Without the first account's second word, nothing is linked; a code is good for ten minutes."""
    stage = Stage(limits__viewer_gap=0.0, limits__replies_per_minute=60)
    code = next(word for word in asks(stage, 0.0, "!me", "bob")[0].split() if word.isdigit())
    asks(stage, 1.0, f"!me {code}", "thief")
    asks(stage, 700.0, f"!me {code}", "bob")
    thief = stage.show.viewer("twitch:id-thief")
    assert thief is not None and thief.regular is None


def test_a_deleted_person_is_nowhere_in_the_state() -> None:
    """Name, id and words are gone at once; the shell is told to do the same; others' questions stay."""
    stage = Stage(entry("price"))
    stage.chat(0.0, "secretword?", "bob", line="m1")
    stage.chat(1.0, "colour?", "ann", line="m2")
    stage.chat(2.0, "colour secretblue!", "bob", line="m3")
    stage.chat(3.0, "thanks", "ann")
    stage.tick(30.0)
    came = stage.chat(31.0, "!deleteme", "bob")
    assert [(gone.platform, gone.author) for gone in came if isinstance(gone, Forget)] == [("twitch", "id-bob")]
    left = str(stage.show.snapshot())
    assert "bob" not in left and "secret" not in left and "colour?" in left
    assert stage.state_of("m2") == "answered"
    stage.chat(40.0, "colour?", "cat")
    stage.restart()
    stage.tick(200.0)


def test_a_deleted_persons_name_leaves_what_others_wrote() -> None:
    """Questions and answers of others that are still looked at lose the name; a note goes with the only one who asked."""
    stage = Stage()
    stage.chat(0.0, "moonbear", "moonbear")
    stage.chat(1.0, "which colour does MoonBear wear?", "ann", line="q")
    stage.chat(2.0, "@moonbear wears green colour!", "cat")
    stage.chat(3.0, "size?", "moonbear", line="own")
    stage.staff(4.0, "note", "own", text="she asks often")
    stage.chat(5.0, "!deleteme", "moonbear")
    left = str(stage.show.snapshot())
    assert "moonbear" not in left.lower() and "asks often" not in left
    assert "which colour does  wear?" in left and " wears green colour!" in left


def test_the_reader_keeps_only_what_others_wrote() -> None:
    """What was read of a person goes with them: their question, their answer, and what was neither."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann")
    for at, text in ((1.0, "secret size?"), (2.0, "colour secret!"), (3.0, "secret chatter")):
        stage.chat(at, text, "bob")
    for text in ("colour?", "secret size?", "colour secret!", "secret chatter"):
        stage.reader.take_vectors(text, {"use": ""})
    stage.chat(4.0, "!deleteme", "bob")
    assert stage.reader.vectors.keys() == {"colour?"}


def test_staff_delete_a_person_too() -> None:
    """By platform:id; an id without a platform is nobody."""
    stage = Stage()
    stage.chat(0.0, "colour?", "bob")
    assert stage.staff(1.0, "forget", viewer="id-bob") == []
    assert any(isinstance(came, Forget) for came in stage.staff(2.0, "forget", viewer="twitch:id-bob"))
    assert stage.show.viewer("twitch:id-bob") is None
