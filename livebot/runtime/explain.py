"""`livebot explain`: what livebot makes of a line and why, every signal with its weight in words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from livebot.config import Config, load_config
from livebot.core.decisions import Decision, Outcome, Reading
from livebot.core.events import Event
from livebot.core.matcher import Asked, Said, Score
from livebot.core.reader import Around, Judgement, LineReading, Signal
from livebot.errors import UserError, WorkError
from livebot.lang.data import load as load_words
from livebot.lang.folding import fold
from livebot.lang.judge import KINDS
from livebot.lang.reader import LineReader
from livebot.matching.matcher import LineMatcher
from livebot.platforms.replay.files import read_log
from livebot.runtime.build import Engine, build
from livebot.runtime.closing import printable
from livebot.runtime.commands import Problems, entries_of, replay_settings
from livebot.runtime.embed import Embedder
from livebot.runtime.masked import masked
from livebot.runtime.replay import outcomes_of
from livebot.store.store import Store

SHOWN_SIGNALS = 8
SHOWN_HITS = 3
SHOWN_LINKS = 3


def run_explain(what: str, log: Path | None, show: str | None, config_path: Path | None, faq: Path | None) -> None:
    """Explain a text, or a line of a log or of a show in the store."""
    config, _ = load_config(config_path)
    entries = entries_of(config, faq)
    engine = build(replay_settings(config), entries, Embedder(config.match.semantic))
    if log is None and show is None:
        _explain_text(engine, what, config.show.language)
    else:
        _explain_line(engine, what, _events(config, log, show), config.show.language)


def _events(config: Config, log: Path | None, show: str | None) -> Iterable[Event]:
    if log is not None:
        return map(masked, read_log(log, on_problem=Problems().add))
    path = config.store.file
    if path is None:
        raise UserError("--show needs a store", "", "Give --config with [store] file, or --log FILE.")
    return asyncio.run(_stored(path, str(show)))


async def _stored(path: Path, show: str) -> list[Event]:
    from livebot.core.log import event_from

    store = await Store.open(str(path))
    try:
        if await store.show(show) is None:
            raise UserError(f"no show {show!r}", str(path), "livebot keeps a show under its name and start, such as show-20260101-200000.")
        events: list[Event] = []
        after = 0
        while rows := await store.messages(show, after):
            events += [event for row in rows if (event := event_from(dict(row.line))) is not None]
            after = rows[-1].position
        return events
    finally:
        await store.close()


def _explain_text(engine: Engine, text: str, lang: str) -> None:
    vectors = engine.embedder.embed([fold(text)])[0]
    if vectors:
        engine.reader.take_vectors(text, vectors)
    reading = engine.reader.read(text)
    _print_reading(engine, reading, lang)
    if "noise" not in reading.flags:
        hits = engine.matcher.faq(reading, None)
        around = Around(best_faq=hits[0].score if hits else 0.0)
        _print_judgement(engine, reading, around, lang)
        _print_hits(engine, reading, None, lang)


def _print_reading(engine: Engine, reading: LineReading, lang: str) -> None:
    ko = lang == "ko"
    print(f"{'글' if ko else 'text'}: {printable(reading.text)}")
    if not reading.folded:
        print("읽을 글이 없어요" if ko else "there is nothing to read")
        return
    print(f"{'접은 글' if ko else 'folded'}: {reading.folded}  ({reading.lang or '-'})")
    if "noise" in reading.flags:
        print("웃음·이모지뿐이라 더 보지 않아요" if ko else "only laughter or emoji: looked at no further")
        return
    print(
        ("글만 보고: " if ko else "by itself: ") + ", ".join(f"{_kind(kind, lang)} {reading.scores.get(kind, 0.0):.2f}" for kind in KINDS)
    )
    for label, values in (
        ("낱말" if ko else "words", list(reading.terms)),
        ("숫자" if ko else "numbers", [f"{q.value:g}{' ' + q.unit if q.unit else ''}" for q in reading.quantities]),
        ("주제" if ko else "topics", list(reading.topics)),
        ("부른 사람" if ko else "addressed", list(reading.names)),
        (
            "알아챈 것" if ko else "noticed",
            [word_of(f"is_{flag}", lang) for flag in sorted(reading.flags)] + [word_of("wants", lang)] * bool(reading.wants),
        ),
    ):
        if values:
            print(f"{label}: {', '.join(values)}")
    best = max(KINDS, key=lambda kind: reading.scores.get(kind, 0.0))
    parts = [f"{_part(gram, lang)} {weight:+.2f}" for gram, weight in engine.reader.explain(reading.text, best)[:SHOWN_SIGNALS]]
    print(("글자 가운데 센 것: " if ko else "strongest in the text: ") + ", ".join(parts))


def _print_judgement(engine: Engine, reading: LineReading, around: Around, lang: str) -> None:
    judged = engine.reader.judge(reading, around)
    shown = ", ".join(f"{_kind(kind, lang)} {judged.scores[kind]:.2f}" for kind in KINDS)
    print(f"{'판단' if lang == 'ko' else 'judged'}: {_kind(judged.kind, lang)}  ({shown})")
    _print_signals(engine.reader.explain_judgement(reading, around, judged.kind), lang)


def _print_hits(engine: Engine, reading: LineReading, product: str | None, lang: str) -> None:
    hits = engine.matcher.faq(reading, product)
    for hit in hits[:SHOWN_HITS]:
        entry = engine.matcher.entry(hit.faq_id)
        if entry is not None:
            print(f"FAQ {hit.faq_id} {hit.score:.2f}: {printable(entry.canonical)}")
            _print_signals(engine.matcher.explain_faq(reading, product, hit.faq_id), lang)


def _print_signals(signals: Sequence[Signal], lang: str) -> None:
    for signal in signals[:SHOWN_SIGNALS]:
        print(f"    {signal.weight:+.2f}  {word_of(signal.name, lang)}")


def _kind(kind: str, lang: str) -> str:
    return {"question": "질문", "answer": "답변", "thanks": "감사", "other": "그 밖"}[kind] if lang == "ko" else kind


def _part(gram: str, lang: str) -> str:
    """Return a part of the text as it stands there, without the marks of its ends; an embedder by what it finds."""
    if gram in ("<e5>", "<use>"):
        return word_of(gram[1:-1], lang)
    part = gram.strip("\t")
    return f"‘{printable(part)}’"


def word_of(name: str, lang: str) -> str:
    """Return a signal's name in words."""
    words: dict[str, dict[str, str]] = load_words("signals.json")
    for prefix, said in (("below_best_", {"ko": "가장 나은 항목보다 덜: ", "en": "less than the best entry: "}),
                         ("above_next_", {"ko": "다음 항목보다 더: ", "en": "more than the next entry: "})):  # fmt: skip
        if name.startswith(prefix):
            return said[lang] + word_of(name.removeprefix(prefix), lang)
    return words.get(name, {}).get(lang, name)


