"""Numbers in Korean lines, written in any way: 29,900원, 2만9900, 2만 9천9백원, 이만 구천구백 원, 두 개, 이 점 영 센치.

Pure. Gives quantities with a canonical unit, so that a spoken price meets a written one.
"""

from __future__ import annotations

import re

from livebot.core.reader import Quantity
from livebot.lang.data import load

_DIGITS = {"영": 0, "공": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "륙": 6, "칠": 7, "팔": 8, "구": 9}
_SCALES = {"십": 10, "백": 100, "천": 1000}
_DATA = load("numbers_ko.json")
_NATIVE: dict[str, int] = _DATA["native"]
UNITS: dict[str, str] = _DATA["units"]
# A unit that is also the start of a word or an ending counts only where that word does not follow (`50인데`, `두 개 주세요`).
_NOT_BEFORE: dict[str, str] = _DATA["not_before"]
_UNIT = "|".join(
    re.escape(unit).replace("미리암페어", r"미리\s?암페어") + (f"(?!{_NOT_BEFORE[unit]})" if _NOT_BEFORE.get(unit) else "")
    for unit in sorted((u for u in UNITS if not u.endswith("원") or u == "원"), key=len, reverse=True)
)
_SINO = "영공일이삼사오육륙칠팔구"
_WRITTEN = re.compile(
    r"(?<![\d.,a-z])(?:(?P<eok>\d+)\s?억\s?)?"
    r"(?:(?=\d)(?:(?P<man_cheon>\d)천)?(?:(?P<man_baek>\d)백)?(?P<man>\d+(?:[.,]\d+)?)?\s?만\s?|(?<![가-힣])(?P<one>만)(?=\d))?"
    r"(?:(?P<cheon>\d(?:\.\d+)?)\s?천\s?)?(?:(?P<baek>\d)\s?백\s?)?"
    rf"(?P<rest>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)?\s?(?P<unit>{_UNIT})?"
)
_SPOKEN = re.compile(
    rf"(?<![0-9가-힣])(?P<num>(?:[{_SINO}십백천만억]\s?)+)(?:점\s?(?P<dec>(?:[{_SINO}]\s?)+))?\s?(?P<unit>{_UNIT})?(?P<after>.?)"
)
_NATIVE_UNIT = _UNIT.replace("|세(?!", "|세세(?!")
_NATIVE_RE = re.compile(
    r"(?<![가-힣])(?P<tens>열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)?\s?"
    r"(?P<one>하나|한두|두세|서너|한|둘|두|셋|세|석|넷|네|넉|다섯|여섯|일곱|여덟|아홉|스무)?\s?"
    rf"(?P<unit>{_NATIVE_UNIT})"
)
_DAYS: dict[str, int] = _DATA["days"]
_DAYS_RE = re.compile(rf"(?<![가-힣])({'|'.join(_DAYS)})(?![가-힣]*째)")
_DAY_COUNTS = frozenset(f"{sign}일" for sign in "삼육칠팔구")  # 이일, 사일, 오일 are words of their own
_RUNS = frozenset({"일이", "이삼", "삼사", "사오", "오육", "육칠", "칠팔", "팔구"})
_RANGED = frozenset({"day", "week", "month", "year", "min", "h", "times", "people", "ea"})
_PRICE_TAG = re.compile(r"[일이삼사오육칠팔구][영공일이삼사오육칠팔구]구")  # 삼구구 is how sellers say 39,900
_RANGES = {"한두": (1.0, 2.0), "두세": (2.0, 3.0), "서너": (3.0, 4.0)}
_ENDING = re.compile(r"$|[\s이에예은는도만요을를로까씩정간,.!?~입래라인]")
# One spoken digit before these is a word of its own more often than a number: 이번, 이분, 사장, 오도, 일단, 구분, 이개월 is fine.
_NOT_A_NUMBER = frozenset(_DATA["words"])


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a folded Korean line in the order of their kind: written, spoken, native."""
    found: list[Quantity] = []
    if any(char.isdigit() for char in text):
        for match in _WRITTEN.finditer(text):
            value = _written(match)
            if value is not None:
                found.append(_with_unit(value, match["unit"], any(sign in "만천" for sign in match[0])))
    for match in _SPOKEN.finditer(text):
        found.extend(_spoken(match))
    for match in _DAYS_RE.finditer(text):
        found.append(Quantity(float(_DAYS[match[1]]), "day"))
    for match in _NATIVE_RE.finditer(text):
        if match[0] in _NOT_A_NUMBER:
            continue
        values = _RANGES.get(match["one"] or "", (float(_NATIVE.get(match["tens"] or "", 0) + _NATIVE.get(match["one"] or "", 0)),))
        if match["one"] or match["tens"]:
            found.extend(_with_unit(value, match["unit"]) for value in values)
    return tuple(dict.fromkeys(found))


def _written(match: re.Match[str]) -> float | None:
    if not match[0].strip() or match[0].strip() == match["unit"]:
        return None
    man = 1e3 * _digits(match, "man_cheon") + 1e2 * _digits(match, "man_baek") + float((match["man"] or "0").replace(",", "."))
    man += bool(match["one"])  # 만2천
    value = 1e8 * _digits(match, "eok") + 1e4 * man + 1e3 * _digits(match, "cheon") + 1e2 * _digits(match, "baek")
    return value + float((match["rest"] or "0").replace(",", ""))


def _digits(match: re.Match[str], name: str) -> float:
    return float(match[name] or 0)


def _spoken(match: re.Match[str]) -> list[Quantity]:
    digits = match["num"].replace(" ", "")
    unit, after = match["unit"], match["after"]
    ends = match["num"].endswith(" ") or _ENDING.match(after)
    if not unit and digits.endswith("일") and ends and (digits[:-1] in _RUNS or digits in _DAY_COUNTS):
        digits, unit = digits[:-1], "일"  # 이삼일, 삼일: the last sign is no one but a day
    if not unit and not _stands_alone(digits, after):
        return []
    if unit and len(digits) == 1 and (match["num"].strip() + unit in _NOT_A_NUMBER or (len(unit) == 1 and not _ENDING.match(after))):
        return []
    if digits in _RUNS and UNITS.get(unit or "") in _RANGED and not match["dec"]:
        return [_with_unit(float(_DIGITS[sign]), unit) for sign in digits]
    if not unit and not match["dec"] and _PRICE_TAG.fullmatch(digits):
        return [Quantity(100.0 * _value(digits), "krw")]
    value = _value(digits)
    if match["dec"]:
        value += float("0." + "".join(str(_DIGITS[sign]) for sign in match["dec"].replace(" ", "")))
    return [_with_unit(value, unit, any(sign in "만천" for sign in digits))]


def _stands_alone(digits: str, after: str) -> bool:
    """Without a unit only a price-like run counts: with a scale (육십사만), or three bare digits (삼구구), and the word ends there."""
    if not _ENDING.match(after):
        return False
    return len(digits) >= 3 or (len(digits) == 2 and digits[0] in _DIGITS and digits[1] in "만천백")


def _value(signs: str) -> float:
    """Return the value of a run of Sino-Korean signs; a run of bare digits is read digit by digit (삼구 = 39)."""
    if all(sign in _DIGITS for sign in signs):
        return float("".join(str(_DIGITS[sign]) for sign in signs))
    total = section = number = 0
    for sign in signs:
        if sign in _DIGITS:
            number = number * 10 + _DIGITS[sign] if number else _DIGITS[sign]
        elif sign in _SCALES:
            section += (number or 1) * _SCALES[sign]
            number = 0
        else:
            total += (section + number or 1) * (10_000 if sign == "만" else 100_000_000)
            section = number = 0
    return float(total + section + number)


def _with_unit(value: float, unit: str | None, scaled: bool = False) -> Quantity:
    """A number with 만 or 천 and no unit is money: nobody counts anything else that way in a shop."""
    if not unit and scaled and value >= 1000:
        return Quantity(value, "krw")
    return Quantity(value, UNITS.get((unit or "").replace(" ", ""), ""))
