"""Which product a line names: by the words that are peculiar to one product's name. Pure."""

from __future__ import annotations

from livebot.lang.folding import fold


class ProductNames:
    """The names of the show's products. A word of two names (the brand) tells nothing; with one product, every word might be it."""

    def __init__(self) -> None:
        self._words: dict[str, set[str]] = {}
        self._telling: dict[str, str] = {}

    def learn(self, key: str, name: str) -> set[str]:
        """Add a name of product `key`; return the words that name another product now than before, or one at last, or none any more."""
        words = {word for word in fold(name).split() if len(word) >= 2}
        known = self._words.setdefault(key, set())
        if words <= known:
            return set()
        known |= words
        every = [word for some in self._words.values() for word in some]
        telling = {word: product for product, some in self._words.items() for word in sorted(some) if every.count(word) == 1}
        before, self._telling = self._telling, telling if len(self._words) > 1 else {}
        return {word for word, _ in before.items() ^ self._telling.items()}

    def named_in(self, folded: str) -> tuple[str, ...]:
        """Return the keys of the products that a folded line names."""
        return tuple(dict.fromkeys(key for word, key in self._telling.items() if word in folded))
