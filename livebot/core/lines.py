"""One line's way through the core: read, compare, judge, and then ask, answer, thank or let be.

Takes chat lines and captions; every one of them gets exactly one `Reading`. Functions of a Context.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from livebot.core import acceptance, commands, guard, handoff, link, missed, policy, posts, quiet, recognition, track
from livebot.core.context import Context, author_key, let_go
from livebot.core.decisions import LineKind, Reading, Reason
from livebot.core.events import VOICE_CHANNEL, Caption, ChatMessage
from livebot.core.matcher import Asked, Hit, Said, Score, Side
from livebot.core.questions import RESOLUTION_OF, Asker, Candidate, Line, Question, Viewer
from livebot.core.reader import Around, Judgement, LineReading

FAQ_FROM = 0.12  # from this question score on, a line is compared with the FAQ and with earlier questions
ANSWER_FROM = 0.1  # from this answer score on, a line is compared with those who wait
KEPT_LINES = 600
HOST_LINES = 5
KEPT_SCORES = 8
KEPT_HITS = 5
LATE_LINK = 0.12  # a thanks within these seconds, and from this score on, makes a link after all
LATE_LINK_WITHIN = 45.0
SURE_THANKS = 0.7
THANKS_AFTER = 4.0  # who thanks at once thanks in advance
SPLIT_WITHIN = 12.0  # a speaker's line this soon after their last may go on with it
ADDRESSED_LINES = 40
ADDRESSED_WITHIN = 60.0
SURE_COMMAND = 0.98  # who answers by a Question's number means that Question
# Refusals that say the answer itself is bad; the others may be lifted by what is said next.
FINAL = frozenset(
    {"guard.joke", "guard.quiet", "guard.contradicted_faq", "guard.contradicted_host", "guard.contradicted_peer", *guard.SETTLES_NOBODY}
)
UNTRUE = frozenset({"guard.link", "guard.contact", "guard.spam", "guard.impersonation", "guard.lookalike"})
"""Refusals of answers that are no answers but a trick: they count against their author."""

Ranked = Sequence[tuple[Asked, Score]]


@dataclass(slots=True)
class Heard:
    """A line with its speaker, while it is taken in."""

    id: str
    author: str
    name: str
    side: Side
    channel: str
    text: str
    reply_to: str | None
    reading: LineReading


def take_caption(ctx: Context, caption: Caption) -> None:
    """Take what the host said aloud."""
    _host_line(ctx, Heard(caption.id, VOICE_CHANNEL, "", "voice", VOICE_CHANNEL, caption.text, None, ctx.read(caption.text)))


def take_chat(ctx: Context, message: ChatMessage) -> None:
    """Take a chat line."""
    roles = message.author.roles
    if "bot" in roles or posts.is_own(ctx, message):
        ctx.out.append(Reading(message.id, ctx.now, "other", Reason.of("line.bot"), also=("bot",)))
        return
    viewer = ctx.seen_viewer(message)
    author = author_key(message.channel, message.author.id)
    viewer.banned = False
    if viewer.lines == 1:
        quiet.recall(ctx, author, viewer)
    side: Side = "host" if "host" in roles or "staff" in roles else "viewer"
    if side == "viewer" and not message.backlog:
        missed.tell(ctx, author, viewer, message)
    heard = Heard(message.id, author, message.author.name, side, message.channel, message.text, message.reply_to, ctx.read(message.text))
    if message.backlog:
        _say(ctx, heard, "other", Reason.of("line.backlog"))
    elif side == "host":
        _host_line(ctx, heard)
    elif "command" in heard.reading.flags:
        _command(ctx, heard, viewer)
    elif "noise" in heard.reading.flags:
        _say(ctx, heard, "other", Reason.of("line.noise"))
    else:
        _viewer_line(ctx, heard, viewer)


# the host


def _host_line(ctx: Context, heard: Heard) -> None:
    """A line of the host, aloud or in chat, can only answer."""
    said = _said(ctx, heard, None)
    ranked = link.answered_by(ctx, said, link.candidates(ctx, heard.reading, heard.author, heard.reply_to))
    chosen = _chosen(ctx, ranked)
    _say(
        ctx,
        heard,
        "answer" if chosen else "other",
        _link_reason(chosen, ranked),
        answers=[asked.line for asked, _ in chosen],
        ranked=ranked,
    )
    ctx.state.host_said = [*ctx.state.host_said[-HOST_LINES + 1 :], heard.id]
    resolution = RESOLUTION_OF[heard.side]
    for question, lines, best in _by_question(ctx, chosen):
        acceptance.judge_by_host(ctx, question, heard.text)
        track.add_candidate(ctx, question, _candidate(ctx, heard, lines, best, 1.0))
        track.moot(question)
        askers = [asker for asker in question.askers if asker.line in lines]
        track.resolve(ctx, question, askers, resolution, Reason.of(f"resolve.{resolution}", score=best), message=heard.id)


# viewers


def _command(ctx: Context, heard: Heard, viewer: Viewer) -> None:
    """A viewer's command; an answer given by one (`!답 3 …`) is taken as that, whatever it looks like."""
    call = commands.Call(heard.id, heard.author, heard.channel, heard.text, heard.reading.lang)
    given = commands.answer_in(ctx, call)
    if given is None:
        _say(ctx, heard, "other", Reason.of("line.command"))
        commands.take(ctx, call, viewer)
        return
    question, lines, text = given
    _say(ctx, heard, "answer", Reason.of("answer.by_number", number=question.number, question=question.text), answers=lines)
    candidate = _candidate(ctx, replace(heard, text=text), lines, SURE_COMMAND, 1.0)
    _peer_answers(ctx, question, track.add_candidate(ctx, question, candidate))
    viewer.last_line = heard.id


