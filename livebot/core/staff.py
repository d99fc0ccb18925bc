"""What staff and the host do at the desk and the board. Each action is one row of `ACTIONS`.

| action      | question | message | values            | what it does |
| ----------- | -------- | ------- | ----------------- | ------------ |
| approve     | yes      |         | decision          | a held boost, FAQ post or nudge is carried out |
| reject      | yes      | yes     | decision          | a held or boosted answer is wrong: refused, retracted where it was out |
| take_back   | yes      | yes     |                   | undo of boost and approve: carried no further, nobody is blamed |
| answered    | yes      |         | voice (bool)      | the host or staff answered it: all waiting lines are resolved |
| dismiss     | yes      |         |                   | nobody needs to answer this |
| reopen      | yes      |         |                   | undo: what was answered or dismissed within the last minute waits again |
| boost       | yes      | yes     | text              | this answer is carried further now; in another wording it is staff's |
| post_faq    | yes      |         | faq, text         | this entry is posted now; in another wording it is staff's answer |
| to_host     | yes      |         |                   | on the board now |
| later       | yes      |         |                   | off the board until it is due again |
| note        | yes      |         | text              | a note for colleagues |
| claim       | yes      |         |                   | "I am answering this" |
| relink      |          | yes     | answers (list)    | that line answers these asker lines, and no others |
| merge       | yes      |         | into              | this Question is the same as `into` |
| split       | yes      |         | askers (list)     | these asker lines are a Question of their own |
| stop        |          |         |                   | nothing is posted any more |
| resume      |          |         |                   | posting goes on |
| thank_all   |          |         |                   | the show's helpers are thanked by name now |
| followed_up |          | yes     | text              | the hand-off of that line was taken care of |
| forget      |          |         | viewer            | that person (platform:id) is deleted, everywhere |
| quiet       |          |         | viewer            | that person is neither nudged nor named any more |
| link        |          |         | viewer, to        | these two accounts are one person |
| as_before   |          |         | viewer            | undo of quiet and link, within the last minute |

Nobody is named for words that they did not write, nor against their wish: an edited answer, and one of a viewer who does not want to be
named, go out as staff's. While everything is stopped the actions that post do nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from livebot.core import acceptance, commands, forgetting, guard, policy, posts, quiet, recognition, track
from livebot.core.context import Context
from livebot.core.decisions import Reason, ResolutionKind
from livebot.core.events import StaffAction
from livebot.core.questions import RESOLUTION_OF, Asker, Before, Candidate, Former, Line, Question

UNDO = 60.0
TAKEN_BACK = "staff.taken_back"  # why such an answer is not carried further by itself
POSTING = frozenset({"approve", "boost", "post_faq"})
OUT = frozenset({"boosted", "retracted"})  # candidates that were seen outside: they stay on their Question as its history


def act(ctx: Context, event: StaffAction) -> None:
    """Do what staff did; an action that names something unknown is ignored (it may have gone in the meantime)."""
    row = ACTIONS.get(event.action)
    if row and not (ctx.state.stopped and event.action in POSTING):
        row(ctx, event, ctx.state.questions.get(event.question or ""))


def _candidate(question: Question, message: str | None, decision: object = None) -> Candidate | None:
    return next((c for c in question.candidates if c.message == message or (decision and c.decision == decision)), None)


def _approve(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question is None:
        return
    decision = str(event.values.get("decision") or "")
    candidate = _candidate(question, event.message, decision)
    step, faq_id = question.held.pop(decision, None), question.held_faq.pop(decision, "")
    if candidate and candidate.state == "held":
        _carry(ctx, question, candidate, candidate.text, event)
    elif step == "post_faq" and faq_id:
        reason = Reason.of("staff.approved", by=event.by)
        policy.post_faq(ctx, question, faq_id, held=False, reason=reason, by_staff=True)
    elif step == "nudge" and policy.nudge_values(ctx, question)["names"]:
        text = ctx.words.post("nudge", ctx.lang_of(question), policy.nudge_values(ctx, question), 500)
        made = ctx.decide("nudge", Reason.of("staff.approved", by=event.by), question=question, text=text)
        policy.post_nudge(ctx, question, made)
    elif step == "thank":
        _approve_thanks(ctx, event, question)
    ctx.touch(question)


def _approve_thanks(ctx: Context, event: StaffAction, question: Question) -> None:
    candidate = next((c for c in reversed(question.candidates) if c.accepted and c.side == "viewer" and c.text), None)
    helper = ctx.state.viewers.get(candidate.author) if candidate is not None else None
    if candidate is not None and helper is not None and not helper.quiet and not helper.banned:
        values = {"name": ctx.called(candidate.name)}
        text = ctx.words.post("thank", ctx.lang_of(question), values, 500)
        reason = Reason.of("staff.approved", by=event.by)
        made = ctx.decide("thank", reason, question=question, message=candidate.message, text=text)
        recognition.post_thanks(ctx, question, candidate, made)


def _reject(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question is None:
        return
    decision = str(event.values.get("decision") or "")
    question.held.pop(decision, None)
    question.held_faq.pop(decision, None)
    candidate = _candidate(question, event.message, decision)
    if candidate and candidate.state != "retracted":
        viewer = ctx.state.viewers.get(candidate.author)
        if viewer and not candidate.rejected:
            viewer.rejected += 1
        acceptance.refuse(ctx, question, candidate, "staff")
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
        _reopen_lines(ctx, question, back, Reason.of("staff.reopened", by=event.by))


def _reopen_lines(ctx: Context, question: Question, back: Sequence[Asker], reason: Reason, message: str | None = None) -> None:
    """A tap is undone: nobody's answer was at fault, and these lines wait until staff or an answer say otherwise."""
    track.reopen(ctx, question, back, reason, message, blame=False)
    for asker in back:
        asker.kept = True


