"""Names of viewers: how they are shown, and which ones only pretend to be another's. Pure; must not know who is in the show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# What looks like what, after NFKD and small letters: digits and marks for letters, other scripts for Latin, and pairs that run together.
_LIKE = {
    ord(char): like
    for like, chars in {
        "a": "@аα",
        "c": "сϲ",
        "d": "ԁ",
        "e": "3еε",
        "i": "1|!lıіιӏ",
        "j": "ј",
        "k": "κк",
        "n": "η",
        "o": "0оο",
        "p": "рρ",
        "s": "5$ѕ",
        "t": "τ",
        "v": "ν",
        "x": "хχ",
        "y": "уυ",
    }.items()
    for char in chars
}
_PAIRS = (("rn", "m"), ("vv", "w"))
SHORT_SKELETON = 3
LONG_NAME = 4  # a shorter name may be an everyday word: it is cut out only where it is clearly a name
SIGN_KEPT = 12  # code points of one visible sign: more are marks that reach into the lines above and below


def skeleton(name: str) -> str:
    """Return what a name looks like at a glance: two names of one skeleton are easily taken for each other.

    The idea of Unicode TR39, with the letters that chat names play with. Marks, spaces and what cannot be seen do not count.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    seen = "".join(char for char in plain.translate(_LIKE) if char.isalnum())
    for pair, one in _PAIRS:
        seen = seen.replace(pair, one)
    return unicodedata.normalize("NFC", seen)


def telling(seen: str) -> bool:
    """Whether a skeleton is long enough to stand for one person; two syllables are some nickname of many."""
    return len(seen) >= SHORT_SKELETON


def shown(name: str, how: str) -> str:
    """Return a viewer's name as chat and pages may show it: whole, or its first visible sign and two rings (봄○○)."""
    if how == "full" or not name:
        return name
    name = "".join(char for char in name if char == "\u200d" or unicodedata.category(char) != "Cf").lstrip("\u200d ") or "○"
    end = 1
    while end < len(name) and (unicodedata.combining(name[end]) or name[end] in "\u200d\ufe0f" or name[end - 1] == "\u200d"):
        end += 1
    return f"{name[: min(end, SIGN_KEPT)]}○○"


def naming(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds these names in what others write: in small and capital letters, composed and decomposed, with the @ before it."""
    forms = {unicodedata.normalize(form, name) for name in names if name for form in ("NFC", "NFD")} | {name for name in names if name}
    return re.compile("|".join(_naming(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)", re.IGNORECASE)


def _naming(form: str) -> str:
    exact = re.escape(form)
    return f"@?{exact}" if len(unicodedata.normalize("NFC", form)) >= LONG_NAME else rf"@{exact}|{exact}(?=\s?(?:{_CALLED}))"


_CALLED = "|".join(unicodedata.normalize(form, honorific) for honorific in ("님", "씨") for form in ("NFC", "NFD"))
