"""Korean: content words by Kiwi, cues, numbers, and who is addressed. Pure; loading Kiwi's model takes a second or two, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from livebot.core.reader import Quantity
from livebot.lang import numbers_ko
from livebot.lang.data import load
from livebot.lang.pack import Cues

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

_WEIGHTS = {
    "NNG": 1.0,
    "NNP": 1.2,
    "XR": 0.9,
    "SL": 1.1,
    "SN": 0.9,
    "VV": 0.6,
    "VA": 0.7,
    "VV-R": 0.6,
    "VA-R": 0.7,
    "VV-I": 0.6,
    "VA-I": 0.7,
    "MAG": 0.3,
    "NR": 0.3,
}
_TOKENIZED = 120
_ADDRESSED = re.compile(r"@\s?([^\s@,!?~:]{1,30})|(?<![가-힣a-z0-9_])((?:(?!님)[가-힣a-z0-9_.]){1,16}(?: [가-힣a-z0-9_.]{1,10})?)\s?님")
_HANGUL_WORD = re.compile(r"[가-힣]+")
_DATA = load("ko.json")
_SHORT: Mapping[str, str] = _DATA["short"]
# 낼 is tomorrow where nothing but a particle follows: 돈 낼게요 is not.
_SHORTENED = re.compile(
    "([월화수목금토일])욜|(?<![가-힣])(?:(" + "|".join(sorted(_SHORT.keys() - {"낼"}, key=len, reverse=True)) + r")|낼(?=\s|까지|부터|$))"
)


class Korean:
    """The Korean pack."""

    lang = "ko"

    def __init__(self) -> None:
        self._cues = Cues("ko.json")
        self._titles = frozenset(_DATA["titles"])

    @cached_property
    def _kiwi(self) -> Kiwi:
        from kiwipiepy import Kiwi

        return Kiwi(load_multi_dict=False)

    def spelled_out(self, folded: str) -> str:
        """Return the line with the chat's short forms in full: 금욜 is 금요일, 낼 is 내일."""
        return _SHORTENED.sub(lambda match: f"{match[1]}요일" if match[1] else _SHORT[match[0]], folded)

    def learn_names(self, names: list[str]) -> None:
        """Let product names be one word each. A pattern needs no rebuild of the model, a user word would stall the next line."""
        if names:
            words = sorted((re.escape(name) for name in names), key=len, reverse=True)
            self._kiwi.add_re_word("|".join(words), "NNP")

    def terms(self, folded: str) -> Mapping[str, float]:
        """Return the content morphemes of the line. Long lines are read up to a length that bounds the cost."""
        found: dict[str, float] = {}
        for token in self._kiwi.tokenize(self.spelled_out(folded[:_TOKENIZED])):
            weight = _WEIGHTS.get(token.tag)
            form = token.form.lower()
            if weight is None or form in self._cues.stop:
                continue
            found[form] = max(weight, found.get(form, 0.0))
        return found

    def quantities(self, folded: str) -> tuple[Quantity, ...]:
        """Return the numbers."""
        return numbers_ko.quantities(self.spelled_out(folded))

    def cues(self, folded: str) -> frozenset[str]:
        """Return what the line's cues speak for."""
        return self._cues.find(self.spelled_out(folded))

    def names(self, folded: str) -> tuple[str, ...]:
        """Return whom the line addresses (`@이름`, `이름님`), without titles such as 고객님."""
        if "@" not in folded and "님" not in folded:
            return ()
        found = []
        for match in _ADDRESSED.finditer(folded):
            name = (match[1] or match[2]).removesuffix("님").strip(" .")
            if name and name not in self._titles:
                found.append(name)
        return tuple(dict.fromkeys(found))
