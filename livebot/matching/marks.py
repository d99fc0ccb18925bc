"""Which words of an answer say what was asked, or what the FAQ says: for people who look at a link. Never for deciding. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from livebot.core.reader import LineReading
from livebot.matching.texts import numbers

LOOKED_AT = 20  # texts that are compared with; more say nothing new
_WORD = re.compile(r"\S+")

Mark = tuple[int, int, str]


def find_marks(
    read: Callable[[str], LineReading], text: str, *, asked: Sequence[str], faq: Sequence[str], names: Sequence[str]
) -> tuple[Mark, ...]:
    """Return (start, end, why) of the parts of `text` that match, in order and apart from each other; in code points.

    `why` is `asked` for what one of the texts `asked` says too, `faq` for one of `faq`, `name` for one of `names`.
    """
    plain = _lower(text)
    found = [(start, end, "name") for name in names[:LOOKED_AT] if len(name) > 1 for start, end in _places(plain, _lower(name))]
    for why, others in (("asked", asked), ("faq", faq)):
        readings = [read(other) for other in others[:LOOKED_AT]]
        found += [(start, end, why) for start, end in _shared(read, text, plain, readings)]
    return tuple(_apart(found))


def _shared(read: Callable[[str], LineReading], text: str, plain: str, others: Sequence[LineReading]) -> Iterable[tuple[int, int]]:
    own, said = read(text), {term for other in others for term in other.terms}
    for term in said & set(own.terms):
        yield from (place for place in _places(plain, term) if len(term) > 1 or _is_word(plain, place))
    told = tuple(quantity for other in others for quantity in other.quantities)
    for word in islice(_WORD.finditer(plain), LOOKED_AT) if told and own.quantities else ():
        if numbers(read(text[word.start() : word.end()]).quantities, told)[0]:
            yield word.span()


def _places(plain: str, part: str) -> list[tuple[int, int]]:
    """Return where `part` stands: anywhere where it is Korean, which joins its words; else as a word's beginning, to the word's end."""
    if not part.isascii():
        return [at.span() for at in re.finditer(re.escape(part), plain)]
    return [at.span() for at in re.finditer(rf"(?<![^\W_]){re.escape(part)}[a-z]*", plain)]


def _is_word(plain: str, place: tuple[int, int]) -> bool:
    """Whether a single letter stands by itself, but for a particle."""
    start, end = place
    rest = _WORD.match(plain, end)
    return (start == 0 or plain[start - 1].isspace()) and (rest is None or len(rest[0]) <= 2)


def _apart(found: Iterable[Mark]) -> Iterable[Mark]:
    """Leave out what overlaps: what was asked counts before the FAQ, the longer before the shorter."""
    rank = {"name": 0, "asked": 1, "faq": 2}
    taken: list[Mark] = []
    for mark in sorted(set(found), key=lambda mark: (rank[mark[2]], mark[0] - mark[1], mark[0])):
        if all(mark[1] <= other[0] or other[1] <= mark[0] for other in taken):
            taken.append(mark)
    return sorted(taken)


def _lower(text: str) -> str:
    """Return the text in lower case, letter for letter."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)
