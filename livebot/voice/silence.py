"""Takes out of a line what speech recognition made of nothing: sentences it invents on silence, marks for sounds, and loops. Pure.

The sentences are data by language (`data/silence.json`). A line is dropped only if it is nothing but such sentences; where one stands in
a longer line, the line stays as it is. Reports of the fault: openai-whisper hallucinations on silence, in Korean mostly the words by which
videos end.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib import resources

from livebot.lang import numbers_en, numbers_ko

LARGE = 100  # a smaller number without a unit is an everyday word
LOOP_FROM = 5  # times that the same words stand one after the other
LOOP_WORDS = 8
WILDCARD = ".{0,12}"

_SOUND = re.compile(r"[\[(*♪♫][^\])*♪♫]{0,30}[\])*♪♫]|[♪♫]+")
_SPACE = re.compile(r"\s+")
_LOOP = re.compile(rf"(?:(?<=\s)|^)((?:\S+\s+){{0,{LOOP_WORDS - 1}}}?\S+)(?:\s+\1){{{LOOP_FROM - 1},}}(?=\s|$)")
_RUN = re.compile(rf"(\S{{2,12}}?)\1{{{LOOP_FROM},}}")
MOST = 2000  # characters; no sentence is longer, and the patterns above are quadratic in it


def without_noise(text: str) -> str:
    """Return what a speaker can have said of `text`, on one line; '' if that is nothing."""
    text = _SPACE.sub(" ", _SOUND.sub(" ", unicodedata.normalize("NFC", text[:MOST]))).strip()
    kept = _SPACE.sub(" ", _RUN.sub(_once, _LOOP.sub(_once, text))).strip()
    if kept != text and _is_one_loop(text):
        kept = kept if _says_a_number(kept) else ""  # a price is called out often; a word alone in a loop is none
    return "" if _invented().fullmatch(_bare(kept)) else kept


def _says_a_number(text: str) -> bool:
    """Whether a text holds digits, or an amount in words (이만 구천 원): recognisers write either."""
    said = (*numbers_ko.quantities(text), *numbers_en.quantities(text))
    return any(char.isdigit() for char in text) or any(amount.unit or amount.value >= LARGE for amount in said)


def _once(found: re.Match[str]) -> str:
    return found[1]


def _is_one_loop(text: str) -> bool:
    return _LOOP.fullmatch(text) is not None or _RUN.fullmatch(text.rstrip(".!?")) is not None


def _bare(text: str) -> str:
    """Letters and digits only: recognisers space and punctuate as they like."""
    return "".join(char for char in text.casefold() if char.isalnum())


@cache
def _invented() -> re.Pattern[str]:
    data = json.loads(resources.files("livebot.voice").joinpath("data/silence.json").read_text("utf-8"))
    phrases = [phrase for lang, listed in data.items() if lang != "about" for phrase in listed]
    patterns = sorted((WILDCARD.join(re.escape(_bare(part)) for part in phrase.split("*")) for phrase in phrases), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(patterns)}){{0,8}}")