def _take_back(ctx: Context, event: StaffAction, question: Question | None) -> None:
    candidate = _candidate(question, event.message) if question else None
    if question is None or candidate is None or candidate.state != "boosted":
        return
    reason, before = Reason.of("staff.reopened", by=event.by), candidate.before
    if before is not None:
        acceptance.restore(ctx, question, candidate, before.credited, before.credited_by)
    track.take_off(ctx, question, candidate, reason)
    if candidate.said:
        candidate.said = False
        track.correct(ctx, question, candidate)
    back = [a for a in question.askers if a.by == candidate.message and a.settled is not None and (not before or a.settled >= before.at)]
    if back:
        _reopen_lines(ctx, question, back, reason, candidate.message)
    candidate.state, candidate.refusal, candidate.before = "refused", TAKEN_BACK, None
    if before is not None and before.state == "held":
        policy.boost(ctx, question, candidate, held=True, reason=reason)
    ctx.touch(question)


def _boost(ctx: Context, event: StaffAction, question: Question | None) -> None:
    candidate = _candidate(question, event.message) if question else None
    if question is None or candidate is None or not candidate.text:  # its line may have been deleted a moment ago
        return
    text = _given(event) or candidate.text
    if _may_be_named(ctx, candidate, text):
        waiting = [a for a in question.askers if a.line in candidate.lines] or question.waiting
        track.resolve(ctx, question, waiting, "peer", Reason.of("staff.approved", by=event.by), message=candidate.message)
    _carry(ctx, question, candidate, text, event)


def _may_be_named(ctx: Context, candidate: Candidate, text: str) -> bool:
    viewer = ctx.state.viewers.get(candidate.author)
    return text == candidate.text and not (viewer is not None and viewer.quiet)


def _carry(ctx: Context, question: Question, candidate: Candidate, text: str, event: StaffAction) -> None:
    """Post an answer under its author's name, or as staff's where the author may not be named for it."""
    candidate.before = Before(ctx.now, candidate.state, candidate.credited, candidate.credited_by)
    if text == candidate.text:
        acceptance.accept(ctx, question, candidate, "staff")
    if _may_be_named(ctx, candidate, text):
        policy.boost(ctx, question, candidate, held=False, reason=Reason.of("staff.approved", by=event.by))
        return
    if candidate.state == "held":
        candidate.state = "candidate"
    _post_as_staff(ctx, question, text, event, to=candidate.lines, source=candidate.message)


