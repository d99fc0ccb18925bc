"""What becomes of a viewer's answer: who accepted it or refused it, and what its author gains or loses by that.

An answer counts once, by the weightiest of those who accepted it. What an asker can give shrinks with every time the two met, and what
newcomers can give shrinks with their number; who says again what somebody else said gains nothing. Functions of a Context.
"""

from __future__ import annotations

from collections.abc import Iterable

from livebot.core import posts, recognition, trust
from livebot.core.context import Context, let_go
from livebot.core.questions import Candidate, Question, Regular, Source, Viewer

AGREES = 0.5
CONTRADICTS = -0.3
SURE_ENTRY = 0.8  # an entry that surely is the one asked for may judge an answer
HELPED_KEPT = 200
REFUSED_WEIGHT: dict[Source, float] = {"thanks": 0.5, "peer": 0.5}  # an asker who was not helped may have asked something else


def accept(ctx: Context, question: Question, candidate: Candidate, source: Source, giver: str | None = None) -> float:
    """Somebody found a viewer's answer right; `giver` is whose word that is (None: the askers it reached). Return what it added."""
    helper = ctx.state.viewers.get(candidate.author)
    if candidate.side != "viewer" or helper is None:
        return 0.0
    if source != "staff" and not posts.quotable(ctx, candidate.text):
        return 0.0  # what the bot would not repeat earns nothing, however right it is beside that
    if source in ("faq", "peer", "host") and _said_before(ctx, question, candidate):
        return 0.0
    givers = [giver] if giver else [asker.author for asker in question.askers if asker.line in candidate.lines]
    weight = 1.0 if source == "staff" else max((_weight(ctx, candidate.author, one) for one in givers), default=0.0)
    gain = weight - max([0.0, *(c.credited for c in question.candidates if c.author == candidate.author)])
    if gain <= 0.0:
        return 0.0
    wrong = max(0.0, -candidate.credited)  # it was taken for wrong until now
    candidate.credited, candidate.credited_by = round(max(0.0, candidate.credited) + gain, 6), source
    regular = regular_of(helper)
    trust.add(regular, topic_of(ctx, question), ctx.now, accepted=gain, rejected=-wrong)
    regular.credit = round(regular.credit + gain, 6)
    _note_givers(ctx, candidate.author, helper, givers, source)
    _learn_from_nudge(ctx, question, candidate, regular)
    recognition.award(ctx, candidate.author, helper)
    ctx.know(candidate.author, helper)
    ctx.touch(question)
    return gain


def refuse(ctx: Context, question: Question, candidate: Candidate, source: Source) -> None:
    """Somebody found a viewer's answer wrong: what it had gained is taken back, and it counts against its author, once."""
    helper = ctx.state.viewers.get(candidate.author)
    if candidate.side != "viewer" or helper is None or candidate.credited < 0.0:
        return
    regular = regular_of(helper)
    taken, weight = max(0.0, candidate.credited), REFUSED_WEIGHT.get(source, 1.0)
    candidate.credited, candidate.credited_by = -weight, source
    trust.add(regular, topic_of(ctx, question), ctx.now, accepted=-taken, rejected=weight)
    regular.credit = max(0.0, round(regular.credit - taken, 6))


def restore(ctx: Context, question: Question, candidate: Candidate, credited: float, source: Source | None) -> None:
    """Staff take their word back without saying that the answer is wrong: its author has gained by it what they had before."""
    helper = ctx.state.viewers.get(candidate.author)
    if candidate.side != "viewer" or helper is None:
        return
    regular = regular_of(helper)
    gained = max(0.0, candidate.credited) - max(0.0, credited)
    blamed = max(0.0, -candidate.credited) - max(0.0, -credited)
    candidate.credited, candidate.credited_by = credited, source
    trust.add(regular, topic_of(ctx, question), ctx.now, accepted=-gained, rejected=-blamed)
    regular.credit = max(0.0, round(regular.credit - gained, 6))


def regular_of(viewer: Viewer) -> Regular:
    """Return what is kept of a viewer, made if there was nothing."""
    if viewer.regular is None:
        viewer.regular = Regular()
    return viewer.regular