def _viewer_line(ctx: Context, heard: Heard, viewer: Viewer) -> None:
    """Compare the line with the FAQ, with earlier questions and with those who wait, judge what it is, and act on it."""
    reading = heard.reading
    faq: tuple[Hit, ...] = ()
    joins, same, own = None, 0.0, 0.0
    if reading.scores.get("question", 0.0) >= FAQ_FROM:
        faq = ctx.matcher.faq(reading, ctx.state.on_air)
        joins, same, own = link.joins(ctx, reading, faq, ctx.state.on_air, heard.author)
    ranked: Ranked = ()
    if reading.scores.get("answer", 0.0) >= ANSWER_FROM:
        ranked = link.answered_by(ctx, _said(ctx, heard, viewer), link.candidates(ctx, reading, heard.author, heard.reply_to))
    judged = ctx.reader.judge(reading, _around(ctx, heard, viewer, faq, same, own, ranked))
    if judged.kind == "question":
        _asks(ctx, heard, viewer, faq, joins, judged)
    elif judged.kind == "answer":
        _answers(ctx, heard, ranked, judged)
    elif judged.kind == "thanks":
        _thanks(ctx, heard, viewer, judged)
    else:
        _other(ctx, heard, viewer, judged)
    if "handoff" in reading.flags and judged.kind != "answer":
        handoff.take(ctx, handoff.Call(heard.id, heard.author, heard.name, heard.channel, heard.text), viewer)
    viewer.last_line = heard.id


def _around(ctx: Context, heard: Heard, viewer: Viewer, faq: Sequence[Hit], same: float, own: float, ranked: Ranked) -> Around:
    asker = ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
    last = ctx.state.lines.get(viewer.last_line or "")
    answered = asker.settled if asker and asker.state == "answered" else None
    return Around(
        since_own_question=ctx.now - asker.time if asker else None,
        own_question_open=bool(asker and asker.state == "waiting"),
        since_own_answered=ctx.now - answered if answered is not None else None,
        own_thanked=bool(asker and asker.thanked),
        own_similarity=own,
        asked_before=same,
        best_faq=faq[0].score if faq else 0.0,
        best_link=ranked[0][1].score if ranked else 0.0,
        since_own_line=ctx.now - last.time if last else None,
        own_last_kind=last.kind if last else None,
        addressed_me=_since_addressed(ctx, heard),
        names_asker=any(name in asked.name for asked, _ in ranked for name in heard.reading.names if name),
        replies=heard.reply_to is not None,
    )


def _since_addressed(ctx: Context, heard: Heard) -> float | None:
    """Return the seconds since a recent line of somebody else named this viewer, or None."""
    name, author, now = heard.name, heard.author, ctx.now
    if len(name) < 2:
        return None
    for line in islice(reversed(ctx.state.lines.values()), ADDRESSED_LINES):
        if now - line.time > ADDRESSED_WITHIN:
            return None
        if name in line.text and line.author != author:
            return now - line.time
    return None


def _asks(ctx: Context, heard: Heard, viewer: Viewer, faq: tuple[Hit, ...], joins: Question | None, judged: Judgement) -> None:
    asker = Asker(heard.id, heard.author, heard.name, heard.channel, ctx.now, heard.text, nth=viewer.lines)
    product = heard.reading.products[0] if heard.reading.products else ctx.state.on_air
    question = track.ask(ctx, asker, heard.reading, faq, joins, product)
    viewer.last_ask = heard.id
    code = "question.joined" if joins else "question.opened"
    _say(ctx, heard, "question", Reason.of(code, score=judged.confidence, question=question.text), question=question, faq=faq)


