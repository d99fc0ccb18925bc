"""Scores what a replay said about a labelled show. The measures are those of the labelled-show format (see tests/shows/README.md).

Lines of viewers are scored; lines tagged `request` are left out everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from livebot.evals.measures import area_under_curve, calibration_error, scores_of

Row = Mapping[str, Any]
ANSWERED = frozenset({"host_voice", "host_chat", "peer", "faq", "staff"})
WINDOW, EVERY = 300, 30


def score(labelled: Sequence[Row], said: Sequence[Row]) -> dict[str, Any]:
    """Return all figures for one or several labelled shows and the joined records of their replays."""
    case = _Case(labelled, said)
    result: dict[str, Any] = {"lines": len(labelled), "read": len(case.reading)}
    for kind in ("question", "thanks"):
        found = {line for line in case.viewer if case.reading.get(line, {}).get("kind") == kind}
        result[kind] = scores_of(found, {line for line in case.viewer if case.by_id[line]["kind"] == kind})
    result |= _link_figures(case)
    open_wanted = {line for line, question in case.questions.items() if not _answered_by(question, case, None)}
    open_found = {line for record in case.finals for line in record["open"] if line in case.viewer}
    result["missed"] = scores_of(open_found, open_wanted)
    result["open_set"] = _open_set(case)
    result["duplicate"] = _duplicates(case)
    result["faq"] = _faq_figures(case)
    boosts = [d for d in said if d["type"] == "decision" and d["kind"] == "boost" and d.get("message") in case.by_id]
    result["boost"] = _boost_figures(case, boosts)
    result["boost_auto"] = _boost_figures(case, [d for d in boosts if not d.get("held")])
    return result


class _Case:
    """The labels and what was said of them, side by side."""

    def __init__(self, labelled: Sequence[Row], said: Sequence[Row]) -> None:
        self.labelled, self.said = labelled, said
        self.by_id = {row["id"]: row for row in labelled}
        self.left_out = {row["id"] for row in labelled if "request" in row.get("tags", [])}
        self.viewer = {row["id"] for row in labelled if row["role"] == "viewer"} - self.left_out
        self.questions = {row["id"]: row for row in labelled if row["kind"] == "question" and row["id"] in self.viewer}
        self.reading = {row["id"]: row for row in said if row["type"] == "reading" and row["id"] in self.by_id}
        self.finals = [row for row in said if row["type"] == "question" and any(line in self.by_id for line in row["messages"])]
        self.gold_links = {(row["id"], asked) for row in labelled for asked in (row.get("reply_to") or []) if asked in self.questions}


def _link_figures(case: _Case) -> dict[str, Any]:
    answers = {line: row.get("answers", []) for line, row in case.reading.items()}
    for row in case.said:
        if row["type"] == "decision" and row["kind"] == "relink" and row["message"] in case.by_id:
            answers[row["message"]] = row["answers"]
    found = {(line, asked) for line, many in answers.items() for asked in many if line not in case.left_out and asked not in case.left_out}

    def of_role(pairs: Iterable[tuple[str, str]], role: str) -> set[tuple[str, str]]:
        return {pair for pair in pairs if case.by_id.get(pair[0], {}).get("role") == role}

    out = {"link": scores_of(found, case.gold_links)}
    for name, role in (("link_voice", "voice"), ("link_host", "host"), ("link_peer", "viewer")):
        out[name] = scores_of(of_role(found, role), of_role(case.gold_links, role))
    return out


def _answered_by(question: Row, case: _Case, until: float | None) -> bool:
    """Whether a right answer was there, by `until` where that is given."""
    right = [answer for answer in question.get("answers", []) if answer["quality"] == "correct"]
    return any(until is None or case.by_id[answer["id"]]["time"] <= until for answer in right)


def _open_set(case: _Case) -> dict[str, Any]:
    """Every 30 s: of the questions of the last five minutes, who still waits?"""
    changes: dict[str, list[tuple[float, bool]]] = {}
    for row in case.said:
        if row["type"] == "decision" and row["kind"] in ("resolve", "reopen"):
            for line in row["askers"]:
                changes.setdefault(line, []).append((row["time"], row["kind"] == "resolve" and row["resolution"] in ANSWERED))

    def resolved(line: str, until: float) -> bool:
        last = [done for at, done in changes.get(line, []) if at <= until]
        return bool(last) and last[-1]

    asked = [line for line, row in case.reading.items() if row.get("kind") == "question" and line in case.viewer]
    hits = found = wanted = ticks = 0
    for show in sorted({row["show"] for row in case.labelled}):
        rows = [row for row in case.labelled if row["show"] == show]
        end = int(max(row["time"] for row in rows))
        for tick in range(EVERY, end + EVERY + 1, EVERY):
            window = {row["id"] for row in rows if tick - WINDOW < row["time"] <= tick}
            want = {line for line in window if line in case.questions and not _answered_by(case.questions[line], case, tick)}
            have = {line for line in asked if line in window and not resolved(line, tick)}
            hits, found, wanted, ticks = hits + len(want & have), found + len(have), wanted + len(want), ticks + 1
    precision, recall = (hits / found if found else 0.0), (hits / wanted if wanted else 0.0)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "ticks": ticks}


def _duplicates(case: _Case) -> dict[str, Any]:
    clusters: dict[str, list[str]] = {}
    for line, question in case.questions.items():
        clusters.setdefault(question["cluster"], []).append(line)
    groups = [[line for line in record["messages"] if line in case.viewer] for record in case.finals]
    return scores_of(pairs_of(groups), pairs_of(clusters.values()))


def pairs_of(groups: Iterable[Sequence[str]]) -> set[tuple[str, str]]:
    """Return every pair of two lines that are in one group."""
    return {(one, other) for group in groups for one, other in combinations(sorted(set(group)), 2)}


def _faq_figures(case: _Case) -> dict[str, Any]:
    ranked = {line: case.reading.get(line, {}).get("faq") or [] for line in case.questions}
    with_entry = [line for line, question in case.questions.items() if question["faq_id"]]
    without = [line for line, question in case.questions.items() if not question["faq_id"]]

    def among(line: str, count: int) -> bool:
        return case.questions[line]["faq_id"] in [hit[0] for hit in ranked[line][:count]]

    def best(line: str) -> float:
        return float(ranked[line][0][1]) if ranked[line] else 0.0

    return {
        "top1": round(sum(among(line, 1) for line in with_entry) / max(1, len(with_entry)), 4),
        "top3": round(sum(among(line, 3) for line in with_entry) / max(1, len(with_entry)), 4),
        "rejection_auc": area_under_curve([best(line) for line in with_entry], [best(line) for line in without]),
        "ece": calibration_error(
            [(best(line), bool(case.questions[line]["faq_id"]) and among(line, 1)) for line in case.questions if ranked[line]]
        ),
        "n": len(with_entry),
    }


def _boost_figures(case: _Case, boosts: Sequence[Row]) -> dict[str, Any]:
    good = {
        row["id"] for row in case.labelled if row["kind"] == "answer" and row["role"] == "viewer" and row.get("answer_correct")
    } - case.left_out

    def host_was_there(line: str, asked: str) -> bool:
        return any(
            other == asked and case.by_id[by]["role"] in ("voice", "host") and case.by_id[by]["time"] <= case.by_id[line]["time"] + 30
            for by, other in case.gold_links
        )

    wanted: dict[str, set[str]] = {}
    for line, asked in case.gold_links:
        if line in good and not host_was_there(line, asked):
            wanted.setdefault(asked, set()).add(line)
    lines = {str(d["message"]) for d in boosts}
    return {
        "precision": round(len(lines & good) / len(lines), 4) if lines else None,
        "recall": round(sum(bool(lines & right) for right in wanted.values()) / len(wanted), 4) if wanted else None,
        "boosted": len(lines),
        "wrong": len(lines - good),
        "questions": len(wanted),
    }
