"""Linking: which Question does a line ask, which asker lines does a line answer, whom does a thanks thank.

Gathers the candidates and what stands around the line; the comparing itself is the matcher's. Functions of a Context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from livebot.core.context import Context
from livebot.core.matcher import Asked, Hit, Said, Score
from livebot.core.questions import Question
from livebot.core.reader import LineReading

RECENT = 60  # asker lines looked at for every answering line, newest first
RECALLED = 20  # more of them, found by what they say
SCANNED = 400  # how far back an addressed name is looked for
ANSWERED_HORIZON = 90.0
SAME_RECALLED = 24
SAME_RECENT = 12


def candidates(ctx: Context, reading: LineReading, author: str, reply_to: str | None) -> list[Asked]:
    """Return the asker lines that a line by `author` may answer, newest first."""
    state = ctx.state
    recalled = dict.fromkeys(ctx.matcher.recall(reading, (), RECALLED))
    found: list[Asked] = []
    recent = 0
    for lines_since, line in enumerate(reversed(state.of_line)):
        if lines_since >= SCANNED or (recent >= RECENT and not recalled and not reading.names and not reply_to):
            break
        wanted = recent < RECENT or line in recalled or line == reply_to
        if not wanted and not reading.names:
            continue
        question = state.questions.get(state.of_line[line])
        asker = next((a for a in question.askers if a.line == line), None) if question else None
        if question is None or asker is None or asker.author == author or asker.state in ("dismissed", "expired"):
            continue
        if asker.state == "answered" and (asker.settled is None or state.now - asker.settled > ANSWERED_HORIZON):
            continue
        if not wanted and not any(name in ctx.read(asker.name).folded for name in reading.names):
            continue
        recent += 1
        recalled.pop(line, None)
        found.append(ctx.asked(asker, question, lines_since))
    for line in recalled:
        question, asker = ctx.question_of(line), ctx.asker_of(line)
        if question and asker and asker.state == "waiting" and asker.author != author:
            found.append(ctx.asked(asker, question, SCANNED))
    return found


def answered_by(ctx: Context, said: Said, asked: Sequence[Asked]) -> list[tuple[Asked, Score]]:
    """Return the asker lines with their scores, best first, also those below the threshold."""
    if not asked:
        return []
    scores = ctx.matcher.answers(said, asked)
    ranked = sorted(scores, key=lambda score: (-score.score, score.index))
    return [(asked[score.index], replace(score, score=round(score.score, 4))) for score in ranked]


def joins(ctx: Context, reading: LineReading, faq: Sequence[Hit], product: str | None, author: str) -> tuple[Question | None, float, float]:
    """Return the Question that a question line repeats (or None), how surely, and how close the author's own earlier lines are."""
    state = ctx.state
    lines = dict.fromkeys(ctx.matcher.recall(reading, faq, SAME_RECALLED))
    for count, line in enumerate(reversed(state.of_line)):
        if count >= SAME_RECENT:
            break
        lines.setdefault(line)
    viewer = state.viewers.get(author)
    if viewer and viewer.last_ask:
        lines.setdefault(viewer.last_ask)
    asked: list[Asked] = []
    for line in lines:
        question, asker = ctx.question_of(line), ctx.asker_of(line)
        if question and asker and asker.state != "dismissed":
            asked.append(replace(ctx.asked(asker, question), own=asker.author == author))
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
