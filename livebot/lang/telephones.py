"""Finds telephone numbers that are said digit by digit ("공일공에 …", "oh one oh …"), in part or whole, or written with odd signs between.

A run of digits counts by its sum of digits and how it begins, so that counting, sizes, shades and dates are none. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MOBILE = re.compile(r"01[016789]\d{7,8}")
LONG = range(10, 14)  # digits of a number with its area
LOCAL = 7
ALL = 11  # digits of a Korean mobile number of today
SAID_LEAST = 2  # said digits that tell a number from an amount with a word before it

_KO = {
    "공": "0", "영": "0", "빵": "0", "o": "0", "O": "0", "○": "0", "일": "1", "하나": "1", "이": "2", "둘": "2", "삼": "3", "셋": "3",
    "사": "4", "넷": "4", "오": "5", "다섯": "5", "육": "6", "륙": "6", "여섯": "6", "칠": "7", "일곱": "7", "팔": "8", "여덟": "8",
    "구": "9", "아홉": "9",
}  # fmt: skip
_EN = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_KO_UNIT = "|".join(sorted(_KO, key=len, reverse=True)) + r"|\d"
_BETWEEN = r"[^\w\n●]{0,3}(?:ㅡ|_|에|의|다시|하고|대시|dash)?[^\w\n●]{0,3}"
_KO_RUN = re.compile(
    rf"(?<!\d)(?:[공영빵0○]|(?<![A-Za-z])[oO]){_BETWEEN}(?:일|1|하나){_BETWEEN}(?:(?:{_KO_UNIT}){_BETWEEN}){{7,8}}(?:{_KO_UNIT})(?!\d)"
)
_KO_ONE = re.compile(_KO_UNIT)
_EN_WORD = "|".join(_EN)
_EN_UNIT = rf"(?:(?:double|triple)\s)?(?:(?:{_EN_WORD})(?![a-z])|\d)"
_EN_RUN = re.compile(rf"(?i)(?<![\w$£€.]){_EN_UNIT}(?:[\s,.()-]{{0,3}}{_EN_UNIT}){{4,12}}(?![\w%])")
_EN_ONE = re.compile(rf"(?i)(double\s|triple\s)?(?:({_EN_WORD})(?![a-z])|(\d))")
_TIMES = {"double": 2, "triple": 3}
_COUNTED = ("0123456789", "9876543210")


def may_be_said(text: str) -> bool:
    """Whether there is a run of digits in a text that is worth a closer look."""
    return _KO_RUN.search(text) is not None or _EN_RUN.search(text) is not None


def without_said(text: str, mask: str, *, called: bool) -> str:
    """Return a text with `mask` for such numbers; `called`: it speaks of calling somebody, so that seven digits are a number, too."""
    text = _KO_RUN.sub(_unless(_is_korean, mask), text)
    return _EN_RUN.sub(_unless(lambda run: _is_english(run, called), mask), text)


def _unless(is_number: Callable[[str], bool], mask: str) -> Callable[[re.Match[str]], str]:
    return lambda match: mask if is_number(match[0]) else match[0]


def _is_korean(run: str) -> bool:
    units = _KO_ONE.findall(run)
    digits = "".join(_KO.get(unit, unit) for unit in units)
    groups = [len(group) for group in re.findall(r"\d+", run)]
    apart = len(digits) == ALL and re.fullmatch(r"[\d\s-]+", run) is not None
    return MOBILE.fullmatch(digits) is not None and (apart or groups in ([3, 3, 4], [3, 4, 4]) or any(unit in _KO for unit in units))


def _is_english(run: str, called: bool) -> bool:
    digits, said = "", 0
    for times, word, digit in _EN_ONE.findall(run):
        count = _TIMES.get(times.strip().lower(), 1)
        digits += (_EN[word.lower()] if word else digit) * count
        said += count if word or times else 0
    if said < SAID_LEAST or any(digits in counted for counted in _COUNTED):
        return False
    return len(digits) in LONG or (called and len(digits) == LOCAL)
