"""What each role sees: the overlay's times, the desk's questions and decisions."""

from dataclasses import replace

import pytest

from livebot.core.settings import ShowSettings
from livebot.web.documents import BOOST_BETWEEN, BOOST_SHORTEST, CROWD_SHOWN, OverlayDocument, StaffDocument
from livebot.web.mirror import Mirror
from livebot.web.question_view import SECONDS_A_PERSON, view_question


class Seen:
    """Both documents as their readers put them together."""

    def __init__(self, live) -> None:
        self.live = live
        self.mirror = Mirror(live)
        self.makers = {"staff": StaffDocument(live), "overlay": OverlayDocument(live, self.mirror)}
        self.docs: dict[str, dict] = {"staff": {}, "overlay": {}}

    def look(self) -> dict[str, dict]:
        """Look at the show once more and return both documents."""
        update = self.mirror.look()
        for role, maker in self.makers.items():
            for section, entries in maker.changes(update).items():
                known = self.docs[role].setdefault(section, {})
                known |= entries
                for key in [key for key, value in known.items() if value is None]:
                    del known[key]
        return self.docs


@pytest.fixture
def seen(live) -> Seen:
    return Seen(live)


def boosted(live, text: str, answer: str, name: str) -> str:
    """Let somebody ask and `name` answer, and staff carry the answer further; return the answer's line."""
    question = live.say(text, f"{name} 물은이")
    line = live.say(answer, name)
    live.tap("boost", question, line)
    return line


def overlay(seen) -> list[dict]:
    """Return the boosts in the order in which they are shown."""
    return sorted(seen.look()["overlay"]["boosts"].values(), key=lambda boost: boost["from"])