def _answers(ctx: Context, heard: Heard, ranked: Ranked, judged: Judgement) -> None:
    chosen = _chosen(ctx, ranked)
    _say(ctx, heard, "answer", _link_reason(chosen, ranked), answers=[asked.line for asked, _ in chosen], ranked=ranked)
    for question, lines, best in _by_question(ctx, chosen):
        _peer_answers(ctx, question, track.add_candidate(ctx, question, _candidate(ctx, heard, lines, best, judged.confidence)))


def _peer_answers(ctx: Context, question: Question, candidate: Candidate) -> None:
    """A viewer answered: it settles the lines it reaches if it is surely right, and is carried further after its grace if it may be."""
    case = guard.look(ctx, question, candidate)
    refused = guard.refusal(case)
    code, taint = refused.code if refused is not None else "", guard.taint(case)
    acceptance.judge_by_faq(ctx, question, candidate, case.faq)
    acceptance.judge_by_peer(ctx, question, candidate)
    askers = [asker for asker in question.askers if asker.line in candidate.lines]
    by_host = any(asker.resolution in ("host_voice", "host_chat") for asker in askers)
    settled = [asker for asker in askers if _answered(question, asker) >= ctx.settings.ladder.resolve_confidence]
    if settled and _settles(code) and not taint:
        reason = Reason.of("resolve.peer", score=candidate.score, name=candidate.name)
        track.resolve(ctx, question, settled, "peer", reason, message=candidate.message)
    if code in FINAL or taint:
        candidate.state, candidate.refusal = "refused", code if code in FINAL else taint
    elif not by_host:
        candidate.state, candidate.due = "grace", ctx.now + ctx.settings.ladder.grace
    if taint in UNTRUE:
        acceptance.refuse(ctx, question, candidate, "guard")
    elif taint == "guard.crowd":
        crowd = guard.crowd(ctx, question, candidate)
        _undo_crowd(ctx, question, crowd)
        policy.tell_of_crowd(ctx, question, candidate, len(crowd))
    elif code == "guard.contradicted_peer":
        policy.ask_host(ctx, question, candidate, case.against)


def _undo_crowd(ctx: Context, question: Question, crowd: Sequence[Candidate]) -> None:
    """What the first of a crowd settled, before it was one, waits again."""
    for candidate in crowd:
        if candidate.state in ("grace", "held", "candidate"):
            candidate.state, candidate.due, candidate.refusal = "refused", None, "guard.crowd"
    by = {candidate.message for candidate in crowd}
    back = [asker for asker in question.askers if asker.state == "answered" and asker.by in by and not asker.thanked]
    if back:
        track.reopen(ctx, question, back, Reason.of("guard.crowd", count=len(crowd)))


def _settles(refused: str) -> bool:
    """Whether an answer that may not be carried further for this reason ("" for none) still answers who asked."""
    return refused not in guard.SETTLES_NOBODY and (refused not in FINAL or refused == "guard.quiet")


def _answered(question: Question, asker: Asker) -> float:
    """Return the probability that one of the viewers' answers to an asker line is right; each viewer counts once."""
    best: dict[str, float] = {}
    for answer in question.candidates:
        here = asker.line in answer.lines and answer.side == "viewer" and answer.state != "retracted" and not answer.rejected
        if here and _settles(answer.refusal or ""):
            best[answer.author] = max(answer.score, best.get(answer.author, 0.0))
    return 1.0 - math.prod(1.0 - score for score in best.values())


def _thanks(ctx: Context, heard: Heard, viewer: Viewer, judged: Judgement) -> None:
    asker = ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
    question = ctx.question_of(viewer.last_ask) if viewer.last_ask else None
    reason = Reason.of("thanks.for", score=judged.confidence, question=question.text) if question else Reason.of("thanks")
    _say(ctx, heard, "thanks", reason, question=question)
    if asker is None or question is None:
        return
    if asker.state == "waiting":
        _link_late(ctx, question, asker)
    if asker.state == "waiting" and judged.confidence >= SURE_THANKS and ctx.now - asker.time >= THANKS_AFTER:
        # They say it themselves: nobody waits who thanks, even where livebot did not see by whom they were answered.
        track.resolve(ctx, question, [asker], "peer", Reason.of("resolve.thanked", name=asker.name))
    if asker.state == "answered":
        recognition.will_thank(ctx, question, track.accept(ctx, question, asker))


