"""Following each asker line: a Question is opened or joined, lines are resolved, reopened, thanked for, let go.

Functions of a Context. What is due because of time is `policy.py`; which line answers which is `link.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from livebot.core import acceptance, posts, unsaid
from livebot.core.context import Context
from livebot.core.decisions import Cancel, Reason, RecoveryKind, ResolutionKind
from livebot.core.matcher import Hit
from livebot.core.questions import Asker, Candidate, Question
from livebot.core.reader import LineReading

REPEAT_REOPENS = 120.0
KEEP_CANDIDATES = 20
REVISABLE = frozenset({"guard.unsure", "guard.hearsay"})


def ask(ctx: Context, asker: Asker, reading: LineReading, faq: Sequence[Hit], joins: Question | None, product: str | None) -> Question:
    """Add an asker line to the Question it repeats, or open a new one; return the Question."""
    if joins is None:
        question = Question(
            id=asker.line,
            text=asker.text,
            lang=reading.lang,
            product=product,
            topics=list(reading.topics),
            askers=[asker],
            faq=list(faq),
            complaint="complaint" in reading.flags,
            personal="personal" in reading.flags,
        )
        ctx.number(question)
        ctx.state.questions[question.id] = question
    else:
        question = joins
        question.complaint = question.complaint or "complaint" in reading.flags
        _reopen_repeated(ctx, question, asker)
        question.askers.append(asker)
        if faq and (not question.faq or faq[0].score > question.faq[0].score):
            question.faq = list(faq)
    ctx.state.of_line[asker.line] = question.id
    ctx.askers.add(asker)
    ctx.matcher.remember(reading, faq, asker.line)
    ctx.touch(question)
    return question


def _reopen_repeated(ctx: Context, question: Question, again: Asker) -> None:
    """A person who asks again soon after an answer was not helped by it: their earlier lines wait again."""
    back = [
        asker
        for asker in question.askers
        if asker.author == again.author
        and asker.state == "answered"
        and not asker.thanked
        and asker.settled is not None
        and ctx.now - asker.settled <= REPEAT_REOPENS
        and asker.resolution in ("peer", "faq")
    ]
    if back:
        reopen(ctx, question, back, Reason.of("reopen.repeated", name=again.name))


def reopen(
    ctx: Context, question: Question, askers: Sequence[Asker], reason: Reason, message: str | None = None, *, blame: bool = True
) -> None:
    """Make answered lines wait again; the answers that had settled them are marked as not helping, unless there is none to `blame`."""
    settled_by = {asker.by for asker in askers if asker.by and blame}
    for asker in askers:
        asker.state, asker.settled, asker.resolution, asker.recovery, asker.by = "waiting", None, None, None, None
        asker.thanked = False
    for candidate in question.candidates:
        if candidate.message in settled_by and not candidate.accepted:
            candidate.rejected = True
            acceptance.refuse(ctx, question, candidate, "thanks")
            if candidate.state == "grace":
                candidate.state, candidate.due = "refused", None
    ctx.decide("reopen", reason, question=question, askers=tuple(a.line for a in askers), message=message)


def resolve(
    ctx: Context,
    question: Question,
    askers: Sequence[Asker],
    resolution: ResolutionKind,
    reason: Reason,
    *,
    message: str | None = None,
    faq: str | None = None,
) -> None:
    """Settle waiting lines of one Question."""
    waiting = [asker for asker in askers if asker.state == "waiting"]
    if not waiting:
        return
    recovery = recovery_of(question, resolution)
    for asker in waiting:
        asker.state = "dismissed" if resolution == "dismissed" else "expired" if resolution == "expired" else "answered"
        asker.settled, asker.resolution, asker.recovery, asker.by = ctx.now, resolution, recovery, message or faq
    if not question.waiting:
        question.claimed_by = ""  # what they were answering is answered: who asks anew waits for anybody
    ctx.decide(
        "resolve",
        reason,
        question=question,
        askers=tuple(a.line for a in waiting),
        resolution=resolution,
        recovery=recovery,
        message=message,
        faq=faq,
    )


def recovery_of(question: Question, resolution: ResolutionKind) -> RecoveryKind | None:
    """Return which of the three recoveries a resolution is; None for a host who answered unprompted and for lines let go."""
    since = question.since
    prompted = {step for step, at in question.done.items() if since is not None and at >= since}
    if resolution == "peer":
        return "joint" if "nudge" in prompted else "customer"
    if resolution in ("host_voice", "host_chat"):
        return "joint" if "board" in prompted else None
    return "firm" if resolution in ("faq", "staff") else None


def moot(question: Question) -> None:
    """The host answered: what viewers said in the meantime is no longer carried further, nor offered for approval."""
    for candidate in question.candidates:
        if candidate.state in ("grace", "candidate", "held") and candidate.side == "viewer":
            candidate.state, candidate.due = "moot", None


def add_candidate(ctx: Context, question: Question, candidate: Candidate) -> Candidate:
    """Keep a candidate answer on its Question; the weakest is let go when there are too many."""
    question.candidates.append(candidate)
    if len(question.candidates) > KEEP_CANDIDATES:
        # Those that were refused go first, then those that nobody acted on; the new one is still to be looked at.
        rank = {"refused": 0, "moot": 0, "candidate": 1}
        weakest = min(question.candidates[:-1], key=lambda c: (rank.get(c.state, 2), c.score, c.time))
        question.candidates.remove(weakest)
    ctx.touch(question)
    return candidate


def accept(ctx: Context, question: Question, asker: Asker) -> Candidate | None:
    """The asker gave thanks: the answer that settled their line is accepted and its author gains. Return that answer.

    One that was refused only because it was not sure enough is looked at again.
    """
    asker.thanked = True
    candidate = next((c for c in reversed(question.candidates) if c.message == asker.by), None)
    if candidate and not candidate.accepted and candidate.author != asker.author:
        candidate.accepted, candidate.rejected = True, False
        viewer = ctx.state.viewers.get(candidate.author)
        if viewer and candidate.side == "viewer":
            viewer.accepted += 1
            acceptance.accept(ctx, question, candidate, "thanks", giver=asker.author)
        if candidate.state == "refused" and candidate.refusal in REVISABLE:
            candidate.state, candidate.due = "grace", ctx.now
    ctx.touch(question)
    return candidate


def withdraw(ctx: Context, lines: Iterable[str], reason: Reason) -> None:
    """Lines were deleted: as askers they no longer wait, as answers they are retracted and what they settled waits again.

    Their texts are kept nowhere: nobody sees or is told again what was taken away.
    """
    gone = set(lines)
    unsaid.take_back(ctx, lines=gone)
    for line in gone:
        ctx.state.lines.pop(line, None)
    ctx.state.handoffs = [handoff for handoff in ctx.state.handoffs if handoff.line not in gone]
    for question in list(ctx.state.questions.values()):
        asks = [asker for asker in question.askers if asker.line in gone]
        if asks:
            _take_back(ctx, question, asks, reason)
        for candidate in question.candidates:
            if candidate.message in gone and candidate.state != "retracted":
                retract(ctx, question, candidate, reason)


def _take_back(ctx: Context, question: Question, asks: Sequence[Asker], reason: Reason) -> None:
    resolve(ctx, question, asks, "dismissed", reason)
    for asker in asks:
        ctx.matcher.forget(asker.line)
        asker.text, asker.state = "", "dismissed"
    question.text = next((asker.text for asker in question.askers if asker.text), "")
    ctx.touch(question)


def retract(ctx: Context, question: Question, candidate: Candidate, reason: Reason) -> None:
    """Take an answer back: off the overlay, out of what waits to be posted, and the lines it had settled wait again.

    Where it was posted already, the chat is told so.
    """
    take_off(ctx, question, candidate, reason)
    candidate.rejected, candidate.text = True, ""
    if candidate.said:
        candidate.said = False
        correct(ctx, question, candidate)
    back = [asker for asker in question.askers if asker.state == "answered" and asker.by == candidate.message]
    if back:
        reopen(ctx, question, back, reason, candidate.message)


def take_off(ctx: Context, question: Question, candidate: Candidate, reason: Reason) -> None:
    """Show and post an answer no longer; what it settled stays settled."""
    if candidate.decision:
        ctx.out.append(Cancel(ctx.serial("c"), ctx.now, candidate.decision))
    candidate.state, candidate.due = "retracted", None
    ctx.decide("retract", reason, question=question, message=candidate.message)


def correct(ctx: Context, question: Question, candidate: Candidate) -> None:
    """Say in the chat that an answer which was carried further does not stand; nobody is named, nothing of it is said again."""
    if not posts.may_post(ctx):
        return
    lang, values = ctx.lang_of(question), {"question": posts.quoted(ctx, question)}
    reason = Reason.of("retract.said", question=question.text)
    decision = ctx.decide(
        "retract", reason, question=question, message=candidate.message, text=ctx.words.post("retract", lang, values, 500)
    )
    channels: dict[str, str | None] = dict.fromkeys(asker.channel for asker in question.askers if asker.line in candidate.lines)
    posts.post(ctx, decision, "retract", values, channels, question, lang)