def topic_of(ctx: Context, question: Question) -> str:
    """Return the topic under which an answer to a Question is counted: its own, else that of the entry it surely asks for."""
    if question.topics:
        return question.topics[0]
    entry = ctx.matcher.entry(question.faq[0].faq_id) if question.faq and question.faq[0].score >= SURE_ENTRY else None
    return entry.topic if entry else ""


def topics_of(ctx: Context, question: Question) -> tuple[str, ...]:
    """Return the topics on which knowing helps with a Question."""
    return tuple(question.topics) or tuple(topic for topic in (topic_of(ctx, question),) if topic)


def judge_by_host(ctx: Context, question: Question, said: str) -> None:
    """The host answers a Question: the viewers' answers to it that say the same are right, those that say the contrary wrong."""
    reading = ctx.read(said)
    for candidate in [c for c in question.candidates if c.side == "viewer" and c.text and c.credited_by not in ("staff", "host")]:
        value = ctx.matcher.agree(ctx.read(candidate.text), reading)
        if value is not None and value >= AGREES:
            accept(ctx, question, candidate, "host")
        elif value is not None and value <= CONTRADICTS:
            refuse(ctx, question, candidate, "host")


def judge_by_faq(ctx: Context, question: Question, candidate: Candidate, agrees: float | None) -> None:
    """The FAQ says the same as a viewer's answer, or the contrary, where it surely has the entry that is asked for."""
    if agrees is None or question.faq[0].score < SURE_ENTRY:
        return
    if agrees >= AGREES:
        accept(ctx, question, candidate, "faq")
    elif agrees <= CONTRADICTS:
        refuse(ctx, question, candidate, "faq")


def judge_by_peer(ctx: Context, question: Question, said: Candidate) -> None:
    """A regular says what another viewer had said: a second word for it, where the two do not belong together."""
    if not trust.is_regular(ctx.state.viewers.get(said.author)):
        return
    reading = ctx.read(said.text)
    for candidate in question.candidates:
        if candidate.side != "viewer" or candidate.author == said.author or candidate.credited or not candidate.text:
            continue
        value = ctx.matcher.agree(ctx.read(candidate.text), reading)
        if value is not None and value >= AGREES:
            accept(ctx, question, candidate, "peer", giver=said.author)


def _weight(ctx: Context, helper: str, giver: str) -> float:
    """Return how much a person's word for a helper's answer counts."""
    accounts = ctx.accounts(helper)
    if giver in accounts:
        return 0.0
    mine, theirs = ctx.state.viewers.get(helper), ctx.state.viewers.get(giver)
    if theirs is None:
        return 0.0
    others = ctx.accounts(giver)
    times = sum(_times(ctx, one, other) + _times(ctx, other, one) for one in accounts for other in others)
    weight = trust.pair_weight(times)
    if trust.is_newcomer(theirs, ctx.now):
        weight *= trust.fresh_weight(mine.regular.fresh if mine and mine.regular else 0)
    return weight


def _times(ctx: Context, helper: str, asker: str) -> int:
    viewer = ctx.state.viewers.get(helper)
    return viewer.regular.helped.get(asker, 0) if viewer and viewer.regular else 0


def _note_givers(ctx: Context, key: str, helper: Viewer, givers: Iterable[str], source: Source) -> None:
    regular = regular_of(helper)
    if source == "staff":
        return
    for giver in dict.fromkeys(givers):
        if giver == key:
            continue
        regular.helped[giver] = regular.helped.pop(giver, 0) + 1
        regular.fresh += trust.is_newcomer(ctx.state.viewers.get(giver), ctx.now)
    let_go(regular.helped, HELPED_KEPT)


def _said_before(ctx: Context, question: Question, candidate: Candidate) -> bool:
    """Whether somebody else gave the same answer to the Question before: saying it again is no merit."""
    reading = ctx.read(candidate.text)
    for other in question.candidates:
        if other.message == candidate.message:
            return False
        if other.author != candidate.author and other.text:
            value = ctx.matcher.agree(reading, ctx.read(other.text))
            if value is not None and value >= AGREES:
                return True
    return False


def _learn_from_nudge(ctx: Context, question: Question, candidate: Candidate, regular: Regular) -> None:
    """An answer that was asked for and proved right: that person is asked sooner again."""
    if candidate.author in question.nudged:
        question.nudged.remove(candidate.author)
        regular.nudge_helped += 1