def _link_late(ctx: Context, question: Question, asker: Asker) -> None:
    """Who thanks was answered: the best of the lines that came close to answering them is linked after all."""
    near = [
        line
        for line in ctx.state.lines.values()
        if line.author != asker.author
        and ctx.now - line.time <= LATE_LINK_WITHIN
        and line.time >= asker.time
        and line.scores.get(asker.line, 0.0) >= LATE_LINK
        and asker.line not in line.answers
    ]
    if not near:
        return
    line = max(near, key=lambda candidate: (candidate.scores[asker.line], candidate.time))
    reached = [a.line for a in question.waiting if a.line == asker.line or line.scores.get(a.line, 0.0) >= LATE_LINK]
    line.answers = [*line.answers, *(reach for reach in reached if reach not in line.answers)]
    reason = Reason.of("relink.thanked", name=asker.name)
    ctx.decide("relink", reason, message=line.id, answers=tuple(line.answers))
    best = line.scores[asker.line]
    candidate = Candidate(line.id, line.author, line.name, line.side, line.channel, line.text, line.time, best, reached, link=best)
    track.add_candidate(ctx, question, candidate)
    track.resolve(ctx, question, [a for a in question.waiting if a.line in reached], RESOLUTION_OF[line.side], reason, message=line.id)


def _other(ctx: Context, heard: Heard, viewer: Viewer, judged: Judgement) -> None:
    asker = ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
    question = ctx.question_of(viewer.last_ask) if viewer.last_ask else None
    if "chase" not in heard.reading.flags or asker is None or question is None:
        _say(ctx, heard, "other", Reason.of("line.other", score=judged.confidence))
        return
    asker.chased += 1
    ctx.touch(question)
    _say(ctx, heard, "other", Reason.of("line.chase", question=question.text), question=question)
    if asker.state == "answered" and asker.resolution in ("peer", "faq") and not asker.thanked:
        track.reopen(ctx, question, [asker], Reason.of("reopen.chased", name=asker.name), heard.id)


# what all lines share


def _said(ctx: Context, heard: Heard, viewer: Viewer | None) -> Said:
    asker = ctx.asker_of(viewer.last_ask) if viewer and viewer.last_ask else None
    before = ctx.state.lines.get(ctx.state.previous.get(heard.author, ""))
    return Said(
        line=heard.id,
        side=heard.side,
        author=heard.author,
        reading=heard.reading,
        product=ctx.state.on_air,
        channel=heard.channel,
        reply_to=heard.reply_to,
        own_ask=ctx.now - asker.time if asker else None,
        before=ctx.read(before.text) if before and ctx.now - before.time <= SPLIT_WITHIN else None,
    )


def _say(
    ctx: Context,
    heard: Heard,
    kind: LineKind,
    reason: Reason,
    *,
    question: Question | None = None,
    answers: Sequence[str] = (),
    faq: Sequence[Hit] = (),
    ranked: Ranked = (),
) -> None:
    """Give the line its reading, and keep it as far as later lines need it."""
    hits = tuple((hit.faq_id, hit.score) for hit in faq[:KEPT_HITS])
    also = tuple(sorted(heard.reading.flags))
    named = question.id if question else None
    ctx.out.append(Reading(heard.id, ctx.now, kind, reason, also=also, question=named, answers=tuple(answers), faq=hits))
    scores = {asked.line: score.score for asked, score in ranked[:KEPT_SCORES]}
    line = Line(heard.id, heard.author, heard.name, heard.side, heard.channel, ctx.now, heard.text, kind, named, list(answers), scores)
    state = ctx.state
    state.lines[line.id] = line
    state.previous[line.author] = line.id
    let_go(state.lines, KEPT_LINES)
    let_go(state.previous, KEPT_LINES)


def _candidate(ctx: Context, heard: Heard, lines: list[str], best: float, judged: float) -> Candidate:
    return Candidate(
        heard.id, heard.author, heard.name, heard.side, heard.channel, heard.text, ctx.now, best, lines, link=best, judged=judged
    )


def _chosen(ctx: Context, ranked: Ranked) -> list[tuple[Asked, Score]]:
    return [(asked, score) for asked, score in ranked if score.score >= ctx.settings.match.link]


def _by_question(ctx: Context, chosen: Ranked) -> list[tuple[Question, list[str], float]]:
    """Return (Question, its lines that are answered, the best score), in the order of the scores."""
    lines: dict[str, list[str]] = {}
    best: dict[str, float] = {}
    for asked, score in chosen:
        lines.setdefault(asked.question, []).append(asked.line)
        best[asked.question] = max(best.get(asked.question, 0.0), score.score)
    return [(ctx.state.questions[key], lines[key], best[key]) for key in lines if key in ctx.state.questions]


def _link_reason(chosen: Ranked, ranked: Ranked) -> Reason:
    if chosen:
        return Reason.of("answer.linked", score=chosen[0][1].score, question=chosen[0][0].reading.text, count=len(chosen))
    if ranked:
        return Reason.of("answer.unlinked", score=ranked[0][1].score)
    return Reason.of("answer.nobody")
