"""What the bot writes into the chat: one decision becomes one Send for every channel where somebody waits. And how seldom.

A Send is a wish; a question counts as answered by a post when `Sent` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from livebot.core.context import Context, let_go
from livebot.core.decisions import Decision, Send
from livebot.core.events import ChatMessage
from livebot.core.questions import Pending, Question

MINUTE = 60.0
# A higher priority goes first when the platform's limits hold posts back: answers before nudges, nudges before thanks.
PRIORITY = {"boost": 30, "post_faq": 30, "retract": 40, "reply": 20, "nudge": 10, "thank": 5}
WORTH = {"boost": 60.0, "post_faq": 60.0, "retract": 120.0, "reply": 30.0, "nudge": 30.0, "thank": 60.0}
OWN_KEPT = 600.0
PENDING_KEPT = 500
UNQUOTED = frozenset({"link", "contact", "abuse", "command", "carries_command", "impersonation", "spam"})
NOT_QUOTED = "…"
AS_STAFF = "staff_answer"  # the wording of a post in staff's own words


@dataclass(frozen=True, slots=True)
class About:
    """Whom a post names (`platform:id`), the line whose words it gives on, and which other lines it quotes."""

    people: tuple[str, ...] = ()
    source: str = ""
    lines: tuple[str, ...] = ()


NOBODY = About()


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
    """Return channel -> newest asker line on it, over the given lines or all that wait; a line that was deleted is answered no more."""
    wanted = None if lines is None else set(lines)
    return {
        asker.channel: asker.line
        for asker in question.askers
        if asker.text and (asker.line in wanted if wanted is not None else asker.state == "waiting")
    }


def quoted(ctx: Context, question: Question) -> str:
    """Return a Question as the bot repeats it: in the words of an asker who says nothing that the bot must not say, else an ellipsis."""
    texts = (question.text, *(asker.text for asker in question.askers))
    return next((text for text in texts if text and quotable(ctx, text)), NOT_QUOTED)


def quoted_line(ctx: Context, question: Question) -> str:
    """Return the asker line in whose words the bot repeats a Question, or ''."""
    text = quoted(ctx, question)
    return next((asker.line for asker in question.askers if asker.text == text), "")


def quotable(ctx: Context, text: str) -> bool:
    """Whether the bot may repeat what a viewer wrote: no link or contact, no abuse, nothing that a bot would run."""
    return not ctx.read(text).flags & UNQUOTED


def post(
    ctx: Context,
    decision: Decision,
    code: str,
    values: Mapping[str, str | int | float],
    channels: Mapping[str, str | None],
    question: Question | None,
    lang: str,
    about: About = NOBODY,
    *,
    counted: bool = True,
) -> list[Send]:
    """Add a Send for each channel that can be written to, in that channel's length; `counted`: it counts against the budget, once.

    `about` is what takes the post back when it is gone; the Question that is repeated and the line that is answered count by themselves.
    """
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
        _remember(ctx.state.own_texts, _same(text), ctx.now)
        ctx.state.pending[send.id] = _pending(ctx, send, code, values, question, about, decision.faq or decision.message or "", lang)
        let_go(ctx.state.pending, PENDING_KEPT)
    if sends and counted:
        ctx.state.posts.append(ctx.now)
        if question is not None:
            question.last_post = ctx.now
    return sends


def _pending(
    ctx: Context,
    send: Send,
    code: str,
    values: Mapping[str, str | int | float],
    question: Question | None,
    about: About,
    what: str,
    lang: str,
) -> Pending:
    repeated = quoted_line(ctx, question) if question is not None and "question" in values else ""
    lines = [line for line in dict.fromkeys((about.source, *about.lines, repeated, send.reply_to or "")) if line]
    answer = str(values["answer"]) if code == AS_STAFF else ""
    return Pending(
        kind=send.kind,
        code=code,
        decision=send.decision,
        question=send.question or "",
        channel=send.channel,
        time=ctx.now,
        lang=lang,
        about=what,
        source=about.source,
        answer=answer,
        people=list(about.people),
        lines=lines,
    )


def is_own(ctx: Context, message: ChatMessage) -> bool:
    """Whether a line is the bot's own, come back from the chat: known by the id that the platform told, or by its text."""
    return message.id in ctx.state.own_ids or _same(message.text) in ctx.state.own_texts


def remember_id(ctx: Context, message: str) -> None:
    """Remember the id that the platform gave to a line of the bot's."""
    _remember(ctx.state.own_ids, message, ctx.now)


def _remember(own: dict[str, float], key: str, now: float) -> None:
    own.pop(key, None)
    own[key] = now
    for old, at in list(own.items()):
        if at >= now - OWN_KEPT:
            break
        del own[old]


def _same(text: str) -> str:
    """Return what is alike for a post and its echo: platforms trim and change spaces. No text: posts quote people who may be deleted."""
    return blake2b(" ".join(text.split()).encode("utf-8", "replace"), digest_size=12).hexdigest()
