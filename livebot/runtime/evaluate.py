"""`livebot eval`: scores livebot on labelled files and prints a table or JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from livebot.config import Config
from livebot.core.decisions import Decision, Reading, to_record
from livebot.core.events import Author, ChatMessage, Event, StaffAction
from livebot.core.log import event_from
from livebot.core.matcher import FaqEntry
from livebot.errors import UserError
from livebot.evals.corrections import labels_of, score_corrections
from livebot.evals.measures import area_under_curve, b_cubed, scores_of
from livebot.evals.show import pairs_of, score
from livebot.lang.folding import fold
from livebot.platforms.replay.files import read_log
from livebot.runtime.build import Engine, build
from livebot.runtime.commands import Problems, Progress, dated, entries_of, replay_settings
from livebot.runtime.embed import Embedder
from livebot.runtime.replay import outcomes_of
from livebot.store.faq_files import load

Row = dict[str, Any]
SHARE_OUT = 5
FIELDS = {
    "questions": ("text", "is_question"),
    "faq": ("faq_id", "canonical", "queries"),
    "links": ("conv", "id", "text"),
    "duplicates": ("id", "text", "cluster"),
    "show": ("show", "id", "kind", "time", "role", "author", "text"),
}
"""What every line must have, by task; tests/shows/README.md and the data's own description say what it means."""


def run_eval(task: str, files: list[Path], faq: Path | None, as_json: bool) -> None:
    """Print the figures of every file."""
    scorer = TASKS.get(task)
    if scorer is None:
        raise UserError(f"eval {task}: must be one of {', '.join(TASKS)}")
    logs = {file for file in files if task == "show" and _is_log(file)}
    rows = {file: [] if file in logs else read_rows(file, task) for file in files}
    embedder = Embedder()
    alike = len({file.name for file in files}) < len(files)
    results = {
        str(file) if alike else file.name: _corrected(file, faq, embedder) if file in logs else scorer(rows[file], file, faq, embedder)
        for file in files
    }
    shown: Any = next(iter(results.values())) if len(results) == 1 else results
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    for name, figures in results.items():
        print(name)
        for measure, value in figures.items():
            inner = " ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            print(f"  {measure:<16} {inner}")


def read_rows(path: Path, task: str = "") -> list[Row]:
    """Return the decoded lines of a labelled file; a bad line, or one that is not labelled for the task, is an error that names it."""
    rows = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", str(path), "Give a labelled JSON Lines file.") from None
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", str(path), "Save it as UTF-8.") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UserError(f"not JSON: {error}", f"{path}:{number}") from None
            if not isinstance(row, dict):
                raise UserError("not a JSON object", f"{path}:{number}")
            missing = [name for name in FIELDS.get(task, ()) if name not in row]
            if missing:
                raise UserError(
                    f"has no {', '.join(missing)}", f"{path}:{number}", f"A line for `eval {task}` has {', '.join(FIELDS[task])}."
                )
            rows.append(row)
    if not rows:
        raise UserError("is empty", str(path), "Give a labelled JSON Lines file.")
    return rows


def _questions(rows: list[Row], file: Path, faq: Path | None, embedder: Embedder) -> Row:
    """Each line alone: is it a question?"""
    engine = _engine((), embedder)
    texts = [str(row["text"]) for row in rows]
    _embed(engine, texts)
    found = {i for i, text in enumerate(texts) if _asks(engine, text)}
    return scores_of(found, {i for i, row in enumerate(rows) if row["is_question"]})


def _asks(engine: Engine, text: str) -> bool:
    scores = engine.reader.read(text).scores
    return scores.get("asks", scores.get("question", 0.0)) >= 0.5


def _faq(rows: list[Row], file: Path, faq: Path | None, embedder: Embedder) -> Row:
    """Every query against the whole store; then without one entry in five, whose queries should be refused."""
    stored = load(faq).entries if faq else [FaqEntry(r["faq_id"], r["canonical"], "") for r in rows if r["faq_id"] is not None]
    whole, kept = _engine(stored, embedder), _engine([e for e in stored if not _left_out(e.faq_id)], embedder)
    progress = Progress(0)
    ranks: list[int] = []
    inside: list[float] = []
    outside: list[float] = []
    for row in rows:
        queries = [str(query) for query in row["queries"]]
        for engine in (whole, kept):
            _embed(engine, queries)
        for query in queries:
            progress.count(None)
            if row["faq_id"] is not None:
                hits = [hit.faq_id for hit in whole.matcher.faq(whole.reader.read(query), None)]
                ranks.append(hits.index(row["faq_id"]) + 1 if row["faq_id"] in hits else 0)
            best = kept.matcher.faq(kept.reader.read(query), None)[:1]
            (outside if row["faq_id"] is None or _left_out(row["faq_id"]) else inside).append(best[0].score if best else 0.0)
    count = max(1, len(ranks))
    return {
        "top1": round(sum(rank == 1 for rank in ranks) / count, 4),
        "top3": round(sum(1 <= rank <= 3 for rank in ranks) / count, 4),
        "mrr": round(sum(1 / rank for rank in ranks if rank) / count, 4),
        "rejection_auc": area_under_curve(inside, outside),
        "n": len(ranks),
    }


