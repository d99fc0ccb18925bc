"""What the steps of the core share while one event is handled: settings, state, the injected rooms, and the outcomes so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from livebot.core.decisions import Decision, DecisionKind, Outcome, Reason, RecoveryKind, ResolutionKind
from livebot.core.events import Author, ChatMessage
from livebot.core.matcher import Asked, Matcher
from livebot.core.questions import Asker, Question, State, Viewer
from livebot.core.reader import LineReading, Reader
from livebot.core.settings import ShowSettings
from livebot.core.words import Words

MAX_VIEWERS = 20_000
K = TypeVar("K")
V = TypeVar("V")


def platform_of(channel: str) -> str:
    """Return the platform part of `platform:room`."""
    return channel.partition(":")[0]


def author_key(channel: str, author: str) -> str:
    """Return the key of a person: platform and id. The same id on two platforms is two people until staff say otherwise."""
    return f"{platform_of(channel)}:{author}"


def let_go(kept: dict[K, V], most: int) -> None:
    """Drop the oldest tenth of a dict that grew past `most`: one by one, each would cost a walk over the gaps of those before."""
    if len(kept) > most:
        for key in list(islice(kept, max(1, most // 10))):
            del kept[key]


@dataclass(slots=True)
class Context:
    """Everything a step may look at or change. Steps are functions of a Context; they keep nothing of their own."""

    settings: ShowSettings
    state: State
    reader: Reader
    matcher: Matcher
    words: Words
    out: list[Outcome] = field(default_factory=list)
    touched: dict[str, Question] = field(default_factory=dict)

    @property
    def now(self) -> float:
        """The time of the event or deadline being handled."""
        return self.state.now

    def read(self, text: str) -> LineReading:
        """Return the reading of a text (the reader caches)."""
        return self.reader.read(text)

    def touch(self, question: Question) -> None:
        """Note that a Question changed, so that pages and the store pick it up."""
        self.state.revision += 1
        question.revision = self.state.revision
        self.touched[question.id] = question

    def serial(self, prefix: str) -> str:
        """Return a new id; the same events give the same ids."""
        self.state.serial += 1
        return f"{prefix}{self.state.serial}"

    def decide(
        self,
        kind: DecisionKind,
        reason: Reason,
        *,
        question: Question | None = None,
        message: str | None = None,
        askers: tuple[str, ...] = (),
        answers: tuple[str, ...] = (),
        faq: str | None = None,
        text: str | None = None,
        held: bool = False,
        to: str | None = None,
        resolution: ResolutionKind | None = None,
        recovery: RecoveryKind | None = None,
        score: float | None = None,
    ) -> Decision:
        """Add a decision to the outcomes and return it."""
        decision = Decision(
            id=self.serial("d"),
            time=self.now,
            kind=kind,
            reason=reason,
            question=question.id if question else None,
            message=message,
            askers=askers,
            answers=answers,
            faq=faq,
            text=text,
            held=held,
            to=to,
            resolution=resolution,
            recovery=recovery,
            score=score,
        )
        self.out.append(decision)
        if question:
            self.touch(question)
        return decision

    def question_of(self, line: str) -> Question | None:
        """Return the Question that a line asks, if it asks one."""
        found = self.state.of_line.get(line)
        return self.state.questions.get(found) if found else None

    def asker_of(self, line: str) -> Asker | None:
        """Return the asker line of that id."""
        question = self.question_of(line)
        return next((asker for asker in question.askers if asker.line == line), None) if question else None

    def lang_of(self, question: Question) -> str:
        """Return the language in which to speak about a Question: its own, else the show's."""
        return question.lang if question.lang in ("ko", "en") else self.settings.lang

    def seen_viewer(self, message: ChatMessage) -> Viewer:
        """Return the viewer who wrote `message`, counted; those seen longest ago are let go when there are too many."""
        key = author_key(message.channel, message.author.id)
        viewer = self.state.viewers.pop(key, None) or self._new_viewer(message.author)
        self.state.viewers[key] = viewer
        let_go(self.state.viewers, MAX_VIEWERS)
        viewer.name = message.author.name
        viewer.last = message.time
        viewer.lines += 1
        viewer.roles = message.author.roles
        if message.author.months:
            viewer.months = message.author.months
        return viewer

    def _new_viewer(self, author: Author) -> Viewer:
        return Viewer(name=author.name, first=self.now, last=self.now)

    def asked(self, asker: Asker, question: Question, lines_since: int = 0) -> Asked:
        """Return an asker line as the matcher sees it now."""
        answered = None if asker.state == "waiting" or asker.settled is None else max(0.0, self.now - asker.settled)
        return Asked(
            line=asker.line,
            question=question.id,
            author=asker.author,
            name=self.read(asker.name).folded,
            reading=self.read(asker.text),
            product=question.product,
            faq=tuple(question.faq),
            channel=asker.channel,
            age=max(0.0, self.now - asker.time),
            answered=answered,
            answered_by_host=asker.resolution in ("host_voice", "host_chat"),
            thanked=asker.thanked,
            askers=len(question.askers),
            lines_since=lines_since,
        )
