"""Viewers' commands, in Korean and English, and what each does. One row of `COMMANDS` is one command; an unknown one gets no answer.

Answers are few: `viewer_gap` seconds between two to one viewer, `replies_per_minute` in all. What a command *does* knows no limit: who
wants to be left alone or deleted is, at once. A code of `!나야` is no secret, since the first account has to say it again after the second.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from livebot.core import posts, quiet, recognition
from livebot.core.acceptance import regular_of
from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.forgetting import forget
from livebot.core.questions import Asker, Claim, Question, Viewer

MINUTE = 60.0
CODE_FOR = 600.0
STILL_OPEN = 90.0  # seconds for which a question that another viewer answered may still be answered by its number
LISTED = 3
NONE: Mapping[str, str | int | float] = {}
SHORT = 40  # characters of a question in a list
_UNSEEN = "\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f"
_COMMAND = re.compile(rf"[{_UNSEEN}]*[!！][{_UNSEEN}]?([^\s!！]+)\s*(.*)", re.DOTALL)
_NUMBERED = re.compile(r"\s*#?(\d{1,4})\s*번?(?:[.):,](?=\s))?\s*(.*)", re.DOTALL)
_GLUED = re.compile(r"(답|answer)(\d{1,4}번?)")


@dataclass(frozen=True, slots=True)
class Call:
    """A command line: where it came from, and what it says. `lang` is the language that it looks like."""

    line: str
    author: str
    channel: str
    text: str
    lang: str = ""


def take(ctx: Context, call: Call, viewer: Viewer) -> None:
    """Do what a command says, and answer where there is something to say."""
    name, rest = parsed(call.text)
    row = COMMANDS.get(name)
    if row is not None:
        row(ctx, call, viewer, rest)


def parsed(text: str) -> tuple[str, str]:
    """Return a command's name without its `!`, in small letters, and what follows it as it was written; ('', '') for no command."""
    match = _COMMAND.match(text)
    name = _plain(match[1]) if match else ""
    if match is None or not name.strip("!"):
        return "", ""
    glued = _GLUED.fullmatch(name)
    return (glued[1], f"{glued[2]} {match[2]}") if glued else (name, match[2].strip())