def test_boosts_are_shown_one_after_the_other(live, seen):
    """Two boosts at once do not overlap, and each stays for at least six seconds."""
    boosted(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    boosted(live, "배송은 언제 오나요?", "오늘 출고된대요", "바다")
    first, second = overlay(seen)
    assert first["until"] - first["from"] == BOOST_SHORTEST
    assert second["from"] == pytest.approx(first["until"] + BOOST_BETWEEN)
    assert [first["name"], second["name"]] == ["하늘", "바다"]


def test_a_question_that_may_not_be_repeated_is_not_on_the_overlay(live, seen):
    """The answer is shown, a question that advertises a link is not."""
    boosted(live, "http://shop.example 배송은 언제 오나요?", "오늘 출고된대요", "바다")
    (boost,) = overlay(seen)
    assert (boost["answer"], boost["question"]) == ("오늘 출고된대요", "…")


def test_a_long_answer_stays_longer(live, seen):
    """Sixty milliseconds a character beyond six seconds."""
    boosted(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요. " + "처음엔 소량만 써 보세요. " * 12, "하늘")
    (boost,) = overlay(seen)
    assert boost["until"] - boost["from"] == pytest.approx(0.06 * len(boost["answer"]))


def test_a_boost_that_is_over_leaves(live, seen):
    """What was shown is gone from the document, so that a reloaded overlay does not show it again."""
    boosted(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    assert len(overlay(seen)) == 1
    live.time = 20.0
    assert overlay(seen) == []


def test_a_withdrawn_answer_leaves_at_once(live, seen):
    """A boost that staff reject is off the overlay while it is still on."""
    question = live.say("민감성 피부에도 써도 되나요?")
    line = live.say("저자극이라 괜찮아요", "하늘")
    live.tap("boost", question, line)
    assert len(overlay(seen)) == 1
    live.tap("reject", question, line)
    assert overlay(seen) == []


def test_a_held_boost_is_not_on_the_overlay(live, seen):
    """What waits for approval is shown to nobody but staff."""
    live.say("민감성 피부에도 써도 되나요?")
    live.say("저자극이라 괜찮아요", "하늘")
    live.time = 30.0
    live.speak("네")
    docs = seen.look()
    assert [q["state"] for q in docs["staff"]["questions"].values()] == ["held"]
    assert docs["overlay"]["boosts"] == {}


def test_a_viewer_who_wants_no_name_is_shown_without(live, seen, monkeypatch):
    """Who opted out is not named on the overlay, even if staff carry their answer further."""
    found = live.viewer

    def quiet(author):
        viewer = found(author)
        return replace(viewer, quiet=True) if viewer else None

    monkeypatch.setattr(live, "viewer", quiet)
    boosted(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    (boost,) = overlay(seen)
    assert boost["name"] == ""
    assert [a["quiet"] for q in seen.docs["staff"]["questions"].values() for a in q["answers"]] == [True]


def test_the_overlay_is_told_of_stop(live, seen):
    """Stop-all takes the overlay down as well."""
    live.tap("stop")
    assert seen.look()["overlay"]["show"]["stopped"] is True


def test_the_desk_says_for_a_while_that_a_crowd_came(live, seen):
    """New accounts that answer alike at once are told of at the top, and no longer when it is over; three of them are no crowd."""
    live.say("민감성 피부에도 써도 되나요?")
    for i in range(3):
        live.say("저자극이라 괜찮아요", f"새내기{i}")
    assert seen.look()["staff"]["show"]["crowd"] is False
    for i in range(3, 12):
        live.say("저자극이라 괜찮아요", f"새내기{i}")
    assert seen.look()["staff"]["show"]["crowd"] is True
    live.time += CROWD_SHOWN
    live.speak("네")
    assert seen.look()["staff"]["show"]["crowd"] is False


def test_a_question_says_whose_turn_it_is(live, seen):
    """open, held, answered, dismissed: one word for the state of each question."""
    live.say("배송은 언제 오나요?")
    live.say("민감성 피부에도 써도 되나요?")
    live.say("저자극이라 괜찮아요", "하늘")
    answered, dismissed = live.say("선물 포장 되나요?"), live.say("반품할 수 있나요?")
    live.tap("answered", answered)
    live.tap("dismiss", dismissed)
    live.time = 30.0
    live.speak("네")
    states = {q["text"]: q["state"] for q in seen.look()["staff"]["questions"].values()}
    assert list(states.values()) == ["open", "held", "answered", "dismissed"]


def test_one_more_person_is_worth_some_seconds_of_waiting(live, seen):
    """Priority rises with people and with waiting, and stays the same while nothing happens."""
    live.say("배송은 언제 오나요?", "하나")
    live.time = SECONDS_A_PERSON / 2
    live.say("반품할 수 있나요?", "둘")
    live.say("환불 되나요?", "셋")
    priorities = {q["text"]: q["priority"] for q in seen.look()["staff"]["questions"].values()}
    assert priorities["반품할 수 있나요?"] > priorities["배송은 언제 오나요?"]
    live.time = 500.0
    live.feed.ring()
    again = {q["text"]: q["priority"] for q in seen.look()["staff"]["questions"].values()}
    assert again == priorities


def test_a_question_of_many_stays_small(live, seen):
    """Five hundred askers and answers make one short entry that still counts all of them."""
    for i in range(500):
        live.say("배송은 언제 오나요?", f"손님{i}")
    (question,) = seen.look()["staff"]["questions"].values()
    assert (question["people"], question["waiting"], len(question["askers"])) == (500, 500, 12)
    assert question["askers"][0]["name"] == "손님0"
    assert question["askers"][-1]["name"] == "손님499"


def test_a_decision_shows_what_became_of_its_posts(live, seen):
    """A post waits, and then is sent or not, with the reason."""
    question = live.say("민감성 피부에도 써도 되나요?")
    live.tap("post_faq", question, faq="skin")
    posts = [d for d in seen.look()["staff"]["decisions"].values() if d["kind"] == "post_faq"]
    assert [send["fate"] for send in posts[0]["sends"]] == ["waiting"]
    live.settle("dropped", "rate_limited")
    posts = [d for d in seen.look()["staff"]["decisions"].values() if d["kind"] == "post_faq"]
    assert [(send["fate"], send["why"]) for send in posts[0]["sends"]] == [("dropped", "rate_limited")]


def test_the_faq_entries_that_questions_name_come_along(live, seen):
    """The desk has each suggested entry's answer without asking for it."""
    live.say("배송은 언제 오나요?")
    docs = seen.look()["staff"]
    (question,) = docs["questions"].values()
    assert question["faq"][0] == ["ship", 0.93]
    assert docs["entries"]["ship"]["answer"].startswith("평일 오후 1시")


def test_a_channel_that_is_gone_leaves_the_desk(live, seen):
    """Channels that the show no longer has are taken away."""
    seen.look()
    live.channels_now.pop()
    live.feed.ring()
    assert list(seen.look()["staff"]["channels"]) == ["twitch:shop"]


def test_names_may_be_shortened_on_the_overlay(make_live):
    """Where the show wants short names the overlay never gets a whole one."""
    live = make_live(replace(ShowSettings(), people=replace(ShowSettings().people, show_names="short")))
    boosted(live, "민감성 피부에도 써도 되나요?", "저자극이라 괜찮아요", "하늘")
    assert [boost["name"] for boost in overlay(Seen(live))] == ["하○○"]


def test_a_view_needs_no_more_than_plain_data(live):
    """A question is viewed from the snapshot's plain form alone."""
    live.say("배송은 언제 오나요?")
    (plain,) = live.state(0).questions
    assert view_question(plain, lambda author: None)["people"] == 1
