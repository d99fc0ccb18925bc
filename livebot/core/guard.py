"""How surely a viewer's answer is right, and what must hold before it is carried further under their name.

Each check returns None (passes) or the reason for the refusal; they run in the order of `CHECKS`, the first refusal counts. An
answer that is refused is kept as a candidate and shown on the desk with that reason. Trust decides between two viewers who disagree, and
whether a person looks first; it never makes up for a check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from livebot.core.acceptance import AGREES, CONTRADICTS, topics_of
from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.facts import MONEY, Text, firmly
from livebot.core.matcher import Evidence, FaqEntry
from livebot.core.questions import Candidate, Question
from livebot.core.reader import LineReading
from livebot.core.trust import is_newcomer

FIRM_TOPICS = frozenset({"price", "coupon", "stock", "delivery", "refund", "safety"})
SURE_ENTRY = 0.5
LIKELY_ENTRY = 0.1  # an entry that a question may mean, and whose very fact the answer states, is the one that is meant
VERY_FACT = 0.55
CLEARLY_MORE = 0.15  # trust by which one viewer's word outweighs another's
CROWD = 8  # this many newcomers who say the same within `CROWD_WITHIN` seconds are one voice, if any
CROWD_WITHIN = 60.0
SAME_WORDS = 0.8
FEW_LINES = 2  # a newcomer who has said more than that came for the show
UNSAFE = ("link", "contact", "pii", "abuse", "command", "impersonation", "invisible", "spam")
IN_NAMES = frozenset({"link", "pii", "carries_command", "abuse"})  # a name is said with the answer; one that is only a role pretends to it
SETTLES_NOBODY = frozenset({*(f"guard.{what}" for what in UNSAFE), "guard.lookalike", "guard.crowd"})
"""What `taint` may say."""


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate answer before the guard, with what the FAQ and the host of this show say about it (-1 to 1, None unknown).

    `host` is what the host said last; `against` names viewers who say the contrary and whose word weighs as much or more.
    """

    ctx: Context
    question: Question
    candidate: Candidate
    reading: LineReading
    faq: float | None
    host: float | None
    peers: float | None
    against: tuple[str, ...] = ()


def look(ctx: Context, question: Question, candidate: Candidate) -> Case:
    """Return a candidate with what speaks for and against it now; its score becomes the probability that it is right."""
    reading = ctx.read(candidate.text)
    (faq, entry), (host, line) = _faq_agrees(ctx, question, reading), _host_agrees(ctx, question, candidate, reading)
    peers, against = _peers_agree(ctx, question, candidate, reading)
    case = _firmly(Case(ctx, question, candidate, reading, faq, host, peers, against), entry, line)
    candidate.score = round(ctx.matcher.right(_evidence(case)), 4)
    return case


def _firmly(case: Case, entry: FaqEntry | None, line: str) -> Case:
    """About a firm fact, what agrees in words must state the very fact that is asked for, of the product that is asked about."""
    if not _firm_topics(case):
        return case
    ctx, reached = case.ctx, [asker for asker in case.question.askers if asker.line in case.candidate.lines] or case.question.askers[:1]
    asked, said = _text(ctx, reached[0].text), _text(ctx, case.candidate.text)
    faq, host = case.faq, case.host
    if faq is not None and entry is not None:
        faq = firmly(asked, said, _text(ctx, entry.answer), faq) if _of_product(entry, case.question) else min(faq, 0.0)
    if host is not None:
        host = firmly(asked, said, _text(ctx, line), host)
    return replace(case, faq=faq, host=host)


def _text(ctx: Context, text: str) -> Text:
    return Text(ctx.read(text), ctx.reader.parts(text))


def refusal(case: Case) -> Reason | None:
    """Return why this answer may not be carried further by itself, or None."""
    return next((why for check in CHECKS if (why := check(case)) is not None), None)


def taint(case: Case) -> str:
    """Return why this answer settles nobody's question either, whatever else is refused first: the code of that check, or ''."""
    return next((why.code for check in (_unsafe, _lookalike, _crowd) if (why := check(case)) is not None), "")


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


def _faq_agrees(ctx: Context, question: Question, reading: LineReading) -> tuple[float | None, FaqEntry | None]:
    """Return how far the FAQ says the same, and the entry: the one surely asked for, else a likely one whose very fact is stated."""
    agreed = [(hit, ctx.matcher.agrees(reading, hit.faq_id)) for hit in question.faq[:3]]
    if agreed and agreed[0][0].score >= SURE_ENTRY:
        hit, value = agreed[0]
        return value, ctx.matcher.entry(hit.faq_id)
    for hit, value in agreed:
        entry = ctx.matcher.entry(hit.faq_id)
        if hit.score >= LIKELY_ENTRY and value >= VERY_FACT and entry is not None and _of_product(entry, question):
            return value, entry
    return None, None


def _of_product(entry: FaqEntry, question: Question) -> bool:
    """Whether the entry may speak of the product that the Question is about."""
    return question.product is None or entry.product in ("", "all", question.product)


def _host_agrees(ctx: Context, question: Question, candidate: Candidate, reading: LineReading) -> tuple[float | None, str]:
    """Return how far the host's last line on this Question that can be compared says the same, and that line: prices change in a show."""
    for other in sorted((c for c in question.candidates if c.side != "viewer" and c.text), key=lambda c: -c.time):
        value = ctx.matcher.agree(reading, ctx.read(other.text))
        if other.message != candidate.message and other.state != "retracted" and value is not None:
            return value, other.text
    return None, ""


