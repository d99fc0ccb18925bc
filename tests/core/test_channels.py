"""One show on several channels: one queue of Questions, an answer wherever it is asked, and nobody taken for somebody else."""

from __future__ import annotations

from dataclasses import replace

from livebot.core.settings import ChannelSettings

from .fakes import OTHER_ROOM, ROOM, SETTINGS, Stage, entry, person

SHORT_ROOM, SILENT_ROOM = "chzzk:shop", "restream:all"
SIMULCAST = replace(
    SETTINGS,
    channels=(
        ChannelSettings(ROOM, can_send=True, max_length=500),
        ChannelSettings(SHORT_ROOM, can_send=True, max_length=100),
        ChannelSettings(SILENT_ROOM, can_send=False),
    ),
)


def simulcast(*faq: object, **settings: object) -> Stage:
    """A stage with a room of 500 characters, one of 100, and one that can only be read."""
    return Stage(*faq, base=SIMULCAST, **settings)  # type: ignore[arg-type]


def test_a_question_is_one_over_all_channels() -> None:
    """The same need asked on three channels is one Question with three askers, also where they bear the same name and number."""
    stage = simulcast()
    for i, channel in enumerate((ROOM, SHORT_ROOM, SILENT_ROOM)):
        stage.chat(float(i), "price?", "ann", line=f"m{i}", channel=channel)
    assert {reading.question for reading in stage.readings().values()} == {"m0"}
    (question,) = stage.show.snapshot().questions
    assert len({asker["author"] for asker in question["askers"]}) == 3


def test_nobody_answers_their_own_question_by_a_namesake() -> None:
    """A namesake on another channel is another person: their answer is a peer's."""
    stage = simulcast()
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.chat(5.0, "price 29000!", "ann", line="m2", channel=SHORT_ROOM)
    assert stage.readings()["m2"].answers == ("m1",)


def test_a_boost_goes_wherever_it_is_asked() -> None:
    """An answer given on one channel is carried to each channel where somebody asked, as a reply there, in that channel's length."""
    stage = simulcast()
    long = "price " + "29000 " * 60
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.chat(1.0, "price?", "bob", line="m2", channel=SHORT_ROOM)
    stage.chat(2.0, "price?", "cem", line="m3", channel=SILENT_ROOM)
    stage.chat(5.0, long + "!", "dan", line="m4")
    stage.tick(20.0)
    sends = stage.sends("boost")
    assert [(send.channel, send.reply_to) for send in sends] == [(ROOM, "m1"), (SHORT_ROOM, "m2")]
    assert [len(send.text) <= 100 for send in sends] == [False, True]


def test_an_faq_post_answers_each_channel_by_its_own_fate() -> None:
    """Sent here, dropped there, unknown there, and one that cannot be written to: only those who can have read it are answered."""
    stage = simulcast(entry("price"))
    for i, channel in enumerate((ROOM, SHORT_ROOM, SILENT_ROOM)):
        stage.chat(i * 0.1, "price?", "ann", line=f"m{i}", channel=channel)
    stage.tick(31.0)
    first, second = stage.sends("post_faq")
    stage.sent(32.0, first)
    assert stage.waiting() == ["m1", "m2"]
    stage.sent(33.0, second, "unknown")
    assert stage.waiting() == ["m1", "m2"]


def test_who_cannot_be_reached_holds_up_nobody() -> None:
    """An asker whom no post reached waits on, and gets no second one; who asks later on a channel that works is answered in their turn."""
    stage = simulcast(entry("price"), limits__question_gap=0)
    stage.chat(0.0, "price?", "ann", line="m1", channel=SILENT_ROOM)
    stage.chat(1.0, "price?", "bob", line="m2", channel=SHORT_ROOM)
    stage.tick(31.0)
    (refused,) = stage.sends("post_faq")
    stage.sent(32.0, refused, "dropped")
    stage.chat(40.0, "price?", "cem", line="m3")
    stage.tick(69.9)
    assert len(stage.sends("post_faq")) == 1
    stage.tick(70.0)
    assert [(send.channel, send.reply_to) for send in stage.sends("post_faq")[1:]] == [(ROOM, "m3")]
    stage.sent(71.0, stage.sends("post_faq")[1])
    assert stage.waiting() == ["m1", "m2"]


def test_a_held_post_is_held_once() -> None:
    """While a post waits for approval, later askers on other channels add none; approved, it goes to all who wait."""
    stage = simulcast(entry("price"), ladder__mode__post_faq="approve")
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.chat(35.0, "price?", "bob", line="m2", channel=SHORT_ROOM)
    stage.tick(90.0)
    (held,) = stage.decisions("post_faq")
    stage.staff(91.0, "approve", "m1", decision=held.id)
    assert [send.channel for send in stage.sends("post_faq")] == [ROOM, SHORT_ROOM]


def test_staffs_words_answer_each_channel_by_its_own_fate() -> None:
    """The same holds for what staff writes."""
    stage = simulcast(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.chat(1.0, "price?", "bob", line="m2", channel=SHORT_ROOM)
    stage.staff(5.0, "post_faq", "m1", faq="price", text="It is 29000.")
    for send in stage.sends():
        stage.sent(6.0, send, "dropped" if send.channel == ROOM else "sent")
    assert stage.waiting() == ["m1"]


def test_own_lines_are_known_by_text_and_by_id() -> None:
    """What comes back is the bot's, on whatever channel, with other spaces or even other words under the id that the platform told."""
    stage = simulcast(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.tick(31.0)
    (send,) = stage.sends("post_faq")
    stage.sent(32.0, send, message="own-1")
    stage.chat(33.0, f" {send.text.replace(' ', '  ')} ", person("shop", "host"), line="e1", channel=SHORT_ROOM)
    stage.chat(34.0, "price 1! (translated)", person("shop", "host"), line="own-1")
    stage.chat(35.0, "price 1!", person("shop", "host"), line="m9")
    readings = stage.readings()
    assert [readings[line].also for line in ("e1", "own-1")] == [("bot",), ("bot",)]
    assert readings["m9"].also != ("bot",)


def test_what_came_back_is_forgotten_after_a_while() -> None:
    """After ten minutes the same words are somebody's own again, and nothing piles up."""
    stage = simulcast(entry("price"), entry("size"))
    stage.chat(0.0, "price?", "ann", line="m1")
    stage.tick(31.0)
    stage.sent(32.0, stage.sends()[0], message="own-1")
    stage.chat(700.0, "size?", "ann", line="m2")
    stage.tick(740.0)
    stage.sent(741.0, stage.sends()[-1], message="own-2")
    base = stage.show.snapshot().base
    assert (len(base["own_texts"]), list(base["own_ids"])) == (1, ["own-2"])


def test_the_other_room_is_another_place() -> None:
    """A channel that the settings do not name is read and not written to."""
    stage = simulcast(entry("price"))
    stage.chat(0.0, "price?", "ann", line="m1", channel=OTHER_ROOM)
    stage.tick(31.0)
    assert stage.sends() == []
    assert stage.waiting() == ["m1"]
