"""How those who help are recognised: a public thank-you, the show's helpers, badges, the line of thanks at the end. Functions of a Context.

What they gained is counted in `acceptance.py`; here it is only looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livebot.core import posts
from livebot.core.context import Context
from livebot.core.decisions import Award, Decision, Reason
from livebot.core.questions import Candidate, Question, Viewer

HELPED_FROM = 0.5
"""What somebody must have gained in a show to count as one of its helpers."""

NAMED_AT_END = 5


@dataclass(frozen=True, slots=True)
class Helper:
    """One of a show's helpers: `author` is `platform:id`, `credit` what they gained in this show by all their accounts.

    `quiet`: they are not named, since they do not want to be or are banned.
    """

    author: str
    name: str
    credit: float
    badges: tuple[str, ...] = ()
    quiet: bool = False


def helpers(ctx: Context) -> list[Helper]:
    """Return the show's helpers, those who gained most first; one for each person."""
    found: list[Helper] = []
    counted: set[str] = set()
    for key, viewer in ctx.state.viewers.items():
        regular = viewer.regular
        if key in counted or regular is None or not (regular.credit or regular.linked):
            continue
        accounts = ctx.accounts(key)
        counted.update(accounts)
        credit = score_of(ctx, accounts)
        if credit >= HELPED_FROM:
            found.append(Helper(key, viewer.name, credit, tuple(regular.badges), viewer.quiet or viewer.banned))
    return sorted(found, key=lambda helper: (-helper.credit, helper.author))


def score_of(ctx: Context, accounts: Iterable[str]) -> float:
    """Return what a person gained in this show."""
    known = (ctx.state.viewers.get(account) for account in accounts)
    return round(sum(viewer.regular.credit for viewer in known if viewer and viewer.regular), 4)


def will_thank(ctx: Context, question: Question, candidate: Candidate | None) -> None:
    """Note that a viewer is to be thanked for an answer that was accepted, if anybody has been for a while (see the ladder)."""
    if ctx.settings.ladder.mode.thank == "off" or candidate is None or candidate.side != "viewer" or candidate.credited <= 0.0:
        return
    question.thanking = candidate.message
    question.done["thank"] = ctx.now
    ctx.touch(question)


def thank(ctx: Context, question: Question) -> None:
    """Thank a viewer in the chat, unless they do not want to be named, or somebody was thanked a moment ago."""
    candidate = next((c for c in question.candidates if c.message == question.thanking), None)
    question.thanking = ""
    helper, last = ctx.state.viewers.get(candidate.author) if candidate else None, ctx.state.last_thanks
    late = ctx.now - question.done["thank"] > posts.WORTH["thank"]
    soon = last is not None and ctx.now - last < ctx.settings.limits.thanks_gap
    if candidate is None or helper is None or helper.quiet or candidate.rejected or late or soon:
        return
    ctx.state.last_thanks = ctx.now
    held = ctx.settings.ladder.mode.thank == "approve"
    lang, values = ctx.lang_of(question), {"name": ctx.called(helper.name)}
    decision = ctx.decide(
        "thank",
        Reason.of("thank.accepted", name=helper.name, question=question.text),
        question=question,
        message=candidate.message,
        text=ctx.words.post("thank", lang, values, 500),
        held=held,
    )
    if held:
        question.held[decision.id] = "thank"
    else:
        post_thanks(ctx, question, candidate, decision)


def post_thanks(ctx: Context, question: Question, candidate: Candidate, decision: Decision) -> None:
    """Post a thank-you where the answer was given."""
    lang, values = ctx.lang_of(question), {"name": ctx.called(candidate.name)}
    posts.post(
        ctx, decision, "thank", values, {candidate.channel: None}, question, lang, posts.About((candidate.author,), candidate.message)
    )


def announce(ctx: Context) -> None:
    """Say at the start that good answers may be shown under their author's name, and how not to be."""
    if not ctx.settings.people.announce or ctx.settings.ladder.mode.boost == "off" or not posts.may_post(ctx):
        return
    channels: dict[str, str | None] = {channel.name: None for channel in ctx.settings.channels if channel.can_send}
    if channels:
        lang = ctx.settings.lang
        decision = ctx.decide("reply", Reason.of("reply.announce"), text=ctx.words.post("announce", lang, {}, 500))
        posts.post(ctx, decision, "announce", {}, channels, None, lang)


def thank_all(ctx: Context, reason: Reason) -> None:
    """Thank the show's helpers by name, at its end."""
    named = _named_at_end(ctx)
    if not named or not posts.may_post(ctx):
        return
    text = ctx.words.post("thank_all", ctx.settings.lang, _names(ctx, named), 500)
    post_thanks_to_all(ctx, ctx.decide("thank", reason, text=text), [channel.name for channel in ctx.settings.channels])


def post_thanks_to_all(ctx: Context, decision: Decision, channels: Iterable[str]) -> None:
    """Post the line that thanks the show's helpers by name, as they are now."""
    named = _named_at_end(ctx)
    if named:
        about = posts.About(tuple(key for helper in named for key in ctx.accounts(helper.author)))
        posts.post(ctx, decision, "thank_all", _names(ctx, named), dict.fromkeys(channels), None, ctx.settings.lang, about)


def _named_at_end(ctx: Context) -> list[Helper]:
    return [helper for helper in helpers(ctx) if not helper.quiet][:NAMED_AT_END]


def _names(ctx: Context, named: Iterable[Helper]) -> dict[str, str | int | float]:
    return {"names": ", ".join(ctx.called(helper.name) for helper in named)}


def award(ctx: Context, key: str, viewer: Viewer) -> None:
    """Give the badges of this show that a viewer has helped enough for, each once for ever."""
    regular = viewer.regular
    if regular is None or not ctx.settings.badges:
        return
    accounts = [account for one in ctx.accounts(key) if (account := ctx.state.viewers.get(one)) and account.regular]
    has = {badge for account in accounts if account.regular for badge in account.regular.badges}
    score = score_of(ctx, ctx.accounts(key))
    for badge in ctx.settings.badges:
        if badge.name not in has and score >= badge.helped:
            regular.badges.append(badge.name)
            ctx.out.append(Award(ctx.serial("w"), ctx.now, key, viewer.name, badge.name, badge.coupon))
