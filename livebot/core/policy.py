"""The ladder: which step is due for a Question, and when, as a table of rows.

Each row says when its step is due (None: not, as things stand) and what taking it does. Taking a step notes it in `Question.done`,
so that it is not due again in the same wait. All times come from the settings and count from the asker's line; `grace` from the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from livebot.core import guard, posts, track
from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.questions import Candidate, Question
from livebot.core.settings import Mode


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the ladder."""

    name: str
    due: Callable[[Context, Question], float | None]
    take: Callable[[Context, Question], None]


def next_due(ctx: Context, question: Question) -> float | None:
    """Return when the next step of a Question is due, or None."""
    times = [at for step in LADDER if (at := step.due(ctx, question)) is not None]
    return min(times) if times else None


def climb(ctx: Context, question: Question) -> None:
    """Take every step that is due now, in the ladder's order."""
    for step in LADDER:
        at = step.due(ctx, question)
        if at is not None and at <= ctx.now:
            step.take(ctx, question)


def _undone(question: Question, step: str) -> bool:
    since = question.since
    return since is not None and question.done.get(step, float("-inf")) < since


def _mode(ctx: Context, step: str) -> Mode:
    mode: Mode = getattr(ctx.settings.ladder.mode, step)
    return mode


def _in_grace(ctx: Context, question: Question) -> float:
    """A candidate answer in its grace holds back what would speak over it: return until when."""
    ends = [c.time + ctx.settings.ladder.grace for c in question.candidates if c.side == "viewer" and c.state in ("candidate", "grace")]
    return max(ends, default=float("-inf"))


def _when_postable(ctx: Context, question: Question, at: float, mode: Mode) -> float | None:
    """Return when a step that posts may be taken: not while stopped, and under the budget unless a person approves it first."""
    if mode == "approve":
        return at
    return max(at, posts.free_at(ctx, question)) if posts.may_post(ctx) else None


# boost: a viewer's answer that settled the question, after its grace


def _boost_due(ctx: Context, question: Question) -> float | None:
    mode = _mode(ctx, "boost")
    due = min((c.due for c in question.candidates if c.state == "grace" and c.due is not None), default=None)
    if due is None or mode == "off":
        return None
    return _when_postable(ctx, question, due, mode)


def _boost(ctx: Context, question: Question) -> None:
    for candidate in [c for c in question.candidates if c.state == "grace" and c.due is not None and c.due <= ctx.now]:
        refused = guard.refusal(guard.look(ctx, question, candidate))
        if refused:
            candidate.state, candidate.due, candidate.refusal = "refused", None, refused.code
            ctx.touch(question)
            continue
        boost(ctx, question, candidate, held=_mode(ctx, "boost") == "approve", reason=Reason.of("boost.passed", score=candidate.score))
        break


def boost(ctx: Context, question: Question, candidate: Candidate, *, held: bool, reason: Reason) -> None:
    """Carry a viewer's answer further, or hold it for approval."""
    lang = ctx.lang_of(question)
    values = {"name": candidate.name, "answer": candidate.text, "question": question.text}
    text = ctx.words.post("boost", lang, values, 500)
    decision = ctx.decide(
        "boost",
        reason,
        question=question,
        message=candidate.message,
        text=text,
        held=held,
        score=candidate.score,
        askers=tuple(candidate.lines),
    )
    candidate.state, candidate.due, candidate.decision = ("held" if held else "boosted"), None, decision.id
    if not held:
        channels: dict[str, str | None] = {**posts.waiting_channels(question, candidate.lines)}
        posts.post(ctx, decision, "boost", values, channels, question, lang)


# suggest: the best FAQ entry, for the desk, at once


def _suggest_due(ctx: Context, question: Question) -> float | None:
    if _mode(ctx, "suggest") == "off" or not question.faq or question.since is None or "suggest" in question.done:
        return None
    return ctx.now if question.faq[0].score >= ctx.settings.ladder.suggest_confidence else None


def _suggest(ctx: Context, question: Question) -> None:
    hit = question.faq[0]
    entry = ctx.matcher.entry(hit.faq_id)
    question.done["suggest"] = ctx.now
    ctx.decide(
        "suggest",
        Reason.of("suggest.match", score=hit.score),
        question=question,
        faq=hit.faq_id,
        text=entry.answer if entry else None,
        score=hit.score,
    )


# nudge: ask the regulars who know


def _nudge_due(ctx: Context, question: Question) -> float | None:
    mode, since = _mode(ctx, "nudge"), question.since
    if mode == "off" or since is None or "nudge" in question.done:
        return None
    return _when_postable(ctx, question, max(since + ctx.settings.ladder.nudge_after, _in_grace(ctx, question)), mode)


