"""The Show: the whole public face of the core.

Give it events and the time; it gives back readings, decisions and sends. What it must not know: sockets, clocks, files, config
files. The same events, settings, FAQ and starting state give the same outcomes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livebot.core import acceptance, lines, policy, posts, quiet, recognition, staff, track, unsaid
from livebot.core.context import Context, author_key, let_go
from livebot.core.decisions import Outcome, QuestionRecord, Reason
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
from livebot.core.look_back import look_back
from livebot.core.matcher import FaqEntry, Matcher
from livebot.core.questions import Handoff, Pending, Question, State, Viewer
from livebot.core.reader import Reader
from livebot.core.recognition import Helper
from livebot.core.settings import ShowSettings, changed
from livebot.core.snapshot import from_plain, to_plain
from livebot.core.trust import Trust
from livebot.core.words import Words

MAX_SEEN = 100_000


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
        self._vectors: tuple[str, Mapping[str, str]] = ("", {})
        for product in settings.products:
            for name in (product.name, *product.also):
                reader.learn_product(product.key, name)
        if state is not None:
            self._remember_restored()
        self._ctx.know_all()

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

    def question(self, question: str) -> Question | None:
        """Return a Question to be looked at, the one it was merged into if it was, or None for an unknown one."""
        return self._ctx.state.questions.get(question) or self._ctx.question_of(question)

    def entry(self, faq_id: str) -> FaqEntry | None:
        """Return an FAQ entry."""
        return self._ctx.matcher.entry(faq_id)

    def quoted(self, question: str) -> str:
        """Return a Question in words that may be repeated to everybody, else an ellipsis."""
        found = self._ctx.state.questions.get(question)
        return posts.quoted(self._ctx, found) if found else posts.NOT_QUOTED

    def quotable(self, text: str) -> bool:
        """Whether what a viewer wrote may be repeated to everybody."""
        return posts.quotable(self._ctx, text)

    def waiting(self) -> tuple[int, int]:
        """Return how many Questions there are, and how many asker lines wait."""
        questions = self._ctx.state.questions.values()
        return len(questions), sum(asker.state == "waiting" for question in questions for asker in question.askers)

    def recall_seen(self, keys: Iterable[tuple[str, str]]) -> None:
        """Tell which (channel, id) were handled before a restart, oldest first."""
        for key in keys:
            self._is_new(key)

    def is_taken_back(self, send: str) -> bool:
        """Whether a post of that id must not go out any more: what it names or quotes is gone since."""
        pending = self._ctx.state.pending.get(send)
        return pending is not None and pending.taken_back

    @property
    def now(self) -> float:
        """The time of the last event handled."""
        return self._ctx.state.now

    def viewer(self, author: str) -> Viewer | None:
        """Return the viewer of that `platform:id`."""
        return self._ctx.state.viewers.get(author)

    def helpers(self) -> list[Helper]:
        """Return this show's helpers, those who gained most first."""
        return recognition.helpers(self._ctx)

    def trust(self, author: str, topics: Sequence[str] = ()) -> Trust:
        """Return how far the word of `platform:id` goes on `topics` (none: on all), with what went into the sum."""
        return self._ctx.trust(author, topics)

    def handoffs(self) -> list[Handoff]:
        """Return the people who wanted a person, in the order in which they said so."""
        return list(self._ctx.state.handoffs)

    def is_own(self, message: ChatMessage) -> bool:
        """Whether a line is one of the bot's that comes back."""
        return posts.is_own(self._ctx, message)

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
        let_go(self._seen, MAX_SEEN)
        return True

    def _take(self, event: Event) -> None:
        ctx, state = self._ctx, self._ctx.state
        match event:
            case ChatMessage():
                self._chat(event)
            case Caption():
                self._caption(event)
            case ProductOnAir():
                state.on_air, state.on_air_since, state.on_air_why = event.product, ctx.now, event.why
                state.products[event.product] = event.text or event.product
                if event.text:
                    ctx.reader.learn_product(event.product, event.text)
            case MessageDeleted():
                track.withdraw(ctx, [event.message], Reason.of("deleted"))
            case AuthorBanned():
                self._banned(author_key(event.channel, event.author))
            case ChatCleared():
                track.withdraw(ctx, self._lines_on(event.channel), Reason.of("cleared"))
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
                first = not state.date
                state.date = event.date or state.date
                if state.ended:  # the stream was stopped by mistake, or broke off
                    state.ended = False
                    self._schedule_all()
                if first or event.date:  # a stream that starts, or starts again, within the show is no news to the viewers
                    recognition.announce(ctx)
            case ShowEnded():
                if ctx.settings.ladder.mode.thank == "auto" and not state.ended:
                    recognition.thank_all(ctx, Reason.of("thank.end"))
                if not state.ended:
                    look_back(ctx)
                state.ended = True
                self._due.clear()
            case Notice() if event.kind == "lag":
                self._lag(event.text or "0")
            case Purchase():
                self._bought(event)
            case _:
                pass

    def _banned(self, author: str) -> None:
        """A banned viewer's lines are gone, and they are neither asked nor named until they write again."""
        viewer = self._ctx.state.viewers.get(author)
        if viewer is not None:
            viewer.banned = True
        unsaid.take_back(self._ctx, people=[author])
        track.withdraw(self._ctx, self._lines_of(author), Reason.of("banned"))

    def _bought(self, event: Purchase) -> None:
        viewer = self._ctx.seen_buyer(event.channel, event.author)
        quiet.recall(self._ctx, author_key(event.channel, event.author.id), viewer)
        regular = acceptance.regular_of(viewer)
        regular.orders += 1
        if event.product and event.product not in regular.bought:
            regular.bought.append(event.product)
        self._ctx.know(author_key(event.channel, event.author.id), viewer)

    def _lines_of(self, author: str) -> list[str]:
        state = self._ctx.state
        asks = [a.line for q in state.questions.values() for a in q.askers if a.author == author]
        answers = [c.message for q in state.questions.values() for c in q.candidates if c.author == author]
        return [*asks, *answers, *(line.id for line in state.lines.values() if line.author == author)]

    def _lines_on(self, channel: str) -> list[str]:
        state = self._ctx.state
        asks = [a.line for q in state.questions.values() for a in q.askers if a.channel == channel]
        answers = [c.message for q in state.questions.values() for c in q.candidates if c.channel == channel]
        return [*asks, *answers, *(line.id for line in state.lines.values() if line.channel == channel)]

    def _lag(self, text: str) -> None:
        """Note how far livebot is behind the chat; a platform may have a notice of that name that says something else."""
        try:
            seconds = float(text)
        except ValueError:
            return
        before = posts.may_post(self._ctx)
        self._ctx.state.lag = seconds
        if posts.may_post(self._ctx) != before:
            self._schedule_all()

    def _sent(self, event: Sent) -> None:
        """A post's fate is known: an FAQ post or staff's own words that went out answer who waited on that channel when it was made."""
        ctx = self._ctx
        pending = ctx.state.pending.pop(event.request, None)
        if event.message:
            posts.remember_id(ctx, event.message)
        if pending is None:
            return
        question = ctx.state.questions.get(pending.question)
        if pending.taken_back and event.fate == "dropped":
            unsaid.say_anew(ctx, pending, question)
        if question is None:
            return
        if pending.kind == "post_faq" and event.fate == "sent":
            self._answered_by_post(question, pending)
        elif pending.kind == "boost":
            self._boosted(question, pending.about, event.fate)
        ctx.touch(question)

    def _answered_by_post(self, question: Question, pending: Pending) -> None:
        ctx, what = self._ctx, pending.about
        reached = [asker for asker in question.waiting if asker.channel == pending.channel and asker.time <= pending.time]
        if pending.code == posts.AS_STAFF:
            track.resolve(ctx, question, reached, "staff", Reason.of("resolve.staff"), faq=what or None)
        else:
            track.resolve(ctx, question, reached, "faq", Reason.of("resolve.faq", faq=what), faq=what)
        if not question.waiting:
            track.moot(question)

    def _boosted(self, question: Question, message: str, fate: str) -> None:
        """An answer was carried further, or perhaps was: where it was taken back in the meantime, the chat is told so."""
        candidate = next((c for c in question.candidates if c.message == message), None)
        if candidate is None or fate == "dropped":
            return
        if candidate.state == "boosted":
            candidate.said = True
        elif fate == "sent" and (candidate.rejected or candidate.state != "retracted"):
            track.correct(self._ctx, question, candidate)

    def _chat(self, message: ChatMessage) -> None:
        self._give_vectors(message.id, message.text)
        lines.take_chat(self._ctx, message)

    def _caption(self, caption: Caption) -> None:
        self._give_vectors(caption.id, caption.text)
        lines.take_caption(self._ctx, caption)

    def _give_vectors(self, line: str, text: str) -> None:
        of, vectors = self._vectors
        if of == line:
            self._ctx.reader.take_vectors(text, vectors)
            self._vectors = ("", {})

    # restart

    def _remember_restored(self) -> None:
        ctx = self._ctx
        ctx.settings = changed(ctx.settings, ctx.state.settings)
        for key, name in ctx.state.products.items():
            ctx.reader.learn_product(key, name)
        known = {asker.line: asker for question in ctx.state.questions.values() for asker in question.askers}
        for line, question in ctx.state.of_line.items():
            if line in known:
                ctx.askers.add(known[line])
                ctx.matcher.remember(ctx.read(known[line].text), ctx.state.questions[question].faq, line)
        self._schedule_all()


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
        open=tuple(a.line for a in question.askers if a.state != "answered" and not a.unasked),
        state="open" if waiting else "answered" if answered else shown.state if shown and shown.state != "waiting" else "open",
        resolution=shown.resolution if shown else None,
        recovery=shown.recovery if shown else None,
        answered_by=shown.by if shown else None,
    )
