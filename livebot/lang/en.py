"""English: content words by a light stemmer, cues, numbers, and who is addressed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from livebot.core.reader import Quantity
from livebot.lang import numbers_en
from livebot.lang.data import load
from livebot.lang.pack import Cues

_WORD = re.compile(r"[a-z0-9$£%][a-z0-9']*|[가-힣]+")
_ADDRESSED = re.compile(r"@\s?([^\s@,!?:]{1,30})")
_LOST_E = re.compile(r"[^aeiou][aeiou][^aeiouxshwy]")  # siz(es), car(ing): so short a stem had an e
NEGATED = 3  # words that a no reaches
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


def stem(word: str) -> str:
    """Return the word without the commonest endings: ships, shipping, shipped -> ship."""
    word = word.replace("'", "")
    if word in ("using", "used"):
        return "use"
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith(("ss", "us", "is"))):
            base = word[: len(word) - len(ending)] + instead
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
                base = base[:-1]
            elif _LOST_E.fullmatch(base):
                base += "e"
            return base.removesuffix("e") if len(base) > 4 else base
    return word.removesuffix("e") if len(word) > 4 else word


class English:
    """The English pack; also the fallback for lines in a language livebot has no pack for."""

    lang = "en"

    def __init__(self) -> None:
        data = load("en.json")
        self._short: Mapping[str, str] = data["short"]
        self._cues = Cues("en.json", self._stems)

    def spelled_out(self, folded: str) -> str:
        """Return the line as it is: short forms are put in full word by word."""
        return folded

    def _stems(self, folded: str) -> list[str]:
        return [stem(word) for word in self._words(folded)]

    def _words(self, folded: str) -> list[str]:
        return [part for word in _WORD.findall(folded) for part in self._short.get(word, word).split()]

    def terms(self, folded: str) -> Mapping[str, float]:
        """Return the stems of the content words."""
        stop = self._cues.stop
        words = [word for word in self._words(folded) if word.replace("'", "") not in stop]
        return {stem(word): 0.9 if word[0].isdigit() else 1.0 for word in words}

    def quantities(self, folded: str) -> tuple[Quantity, ...]:
        """Return the numbers."""
        return numbers_en.quantities(folded)

    def cues(self, folded: str) -> frozenset[str]:
        """Return what the line's cues speak for."""
        found = self._cues.find(self._stems(folded), NEGATED)
        return found | {"topic:price"} if "$" in folded or "£" in folded else found

    def names(self, folded: str) -> tuple[str, ...]:
        """Return whom the line addresses (`@handle`)."""
        return tuple(dict.fromkeys(name.strip(".") for name in _ADDRESSED.findall(folded))) if "@" in folded else ()