def _peers_agree(ctx: Context, question: Question, candidate: Candidate, reading: LineReading) -> tuple[float | None, tuple[str, ...]]:
    """Return how far other viewers say the same (the contrary counts most), and who says the contrary with no less trust."""
    values: dict[str, float] = {}
    for other in question.candidates:
        if other.side != "viewer" or other.author == candidate.author or other.rejected or not other.text:
            continue
        value = ctx.matcher.agree(reading, ctx.read(other.text))
        if value is not None and (other.author not in values or value < values[other.author]):
            values[other.author] = value
    contrary = [author for author, value in values.items() if value <= CONTRADICTS]
    if not contrary:
        return max(values.values(), default=None), ()
    topics = topics_of(ctx, question)
    mine = ctx.trust(candidate.author, topics).value
    against = tuple(author for author in contrary if ctx.trust(author, topics).value > mine - CLEARLY_MORE)
    same = [value for value in values.values() if value > CONTRADICTS]
    return (min(values[author] for author in against) if against else max(same, default=None)), against


def _joke(case: Case) -> Reason | None:
    return Reason.of("guard.joke") if "joke" in case.reading.flags and (case.faq or 0.0) < AGREES else None


def _hearsay(case: Case) -> Reason | None:
    if not case.reading.flags & {"hearsay", "unsure"} or (case.faq or 0.0) >= AGREES or (case.host or 0.0) >= AGREES:
        return None
    return Reason.of("guard.hearsay")


def _contradicted(case: Case) -> Reason | None:
    """The host's last word outweighs the FAQ, either of them all viewers, and a viewer those who are trusted clearly less."""
    if case.host is not None and case.host <= CONTRADICTS:
        return Reason.of("guard.contradicted_host")
    if case.faq is not None and case.faq <= CONTRADICTS and (case.host or 0.0) < AGREES:
        return Reason.of("guard.contradicted_faq")
    if case.against and max(case.faq or 0.0, case.host or 0.0) < AGREES:
        return Reason.of("guard.contradicted_peer")
    return None


def _firm_topics(case: Case) -> set[str]:
    """Return the firm facts that question and answer are about; an entry marked as firm makes it one too."""
    topics = {topic for topic in (*case.question.topics, *case.reading.topics) if topic in FIRM_TOPICS}
    sure = case.question.faq[0] if case.question.faq and case.question.faq[0].score >= SURE_ENTRY else None
    entry = case.ctx.matcher.entry(sure.faq_id) if sure else None
    numbers = (*case.ctx.read(case.question.text).quantities, *case.reading.quantities)
    priced = {"price"} if any(quantity.unit in MONEY - {"%"} for quantity in numbers) else set()
    return topics | priced | ({entry.topic or "firm"} if entry and entry.firm else set())


def _firm(case: Case) -> Reason | None:
    topics = _firm_topics(case)
    if not topics or (case.faq or 0.0) >= AGREES or (case.host or 0.0) >= AGREES:
        return None
    return Reason.of("guard.firm", topic=min(topics))


def _unsure(case: Case) -> Reason | None:
    score = case.candidate.score
    return Reason.of("guard.unsure", score=score) if score < case.ctx.settings.ladder.boost_confidence else None


def _claims(case: Case) -> Reason | None:
    """What may not be advertised of cosmetics, food or devices is not carried further, whoever agrees: staff look at it."""
    return Reason.of("guard.claims") if "ad_claim" in case.reading.flags else None


def _unsafe(case: Case) -> Reason | None:
    name = case.candidate.name
    flags = case.reading.flags | (case.ctx.read(name).flags & IN_NAMES) | (case.ctx.read(f"[{name}]").flags & {"impersonation"})
    flags |= {"command"} if "carries_command" in flags else frozenset()
    bad = next((flag for flag in UNSAFE if flag in flags), None)
    return Reason.of(f"guard.{bad}") if bad else None


def _lookalike(case: Case) -> Reason | None:
    return (
        Reason.of("guard.lookalike", name=case.candidate.name) if case.ctx.looks_like(case.candidate.author, case.candidate.name) else None
    )


def _crowd(case: Case) -> Reason | None:
    """Many accounts that came a moment ago and all say the same are no witnesses, unless the FAQ or the host says so too."""
    if max(case.faq or 0.0, case.host or 0.0) >= AGREES:
        return None
    count = len(crowd(case.ctx, case.question, case.candidate))
    return Reason.of("guard.crowd", count=count) if count >= CROWD else None


def crowd(ctx: Context, question: Question, candidate: Candidate) -> list[Candidate]:
    """Return the newcomers' answers around one that say the same, its own included, if it is a newcomer's; one for each author."""
    if not _came_for_this(ctx, candidate):
        return []
    reading = ctx.read(candidate.text)
    found: dict[str, Candidate] = {}
    for other in question.candidates:
        near = other.side == "viewer" and abs(other.time - candidate.time) <= CROWD_WITHIN and other.text
        if near and other.author not in found and _came_for_this(ctx, other):
            said = ctx.read(other.text)
            if said.folded == reading.folded or (ctx.matcher.agree(reading, said) or 0.0) >= SAME_WORDS:
                found[other.author] = other
    return list(found.values())


def _came_for_this(ctx: Context, candidate: Candidate) -> bool:
    viewer = ctx.state.viewers.get(candidate.author)
    return is_newcomer(viewer, ctx.now) and (viewer is None or viewer.lines <= FEW_LINES)


def _quiet(case: Case) -> Reason | None:
    viewer = case.ctx.state.viewers.get(case.candidate.author)
    return Reason.of("guard.quiet") if viewer and viewer.quiet else None


CHECKS: tuple[Callable[[Case], Reason | None], ...] = (
    *(_joke, _hearsay, _contradicted, _claims, _firm),
    *(_unsafe, _lookalike, _crowd, _quiet, _unsure),
)
