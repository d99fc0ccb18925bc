"""What each role may see of the show, as a document of sections (see `stream.py`). The board's is in `board.py`.

staff: show · settings · channels · questions · entries (FAQ, as far as questions name them) · lines · decisions ·
handoffs (see `people.py`) · course (see `course.py`).
overlay: show (stopped or not) · boosts. Must not know sockets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from livebot.core.decisions import Decision, Reason
from livebot.core.names import shown as name_shown
from livebot.core.trust import is_regular
from livebot.web.course import Course
from livebot.web.feed import Decided, RecentLine
from livebot.web.live import Live
from livebot.web.mirror import Mirror, Plain, Update
from livebot.web.people import Handoffs
from livebot.web.question_view import view_question

LANGS = ("ko", "en")
BOOST_SHORTEST = 6.0
BOOST_SECONDS_A_CHARACTER = 0.06
BOOST_BETWEEN = 0.6
BOOST_LATEST_START = 90.0
CROWD_SHOWN = 120.0  # seconds for which the desk says that a crowd came

Section = dict[str, Any]


class StaffDocument:
    """All of the show that the desk works with."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._channels: set[str] = set()
        self._course = Course()
        self._handoffs = Handoffs(live)

    def changes(self, update: Update) -> dict[str, Section]:
        """Return the entries that may be different now."""
        self._course.take(update.questions, update.gone_questions)
        questions = {key: view_question(q, self._live.viewer) for key, q in update.questions.items()}
        lines = {line.id: view_line(line) for line in update.lines}
        decisions = {each.decision.id: view_decision(each, sentences(self._live, each.decision.reason)) for each in update.decisions}
        return {
            "show": _show(self._live, update.base),
            "settings": view_settings(self._live),
            "channels": self._channel_entries(),
            "entries": self._entries(questions.values()),
            "questions": questions | dict.fromkeys(update.gone_questions),
            "lines": lines | dict.fromkeys(update.gone_lines),
            "decisions": decisions | dict.fromkeys(update.gone_decisions),
            "handoffs": self._handoffs.changes(),
            "course": self._course.changes(self._live.now()),
        }

    def _channel_entries(self) -> Section:
        now = {channel.name: asdict(channel) | {"missed": round(channel.missed)} for channel in self._live.channels()}
        gone, self._channels = self._channels - now.keys(), set(now)
        return now | dict.fromkeys(gone)

    def _entries(self, questions: Iterable[Section]) -> Section:
        ids = {faq_id for question in questions for faq_id, _ in question["faq"]}
        return {faq_id: view_entry(self._live, faq_id) for faq_id in sorted(ids)}


class OverlayDocument:
    """The answers that are carried further, each with the time from which and until which it is shown.

    The times are settled here, once: every overlay shows the same at the same time, and one that was reloaded goes on where it was.
    """

    def __init__(self, live: Live, mirror: Mirror) -> None:
        self._live = live
        self._mirror = mirror
        self._boosts: dict[str, Section] = {}

    def changes(self, update: Update) -> dict[str, Section]:
        """Return the entries that may be different now."""
        now = self._live.now()
        gone = [key for key, boost in self._boosts.items() if boost["until"] < now - 1.0]
        for each in update.decisions:
            decision = each.decision
            if decision.kind == "boost" and not decision.held and decision.id not in self._boosts:
                self._add(decision, now)
            elif decision.kind == "retract":
                gone += [key for key, boost in self._boosts.items() if boost["message"] == decision.message]
        for key in gone:
            self._boosts.pop(key, None)
        show = {"stopped": update.base["stopped"], "ended": update.base["ended"]}
        return {"show": show, "boosts": dict.fromkeys(gone) | self._boosts}

    def _add(self, decision: Decision, now: float) -> None:
        question = self._mirror.questions.get(decision.question or "", {})
        said = next((c for c in question.get("candidates", ()) if c["message"] == decision.message), None)
        if said is None or not said["text"]:
            return
        start = max([decision.time, *(boost["until"] + BOOST_BETWEEN for boost in self._boosts.values())])
        until = start + max(BOOST_SHORTEST, BOOST_SECONDS_A_CHARACTER * len(said["text"]))
        if until <= now or start - decision.time > BOOST_LATEST_START:
            return
        viewer = self._live.viewer(said["author"])
        quiet = viewer is not None and viewer.quiet
        self._boosts[decision.id] = {
            "message": decision.message,
            "name": "" if quiet else name_shown(said["name"], self._live.settings.people.show_names),
            "regular": is_regular(viewer),
            "answer": said["text"],
            "question": self._live.quoted(question["id"]),
            "lang": question["lang"],
            "from": round(start, 3),
            "until": round(until, 3),
        }


def sentences(live: Live, reason: Reason) -> dict[str, str]:
    """Return a reason in every language the pages speak."""
    return {lang: live.words.reason(reason, lang) for lang in LANGS}


def view_entry(live: Live, faq_id: str) -> Section | None:
    """Return an FAQ entry for the pages, or None if there is no such entry."""
    entry = live.entry(faq_id)
    if entry is None:
        return None
    return {key: getattr(entry, key) for key in ("canonical", "answer", "product", "topic", "lang", "firm")}


def view_settings(live: Live) -> Section:
    """Return the settings that the desk shows and may change."""
    settings = live.settings
    return {"ladder": asdict(settings.ladder), "limits": asdict(settings.limits)}


def view_decision(decided: Decided, reason: Mapping[str, str]) -> Section:
    """Return a decision with its posts' fates."""
    decision = decided.decision
    shown = ("id", "time", "kind", "question", "message", "faq", "text", "held", "to", "resolution", "recovery", "score")
    return {
        **{key: getattr(decision, key) for key in shown},
        "askers": len(decision.askers),
        "reason": reason,
        "sends": [asdict(fate) for fate in decided.sends.values()],
    }


def view_line(line: RecentLine) -> Section:
    """Return a chat line or caption for the pages."""
    shown = ("id", "time", "channel", "author", "name", "text", "kind", "question", "answers")
    return {**{key: getattr(line, key) for key in shown}, "roles": list(line.roles)}


def _show(live: Live, base: Plain) -> Section:
    settings = live.settings
    return {
        "name": settings.name,
        "lang": settings.lang,
        "on_air": base["on_air"],
        "on_air_since": base["on_air_since"],
        "on_air_why": base["on_air_why"],
        "ended": base["ended"],
        "stopped": base["stopped"],
        "lag": round(base["lag"], 1),
        "crowd": base["crowd"] is not None and base["now"] - base["crowd"] < CROWD_SHOWN,
        "posts": base["posts"],
        "products": product_names(live, base),
        "rundown": [product.key for product in settings.products],
    }


def product_names(live: Live, base: Plain) -> dict[str, str]:
    """Return every product's name by key: those of the rundown, and those that were on air."""
    names = {product.key: product.name or product.key for product in live.settings.products}
    return names | dict(base["products"])
