"""What staff corrected, as labels: learned from what they did, and scored through a show's real log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from livebot.core.events import Author, ChatMessage, Event, ShowStarted, StaffAction
from livebot.core.log import event_to
from livebot.errors import UserError
from livebot.evals.corrections import labels_of, score_corrections
from livebot.runtime import evaluate
from livebot.runtime.embed import Embedder


def did(action: str, *lines: str, **values: Any) -> dict[str, Any]:
    """A correction on a Question of these asker lines."""
    return {"action": action, "lines": list(lines), **values}


def test_what_was_undone_is_no_label() -> None:
    """The last word counts; undo takes a label away."""
    labels = labels_of(
        [
            did("dismiss", "q1"),
            did("reopen", "q1"),
            did("boost", "q2", message="w1"),
            did("take_back", "q2", message="w1"),
            did("boost", "q2", message="w2"),
            did("reject", "q2", message="w2"),
            did("note", "q2", text="look"),
        ]
    )
    assert (labels.asks, labels.right) == ({"q2": True}, {"w2": False})
    assert not labels_of([did("note", "q1"), did("stop")])


def test_every_sort_of_label_is_scored() -> None:
    """One right and one wrong of each."""
    labels = labels_of(
        [
            did("relink", message="w1", answers=["q1"]),
            did("relink", message="w2", answers=[]),
            did("merge", "q2", into=["q1"]),
            did("split", "q3", "q4", askers=["q4"]),
            did("dismiss", "x"),
            did("answered", "q1"),
            did("approve", "q1", message="w1"),
            did("reject", "q3", message="w2"),
            did("post_faq", "q1", faq="size"),
            did("post_faq", "q3", faq="price"),
        ]
    )
    said = [
        {"type": "reading", "id": "w1", "answers": ["q1"], "faq": []},
        {"type": "reading", "id": "w2", "answers": ["q3"], "faq": []},
        {"type": "reading", "id": "q1", "answers": [], "faq": [["size", 0.9]]},
        {"type": "decision", "kind": "boost", "message": "w2"},
        {"type": "question", "id": "q1", "messages": ["q1", "q2"]},
        {"type": "question", "id": "q3", "messages": ["q3", "q4"]},
    ]
    figures = score_corrections(labels, said)
    assert {name: (figures[name]["right"], figures[name]["of"]) for name in ("link", "duplicate", "answer", "faq")} == {
        "link": (1, 2),
        "duplicate": (1, 2),
        "answer": (0, 2),
        "faq": (1, 2),
    }
    assert (figures["question"], figures["right"], figures["of"]) == ({"right": 3, "of": 3}, 6, 11)


def written(path: Path, *events: Event) -> Path:
    """A show's log, as livebot writes it."""
    path.write_text("".join(json.dumps(event_to(event), ensure_ascii=False) + "\n" for event in events), "utf-8")
    return path


def chat(line: str, time: float, who: str, text: str) -> ChatMessage:
    """A line of chat."""
    return ChatMessage(line, time, "bridge:shop", Author(who, who), text)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sentence vectors."""
    monkeypatch.setattr(evaluate, "Embedder", lambda: Embedder("none"))


KO = ("이거 가격이 얼마예요?", "세탁기에 돌려도 되나요?", "네 세탁기에 돌려도 돼요")
EN = ("how much is it?", "can I wash it in the machine?", "yes, you can wash it in the machine")


@pytest.mark.parametrize("texts", [KO, EN], ids=["ko", "en"])
def test_a_real_log_is_scored_on_what_staff_said(quick: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], texts: Any) -> None:
    """The replay that is scored does not know what staff did: a wrong merge is counted as wrong, the right relink as right."""
    price, wash, answer = texts
    log = written(
        tmp_path / "show.jsonl",
        ShowStarted("s", 0.0, "2026-11-20"),
        chat("q1", 1.0, "ann", price),
        chat("q2", 3.0, "bob", wash),
        chat("w1", 9.0, "cat", answer),
        StaffAction("a1", 12.0, "kim", "relink", None, "w1", {"answers": ["q2"]}),
        StaffAction("a2", 13.0, "kim", "merge", "q2", None, {"into": "q1"}),
    )
    evaluate.run_eval("show", [log], None, as_json=True)
    figures = json.loads(capsys.readouterr().out)
    assert (figures["link"], figures["duplicate"]) == ({"right": 1, "of": 1}, {"right": 0, "of": 1})
    assert (figures["right"], figures["of"]) == (1, 2)


def test_a_log_without_corrections_says_so(quick: None, tmp_path: Path) -> None:
    """The message names the file and what is needed."""
    log = written(tmp_path / "quiet.jsonl", chat("q1", 1.0, "ann", EN[0]), StaffAction("a1", 2.0, "kim", "stop"))
    with pytest.raises(UserError, match="holds no corrections by staff") as raised:
        evaluate.run_eval("show", [log], None, as_json=False)
    assert "quiet.jsonl" in str(raised.value)
