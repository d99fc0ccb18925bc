"""Linking: which Question does a line ask, which asker lines does a line answer, whom does a thanks thank.

Gathers the candidates and what stands around the line; the comparing itself is the matcher's. Functions of a Context.
"""

from __future__ import annotations

from collections.abc import Sequence

from livebot.core.context import Context
from livebot.core.matcher import Asked, Hit, Said, Score
from livebot.core.questions import Asker, Question
from livebot.core.reader import LineReading

RECENT = 60  # asker lines looked at for every answering line, newest first
RECALLED = 20  # more of them, found by what they say
SCANNED = 400  # how far back an addressed name is looked for
ANSWERED_HORIZON = 90.0
SAME_RECALLED = 24
SAME_RECENT = 12


def candidates(ctx: Context, reading: LineReading, author: str, reply_to: str | None) -> list[Asked]:
    """Return the asker lines that a line by `author` may answer, newest first, and after them older ones that are recalled."""
    recalled = ctx.matcher.recall(reading, (), RECALLED)
    found: list[tuple[Asker, int]] = []
    seen = 0
    for asker in ctx.askers.newest(SCANNED):
        if len(found) >= RECENT:
            break
        if asker.author != author and _answerable(asker, ctx.now):
            found.append((asker, seen))
        seen += 1
    wanted = recalled if reply_to is None else [*recalled, reply_to]
    far = {since for line in wanted if (since := ctx.askers.since(line)) is not None and seen <= since < SCANNED}
    far |= _addressed(ctx, reading.names, seen)
    older = [(since, asker) for since in sorted(far) for asker in ctx.askers.between(since, since + 1)]
    found += [(asker, since) for since, asker in older if asker.author != author and _answerable(asker, ctx.now)]
    oldest = [old for line in recalled if (ctx.askers.since(line) or 0) >= SCANNED and (old := ctx.asker_of(line))]
    found += [(old, SCANNED) for old in oldest if old.state == "waiting" and old.author != author]
    return ctx.asked(found, author)


def _addressed(ctx: Context, names: Sequence[str], first: int) -> set[int]:
    """Return where, from the `first` on and newest first, the asker lines of those stand whose names hold one of `names`."""
    if not names or first >= SCANNED:
        return set()
    known = [ctx.reader.fold(asker.name) for asker in ctx.askers.between(first, SCANNED)]
    there = "\n".join(known)
    called = [name for name in names if name in there]
    return {place for place, name in enumerate(known, first) if any(some in name for some in called)} if called else set()


def _answerable(asker: Asker, now: float) -> bool:
    """Whether an asker line waits, or was answered so lately that more may be said to it."""
    if asker.state == "waiting":
        return True
    return asker.state == "answered" and asker.settled is not None and now - asker.settled <= ANSWERED_HORIZON


def answered_by(ctx: Context, said: Said, asked: Sequence[Asked]) -> list[tuple[Asked, Score]]:
    """Return the asker lines with their scores, best first, also those below the threshold."""
    if not asked:
        return []
    ranked = sorted(ctx.matcher.answers(said, asked), key=lambda score: (-score.score, score.index))
    return [(asked[found.index], Score(found.index, round(found.score, 4), found.signals)) for found in ranked]


def joins(ctx: Context, reading: LineReading, faq: Sequence[Hit], product: str | None, author: str) -> tuple[Question | None, float, float]:
    """Return the Question that a question line repeats (or None), how surely, and how close the author's own earlier lines are."""
    state = ctx.state
    lines = dict.fromkeys(ctx.matcher.recall(reading, faq, SAME_RECALLED))
    lines |= dict.fromkeys(asker.line for asker in ctx.askers.newest(SAME_RECENT))
    viewer = state.viewers.get(author)
    if viewer and viewer.last_ask:
        lines.setdefault(viewer.last_ask)
    found = [(asker, 0) for line in lines if (asker := ctx.asker_of(line)) and asker.state != "dismissed"]
    asked = ctx.asked(found, author)
    if not asked:
        return None, 0.0, 0.0
    by_question: dict[str, list[float]] = {}
    own = 0.0
    for score in ctx.matcher.same(reading, faq, product, asked):
        other = asked[score.index]
        value = round(score.score, 4)
        by_question.setdefault(other.question, []).append(value)
        if other.own:
            own = max(own, value)
    question_id, best = max(((key, round(_agreed(values), 4)) for key, values in by_question.items()), key=lambda item: item[1])
    joined = state.questions[question_id] if best >= ctx.settings.match.same else None
    return joined, best, own


def _agreed(values: Sequence[float]) -> float:
    """Return the mean of the two best: one line that is alike by chance brings no other into its Question."""
    best = sorted(values, reverse=True)[:2]
    return sum(best) / len(best)