def _left_out(faq_id: str) -> bool:
    return int(hashlib.sha256(f"out{faq_id}".encode()).hexdigest(), 16) % SHARE_OUT == 0


def _links(rows: list[Row], file: Path, faq: Path | None, embedder: Embedder) -> Row:
    """Message streams: who answers or goes on with whom."""
    found: set[tuple[str, str]] = set()
    conversations = list(dict.fromkeys(row["conv"] for row in rows))
    asked: set[str] = set()
    for conv in conversations:
        engine = _engine((), embedder)
        events = [_as_event(row, i) for i, row in enumerate(r for r in rows if r["conv"] == conv)]
        _embed(engine, [event.text for event in events])
        for event, outcomes in outcomes_of(engine, events):
            for outcome in outcomes:
                if isinstance(outcome, Reading) and event is not None:
                    found |= {(f"{conv}/{outcome.id}", f"{conv}/{answered}") for answered in outcome.answers}
                    if outcome.kind == "question":
                        asked.add(f"{conv}/{outcome.id}")
    return _link_figures(rows, found)


def _as_event(row: Row, place: int) -> ChatMessage:
    time = float(row["time"]) if row.get("time") is not None else float(place)
    author = str(row.get("author") or "?")
    return ChatMessage(str(row["id"]), time, "log:eval", Author(author, author), str(row.get("text") or ""))


def _link_figures(rows: list[Row], found: set[tuple[str, str]]) -> Row:
    by_key = {f"{row['conv']}/{row['id']}": row for row in rows}
    scored = {key for key, row in by_key.items() if row.get("annotated", True)}
    gold = {
        (key, f"{by_key[key]['conv']}/{parent}")
        for key in scored
        for parent in by_key[key].get("reply_to") or []
        if str(parent) != str(by_key[key]["id"])
    }
    found = {pair for pair in found if pair[0] in scored}

    def is_question(row: Row) -> bool:
        return bool(row["is_question"]) if row.get("is_question") is not None else "?" in str(row.get("text"))

    def by_another(pair: tuple[str, str]) -> bool:
        one, other = by_key.get(pair[0]), by_key.get(pair[1])
        return one is not None and other is not None and is_question(other) and one.get("author") != other.get("author")

    questions = {key for key in scored if is_question(by_key[key])}
    unanswered_gold = questions - {other for one, other in gold if by_another((one, other))}
    unanswered_found = questions - {other for one, other in found if by_another((one, other))}
    qa = scores_of({p for p in found if by_another(p)}, {p for p in gold if by_another(p)})
    return {
        "f1": scores_of(found, gold)["f1"],
        "qa_f1": qa["f1"],
        "unanswered_f1": scores_of(unanswered_found, unanswered_gold)["f1"],
        "links": scores_of(found, gold),
        "qa": qa,
    }


def _duplicates(rows: list[Row], file: Path, faq: Path | None, embedder: Embedder) -> Row:
    """Questions in the order of the file: which ask the same?"""
    engine = _engine(load(faq).entries if faq else (), embedder)
    texts = [str(row["text"]) for row in rows]
    _embed(engine, texts)
    groups = group_questions(engine, texts)
    gold = {str(row["id"]): str(row["cluster"]) for row in rows}
    mine = {str(row["id"]): str(group) for row, group in zip(rows, groups, strict=True)}
    found_pairs = pairs_of(_members(mine))
    figures = scores_of(found_pairs, pairs_of(_members(gold)))
    return {"pair_f1": figures["f1"], "b3_f1": b_cubed(mine, gold), "precision": figures["precision"], "recall": figures["recall"]}


def _members(clusters: dict[str, str]) -> list[list[str]]:
    out: dict[str, list[str]] = {}
    for item, cluster in clusters.items():
        out.setdefault(cluster, []).append(item)
    return list(out.values())


def group_questions(engine: Engine, texts: Sequence[str]) -> list[int]:
    """Return, for each question in order, the place of the first question that it repeats (or its own)."""
    from livebot.core.context import Context
    from livebot.core.link import joins
    from livebot.core.questions import Asker, State
    from livebot.core.track import ask

    ctx = Context(replay_settings(Config()), State(), engine.reader, engine.matcher, engine.words)
    groups = []
    for i, text in enumerate(texts):
        ctx.state.now = float(i)
        reading = ctx.read(text)
        faq = engine.matcher.faq(reading, None)
        joined, _, _ = joins(ctx, reading, faq, None, f"eval:{i}")
        question = ask(ctx, Asker(str(i), f"eval:{i}", f"v{i}", "log:eval", float(i), text), reading, faq, joined, None)
        groups.append(int(question.id))
    return groups


