"""The FAQ index: ranks the entries a question asks for, and the entries whose answer a line says. Pure.

Every comparison is made for all entries at once (arrays over entries); words and pieces through postings. The product on air raises
its own and the general entries and filters none out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from livebot.core.matcher import FaqEntry, Hit
from livebot.core.reader import LineReading, Signal
from livebot.learned.net import Net, logit
from livebot.matching.numbers import Numbers
from livebot.matching.postings import Postings
from livebot.matching.texts import Text, make_text
from livebot.matching.weights import Weights, pieces

Array = npt.NDArray[np.float64]
RANKED = 8
KEPT = 256  # comparisons of the entries with what many lines are about
SAID = ("answer_said", "from_answer", "subject", "said_concept", "said_number", "said_against", "said_e5", "said_use", "said_e5_both")
_ROUGHLY = np.array([0.3, 0.2, 0.25, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0])  # for recalling candidates only; the trained networks weigh anew
EMBEDDERS = ("e5", "use")
RELATIVE = ("ask_covered", "ask_alike", "concept", "e5", "e5_both", "use", "use_both")
FEATURES = (
    *("ask_covered", "entry_covered", "answer_covered", "ask_alike", "answer_alike", "topic_same", "topic_other"),
    *("concept", "concept_entry", "concept_answer", "concept_other"),
    *("wants_same", "wants_other"),
    *("on_air", "general", "elsewhere", "named", "named_other", "number_shared", "number_against"),
    *("e5", "e5_both", "use", "use_both", "words", "length"),
    *(f"below_best_{name}" for name in RELATIVE),
    *(f"above_next_{name}" for name in RELATIVE),
)

CALIBRATING = (
    *("words", "length", "e5_both", "below_best_e5", "below_best_e5_both", "above_next_e5", "above_next_e5_both"),
    *("entry_covered", "answer_covered", "concept_entry", "named", "named_other", "number_shared", "number_against"),
    *("elsewhere", "topic_other", "wants_same", "wants_other"),
)
_SPREAD = 1e-6
OWN_WORDS = 0.95  # who asks in an entry's own words asks for it, however few they are ("How much is it?")


class FaqIndex:
    """The valid entries of one FAQ, ready for ranking. A row is one wording of an entry's question: its canonical one or an alias."""

    def __init__(
        self, entries: Sequence[FaqEntry], read: Callable[[str], LineReading], words: Weights, bits: Weights, nets: Mapping[str, Net]
    ) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.faq_id: i for i, entry in enumerate(self.entries)}
        self._nets = nets
        self._usable = {tuple(name.removeprefix("faq_top").split("_")[1:]) for name in nets if name.startswith("faq_top")}
        readings = [[read(text) for text in (entry.canonical, *entry.questions)] for entry in self.entries]
        answers = [read(entry.answer) for entry in self.entries]
        for asks, answer in zip(readings, answers, strict=True):
            words.add({word for reading in (*asks, answer) for word in reading.terms})
            bits.add({piece for reading in asks for piece in pieces(reading.folded)})
        self.asks = [[make_text(reading, words, bits) for reading in asks] for asks in readings]
        self.answers = [make_text(reading, words, bits) for reading in answers]
        self._both = [read(both_of(entry)) for entry in self.entries]
        self._matrices = {name: self._matrix(name) for name in EMBEDDERS}
        self._answer_matrices = {
            name: np.stack([np.asarray(text.vectors.get(name, np.zeros(matrix[0].shape[1])), float) for text in self.answers])
            for name, matrix in self._matrices.items()
            if matrix is not None
        }
        rows = [text for texts in self.asks for text in texts]
        self._first_row = np.cumsum([0, *(len(texts) for texts in self.asks)])[:-1]
        self._row_words = Postings([text.terms for text in rows])
        self._row_pieces = Postings([text.pieces for text in rows])
        self._answer_words = Postings([text.terms for text in self.answers])
        self._answer_pieces = Postings([text.pieces for text in self.answers])
        self._row_weights = np.array([text.weight or 1.0 for text in rows])
        self._row_norms = np.array([text.norm or 1.0 for text in rows])
        self._answer_weights = np.array([text.weight or 1.0 for text in self.answers])
        self._answer_norms = np.array([text.norm or 1.0 for text in self.answers])
        self._products = np.array([entry.product or "all" for entry in self.entries])
        self._topics = [
            {*(topic for text in texts for topic in text.reading.topics), *([entry.topic] if entry.topic else [])}
            for entry, texts in zip(self.entries, self.asks, strict=True)
        ]
        self._wants = [frozenset().union(*(text.reading.wants for text in texts)) for texts in self.asks]
        self._concepts = [frozenset().union(*(text.reading.concepts for text in texts)) for texts in self.asks]
        self._ask_concepts = Postings([dict.fromkeys(sorted(concepts), 1.0) for concepts in self._concepts])
        both = [concepts | text.reading.concepts for concepts, text in zip(self._concepts, self.answers, strict=True)]
        self._both_concepts = Postings([dict.fromkeys(sorted(concepts), 1.0) for concepts in both])
        self._rare = {name: self._rarity(name) for name in frozenset().union(*self._concepts)}
        self._concept_sizes = np.array([sum(self._rare[name] for name in concepts) or 1.0 for concepts in self._concepts])
        self._some_concept = np.array([bool(concepts) for concepts in self._concepts], float)
        self._wanted: dict[frozenset[str], dict[str, Array]] = {}
        self._on_topic: dict[tuple[str, ...], dict[str, Array]] = {}
        self._ask_numbers = Numbers([texts[0].reading.quantities for texts in self.asks])
        self._answer_numbers = Numbers([text.reading.quantities for text in self.answers])

    def _matrix(self, name: str) -> tuple[Array, Array] | None:
        """Return (entries' questions, entries' questions with answers) as stacked unit vectors, or None without that embedder."""
        asks = [texts[0].vectors.get(name) for texts in self.asks]
        both = [reading.vectors.get(f"{name}_passage") for reading in self._both]
        answers = [text.vectors.get(name) for text in self.answers if text.reading.folded]
        if not asks or any(vector is None for vector in (*asks, *both, *answers)):
            return None
        return np.stack(asks).astype(float), np.stack(both).astype(float)  # type: ignore[arg-type]

    def embedders_of(self, reading: LineReading) -> tuple[str, ...]:
        """Return the embedders that both the line and the entries have, as far as there is a network for them."""
        found = tuple(name for name in EMBEDDERS if name in reading.vectors and self._matrices[name] is not None)
        return next((some for some in (found, *((name,) for name in found)) if some in self._usable), ())

    def features(self, line: Text, product: str | None) -> Array:
        """Return the features of every entry for a question line, shape (entries, FEATURES)."""
        count, reading = len(self.entries), line.reading
        mine, theirs = self._row_words.shared(line.terms)
        alike_rows = self._row_pieces.squares(line.pieces) / (self._row_norms * (line.norm or 1.0))
        best = self._best_rows(alike_rows)
        columns: dict[str, Array] = {
            "ask_covered": mine[best] / (line.weight or 1.0),
            "entry_covered": theirs[best] / self._row_weights[best],
            "answer_covered": self._answer_words.shared(line.terms)[0] / (line.weight or 1.0),
            "ask_alike": alike_rows[best],
            "answer_alike": self._answer_pieces.squares(line.pieces) / (self._answer_norms * (line.norm or 1.0)),
            "words": np.full(count, float(min(8, len(line.terms)))),
            "length": np.full(count, min(60, len(reading.folded)) / 10.0),
        }
        columns |= (
            self._topic_columns(reading)
            | self._wants_columns(reading)
            | self._concept_columns(reading)
            | self._product_columns(reading, product)
            | self._number_columns(reading)
        )
        columns |= dict.fromkeys(("e5", "e5_both", "use", "use_both"), np.zeros(count))
        for name in self.embedders_of(reading):
            asks, both = self._matrices[name] or (np.zeros((0, 0)), np.zeros((0, 0)))
            vector = np.asarray(reading.vectors[name], float)
            columns[name], columns[f"{name}_both"] = asks @ vector, both @ vector
        columns |= self._relative_columns(np.array([columns[name] for name in RELATIVE]))
        return np.array([columns[name] for name in FEATURES]).T

    def _relative_columns(self, values: Array) -> dict[str, Array]:
        """How far each entry is below the best and above the next, for each of RELATIVE (a row each)."""
        ranked = np.sort(values, axis=1)[:, ::-1]
        below = values - ranked[:, :1]
        above = np.maximum(0.0, values - (ranked[:, 1:2] if ranked.shape[1] > 1 else 0.0))
        pairs = zip(RELATIVE, below, above, strict=True)
        return {f"{place}_{name}": row for name, *rows in pairs for place, row in zip(("below_best", "above_next"), rows, strict=True)}

    def _best_rows(self, alike_rows: Array) -> npt.NDArray[np.intp]:
        """Return, for every entry, its row that is most like the line."""
        if len(alike_rows) == len(self.entries):
            return np.arange(len(self.entries))
        ends = [*self._first_row[1:], len(alike_rows)]
        return np.array([start + int(np.argmax(alike_rows[start:end])) for start, end in zip(self._first_row, ends, strict=True)])

    def _topic_columns(self, reading: LineReading) -> dict[str, Array]:
        if reading.topics not in self._on_topic:
            if len(self._on_topic) > KEPT:
                self._on_topic.clear()
            self._on_topic[reading.topics] = self._compare_topics(reading)
        return self._on_topic[reading.topics]

    def _compare_topics(self, reading: LineReading) -> dict[str, Array]:
        same, other = np.zeros(len(self.entries)), np.zeros(len(self.entries))
        if reading.topics:
            wanted = set(reading.topics)
            for i, topics in enumerate(self._topics):
                common = len(topics & wanted)
                same[i], other[i] = common / len(wanted), float(bool(topics) and not common)
        return {"topic_same": same, "topic_other": other}

    def _wants_columns(self, reading: LineReading) -> dict[str, Array]:
        """Whether the entry's question wants the same to be told: a price, a time, a way, or a yes or no."""
        if reading.wants not in self._wanted:
            if len(self._wanted) > KEPT:
                self._wanted.clear()
            self._wanted[reading.wants] = self._compare_wants(reading.wants)
        return self._wanted[reading.wants]

    def _compare_wants(self, mine: frozenset[str]) -> dict[str, Array]:
        same = np.array([float(wants == mine or bool(wants & mine)) for wants in self._wants])
        other = np.array([float(bool(wants) and bool(mine) and not wants & mine) for wants in self._wants])
        return {"wants_same": same, "wants_other": other}

    def _rarity(self, concept: str) -> float:
        """A concept of few entries tells more."""
        return math.log1p(len(self.entries) / (1 + sum(concept in concepts for concepts in self._concepts)))

    def _concept_columns(self, reading: LineReading) -> dict[str, Array]:
        mine = {name: self._rare.get(name, 1.0) for name in sorted(reading.concepts)}
        total = sum(mine.values()) or 1.0
        ask = self._ask_concepts.shared(mine)[0]
        return {
            "concept": ask / total,
            "concept_entry": ask / self._concept_sizes,
            "concept_answer": self._both_concepts.shared(mine)[0] / total,
            "concept_other": self._some_concept * (ask == 0) * float(bool(mine)),
        }

    def _product_columns(self, reading: LineReading, product: str | None) -> dict[str, Array]:
        on_air = (self._products == (product or "")).astype(float)
        general = (self._products == "all").astype(float)
        named = np.isin(self._products, reading.products).astype(float) if reading.products else np.zeros(len(self.entries))
        other = (1.0 - named - general).clip(0.0) if reading.products else np.zeros(len(self.entries))
        if reading.products:
            on_air *= named  # who names a product means that one, whatever is on air
        return {"on_air": on_air, "general": general, "elsewhere": 1.0 - np.maximum(on_air, general), "named": named, "named_other": other}

    def _number_columns(self, reading: LineReading) -> dict[str, Array]:
        if not reading.quantities:
            return {"number_shared": np.zeros(len(self.entries)), "number_against": np.zeros(len(self.entries))}
        shared, against = self._ask_numbers.compare(reading.quantities)
        return {"number_shared": shared, "number_against": against}

    def rank(self, line: Text, product: str | None) -> tuple[Hit, ...]:
        """Return the best entries with the probability that each is the right one."""
        if not self.entries:
            return ()
        rows = self.features(line, product)
        variant = "".join(f"_{name}" for name in self.embedders_of(line.reading))
        scores = self._nets[f"faq{variant}"].run(rows)[:, 0]
        order = np.argsort(-scores, kind="stable")[:RANKED]
        top, net = self.top_features(line, rows, scores, order), self._nets[f"faq_top{variant}"]
        sure = net.run_one(top)
        if any(text.reading.folded == line.reading.folded for text in self.asks[int(order[0])]):
            sure = max(sure, OWN_WORDS)
        best = float(scores[order[0]]) or 1e-9
        return tuple(Hit(self.entries[i].faq_id, round(min(sure, sure * float(scores[i]) / best), 4)) for i in order)

    def top_features(self, line: Text, rows: Array, scores: Array, order: npt.NDArray[np.intp]) -> dict[str, float]:
        """Return the features by which the first entry's probability is calibrated."""
        first = int(order[0])
        column = {name: float(rows[first, i]) for i, name in enumerate(FEATURES)}
        ranked = [float(scores[i]) for i in order[:3]] + [0.0, 0.0]
        own = line.reading.scores
        return {
            "first": logit(ranked[0]),
            "second": logit(ranked[1]),
            "third": logit(ranked[2]),
            "gap": ranked[0] - ranked[1],
            "entries": math.log1p(len(self.entries)),
            "entry": logit(own.get("entry", 0.5)),
            "question": logit(own.get("question", 0.5)),
            "first_covered": column["ask_covered"],
            "first_concept": column["concept"],
            "first_concept_other": column["concept_other"],
            "concepts": float(len(line.reading.concepts)),
            "first_alike": column["ask_alike"],
            "first_e5": column["e5"],
            "first_use": column["use"],
            "on_air": column["on_air"],
            "general": column["general"],
            **{name: column[name] for name in CALIBRATING},
            "unlike_e5": unlike(rows[:, FEATURES.index("e5")], first),
            "unlike_e5_both": unlike(rows[:, FEATURES.index("e5_both")], first),
            "claimed": float(scores.sum()),
        }

    def explain(self, line: Text, product: str | None, faq_id: str) -> tuple[Signal, ...]:
        """Return what counted for one entry, strongest first."""
        variant = "".join(f"_{name}" for name in self.embedders_of(line.reading))
        row = self.features(line, product)[self.by_id[faq_id]]
        return tuple(Signal(name, weight) for name, weight in self._nets[f"faq{variant}"].counted(list(row)))

    def said(self, line: Text) -> Array:
        """Return how far the line says what each entry says, shape (entries, SAID): words, subject, numbers, meaning."""
        count, reading = len(self.entries), line.reading
        mine, theirs = self._answer_words.shared(line.terms)
        columns = {
            "answer_said": theirs / self._answer_weights,
            "from_answer": mine / (line.weight or 1.0),
            "said_concept": self._concept_columns(reading)["concept_entry"],
            "subject": self._row_words.shared(line.terms)[1][self._first_row] / self._row_weights[self._first_row],
        }
        columns |= self._said_numbers(reading)
        columns |= dict.fromkeys(("said_e5", "said_use", "said_e5_both"), np.zeros(count))
        for name in self.embedders_of(reading):
            matrices = self._matrices[name]
            assert matrices is not None
            columns[f"said_{name}"] = closest(reading, name, self._answer_matrices[name])
            if name == "e5":
                columns["said_e5_both"] = closest(reading, name, matrices[1])
        return np.stack([columns[name] for name in SAID], axis=1)

    def _said_numbers(self, reading: LineReading) -> dict[str, Array]:
        """A number that one entry alone names tells more than one that many name."""
        if not reading.quantities:
            return {"said_number": np.zeros(len(self.entries)), "said_against": np.zeros(len(self.entries))}
        shared, wrong = self._answer_numbers.compare_theirs(reading.quantities)
        holders = max(1.0, float((shared > 0).sum()))
        return {"said_number": np.minimum(shared, 2.0) / holders, "said_against": ((wrong > 0) & (shared == 0)).astype(float)}

    def says(self, line: Text) -> list[tuple[int, float]]:
        """Return the entries whose answer the line may be saying, best first: (index, 0 to 1)."""
        found = self.said(line) @ _ROUGHLY
        return sorted(((int(i), float(min(1.0, found[i]))) for i in np.flatnonzero(found > 0.15)), key=lambda pair: (-pair[1], pair[0]))


def unlike(values: Array, first: int) -> float:
    """Return by how many standard deviations the first entry's value stands out among all entries'."""
    apart = values - float(values.sum()) / len(values)
    spread = math.sqrt(float(apart @ apart) / len(values))
    return float(apart[first]) / spread if spread > _SPREAD else 0.0


def closest(reading: LineReading, name: str, matrix: Array) -> Array:
    """Return the cosines of a line with each row: of the whole line, or of the part of it that is closest."""
    whole: Array = matrix @ np.asarray(reading.vectors[name], float)
    parts = reading.vectors.get(f"{name}_parts")
    return whole if parts is None else np.maximum(whole, (matrix @ np.asarray(parts, float).T).max(axis=1))


def both_of(entry: FaqEntry) -> str:
    """Return an entry's question and answer as one passage."""
    return f"{entry.canonical} {entry.answer}"
