"""Whoever asked in an earlier show and got no answer is told what was found out, when they come again. Functions of a Context.

Staff's answer goes out by itself, since a person wrote it; the FAQ's only where FAQ answers may be posted without asking.
"""

from __future__ import annotations

from livebot.core import posts
from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.events import ChatMessage
from livebot.core.questions import Missed, Viewer


def tell(ctx: Context, key: str, viewer: Viewer, message: ChatMessage) -> None:
    """Tell a viewer who just wrote what was found out about what they had asked; what cannot be said now waits for their next line."""
    if not ctx.state.missed:
        return
    waiting = ctx.state.missed.get(key)
    if not waiting or viewer.quiet or ctx.settings.ladder.mode.reply != "auto" or not posts.may_post(ctx):
        return
    for missed in waiting:
        answer, faq = _found(ctx, missed)
        if answer and posts.free_at(ctx, None) <= ctx.now:
            _post(ctx, key, viewer, message, missed, answer, faq)
            return


def _found(ctx: Context, missed: Missed) -> tuple[str, str | None]:
    if missed.answer:
        return missed.answer, None
    ladder = ctx.settings.ladder
    hits = ctx.matcher.faq(ctx.read(missed.text), missed.product) if ladder.mode.post_faq == "auto" else ()
    entry = ctx.matcher.entry(hits[0].faq_id) if hits and hits[0].score >= ladder.post_confidence else None
    return (entry.answer, entry.faq_id) if entry else ("", None)


def _post(ctx: Context, key: str, viewer: Viewer, message: ChatMessage, missed: Missed, answer: str, faq: str | None) -> None:
    lang = ctx.lang_for(missed.text)
    values = {
        "name": ctx.called(viewer.name),
        "question": missed.text if posts.quotable(ctx, missed.text) else posts.NOT_QUOTED,
        "answer": answer,
    }
    decision = ctx.decide(
        "reply",
        Reason.of("reply.missed", name=viewer.name, question=missed.text, date=missed.date),
        message=message.id,
        faq=faq,
        text=ctx.words.post("missed", lang, values, 500),
    )
    if posts.post(ctx, decision, "missed", values, {message.channel: message.id}, None, lang, posts.About((key,))):
        ctx.state.told.append(missed.id)
        left = [one for one in ctx.state.missed[key] if one.id != missed.id]
        if left:
            ctx.state.missed[key] = left
        else:
            del ctx.state.missed[key]
