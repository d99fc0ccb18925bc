"""Scores what livebot makes of a show by itself against what staff corrected in it. Works on plain rows; knows no files.

A correction is a row of what staff did: `action` and its values as in `core/staff.py`, with `lines` (the asker lines of its Question just
before), `into` (those of the Question that it was merged into), `message` (the answer that was meant). The last word on a thing counts,
and what was undone counts no more:

- `relink`: that line answers exactly these lines;
- `merge`, `split`: these lines ask the same, or do not;
- `dismiss`: these lines needed no answer; `answered`, `to_host`, `boost`, `approve`, `post_faq`: they are questions;
- `boost`, `approve`: that answer is right; `reject`: it is wrong;
- `post_faq` with an entry: that entry answers these lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
ASKED = frozenset({"answered", "to_host", "boost", "approve", "post_faq"})


@dataclass(slots=True)
class Labels:
    """What staff said: what a line answers, which pairs ask the same, what is a question, which answer is right, which entry fits."""

    links: dict[str, frozenset[str]] = field(default_factory=dict)
    same: dict[tuple[str, str], bool] = field(default_factory=dict)
    asks: dict[str, bool] = field(default_factory=dict)
    right: dict[str, bool] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.links, self.same, self.asks, self.right, self.entries))


def labels_of(corrections: Iterable[Row]) -> Labels:
    """Return what is to be learned from what staff did, in its order."""
    labels = Labels()
    for row in corrections:
        _learn(labels, row)
    return labels


def _learn(labels: Labels, row: Row) -> None:
    action, lines, message = row["action"], row.get("lines", ()), row.get("message")
    if action in ASKED or action == "dismiss":
        labels.asks |= dict.fromkeys(lines, action != "dismiss")
    if action == "reopen":
        _drop(labels.asks, lines)
    elif action == "relink" and message and isinstance(row.get("answers"), list):
        labels.links[message] = frozenset(map(str, row["answers"]))
    elif action == "merge":
        labels.same |= dict.fromkeys(_across(lines, row.get("into", ())), True)
    elif action == "split" and isinstance(row.get("askers"), list):
        out = [line for line in lines if line in row["askers"]]
        labels.same |= dict.fromkeys(_across(out, [line for line in lines if line not in out]), False)
    elif action in ("boost", "approve", "reject") and message:
        labels.right[message] = action != "reject"
    elif action == "take_back" and message:
        _drop(labels.right, [message])
    elif action == "post_faq" and row.get("faq"):
        labels.entries |= dict.fromkeys(lines, str(row["faq"]))


def _drop(labels: dict[str, bool], keys: Iterable[str]) -> None:
    for key in keys:
        labels.pop(key, None)


def _across(some: Iterable[str], others: Sequence[str]) -> list[tuple[str, str]]:
    return [(min(one, other), max(one, other)) for one in some for other in others if one != other]


def score_corrections(labels: Labels, said: Sequence[Row]) -> dict[str, Any]:
    """Return, for each sort of label, how many there are (`of`) and how many livebot gets right by itself; then over all.

    `said` is what a replay without staff wrote: readings, decisions, and how each Question stood at the end.
    """
    readings = {row["id"]: row for row in said if row["type"] == "reading"}
    decisions = [row for row in said if row["type"] == "decision"]
    answers = {line: frozenset(row["answers"]) for line, row in readings.items()}
    answers |= {row["message"]: frozenset(row["answers"]) for row in decisions if row["kind"] == "relink"}
    carried = {row["message"] for row in decisions if row["kind"] == "boost"}
    group = {line: row["id"] for row in said if row["type"] == "question" for line in row["messages"]}

    def together(pair: tuple[str, str]) -> bool:
        return pair[0] in group and group[pair[0]] == group.get(pair[1])

    def entry(line: str) -> str:
        hits = readings.get(line, {}).get("faq") or []
        return str(hits[0][0]) if hits else ""

    checked = {
        "link": [answers.get(line, frozenset()) == wanted for line, wanted in labels.links.items()],
        "duplicate": [together(pair) == wanted for pair, wanted in labels.same.items()],
        "question": [(line in group) == wanted for line, wanted in labels.asks.items()],
        "answer": [(message in carried) == wanted for message, wanted in labels.right.items()],
        "faq": [entry(line) == wanted for line, wanted in labels.entries.items()],
    }
    figures: dict[str, Any] = {name: {"right": sum(hits), "of": len(hits)} for name, hits in checked.items()}
    return figures | {"right": sum(map(sum, checked.values())), "of": sum(map(len, checked.values()))}
