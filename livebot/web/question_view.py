"""One Question as the pages see it: plain JSON from what the core keeps. Pure; must not know pages, sockets or the clock.

Lists are cut so that one entry stays small however many ask: `askers` holds the newest lines, `people` and `waiting` count all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from livebot.core.questions import Viewer
from livebot.core.trust import is_regular

ASKERS_SHOWN = 12
CANDIDATES_SHOWN = 12
FAQ_SHOWN = 5
# A question's place in the queue: one more person counts as this many seconds of waiting. Nothing in it depends on the time of
# day, so that a queue keeps its order while nobody says anything.
SECONDS_A_PERSON = 20.0
SECONDS_HELD = 60.0
SECONDS_COMPLAINT = 120.0


def state_of(question: Mapping[str, Any]) -> str:
    """Return open, held, answered, dismissed or expired: whose turn it is."""
    if any(asker["state"] == "waiting" for asker in question["askers"]):
        return "open"
    if _is_held(question):
        return "held"
    states = [asker["state"] for asker in question["askers"]]
    return next((state for state in ("answered", "expired") if state in states), "dismissed")


def is_on_board(question: Mapping[str, Any]) -> bool:
    """Whether the host has a question on the board: put there in the present wait, and not put off after it."""
    since = min((asker["time"] for asker in question["askers"] if asker["state"] == "waiting"), default=None)
    put, off = question["done"].get("board"), question["done"].get("later")
    return since is not None and put is not None and put >= since and not (off is not None and off >= put)


def text_of(question: Mapping[str, Any]) -> str:
    """Return a Question's text as the host and viewers may see it: where its first line was taken away, that of who waits longest."""
    askers = question["askers"]
    taken = any(asker["line"] == question["id"] and asker["state"] == "dismissed" for asker in askers)
    waiting = [asker for asker in askers if asker["state"] == "waiting"] if taken else []
    text: str = min(waiting, key=lambda asker: asker["time"])["text"] if waiting else question["text"]
    return text


def view_question(
    question: Mapping[str, Any], viewer: Callable[[str], Viewer | None], askers_shown: int | None = ASKERS_SHOWN
) -> dict[str, Any]:
    """Return a Question's entry; `viewer` finds a person by key, `askers_shown` None gives all asker lines."""
    askers: Sequence[Mapping[str, Any]] = question["askers"]
    waiting = [asker for asker in askers if asker["state"] == "waiting"]
    since = min((asker["time"] for asker in waiting), default=None)
    shown = askers if askers_shown is None else _newest(askers, waiting, askers_shown)
    return {
        "id": question["id"],
        "text": question["text"],
        "lang": question["lang"],
        "state": state_of(question),
        "product": question["product"],
        "topics": question["topics"],
        "since": since,
        "asked": min(asker["time"] for asker in askers),
        "settled": max((asker["settled"] for asker in askers if asker["settled"] is not None), default=None),
        "people": len({asker["author"] for asker in askers}),
        "waiting": len({asker["author"] for asker in waiting}),
        "channels": _channels(waiting or askers),
        "priority": _priority(question, waiting, since),
        "resolution": resolution_of(askers)[0],
        "complaint": question["complaint"],
        "personal": question["personal"],
        "board": is_on_board(question),
        "held": question["held"],
        "note": question["note"],
        "claimed_by": question["claimed_by"],
        "faq": [[hit["faq_id"], round(hit["score"], 4)] for hit in question["faq"][:FAQ_SHOWN]],
        "askers": [_asker(asker) for asker in shown],
        "answers": [_answer(candidate, viewer) for candidate in _best(question["candidates"])],
    }


def _is_held(question: Mapping[str, Any]) -> bool:
    return bool(question["held"]) or any(candidate["state"] == "held" for candidate in question["candidates"])


def _newest(askers: Sequence[Mapping[str, Any]], waiting: Sequence[Mapping[str, Any]], count: int) -> list[Mapping[str, Any]]:
    """Return the newest lines in their order, those who wait before those who do not, and the first line always."""
    settled = [asker for asker in askers if asker["state"] != "waiting"]
    chosen = {id(asker) for asker in [*settled, *waiting][-(count - 1) :]} | {id(askers[0])}
    return [asker for asker in askers if id(asker) in chosen]


def _channels(askers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for asker in askers:
        counts[asker["channel"]] = counts.get(asker["channel"], 0) + 1
    return counts


def _priority(question: Mapping[str, Any], waiting: Sequence[Mapping[str, Any]], since: float | None) -> float:
    people = len({asker["author"] for asker in waiting})
    held = min((c["time"] for c in question["candidates"] if c["state"] == "held"), default=None)
    start = since if since is not None else held if held is not None else question["askers"][-1]["time"]
    bonus = SECONDS_HELD * _is_held(question) + SECONDS_COMPLAINT * question["complaint"]
    return float(round(SECONDS_A_PERSON * max(0, people - 1) + bonus - start, 1))


def resolution_of(askers: Sequence[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """Return how the line that was settled last was settled, and by which line or FAQ entry; (None, None) where none was."""
    last = max((asker for asker in askers if asker["settled"] is not None), key=lambda asker: asker["settled"], default=None)
    return (None, None) if last is None else (last["resolution"], last["by"])


def _asker(asker: Mapping[str, Any]) -> dict[str, Any]:
    return {key: asker[key] for key in ("line", "author", "name", "channel", "time", "text", "state", "resolution", "by", "thanked")}


def _best(candidates: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the answers that matter most: those out or awaiting a decision first, then by confidence."""
    order = ("held", "grace", "boosted", "candidate")
    rank = {state: place for place, state in enumerate(order)}
    return sorted(candidates, key=lambda c: (rank.get(c["state"], len(order)), -c["score"], c["time"]))[:CANDIDATES_SHOWN]


def _answer(candidate: Mapping[str, Any], viewer: Callable[[str], Viewer | None]) -> dict[str, Any]:
    who = viewer(candidate["author"])
    return {
        "message": candidate["message"],
        "author": candidate["author"],
        "name": candidate["name"],
        "side": candidate["side"],
        "channel": candidate["channel"],
        "text": candidate["text"],
        "time": candidate["time"],
        "score": round(candidate["score"], 4),
        "state": candidate["state"],
        "due": candidate["due"],
        "decision": candidate["decision"],
        "refusal": candidate["refusal"],
        "accepted": candidate["accepted"],
        "rejected": candidate["rejected"],
        "regular": is_regular(who),
        "quiet": who is not None and who.quiet,
        "lines": candidate["lines"],
    }
