"""Posts that are wanted and not out yet: taken back when whom they name or what they quote is gone, and said anew without it.

Who was deleted, was banned or wants to be left alone is named by nothing that still waits, and a deleted line quoted by nothing. What
answers somebody else, and only quoted it, is said in other words once it is known that it did not go out. Functions of a Context.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from livebot.core import posts, recognition
from livebot.core.context import Context
from livebot.core.decisions import Cancel, Decision, Reason
from livebot.core.questions import Pending, Question
from livebot.core.trust import is_regular

NEVER = re.compile(r"(?!)")


def take_back(ctx: Context, people: Collection[str] = (), lines: Collection[str] = (), named: re.Pattern[str] = NEVER) -> None:
    """Take back what names one of these people (`platform:id`, or found by `named`) or quotes or answers one of these lines."""
    gone: dict[str, None] = {}
    for pending in ctx.state.pending.values():
        left = [one for one in pending.people if one not in people]
        hit = len(left) < len(pending.people) or any(line in lines for line in pending.lines) or named.search(pending.answer)
        pending.people = left
        if pending.source in lines or named.search(pending.answer):
            pending.answer = ""
        if hit and not pending.taken_back:
            pending.taken_back = True
            gone[pending.decision] = None
    for decision in gone:
        ctx.out.append(Cancel(ctx.serial("c"), ctx.now, decision))


def say_anew(ctx: Context, pending: Pending, question: Question | None) -> None:
    """A post that was taken back is known not to have gone out: say what of it still holds, where somebody still wants to hear it."""
    if not posts.may_post(ctx):
        return
    if pending.code == "thank_all":
        recognition.post_thanks_to_all(ctx, _decision(ctx, pending), [pending.channel])
    elif question is None:
        return
    elif pending.kind == "post_faq":
        _answer_anew(ctx, pending, question)
    elif pending.kind in ("boost", "retract"):
        _carry_anew(ctx, pending, question)


def _decision(ctx: Context, pending: Pending) -> Decision:
    about = pending.about or None
    by_faq = pending.kind == "post_faq"
    reason = Reason.of("said_anew")
    return Decision(pending.decision, ctx.now, pending.kind, reason, message=None if by_faq else about, faq=about if by_faq else None)


def _answer_anew(ctx: Context, pending: Pending, question: Question) -> None:
    asked = [asker.line for asker in question.waiting if asker.time <= pending.time and asker.channel == pending.channel]
    entry = ctx.matcher.entry(pending.about)
    answer = pending.answer or (entry.answer if entry and pending.code != posts.AS_STAFF else "")
    if asked and answer:
        _post_anew(ctx, pending, question, {"answer": answer}, asked)


def _carry_anew(ctx: Context, pending: Pending, question: Question) -> None:
    candidate = next((c for c in question.candidates if c.message == pending.about), None)
    if candidate is None:
        return
    if pending.kind == "retract":
        _post_anew(ctx, pending, question, {}, candidate.lines)
        return
    viewer = ctx.state.viewers.get(candidate.author)
    if candidate.state == "boosted" and viewer is not None and not viewer.quiet:
        pending.code = "boost_regular" if is_regular(viewer) else "boost"
        _post_anew(ctx, pending, question, {"name": ctx.called(candidate.name), "answer": candidate.text}, candidate.lines)


def _post_anew(ctx: Context, pending: Pending, question: Question, values: dict[str, str | int | float], asked: Collection[str]) -> None:
    channels: dict[str, str] = posts.waiting_channels(question, asked)
    if pending.channel in channels or pending.kind == "retract":  # what was said is taken back also where nobody waits for it any more
        reply_to = channels.get(pending.channel) if pending.kind != "retract" else None
        about = posts.About(tuple(pending.people), pending.source)
        named = {**values, "question": posts.quoted(ctx, question)}
        posts.post(
            ctx, _decision(ctx, pending), pending.code, named, {pending.channel: reply_to}, question, pending.lang, about, counted=False
        )
