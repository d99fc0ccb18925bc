"""The ladder: which step is due for a Question, and when, as a table of rows.

Each row says when its step is due (None: not, as things stand) and what taking it does. Taking a step notes it in `Question.done`,
so that it is not due again in the same wait. All times come from the settings and count from the asker's line; `grace` from the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from livebot.core import guard, posts, recognition, track
from livebot.core.acceptance import regular_of, topics_of
from livebot.core.context import Context
from livebot.core.decisions import Decision, Reason
from livebot.core.questions import Asker, Candidate, Question, Viewer
from livebot.core.settings import Mode
from livebot.core.trust import is_regular

PRESENT = 600.0  # seconds since their last line for which a viewer counts as present
HOST_ANSWERS = 20.0  # a host line this long ago may be about to answer what it came close to
HOST_NEAR = 0.15  # how close
NUDGED_IN_VAIN = 3  # who never helped after so many nudges is asked three times as seldom
NAMED = 2


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
        trust = ctx.trust(candidate.author, topics_of(ctx, question)).value
        doubted = trust < ctx.settings.people.hold_below
        reason = Reason.of("boost.doubted" if doubted else "boost.passed", score=candidate.score, trust=round(100 * trust))
        boost(ctx, question, candidate, held=doubted or _mode(ctx, "boost") == "approve", reason=reason)
        break


def boost(ctx: Context, question: Question, candidate: Candidate, *, held: bool, reason: Reason) -> None:
    """Carry a viewer's answer further, or hold it for approval."""
    lang = ctx.lang_of(question)
    values = {"name": ctx.called(candidate.name), "answer": candidate.text, "question": posts.quoted(ctx, question)}
    code = "boost_regular" if is_regular(ctx.state.viewers.get(candidate.author)) else "boost"
    text = ctx.words.post(code, lang, values, 500)
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
        about = posts.About((candidate.author,), candidate.message)
        posts.post(ctx, decision, code, values, channels, question, lang, about)


def ask_host(ctx: Context, question: Question, candidate: Candidate, against: Sequence[str]) -> None:
    """Two regulars disagree: neither is carried further, and the host is asked."""
    viewers = ctx.state.viewers
    known = [author for author in against if is_regular(viewers.get(author))]
    if not known or not is_regular(viewers.get(candidate.author)):
        return
    for other in question.candidates:
        if other.author in known and other.state == "grace":
            other.state, other.due, other.refusal = "refused", None, "guard.contradicted_peer"
    if question.done.get("disagree") is None and _mode(ctx, "board") != "off":
        question.done["disagree"] = question.done["board"] = ctx.now
        both = (viewers[author] for author in (candidate.author, known[0]))
        names = " · ".join("…" if viewer.quiet else viewer.name for viewer in both)  # the host may say it aloud
        ctx.decide("escalate", Reason.of("escalate.disagree", names=names), question=question, message=candidate.message, to="board")


def tell_of_crowd(ctx: Context, question: Question, candidate: Candidate, count: int) -> None:
    """Many new accounts say the same: staff are told at once, once for a Question."""
    if "crowd" not in question.done and _mode(ctx, "escalate") != "off":
        question.done["crowd"] = ctx.state.crowd = ctx.now
        ctx.decide("escalate", Reason.of("escalate.crowd", count=count), question=question, message=candidate.message, to="staff")


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
    if mode == "off" or since is None or "nudge" in question.done or question.claimed_by:
        return None
    at = max(since + ctx.settings.ladder.nudge_after, _in_grace(ctx, question), _host_may_answer(ctx, question))
    return _when_postable(ctx, question, at, mode)


def _host_may_answer(ctx: Context, question: Question) -> float:
    """A host who is speaking of it is not spoken over: return until when."""
    lines = {asker.line for asker in question.waiting}
    ends = [line.time + HOST_ANSWERS for line in ctx.state.host_lines() if any(line.scores.get(asked, 0.0) >= HOST_NEAR for asked in lines)]
    return max(ends, default=float("-inf"))


def _helpers(ctx: Context, question: Question) -> list[str]:
    """Return the keys of regulars who may be asked, best first: present, not quiet, not asking it themselves, not asked lately.

    They know the topic by what was accepted of theirs, or bought the product; where nobody does, those of whom it is not known.
    """
    topics = topics_of(ctx, question)
    askers = {asker.author for asker in question.askers}
    ranked = []
    for key, viewer in ctx.state.viewers.items():
        here = ctx.now - viewer.last <= PRESENT and not viewer.quiet and not viewer.banned
        if here and is_regular(viewer) and key not in askers and _may_ask(ctx, viewer):
            knows = _knows(viewer, topics) + (2.0 if question.product and _bought(viewer, question.product) else 0.0)
            elsewhere = bool(topics and viewer.regular and viewer.regular.tallies)
            if knows > 0.0 or not elsewhere:
                ranked.append((knows, ctx.trust(key, topics).value, key))
    knowing = [row for row in ranked if row[0] > 0.0]
    return [key for _, _, key in sorted(knowing or ranked, key=lambda row: (-row[0], -row[1], row[2]))]


def _may_ask(ctx: Context, viewer: Viewer) -> bool:
    regular, gap = viewer.regular, ctx.settings.limits.nudge_gap
    if regular is None:
        return viewer.accepted >= viewer.rejected
    if regular.nudged >= NUDGED_IN_VAIN and not regular.nudge_helped:
        gap *= 3
    return viewer.accepted >= viewer.rejected and (regular.last_nudge is None or ctx.now - regular.last_nudge >= gap)


