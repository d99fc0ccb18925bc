"""What leaves for Twitch: one line, in its length, and never a command, however it is disguised."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livebot.platforms.twitch.outgoing import is_command, outgoing, privmsg


@given(text=st.text(st.characters(codec=None)), limit=st.integers(2, 600))
@example("배송 내일이요\r\nPRIVMSG #shop :/ban host\x00", 500)
def test_what_leaves_is_one_line_in_length(text, limit):
    """Whatever the text: no line break, no control character, no half of a character, never longer than the limit."""
    out = outgoing(text, limit)
    assert len(out) <= limit
    assert not [char for char in out if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")]
    assert out == out.strip(" ")
    if not is_command(out):
        assert privmsg("shop", out) == f"PRIVMSG #shop :{out}"


def test_a_long_text_is_cut_at_a_word():
    """A text over 500 code points ends at a word with an ellipsis; one without spaces is cut hard, but not inside a character."""
    words = outgoing("배송은 내일 " * 100)
    assert len(words) <= 500
    assert words.endswith(("배송은…", "내일…"))
    family = "👨\u200d👩\u200d👧"
    assert outgoing("가" * 497 + family + "끝") == "가" * 497 + "…"
    assert len(outgoing("가" * 600)) == 500


@pytest.mark.parametrize(
    "text",
    [
        "/ban mina",
        ".ban mina",
        "  /ban mina",
        "／ban mina",
        "．timeout mina",
        "\U000e0000/ban mina",
        "\U000e0001\U000e0067/w mina hi",
        "\u200b\u2060\ufeff/ban mina",
        "\u3164/ban mina",
        "\u00ad.ban mina",
        "\u0301/ban mina",
        "\x01/ban mina",
        "\r\n/ban mina",
        "…/me",
    ],
)
def test_sees_a_command_behind_any_disguise(text):
    """Spaces, invisible, tag, combining and wide characters before or for the `/` do not hide a command."""
    assert is_command(text)
    assert is_command(outgoing(text))


@pytest.mark.parametrize("text", ["!title", "💬 /ban mina", "29,900원", "가 /ban", "", "①. 하나", "-5%"])
def test_sees_no_command_where_none_is(text):
    """A text that starts with anything else is none."""
    assert not is_command(text)


@pytest.mark.parametrize(("parent", "tag"), [("twitch:a-1", "@reply-parent-msg-id=a-1 "), ("a-1", "@reply-parent-msg-id=a-1 "), (None, "")])
def test_a_reply_names_its_parent(parent, tag):
    """The parent's id is sent as Twitch knows it."""
    assert privmsg("shop", "hi", parent) == f"{tag}PRIVMSG #shop :hi"


@pytest.mark.parametrize("parent", ["x y", "x;y=1", "a\r\nQUIT", "x" * 65, "", "twitch:"])
def test_a_parent_that_is_no_id_is_left_out(parent):
    """Nothing can be smuggled in through the id of a parent."""
    assert privmsg("shop", "hi", parent) == "PRIVMSG #shop :hi"


@pytest.mark.parametrize("text", ["a\r\nQUIT", "/ban mina"])
def test_a_text_that_was_not_prepared_does_not_leave(text):
    """`privmsg` refuses what `outgoing` and `is_command` did not see."""
    with pytest.raises(AssertionError):
        privmsg("shop", text)
