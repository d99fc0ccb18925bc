"""Finds Korean addresses that name no region: a road with its house number, a quarter with its lot.

The particle 로 makes every noun look like a road ("별도로 3000원"). It stands after a vowel or ㄹ, though: after another consonant 로 is a
road's ("테헤란로 152"), but for a few words. Elsewhere the road must be a known one, or a lane, a storey, a flat or a building must follow,
or the line must speak of sending something there. An amount ("난로 2개") is no house. Pure.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from livebot.lang.data import load

_ROAD = r"(?<![가-힣])[가-힣]{1,8}(?<!으)(?:로|길)"
_LANE = r"[가-힣]{1,8}(?:대로|로)\s?\d{1,3}(?:번|가)?길"
_HOUSE = r"\d{1,4}(?:-\d{1,3})?"
_INSIDE = (
    r"(?:,?\s?(?:지하\s?)?B?\d{1,2}층|,?\s?\d{1,4}동\s?\d{1,4}호|,?\s?\d{3,4}호|,?\s지하(?![가-힣])"
    r"|,?\s[가-힣A-Za-z\d]{1,12}(?:빌딩|타워|센터|스퀘어|플라자|아파트|오피스텔|빌라|하우스|맨션|캐슬|파크))"
)
_ADDRESSES = (
    re.compile(rf"{_LANE}\s?{_HOUSE}(?!\d|\s?(?:개|원|장))(?:{_INSIDE}){{0,3}}"),
    re.compile(rf"{_ROAD}\s?{_HOUSE}(?:{_INSIDE}){{1,3}}"),
    re.compile(rf"[가-힣]{{1,8}}(?:로|길|동|리)\s?{_HOUSE}\s?번지(?:{_INSIDE}){{0,3}}"),
)
_QUARTER = re.compile(
    r"(?<![가-힣])(?!(?:[가-힣]{0,4}(?:운|자|수|냉|이|활|작|진|행|공|변|전|구|연|아|감|가|기|율|출|파|부|유)동))[가-힣]{1,4}동\s?\d{2,4}-\d{1,4}"
    rf"(?![\d-]|\s?(?:일|회|시|분|개|주|인|명|달|월|년|만|원|도|번|세트|장|박스|호|cm|mm|kg|ml|g|%))(?:{_INSIDE}){{0,3}}"
)
_SENT = re.compile(r"주소|배송지|수령지|받는\s?곳|보내\s?주|배달\s?(?:해|부탁)")
_NO_ROAD = r"(?!(?:별도|추가|따|새|바|서|세|가|무료|차례|순서대|그대|제대|정도|용도|도|단위|세트|기준|평균|최대|최소|임의|위|아래)로)"
_SENT_TO = re.compile(
    rf"(?<![가-힣]){_NO_ROAD}[가-힣]{{2,8}}(?<!으)로\s?\d{{2,4}}(?:-\d{{1,3}})?(?=로\s|으로\s|\s?(?:$|[,.]|이에요|예요|입니다))"
)


_PLAIN = re.compile(
    r"(?<![가-힣\d])(?P<road>[가-힣]{1,8}?(?:\d로|로|길)) ?(?P<house>\d{1,4}(?:-\d{1,3})?)(?![\d-])(?P<after>\s?[가-힣A-Za-z%]*)"
)
_FINALS, _LIEUL = 28, 8
_PARTICLES = r"(?:은|는|이|가|을|를|도|만|씩|짜리|에|로|으로|이요|요|정도|쯤|까지|부터|째|용|들이|이상|이하)?"


def may_be_placed(text: str) -> bool:
    """Whether a text has what an address without a region begins with."""
    return _BEGINS.search(text) is not None


_BEGINS = re.compile(r"[가-힣](?:로|길|동|리)\s?\d")


def without_places(text: str, mask: str) -> str:
    """Return a text with `mask` for such addresses."""
    for pattern in (*_ADDRESSES, _QUARTER):
        text = pattern.sub(mask, text)
    text = _PLAIN.sub(lambda found: mask + found["after"] if _is_address(found) else found[0], text)
    return _SENT_TO.sub(mask, text) if _SENT.search(text) else text


def _is_address(found: re.Match[str]) -> bool:
    """Whether a road with a number is one, rather than a noun, where to or by what, and how many."""
    road, house = found["road"], found["house"]
    known, words, counted = _roads()
    if counted.fullmatch(found["after"]) or road in words:
        return False
    if road in known:
        return True
    if road.endswith("길"):
        return "-" in house
    final = (ord(road[-2]) - 0xAC00) % _FINALS if "가" <= road[-2] <= "힣" else 0
    return final not in (0, _LIEUL) and (len(road) > 2 or len(house) > 1)


def names_region(address: str) -> bool:
    """Whether what looks like an address from its region on begins with one, not with a word that only ends like one ("표시가로 29900")."""
    return not address.startswith(_no_regions())


@cache
def _no_regions() -> tuple[str, ...]:
    return tuple(load("roads.json")["no_regions"])


@cache
def _roads() -> tuple[frozenset[str], frozenset[str], re.Pattern[str]]:
    data: dict[str, Any] = load("roads.json")
    units = "|".join(re.escape(unit) for unit in sorted(data["counted"], key=len, reverse=True))
    return frozenset(data["roads"]), frozenset(data["no_roads"]), re.compile(rf"(?i)\s?(?:{units}){_PARTICLES}")
