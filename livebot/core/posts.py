"""What the bot writes into the chat: one decision becomes one Send for every channel where somebody waits. And how seldom.

A Send is a wish; a question counts as answered by a post when `Sent` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from livebot.core.context import Context
from livebot.core.decisions import Decision, Send
from livebot.core.questions import Question

MINUTE = 60.0
# A higher priority goes first when the platform's limits hold posts back: answers before nudges, nudges before thanks.
PRIORITY = {"boost": 30, "post_faq": 30, "retract": 40, "reply": 20, "nudge": 10, "thank": 5}
WORTH = {"boost": 60.0, "post_faq": 60.0, "retract": 120.0, "reply": 30.0, "nudge": 30.0, "thank": 60.0}
OWN_TEXT_KEPT = 600.0
AS_STAFF = "staff_answer"  # the wording of a post in staff's own words


def free_at(ctx: Context, question: Question | None) -> float:
    """Return the earliest time at which a post may be made on `question` under the budget and the gap."""
    limits, state = ctx.settings.limits, ctx.state
    state.posts = [at for at in state.posts if at > state.now - MINUTE]
    earliest = state.now
    if limits.posts_per_minute <= 0:
        return float("inf")
    if len(state.posts) >= limits.posts_per_minute:
        earliest = state.posts[-limits.posts_per_minute] + MINUTE
    if question is not None and question.last_post is not None:
        earliest = max(earliest, question.last_post + limits.question_gap)
    return earliest


def may_post(ctx: Context) -> bool:
    """Whether the bot may speak at all: not stopped by staff, not lagging behind the chat."""
    return not ctx.state.stopped and ctx.state.lag <= ctx.settings.limits.max_lag


def waiting_channels(question: Question, lines: Iterable[str] | None = None) -> dict[str, str]:
    """Return channel -> newest asker line on it, over the given lines or all that wait."""
    wanted = None if lines is None else set(lines)
    return {
        asker.channel: asker.line for asker in question.askers if (asker.line in wanted if wanted is not None else asker.state == "waiting")
    }


def post(
    ctx: Context,
    decision: Decision,
    code: str,
    values: Mapping[str, str | int | float],
    channels: Mapping[str, str | None],
    question: Question | None,
    lang: str,
    *,
    counted: bool = True,
) -> list[Send]:
    """Add a Send for each channel that can be written to, in that channel's length; `counted`: it counts against the budget, once."""
    sends = []
    for channel, reply_to in channels.items():
        settings = ctx.settings.channel(channel)
        if not settings.can_send:
            continue
        text = ctx.words.post(code, settings.lang or lang, values, settings.max_length)
        send = Send(
            id=ctx.serial("s"),
            time=ctx.now,
            decision=decision.id,
            kind=decision.kind,
            channel=channel,
            text=text,
            expires=ctx.now + WORTH[decision.kind],
            priority=PRIORITY[decision.kind],
            question=question.id if question else None,
            reply_to=reply_to,
        )
        sends.append(send)
        ctx.out.append(send)
        ctx.state.own_texts[text] = ctx.now
        kind = "staff" if code == AS_STAFF else decision.kind
        ctx.state.awaiting[send.id] = f"{kind}|{question.id if question else ''}|{decision.faq or decision.message or ''}"
    if sends and counted:
        ctx.state.posts.append(ctx.now)
        if question is not None:
            question.last_post = ctx.now
    for text, at in list(ctx.state.own_texts.items()):
        if at >= ctx.now - OWN_TEXT_KEPT:
            break
        del ctx.state.own_texts[text]
    return sends
