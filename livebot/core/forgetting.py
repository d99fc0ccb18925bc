"""Taking a person out of a show that runs: what the core has in mind of them goes, and the shell is told to do the same everywhere.

Of their lines only id and time are left, so that the others' lines still hang together; from these their name is cut out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain

from livebot.core import track, unsaid
from livebot.core.context import Context, platform_of
from livebot.core.decisions import Forget, Reason
from livebot.core.names import naming
from livebot.core.questions import Asker, Candidate, Handoff, Line, Missed, Question

GONE = "deleted"


def forget(ctx: Context, key: str) -> None:
    """Forget a person by all their accounts; an account that is not known is forgotten wherever else it is kept."""
    accounts = ctx.accounts(key)
    named = naming(set(_names(ctx, accounts)))
    _take_back(ctx, accounts, named)
    for account in accounts:
        _forget_account(ctx, account)
    _cut_out(ctx, named)
    ctx.reader.forget(frozenset(_texts_left(ctx)))
    ctx.matcher.forget_texts()


def _names(ctx: Context, accounts: Collection[str]) -> Iterator[str]:
    """Yield the names under which a person was seen."""
    state = ctx.state
    yield from (viewer.name for key, viewer in state.viewers.items() if key in accounts)
    yield from (line.name for line in state.lines.values() if line.author in accounts)
    for question in state.questions.values():
        yield from (part.name for part in _parts(question) if part.author in accounts)


def _take_back(ctx: Context, accounts: Collection[str], named: re.Pattern[str]) -> None:
    """Let nothing go out any more that names them or quotes a line of theirs or one that names them."""
    state = ctx.state
    said: list[tuple[str, str, str]] = [(line.id, line.author, line.text) for line in state.lines.values()]
    for question in state.questions.values():
        said += [(asker.line, asker.author, asker.text) for asker in question.askers]
        said += [(candidate.message, candidate.author, candidate.text) for candidate in question.candidates]
    unsaid.take_back(ctx, accounts, {line for line, author, text in said if author in accounts or named.search(text)}, named)


def _parts(question: Question) -> list[Asker | Candidate]:
    return [*question.askers, *question.candidates]


def _cut_out(ctx: Context, named: re.Pattern[str]) -> None:
    """Take a person's name out of what others wrote and will be looked at again."""
    state = ctx.state
    for question in state.questions.values():
        changed = [part for part in _parts(question) if named.search(part.text)]
        for part in changed:
            part.text = named.sub("", part.text)
        if changed or named.search(f"{question.text}\n{question.note}"):
            question.text, question.note = named.sub("", question.text), named.sub("", question.note)
            ctx.touch(question)
    others: list[Line | Handoff | Missed] = [*state.lines.values(), *state.handoffs, *chain(*state.missed.values())]
    for kept in others:
        kept.text = named.sub("", kept.text)


def _texts_left(ctx: Context) -> Iterator[str]:
    """Yield what others wrote that will be looked at again; what is forgotten was taken out of it before."""
    for question in ctx.state.questions.values():
        yield from (asker.text for asker in question.askers)
        yield from (candidate.text for candidate in question.candidates)
    yield from (line.text for line in ctx.state.lines.values())


def _forget_account(ctx: Context, key: str) -> None:
    platform, _, identity = key.partition(":")
    ctx.out.append(Forget(ctx.serial("g"), ctx.now, platform, identity))
    ctx.state.viewers.pop(key, None)
    gone = f"{platform_of(key)}:{GONE}"
    for question in list(ctx.state.questions.values()):
        _forget_in(ctx, question, key, gone)
    state = ctx.state
    for line in [line for line in state.lines.values() if line.author == key]:
        del state.lines[line.id]
    state.previous.pop(key, None)
    state.missed.pop(key, None)
    state.handoffs = [handoff for handoff in state.handoffs if handoff.author != key]
    state.claims = {code: claim for code, claim in state.claims.items() if key not in (claim.owner, claim.by)}
    ctx.known_names = {seen: owner for seen, owner in ctx.known_names.items() if owner != key}
    for other in state.viewers.values():
        if other.regular is not None:
            other.regular.helped.pop(key, None)
            if key in other.regular.linked:
                other.regular.linked.remove(key)


def _forget_in(ctx: Context, question: Question, key: str, gone: str) -> None:
    question.nudged = [one for one in question.nudged if one != key]
    theirs = [asker for asker in question.askers if asker.author == key]
    answers = [candidate for candidate in question.candidates if candidate.author == key]
    if not theirs and not answers:
        return
    waiting = [asker for asker in theirs if asker.state == "waiting"]
    track.resolve(ctx, question, waiting, "dismissed", Reason.of("forgotten"))
    for candidate in answers:
        if candidate.state in ("boosted", "held"):
            candidate.said = False  # nothing is wrong with the answer: it is only not shown any more
            track.take_off(ctx, question, candidate, Reason.of("forgotten"))
        candidate.state, candidate.due = "retracted", None
        candidate.author, candidate.name, candidate.text = gone, "", ""
    for asker in theirs:
        ctx.matcher.forget(asker.line)
        asker.author, asker.name, asker.text = gone, "", ""
    left = next((asker.text for asker in question.askers if asker.text), "")
    question.text = question.askers[0].text or left
    if all(asker.author == gone for asker in question.askers):
        question.note = ""  # it is about them
    ctx.touch(question)
