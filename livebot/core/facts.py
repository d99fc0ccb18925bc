"""Does a viewer's answer say the same firm fact as the FAQ or the host? Numbers that two texts share are not enough for that.

A text may hold several: a list price and the show's, a fee and from what sum on there is none, the day of leaving and that of coming.
The one that the question asks for must be the one that is said. Compares parts of texts; must not know any language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from livebot.core.reader import LineReading, Part, Quantity

SAME, OPEN, CONTRARY = 1.0, 0.0, -1.0
MONEY = frozenset({"krw", "usd", "gbp", "eur", "%"})
"""What a price, a fee or a discount is given in: a percentage for a sum is another fact, not the same in other words."""

FIRM_UNITS = MONEY | {"daily", "weekday", "date", "day", "week", "month", "clock"}
CLOSE = 1e-4  # what is nearly the price is not the price: 40,000 for 39,900
_NAMED_DAYS = frozenset({"daily", "weekday", "date"})
_TIMES = _NAMED_DAYS | {"day", "week", "month"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its parts."""

    reading: LineReading
    parts: tuple[Part, ...]

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All its numbers, days among them."""
        return tuple(dict.fromkeys(quantity for part in self.parts for quantity in part.quantities))

    @property
    def marks(self) -> frozenset[str]:
        """All that its parts are marked by."""
        return frozenset[str]().union(*(part.marks for part in self.parts))


def firmly(asked: Text, said: Text, source: Text, loosely: float) -> float:
    """Return how far `said`, an answer to `asked`, states the fact of `source`: at most `loosely`, by which their words agree.

    1 is the same, 0 not surely so, -1 the contrary.
    """
    said = _with_what_was_asked(asked, said)
    verdicts = [_models(asked, said, source), _freely(asked, said, source), _numbers(asked, said, source)]
    if CONTRARY in verdicts:
        return CONTRARY
    if OPEN in verdicts or _denied(asked, said, source):
        return min(loosely, OPEN)
    return loosely if SAME in verdicts else min(loosely, _plainly(asked, said, source, loosely))


def _with_what_was_asked(asked: Text, said: Text) -> Text:
    """Who says yes to `29,900원 맞죠?` says 29,900원."""
    if asked.reading.wants or said.reading.polarity <= 0.0 or any(q.unit in FIRM_UNITS or not q.unit for q in said.quantities):
        return said
    taken = Part(asked.quantities, asked.marks & {"free", "not_free", "was", "old", "new"})
    return Text(said.reading, (*said.parts, taken)) if taken.quantities or taken.marks else said


def _models(asked: Text, said: Text, source: Text) -> float | None:
    """What is said of one model holds for no other."""
    ours, theirs = _model(asked.marks | said.marks), _model(source.marks)
    if (theirs and ours and not ours & theirs) or (_model(said.marks) - _model(asked.marks) - theirs):
        return OPEN
    return None


def _model(marks: Iterable[str]) -> set[str]:
    return {mark for mark in marks if mark in ("old", "new") or mark.startswith("gen:")}


def _freely(asked: Text, said: Text, source: Text) -> float | None:
    """Free is no fee, and free from a sum on is not free."""
    sums = [quantity for quantity in source.quantities if quantity.unit in MONEY and quantity.value]
    free = "free" in source.marks
    if "free" in said.marks:
        if sums and not free:
            return CONTRARY
        named = _shared((*said.quantities, *asked.quantities), sums)
        bounded = bool(sums) or "unless" in source.marks
        if free:
            return OPEN if (sums and not named) or (bounded and "all" in said.marks) else SAME
        return None
    fee = [quantity for quantity in said.quantities if quantity.unit in MONEY and quantity.value]
    if free and "free" in asked.marks | said.marks and not sums and (fee or "not_free" in said.marks):
        return CONTRARY
    return None


def _numbers(asked: Text, said: Text, source: Text) -> float | None:
    """Every firm number that is said must be the source's, and the one that is asked for."""
    theirs = source.quantities
    repeated = _shared(said.quantities, asked.quantities)
    found = [one for one in _shared(said.quantities, theirs) if one not in repeated or one.unit in FIRM_UNITS]
    strange = [one for one in said.quantities if one.unit in FIRM_UNITS and not _shared([one], theirs)]
    new = [one for one in strange if one not in repeated]
    if new or (strange and said.reading.polarity > 0.0):
        against = any(_kind(one) == _kind(other) for one in new for other in theirs)
        return CONTRARY if against and not found else OPEN
    verdicts = [verdict for quantity in found if (verdict := _meant(quantity, asked, said, source)) is not None]
    return min(verdicts, default=None)


