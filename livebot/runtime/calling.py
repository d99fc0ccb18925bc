"""What staff are called for: a question that nobody answered in time, and a viewer who wants a person, with what was tried.

What an alert says is looked up when it is told: an answered question, and whoever was deleted, calls nobody any more. Personal data was
masked before anything knew of it; names are as long as `[people] show_names` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from livebot.alerts.staff import Alert, StaffAlerts
from livebot.config import Config, read_secret
from livebot.config.alerts import is_private
from livebot.core.decisions import Decision
from livebot.core.names import shown
from livebot.core.questions import Handoff, Question
from livebot.core.show import Show
from livebot.errors import UserError
from livebot.lang.wordings import one_line, shorten

LONGEST = 300
KEPT = 300
SAID = {
    "waited": (
        "🔔 {show} · {number}번 질문에 아직 답이 없어요 ({people}명, {seconds}초째)",
        "🔔 {show} · question {number} has no answer ({people} people, {seconds} s)",
    ),
    "askers": ("🔔 {show} · {number}번 질문을 {people}명이 물었어요", "🔔 {show} · {people} people ask question {number}"),
    "complaint": ("🔔 {show} · 불만이에요: {number}번 ({people}명)", "🔔 {show} · a complaint: question {number} ({people} people)"),
    "handoff": ("📞 {show} · {name}님이 직원을 찾아요 ({channel})", "📞 {show} · {name} needs a person ({channel})"),
    "tried": ("지금까지: {tried}", "so far: {tried}"),
    "nothing": ("아직 아무것도 하지 못했어요", "nothing yet"),
    "suggest": ("FAQ 제안 {faq}", "FAQ suggested {faq}"),
    "nudge": ("단골 {count}명에게 물어봄", "{count} regulars asked"),
    "answers": ("시청자 답 {count}개 (확실하지 않음)", "{count} answers of viewers, none sure"),
    "post_faq": ("FAQ 답변 올림", "FAQ answer posted"),
    "held": ("승인을 기다림", "waits for approval"),
    "board": ("진행자 보드에 올림", "on the host's board"),
    "told": ("안내함: {answer}", "was told: {answer}"),
    "untold": ("안내하지 못함", "could not be told anything"),
    "failing": ("직원 알림을 보내지 못하고 있어요: {why}", "staff cannot be called: {why}"),
    "well": ("직원 알림을 다시 보내요", "staff are called again"),
}


def say(lang: str, code: str, **values: object) -> str:
    """Return one of `SAID` in the show's language."""
    return SAID[code][lang != "ko"].format(**values)


@dataclass(frozen=True, slots=True)
class Called:
    """An escalation to staff, without anybody's words: the show knows these as long as they may be known."""

    question: str
    line: str
    why: str
    time: float


