"""The Show: the whole public face of the core.

Give it events and the time; it gives back readings, decisions and sends. What it must not know: sockets, clocks, files, config
files. The same events, settings, FAQ and starting state give the same outcomes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livebot.core import guard, link, policy, posts, staff, track
from livebot.core.context import Context, author_key
from livebot.core.decisions import LineKind, Outcome, QuestionRecord, Reading, Reason
from livebot.core.events import (
    AuthorBanned,
    Caption,
    ChatCleared,
    ChatMessage,
    ConfigChanged,
    Event,
    Lookup,
    MessageDeleted,
    Notice,
    ProductOnAir,
    Purchase,
    Sent,
    ShowEnded,
    ShowStarted,
    StaffAction,
)
from livebot.core.log import dedupe_key
from livebot.core.matcher import Asked, Hit, Matcher, Said, Score, Side
from livebot.core.questions import RESOLUTION_OF, Asker, Candidate, Line, Question, State, Viewer
from livebot.core.reader import Around, Judgement, LineReading, Reader
from livebot.core.settings import ShowSettings, changed
from livebot.core.snapshot import from_plain, to_plain
from livebot.core.words import Words

MAX_SEEN = 100_000
MAX_LINES = 600
LATE_LINK = 0.25  # a thanks within this many seconds and from this score on makes a link after all
LATE_LINK_WITHIN = 45.0
SPLIT_WITHIN = 12.0  # a speaker's line this soon after their last may go on with it


@dataclass(frozen=True, slots=True)
class ShowState:
    """A Show as plain data, for pages and for restart: `base` without its Questions, and those changed after the revision asked for."""

    revision: int
    base: Mapping[str, Any]
    questions: tuple[Mapping[str, Any], ...]


class Show:
    """One broadcast, on one or more channels."""

    def __init__(self, settings: ShowSettings, reader: Reader, matcher: Matcher, words: Words, state: ShowState | None = None) -> None:
        self._ctx = Context(settings, _restored(state), reader, matcher, words)
        self._seen: dict[tuple[str, str], None] = {}
        self._deadlines: list[tuple[float, int, str]] = []
        self._due: dict[str, float] = {}
        self._pushed = 0
        self._revision = 0
        self._previous: dict[str, str] = {}
        self._vectors: tuple[str, Mapping[str, str]] = ("", {})
        for product in settings.products:
            for name in (product.name, *product.also):
                reader.learn_product(product.key, name)
        if state is not None:
            self._remember_restored()

    # the public face

    def handle(self, event: Event, now: float) -> list[Outcome]:
        """Take one event at `now` (seconds since the show's start; a time before the last one counts as that one)."""
        ctx = self._ctx
        now = max(now, ctx.state.now)
        ctx.out = []
        self._run_until(now)
        ctx.state.now = now
        key = dedupe_key(event)
        if key is None or self._is_new(key):
            self._take(event)
        self._reschedule()
        self._run_until(now)
        return ctx.out

    def next_deadline(self) -> float | None:
        """Return when the shell should send the next Tick, or None when nothing is due."""
        while self._deadlines and self._due.get(self._deadlines[0][2]) != self._deadlines[0][0]:
            heapq.heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    def snapshot(self, since: int = 0, keys: Sequence[str] | None = None) -> ShowState:
        """Return the state as plain data: everything but the Questions (or only `keys` of it), and the Questions changed after `since`."""
        state = self._ctx.state
        base = {name: to_plain(getattr(state, name)) for name in (_BASE if keys is None else keys)}
        changed_questions = tuple(to_plain(q) for q in state.questions.values() if q.revision > since)
        return ShowState(state.revision, base, changed_questions)

    def records(self) -> list[QuestionRecord]:
        """Return how every Question stands, in the order in which they were opened."""
        return [_record(question) for question in self._ctx.state.questions.values()]

    def text_of(self, question: str) -> str:
        """Return the text of a Question's first line, or '' for an unknown one."""
        found = self._ctx.state.questions.get(question)
        return found.text if found else ""

    def waiting(self) -> tuple[int, int]:
        """Return how many Questions there are, and how many asker lines wait."""
        questions = self._ctx.state.questions.values()
        return len(questions), sum(asker.state == "waiting" for question in questions for asker in question.askers)

    def recall_seen(self, keys: Iterable[tuple[str, str]]) -> None:
        """Tell which (channel, id) were handled before a restart, oldest first."""
        for key in keys:
            self._is_new(key)

    @property
    def now(self) -> float:
        """The time of the last event handled."""
        return self._ctx.state.now

    def viewer(self, author: str) -> Viewer | None:
        """Return the viewer of that `platform:id`."""
        return self._ctx.state.viewers.get(author)

    @property
    def settings(self) -> ShowSettings:
        """The settings as they are now, live changes included."""
        return self._ctx.settings

    # time

    def _run_until(self, now: float) -> None:
        """Take the ladder's steps that fall due until `now`, each at its own time."""
        while (at := self.next_deadline()) is not None and at <= now:
            question_id = heapq.heappop(self._deadlines)[2]
            self._due.pop(question_id, None)
            question = self._ctx.state.questions.get(question_id)
            if question is not None:
                self._ctx.state.now = max(self._ctx.state.now, at)
                policy.climb(self._ctx, question)
                self._schedule(question)
                self._reschedule()

    def _reschedule(self) -> None:
        state = self._ctx.state
        if state.revision == self._revision:
            return
        for question in self._ctx.touched.values():
            if question.id in state.questions:
                self._schedule(question)
        self._ctx.touched.clear()
        self._revision = state.revision

    def _schedule(self, question: Question) -> None:
        at = policy.next_due(self._ctx, question) if not self._ctx.state.ended else None
        if at is None or at == float("inf"):
            self._due.pop(question.id, None)
        elif self._due.get(question.id) != at:
            self._due[question.id] = at
            self._pushed += 1
            heapq.heappush(self._deadlines, (at, self._pushed, question.id))

    def _schedule_all(self) -> None:
        for question in self._ctx.state.questions.values():
            self._schedule(question)

    # events

    def _is_new(self, key: tuple[str, str]) -> bool:
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > MAX_SEEN:
            del self._seen[next(iter(self._seen))]
        return True

    def _take(self, event: Event) -> None:
        ctx, state = self._ctx, self._ctx.state
        match event:
            case ChatMessage():
                self._chat(event)
            case Caption():
                self._host_line(event.id, "voice", "voice", "voice", "", event.text, None)
            case ProductOnAir():
                state.on_air, state.on_air_since = event.product, ctx.now
                state.products[event.product] = event.text or event.product
                if event.text:
                    ctx.reader.learn_product(event.product, event.text)
            case MessageDeleted():
                track.withdraw(ctx, [event.message], Reason.of("deleted"))
                state.lines.pop(event.message, None)
            case AuthorBanned():
                gone = author_key(event.channel, event.author)
                track.withdraw(ctx, self._lines_of(gone), Reason.of("banned"))
            case ChatCleared():
                gone_lines = [line.id for line in state.lines.values() if line.channel == event.channel]
                track.withdraw(ctx, gone_lines, Reason.of("cleared"))
            case StaffAction():
                staff.act(ctx, event)
                if event.action in ("stop", "resume"):
                    self._schedule_all()
            case ConfigChanged():
                ctx.settings = changed(ctx.settings, event.changes)
                state.settings.update(event.changes)
                self._schedule_all()
            case Sent():
                self._sent(event)
            case Lookup():
                self._vectors = (event.of, event.vectors)
            case ShowStarted():
                state.date = event.date or state.date
            case ShowEnded():
                state.ended = True
                self._due.clear()
            case Notice() if event.kind == "lag":
                self._lag(float(event.text or 0.0))
            case Purchase():
                pass
            case _:
                pass

    def _lines_of(self, author: str) -> list[str]:
        state = self._ctx.state
        asks = [a.line for q in state.questions.values() for a in q.askers if a.author == author]
        answers = [c.message for q in state.questions.values() for c in q.candidates if c.author == author]
        return [*asks, *answers]

    def _lag(self, seconds: float) -> None:
        before = posts.may_post(self._ctx)
        self._ctx.state.lag = seconds
        if posts.may_post(self._ctx) != before:
            self._schedule_all()

    def _sent(self, event: Sent) -> None:
        """A post's fate is known: an FAQ post that went out answers all who waited when it was made."""
        ctx = self._ctx
        kind, _, rest = ctx.state.awaiting.pop(event.request, "").partition("|")
        question_id, _, what = rest.partition("|")
        question = ctx.state.questions.get(question_id)
        if question is None:
            return
        if kind == "post_faq" and event.fate == "sent":
            track.resolve(ctx, question, question.waiting, "faq", Reason.of("resolve.faq", faq=what), faq=what)
            track.moot(question)
        ctx.touch(question)

    # chat lines

    def _chat(self, message: ChatMessage) -> None:
        ctx, state = self._ctx, self._ctx.state
        roles = message.author.roles
        if "bot" in roles or message.text in state.own_texts:
            ctx.out.append(Reading(message.id, ctx.now, "other", Reason.of("line.bot"), also=("bot",)))
            return
        viewer = ctx.seen_viewer(message)
        author = author_key(message.channel, message.author.id)
        self._give_vectors(message.id, message.text)
        if "host" in roles or "staff" in roles:
            self._host_line(message.id, "host", author, message.channel, message.author.name, message.text, message.reply_to)
        elif message.backlog:
            ctx.out.append(Reading(message.id, ctx.now, "other", Reason.of("line.backlog"), also=("backlog",)))
        else:
            self._viewer_line(message, author, viewer)

    def _give_vectors(self, line: str, text: str) -> None:
        of, vectors = self._vectors
        if of == line:
            self._ctx.reader.take_vectors(text, vectors)
            self._vectors = ("", {})

    def _host_line(self, line_id: str, side: Side, author: str, channel: str, name: str, text: str, reply_to: str | None) -> None:
        """A line of the host, aloud or in chat: it can only answer."""
        ctx = self._ctx
        self._give_vectors(line_id, text)
        reading = ctx.read(text)
        before = self._previous_of(author)
        said = Said(line_id, side, author, reading, ctx.state.on_air, channel, reply_to, before=before)
        ranked = link.answered_by(ctx, said, link.candidates(ctx, reading, author, reply_to))
        chosen = [(asked, score) for asked, score in ranked if score.score >= ctx.settings.match.link]
        self._keep_line(
            Line(
                line_id,
                author,
                name,
                side,
                channel,
                ctx.now,
                text,
                "answer" if chosen else "other",
                answers=[asked.line for asked, _ in chosen],
                scores={a.line: s.score for a, s in ranked[:8]},
            )
        )
        ctx.out.append(
            Reading(
                line_id,
                ctx.now,
                "answer" if chosen else "other",
                _link_reason(chosen, ranked),
                also=tuple(sorted(reading.flags)),
                answers=tuple(asked.line for asked, _ in chosen),
            )
        )
        for question, lines in _by_question(ctx, chosen).items():
            best = max(score.score for asked, score in chosen if asked.question == question)
            self._host_answers(
                ctx.state.questions[question],
                lines,
                Candidate(
                    message=line_id,
                    author=author,
                    name=name,
                    side=side,
                    channel=channel,
                    text=text,
                    time=ctx.now,
                    score=best,
                    lines=lines,
                ),
            )

    def _host_answers(self, question: Question, lines: Sequence[str], candidate: Candidate) -> None:
        ctx = self._ctx
        track.add_candidate(ctx, question, candidate)
        track.moot(question)
        askers = [asker for asker in question.askers if asker.line in lines]
        resolution = RESOLUTION_OF[candidate.side]
        track.resolve(
            ctx, question, askers, resolution, Reason.of(f"resolve.{resolution}", score=candidate.score), message=candidate.message
        )

    def _viewer_line(self, message: ChatMessage, author: str, viewer: Viewer) -> None:
        ctx = self._ctx
        reading = ctx.read(message.text)
        if "noise" in reading.flags or "command" in reading.flags:
            self._plain(message, author, reading, Reason.of("line.command" if "command" in reading.flags else "line.noise"))
            return
        faq: tuple[Hit, ...] = ctx.matcher.faq(reading, ctx.state.on_air) if reading.scores.get("question", 0.0) >= FAQ_FROM else ()
        joins, same, own = None, 0.0, 0.0
        if reading.scores.get("question", 0.0) >= FAQ_FROM:
            joins, same, own = link.joins(ctx, reading, faq, ctx.state.on_air, author)
        ranked: list[tuple[Asked, Score]] = []
        if reading.scores.get("answer", 0.0) >= ANSWER_FROM:
            said = Said(
                message.id,
                "viewer",
                author,
                reading,
                ctx.state.on_air,
                message.channel,
                message.reply_to,
                own_ask=self._since_own_ask(viewer),
                before=self._previous_of(author),
            )
            ranked = link.answered_by(ctx, said, link.candidates(ctx, reading, author, message.reply_to))
        around = self._around(message, viewer, reading, faq, same, own, ranked)
        judged = ctx.reader.judge(reading, around)
        if judged.kind == "question":
            self._asks(message, author, viewer, reading, faq, joins, judged)
        elif judged.kind == "answer":
            self._answers(message, author, viewer, reading, ranked, judged)
        elif judged.kind == "thanks":
            self._thanks(message, author, viewer, reading, judged)
        else:
            self._other(message, author, viewer, reading, judged)
        viewer.last_line = message.id

    def _around(
        self,
        message: ChatMessage,
        viewer: Viewer,
        reading: LineReading,
        faq: Sequence[Hit],
        same: float,
        own: float,
        ranked: Sequence[tuple[Asked, Score]],
    ) -> Around:
        state = self._ctx.state
        asker = self._ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
        last = state.lines.get(viewer.last_line or "")
        return Around(
            since_own_question=state.now - asker.time if asker else None,
            own_question_open=bool(asker and asker.state == "waiting"),
            since_own_answered=state.now - asker.settled if asker and asker.settled is not None and asker.state == "answered" else None,
            own_thanked=bool(asker and asker.thanked),
            own_similarity=own,
            asked_before=same,
            best_faq=faq[0].score if faq else 0.0,
            best_link=ranked[0][1].score if ranked else 0.0,
            since_own_line=state.now - last.time if last else None,
            own_last_kind=last.kind if last else None,
            addressed_me=self._addressed(viewer),
            names_asker=any(name in asked.name for asked, _ in ranked for name in reading.names if name),
            replies=message.reply_to is not None,
        )

    def _addressed(self, viewer: Viewer) -> float | None:
        """Seconds since a recent line of somebody else named this viewer, or None."""
        if len(viewer.name) < 2:
            return None
        state = self._ctx.state
        for count, line in enumerate(reversed(state.lines.values())):
            if count >= 40 or state.now - line.time > 60:
                return None
            if viewer.name in line.text and line.name != viewer.name:
                return state.now - line.time
        return None

    def _since_own_ask(self, viewer: Viewer) -> float | None:
        asker = self._ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
        return self._ctx.now - asker.time if asker else None

    def _previous_of(self, author: str) -> LineReading | None:
        """Return what the same speaker said just before, if it was just before."""
        line = self._ctx.state.lines.get(self._previous.get(author, ""))
        return self._ctx.read(line.text) if line and self._ctx.now - line.time <= SPLIT_WITHIN else None

    def _plain(self, message: ChatMessage, author: str, reading: LineReading, reason: Reason) -> None:
        self._keep_line(self._line(message, author, "other"))
        self._ctx.out.append(Reading(message.id, self._ctx.now, "other", reason, also=tuple(sorted(reading.flags))))

    def _line(self, message: ChatMessage, author: str, kind: LineKind, **more: Any) -> Line:
        return Line(message.id, author, message.author.name, "viewer", message.channel, self._ctx.now, message.text, kind, **more)

    def _asks(
        self,
        message: ChatMessage,
        author: str,
        viewer: Viewer,
        reading: LineReading,
        faq: tuple[Hit, ...],
        joins: Question | None,
        judged: Judgement,
    ) -> None:
        ctx = self._ctx
        asker = Asker(message.id, author, message.author.name, message.channel, ctx.now, message.text)
        product = reading.products[0] if reading.products else ctx.state.on_air
        question = track.ask(ctx, asker, reading, faq, joins, product)
        viewer.last_ask = message.id
        self._keep_line(self._line(message, author, "question", question=question.id))
        code = "question.joined" if joins else "question.opened"
        ctx.out.append(
            Reading(
                message.id,
                ctx.now,
                "question",
                Reason.of(code, score=round(judged.confidence, 4), question=question.text),
                also=tuple(sorted(reading.flags)),
                question=question.id,
                faq=tuple((hit.faq_id, hit.score) for hit in faq[:5]),
            )
        )

    def _answers(
        self,
        message: ChatMessage,
        author: str,
        viewer: Viewer,
        reading: LineReading,
        ranked: Sequence[tuple[Asked, Score]],
        judged: Judgement,
    ) -> None:
        ctx = self._ctx
        chosen = [(asked, score) for asked, score in ranked if score.score >= ctx.settings.match.link]
        self._keep_line(
            self._line(message, author, "answer", answers=[a.line for a, _ in chosen], scores={a.line: s.score for a, s in ranked[:8]})
        )
        ctx.out.append(
            Reading(
                message.id,
                ctx.now,
                "answer",
                _link_reason(chosen, ranked),
                also=tuple(sorted(reading.flags)),
                answers=tuple(asked.line for asked, _ in chosen),
            )
        )
        for question_id, lines in _by_question(ctx, chosen).items():
            best = max(score.score for asked, score in chosen if asked.question == question_id)
            candidate = Candidate(
                message=message.id,
                author=author,
                name=message.author.name,
                side="viewer",
                channel=message.channel,
                text=message.text,
                time=ctx.now,
                score=best,
                lines=lines,
            )
            self._peer_answers(ctx.state.questions[question_id], candidate)

    def _peer_answers(self, question: Question, candidate: Candidate) -> None:
        """A viewer answered: it settles the lines it reaches if it is sure enough and nothing speaks against it."""
        ctx = self._ctx
        track.add_candidate(ctx, question, candidate)
        refused = guard.refusal(ctx, question, candidate)
        if refused is not None:
            candidate.refusal = refused.code
        if candidate.score < ctx.settings.ladder.resolve_confidence or (refused is not None and refused.code in DOUBTS):
            return
        askers = [asker for asker in question.askers if asker.line in candidate.lines]
        by_host = any(asker.state == "answered" and asker.resolution in ("host_voice", "host_chat") for asker in askers)
        track.resolve(
            ctx, question, askers, "peer", Reason.of("resolve.peer", score=candidate.score, name=candidate.name), message=candidate.message
        )
        if refused is None and not by_host:
            candidate.state, candidate.due = "grace", ctx.now + ctx.settings.ladder.grace

    def _thanks(self, message: ChatMessage, author: str, viewer: Viewer, reading: LineReading, judged: Judgement) -> None:
        ctx = self._ctx
        asker = ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
        question = ctx.question_of(viewer.last_ask) if viewer.last_ask else None
        self._keep_line(self._line(message, author, "thanks", question=question.id if question else None))
        reason = Reason.of("thanks.for", score=round(judged.confidence, 4), question=question.text) if question else Reason.of("thanks")
        ctx.out.append(
            Reading(message.id, ctx.now, "thanks", reason, also=tuple(sorted(reading.flags)), question=question.id if question else None)
        )
        if asker is None or question is None:
            return
        if asker.state == "waiting":
            self._link_late(question, asker, author)
        if asker.state == "answered":
            track.accept(ctx, question, asker, message.id)

    def _link_late(self, question: Question, asker: Asker, author: str) -> None:
        """Who thanks was answered: the best of the lines that came close to answering them is linked after all."""
        ctx = self._ctx
        near = [
            line
            for line in ctx.state.lines.values()
            if line.author != author
            and ctx.now - line.time <= LATE_LINK_WITHIN
            and line.time >= asker.time
            and line.scores.get(asker.line, 0.0) >= LATE_LINK
            and asker.line not in line.answers
        ]
        if not near:
            return
        line = max(near, key=lambda near_line: (near_line.scores[asker.line], near_line.time))
        same = [a.line for a in question.waiting if a.line == asker.line or line.scores.get(a.line, 0.0) >= LATE_LINK]
        line.answers = [*line.answers, *(s for s in same if s not in line.answers)]
        ctx.decide("relink", Reason.of("relink.thanked", name=asker.name), message=line.id, answers=tuple(line.answers))
        candidate = Candidate(
            message=line.id,
            author=line.author,
            name=line.name,
            side=line.side,
            channel=line.channel,
            text=line.text,
            time=line.time,
            score=line.scores[asker.line],
            lines=same,
        )
        track.add_candidate(ctx, question, candidate)
        resolution = RESOLUTION_OF[line.side]
        askers = [a for a in question.waiting if a.line in same]
        track.resolve(ctx, question, askers, resolution, Reason.of("relink.thanked", name=asker.name), message=line.id)

    def _other(self, message: ChatMessage, author: str, viewer: Viewer, reading: LineReading, judged: Judgement) -> None:
        ctx = self._ctx
        self._keep_line(self._line(message, author, "other"))
        asker = ctx.asker_of(viewer.last_ask) if viewer.last_ask else None
        question = ctx.question_of(viewer.last_ask) if viewer.last_ask else None
        if "chase" in reading.flags and asker and question:
            asker.chased += 1
            ctx.touch(question)
            ctx.out.append(
                Reading(
                    message.id,
                    ctx.now,
                    "other",
                    Reason.of("line.chase", question=question.text),
                    also=tuple(sorted(reading.flags)),
                    question=question.id,
                )
            )
            if asker.state == "answered" and asker.resolution in ("peer", "faq") and not asker.thanked:
                track.reopen(ctx, question, [asker], Reason.of("reopen.chased", name=asker.name), message.id)
            return
        ctx.out.append(
            Reading(
                message.id, ctx.now, "other", Reason.of("line.other", score=round(judged.confidence, 4)), also=tuple(sorted(reading.flags))
            )
        )

    def _keep_line(self, line: Line) -> None:
        lines = self._ctx.state.lines
        lines[line.id] = line
        self._previous[line.author] = line.id
        if len(lines) > MAX_LINES:
            old = lines.pop(next(iter(lines)))
            if self._previous.get(old.author) == old.id:
                del self._previous[old.author]

    # restart

    def _remember_restored(self) -> None:
        ctx = self._ctx
        ctx.settings = changed(ctx.settings, ctx.state.settings)
        for key, name in ctx.state.products.items():
            ctx.reader.learn_product(key, name)
        for question in ctx.state.questions.values():
            for asker in question.askers:
                ctx.matcher.remember(ctx.read(asker.text), question.faq, asker.line)
        for line in ctx.state.lines.values():
            self._previous[line.author] = line.id
        self._schedule_all()


FAQ_FROM = 0.05  # from this question score on, a line is compared with the FAQ and with earlier questions
ANSWER_FROM = 0.03  # from this answer score on, a line is compared with those who wait
DOUBTS = frozenset({"guard.joke", "guard.hearsay", "guard.contradicted_faq", "guard.contradicted_host", "guard.contradicted_peer"})

_BASE = tuple(name for name in State.__dataclass_fields__ if name not in ("questions",))


def _restored(snapshot: ShowState | None) -> State:
    if snapshot is None:
        return State()
    state = from_plain(State, dict(snapshot.base))
    state.questions = {str(data["id"]): from_plain(Question, data) for data in snapshot.questions}
    return state


def _record(question: Question) -> QuestionRecord:
    waiting = question.waiting
    settled = [a for a in question.askers if a.state != "waiting"]
    answered = [a for a in settled if a.state == "answered"]
    shown = min(answered or settled, key=lambda a: a.settled or 0.0) if settled else None
    return QuestionRecord(
        id=question.id,
        messages=tuple(a.line for a in question.askers),
        open=tuple(a.line for a in question.askers if a.state != "answered"),
        state="open" if waiting else "answered" if answered else shown.state if shown and shown.state != "waiting" else "open",
        resolution=shown.resolution if shown else None,
        recovery=shown.recovery if shown else None,
        answered_by=shown.by if shown else None,
    )


def _by_question(ctx: Context, chosen: Sequence[tuple[Asked, Score]]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for asked, _ in chosen:
        if asked.question in ctx.state.questions:
            out.setdefault(asked.question, []).append(asked.line)
    return out


def _link_reason(chosen: Sequence[tuple[Asked, Score]], ranked: Sequence[tuple[Asked, Score]]) -> Reason:
    if chosen:
        return Reason.of("answer.linked", score=chosen[0][1].score, question=chosen[0][0].reading.text, count=len(chosen))
    if ranked:
        return Reason.of("answer.unlinked", score=ranked[0][1].score)
    return Reason.of("answer.nobody")
