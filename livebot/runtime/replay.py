"""Replays recorded chats through the core: as fast as it goes, with the time of the log. Sends nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from livebot.core.decisions import Decision, Outcome, QuestionRecord, Reading, Reason, Send, to_record
from livebot.core.events import Event, Lookup, Sent, ShowEnded, Tick
from livebot.runtime.build import Engine
from livebot.runtime.closing import Closing, closing_of
from livebot.runtime.masked import masked

AFTER_END = 30.0


@dataclass
class Summary:
    """What a replay came to, for the terminal."""

    events: int = 0
    seconds: float = 0.0
    readings: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    resolutions: Counter[str] = field(default_factory=Counter)
    questions: int = 0
    asked: int = 0
    open_lines: int = 0
    closing: Closing = field(default_factory=Closing)


def outcomes_of(engine: Engine, events: Iterable[Event], *, assume_sent: bool = False) -> Iterator[tuple[Event | None, list[Outcome]]]:
    """Yield each event with its outcomes; after the last one the ticks of half a minute and the end of the show (event None)."""
    show, looked_up, now = engine.show, set[str](), 0.0
    for event in map(masked, events):
        now = max(now, event.time)
        due: list[Outcome] = []
        if isinstance(event, Lookup):
            looked_up.add(event.of)
        elif getattr(event, "id", None) in looked_up:
            looked_up.discard(event.id)  # type: ignore[union-attr]
        elif (lookup := engine.look_up(event)) is not None:
            due = _handle(show, lookup, now, assume_sent)  # what became due meanwhile happens as soon as the show is told the time
        yield event, [*due, *_handle(show, event, now, assume_sent)]
    end = now + AFTER_END
    yield None, [*_handle(show, Tick(end), end, assume_sent), *_handle(show, ShowEnded("end", end), end, assume_sent)]


def _handle(show: Any, event: Event, now: float, assume_sent: bool) -> list[Outcome]:
    outcomes: list[Outcome] = show.handle(event, now)
    if assume_sent:
        for send in [outcome for outcome in outcomes if isinstance(outcome, Send)]:
            outcomes = [*outcomes, *show.handle(Sent(f"sent:{send.id}", send.time, send.id, "sent"), max(now, send.time))]
    return outcomes


def replay(
    engine: Engine,
    events: Iterable[Event],
    out: TextIO | None,
    *,
    lang: str,
    assume_sent: bool = False,
    progress: Callable[[Event | None], None] | None = None,
) -> Summary:
    """Replay and write what `replay --out` promises; return the summary."""
    summary = Summary()

    def sentence(reason: Reason) -> str:
        return engine.words.reason(reason, lang)

    for event, outcomes in outcomes_of(engine, events, assume_sent=assume_sent):
        if event is not None:
            summary.events += 1
            summary.seconds = max(summary.seconds, event.time)
        if progress is not None:
            progress(event)
        for outcome in outcomes:
            _count(summary, outcome)
            if out is not None and isinstance(outcome, Reading | Decision):
                out.write(json.dumps(to_record(outcome, sentence), ensure_ascii=False) + "\n")
    for record in engine.show.records():
        _count_record(summary, record)
        if out is not None:
            out.write(json.dumps(to_record(record, sentence), ensure_ascii=False) + "\n")
    summary.closing = closing_of(engine.show)
    return summary


def _count(summary: Summary, outcome: Outcome) -> None:
    if isinstance(outcome, Reading):
        summary.readings[outcome.kind] += 1
    elif isinstance(outcome, Decision):
        summary.decisions[outcome.kind] += 1
        if outcome.kind == "resolve":
            summary.resolutions[outcome.resolution or ""] += len(outcome.askers)


def _count_record(summary: Summary, record: QuestionRecord) -> None:
    summary.questions += 1
    summary.asked += len(record.messages)
    summary.open_lines += len(record.open)


def open_out(path: Path | None) -> TextIO | None:
    """Open the output file for writing, UTF-8 with plain line ends."""
    return path.open("w", encoding="utf-8", newline="\n") if path is not None else None
