"""What the steps of the core share while one event is handled: settings, state, the injected rooms, and the outcomes so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from livebot.core.decisions import Decision, DecisionKind, Outcome, Reason, RecoveryKind, ResolutionKind
from livebot.core.events import Author, ChatMessage
from livebot.core.matcher import Asked, Matcher
from livebot.core.names import shown, skeleton, telling
from livebot.core.questions import Asker, Question, State, Viewer
from livebot.core.reader import LineReading, Reader
from livebot.core.settings import ShowSettings
from livebot.core.trust import Trust, is_regular, trust_of
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


class AskerLines:
    """The asker lines in the order in which they came, each found by its id: what `State.of_line` names, at hand."""

    def __init__(self) -> None:
        self._order: list[Asker] = []
        self._places: dict[str, int] = {}

    def add(self, asker: Asker) -> None:
        """Add a line; one of an id that is known takes the other's place."""
        if asker.line in self._places:
            self._order[self._places[asker.line]] = asker
        else:
            self._places[asker.line] = len(self._order)
            self._order.append(asker)

    def get(self, line: str) -> Asker | None:
        """Return the asker line of that id."""
        place = self._places.get(line)
        return None if place is None else self._order[place]

    def newest(self, most: int) -> Iterator[Asker]:
        """Yield up to `most` of them, newest first."""
        return islice(reversed(self._order), most)

    def since(self, line: str) -> int | None:
        """Return how many lines came since the one of that id."""
        place = self._places.get(line)
        return None if place is None else len(self._order) - 1 - place

    def between(self, first: int, last: int) -> list[Asker]:
        """Return those since which at least `first` and fewer than `last` lines came, newest first."""
        end = max(0, len(self._order) - first)
        return self._order[max(0, len(self._order) - last) : end][::-1]


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
    known_names: dict[str, str] = field(default_factory=dict)
    askers: AskerLines = field(default_factory=AskerLines)

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

    def number(self, question: Question) -> None:
        """Give a new Question the number by which viewers call it."""
        self.state.numbered += 1
        question.number = self.state.numbered

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
        return self.askers.get(line)

    def accounts(self, key: str) -> list[str]:
        """Return the keys of a person's accounts, this one first."""
        viewer = self.state.viewers.get(key)
        return [key, *viewer.regular.linked] if viewer and viewer.regular and viewer.regular.linked else [key]

    def trust(self, key: str, topics: Sequence[str] = ()) -> Trust:
        """Return how far a person's word goes on `topics` (none: on all)."""
        known = [viewer for account in self.accounts(key) if (viewer := self.state.viewers.get(account))]
        return trust_of(known, self.settings.people, self.now, topics)

    def called(self, name: str) -> str:
        """Return a viewer's name as the chat may show it."""
        return shown(name, self.settings.people.show_names)

    def lang_of(self, question: Question) -> str:
        """Return the language in which to speak about a Question: its own, else the show's."""
        return question.lang if question.lang in ("ko", "en") else self.settings.lang

    def seen_viewer(self, message: ChatMessage) -> Viewer:
        """Return the viewer who wrote `message`, counted; those seen longest ago are let go when there are too many."""
        key = author_key(message.channel, message.author.id)
        viewer = self.state.viewers.pop(key, None) or self._new_viewer(message.author)
        self.state.viewers[key] = viewer
        let_go(self.state.viewers, MAX_VIEWERS)
        renamed = viewer.name != message.author.name or viewer.roles != message.author.roles or not viewer.lines
        viewer.name = message.author.name
        viewer.last = message.time
        viewer.lines += 1
        viewer.roles = message.author.roles
        if message.author.months:
            viewer.months = message.author.months
        if renamed:
            self.know(key, viewer)
        return viewer

    def seen_buyer(self, channel: str, author: Author) -> Viewer:
        """Return the viewer who bought something; they need not have written a line."""
        key = author_key(channel, author.id)
        if key not in self.state.viewers:
            self.state.viewers[key] = self._new_viewer(author)
            let_go(self.state.viewers, MAX_VIEWERS)
        self.state.viewers[key].last = self.now
        return self.state.viewers[key]

    def know(self, key: str, viewer: Viewer) -> None:
        """Remember what the name of a host, of staff or of a regular looks like: nobody else is carried further under such a name."""
        leads = "host" in viewer.roles or "staff" in viewer.roles
        if not leads and not is_regular(viewer):
            return
        seen = skeleton(viewer.name)
        if telling(seen) and (leads or seen not in self.known_names):
            self.known_names[seen] = key

    def know_all(self) -> None:
        """Remember the names of all that a show begins with: its rooms, which are mostly the host's own name, and who came before."""
        for channel in self.settings.channels:
            seen = skeleton(channel.name.partition(":")[2])
            if telling(seen):
                self.known_names[seen] = ""
        for key, viewer in self.state.viewers.items():
            self.know(key, viewer)

    def looks_like(self, key: str, name: str) -> bool:
        """Whether a viewer's name could be taken for that of the host, of staff or of a regular who is somebody else."""
        owner = self.known_names.get(skeleton(name))
        return owner is not None and owner not in self.accounts(key)

    def _new_viewer(self, author: Author) -> Viewer:
        return Viewer(name=author.name, first=self.now, last=self.now)

    def lang_for(self, text: str) -> str:
        """Return the language in which to answer a text: its own, else the show's."""
        lang = self.read(text).lang
        return lang if lang in ("ko", "en") else self.settings.lang

    def asked(self, found: Iterable[tuple[Asker, int]], speaker: str) -> list[Asked]:
        """Return asker lines, each with the number of those since it, as the matcher sees them now; `speaker` is who speaks."""
        state, fold, read = self.state, self.reader.fold, self.reader.read
        now, of_line, questions = state.now, state.of_line, state.questions
        out = []
        for asker, lines_since in found:
            question, settled = questions[of_line[asker.line]], asker.settled
            out.append(
                Asked(
                    asker.line,
                    question.id,
                    asker.author,
                    fold(asker.name),
                    read(asker.text),
                    question.product,
                    question.faq,
                    asker.channel,
                    max(0.0, now - asker.time),
                    None if asker.state == "waiting" or settled is None else max(0.0, now - settled),
                    asker.resolution in ("host_voice", "host_chat"),
                    asker.thanked,
                    len(question.askers),
                    lines_since,
                    asker.author == speaker,
                )
            )
        return out
