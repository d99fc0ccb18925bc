"""What livebot says: every code has words in every language, and a post can never be somebody else's command."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import livebot
from livebot.core.decisions import Reason
from livebot.lang.data import load
from livebot.lang.pack import FLAGS
from livebot.lang.wordings import LANGUAGES, Wordings, one_line, particle, shorten

PACKAGE = Path(livebot.__file__).parent
WORDS = load("words.json")
POSTS = ("boost", "post_faq", "nudge", "thank", "announce")
HOSTILE = [
    "/ban minji_host",
    ".ban minji_host",
    "/w victim_user 비밀번호 알려줘",
    "!title 사기 방송",
    "/announce 전부 환불합니다",
    "  /ban minji_host",
    "／ban minji_host",
    "\U000e0000/ban minji_host",
    "배송 내일이요\r\nPRIVMSG #livebotshop :/ban minji_host",
    "@id=1;display-name=호스트\\s공식;mod=1 :tmi.twitch.tv PRIVMSG #livebotshop :fake",
    "{name} {answer} {question}",
    "\u2028/ban x",
    "",
]


def codes_in_core() -> Iterator[str]:
    """Every reason code and post code that the core uses, read off its source; a code put together is given with `*` for the parts."""
    for path in sorted((PACKAGE / "core").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                of_reason = node.func.attr == "of" and isinstance(node.func.value, ast.Name) and node.func.value.id == "Reason"
                if of_reason or node.func.attr == "post":
                    yield from _texts(node.args[0])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "post" and len(node.args) > 2:
                yield from _texts(node.args[2])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)


def test_every_code_of_the_core_is_worded() -> None:
    """In both languages; a code made of parts has a wording for every part the core can put there."""
    codes = set(codes_in_core())
    assert len(codes) > 30
    for code in codes:
        known = [code] if "*" not in code else [other for other in WORDS if other.startswith(code.split("*")[0])]
        assert known and all(other in WORDS for other in known), code
    for code in ("resolve.host_voice", "resolve.host_chat", "resolve.peer", "resolve.faq", "resolve.expired"):
        assert code in WORDS
    for who in ("faq", "host", "peer"):
        assert f"guard.contradicted_{who}" in WORDS
    for why in ("complaint", "askers", "waited", "board"):
        assert f"escalate.{why}" in WORDS


@pytest.mark.parametrize("code", sorted(WORDS))
def test_every_wording_is_there_in_every_language_with_the_same_values(code: str) -> None:
    """No language says more or less than another."""
    forms = WORDS[code]
    assert set(forms) == set(LANGUAGES)
    named = [set(re.findall(r"\{(\w+)\}", form)) for form in forms.values()]
    assert named[0] == named[1], forms


@pytest.mark.parametrize("text", HOSTILE)
def test_a_post_starts_with_livebots_own_sign(text: str) -> None:
    """Whatever viewers call themselves and write: one line, within the limit, never starting with their text (H001 to H021)."""
    for code, lang, limit in product(POSTS, LANGUAGES, (20, 100, 500)):
        post = Wordings().post(code, lang, {"name": text, "answer": text, "question": text}, limit)
        assert len(post) <= limit
        assert post == one_line(post)
        assert post[0] == WORDS[code][lang][0] and ord(post[0]) > 0x2000


@given(
    st.sampled_from(POSTS),
    st.sampled_from(LANGUAGES),
    st.fixed_dictionaries({key: st.text(max_size=300) for key in ("name", "answer", "question")}),
    st.integers(20, 500),
)
def test_any_post_keeps_its_form(code: str, lang: str, values: dict[str, str], limit: int) -> None:
    """For any text and any limit."""
    post = Wordings().post(code, lang, values, limit)
    assert len(post) <= limit and "\n" not in post and "\r" not in post and "\x00" not in post
    assert post.startswith(WORDS[code][lang][0])
    post.encode("utf-8", "strict") if not any("\ud800" <= char <= "\udfff" for text in values.values() for char in text) else None


def test_the_answer_is_kept_longest() -> None:
    """What is cut first is the longest value; the shorter ones stay whole."""
    post = Wordings().post("boost", "ko", {"name": "별", "answer": "네 " * 200, "question": "이거 되나요"}, 100)
    assert "별님" in post and "이거 되나요" in post and "…" in post


def test_values_are_no_templates() -> None:
    """A name with braces is a name."""
    assert "{answer}" in Wordings().post("boost", "en", {"name": "{answer}", "answer": "yes", "question": "q"}, 500)


def test_line_breaks_become_one_space() -> None:
    """CR, LF, NUL and their Unicode likes (H019)."""
    assert one_line("a\r\nb\x00c\rd\u2028e\x85f\tg") == "a b c d e f g"


def test_a_reason_without_its_value_is_worded_without_it() -> None:
    """Pages may show reasons of an older livebot."""
    assert Wordings().reason(Reason.of("resolve.peer"), "ko")
    assert Wordings().reason(Reason.of("no.such.code"), "ko") == "no.such.code"


def test_an_unknown_language_speaks_english() -> None:
    """Rather than nothing."""
    assert Wordings().reason(Reason.of("thanks"), "fr") == WORDS["thanks"]["en"]


@pytest.mark.parametrize(
    ("word", "fits"),
    [
        ("별", "과"),
        ("초코", "와"),
        ("하늘바다", "와"),
        ("달님", "과"),
        ("user1", "과"),
        ("user2", "와"),
        ("user3", "과"),
        ("user7", "과"),
        ("user9", "와"),
        ("mom", "과"),
        ("kim", "과"),
        ("minji", "와"),
        ("anna", "와"),
        ("이거 얼마예요?", "와"),
        ("’", "와"),
        ("", "와"),
    ],
)
def test_particles_fit_the_word_before(word: str, fits: str) -> None:
    """By the last sound of the last letter or figure; marks are passed over."""
    assert particle(word, "와", "과") == fits


@pytest.mark.parametrize(("code", "ko"), [("question.joined", "‘별’과 같은 질문"), ("question.joined", "‘초코’와 같은 질문")])
def test_particles_in_a_sentence(code: str, ko: str) -> None:
    """The particle stands after the quotation mark."""
    name = ko.split("’")[0].removeprefix("‘")
    assert ko in Wordings().reason(Reason.of(code, question=name, score=0.9), "ko")


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_shortened_text_is_short_and_a_beginning(text: str, limit: int) -> None:
    """At most the limit, a beginning of the text, with a sign for what is left out."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short.endswith("…") and text.startswith(short[:-1].rstrip())


def test_every_signal_is_worded_in_both_languages() -> None:
    """What `explain` shows has words."""
    signals = load("signals.json")
    assert all(set(words) == set(LANGUAGES) for words in signals.values())
    assert [flag for flag in FLAGS if f"is_{flag}" not in signals] == []
    assert json.dumps(signals)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_link_is_given_whole_or_not_at_all(lang: str) -> None:
    """A long answer is cut before the link; where the link would take half of the room, there is none."""
    link = "https://live.shop.example/help?q=12"
    values = {"number": 12, "question": "배송 언제 와요?", "answer": "내일 " * 80, "link": link}
    assert Wordings().post("mine.faq", lang, values, 200).endswith(link)
    assert "http" not in Wordings().post("mine.faq", lang, values, 60)
    assert not Wordings().post("mine.faq", lang, {**values, "link": ""}, 500).endswith(" ")
