"""Who wants to be left alone: neither nudged nor named, from now on and for ever, also when nothing else is kept of them.

What is kept for that is a mark of each account: a keyed hash, from which neither name nor id can be read. Whoever was let go, deleted or
not seen for years is known by it again. The key is the store's. Functions of a Context.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection

from livebot.core import unsaid
from livebot.core.context import Context
from livebot.core.decisions import Quiet
from livebot.core.questions import Viewer


def mark_of(mark_key: str, key: str) -> str:
    """Return the mark of an account (`platform:id`): HMAC-SHA256 under the store's key, as hex."""
    return hmac.new(mark_key.encode(), key.encode("utf-8", "replace"), "sha256").hexdigest()


def quieten(ctx: Context, key: str) -> None:
    """Leave a person alone, by all their accounts."""
    accounts = ctx.accounts(key)
    for account in accounts:
        _set(ctx, account, True)
        viewer = ctx.state.viewers.get(account)
        if viewer is not None:
            viewer.quiet, viewer.former = True, None
    unsaid.take_back(ctx, people=accounts)
    touch_answers(ctx, set(accounts))


def restore(ctx: Context, account: str, viewer: Viewer, quiet: bool) -> None:
    """Undo for one account what was tapped by mistake."""
    viewer.quiet = quiet
    if quiet is not is_marked(ctx, account):
        _set(ctx, account, quiet)


def recall(ctx: Context, account: str, viewer: Viewer) -> None:
    """Know somebody again who comes back after they were let go or deleted."""
    viewer.quiet = viewer.quiet or is_marked(ctx, account)


def is_marked(ctx: Context, account: str) -> bool:
    """Whether this account is to be left alone."""
    return ctx.state.quiet.get(mark_of(ctx.state.mark_key, account), False)


def touch_answers(ctx: Context, theirs: Collection[str]) -> None:
    """Let the questions that these accounts gave answers to be looked at again."""
    for question in ctx.state.questions.values():
        if any(candidate.author in theirs for candidate in question.candidates):
            ctx.touch(question)


def _set(ctx: Context, account: str, quiet: bool) -> None:
    mark = mark_of(ctx.state.mark_key, account)
    if quiet:
        ctx.state.quiet[mark] = True
    else:
        ctx.state.quiet.pop(mark, None)
    ctx.out.append(Quiet(ctx.serial("o"), ctx.now, mark, quiet))
