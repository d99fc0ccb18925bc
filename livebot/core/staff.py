"""What staff and the host do at the desk and the board. Each action is one row of `ACTIONS`.

| action      | question | message | values            | what it does |
| ----------- | -------- | ------- | ----------------- | ------------ |
| approve     | yes      |         | decision          | a held boost, FAQ post or nudge is carried out |
| reject      | yes      | yes     | decision          | a held or boosted answer is refused (retracted where it was out) |
| answered    | yes      |         | voice (bool)      | the host or staff answered it: all waiting lines are resolved |
| dismiss     | yes      |         |                   | nobody needs to answer this |
| reopen      | yes      |         |                   | undo: what was answered or dismissed within the last minute waits again |
| boost       | yes      | yes     | text              | this answer is carried further now |
| post_faq    | yes      |         | faq, text         | this entry (or the wording given) is posted now |
| to_host     | yes      |         |                   | on the board now |
| later       | yes      |         |                   | off the board until it is due again |
| note        | yes      |         | text              | a note for colleagues |
| claim       | yes      |         |                   | "I am answering this" |
| relink      |          | yes     | answers (list)    | that line answers these asker lines, and no others |
| merge       | yes      |         | into              | this Question is the same as `into` |
| split       | yes      |         | askers (list)     | these asker lines are a Question of their own |
| stop        |          |         |                   | nothing is posted any more |
| resume      |          |         |                   | posting goes on |
"""

from __future__ import annotations

from collections.abc import Callable

from livebot.core import policy, posts, track
from livebot.core.context import Context
from livebot.core.decisions import Reason, ResolutionKind
from livebot.core.events import StaffAction
from livebot.core.questions import RESOLUTION_OF, Asker, Candidate, Question

UNDO = 60.0


def act(ctx: Context, event: StaffAction) -> None:
    """Do what staff did; an action that names something unknown is ignored (it may have gone in the meantime)."""
    row = ACTIONS.get(event.action)
    if row:
        row(ctx, event, ctx.state.questions.get(event.question or ""))


def _candidate(question: Question, message: str | None, decision: object = None) -> Candidate | None:
    return next((c for c in question.candidates if c.message == message or (decision and c.decision == decision)), None)