def _helpers(ctx: Context, question: Question) -> list[str]:
    """Return the keys of regulars who are present and may be asked: shown themselves to know, not quiet, not asking it themselves."""
    askers = {asker.author for asker in question.askers}
    return [
        key
        for key, viewer in ctx.state.viewers.items()
        if key not in askers
        and not viewer.quiet
        and ctx.now - viewer.last <= ctx.settings.limits.nudge_gap
        and (viewer.accepted >= 1 or viewer.months >= 3)
        and viewer.accepted >= viewer.rejected
    ]


def _nudge(ctx: Context, question: Question) -> None:
    if not _helpers(ctx, question):
        question.done["nudge"] = float("-inf")  # nobody to ask: noted as passed, so that no answer is put down to it
        return
    question.done["nudge"] = ctx.now
    lang, values = ctx.lang_of(question), {"question": question.text}
    held = _mode(ctx, "nudge") == "approve"
    decision = ctx.decide(
        "nudge",
        Reason.of("nudge.waits", seconds=round(ctx.now - (question.since or ctx.now))),
        question=question,
        text=ctx.words.post("nudge", lang, values, 500),
        held=held,
    )
    if held:
        question.held[decision.id] = "nudge"
    else:
        channels: dict[str, str | None] = dict.fromkeys(posts.waiting_channels(question))
        posts.post(ctx, decision, "nudge", values, channels, question, lang)


# post_faq: the FAQ's answer, by the bot


def _post_due(ctx: Context, question: Question) -> float | None:
    mode, since = _mode(ctx, "post_faq"), question.since
    if mode == "off" or since is None or not _undone(question, "post_faq") or not question.faq:
        return None
    if question.faq[0].score < ctx.settings.ladder.post_confidence:
        return None
    return _when_postable(ctx, question, max(since + ctx.settings.ladder.post_after, _in_grace(ctx, question)), mode)


def _post(ctx: Context, question: Question) -> None:
    post_faq(
        ctx,
        question,
        question.faq[0].faq_id,
        held=_mode(ctx, "post_faq") == "approve",
        reason=Reason.of("post_faq.sure", score=question.faq[0].score),
    )


def post_faq(ctx: Context, question: Question, faq_id: str, *, held: bool, reason: Reason, answer: str | None = None) -> None:
    """Post an FAQ entry's answer (or the wording that staff gave it), or hold it for approval."""
    entry = ctx.matcher.entry(faq_id)
    question.done["post_faq"] = ctx.now
    if entry is None and not answer:
        return
    lang, values = ctx.lang_of(question), {"answer": answer or (entry.answer if entry else ""), "question": question.text}
    decision = ctx.decide("post_faq", reason, question=question, faq=faq_id, text=ctx.words.post("post_faq", lang, values, 500), held=held)
    if held:
        question.held[decision.id] = "post_faq"
    else:
        channels: dict[str, str | None] = {**posts.waiting_channels(question)}
        posts.post(ctx, decision, "post_faq", values, channels, question, lang)


# board, escalate, expire: people are told; at last the question is let go


def _board_due(ctx: Context, question: Question) -> float | None:
    since = question.since
    if _mode(ctx, "board") == "off" or since is None or not _undone(question, "board"):
        return None
    return since + ctx.settings.ladder.board_after


def _board(ctx: Context, question: Question) -> None:
    question.done["board"] = ctx.now
    ctx.decide(
        "escalate",
        Reason.of("escalate.board", seconds=round(ctx.now - (question.since or ctx.now)), people=question.people()),
        question=question,
        to="board",
    )


def _escalate_due(ctx: Context, question: Question) -> float | None:
    since, ladder = question.since, ctx.settings.ladder
    if _mode(ctx, "escalate") == "off" or since is None or not _undone(question, "escalate"):
        return None
    if question.complaint or question.people() >= ladder.escalate_askers:
        return max(since, ctx.now)
    return since + ladder.escalate_after


def _escalate(ctx: Context, question: Question) -> None:
    question.done["escalate"] = ctx.now
    code = "complaint" if question.complaint else "askers" if question.people() >= ctx.settings.ladder.escalate_askers else "waited"
    ctx.decide(
        "escalate",
        Reason.of(f"escalate.{code}", seconds=round(ctx.now - (question.since or ctx.now)), people=question.people()),
        question=question,
        to="staff",
    )


def _expire_due(ctx: Context, question: Question) -> float | None:
    after, since = ctx.settings.ladder.expire_after, question.since
    return None if after is None or since is None else since + after


def _expire(ctx: Context, question: Question) -> None:
    after = ctx.settings.ladder.expire_after or 0.0
    old = [asker for asker in question.waiting if asker.time + after <= ctx.now]
    track.resolve(ctx, question, old, "expired", Reason.of("resolve.expired", seconds=round(after)))


LADDER: tuple[Step, ...] = (
    Step("suggest", _suggest_due, _suggest),
    Step("boost", _boost_due, _boost),
    Step("nudge", _nudge_due, _nudge),
    Step("post_faq", _post_due, _post),
    Step("board", _board_due, _board),
    Step("escalate", _escalate_due, _escalate),
    Step("expire", _expire_due, _expire),
)
