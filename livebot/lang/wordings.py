"""What livebot says: reasons for people to read and the posts of the bot, in every language. Implements `core.words.Words`. Pure.

A wording is a template with `{value}`s; `{을|를}` after a value is the Korean particle that fits it. What a viewer wrote comes into a
post only as a value, after the bot's own first sign, in one line: a post can never start with somebody else's command.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from livebot.core.decisions import Reason
from livebot.lang.data import load
from livebot.lang.folding import strip_invisible

LANGUAGES = ("ko", "en")
_VALUE = re.compile(r"\{(\w+)\}(’?)(?:\{([가-힣]+)\|([가-힣]+)\})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DIGIT_FINAL = frozenset("013678")
_LATIN_FINAL = frozenset("lmnr")


class Wordings:
    """The wordings of `data/words.json`."""

    def __init__(self) -> None:
        self._words: Mapping[str, Mapping[str, str]] = load("words.json")

    def reason(self, reason: Reason, lang: str) -> str:
        """Return the sentence for a reason."""
        return self._fill(reason.code, lang, {name: _shown(value) for name, value in reason.values})

    def post(self, code: str, lang: str, values: Mapping[str, str | int | float], limit: int) -> str:
        """Return the text of a post of at most `limit` characters: the longest value is shortened first, the rest kept.

        A `link` that is cut leads nowhere: it is given whole, or not at all where it would take half of the room.
        """
        shown = {name: one_line(_shown(value)) for name, value in values.items()}
        if len(shown.get("link", "")) > limit / 2:
            shown["link"] = ""
        text = self._fill(code, lang, shown)
        cut = [name for name in shown if name != "link"]
        while len(text) > limit and any(len(shown[name]) > 1 for name in cut):
            longest = max(cut, key=lambda name: len(shown[name]))
            shown[longest] = shorten(shown[longest], max(1, len(shown[longest]) - (len(text) - limit)))
            text = self._fill(code, lang, shown)
        return one_line(text[:limit])

    def _fill(self, code: str, lang: str, values: Mapping[str, str]) -> str:
        forms = self._words.get(code)
        if forms is None:
            return code
        template = forms.get(lang) or forms["en"]

        def fill(match: re.Match[str]) -> str:
            value = values.get(match[1], "")
            return value + match[2] + (particle(value, match[3], match[4]) if match[3] else "")

        return _VALUE.sub(fill, template)


def particle(word: str, after_vowel: str, after_consonant: str) -> str:
    """Return the Korean particle that fits after `word`: 와/과, 를/을, 가/이."""
    last = next((char for char in reversed(word) if char.isalnum()), "")
    hangul = "가" <= last <= "힣"
    final = (ord(last) - 0xAC00) % 28 != 0 if hangul else last in _DIGIT_FINAL or last.lower() in _LATIN_FINAL
    return after_consonant if final else after_vowel


def one_line(text: str) -> str:
    """Return a text fit for one line of chat: no line breaks, no control, invisible or direction-changing characters."""
    return " ".join(strip_invisible(_CONTROL.sub(" ", unicodedata.normalize("NFC", text))).split())


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, cut at a word where one ends near, with `…` for what is left out."""
    if len(text) <= limit:
        return text
    cut = text[: max(0, limit - 1)]
    while cut and unicodedata.combining(text[len(cut)]):
        cut = cut[:-1]
    space = cut.rfind(" ")
    return (cut[:space] if space > 0.6 * len(cut) else cut).rstrip() + "…"


def _shown(value: str | float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
