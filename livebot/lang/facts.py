"""What a text says for sure, part by part: a list price and the price of the show, free and its condition, days, models. Pure.

A number alone says little where a text holds several: `정가 32,000원, 라이브 19,900원` says 32,000 of the list price. A part is as much
of a text as speaks of one thing; it ends at a mark, where a sentence goes on, and where another price is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from livebot.core.reader import Quantity

_BREAK = re.compile(r"[;·/()!?]|[,.](?!\d)|(?<=[^\s][고며데])\s|(?<=[^\s][여까])\s|\s(?:but|and|while|otherwise|or)\s|\s[-–→]\s")
_WAS = re.compile(
    r"정가|원가|정상가|소비자가|권장가|원래|평소|시중가?|매장가|백화점가|출시가"
    r"|\b(?:list price|regular(?:ly)?|normally|normal price|usual(?:ly)?|msrp|rrp|retail|any other day|originally|full price|was)\b"
)
_NOW = re.compile(
    r"라이브|방송가|방송 ?가격|특가|할인가|오늘|지금|최종가|혜택가|행사가"
    r"|\b(?:tonight|today|live|now|on sale|sale price|show price|for the show)\b"
)
_FREE = re.compile(
    r"무료|무배|공짜|꽁짜|(?<![\d,.])0원"
    r"|(?:배송비|추가금|추가 ?비용|비용|요금)(?:이|은|도|가)?\s?(?:따로\s?)?(?:전혀\s?)?(?:없|안\s?(?:내|받|들|붙|나))"
    r"|\bno (?:\w+ ){0,2}(?:fee|charge|cost)s?\b|\bon (?:us|the house)\b"
    r"|(?<![-\w])(?<!cruelty )(?<!sugar )(?<!oil )(?<!fragrance )(?<!gluten )(?<!alcohol )(?<!nut )"
    r"(?<!dairy )(?<!scent )(?<!lead )(?<!hands )(?<!feel )"
    r"free\b(?! (?:of|from|to (?:ask|dm|message)))"
)
_NOT_FREE = re.compile(
    r"(?:무료|무배|공짜)[가는은]?\s?(?:배송)?(?:이|은|는|가)?\s?(?:아니|아닙|아녜|안\s?[되돼됩]|못|불가)"
    r"|\b(?:not|isn'?t|aren'?t|never|no longer) free\b|\bno free\b"
)
_ALL = re.compile(
    r"(?:^|\s)(?:다|모두|전부|뭐든|무조건|전\s?상품|전\s?품목|언제든지?|어디든지?|누구나)(?=\s|$|[되돼됩])"
    r"|\b(?:everything|anything|everyone|anyone|always|anytime|anywhere|no matter what)\b"
)
_UNLESS = re.compile(
    r"제외|빼고|외에는|한해|한하여|(?<=[가-힣])(?<![일이삼사오육칠팔구십백천수지다])만\s|않|미만|까지만"
    r"|\b(?:except|unless|only|excluding|other than|as long as|unused|unopened)\b"
)
_OPENS = {
    "yes": re.compile(r"\s*(?:네+|넵|넹|예|맞아요|맞습니다|그럼요|yes|yep|yeah|yup|sure|correct)(?![가-힣a-z])"),
    "no": re.compile(r"\s*(?:아니요|아니오|아뇨|아니에요|no|nope|nah)(?![가-힣a-z])"),
}
# That something is not so; a mere no before what is so instead says nothing of that.
_OPENING_NO = re.compile(
    r"\s*(?:아니요|아니오|아뇨|아니에요|아니)(?=[\s,.!]|$)"
    r"|\s*(?:no|nope|nah)(?=\s*[,.!;:]|\s*$|\s+(?:it|its|it's|i|i'm|they|you|we|that|that's|the|this|only|just)\b|\s+[$£€\d])"
)
_DENIES = re.compile(
    r"(?<![가-힣])안\s?(?:돼|되|됩|된|해|합|받|나|와|옵|가)|못\s?(?:해|하|합|받|써|쓰)|불가|없(?:어|습|다|는|음|네|고|대)|아니(?:에|다|고|야|라)|아닙|않"
    r"|\b(?:no|not|never|cannot|can'?t|won'?t|don'?t|doesn'?t|didn'?t|isn'?t|aren'?t|unable|without)\b"
)
_OLD = re.compile(
    r"구형|이전\s?(?:모델|버전|세대)|구\s?버전|전작|작년\s?(?:모델|버전|꺼|거)"
    r"|\b(?:old(?:er)?|previous|last(?: year'?s)?) (?:model|version|gen(?:eration)?|one)\b"
)
_NEW = re.compile(
    r"신형|새\s?(?:모델|버전)|신\s?버전|후속|\b(?:new(?:er|est)?|latest|this year'?s) (?:model|version|gen(?:eration)?|one)\b"
)
_GENERATION = re.compile(
    r"(\d+)\s?세대|(?:(\d+)(?:st|nd|rd|th)|\b(first|second|third|fourth)) gen"
    r"|\bgen(?:eration)?\s?(\d+)|\b(?:v|ver|mk|mark)\.?\s?(\d{1,2})\b"
)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
# A day on which one orders is a condition; what is said of it comes on another.
_ORDERED = re.compile(
    r"(?:오늘|지금|당일|내일)(?:\s?\S{1,8}시?까지)?\s?(?:주문|시키|사면|구매|결제|입금)"
    r"|order(?:ed|s|ing)?(?: \w+)? (?:today|tonight|tomorrow)|buy today"
)
_DAYS = (
    (re.compile(r"오늘|당일|\b(?:today|tonight|same[- ]day)\b"), 0.0),
    (re.compile(r"내일|익일|다음\s?날|담날|\b(?:(?<!day after )tomorrow|next[- ]day|(?:the )?day after (?:you )?order)"), 1.0),
    (re.compile(r"모레|이틀\s?(?:뒤|후)|\bday after tomorrow\b"), 2.0),
    (re.compile(r"글피|사흘\s?(?:뒤|후)"), 3.0),
)
_WEEK = tuple(
    re.compile(rf"(?<![가-힣]){ko}요일|\b{en}s?\b")
    for ko, en in zip(
        "월화수목금토일", ("monday", "tues(?:day)?", "wednesday", "thurs(?:day)?", "friday", "saturday", "sunday"), strict=True
    )
)
_VALUE = re.compile(r"[영공일이삼사오육륙칠팔구십백천만억원프로퍼%$£€]+|dollars?|bucks?|won|day|daies|free|무료")
_MONTH_DAY = re.compile(r"(\d{1,2})\s?월\s?(\d{1,2})\s?일|(?<![\d.,/])(1[0-2]|[1-9])/([12]\d|3[01]|[1-9])(?![\d/])")


def parts_said(folded: str) -> tuple[str, ...]:
    """Return the parts of a folded text, in order."""
    found: list[str] = []
    for clause in _BREAK.split(folded):
        if clause and clause.strip():
            found += _by_price(clause.strip())
    return tuple(found)


def _by_price(clause: str) -> list[str]:
    """Cut a clause where it names another kind of price and holds a number on both sides: `원래 육만 구천 원 하던 거 오늘 …`."""
    starts = sorted(match.start() for pattern in (_WAS, _NOW) for match in pattern.finditer(clause))
    cuts = [0]
    for start in starts:
        if start > cuts[-1] and _kinds(clause[cuts[-1] : start]) and _kinds(clause[start:]) - _kinds(clause[cuts[-1] : start]):
            cuts.append(start)
    return [piece for start, end in zip(cuts, [*cuts[1:], len(clause)], strict=True) if (piece := clause[start:end].strip())]


def _kinds(text: str) -> set[str]:
    return {name for name, pattern in (("was", _WAS), ("now", _NOW)) if pattern.search(text)}


def subject_of(said: str, terms: Mapping[str, float]) -> dict[str, float]:
    """Return the words of a part that say what it is about: neither its numbers nor its days, nor whose price it is."""
    return {
        term: weight
        for term, weight in terms.items()
        if not any(char.isdigit() for char in term) and not _VALUE.fullmatch(term) and not days_of(term) and not _kinds(term)
    }


def marks_of(folded: str) -> frozenset[str]:
    """Return what a text is marked by: was, now, free, not_free, all, unless, yes, no, denies, old, new, gen:N."""
    found = {
        name
        for name, pattern in (("was", _WAS), ("now", _NOW), ("all", _ALL), ("unless", _UNLESS), ("old", _OLD), ("new", _NEW))
        if pattern.search(folded)
    }
    if _FREE.search(folded):
        found.add("not_free" if _NOT_FREE.search(folded) else "free")
    found |= {name for name, pattern in _OPENS.items() if pattern.match(folded)}
    opening = _OPENING_NO.match(folded)
    if _DENIES.search(folded, opening.end() if opening else 0):
        found.add("denies")
    for match in _GENERATION.finditer(folded):
        number = next(group for group in match.groups() if group)
        found.add(f"gen:{_ORDINALS.get(number, number)}")
    return frozenset(found)


def days_of(folded: str) -> tuple[Quantity, ...]:
    """Return the days that a text names, as numbers: of the day after today (`daily`), of the week (`weekday`), of the year (`date`)."""
    text = _ORDERED.sub(" ", folded)
    found = [Quantity(value, "daily") for pattern, value in _DAYS if pattern.search(text)]
    found += [Quantity(float(i), "weekday") for i, pattern in enumerate(_WEEK) if pattern.search(text)]
    for match in _MONTH_DAY.finditer(text):
        month, day = (match[1], match[2]) if match[1] else (match[3], match[4])
        found.append(Quantity(100.0 * float(month) + float(day), "date"))
    return tuple(found)
