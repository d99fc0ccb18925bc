"""Somebody cannot order, or wants a person: they get the shop's number and hours at once, staff are told, and it is kept.

The number is the FAQ's; livebot knows none by itself. Functions of a Context.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from livebot.core import posts
from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.matcher import FaqEntry
from livebot.core.questions import Handoff, Viewer

AGAIN_AFTER = 600.0
KEPT = 500
CALLS = {
    "ko": ("고객센터 전화번호가 어떻게 되나요?", "고객센터 운영시간이 어떻게 되나요?", "전화로 주문할 수 있나요?"),
    "en": ("What is the customer service phone number?", "What are the customer service hours?", "Can I order by phone?"),
}
_NUMBER = re.compile(r"(?<![\d-])(?:\+?\d{1,3}[-. ])?\(?\d{2,4}\)?[-. ]\d{3,4}(?:[-. ]\d{4})?(?![\d-])")


@dataclass(frozen=True, slots=True)
class Call:
    """A line that wants a person, with its speaker."""

    line: str
    author: str
    name: str
    channel: str
    text: str


def take(ctx: Context, call: Call, viewer: Viewer) -> None:
    """Give the viewer what the FAQ says about calling the shop, tell staff what was tried, keep it for after the show."""
    last = next((handoff for handoff in reversed(ctx.state.handoffs) if handoff.author == call.author), None)
    if last is not None and ctx.now - last.time < AGAIN_AFTER:
        return
    question = ctx.question_of(call.line)
    lang = ctx.lang_of(question) if question else ctx.lang_for(call.text)
    entry = contact_entry(ctx, lang)
    kept = Handoff(call.line, call.author, call.name, call.channel, ctx.now, call.text, question.id if question else None)
    if entry is not None and _answer(ctx, call, entry, lang):
        kept.tried = entry.faq_id
    ctx.state.handoffs = [*ctx.state.handoffs[-KEPT + 1 :], kept]
    if question is not None:
        question.done["escalate"] = ctx.now
    code = "escalate.handoff" if kept.tried else "escalate.handoff_alone"
    reason = Reason.of(code, name=call.name, text=call.text, tried=entry.answer if entry and kept.tried else "")
    ctx.decide("escalate", reason, question=question, message=call.line, to="staff")


def contact_entry(ctx: Context, lang: str) -> FaqEntry | None:
    """Return the FAQ entry that says how to call the shop: one that is found by asking for it, and holds a number."""
    for text in CALLS.get(lang, CALLS["en"]):
        for hit in ctx.matcher.faq(ctx.read(text), None)[:3]:
            entry = ctx.matcher.entry(hit.faq_id)
            if entry is not None and _NUMBER.search(entry.answer):
                return entry
    return None


def _answer(ctx: Context, call: Call, entry: FaqEntry, lang: str) -> bool:
    """Post the entry to the person; return whether it was wanted posted."""
    mode = ctx.settings.ladder.mode.reply
    if mode == "off" or not posts.may_post(ctx):
        return False
    values = {"name": ctx.called(call.name), "answer": entry.answer}
    decision = ctx.decide(
        "reply",
        Reason.of("reply.handoff", name=call.name),
        message=call.line,
        faq=entry.faq_id,
        text=ctx.words.post("handoff", lang, values, 500),
        held=mode == "approve",
    )
    about = posts.About((call.author,))
    return mode == "auto" and bool(
        posts.post(ctx, decision, "handoff", values, {call.channel: call.line}, None, lang, about, counted=False)
    )
