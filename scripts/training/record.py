"""Replays a labelled show through the real Show and records the features that its networks see, with the labels beside them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from livebot.core.decisions import Outcome, QuestionRecord
from livebot.core.events import ShowEnded, Tick
from livebot.core.log import event_from
from livebot.core.matcher import Asked, Evidence, Hit, Past, Said, Score
from livebot.core.reader import Around, Judgement, LineReading
from livebot.core.settings import Ladder, Modes, ShowSettings
from livebot.core.show import Show
from livebot.lang.folding import fold
from livebot.lang.judge import KINDS, features
from livebot.lang.parts import parts_of
from livebot.lang.reader import LineReader
from livebot.lang.wordings import Wordings
from livebot.learned.text_model import Vector
from livebot.learned.vectors import PART
from livebot.matching.faq import both_of
from livebot.matching.matcher import LineMatcher
from livebot.matching.missed import missed_features
from livebot.matching.right import right_features
from scripts.training.data import LabelledShow, Row, is_viewer

FEW = 5
TWINS = 0.3  # share of the questions that are paired with themselves too
REPLAY = ShowSettings(ladder=Ladder(mode=Modes(boost="auto", nudge="off", post_faq="auto", thank="off")))


@dataclass
class Recorded:
    """What one replay of a show saw: rows of features with the label, by network."""

    same: list[tuple[dict[str, float], bool]] = field(default_factory=list)
    answer: list[tuple[dict[str, float], bool, str]] = field(default_factory=list)
    judge: list[tuple[dict[str, float], str]] = field(default_factory=list)
    right: list[tuple[dict[str, float], bool]] = field(default_factory=list)
    missed: list[tuple[dict[str, float], bool]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    records: list[QuestionRecord] = field(default_factory=list)


class RecordingReader(LineReader):
    """A reader that is given the text scores of held-out models, and records what the judge sees."""

    def __init__(self, scores: Mapping[str, Mapping[str, float]], models: Mapping[str, Any], truth: Mapping[str, Row] | None) -> None:
        super().__init__(models["text"], models["judge"])
        self._held_out = scores
        self._truth = truth
        self.line = ""
        self.seen: list[tuple[str, dict[str, float]]] = []

    def _scores(self, folded: str, vectors: Mapping[str, Vector]) -> dict[str, float]:
        known = self._held_out.get(folded)
        return dict(known) if known is not None else super()._scores(folded, vectors)

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        """Record the features; under teacher forcing say what the label says."""
        self.seen.append((self.line, features(reading, around)))
        if self._truth is None:
            return super().judge(reading, around)
        kind = self._truth[self.line]["kind"]
        kind = kind if kind in KINDS else "other"
        return Judgement(kind, 1.0, dict.fromkeys(KINDS, 0.0) | {kind: 1.0})


class RecordingMatcher(LineMatcher):
    """A matcher that records the pairs it is asked about; under teacher forcing it answers with the labels."""

    def __init__(self, *args: Any, truth: Mapping[str, Row], forced: bool, recorded: Recorded, **more: Any) -> None:
        super().__init__(*args, **more)
        self._truth, self._forced, self._recorded = truth, forced, recorded
        self.line = ""

    def same(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> list[Score]:
        """Record each pair with whether the two lines are of one cluster."""
        gold = self._truth[self.line]
        labels = [gold["kind"] == "question" and gold.get("cluster") == self._truth[other.line].get("cluster") for other in asked]
        if asked and gold["kind"] == "question":
            table, _ = self.same_rows(line, faq, product, asked)
            for i, (other, same) in enumerate(zip(asked, labels, strict=True)):
                if self._truth[other.line]["kind"] == "question":
                    self._recorded.same.append((table.row(i), same))
            self._record_twin(line, faq, product, asked)
        if self._forced:
            return [Score(i, float(same)) for i, same in enumerate(labels)]
        return super().same(line, faq, product, asked)

    def _record_twin(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> None:
        """Record the pair of a line with itself, as if it had been asked before: written shows repeat no line, real chats do."""
        picker = random.Random(self.line)
        if picker.random() < TWINS:
            twin = picker.choice(asked)._replace(line="", question="", reading=line, faq=tuple(faq), product=product)
            table, _ = self.same_rows(line, faq, product, [*asked, twin])
            self._recorded.same.append((table.row(-1), True))

    def answers(self, said: Said, asked: Sequence[Asked]) -> list[Score]:
        """Record each pair with whether the line answers that asker line."""
        gold = set(self._truth[said.line].get("reply_to") or [])
        if asked and "request" not in self._truth[said.line].get("tags", []):
            self._record_answers(said, asked, gold)
            if len(asked) > FEW:
                # The same line with few who wait, as at the start of a show.
                picker = random.Random(said.line)
                self._record_answers(said, picker.sample(list(asked), picker.randint(1, FEW)), gold)
        if self._forced:
            return [Score(i, float(other.line in gold)) for i, other in enumerate(asked)]
        return super().answers(said, asked)

    def _record_answers(self, said: Said, asked: Sequence[Asked], gold: set[str]) -> None:
        table, _ = self.answer_rows(said, asked)
        for i, other in enumerate(asked):
            if self._truth[other.line]["kind"] == "question":
                self._recorded.answer.append((table.row(i), other.line in gold, said.side))

    def right(self, evidence: Evidence) -> float:
        """Record the evidence with whether the line answers that Question rightly."""
        gold = self._truth[evidence.line]
        asked = self._truth[evidence.question].get("cluster")
        reached = {self._truth[line].get("cluster") for line in gold.get("reply_to") or []}
        right = bool(gold.get("answer_correct")) and asked in reached
        self._recorded.right.append((right_features(evidence), right))
        return super().right(evidence)

    def missed(self, past: Past) -> float:
        """Record the past of an asker line with whether it asks for something that nobody answered rightly."""
        line = self._truth[past.line]
        if is_viewer(line):
            answered = any(answer["quality"] == "correct" for answer in line.get("answers", []))
            self._recorded.missed.append((missed_features(past), line["kind"] == "question" and not answered))
        return super().missed(past)


def replay(
    show: LabelledShow, models: Mapping[str, Any], scores: Mapping[str, Mapping[str, float]], vectors: Mapping[str, Mapping[str, str]],
    passages: Mapping[str, Mapping[str, str]], *, links: bool, kinds: bool, settings: ShowSettings = REPLAY,
) -> Recorded:  # fmt: skip
    """Replay one show, told the right links or kinds where asked.

    `scores` = held-out text scores by folded line, `vectors`/`passages` by folded text ({} = lexical only).
    """
    truth = {row["id"]: row for row in show.lines}
    recorded = Recorded()
    reader = RecordingReader(scores, models, truth if kinds else None)
    for entry in show.faq:
        for text in (entry.canonical, entry.answer):
            reader.take_vectors(text, vectors.get(fold(text), {}))
        reader.take_vectors(both_of(entry), passages.get(fold(both_of(entry)), {}))
    matcher = RecordingMatcher(show.faq, reader.read, models=models["matching"], truth=truth, forced=links, recorded=recorded)
    engine = Show(settings, reader, matcher, Wordings())
    for row in show.lines:
        event = event_from(_event(row))
        assert event is not None
        reader.line = matcher.line = row["id"]
        reader.take_vectors(row["text"], _vectors_of(row, vectors))
        recorded.outcomes.extend(engine.handle(event, event.time))
    end = show.lines[-1]["time"] + 30.0
    recorded.outcomes.extend(engine.handle(Tick(end), end))
    recorded.outcomes.extend(engine.handle(ShowEnded("end", end), end))
    recorded.records = engine.records()
    recorded.judge = [(found, _kind(truth[line])) for line, found in reader.seen if "request" not in truth[line].get("tags", [])]
    return recorded


def _vectors_of(row: Row, vectors: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return the vectors of a line, and those of the parts of a long host line, as the runtime would give them."""
    folded = fold(row["text"])
    whole = vectors.get(folded, {})
    parts = parts_of(folded) if row["role"] in ("host", "voice") else []
    if not whole or not parts:
        return whole
    return {**whole, **{f"{name}_parts": PART.join(vectors[part][name] for part in parts) for name in whole}}


def _kind(row: Row) -> str:
    return row["kind"] if row["kind"] in KINDS else "other"


def _event(row: Row) -> dict[str, Any]:
    base = {"id": row["id"], "time": row["time"], "text": row["text"]}
    if row["kind"] == "product":
        return base | {"type": "product", "product": row["product"]}
    if row["kind"] == "voice":
        return base | {"type": "voice"}
    roles = [row["role"]] if row["role"] == "host" else []
    return base | {"type": "chat", "channel": row["show"], "author": {"id": row["author"], "name": row["author"], "roles": roles}}
