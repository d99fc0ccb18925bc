"""Numbers in English lines: $129, 29.90, twenty nine ninety, one twenty nine, fifty hours, 10%. Pure."""

from __future__ import annotations

import re

from livebot.core.reader import Quantity
from livebot.lang.data import load

_DATA = load("numbers_en.json")
_ONES: dict[str, int] = _DATA["ones"]
_TENS: dict[str, int] = _DATA["tens"]
_UNITS: dict[str, str] = _DATA["units"]
# `in` after a space is a unit only where nothing follows: `3 in 1`, `2 in stock`.
_WRITTEN = re.compile(
    r"(?P<cur>[$£€])?\s?(?<![\w.])(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<after>[$£€])?(?:\s(?!in\s\w))?(?P<unit>%|[a-z]+)?"
)
_CURRENCY = {"$": "usd", "£": "gbp", "€": "eur"}
_WORD = re.compile(r"[a-z]+|%")


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a folded English line: written ones, then spoken ones."""
    found: list[Quantity] = []
    if any(char.isdigit() for char in text):
        for match in _WRITTEN.finditer(text):
            unit = _CURRENCY.get(match["cur"] or match["after"] or "") or _UNITS.get(match["unit"] or "", "")
            found.append(_quantity(float(match["num"].replace(",", "")), unit))
    found.extend(_spoken(_WORD.findall(text)))
    return tuple(dict.fromkeys(found))


def _quantity(value: float, unit: str) -> Quantity:
    return Quantity(value / 100, "usd") if unit == "cent" else Quantity(value, unit)


def _spoken(words: list[str]) -> list[Quantity]:
    found: list[Quantity] = []
    i = 0
    while i < len(words):
        end, value = _run(words, i)
        if value is None:
            i += 1
            continue
        unit = _UNITS.get(words[end], "") if end < len(words) and (words[end] != "in" or end + 1 == len(words)) else ""
        # A lone "one" is a pronoun ("this one", "one of"): it counts only before a unit.
        if unit or words[i:end] not in (["one"], ["oh"]):
            found.append(_quantity(value, unit))
        i = end
    return found


def _run(words: list[str], start: int) -> tuple[int, float | None]:
    """Read the longest run of number words; return its end and its value, None if there is none.

    Speech joins pieces: `one twenty nine` is 129, `twenty nine ninety` 29.90, `two hundred forty eight` 248, `five zero` 50.
    """
    pieces: list[int] = []
    i, total, decimals = start, 0, ""
    if words[start] == "a" and words[start + 1 : start + 2] in (["hundred"], ["thousand"]):
        pieces, i = [1], start + 1
    elif words[start] == "hundred":
        pieces = [1]
    elif words[start] == "point" and words[start + 1 : start + 2] not in (["one"], ["oh"]):
        pieces = [0]
    while i < len(words):
        word = words[i]
        if word in _TENS:
            pieces.append(_TENS[word])
            if i + 1 < len(words) and 0 < _ONES.get(words[i + 1], 0) < 10:
                pieces[-1] += _ONES[words[i + 1]]
                i += 1
        elif word in _ONES and (word != "oh" or pieces):
            pieces.append(_ONES[word])
        elif word == "hundred" and pieces:
            pieces[-1] *= 100
        elif word == "thousand" and pieces:
            total, pieces = (total + _sum(pieces)) * 1000, []
        elif word == "point" and pieces and i + 1 < len(words) and words[i + 1] in _ONES:
            while i + 1 < len(words) and words[i + 1] in _ONES:
                decimals += str(_ONES[words[i + 1]])
                i += 1
        elif word == "and" and pieces and words[i + 1 : i + 3] == ["a", "half"]:
            decimals, i = "5", i + 2
        elif word == "and" and pieces and i + 1 < len(words) and (words[i + 1] in _ONES or words[i + 1] in _TENS) and pieces[-1] >= 100:
            pass
        else:
            break
        i += 1
    if i == start or (not pieces and not total):
        return start, None
    value = float(total + _sum(pieces))
    if (
        len(pieces) >= 2
        and not total
        and not decimals
        and pieces[-2] < 100
        and 10 <= pieces[-1] < 100
        and pieces[-1] % 10 in (0, 5, 9)
        and pieces[-2] >= 10
    ):
        value = _sum(pieces[:-1]) + pieces[-1] / 100
    return i, value + (float(f"0.{decimals}") if decimals else 0.0)


def _sum(pieces: list[int]) -> int:
    """Join spoken pieces: a hundred adds, what follows a smaller number is read as further digits."""
    value = 0
    for piece in pieces:
        if value and value % 100 == 0 and piece < 100:
            value += piece
        elif value:
            value = value * (100 if piece >= 10 else 10) + piece
        else:
            value = piece
    return value