class _Listening:
    """Notes what the Show asked its reader and matcher about the line that is to be explained."""

    def __init__(self, engine: Engine) -> None:
        self.judged: tuple[LineReading, Around] | None = None
        self.answered: tuple[Said, Sequence[Asked], list[Score]] | None = None
        self.product: str | None = None
        self._reader, self._matcher = engine.reader, engine.matcher

    def install(self, reader: LineReader, matcher: LineMatcher) -> None:
        """Listen from now on."""
        judge, answers, faq = reader.judge, matcher.answers, matcher.faq

        def listening_judge(reading: LineReading, around: Around) -> Judgement:
            self.judged = (reading, around)
            return judge(reading, around)

        def listening_answers(said: Said, asked: Sequence[Asked]) -> list[Score]:
            scores = answers(said, asked)
            self.answered = (said, asked, scores)
            return scores

        def listening_faq(line: LineReading, product: str | None) -> Any:
            self.product = product
            return faq(line, product)

        reader.judge, matcher.answers, matcher.faq = listening_judge, listening_answers, listening_faq  # type: ignore[method-assign]

    def clear(self) -> None:
        """Forget the line before."""
        self.judged = self.answered = None


def _explain_line(engine: Engine, line: str, events: Iterable[Event], lang: str) -> None:
    listening = _Listening(engine)
    listening.install(engine.reader, engine.matcher)
    after: list[Decision] = []
    found: list[Outcome] | None = None
    for event, outcomes in _cleared(outcomes_of(engine, events), listening, line):
        if event is not None and getattr(event, "id", None) == line and any(isinstance(o, Reading) for o in outcomes):
            found = outcomes
            _print_found(engine, event, outcomes, listening, lang)
        elif found is not None:
            after += [o for o in outcomes if isinstance(o, Decision) and line in (o.message, o.question, *o.askers, *o.answers)]
    if found is None:
        raise WorkError(f"no line {line!r} in that log", "", "Give the id of a chat line or caption, as in the log's `id`.")
    for decision in after:
        print(f"{decision.time:8.1f} s  {decision.kind}: {engine.words.reason(decision.reason, lang)}")


def _cleared(
    pairs: Iterable[tuple[Event | None, list[Outcome]]], listening: _Listening, line: str
) -> Iterable[tuple[Event | None, list[Outcome]]]:
    """Yield the pairs; what was heard of other lines is forgotten, so that what is left is of the line that was just handled."""
    for event, outcomes in pairs:
        yield event, outcomes
        listening.clear()


def _print_found(engine: Engine, event: Event, outcomes: Sequence[Outcome], listening: _Listening, lang: str) -> None:
    reading = engine.reader.read(event.text)  # type: ignore[union-attr]
    _print_reading(engine, reading, lang)
    if listening.judged is not None:
        _print_judgement(engine, *listening.judged, lang)
    if listening.answered is not None:
        said, asked, scores = listening.answered
        for score in sorted(scores, key=lambda s: -s.score)[:SHOWN_LINKS]:
            one = asked[score.index]
            print(f"{'답하는 질문' if lang == 'ko' else 'answers'} {one.line} {score.score:.2f}: {printable(one.reading.text)}")
            _print_signals(engine.matcher.explain_answer(said, asked, score.index), lang)
    for outcome in outcomes:
        if isinstance(outcome, Reading):
            if outcome.kind == "question":
                _print_hits(engine, reading, listening.product, lang)
            print(f"{'결과' if lang == 'ko' else 'result'}: {engine.words.reason(outcome.reason, lang)}")
        elif isinstance(outcome, Decision):
            print(f"{outcome.time:8.1f} s  {outcome.kind}: {engine.words.reason(outcome.reason, lang)}")
