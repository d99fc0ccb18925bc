"""The show ends: each asker line is looked at once more, so that what is left for following up is what was really missed.

While the show ran, each line was judged by what was known then. Now everything is known: what its asker did since, whether others who asked
the same wait too, how surely it asked anything. Functions of a Context.
"""

from __future__ import annotations

from livebot.core import track
from livebot.core.context import Context
from livebot.core.decisions import Reason
from livebot.core.matcher import Past, Side
from livebot.core.questions import RESOLUTION_OF, Asker, Question

MISSED_FROM = 0.25  # the follow-up list would rather hold a line too many: of those at this bound one in four was missed
STANDS_FROM = 0.9  # an answer as sure as this is doubted by nothing that came after it
_SIDES: dict[str, Side] = {resolution: side for side, resolution in RESOLUTION_OF.items()}


def look_back(ctx: Context) -> None:
    """Settle the lines that were hardly missed, and open again those that were hardly answered; nobody's trust hangs on it."""
    for question in list(ctx.state.questions.values()):
        waiting = len(question.waiting)
        unsure = [asker for asker in question.askers if _is_unsure(asker)]
        for past, asker in [(_past(ctx, question, asker, waiting), asker) for asker in unsure]:
            chance = ctx.matcher.missed(past)
            if asker.state == "waiting" and chance < MISSED_FROM and not (question.complaint or question.personal):
                _settle(ctx, question, asker, round(1.0 - chance, 4))
            elif asker.state == "answered" and chance >= MISSED_FROM and past.best < STANDS_FROM and not past.accepted:
                track.reopen(ctx, question, [asker], Reason.of("reopen.doubtful", score=round(chance, 4)), blame=False)


def _is_unsure(asker: Asker) -> bool:
    """Whether nobody has the last word on a line yet: not staff, the FAQ, or who took it away."""
    return bool(asker.text) and not asker.kept and (asker.state == "waiting" or asker.resolution in _SIDES)


def _settle(ctx: Context, question: Question, asker: Asker, score: float) -> None:
    """Settle a line by the surest answer that reached it; where none did, hardly anything was asked."""
    reached = [candidate for candidate in question.candidates if asker.line in candidate.lines and candidate.state != "retracted"]
    if reached:
        best = max(reached, key=lambda candidate: (candidate.score, candidate.time))
        track.resolve(ctx, question, [asker], RESOLUTION_OF[best.side], Reason.of("resolve.after_all", score=score), message=best.message)
    else:
        asker.unasked = True
        track.resolve(ctx, question, [asker], "dismissed", Reason.of("resolve.unasked", score=score))


def _past(ctx: Context, question: Question, asker: Asker, waiting: int) -> Past:
    viewer = ctx.state.viewers.get(asker.author)
    answers = [candidate for candidate in question.candidates if asker.line in candidate.lines]
    others = len(question.askers) - 1
    return Past(
        line=asker.line,
        reading=ctx.read(asker.text),
        age=ctx.now - asker.time,
        settled=_settled_by(asker),
        faq=question.faq[0].score if question.faq else 0.5,
        answers=len(answers),
        best=max((answer.score for answer in answers), default=0.0),
        accepted=any(answer.accepted or answer.credited > 0.0 for answer in answers),
        rejected=any(answer.rejected for answer in answers),
        thanked=asker.thanked,
        chased=asker.chased,
        again=viewer is not None and viewer.last_ask != asker.line,
        spoke=viewer.lines - asker.nth if viewer else 0,
        others=others,
        others_wait=(waiting - (asker.state == "waiting")) / others if others else 0.5,
    )


def _settled_by(asker: Asker) -> str:
    if asker.state != "answered":
        return ""
    return _SIDES[asker.resolution or ""] if asker.by else "nobody"
