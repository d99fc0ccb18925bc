"""How surely a viewer's answer is right, and what must hold before it is carried further under their name.

Each check returns None (passes) or the reason for the refusal; they run in the order of `CHECKS`, the first refusal counts. An
answer that is refused is kept as a candidate and shown on the desk with that reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.matcher import Evidence
from livebot.core.questions import Candidate, Question
from livebot.core.reader import LineReading

FIRM_TOPICS = frozenset({"price", "coupon", "stock", "delivery", "refund", "safety"})
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


def look(ctx: Context, question: Question, candidate: Candidate) -> Case:
    """Return a candidate with what speaks for and against it now; its score becomes the probability that it is right."""
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
    candidate.score = round(ctx.matcher.right(_evidence(case)), 4)
    return case


def refusal(case: Case) -> Reason | None:
    """Return why this answer may not be carried further by itself, or None."""
    return next((why for check in CHECKS if (why := check(case)) is not None), None)


def _evidence(case: Case) -> Evidence:
    ctx, question, candidate = case.ctx, case.question, case.candidate
    viewer = ctx.state.viewers.get(candidate.author)
    reached = [asker for asker in question.askers if asker.line in candidate.lines] or question.askers[:1]
    return Evidence(
        line=candidate.message,
        question=question.id,
        reading=case.reading,
        asked=ctx.read(reached[0].text),
        faq=tuple(question.faq),
        link=candidate.link,
        judged=candidate.judged,
        by_faq=case.faq,
        by_host=case.host,
        by_peers=case.peers,
        accepted=viewer.accepted if viewer else 0.0,
        rejected=viewer.rejected if viewer else 0.0,
        thanked=any(asker.thanked for asker in reached),
        since=ctx.now - candidate.time,
        waited=candidate.time - min(asker.time for asker in reached),
        firm=bool(_firm_topics(case)),
    )


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


def _firm_topics(case: Case) -> set[str]:
    """Return the firm facts that question and answer are about; an entry marked as firm makes it one too."""
    topics = {topic for topic in (*case.question.topics, *case.reading.topics) if topic in FIRM_TOPICS}
    sure = case.question.faq[0] if case.question.faq and case.question.faq[0].score >= SURE_ENTRY else None
    entry = case.ctx.matcher.entry(sure.faq_id) if sure else None
    return topics | ({entry.topic or "firm"} if entry and entry.firm else set())


def _firm(case: Case) -> Reason | None:
    topics = _firm_topics(case)
    if not topics or (case.faq or 0.0) >= AGREES or (case.host or 0.0) >= AGREES:
        return None
    return Reason.of("guard.firm", topic=min(topics))


def _unsure(case: Case) -> Reason | None:
    score = case.candidate.score
    return Reason.of("guard.unsure", score=score) if score < case.ctx.settings.ladder.boost_confidence else None


def _unsafe(case: Case) -> Reason | None:
    bad = [flag for flag in UNSAFE if flag in case.reading.flags]
    return Reason.of("guard.unsafe", what=bad[0]) if bad else None


def _quiet(case: Case) -> Reason | None:
    viewer = case.ctx.state.viewers.get(case.candidate.author)
    return Reason.of("guard.quiet") if viewer and viewer.quiet else None


CHECKS: tuple[Callable[[Case], Reason | None], ...] = (_unsafe, _joke, _hearsay, _contradicted, _firm, _quiet, _unsure)
