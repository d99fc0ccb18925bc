"""The board's document and its taps: which questions the host sees, what to read out, why a card left, and how it comes back."""

import itertools

import pytest

from livebot.core.settings import Ladder, People, ShowSettings
from livebot.web.board import CARDS_SENT, HANDED, TEXT_SENT, BoardDocument, handed_note, staffs_wording
from livebot.web.mirror import Mirror

TAPS = itertools.count(1)


class Board:
    """The board's document as its page puts it together."""

    def __init__(self, live) -> None:
        self._mirror = Mirror(live)
        self._document = BoardDocument(live, self._mirror)
        self.doc: dict[str, dict] = {"cards": {}, "settled": {}, "show": {}, "service": {}}

    def look(self) -> dict[str, dict]:
        """Look at the show once more and return the document."""
        for section, entries in self._document.changes(self._mirror.look()).items():
            self.doc[section] |= entries
            self.doc[section] = {
                key: value for key, value in self.doc[section].items() if value is not None or section in ("show", "service")
            }
        return self.doc


@pytest.fixture
def board(live) -> Board:
    return Board(live)


def ask(live, text: str = "배송은 언제 오나요?", name: str = "구름빵", **more) -> str:
    """Let somebody ask; return the question's id."""
    return live.say(text, name, **more)


def later(live, seconds: float) -> None:
    """Let time pass; the host says something that answers nothing."""
    live.time += seconds
    live.speak("네")


def test_a_question_is_on_the_board_once_the_host_missed_it(live, board):
    """Before `board_after` there is no card; from then on there is one, with who asked first, how many, since when."""
    question = ask(live)
    ask(live, name="달빛")
    later(live, 44)
    assert board.look()["cards"] == {}
    later(live, 2)
    card = board.look()["cards"][question]
    assert (card["text"], card["name"], card["waiting"], card["since"]) == ("배송은 언제 오나요?", "구름빵", 2, 0.0)
    assert board.doc["service"] == {"open": 1, "people": 2, "since": 0.0, "board": 1}


def test_a_card_holds_only_what_the_board_needs(live, board):
    """Neither ids of people nor candidates, askers or reasons are sent to the host's tablet."""
    question = ask(live, author="u-secret")
    live.say("오늘 출고된대요", "하늘", author="u-peer")
    ask(live, name="달빛", author="u-other")
    live.tap("to_host", question)
    doc = board.look()
    assert "u-secret" not in str(doc)
    assert not any(secret in str(doc) for secret in ("u-peer", "u-other", "하늘"))
    assert not {"askers", "answers", "history"} & doc["cards"][question].keys()


def test_later_takes_a_card_off_and_the_host_gets_it_back(live, board):
    """`later` is off the board although the wait goes on; `to_host` after it puts it back."""
    question = ask(live)
    later(live, 46)
    board.look()
    live.tap("later", question)
    doc = board.look()
    assert doc["cards"] == {}
    assert doc["settled"][question]["how"] == "later"
    later(live, 1)
    live.tap("to_host", question)
    doc = board.look()
    assert question in doc["cards"]
    assert doc["settled"] == {}


@pytest.mark.parametrize(
    ("settle", "how"),
    [
        (lambda live, q: live.speak("오늘 출고돼서 모레 도착해요"), "host_voice"),
        (lambda live, q: live.tap("answered", q, voice=True), "tapped"),
        (lambda live, q: live.tap("answered", q), "staff"),
        (lambda live, q: live.tap("dismiss", q), "dismissed"),
        (lambda live, q: live.tap("merge", q, into="m1"), "gone"),
    ],
)
def test_a_card_that_leaves_says_why(live, board, settle, how):
    """What was heard, tapped, settled by staff, closed or merged is told apart."""
    ask(live, "민감성 피부에도 써도 되나요?")
    question = ask(live)
    later(live, 46)
    assert question in board.look()["cards"]
    settle(live, question)
    doc = board.look()
    assert question not in doc["cards"]
    assert doc["settled"][question]["how"] == how


def test_what_was_settled_is_forgotten_after_a_minute(live, board):
    """As long as the core brings a question back it is named, and no longer."""
    question = ask(live)
    later(live, 46)
    board.look()
    live.speak("모레 도착해요")
    assert question in board.look()["settled"]
    later(live, 61)
    assert board.look()["settled"] == {}