def _plain(name: str) -> str:
    seen = "".join(char for char in name[:40] if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", seen).lower()


def answer_in(ctx: Context, call: Call) -> tuple[Question, list[str], str] | None:
    """Return the Question of a `!답 N …`, the asker lines that it answers, and the answer; None if the line is no such thing.

    Who waits is answered; where nobody does any more, who was answered by another viewer a moment ago: the two may disagree.
    """
    name, rest = parsed(call.text)
    if name not in ("답", "answer") or (match := _NUMBERED.fullmatch(rest)) is None or not match[2].strip():
        return None
    question = next((q for q in ctx.state.questions.values() if q.number == int(match[1])), None)
    if question is None:
        return None
    others = [asker for asker in question.askers if asker.author != call.author]
    waiting = [asker.line for asker in others if asker.state == "waiting"]
    lately = [a.line for a in others if a.resolution == "peer" and a.settled is not None and ctx.now - a.settled <= STILL_OPEN]
    return (question, waiting or lately, match[2].strip()) if waiting or lately else None


Values = Mapping[str, str | int | float]


def reply(
    ctx: Context,
    call: Call,
    viewer: Viewer,
    wording: str,
    values: Values = NONE,
    about: posts.About = posts.NOBODY,
    *,
    always: bool = False,
) -> None:
    """Answer a command in the chat, within the limits; `always`: one viewer's gap does not hold it back. `about`: who else is named."""
    mode, limits, state = ctx.settings.ladder.mode.reply, ctx.settings.limits, ctx.state
    state.replies = [at for at in state.replies if at > ctx.now - MINUTE]
    soon = viewer.last_reply is not None and ctx.now - viewer.last_reply < limits.viewer_gap and not always
    if mode == "off" or soon or len(state.replies) >= limits.replies_per_minute or not posts.may_post(ctx):
        return
    viewer.last_reply = ctx.now
    state.replies.append(ctx.now)
    lang = call.lang if call.lang in ("ko", "en") else ctx.settings.lang
    named: dict[str, str | int | float] = {"name": ctx.called(viewer.name), **values}
    decision = ctx.decide(
        "reply",
        Reason.of("reply.command", name=viewer.name, command=parsed(call.text)[0]),
        message=call.line or None,
        text=ctx.words.post(wording, lang, named, 500),
        held=mode == "approve",
    )
    if mode == "auto":
        about = posts.About((*([call.author] if viewer.name else ()), *about.people), "", about.lines)
        posts.post(ctx, decision, wording, named, {call.channel: call.line or None}, None, lang, about, counted=False)


# where questions stand


def _mine(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    question, asker = _last_asked(ctx, viewer)
    if question is None or asker is None:
        reply(ctx, call, viewer, "mine.none")
        return
    page = ctx.settings.help_page
    asked: Values = {
        "number": question.number,
        "question": _short(asker.text) if posts.quotable(ctx, asker.text) else posts.NOT_QUOTED,
        "link": f"{page}?q={question.number}" if page else "",
    }
    if asker.state == "waiting":
        ahead = sorted((q.since, q.number) for q in ctx.state.questions.values() if q.since is not None)
        place = next(i for i, (_, number) in enumerate(ahead, 1) if number == question.number)
        minutes = max(1, round((ctx.now - asker.time) / 60))
        counts = {"place": place, "minutes": minutes, "people": question.people()}
        reply(ctx, call, viewer, "mine.waiting", {**asked, **counts}, posts.About(lines=(asker.line,)))
    elif asker.state != "answered":
        reply(ctx, call, viewer, "mine.closed", asked, posts.About(lines=(asker.line,)))
    else:
        _tell_answer(ctx, call, viewer, question, asker, asked)


def _tell_answer(ctx: Context, call: Call, viewer: Viewer, question: Question, asker: Asker, asked: Values) -> None:
    candidate = next((c for c in question.candidates if c.message == asker.by and c.side == "viewer" and c.text), None)
    entry = ctx.matcher.entry(asker.by or "") if asker.resolution in ("faq", "staff") else None
    if candidate is not None:
        helper = ctx.state.viewers.get(candidate.author)
        named = helper is not None and not helper.quiet and not helper.banned
        more: Values = {"helper": ctx.called(candidate.name) if named else "", "time": _ago(ctx, asker)}
        about = posts.About((candidate.author,), "", (asker.line, candidate.message))
        reply(ctx, call, viewer, "mine.peer" if named else "mine.somebody", {**asked, **more}, about)
    elif entry is not None:
        reply(ctx, call, viewer, "mine.faq", {**asked, "answer": entry.answer}, posts.About(lines=(asker.line,)))
    else:
        reply(ctx, call, viewer, "mine.host", {**asked, "time": _ago(ctx, asker)}, posts.About(lines=(asker.line,)))


def _ago(ctx: Context, asker: Asker) -> int:
    return max(1, round((ctx.now - (asker.settled or ctx.now)) / 60))


def _last_asked(ctx: Context, viewer: Viewer) -> tuple[Question | None, Asker | None]:
    return (ctx.question_of(viewer.last_ask), ctx.asker_of(viewer.last_ask)) if viewer.last_ask else (None, None)


def _open(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    waiting = sorted((q for q in ctx.state.questions.values() if q.since is not None and not q.personal), key=lambda q: q.since or 0.0)
    if not waiting:
        reply(ctx, call, viewer, "open.none")
        return
    listed = " · ".join(f"{q.number}) {_short(posts.quoted(ctx, q))}" for q in waiting[:LISTED])
    about = posts.About(lines=tuple(posts.quoted_line(ctx, q) for q in waiting[:LISTED]))
    reply(ctx, call, viewer, "open.list", {"questions": listed, "count": len(waiting), "first": waiting[0].number}, about)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"


def _answered_nothing(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    """A `!답` that found its question never comes here."""
    match = _NUMBERED.fullmatch(rest)
    if match is None or not match[2].strip():
        reply(ctx, call, viewer, "answer.how")
    else:
        reply(ctx, call, viewer, "answer.none", {"number": int(match[1])})


# who helps


def _score(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    score = recognition.score_of(ctx, ctx.accounts(call.author))
    trust = ctx.trust(call.author)
    badges = ", ".join(viewer.regular.badges) if viewer.regular else ""
    counts = {"accepted": round(trust.accepted), "rejected": round(trust.rejected), "visits": trust.visits + 1, "months": trust.months}
    values: Values = {"score": f"{score:g}", "trust": round(100 * trust.value), "badges": badges, **counts}
    reply(ctx, call, viewer, "score.badges" if badges else "score", values)


def _helpers(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    helpers = [helper for helper in recognition.helpers(ctx) if not helper.quiet][:LISTED]
    names = " · ".join(f"{ctx.called(helper.name)} {helper.credit:g}" for helper in helpers)
    about = posts.About(tuple(key for helper in helpers for key in ctx.accounts(helper.author)))
    reply(ctx, call, viewer, "helpers.list" if helpers else "helpers.none", {"names": names}, about)


# who wants something kept differently


def _stop(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    quiet.quieten(ctx, call.author)
    reply(ctx, call, viewer, "stop", always=True)


def _data(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    trust = ctx.trust(call.author)
    accounts = ctx.accounts(call.author)
    regulars = [one.regular for account in accounts if (one := ctx.state.viewers.get(account)) and one.regular]
    values: Values = {
        "visits": trust.visits + 1,
        "months": trust.months,
        "orders": trust.orders,
        "products": len({product for regular in regulars for product in regular.bought}),
        "accepted": round(trust.accepted),
        "rejected": round(trust.rejected),
        "badges": len({badge for regular in regulars for badge in regular.badges}),
        "accounts": len(accounts) - 1,
        "missed": sum(len(ctx.state.missed.get(account, ())) for account in accounts),
        "lines": sum(one.lines for account in accounts if (one := ctx.state.viewers.get(account))),
    }
    reply(ctx, call, viewer, "data_quiet" if viewer.quiet else "data", values)


def _delete(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    said = "deleted_quiet" if viewer.quiet else "deleted_you"
    reply(ctx, Call("", call.author, call.channel, call.text, call.lang), Viewer("", ctx.now, ctx.now), said, always=True)
    forget(ctx, call.author)


def _me(ctx: Context, call: Call, viewer: Viewer, rest: str) -> None:
    """`!나야` gives a code; `!나야 CODE` on the other account names it; the same on the first account again links the two."""
    state = ctx.state
    state.claims = {code: claim for code, claim in state.claims.items() if ctx.now - claim.time < CODE_FOR}
    code = rest.strip().lower()
    claim = state.claims.get(code)
    if not code:
        code = _new_code(ctx)
        state.claims[code] = Claim(call.author, ctx.now)
        reply(ctx, call, viewer, "me.code", {"code": code}, always=True)
    elif claim is None:
        reply(ctx, call, viewer, "me.unknown")
    elif claim.owner != call.author:
        if not claim.by:
            claim.by = call.author
            reply(ctx, call, viewer, "me.named", {"code": code}, always=True)
    elif claim.by:
        del state.claims[code]
        link(ctx, claim.owner, claim.by)
        other = state.viewers.get(claim.by)
        reply(ctx, call, viewer, "me.linked", {"other": ctx.called(other.name) if other else ""}, posts.About((claim.by,)), always=True)


def _new_code(ctx: Context) -> str:
    """Return a short code: the same events give the same one, and no two that are good at a time are alike."""
    number = int(ctx.serial("").strip() or 0)
    code = f"{(number * 7919 + 1234) % 9000 + 1000}"
    while code in ctx.state.claims:
        code = f"{int(code) % 9000 + 1001}"
    return code


def link(ctx: Context, one: str, other: str) -> None:
    """Let two accounts be one person; what each was linked with belongs to it too, and who opted out with one did with all."""
    viewers = ctx.state.viewers
    if one == other or one not in viewers or other not in viewers:
        return
    accounts = list(dict.fromkeys([*ctx.accounts(one), *ctx.accounts(other)]))
    for account in accounts:
        viewer = viewers.get(account)
        if viewer is not None:
            regular_of(viewer).linked = [another for another in accounts if another != account]
            viewer.former = None
    if any(quiet.is_marked(ctx, account) or (account in viewers and viewers[account].quiet) for account in accounts):
        quiet.quieten(ctx, one)


Command = Callable[[Context, Call, Viewer, str], None]
_NAMES: tuple[tuple[Command, str, str], ...] = (
    (_mine, "내질문", "myq"),
    (_open, "질문", "open"),
    (_answered_nothing, "답", "answer"),
    (_score, "도움", "score"),
    (_helpers, "도움왕", "helpers"),
    (_stop, "그만", "stop"),
    (_data, "내정보", "mydata"),
    (_delete, "삭제", "deleteme"),
    (_me, "나야", "me"),
)
COMMANDS: dict[str, Command] = {name: command for command, *names in _NAMES for name in names}
