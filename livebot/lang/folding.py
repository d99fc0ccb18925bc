"""Fold a chat line for matching: the same words written differently become the same text. The original is kept elsewhere.

What is folded: invisible and bidi characters, compatibility forms (full-width, ligatures), case, emoji and emoticons, stretched
letters, spacing. Jamo stay what they are: NFKC would turn the chat's ㅋ (U+314B) and ㅠ into other code points, so it is applied to
everything but them. Must not know any language's words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_RAW = 500
MAX_FOLDED = 200
EMOJI = "☺"

_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE_RE = re.compile(f"[{_INVISIBLE}\u0000-\u0008\u000b-\u001f\u007f-\u009f]")
# What belongs to an emoji as people write it: joined emoji (a family), a flag of tags, the sign that asks for colour, a keycap.
_OF_EMOJI = (
    r"(?<=[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff\ufe0f])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
    r"|(?<=[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    r"|(?<=\U0001f3f4)[\U000e0061-\U000e007a]{2,6}\U000e007f"
)
_UNSEEN_RE = re.compile(f"(?P<kept>{_OF_EMOJI})|[{_INVISIBLE}\u0000-\u0008\u000b-\u001f\u007f-\u009f]")
_BIDI_RE = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMOJI_RE = re.compile(
    "(?:[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\u20e3\u200d\ufe0f]"
    r"|:[a-z][a-z0-9_+\-]{1,30}:)+"
)
_PLAIN_RE = re.compile("[ -~\uac00-\ud7a3\u3131-\u3163]*")
_RUN_RE = re.compile(r"(\D)\1{2,}")
_PHRASE_RUN_RE = re.compile(r"(.{2,12}?)\1{3,}")
_SPACE_RE = re.compile(r"\s+")
_MARKS_RE = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2,}")


def has_bidi(text: str) -> bool:
    """Whether the text holds characters that change the direction in which it is shown."""
    return _BIDI_RE.search(text) is not None


def strip_invisible(text: str) -> str:
    """Return the text without characters that take no room or reorder what is seen; those that make up an emoji stay."""
    return _UNSEEN_RE.sub(lambda match: match["kept"] or "", text) if _INVISIBLE_RE.search(text) else text


def fold(text: str) -> str:
    """Return the folded text, at most `MAX_FOLDED` characters."""
    text = text[:MAX_RAW].lower()
    if not _PLAIN_RE.fullmatch(text):
        text = _compatible(_INVISIBLE_RE.sub("", _SPACE_RE.sub(" ", _EMOJI_RE.sub(EMOJI, text)))).lower()
        text = _EMOJI_RE.sub(EMOJI, _MARKS_RE.sub("", _INVISIBLE_RE.sub("", text)))
    elif text.count(":") > 1:
        text = _EMOJI_RE.sub(EMOJI, text)
    return _without_runs(_SPACE_RE.sub(" ", text).strip())[:MAX_FOLDED].strip()


def _without_runs(text: str) -> str:
    """Shorten runs of one sign, and of phrases until there are none: what is left after one may be another."""
    text = _RUN_RE.sub(_shorten, text)
    while len(text) > 24 and (shorter := _PHRASE_RUN_RE.sub(r"\1", text)) != text:
        text = _RUN_RE.sub(_shorten, shorter)
    return text


def _shorten(run: re.Match[str]) -> str:
    """A syllable said over and over is said once (`요요요`); letters, jamo and marks keep two, as in `ㅋㅋ`, `too`, `??`."""
    char = run.group(1)
    return char if "\uac00" <= char <= "\ud7a3" or char in " ☺" else char * 2


def _compatible(text: str) -> str:
    """NFC everywhere; NFKC on what is no jamo, cut again: an expansion bomb is one sign that becomes eighteen."""
    text = unicodedata.normalize("NFC", text)
    if unicodedata.is_normalized("NFKC", text):
        return text
    folded = "".join(map(_compatible_sign, _RUN_RE.sub(_shorten, text)))
    return unicodedata.normalize("NFC", folded[:MAX_RAW])


@lru_cache(maxsize=4096)
def _compatible_sign(char: str) -> str:
    return char if "\u3131" <= char <= "\u318e" or char == EMOJI else unicodedata.normalize("NFKC", char)


def script_of(text: str) -> str:
    """Return the language by script: ko, ja, zh, th, ru, vi, en, or '' where there are no letters. Hangul wins over Latin."""
    latin = False
    kana = han = False
    for char in text:
        if "가" <= char <= "힣" or "\u3131" <= char <= "\u318e":
            return "ko"
        if "a" <= char <= "z" or "A" <= char <= "Z":
            latin = True
        elif "\u3040" <= char <= "\u30ff":
            kana = True
        elif "\u4e00" <= char <= "\u9fff":
            han = True
        elif "\u0e00" <= char <= "\u0e7f":
            return "th"
        elif "\u0400" <= char <= "\u04ff":
            return "ru"
        elif char in "ăâđêôơưĂÂĐÊÔƠƯ" or "\u1ea0" <= char <= "\u1ef9":
            return "vi"
    return "ja" if kana else "zh" if han else "en" if latin else ""