def _meant(quantity: Quantity, asked: Text, said: Text, source: Text) -> float | None:
    """Whether it is this number of the source that the question asks for, where the source has another of its kind that is not said too."""
    here = [part for part in source.parts if _shared([quantity], part.quantities)]
    rivals = [
        part
        for part in source.parts
        if part not in here and any(_kind(o) == _kind_of(quantity, here) and not _shared([o], said.quantities) for o in part.quantities)
    ]
    if any("free" in part.marks for part in here):
        if "free" in said.marks | asked.marks:
            return SAME
    else:  # the sum from which on it is free is no fee
        rivals = [part for part in rivals if "free" not in part.marks]
    if not rivals:
        return SAME
    was = "was" in (asked.marks | said.marks)
    if all("was" in part.marks for part in here) and not was and any("was" not in part.marks for part in rivals):
        return CONTRARY
    if any("was" in part.marks for part in rivals) and not all("was" in part.marks for part in here):
        rivals = [part for part in rivals if "was" not in part.marks or was]
    about = {term for text in (asked, said) for part in text.parts for term in part.terms}
    best = max((_near(part, about, asked) for part in here), default=0.0)
    other = max((_near(part, about, asked) for part in rivals), default=-1.0)
    return SAME if best > other else OPEN if best == other else CONTRARY


def _near(part: Part, about: set[str], asked: Text) -> float:
    """How much a part has in common with what is asked and said."""
    return sum(weight for term, weight in part.terms.items() if term in about) + 2.0 * len(_shared(part.quantities, asked.quantities))


def _denied(asked: Text, said: Text, source: Text) -> bool:
    """Whether it is said not to be so where the source speaks of nothing that is not: no returns, for returns within 30 days."""
    return "denies" in said.marks - asked.marks - source.marks and "free" not in said.marks


def _plainly(asked: Text, said: Text, source: Text, loosely: float) -> float:
    """Without a number: a bare yes or no is the same where the source begins with it too, and nothing limits it."""
    if loosely != 0.5:
        return OPEN if "all" in said.marks and "unless" in source.marks else loosely
    sure = "yes" if said.reading.polarity > 0.0 else "no"
    first = source.parts[0].marks if source.parts else frozenset()
    return loosely if not asked.reading.wants and sure in first else OPEN


def _shared(mine: Iterable[Quantity], theirs: Sequence[Quantity]) -> list[Quantity]:
    """Return those of `mine` that are among `theirs`; a number without a unit may be any."""
    return [one for one in mine if any(_equal(one, other) for other in theirs)]


def _equal(one: Quantity, other: Quantity) -> bool:
    one, other = _in_days(one), _in_days(other)
    unit = one.unit == other.unit or (not one.unit and other.unit not in _NAMED_DAYS) or (not other.unit and one.unit not in _NAMED_DAYS)
    return unit and abs(one.value - other.value) <= CLOSE * max(abs(one.value), abs(other.value), 1e-9)


def _in_days(quantity: Quantity) -> Quantity:
    return Quantity(7.0 * quantity.value, "day") if quantity.unit == "week" else quantity


def _kind(quantity: Quantity) -> str:
    return "money" if quantity.unit in MONEY else "time" if quantity.unit in _TIMES else quantity.unit


def _kind_of(quantity: Quantity, here: Sequence[Part]) -> str:
    """Return what a number is one of; one without a unit is what it stands for in the source."""
    if quantity.unit:
        return _kind(quantity)
    return next((_kind(other) for part in here for other in part.quantities if _equal(quantity, other)), "")
