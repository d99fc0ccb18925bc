"""The project's own scorer of shows: by hand on a few lines, and against the shared one on a whole replay."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from livebot.config import Config
from livebot.core.decisions import Decision, Reading, to_record
from livebot.core.log import event_from
from livebot.evals.show import pairs_of, score
from livebot.runtime.build import build
from livebot.runtime.commands import entries_of, replay_settings
from livebot.runtime.embed import Embedder
from livebot.runtime.evaluate import _log_line
from livebot.runtime.replay import outcomes_of

SHOWS = Path(__file__).resolve().parents[1] / "shows"
SHARED = next((path / "shared/eval/score_show.py" for path in SHOWS.parents if (path / "shared/eval/score_show.py").exists()), None)


def gold(line: str, time: float, kind: str, role: str = "viewer", **more: Any) -> dict[str, Any]:
    """A labelled line."""
    return {"id": line, "show": "s", "time": time, "role": role, "kind": kind, "text": line, "reply_to": [], "faq_id": None, **more}


def question(line: str, time: float, cluster: str, *answers: tuple[str, str], faq_id: str | None = None, **more: Any) -> dict[str, Any]:
    """A labelled question with its answers (id, quality)."""
    given = [{"id": by, "quality": quality} for by, quality in answers]
    return gold(line, time, "question", cluster=cluster, answers=given, faq_id=faq_id, **more)


def reading(line: str, kind: str, answers: tuple[str, ...] = (), faq: tuple[tuple[str, float], ...] = ()) -> dict[str, Any]:
    """What a replay said of a line."""
    return {"type": "reading", "id": line, "kind": kind, "answers": list(answers), "faq": [list(hit) for hit in faq]}


def resolve(time: float, *askers: str) -> dict[str, Any]:
    """A resolution."""
    return {"type": "decision", "kind": "resolve", "time": time, "askers": list(askers), "resolution": "peer"}


def final(*messages: str, still: tuple[str, ...] = ()) -> dict[str, Any]:
    """How a Question stands at the end."""
    return {"type": "question", "id": messages[0], "messages": list(messages), "open": list(still)}


def test_a_small_show_by_hand() -> None:
    """Three questions, one answered, one wrongly linked; a request is left out everywhere."""
    labelled = [
        question("q1", 10, "a", ("w1", "correct"), faq_id="f1"),
        question("q2", 20, "a"),
        question("q3", 25, "b", ("w2", "wrong")),
        question("q4", 26, "c", tags=["request"]),
        gold("w1", 30, "answer", reply_to=["q1"], answer_correct=True),
        gold("w2", 31, "answer", reply_to=["q3"], answer_correct=False),
        gold("t1", 40, "thanks"),
    ]
    said = [
        reading("q1", "question", faq=(("f1", 0.9),)),
        reading("q2", "question", faq=(("f2", 0.4),)),
        reading("q3", "other"),
        reading("q4", "question"),
        reading("w1", "answer", ("q1", "q2")),
        reading("w2", "answer"),
        reading("t1", "thanks"),
        resolve(30, "q1", "q2"),
        {"type": "decision", "kind": "boost", "time": 38, "message": "w1", "held": True},
        final("q1", "q2"),
        final("q4", still=("q4",)),
    ]
    figures = score(labelled, said)
    assert (figures["question"]["precision"], figures["question"]["recall"]) == (1.0, 0.6667)
    assert figures["thanks"]["f1"] == 1.0
    assert (figures["link"]["precision"], figures["link"]["recall"]) == (0.5, 0.5)
    assert figures["link_peer"] == figures["link"]
    assert (figures["missed"]["found"], figures["missed"]["gold"]) == (0, 2)
    assert (figures["duplicate"]["precision"], figures["duplicate"]["recall"]) == (1.0, 1.0)
    assert (figures["faq"]["top1"], figures["faq"]["n"]) == (1.0, 1)
    assert figures["faq"]["rejection_auc"] == 1.0
    assert (figures["boost"]["precision"], figures["boost"]["recall"]) == (1.0, 1.0)
    assert figures["boost_auto"]["boosted"] == 0
    # At 30 s of q1, q2, q3: q1 is answered at that second; open are q2 and q3, found open is neither. The same at 60 s.
    assert (figures["open_set"]["recall"], figures["open_set"]["ticks"]) == (0.0, 2)


def test_a_relink_replaces_what_the_line_answered() -> None:
    """What later events showed better counts."""
    labelled = [
        question("q1", 1, "a", ("w1", "correct")),
        question("q2", 2, "b"),
        gold("w1", 3, "answer", reply_to=["q1"], answer_correct=True),
    ]
    said = [reading("w1", "answer", ("q2",)), {"type": "decision", "kind": "relink", "time": 9, "message": "w1", "answers": ["q1"]}]
    assert score(labelled, said)["link"]["f1"] == 1.0


def test_a_reopened_question_is_open_again() -> None:
    """The last word before the tick counts."""
    labelled = [question("q1", 1, "a"), gold("x", 61, "other")]
    said = [reading("q1", "question"), resolve(5, "q1"), {"type": "decision", "kind": "reopen", "time": 40, "askers": ["q1"]}]
    figures = score(labelled, said)["open_set"]
    assert (figures["precision"], figures["ticks"]) == (1.0, 3)
    assert figures["recall"] == pytest.approx(2 / 3, abs=0.001)


def test_pairs_are_counted_once() -> None:
    """Whatever the order in the group."""
    assert pairs_of([["b", "a", "c"], ["d"], ["a", "b"]]) == {("a", "b"), ("a", "c"), ("b", "c")}


@pytest.fixture(scope="module")
def shared() -> ModuleType:
    """The scorer that others use too."""
    if SHARED is None:
        pytest.skip("needs the shared scorer")
    spec = importlib.util.spec_from_file_location("score_show", SHARED)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def replayed() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """One labelled show and what a replay of it said, without sentence vectors."""
    rows = [json.loads(line) for line in (SHOWS / "fishing.jsonl").read_text("utf-8").splitlines()]
    engine = build(replay_settings(Config()), entries_of(Config(), SHOWS / "fishing.faq.jsonl"), Embedder("none"))
    events = [event for row in rows if (event := event_from(_log_line(row))) is not None]
    said = []
    for _, outcomes in outcomes_of(engine, events):
        said += [to_record(outcome, lambda reason: reason.code) for outcome in outcomes if isinstance(outcome, Reading | Decision)]
    return rows, said + [to_record(record, lambda reason: reason.code) for record in engine.show.records()]


def test_both_scorers_agree_on_a_whole_show(
    shared: ModuleType, replayed: tuple[list[dict[str, Any]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    """Figure by figure, on everything that a replay writes."""
    rows, said = replayed
    out = tmp_path / "out.jsonl"
    out.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in said), "utf-8")
    theirs = shared.score(str(SHOWS / "fishing.jsonl"), str(out))
    ours = score(rows, said)
    assert ours == theirs
    assert ours["read"] > 300 and ours["link"]["found"] > 20 and ours["boost"]["boosted"] > 0


def test_both_scorers_agree_when_nothing_was_said(shared: ModuleType, tmp_path: Path) -> None:
    """No readings, no decisions, no records."""
    out = tmp_path / "out.jsonl"
    out.write_text("", "utf-8")
    rows = [json.loads(line) for line in (SHOWS / "fishing.jsonl").read_text("utf-8").splitlines()]
    assert score(rows, []) == shared.score(str(SHOWS / "fishing.jsonl"), str(out))
