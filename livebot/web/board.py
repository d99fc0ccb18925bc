"""The host's board as a document: the missed questions that the host may answer next, and what became of those just gone.

Sections: show (name, product, from when on a wait is late) · service (how many wait, how long) · cards (five are shown; the others are
there to take their place at once) · settled (cards that left within the last minute). Must not know sockets, nor how a page draws it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from livebot.core.names import shown as name_shown
from livebot.web.documents import product_names, view_entry
from livebot.web.live import Live
from livebot.web.mirror import Mirror, Plain, Update
from livebot.web.question_view import is_on_board, resolution_of, text_of, view_question
from livebot.web.signs import cut_signs

CARDS_SENT = 10
SETTLED_SECONDS = 60.0  # as long as `reopen` of core/staff.py brings a question back
TEXT_SENT = 300  # visible signs
HANDED = {"ko": "진행자가 담당자에게 넘겼어요", "en": "The host handed this to staff"}
BETWEEN = " · "

Section = dict[str, Any]


@dataclass(slots=True)
class _Known:
    """What the board knows of every open question, so that a look costs as much as what changed."""

    open: dict[str, tuple[int, float]] = field(default_factory=dict)  # id -> (people, since)
    missed: dict[str, float] = field(default_factory=dict)  # id -> priority

    def take(self, question_id: str, view: Mapping[str, Any]) -> None:
        """Take in how a question stands now."""
        self.forget(question_id)
        if view["since"] is not None:
            self.open[question_id] = (view["waiting"], view["since"])
            if view["board"]:
                self.missed[question_id] = view["priority"]

    def forget(self, question_id: str) -> None:
        """A question is gone."""
        self.open.pop(question_id, None)
        self.missed.pop(question_id, None)

    def service(self) -> Section:
        """Return how many questions of how many people wait, since when, and how many of them are on the board."""
        people, since = sum(people for people, _ in self.open.values()), [since for _, since in self.open.values()]
        return {"open": len(self.open), "people": people, "since": min(since, default=None), "board": len(self.missed)}


class BoardDocument:
    """What the board shows. A question that is among the cards stays there until it is off the board, however many come after it."""

    def __init__(self, live: Live, mirror: Mirror) -> None:
        self._live = live
        self._mirror = mirror
        self._known = _Known()
        self._cards: set[str] = set()
        self._settled: dict[str, float] = {}

    def changes(self, update: Update) -> dict[str, Section]:
        """Return the entries that may be different now."""
        for question_id, question in update.questions.items():
            self._known.take(question_id, view_question(question, self._live.viewer, 2))
        for question_id in update.gone_questions:
            self._known.forget(question_id)
        left = self._cards - self._known.missed.keys()
        new = self._fill(left)
        cards = {question_id: self._card(question_id) for question_id in (self._cards & update.questions.keys()) | new}
        return {
            "show": self._show(update.base),
            "service": self._known.service(),
            "cards": cards | dict.fromkeys(left),
            "settled": self._settle(left, new),
        }

    def _fill(self, left: set[str]) -> set[str]:
        """Let those go that left, and take the most urgent others in their place; return the new ones.

        What was brought back is among them, however many are more urgent: whoever undid a tap waits for that very card.
        """
        self._cards -= left
        others = self._known.missed.keys() - self._cards
        back = others & self._settled.keys()
        free = max(0, CARDS_SENT - len(self._cards) - len(back))
        new = back | set(nlargest(free, sorted(others - back), key=self._known.missed.__getitem__))
        self._cards |= new
        return new

    def _settle(self, left: set[str], back: set[str]) -> Section:
        now = self._live.now()
        old = {question_id for question_id, at in self._settled.items() if now - at > SETTLED_SECONDS} | (back & self._settled.keys())
        for question_id in old:
            del self._settled[question_id]
        self._settled |= dict.fromkeys(left, now)
        return dict.fromkeys(old) | {question_id: self._how_settled(question_id, now) for question_id in left}

    def _how_settled(self, question_id: str, now: float) -> Section:
        question = self._mirror.questions.get(question_id)
        return {"how": "gone" if question is None else _how_left(question), "at": now}

    def _card(self, question_id: str) -> Section:
        question = self._mirror.questions[question_id]
        view = view_question(question, self._live.viewer, 2)
        first = min((asker for asker in question["askers"] if asker["state"] == "waiting"), key=lambda asker: asker["time"])
        viewer, names = self._live.viewer(first["author"]), self._live.settings.people.show_names
        shown = ("lang", "product", "waiting", "since", "priority", "complaint", "personal", "claimed_by")
        return {
            "id": question_id,
            "text": cut_signs(text_of(question), TEXT_SENT),
            "name": "" if viewer is not None and viewer.quiet else name_shown(cut_signs(first["name"], TEXT_SENT), names),
            **{key: view[key] for key in shown},
            "answer": self._answer(question),
        }

    def _answer(self, question: Plain) -> Section | None:
        """Return what the host may read out: staff's wording, else the FAQ's best entry, else None. `sure`: it surely fits."""
        if wording := staffs_wording(question["note"]):
            return {"from": "staff", "text": cut_signs(wording, TEXT_SENT), "asks": "", "lang": "", "sure": True}
        ladder, hits = self._live.settings.ladder, question["faq"][:1]
        for hit in hits if hits and hits[0]["score"] >= ladder.suggest_confidence else ():
            entry = view_entry(self._live, hit["faq_id"])
            if entry is not None:
                sure = hit["score"] >= ladder.post_confidence
                texts = {
                    "text": cut_signs(entry["answer"], TEXT_SENT),
                    "asks": cut_signs(entry["canonical"], TEXT_SENT),
                    "lang": entry["lang"],
                }
                return {"from": "faq", "sure": sure, **texts}
        return None

    def _show(self, base: Plain) -> Section:
        settings = self._live.settings
        return {
            "name": settings.name,
            "on_air": base["on_air"],
            "products": product_names(self._live, base),
            "ended": base["ended"],
            "lag": round(base["lag"], 1),
            "late": settings.ladder.escalate_after,
        }


def _how_left(question: Plain) -> str:
    """Return why a question is off the board: later, tapped (somebody tapped that the host answered), or its resolution."""
    if any(asker["state"] == "waiting" for asker in question["askers"]) and not is_on_board(question):
        later, board = question["done"].get("later"), question["done"].get("board")
        if later is not None and board is not None and later >= board:
            return "later"
    resolution, by = resolution_of(question["askers"])
    return "tapped" if resolution == "host_voice" and by is None else resolution or "gone"


# The core knows no "to staff": the board's tap is `later` with a note that staff see, and what brings the card back takes it away again.


def handed_note(note: str, lang: str) -> str:
    """Return a question's note with the words that the host gave it to staff."""
    return BETWEEN.join(part for part in (staffs_wording(note), HANDED.get(lang, HANDED["en"])) if part)


def staffs_wording(note: str) -> str:
    """Return a question's note without the words that the host gave it to staff."""
    for words in HANDED.values():
        note = note.removesuffix(words).removesuffix(BETWEEN)
    return note.strip()