def _post_faq(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if question is None:
        return
    faq_id = str(event.values.get("faq") or (question.faq[0].faq_id if question.faq else ""))
    entry, given = ctx.matcher.entry(faq_id), _given(event)
    if given and (entry is None or given != entry.answer):
        _post_as_staff(ctx, question, given, event, faq=faq_id if entry else None)
    elif entry is not None:
        policy.post_faq(ctx, question, faq_id, held=False, reason=Reason.of("staff.approved", by=event.by), by_staff=True)


def _given(event: StaffAction) -> str:
    text = event.values.get("text")
    return text.strip() if isinstance(text, str) else ""


def _post_as_staff(
    ctx: Context,
    question: Question,
    text: str,
    event: StaffAction,
    *,
    faq: str | None = None,
    to: Sequence[str] | None = None,
    source: str = "",
) -> None:
    """Post staff's own words where somebody waits (or on the channels of the lines `to`).

    `faq` is the entry that they were made from, `source` the viewer's line.
    """
    question.done["post_faq"] = ctx.now
    lang, values = ctx.lang_of(question), {"answer": text, "question": posts.quoted(ctx, question)}
    reason = Reason.of("staff.worded", by=event.by)
    worded = ctx.words.post(posts.AS_STAFF, lang, values, 500)
    decision = ctx.decide("post_faq", reason, question=question, faq=faq, text=worded)
    channels: dict[str, str | None] = {**posts.waiting_channels(question, to)}
    posts.post(ctx, decision, posts.AS_STAFF, values, channels, question, lang, posts.About(source=source))


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
    line, wanted = _line(ctx, event.message or ""), event.values.get("answers")
    if line is None or not isinstance(wanted, list):
        return
    answers = tuple(dict.fromkeys(str(w) for w in wanted if ctx.asker_of(str(w))))
    reason = Reason.of("staff.relinked", by=event.by)
    before = {reached.id: reached for reached in ctx.state.questions.values() if _candidate(reached, line.id)}
    before |= {reached.id: reached for old in line.answers if (reached := ctx.question_of(old))}
    after = {reached.id: reached for new in answers if (reached := ctx.question_of(new))}
    for reached in before.values():
        back = [a for a in reached.askers if a.by == line.id and a.line not in answers and a.state == "answered"]
        if back:
            track.reopen(ctx, reached, back, reason, line.id)
    line.answers = list(answers)
    ctx.decide("relink", reason, message=line.id, answers=answers)
    for reached in (before | after).values():
        _link(ctx, reached, line, [a.line for a in reached.askers if a.line in answers])
        askers = [a for a in reached.askers if a.line in answers]
        track.resolve(ctx, reached, askers, RESOLUTION_OF[line.side], reason, message=line.id)
        for asker in askers:
            asker.kept = True


def _line(ctx: Context, message: str) -> Line | None:
    """Return a line by its id: one of the last ones, or one that is known as an answer and was let go as a line."""
    if line := ctx.state.lines.get(message):
        return line
    known = [c for question in ctx.state.questions.values() if (c := _candidate(question, message))]
    if not known:
        return None
    one = known[0]
    reached = [line for candidate in known for line in candidate.lines]
    return Line(one.message, one.author, one.name, one.side, one.channel, one.time, one.text, "answer", answers=reached)


def _link(ctx: Context, question: Question, line: Line, reached: list[str]) -> None:
    """Let a line be an answer to these asker lines of a Question and to no others of it."""
    ctx.touch(question)
    known = _candidate(question, line.id)
    if known is not None:
        known.lines = reached
        known.rejected = known.rejected and not reached
        if not reached and known.state not in OUT:
            question.candidates.remove(known)
        return
    if reached:
        candidate = Candidate(
            line.id, line.author, line.name, line.side, line.channel, line.text, line.time, 1.0, reached, link=1.0, judged=1.0
        )
        if line.side == "viewer":
            guard.look(ctx, question, candidate)
        track.add_candidate(ctx, question, candidate)


def _merge(ctx: Context, event: StaffAction, question: Question | None) -> None:
    into = ctx.state.questions.get(str(event.values.get("into") or ""))
    if question is None or into is None or into is question:
        return
    moved = tuple(a.line for a in question.askers)
    into.askers = sorted([*into.askers, *question.askers], key=lambda a: a.time)
    _take_over(into, question)
    for line in moved:
        ctx.state.of_line[line] = into.id
    for pending in ctx.state.pending.values():
        if pending.question == question.id:
            pending.question = into.id
    del ctx.state.questions[question.id]
    ctx.decide("merge", Reason.of("staff.merged", by=event.by), question=into, message=question.id, askers=moved)


def _take_over(into: Question, question: Question) -> None:
    """Keep what was known of a Question that is merged into another: answers, approvals that wait, how far it climbed."""
    for candidate in question.candidates:
        known = _candidate(into, candidate.message)
        if known is None:
            into.candidates.append(candidate)
        else:
            known.lines = list(dict.fromkeys([*known.lines, *candidate.lines]))
    into.held |= question.held
    into.held_faq |= question.held_faq
    into.done = {step: max(into.done.get(step, at), at) for step, at in {**into.done, **question.done}.items()}
    into.last_post = max((at for at in (into.last_post, question.last_post) if at is not None), default=None)
    if question.faq and (not into.faq or question.faq[0].score > into.faq[0].score):
        into.faq = question.faq
    into.topics = list(dict.fromkeys([*into.topics, *question.topics]))
    into.complaint, into.personal = into.complaint or question.complaint, into.personal or question.personal
    into.note = " · ".join(part for part in (into.note, question.note) if part)[:500]
    into.claimed_by = into.claimed_by or question.claimed_by


def _split(ctx: Context, event: StaffAction, question: Question | None) -> None:
    wanted = event.values.get("askers")
    if question is None or not isinstance(wanted, list):
        return
    out: list[Asker] = [a for a in question.askers if a.line in wanted]
    if not out or len(out) == len(question.askers):
        return
    question.askers = [a for a in question.askers if a not in out]
    complaint = any("complaint" in ctx.read(a.text).flags for a in out)
    new = _named_by_first(ctx, replace(question, askers=out, held={}, note="", claimed_by="", complaint=complaint))
    ctx.number(new)
    new.candidates, question.candidates = _divided(question.candidates, [a.line for a in out])
    new.done = dict(question.done)
    if question.id == new.id:  # the first line leaves: the rest is known by its own first line
        _named_by_first(ctx, question)
    for each in (question, new):
        ctx.state.questions[each.id] = each
        for asker in each.askers:
            ctx.state.of_line[asker.line] = each.id
    ctx.touch(question)
    ctx.decide("split", Reason.of("staff.split", by=event.by), question=new, askers=tuple(a.line for a in out))


def _named_by_first(ctx: Context, question: Question) -> Question:
    """Let a Question be known by its first asker line, and read anew what it is about; return it."""
    first = question.askers[0]
    reading = ctx.read(first.text)
    question.id, question.text, question.lang = first.line, first.text, reading.lang
    question.topics, question.faq = list(reading.topics), list(ctx.matcher.faq(reading, question.product))
    return question


def _divided(candidates: Sequence[Candidate], out: Sequence[str]) -> tuple[list[Candidate], list[Candidate]]:
    """Return the candidates that go with the asker lines `out`, and those that stay; one that reaches both sides does both."""
    go, stay = [], []
    for candidate in candidates:
        going = [line for line in candidate.lines if line in out]
        staying = [line for line in candidate.lines if line not in out]
        if going and not staying:
            go.append(candidate)
            continue
        if going:
            state = candidate.state if candidate.state not in ("grace", "held") else "candidate"
            go.append(replace(candidate, lines=going, state=state, due=None, decision=""))
            candidate.lines = staying
        stay.append(candidate)
    return go, stay


def _stop(ctx: Context, event: StaffAction, question: Question | None) -> None:
    ctx.state.stopped = True


def _resume(ctx: Context, event: StaffAction, question: Question | None) -> None:
    ctx.state.stopped = False


def _thank_all(ctx: Context, event: StaffAction, question: Question | None) -> None:
    recognition.thank_all(ctx, Reason.of("staff.approved", by=event.by))


def _followed_up(ctx: Context, event: StaffAction, question: Question | None) -> None:
    handoff = next((handoff for handoff in ctx.state.handoffs if handoff.line == event.message), None)
    if handoff is not None:
        handoff.done = " · ".join(part for part in (event.by, _given(event)) if part)


def _forget(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if key := _person(event):
        forgetting.forget(ctx, key)


def _quiet(ctx: Context, event: StaffAction, question: Question | None) -> None:
    if key := _person(event):
        with _undoable(ctx, ctx.accounts(key)):
            quiet.quieten(ctx, key)


def _link_accounts(ctx: Context, event: StaffAction, question: Question | None) -> None:
    one, other = _person(event), str(event.values.get("to") or "")
    with _undoable(ctx, [*ctx.accounts(one), *ctx.accounts(other)]):
        commands.link(ctx, one, other)


@contextmanager
def _undoable(ctx: Context, accounts: Sequence[str]) -> Iterator[None]:
    """Keep what holds of these accounts; whatever is changed in another way later can no longer be undone by it."""
    viewers = [viewer for account in accounts if (viewer := ctx.state.viewers.get(account)) is not None]
    former = [Former(ctx.now, viewer.quiet, list(viewer.regular.linked) if viewer.regular else []) for viewer in viewers]
    yield
    for viewer, was in zip(viewers, former, strict=True):
        viewer.former = was


def _as_before(ctx: Context, event: StaffAction, question: Question | None) -> None:
    accounts = ctx.accounts(_person(event))
    for account in accounts:
        viewer = ctx.state.viewers.get(account)
        if viewer is None or viewer.former is None or ctx.now - viewer.former.time > UNDO:
            continue
        quiet.restore(ctx, account, viewer, viewer.former.quiet)
        if viewer.regular is not None:
            viewer.regular.linked = viewer.former.linked
        viewer.former = None
    quiet.touch_answers(ctx, accounts)


def _person(event: StaffAction) -> str:
    key = str(event.values.get("viewer") or "")
    return key if ":" in key else ""


ACTIONS: dict[str, Callable[[Context, StaffAction, Question | None], None]] = {
    "approve": _approve,
    "reject": _reject,
    "take_back": _take_back,
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
    "thank_all": _thank_all,
    "followed_up": _followed_up,
    "forget": _forget,
    "quiet": _quiet,
    "link": _link_accounts,
    "as_before": _as_before,
}