def test_a_reopened_card_is_back(live, board):
    """One tap brings back what the host's voice had settled."""
    question = ask(live)
    later(live, 46)
    board.look()
    live.speak("모레 도착해요")
    board.look()
    live.tap("reopen", question)
    doc = board.look()
    assert question in doc["cards"]
    assert doc["settled"] == {}


def test_cards_stay_however_many_come_after_them(live, board):
    """More missed questions than are sent: those there stay, the rest is a number, and the most urgent takes a free place."""
    live.matcher.apart = True
    first = [ask(live, f"{i}번 상품은 뭐가 다른가요?", f"손님{i}") for i in range(CARDS_SENT)]
    later(live, 46)
    assert set(board.look()["cards"]) == set(first)
    lone = ask(live, "이건 뭔가요?")
    asked = [ask(live, "저건 뭔가요?", name) for name in "가나다라마"]
    later(live, 46)
    doc = board.look()
    assert set(doc["cards"]) == set(first)
    assert doc["service"]["board"] == CARDS_SENT + 2
    live.tap("answered", first[3], voice=True)
    assert set(board.look()["cards"]) == {*first, asked[0]} - {first[3]}
    assert lone not in board.doc["cards"]


@pytest.mark.parametrize(("sure", "answer"), [(0.93, (True, "평일 오후 1시")), (0.41, (False, "평일 오후 1시")), (0.2, None)])
def test_the_answer_to_read_is_marked_by_how_surely_it_fits(live, board, sure, answer):
    """A sure FAQ entry is read out as it is, a guess comes with its own question, and below `suggest_confidence` there is none."""
    live.matcher.sure = sure
    question = ask(live)
    live.tap("to_host", question)
    found = board.look()["cards"][question]["answer"]
    if answer is None:
        assert found is None
    else:
        assert (found["sure"], found["text"][:8]) == (answer[0], answer[1][:8])
        assert found["asks"] == "배송은 언제 오나요?"


def test_staffs_wording_goes_before_the_faq(live, board):
    """What staff noted on a question is what the host reads."""
    question = ask(live)
    live.tap("note", question, text="오늘은 5시까지 주문하면 오늘 나가요")
    live.tap("to_host", question)
    answer = board.look()["cards"][question]["answer"]
    assert (answer["from"], answer["text"]) == ("staff", "오늘은 5시까지 주문하면 오늘 나가요")


@pytest.mark.parametrize(("off", "undo"), [("later", "to_host"), ("answered", "reopen")])
def test_what_is_undone_is_a_card_again_however_many_are_more_urgent(make_live, off, undo):
    """The card that the host let go by mistake comes back at once, though others have taken every place; it leaves as any other does."""
    live = make_live()
    live.matcher.apart = True
    board = Board(live)
    questions = [ask(live, f"{i}번은 뭐가 다른가요?", f"손님{i}") for i in range(3 * CARDS_SENT)]
    later(live, 50)
    last = [each for each in questions if each in board.look()["cards"]][-1]
    live.tap(off, last)
    assert last not in board.look()["cards"]
    assert len(board.doc["cards"]) == CARDS_SENT
    later(live, 5)
    board.look()
    live.tap(undo, last)
    assert last in board.look()["cards"]
    assert len(board.doc["cards"]) == CARDS_SENT + 1
    live.tap("answered", last)
    assert len(board.look()["cards"]) == CARDS_SENT


@pytest.mark.parametrize("marks", ["\u0301" * 300, "b" + "\u0301" * 1000, "\u0301 " * 40])
def test_marks_do_not_eat_the_question(live, board, marks):
    """However many marks stand before or in a question, its words are on the board, and no sign has more than a dozen."""
    question = ask(live, f"{marks} 배송은 언제 오나요?", name=f"{marks}구름빵")
    later(live, 46)
    card = board.look()["cards"][question]
    assert card["text"].endswith("배송은 언제 오나요?")
    assert card["name"].endswith("구름빵")
    assert "\u0301" * 13 not in card["text"] + card["name"]


def test_a_long_question_is_cut_between_signs(live, board):
    """A question that is too long ends in an ellipsis, and no sign of several code points is torn."""
    family = "👩\u200d👩\u200d👧"
    question = ask(live, "배송은? " + family * 400)
    later(live, 46)
    assert board.look()["cards"][question]["text"] == "배송은? " + family * (TEXT_SENT - 5) + "…"