def _approve(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question is None:
        return
    decision = str(event.values.get("decision") or "")
    candidate = _candidate(question, event.message, decision)
    step = question.held.pop(decision, None)
    if candidate and candidate.state == "held":
        policy.boost(ctx, question, candidate, held=False, reason=Reason.of("staff.approved", by=event.by))
    elif step == "post_faq" and question.faq:
        policy.post_faq(ctx, question, question.faq[0].faq_id, held=False, reason=Reason.of("staff.approved", by=event.by))
    elif step == "nudge":
        lang, values = ctx.lang_of(question), {"question": question.text}
        made = ctx.decide(
            "nudge", Reason.of("staff.approved", by=event.by), question=question, text=ctx.words.post("nudge", lang, values, 500)
        )
        channels: dict[str, str | None] = dict.fromkeys(posts.waiting_channels(question))
        posts.post(ctx, made, "nudge", values, channels, question, lang)
    ctx.touch(question)


def _reject(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question is None:
        return
    question.held.pop(str(event.values.get("decision") or ""), None)
    candidate = _candidate(question, event.message, event.values.get("decision"))
    if candidate:
        viewer = ctx.state.viewers.get(candidate.author)
        if viewer and not candidate.rejected:
            viewer.rejected += 1
        track.retract(ctx, question, candidate, Reason.of("staff.rejected", by=event.by))
    ctx.touch(question)


def _answered(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question:
        kind: ResolutionKind = "host_voice" if event.values.get("voice") else "staff"
        track.resolve(ctx, question, question.waiting, kind, Reason.of("staff.answered", by=event.by))
        track.moot(question)


def _dismiss(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question:
        track.resolve(ctx, question, question.waiting, "dismissed", Reason.of("staff.dismissed", by=event.by))


def _reopen(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question is None:
        return
    last = max((a.settled for a in question.askers if a.settled is not None), default=None)
    if last is not None and ctx.now - last <= UNDO:
        back = [a for a in question.askers if a.settled == last]
        track.reopen(ctx, question, back, Reason.of("staff.reopened", by=event.by))


def _boost(ctx: Context, event: StaffAction, question: Question | None) -> None:
    candidate = _candidate(question, event.message) if question else None
    if question is None or candidate is None:
        return
    text = event.values.get("text")
    if isinstance(text, str) and text.strip():
        candidate.text = text.strip()
    waiting = [a for a in question.askers if a.line in candidate.lines] or question.waiting
    track.resolve(ctx, question, waiting, "peer", Reason.of("staff.approved", by=event.by), message=candidate.message)
    policy.boost(ctx, question, candidate, held=False, reason=Reason.of("staff.approved", by=event.by))


def _post_faq(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question:
        text = event.values.get("text")
        faq_id = str(event.values.get("faq") or (question.faq[0].faq_id if question.faq else ""))
        policy.post_faq(
            ctx,
            question,
            faq_id,
            held=False,
            reason=Reason.of("staff.approved", by=event.by),
            answer=text.strip() if isinstance(text, str) and text.strip() else None,
        )


def _to_host(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question:
        question.done["board"] = ctx.now
        ctx.decide("escalate", Reason.of("staff.to_host", by=event.by), question=question, to="board")


def _later(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question and question.since is not None:
        question.done["later"] = ctx.now
        ctx.touch(question)


def _note(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question:
        question.note = str(event.values.get("text") or "")[:500]
        ctx.touch(question)


def _claim(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question:
        question.claimed_by = event.by if question.claimed_by != event.by else ""
        ctx.touch(question)


def _relink(ctx: Context, event: StaffAction, question: Question | None) -> None:
    line = ctx.state.lines.get(event.message or "")
    wanted = event.values.get("answers")
    if line is None or not isinstance(wanted, list):
        return
    answers = tuple(str(w) for w in wanted if ctx.asker_of(str(w)))
    for old in line.answers:
        asker, of = ctx.asker_of(old), ctx.question_of(old)
        if old not in answers and asker and of and asker.by == line.id:
            track.reopen(ctx, of, [asker], Reason.of("staff.relinked", by=event.by), line.id)
    line.answers = list(answers)
    ctx.decide("relink", Reason.of("staff.relinked", by=event.by), message=line.id, answers=answers)
    resolution = RESOLUTION_OF[line.side]
    for answered in answers:
        asker, of = ctx.asker_of(answered), ctx.question_of(answered)
        if asker and of:
            track.resolve(ctx, of, [asker], resolution, Reason.of("staff.relinked", by=event.by), message=line.id)


def _merge(ctx: Context, event: StaffAction, question: Question | None) -> None:
    into = ctx.state.questions.get(str(event.values.get("into") or ""))
    if question is None or into is None or into is question:
        return
    moved = tuple(a.line for a in question.askers)
    into.askers = sorted([*into.askers, *question.askers], key=lambda a: a.time)
    into.candidates.extend(question.candidates)
    for line in moved:
        ctx.state.of_line[line] = into.id
    del ctx.state.questions[question.id]
    ctx.decide("merge", Reason.of("staff.merged", by=event.by), question=into, message=question.id, askers=moved)


def _split(ctx: Context, event: StaffAction, question: Question | None) -> None:
    wanted = event.values.get("askers")
    if question is None or not isinstance(wanted, list):
        return
    out: list[Asker] = [a for a in question.askers if a.line in wanted]
    if not out or len(out) == len(question.askers):
        return
    question.askers = [a for a in question.askers if a not in out]
    first = out[0]
    reading = ctx.read(first.text)
    new = Question(
        id=first.line,
        text=first.text,
        lang=reading.lang,
        product=question.product,
        topics=list(reading.topics),
        askers=out,
        faq=list(ctx.matcher.faq(reading, question.product)),
    )
    if question.id == new.id:  # the first line leaves: the rest is known by its own first line
        question.id = question.askers[0].line
        ctx.state.questions[question.id] = question
        for asker in question.askers:
            ctx.state.of_line[asker.line] = question.id
        question.text = question.askers[0].text
        ctx.touch(question)
    ctx.state.questions[new.id] = new
    for asker in out:
        ctx.state.of_line[asker.line] = new.id
    ctx.decide("split", Reason.of("staff.split", by=event.by), question=new, askers=tuple(a.line for a in out))


def _stop(ctx: Context, event: StaffAction, question: Question | None) -> None:
    ctx.state.stopped = True


def _resume(ctx: Context, event: StaffAction, question: Question | None) -> None:
    ctx.state.stopped = False


ACTIONS: dict[str, Callable[[Context, StaffAction, Question | None], None]] = {
    "approve": _approve,
    "reject": _reject,
    "answered": _answered,
    "dismiss": _dismiss,
    "reopen": _reopen,
    "boost": _boost,
    "post_faq": _post_faq,
    "to_host": _to_host,
    "later": _later,
    "note": _note,
    "claim": _claim,
    "relink": _relink,
    "merge": _merge,
    "split": _split,
    "stop": _stop,
    "resume": _resume,
}