class Calling:
    """Takes a running show's escalations to staff (`take`) and says what each is about (`describe`)."""

    def __init__(self, show: Callable[[], Show], name: str, lang: str, *, started: float = 0.0, desk: str = "") -> None:
        self._show, self._name, self._lang, self._started, self._desk = show, name, lang, started, desk
        self._called: dict[str, Called] = {}
        self._put: Callable[[str], None] = lambda key: None

    def tell(self, put: Callable[[str], None]) -> None:
        """Give the key of each escalation to `put`."""
        self._put = put

    def take(self, decision: Decision) -> None:
        """Take a decision that came out of the show."""
        if decision.kind == "escalate" and decision.to == "staff":
            why = decision.reason.code.removeprefix("escalate.").removesuffix("_alone")
            self._called[decision.id] = Called(decision.question or "", decision.message or "", why, decision.time)
            while len(self._called) > KEPT:
                del self._called[next(iter(self._called))]
            self._put(decision.id)

    def describe(self, key: str) -> Alert | None:
        """Return what staff are told of an escalation, or None where nobody needs them any more."""
        called = self._called.get(key)
        if called is None:
            return None
        found = self._of_handoff(called) if called.why == "handoff" else self._of_question(called)
        if found is None:
            return None
        lines, plain = found
        head = {"type": "handoff" if called.why == "handoff" else "escalation", "alert": f"{self._name}/{key}", "show": self._name}
        when = {"why": called.why, "time": round(called.time, 3), "at": round(self._started + called.time, 3), "desk": self._desk}
        return Alert(f"{self._name}/{key}", "\n".join([*lines, *([self._desk] if self._desk else [])]), {**head, **when, **plain})

    def _of_question(self, called: Called) -> tuple[list[str], Mapping[str, Any]] | None:
        show = self._show()
        question = show.question(called.question)
        if question is None or not question.text or not question.waiting:
            return None
        waited = round(show.now - (question.since or show.now))
        code = called.why if called.why in ("askers", "complaint") else "waited"
        first = say(self._lang, code, show=self._name, number=question.number, people=question.people(), seconds=waited)
        tried = _tried(question)
        words = ", ".join(say(self._lang, code, **values) for code, values in tried) or say(self._lang, "nothing")
        plain = {
            "question": {
                "id": question.id,
                "number": question.number,
                "text": question.text,
                "product": question.product,
                "topics": question.topics,
                "people": question.people(),
                "waited": waited,
                "channels": sorted({asker.channel for asker in question.waiting}),
            },
            "tried": [{"step": code, **values} for code, values in tried],
        }
        return [first, _quoted(question.text), say(self._lang, "tried", tried=words)], plain

    def _of_handoff(self, called: Called) -> tuple[list[str], Mapping[str, Any]] | None:
        show = self._show()
        handoff: Handoff | None = next((one for one in show.handoffs() if one.line == called.line), None)
        if handoff is None or handoff.done:
            return None
        name = shown(handoff.name, show.settings.people.show_names)
        entry = show.entry(handoff.tried) if handoff.tried else None
        told = say(self._lang, "told", answer=shorten(one_line(entry.answer), LONGEST)) if entry else say(self._lang, "untold")
        platform, _, identity = handoff.author.partition(":")
        plain = {
            "viewer": {"platform": platform, "id": identity, "name": name},
            "channel": handoff.channel,
            "text": handoff.text,
            "question": {"id": handoff.question} if handoff.question else None,
            "tried": [{"step": "told", "faq": handoff.tried, "answer": entry.answer}] if entry else [],
        }
        return [
            say(self._lang, "handoff", show=self._name, name=one_line(name), channel=handoff.channel),
            _quoted(handoff.text),
            told,
        ], plain


def _quoted(text: str) -> str:
    return f"“{shorten(one_line(text), LONGEST)}”"


def _tried(question: Question) -> list[tuple[str, dict[str, Any]]]:
    """Return what was done for a question so far: (step, its values), in the ladder's order."""
    tried: list[tuple[str, dict[str, Any]]] = []
    if "suggest" in question.done and question.faq:
        tried.append(("suggest", {"faq": question.faq[0].faq_id}))
    answers = sum(candidate.side == "viewer" and bool(candidate.text) for candidate in question.candidates)
    if answers:
        tried.append(("answers", {"count": answers}))
    if question.nudged:
        tried.append(("nudge", {"count": len(question.nudged)}))
    if question.held or any(candidate.state == "held" for candidate in question.candidates):
        tried.append(("held", {}))
    elif "post_faq" in question.done:
        tried.append(("post_faq", {}))
    if "board" in question.done:
        tried.append(("board", {}))
    return tried


def webhook_of(config: Config) -> tuple[str, str]:
    """Return the address and the key of staff's webhook, empty where there is none; UserError where one of them is missing."""
    alerts = config.alerts
    url = alerts.url or read_secret(alerts.url_env, alerts.url_file, "alerts: url")
    if url and not is_private(url):
        raise UserError("alerts: the address must begin with https://", "[alerts]", "Copy it from the chat's own page.")
    return url, read_secret(alerts.secret_env, alerts.secret_file, "alerts: secret")


def staff_alerts(config: Config, calling: Calling, tell: Callable[[str], None]) -> StaffAlerts | None:
    """Return what tells staff's webhook, if the config names one; `tell` says to the operator when it cannot, and when it can again."""
    url, key = webhook_of(config)
    if not url:
        return None
    lang = config.show.language

    def said(why: str) -> None:
        tell(say(lang, "failing", why=why) if why else say(lang, "well"))

    made = StaffAlerts(url, calling.describe, form=config.alerts.format, key=key, tell=said)
    calling.tell(made.put)
    return made
