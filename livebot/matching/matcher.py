"""The matcher: implements `core.matcher.Matcher` over the FAQ index, the line index and the trained networks. Pure.

Sentence vectors, where the runtime supplies them, come inside the readings; without them the networks that were fitted without are used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from livebot.core.matcher import Asked, Evidence, FaqEntry, Hit, Past, Said, Score
from livebot.core.reader import LineReading, Signal
from livebot.learned.files import load_model
from livebot.learned.net import Net, Table
from livebot.matching.faq import FaqIndex
from livebot.matching.hits import Pointers
from livebot.matching.missed import missed_features
from livebot.matching.pairs import Pairs, answer_features, relative_features, same_features
from livebot.matching.postings import LineIndex
from livebot.matching.right import right_features
from livebot.matching.sides import Side, Sides
from livebot.matching.texts import Text, covered, make_text, numbers
from livebot.matching.weights import Weights

CACHED = 4096
FAQ_WORD = "\u0001"  # before an FAQ id in the line index, where it stands beside words
CONCEPT_WORD = "\u0002"  # the same for a concept
CONCEPT_WEIGHT = 3.0


class LineMatcher:
    """Matches lines with the FAQ and with each other."""

    def __init__(
        self, entries: Sequence[FaqEntry], read: Callable[[str], LineReading], date: str = "", models: Mapping[str, Any] | None = None
    ) -> None:
        data = models if models is not None else load_model("matching")
        self._nets = {name: Net(net) for name, net in data["nets"].items()}
        self._words = Weights(data["words"])
        self._bits = Weights(data["pieces"])
        self.index = FaqIndex([entry for entry in entries if entry.valid_on(date)], read, self._words, self._bits, self._nets)
        self._entries = {entry.faq_id: entry for entry in self.index.entries}
        self._lines = LineIndex()
        self._pointers = Pointers(self.index.by_id, len(self.index.entries))
        self._all_sides = Sides()
        self._sides: dict[str, Side] = {}
        self._ranked: dict[tuple[str, str | None], tuple[LineReading, tuple[Hit, ...]]] = {}
        self._agreed: dict[tuple[str, str], float] = {}

    # the FAQ

    def entry(self, faq_id: str) -> FaqEntry | None:
        """Return the entry of that id."""
        return self._entries.get(faq_id)

    def faq(self, line: LineReading, product: str | None) -> tuple[Hit, ...]:
        """Rank the entries that the question `line` asks for, best first."""
        known = self._ranked.get((line.text, product))
        if known is None or known[0] is not line:
            known = self._ranked[line.text, product] = line, self.index.rank(self.text(line), product)
            if len(self._ranked) > CACHED:
                del self._ranked[next(iter(self._ranked))]
        return known[1]

    def says(self, line: LineReading) -> tuple[Hit, ...]:
        """Rank the entries whose answer `line` may be saying, best first; the scores are likenesses, not probabilities."""
        return tuple(Hit(self.index.entries[i].faq_id, round(score, 4)) for i, score in self.index.says(self.text(line))[:4])

    def right(self, evidence: Evidence) -> float:
        """Return the probability that a viewer's answer is right."""
        return self._nets["right"].run_one(right_features(evidence))

    def missed(self, past: Past) -> float:
        """Return the probability that an asker line asks for something and got no right answer."""
        return self._nets["missed"].run_one(missed_features(past))

    def agrees(self, line: LineReading, faq_id: str) -> float:
        """Return how far `line` says what the entry's answer says: 1 the same, 0 nothing in common, -1 the contrary."""
        i = self.index.by_id.get(faq_id)
        if i is None:
            return 0.0
        return _agreement(self.text(line), self.index.answers[i])

    def agree(self, one: LineReading, other: LineReading) -> float | None:
        """Return how far two answers to one question say the same, or None where they cannot be compared."""
        key = one.text, other.text
        value = self._agreed.get(key)
        if value is None:  # the same answers are compared over and over: with every further one, and when one is carried further
            value = self._agreed[key] = _agreement(self.text(one), self.text(other))
            if len(self._agreed) > CACHED:
                del self._agreed[next(iter(self._agreed))]
        return value or None

    # lines

    def same(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> list[Score]:
        """Score, for each asker line, whether the question `line` asks the same thing about the same product."""
        return self._scored("same_last", *self.same_rows(line, faq, product, asked)) if asked else []

    def same_rows(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> tuple[Table, str]:
        """Return the features of each pair, those that compare the candidates with each other included, and the variant's name."""
        pairs, variant = self._pairs(line, asked), self._variant(line)
        table = same_features(pairs, faq, product, self._pointers.pointing(pairs.asked.question, pairs.asked.faq))
        return self._compared("same_first", table, variant, pairs), variant

    def answers(self, said: Said, asked: Sequence[Asked]) -> list[Score]:
        """Score, for each asker line, whether `said` answers it."""
        return self._scored("answer_last", *self.answer_rows(said, asked)) if asked else []

    def answer_rows(self, said: Said, asked: Sequence[Asked]) -> tuple[Table, str]:
        """Return the features of each pair, those that compare the candidates with each other included, and the variant's name."""
        pairs, variant = self._pairs(said.reading, asked), self._variant(said.reading)
        table = answer_features(pairs, said, self._pointers.pointing(pairs.asked.question, pairs.asked.faq), self.index.said(pairs.line))
        return self._compared("answer_first", table, variant, pairs), variant

    def _pairs(self, line: LineReading, asked: Sequence[Asked]) -> Pairs:
        if self._all_sides.full:
            self.forget_texts()
        mine, others = self._side(line), [self._side(other.reading) for other in asked]
        return Pairs(self._all_sides, mine, asked, others)

    def _compared(self, name: str, table: Table, variant: str, pairs: Pairs) -> Table:
        """Add how the candidates stand to each other by a first score."""
        base, asked = self._nets[name + variant].run_on(table)[:, 0], pairs.asked
        return table.with_more(relative_features(base, asked.question, asked.age, [since is None for since in asked.answered]))

    def _scored(self, name: str, table: Table, variant: str) -> list[Score]:
        chances = self._nets[name + variant].run_on(table)[:, 0]
        return [Score(i, chance) for i, chance in enumerate(chances.tolist())]

    def explain_faq(self, line: LineReading, product: str | None, faq_id: str) -> tuple[Signal, ...]:
        """Return what counted in whether the question `line` asks for an entry, strongest first."""
        return self.index.explain(self.text(line), product, faq_id)

    def explain_answer(self, said: Said, asked: Sequence[Asked], index: int) -> tuple[Signal, ...]:
        """Return what counted in whether `said` answers `asked[index]`, strongest first."""
        table, variant = self.answer_rows(said, asked)
        net = self._nets["answer_last" + variant]
        return tuple(Signal(name, weight) for name, weight in net.counted(net.rows_of(table)[index]))

    def remember(self, line: LineReading, faq: Sequence[Hit], key: str) -> None:
        """Index an asker line with its FAQ entries, so that `recall` finds it."""
        self._lines.add(key, [*self.text(line).terms, *_concepts(line), *(FAQ_WORD + hit.faq_id for hit in faq[:2] if hit.score >= 0.1)])

    def forget(self, key: str) -> None:
        """Take an asker line out of the index."""
        self._lines.remove(key)

    def forget_texts(self) -> None:
        """Let go of every text that was made ready for comparing."""
        self._sides.clear()
        self._ranked.clear()
        self._agreed.clear()
        self._all_sides = Sides()

    def recall(self, line: LineReading, faq: Sequence[Hit], limit: int) -> list[str]:
        """Return the keys of remembered lines that share the most with `line`, best first."""
        words = dict(self.text(line).terms) | dict.fromkeys(_concepts(line), CONCEPT_WEIGHT)
        for hit in faq[:3]:
            words[FAQ_WORD + hit.faq_id] = 8.0 * hit.score
        return self._lines.find(words, limit)

    def text(self, reading: LineReading) -> Text:
        """Return a reading ready for comparing (cached by its words)."""
        return self._side(reading).text

    def _side(self, reading: LineReading) -> Side:
        known = self._sides.get(reading.text)
        if known is None or known.text.reading is not reading:
            known = self._sides[reading.text] = self._all_sides.side(make_text(reading, self._words, self._bits))
            if len(self._sides) > CACHED:
                del self._sides[next(iter(self._sides))]
        return known

    def _variant(self, reading: LineReading) -> str:
        return "".join(f"_{name}" for name in self.index.embedders_of(reading)) if self.index.entries else _own_variant(reading)


def _own_variant(reading: LineReading) -> str:
    return "".join(f"_{name}" for name in ("e5", "use") if name in reading.vectors)


def _concepts(line: LineReading) -> list[str]:
    return [CONCEPT_WORD + concept for concept in sorted(line.concepts)]


def _agreement(one: Text, other: Text) -> float:
    """Numbers decide first, then yes against no, then shared words. One number right and one wrong say neither."""
    shared, against = numbers(one.reading.quantities, other.reading.quantities)
    if shared or against:
        return 0.0 if shared and against else 1.0 if shared else -1.0
    if one.reading.polarity * other.reading.polarity < 0:
        return -0.5
    words = max(covered(one, other), covered(other, one))
    if one.reading.polarity * other.reading.polarity > 0:
        return max(0.5, words)
    return words if words >= 0.3 else 0.0