def test_a_line_that_was_taken_away_is_not_shown_to_the_host(live, board):
    """Where a moderator deleted the first asker's line, the card has the words of who still waits."""
    from livebot.core.events import MessageDeleted

    question = ask(live, "배송은 언제 오나요? 나쁜말")
    ask(live, "배송은 언제 와요?", "달빛")
    live.take(MessageDeleted("x1", live.time, question, "twitch:shop"))
    later(live, 46)
    card = board.look()["cards"][question]
    assert (card["text"], card["name"]) == ("배송은 언제 와요?", "달빛")


def test_who_does_not_want_to_be_named_is_not(make_live):
    """A quiet viewer's name is not on the board, and others' are short where the show wants that."""
    live = make_live(ShowSettings(people=People(show_names="short"), ladder=Ladder()))
    question = ask(live)
    live.show._ctx.state.viewers["twitch:구름빵"].quiet = True
    live.tap("to_host", question)
    doc = Board(live).look()
    assert doc["cards"][question]["name"] == ""
    live.show._ctx.state.viewers["twitch:구름빵"].quiet = False
    live.tap("note", question, text="")
    assert Board(live).look()["cards"][question]["name"] == "구○○"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_note_says_that_the_host_gave_it_away_and_takes_it_back(lang):
    """Staff's own words stay as they were, with and without a note before."""
    for note in ("", "오늘은 5시까지"):
        handed = handed_note(note, lang)
        assert handed.endswith(HANDED[lang])
        assert handed_note(handed, lang) == handed
        assert staffs_wording(handed) == note


# taps of the board


def tap(action: str, question: str) -> dict:
    """Return the body of one tap of the board."""
    return {"id": f"board-{next(TAPS):05d}", "action": action, "question": question, "by": "진행자"}


async def missed(live, site) -> str:
    """Let a question be missed and known to the web app; return its id."""
    question = ask(live)
    later(live, 46)
    async with site.page("board") as page:
        await page.until(lambda doc: question in doc["cards"])
    return question


async def test_the_board_has_a_stream_of_its_own(live, site):
    """With the board's token the socket brings the board's sections, and not the desk's."""
    async with site.page("board") as page:
        doc = await page.until(lambda doc: "cards" in doc)
        assert set(doc) == {"show", "service", "cards", "settled"}


async def test_to_staff_is_later_with_a_note(live, site):
    """The host's tap takes the card off the board, staff read why; undone, the card is back and the note as before."""
    question = await missed(live, site)
    live.tap("note", question, text="5시까지예요")
    async with site.browser("board") as client, site.page("board") as page, site.page("staff") as desk:
        await desk.until(lambda doc: doc["questions"][question]["note"] == "5시까지예요")
        assert (await client.post("/api/act", json=tap("to_staff", question))).status == 200
        doc = await page.until(lambda doc: question not in doc["cards"])
        assert doc["settled"][question]["how"] == "later"
        await desk.until(lambda doc: doc["questions"][question]["note"] == f"5시까지예요 · {HANDED['ko']}")
        assert desk.doc["questions"][question]["board"] is False
        live.time += 1
        assert (await client.post("/api/act", json=tap("to_host", question))).status == 200
        doc = await page.until(lambda doc: question in doc["cards"])
        await desk.until(lambda doc: doc["questions"][question]["note"] == "5시까지예요")


async def test_to_staff_of_what_is_settled_changes_nothing(live, site):
    """A question that nobody waits for any more is not given to staff: the tap is refused and no note is left."""
    question = await missed(live, site)
    live.tap("answered", question)
    async with site.browser("board") as client:
        answer = await client.post("/api/act", json=tap("to_staff", question))
        assert answer.status == 409
    assert [event.action for event in live.taken if hasattr(event, "action")] == ["answered", "later"]


@pytest.mark.parametrize("action", ["dismiss", "boost", "post_faq", "note", "stop", "approve", "merge"])
async def test_the_board_may_not_do_what_staff_do(live, site, action):
    """The board's token decides the host's cards and nothing else."""
    question = await missed(live, site)
    async with site.browser("board") as client:
        assert (await client.post("/api/act", json=tap(action, question))).status == 403
    assert not [event for event in live.taken if hasattr(event, "action")]
