"""The feed: bounded rings of what happened."""

from livebot.core.events import Author, ChatMessage, Sent
from livebot.web.feed import Feed


def fill(live, feed: Feed) -> None:
    """Let the show's events go into this feed as well."""
    live.feed = feed


def test_it_keeps_the_last_lines_only(live):
    """Older lines are let go, and the pages are told which."""
    fill(live, Feed(keep_lines=3))
    lines = [live.say(f"줄 {i}") for i in range(5)]
    news = live.feed.drain()
    assert [line.id for line in news.lines] == lines[2:]
    assert news.gone_lines == lines[:2]
    assert list(live.feed.lines) == lines[2:]


def test_it_keeps_the_last_decisions_only(live):
    """Older decisions are let go, and what becomes of their posts afterwards does no harm."""
    fill(live, Feed(keep_decisions=1))
    for text in ("배송은 언제 오나요?", "반품할 수 있나요?"):
        live.tap("post_faq", live.say(text), faq="ship")
    assert len(live.feed.decisions) == 1
    live.settle("sent")
    assert live.feed.counts["sent", "sent"] == 2


def test_what_was_drained_is_not_new_again(live):
    """A second drain is empty, and the bell rests."""
    live.say("줄")
    assert live.feed.changed.is_set()
    live.feed.drain()
    assert not live.feed.changed.is_set()
    assert live.feed.drain().lines == []


def test_a_second_copy_of_a_line_counts_once(live):
    """The same platform id again has no reading and so no row."""
    for _ in range(2):
        live.take(ChatMessage("same", 0.0, "twitch:shop", Author("u", "달"), "줄"))
    assert live.feed.counts["message", "chat"] == 1
    assert len(live.feed.lines) == 1


def test_a_person_can_be_forgotten(live):
    """All lines of a person go, by their key; others stay."""
    gone, kept = live.say("지워 주세요", "달"), live.say("안녕하세요", "해")
    live.feed.drain()
    live.feed.forget("twitch:달")
    assert live.feed.drain().gone_lines == [gone]
    assert list(live.feed.lines) == [kept]


def test_what_quotes_or_names_who_is_forgotten_goes_too(live):
    """An echo of livebot's post that repeats their words goes, and so does the decision; from others' lines their name is cut out."""
    asked = live.say("이거 임산부도 써도 되나요?", "달빛나그네")
    echo = live.say("💡 FAQ: 네 쓰셔도 돼요 (질문: 이거 임산부도 써도 되나요?)", "livebot")
    named = live.say("달빛나그네님 저도 궁금해요", "해")
    kept = live.say("안녕하세요", "해")
    live.tap("dismiss", asked)
    live.feed.drain()
    live.feed.forget("twitch:달빛나그네")
    news = live.feed.drain()
    assert set(news.gone_lines) == {asked, echo}
    assert [(line.id, "달빛나그네" in line.text) for line in news.lines] == [(named, False)]
    assert list(live.feed.lines) == [named, kept]
    assert not any("달빛나그네" in repr(each) or "임산부도" in repr(each) for each in live.feed.decisions.values())


def test_a_fate_of_an_unknown_post_is_only_counted(live):
    """What became of a post from before a restart changes nothing else."""
    live.take(Sent("s1", 0.0, "s999", "unknown"))
    assert live.feed.counts["sent", "unknown"] == 1
    assert live.feed.drain().decisions == []