def _knows(viewer: Viewer, topics: Sequence[str]) -> float:
    tallies = viewer.regular.tallies if viewer.regular else {}
    known = sum(max(0.0, tallies[topic].accepted - tallies[topic].rejected) for topic in topics if topic in tallies)
    return known * (1.0 + viewer.regular.nudge_helped / max(1, viewer.regular.nudged)) if viewer.regular else 0.0


def _bought(viewer: Viewer, product: str) -> bool:
    return viewer.regular is not None and product in viewer.regular.bought


def _nudge(ctx: Context, question: Question) -> None:
    asked = _helpers(ctx, question)[:NAMED] if posts.quoted(ctx, question) != posts.NOT_QUOTED else []
    if not asked:
        # Nobody to ask: noted as passed before the wait began, so that no answer is put down to it.
        question.done["nudge"] = (question.since if question.since is not None else ctx.now) - 1.0
        return
    question.done["nudge"] = ctx.now
    question.nudged = asked
    held = _mode(ctx, "nudge") == "approve"
    lang, values = ctx.lang_of(question), nudge_values(ctx, question)
    decision = ctx.decide(
        "nudge",
        Reason.of("nudge.waits", seconds=round(ctx.now - (question.since or ctx.now)), names=values["names"]),
        question=question,
        text=ctx.words.post("nudge", lang, values, 500),
        held=held,
    )
    if held:
        question.held[decision.id] = "nudge"
    else:
        post_nudge(ctx, question, decision)


def nudge_values(ctx: Context, question: Question) -> dict[str, str | int | float]:
    """Return what a nudge says: whom it asks, what, and by which number they answer."""
    known = (ctx.state.viewers.get(key) for key in question.nudged)
    names = ", ".join(f"@{ctx.called(viewer.name)}" for viewer in known if viewer and not viewer.quiet and not viewer.banned)
    return {"question": posts.quoted(ctx, question), "names": names, "number": question.number}


def post_nudge(ctx: Context, question: Question, decision: Decision) -> None:
    """Post a nudge where somebody waits, and note whom it asked."""
    for key in question.nudged:
        viewer = ctx.state.viewers.get(key)
        if viewer is not None:
            regular = regular_of(viewer)
            regular.nudged, regular.last_nudge = regular.nudged + 1, ctx.now
    channels: dict[str, str | None] = dict.fromkeys(posts.waiting_channels(question))
    about = posts.About(tuple(question.nudged))
    posts.post(ctx, decision, "nudge", nudge_values(ctx, question), channels, question, ctx.lang_of(question), about)


# thank: who helped is thanked, when nothing else is to be said on the question


def _thank_due(ctx: Context, question: Question) -> float | None:
    mode = _mode(ctx, "thank")
    if not question.thanking or mode == "off":
        return None
    return _when_postable(ctx, question, max(question.done["thank"], _in_grace(ctx, question)), mode)


# post_faq: the FAQ's answer, by the bot


def _unposted(question: Question) -> list[Asker]:
    """Return the waiting lines that came after the last FAQ post: one that was not answered by it gets it no second time."""
    posted = question.done.get("post_faq", float("-inf"))
    return [asker for asker in question.waiting if asker.time > posted]


def _post_due(ctx: Context, question: Question) -> float | None:
    mode, fresh = _mode(ctx, "post_faq"), _unposted(question)
    if mode == "off" or not fresh or not question.faq or "post_faq" in question.held.values():
        return None
    if question.faq[0].score < ctx.settings.ladder.post_confidence:
        return None
    since = min(asker.time for asker in fresh)
    return _when_postable(ctx, question, max(since + ctx.settings.ladder.post_after, _in_grace(ctx, question)), mode)


def _post(ctx: Context, question: Question) -> None:
    post_faq(
        ctx,
        question,
        question.faq[0].faq_id,
        held=_mode(ctx, "post_faq") == "approve",
        reason=Reason.of("post_faq.sure", score=question.faq[0].score),
        lines=[asker.line for asker in _unposted(question)],
    )


def post_faq(
    ctx: Context,
    question: Question,
    faq_id: str,
    *,
    held: bool,
    reason: Reason,
    answer: str | None = None,
    by_staff: bool = False,
    lines: Sequence[str] | None = None,
) -> None:
    """Post an FAQ entry's answer (or the wording that staff gave it) to these lines, else to all that wait, or hold it for approval.

    One that makes a claim which may not be advertised is held, unless a person has looked at it (`by_staff`).
    """
    entry = ctx.matcher.entry(faq_id)
    question.done["post_faq"] = ctx.now
    if entry is None and not answer:
        return
    if not held and answer is None and entry and "ad_claim" in ctx.read(entry.answer).flags and not by_staff:
        held, reason = True, Reason.of("guard.claims")
    lang, values = ctx.lang_of(question), {"answer": answer or (entry.answer if entry else ""), "question": posts.quoted(ctx, question)}
    decision = ctx.decide("post_faq", reason, question=question, faq=faq_id, text=ctx.words.post("post_faq", lang, values, 500), held=held)
    if held:
        question.held[decision.id] = "post_faq"
        question.held_faq[decision.id] = faq_id
    else:
        channels: dict[str, str | None] = {**posts.waiting_channels(question, lines)}
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
    Step("thank", _thank_due, recognition.thank),
    Step("nudge", _nudge_due, _nudge),
    Step("post_faq", _post_due, _post),
    Step("board", _board_due, _board),
    Step("escalate", _escalate_due, _escalate),
    Step("expire", _expire_due, _expire),
)
