"""Masks personal data in a line before anything else sees it: phone numbers, addresses, accounts, resident and customs numbers, e-mail.

ko-pii finds the patterns with check digits; those it leaves out are ours (digits that are said, addresses without a region, flat numbers
without a road name, order and personal customs numbers). Lines without a digit, an @ or a spelled-out digit are not looked at. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from livebot.lang.folding import strip_invisible
from livebot.lang.places import may_be_placed, names_region, without_places
from livebot.lang.telephones import may_be_said, without_said

MASK = "●●●"
# Of what ko-pii finds. Its ages, heights, weights and postal codes are sizes and prices here.
_LABELS = ("RRN", "FRN", "DRIVER_LICENSE", "CARD", "PASSPORT", "ACCOUNT", "PHONE", "FAX", "EMAIL", "ADDRESS", "MEDICAL_INSURANCE")
_DIGITS = (0x660, 0x6F0, 0x966, 0xE50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)  # other scripts' zeros, and those of formulas
_NARROW = (
    {0x2: None, 0x3: None, 0xFE0F: None, 0x20E3: None}  # 2 and 3 stand for what is kept; the others make a digit a key
    | {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
    | {zero + digit: ord("0") + digit for zero in _DIGITS for digit in range(10)}
    | {0x24EA: ord("0"), 0x24FF: ord("0")}
    | {one + digit: ord("1") + digit for one in (0x2460, 0x2776) for digit in range(9)}
)
_SPELLED = re.compile(r"[공영일이삼사오육륙칠팔구](?:[\s,.\-]?[공영일이삼사오육륙칠팔구]){6,}")
_ADDRESS = re.compile(
    r"[가-힣]{2,8}(?:시|도|구|군)\s?[가-힣]{1,8}(?:구|군|동|읍|면|로|길|가)\s?[가-힣0-9]{0,8}\s?\d|[가-힣]{1,8}(?:로|길)\s?\d{1,3}번?길?\s?\d"
)
_SERVICE = re.compile(r"(?<!\d)(?:1[568]\d{2}|080)[-\s.]?\d{3,4}(?:[-\s.]?\d{4})?(?!\d)|(?<!\d)1[- ]?800[- ]\d{3}[- ]\d{4}(?!\d)")
_STREET = re.compile(
    r"(?i)(?<![\w$£€.-])\d{1,5}[a-z]?\s(?!way\s)(?:[a-z][a-z'.]{1,15}\s){1,3}(?:street|avenue|ave|lane|boulevard|blvd|terrace|(?:road|st)(?=\s?(?:[,.]|$)))\b(?:,?\s(?:apt|unit|suite)\.?\s?\w{1,5})?"
)
# Seven digits are a telephone number only where somebody is to be called: a range of wave lengths is written like one.
_LOCAL = re.compile(r"(?<![\w$£€-])\d{3}-\d{4}(?![\w-])")
_CALLED = re.compile(r"(?i)\b(?:number|phone|cell|call|text|reach|need me)\b")
# An address as people write it to get it past a filter, and the names by which a messenger finds a person.
_AT = re.compile(
    r"(?i)(?<![\w.+-])[a-z\d][\w.+-]{1,40}\s?(?:@|\(at\)|\[at\]|\sat\s|골뱅이)\s?[a-z\d-]{2,40}\s?(?:\.|\sdot\s|\(dot\)|점)\s?(?:com|net|org|co\.kr|kr|io|me)\b"
)
_MESSENGER = re.compile(
    r"(?i)((?:카카오톡|카톡|카카오|라인|텔레그램|인스타|kakao(?:talk)?|line|telegram|whatsapp|insta(?:gram)?)\s?(?:아이디|id|주소|계정)?\s?(?:is|는|은)?\s?[:=]?\s?@?)"
    r"(?=[a-z\d_.-]*[\d_])(?=[a-z\d_.-]*[a-z])[a-z][a-z\d_.-]{3,30}"
)
_OURS = (
    re.compile(
        r"[가-힣A-Za-z0-9]{1,12}(?:아파트|빌라|오피스텔|주공|푸르지오|자이|래미안|힐스테이트|APT|apt)\s?\d{1,4}\s?동(?:\s?\d{1,4}\s?호)?|(?<!\d)\d{2,4}\s?동\s?\d{2,4}\s?호"
    ),
    re.compile(r"(?<![A-Za-z0-9])[Pp][\s-]?\d{4}[\s-]?\d{4}[\s-]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)01[016789][-\s._/,]{0,3}\d{3,4}[-\s._/,]{0,3}\d{4}(?!\d)"),
    re.compile(r"(?<!\d)(?:\+44\s?\(?0?\)?\s?\d{2,4}|07\d{3})[\s-]?\d{3,4}[\s-]?\d{3,4}(?!\d)"),
    re.compile(r"(?<!\d)0\d{3}([\s.-])\d{3}\1\d{4}(?!\d)"),
    _AT,
    re.compile(r"(?<![\d$£€])(?:\+?1[-.\s]?)?\(?\d{3}\)?[-.\s]\d{3}[-.\s]\d{4}(?!\d)"),
    _STREET,
    re.compile(r"[공영]일[공영][-\s.]?\d{3,4}[-\s.]?\d{4}(?!\d)"),
    re.compile(r"(?<!\d)\d{8}[-\s]\d{7}(?!\d)"),
    re.compile(r"(?<![\d-])\d{4}([-\s])\d{4}\1\d{4}\1\d{4}(?![\d-])"),
    re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
    re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z]{2,10}){1,3}"),
)
_NUMBERED = (
    re.compile(r"((?:주문|예약|운송장|송장|접수|회원)\s?번호(?:는|가|은|이)?\s?[:#]?\s?)[A-Za-z\d-]*\d[A-Za-z\d-]{4,}"),
    re.compile(r"(?i)(\b(?:order|booking|tracking|invoice)\s?#\s?)\d{5,}"),
    _MESSENGER,
    re.compile(
        r"(?i)(\b(?:order|account|booking|tracking|invoice)\s(?:(?:number|no\.?|id)\s)?(?:is\s)?#?)(?:[A-Z]{1,4}-?\d[\d-]{4,}|\d{3,}-[\d-]{3,}\d)"
    ),
)


def _redacted(text: str) -> str:
    """Return the text without what ko-pii finds."""
    from ko_pii import detect_all

    for found in sorted(detect_all(text, include=_LABELS), key=lambda found: -found.start):
        if str(found.label) == "ADDRESS" and not names_region(text[found.start : found.end]):
            continue
        text = text[: found.start] + MASK + text[found.end :]
    return text


def _may_hold(text: str) -> bool:
    """Whether a line could hold personal data at all: most lines cannot, and are not looked at."""
    return (
        "@" in text
        or _AT.search(text) is not None
        or _MESSENGER.search(text) is not None
        or _may_be_found(text)
        or _SPELLED.search(text) is not None
        or may_be_said(text)
        or may_be_placed(text)
        or "동" in text
        or _STREET.search(text) is not None
    )


def _may_be_found(text: str) -> bool:
    """Whether ko-pii is asked: it takes words like 공유기 for places when a line has few digits."""
    return sum(char.isdigit() for char in text) >= 6 or _ADDRESS.search(text) is not None


def personal(text: str) -> tuple[str, ...]:
    """Return the pieces of a text that `mask` hides."""
    shown = _shown(text)
    parts = mask(shown).split(MASK)
    found = re.fullmatch("(.+?)".join(map(re.escape, parts)), shown, re.DOTALL)
    return found.groups() if found else ()


def _shown(text: str) -> str:
    return strip_invisible(text.translate(_NARROW))


def mask(text: str, public: Collection[str] = ()) -> str:
    """Return the text with personal data replaced by a mask; a line that holds none comes back as it was, and so does what is `public`."""
    shown = _shown(text)
    if not _may_hold(shown):
        return text
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\u0002{len(kept) - 1}\u0003"

    masked = shown
    if public:
        masked = re.sub("|".join(map(re.escape, sorted(public, key=len, reverse=True))), keep, masked)
    masked = without_said(_SERVICE.sub(keep, masked), MASK, called=_CALLED.search(shown) is not None)
    for pattern in _OURS:
        masked = pattern.sub(MASK, masked)
    if _CALLED.search(masked):
        masked = _LOCAL.sub(MASK, masked)
    for pattern in _NUMBERED:
        masked = pattern.sub(rf"\1{MASK}", masked)
    if _may_be_found(shown):
        masked = _redacted(masked)
    masked = without_places(masked, MASK)
    masked = re.sub("\u0002(\\d+)\u0003", lambda match: kept[int(match[1])], masked)
    return text if masked == shown else masked
