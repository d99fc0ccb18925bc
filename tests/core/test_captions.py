"""SubRip and WebVTT cues."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from livebot.core.captions import BadCue, Cue, cues


def read(text: str) -> list[Cue | BadCue]:
    return list(cues(enumerate(text.split("\n"), 1)))


def spoken(text: str) -> list[tuple[float, str]]:
    return [(cue.start, cue.text) for cue in read(text) if isinstance(cue, Cue)]


def test_srt_cues_give_start_and_joined_text() -> None:
    """Two text lines become one; index and markup are gone."""
    text = "1\n00:00:01,500 --> 00:00:03,000\n<i>안녕하세요</i>\n{\\an8}여러분\n\n2\n01:00:00,000 --> 01:00:02,000\n시작할게요\n"
    assert spoken(text) == [(1.5, "안녕하세요 여러분"), (3600.0, "시작할게요")]


def test_webvtt_headers_notes_names_and_settings_are_no_text() -> None:
    """Only what stands below a time line was said."""
    text = (
        "WEBVTT - title\nKind: captions\n\nNOTE said by nobody\nmore\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:02.000 --> 00:04.250 align:start position:0%\n<v Host>네 &amp; 반갑습니다</v>\n\n"
        "00:00:05.5 --> 00:00:06.000\nfine\n"
    )
    assert spoken(text) == [(2.0, "네 & 반갑습니다"), (5.5, "fine")]


def test_rolling_captions_are_said_once() -> None:
    """A row that stays while the next is spoken is not repeated; the same words later are."""
    text = (
        "WEBVTT\n\n00:00.000 --> 00:02.000\n \n오늘은<00:00:01.000><c> 세럼</c>\n\n00:02.000 --> 00:02.010\n오늘은 세럼\n \n\n"
        "00:02.010 --> 00:04.000\n오늘은 세럼\n보여드릴게요\n\n00:09.000 --> 00:10.000\n보여드릴게요\n"
    )
    assert spoken(text) == [(0.0, "오늘은 세럼"), (2.01, "보여드릴게요"), (9.0, "보여드릴게요")]


def test_cues_without_a_blank_line_between_are_told_apart() -> None:
    """The next cue's index is not taken for a word of this one."""
    assert spoken("1\n00:00:01,000 --> 00:00:02,000\n하나\n2\n00:00:02,000 --> 00:00:03,000\n둘") == [(1.0, "하나"), (2.0, "둘")]


def test_a_broken_time_line_is_named_and_the_next_cue_is_read() -> None:
    """Line number and the form that is expected are told."""
    found = read("1\n00:00:xx,000 --> 00:00:02,000\nlost\n\n2\n00:00:02,000 --> 00:00:03,000\nkept\n")
    assert isinstance(found[0], BadCue)
    assert found[0].line == 2
    assert found[1] == Cue(6, 1, 2.0, "kept")


@given(st.text("0123:,.-> \n<&{}\\ab가WEBVT", max_size=120))
def test_no_text_raises(text: str) -> None:
    """Whatever stands in a caption file, reading it ends."""
    assert all(cue.line >= 1 for cue in read(text))