def _show(rows: list[Row], file: Path, faq: Path | None, embedder: Embedder) -> Row:
    """Labelled shows, replayed one by one."""
    beside = file.with_name(file.name.replace(".jsonl", ".faq.jsonl"))
    path = faq or (beside if beside.exists() else None)
    faq_rows = read_rows(path) if path else []
    said: list[Row] = []
    for name in dict.fromkeys(row["show"] for row in rows):
        entries = tuple(e for e in entries_of(Config(), path) if _belongs(e, name, faq_rows)) if path else ()
        engine = _engine(entries, embedder)
        events = [event for row in rows if row["show"] == name and (event := event_from(_log_line(row))) is not None]
        said += _said(engine, events)
    return score(rows, said)


def _is_log(file: Path) -> bool:
    """Whether a file is a show's own log: its lines say their type, and are not labelled."""
    first = read_rows(file)[0]
    return "type" in first and "show" not in first


def _corrected(file: Path, faq: Path | None, embedder: Embedder) -> Row:
    """A show's own log, replayed as it was and without staff: how much of what they corrected would livebot get right now?"""
    problems = Problems()
    date, kept = dated(read_log(file, on_problem=problems.add), [file], problems)
    events, entries = list(kept), entries_of(Config(), faq)
    problems.tell()
    labels = labels_of(_corrections(build(replay_settings(Config()), entries, embedder, date=date), events))
    if not labels:
        raise UserError(
            "holds no corrections by staff",
            str(file),
            "Give the log of a show in which staff corrected something on the desk, or a labelled show (see tests/shows/README.md).",
        )
    alone = build(replay_settings(Config()), entries, embedder, date=date)
    return score_corrections(labels, _said(alone, [event for event in events if not isinstance(event, StaffAction)]))


def _corrections(engine: Engine, events: Sequence[Event]) -> list[Row]:
    """Replay a log and return what staff did in it, each with the asker lines of its Questions just before."""
    found: list[Row] = []
    proposed: dict[str, str | None] = {}

    def watched() -> Iterator[Event]:
        for event in events:
            if isinstance(event, StaffAction):
                lines = {record.id: list(record.messages) for record in engine.show.records()}
                found.append(
                    dict(event.values)
                    | {"action": event.action, "lines": lines.get(event.question or "", [])}
                    | {"message": event.message or proposed.get(str(event.values.get("decision")))}
                    | {"into": lines.get(str(event.values.get("into")), [])}
                )
            yield event

    for _, outcomes in outcomes_of(engine, watched()):
        proposed |= {made.id: made.message for made in outcomes if isinstance(made, Decision) and made.kind == "boost"}
    return found


def _said(engine: Engine, events: Iterable[Event]) -> list[Row]:
    """Replay and return the records that `replay --out` would write, with reasons as codes."""
    said = [made for _, outcomes in outcomes_of(engine, events) for made in outcomes if isinstance(made, Reading | Decision)]
    return [to_record(each, lambda reason: reason.code) for each in (*said, *engine.show.records())]


def _belongs(entry: FaqEntry, show: str, rows: list[Row]) -> bool:
    shows = [row.get("show", show) for row in rows if row["faq_id"] == entry.faq_id]
    return show in shows


def _log_line(row: Row) -> Row:
    base = {"id": row["id"], "time": row["time"], "text": row["text"]}
    if row["kind"] == "product":
        return base | {"type": "product", "product": row["product"]}
    if row["kind"] == "voice":
        return base | {"type": "voice"}
    roles = [row["role"]] if row["role"] in ("host", "staff", "bot") else []
    return base | {"type": "chat", "channel": row["show"], "author": {"id": row["author"], "name": row["author"], "roles": roles}}


def _engine(entries: Sequence[FaqEntry], embedder: Embedder) -> Engine:
    return build(replay_settings(Config()), entries, embedder)


def _embed(engine: Engine, texts: Sequence[str]) -> None:
    """Give the reader the sentence vectors of many texts at once."""
    if engine.embedder.names:
        for text, vectors in zip(texts, engine.embedder.embed([fold(text) for text in texts]), strict=True):
            engine.reader.take_vectors(text, vectors)


TASKS: dict[str, Callable[[list[Row], Path, Path | None, Embedder], Row]] = {
    "questions": _questions,
    "faq": _faq,
    "links": _links,
    "duplicates": _duplicates,
    "show": _show,
}
