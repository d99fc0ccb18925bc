"""What must hold before a viewer's answer is carried further under their name.

Each check returns None (passes) or the reason for the refusal; they run in the order of `CHECKS`, the first refusal counts. An
answer that is refused is kept as a candidate and shown on the desk with that reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.questions import Candidate, Question
from livebot.core.reader import LineReading

FIRM_TOPICS = frozenset({"price", "discount", "stock", "delivery", "refund", "safety"})
AGREES = 0.5
CONTRADICTS = -0.3
SURE_ENTRY = 0.5
UNSAFE = ("link", "contact", "pii", "abuse", "command", "invisible", "impersonation", "spam")


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate answer before the guard, with what the FAQ and the host of this show say about it (-1 to 1, None unknown)."""

    ctx: Context
    question: Question
    candidate: Candidate
    reading: LineReading
    faq: float | None
    host: float | None
    peers: float | None


def refusal(ctx: Context, question: Question, candidate: Candidate) -> Reason | None:
    """Return why this answer may not be carried further by itself, or None."""
    reading = ctx.read(candidate.text)
    case = Case(
        ctx,
        question,
        candidate,
        reading,
        _faq_agrees(ctx, question, reading),
        _agrees_with(ctx, question, candidate, reading, host=True),
        _agrees_with(ctx, question, candidate, reading, host=False),
    )
    return next((why for check in CHECKS if (why := check(case)) is not None), None)


def _faq_agrees(ctx: Context, question: Question, reading: LineReading) -> float | None:
    if not question.faq or question.faq[0].score < SURE_ENTRY:
        return None
    return ctx.matcher.agrees(reading, question.faq[0].faq_id)


def _agrees_with(ctx: Context, question: Question, candidate: Candidate, reading: LineReading, *, host: bool) -> float | None:
    others = [
        other
        for other in question.candidates
        if other.message != candidate.message
        and (other.side != "viewer") == host
        and other.author != candidate.author
        and other.state != "retracted"
        and not other.rejected
    ]
    values = [ctx.matcher.agree(reading, ctx.read(other.text)) for other in others]
    known = [value for value in values if value is not None]
    return (min(known) if min(known) <= CONTRADICTS else max(known)) if known else None


def _joke(case: Case) -> Reason | None:
    return Reason.of("guard.joke") if "joke" in case.reading.flags and (case.faq or 0.0) < AGREES else None


def _hearsay(case: Case) -> Reason | None:
    if not case.reading.flags & {"hearsay", "unsure"} or (case.faq or 0.0) >= AGREES or (case.host or 0.0) >= AGREES:
        return None
    return Reason.of("guard.hearsay")


def _contradicted(case: Case) -> Reason | None:
    for who, value in (("faq", case.faq), ("host", case.host), ("peer", case.peers)):
        if value is not None and value <= CONTRADICTS:
            return Reason.of(f"guard.contradicted_{who}")
    return None


def _firm(case: Case) -> Reason | None:
    topics = FIRM_TOPICS & {*case.question.topics, *case.reading.topics}
    entry = case.ctx.matcher.entry(case.question.faq[0].faq_id) if case.question.faq and case.question.faq[0].score >= SURE_ENTRY else None
    if not topics and not (entry and entry.firm):
        return None
    if (case.faq or 0.0) >= AGREES or (case.host or 0.0) >= AGREES:
        return None
    return Reason.of("guard.firm", topic=min(topics) if topics else "firm")


def _unsafe(case: Case) -> Reason | None:
    bad = [flag for flag in UNSAFE if flag in case.reading.flags]
    return Reason.of("guard.unsafe", what=bad[0]) if bad else None


def _quiet(case: Case) -> Reason | None:
    viewer = case.ctx.state.viewers.get(case.candidate.author)
    return Reason.of("guard.quiet") if viewer and viewer.quiet else None


CHECKS: tuple[Callable[[Case], Reason | None], ...] = (_unsafe, _joke, _hearsay, _contradicted, _firm, _quiet)
