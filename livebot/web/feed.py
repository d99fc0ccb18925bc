"""What happened lately in a show, for the pages: recent lines with their readings, recent decisions with their posts' fates.

The runtime calls `take` after every `Show.handle`; the hub empties it with `drain`. All of it is bounded. Must not know pages or sockets.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from livebot.core.context import author_key
from livebot.core.decisions import Decision, LineKind, Outcome, Reading, Send
from livebot.core.events import (
    VOICE_CHANNEL,
    AuthorBanned,
    Caption,
    ChatCleared,
    ChatMessage,
    Event,
    MessageDeleted,
    Role,
    Sent,
)
from livebot.core.names import naming

KEEP_LINES = 400
KEEP_DECISIONS = 400
QUOTED = 6  # so many signs of a line, found in another, are a quotation
RESHAPING = frozenset({"merge", "split"})


@dataclass(slots=True)
class RecentLine:
    """One chat line or caption with what livebot made of it. `author` is `platform:id`, '' for the host's voice."""

    id: str
    time: float
    channel: str
    author: str
    name: str
    roles: tuple[Role, ...]
    text: str
    kind: LineKind
    question: str | None
    answers: tuple[str, ...]
    also: tuple[str, ...]


@dataclass(slots=True)
class Fate:
    """What became of one post of a decision; `waiting` until it is known."""

    channel: str
    text: str
    fate: Literal["waiting", "sent", "dropped", "unknown"] = "waiting"
    why: str = ""


@dataclass(slots=True)
class Decided:
    """A decision and its posts, by Send id."""

    decision: Decision
    sends: dict[str, Fate] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class News:
    """What is new since the last drain. `reshaped`: Questions were merged or split, so ids may be gone."""

    lines: Sequence[RecentLine]
    gone_lines: Sequence[str]
    decisions: Sequence[Decided]
    gone_decisions: Sequence[str]
    reshaped: bool


class Feed:
    """Bounded rings of recent lines and decisions, counters for the metrics, and the bell that tells the pages to look."""

    def __init__(self, keep_lines: int = KEEP_LINES, keep_decisions: int = KEEP_DECISIONS) -> None:
        self.changed = asyncio.Event()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.lines: OrderedDict[str, RecentLine] = OrderedDict()
        self.decisions: OrderedDict[str, Decided] = OrderedDict()
        self._keep_lines, self._keep_decisions = keep_lines, keep_decisions
        self._of_send: dict[str, str] = {}
        self._new_lines: dict[str, bool] = {}
        self._new_decisions: dict[str, bool] = {}
        self._reshaped = False

    def take(self, event: Event, outcomes: Iterable[Outcome]) -> None:
        """Note an event that the Show has handled, with everything that came out."""
        for outcome in outcomes:
            match outcome:
                case Reading():
                    self._read(event, outcome)
                case Decision():
                    self._decided(outcome)
                case Send():
                    self._sending(outcome)
        match event:
            case MessageDeleted():
                self._drop([event.message])
            case AuthorBanned():
                self._take_away(author_key(event.channel, event.author))
            case ChatCleared():
                self._drop([line.id for line in self.lines.values() if line.channel == event.channel])
            case Sent():
                self._sent(event)
        self.ring()

    def ring(self) -> None:
        """Tell the pages that something they show may be different."""
        self.changed.set()

    def forget(self, author: str) -> None:
        """Take all lines of a person away, whatever quotes them, and their name out of what others wrote."""
        theirs = [line for line in self.lines.values() if line.author == author]
        names = {line.name for line in theirs}
        named = naming(names)
        words = {line.text for line in theirs if len(line.text) >= QUOTED}
        self._take_away(author)

        def quotes(text: str) -> bool:
            return any(each in text for each in words)

        self._drop([line.id for line in self.lines.values() if quotes(line.text)])
        for line in self.lines.values():
            if named.search(line.text):
                line.text = named.sub("", line.text)
                self._new_lines[line.id] = True
        for decided in list(self.decisions.values()):
            said = [decided.decision.text or "", *(fate.text for fate in decided.sends.values())]
            about = {value for _, value in decided.decision.reason.values}
            if about & names or any(named.search(text) or quotes(text) for text in said):
                self._undecide(decided)
        self.ring()

    def _take_away(self, author: str) -> None:
        """Take all lines of a person away, and the decisions about them."""
        theirs = {line.id for line in self.lines.values() if line.author == author}
        self._drop(theirs)
        for decided in list(self.decisions.values()):
            if decided.decision.message in theirs or decided.decision.question in theirs:
                self._undecide(decided)

    def _undecide(self, decided: Decided) -> None:
        del self.decisions[decided.decision.id]
        self._new_decisions[decided.decision.id] = False

    def drain(self) -> News:
        """Return what is new since the last call."""
        lines, decisions = self._new_lines, self._new_decisions
        news = News(
            [self.lines[i] for i, here in lines.items() if here],
            [i for i, here in lines.items() if not here],
            [self.decisions[i] for i, here in decisions.items() if here],
            [i for i, here in decisions.items() if not here],
            self._reshaped,
        )
        self._new_lines, self._new_decisions, self._reshaped = {}, {}, False
        self.changed.clear()
        return news

    def _read(self, event: Event, reading: Reading) -> None:
        if isinstance(event, ChatMessage) and event.id == reading.id:
            channel, author, name, roles = event.channel, author_key(event.channel, event.author.id), event.author.name, event.author.roles
        elif isinstance(event, Caption) and event.id == reading.id:
            channel, author, name, roles = VOICE_CHANNEL, "", "", ("host",)
        else:
            return
        self.counts["message", "voice" if channel == VOICE_CHANNEL else "chat"] += 1
        self.counts["reading", reading.kind] += 1
        self.lines[event.id] = RecentLine(
            event.id, event.time, channel, author, name, roles, event.text, reading.kind, reading.question, reading.answers, reading.also
        )
        self._new_lines[event.id] = True
        if len(self.lines) > self._keep_lines:
            self._drop([next(iter(self.lines))])

    def _drop(self, lines: Iterable[str]) -> None:
        for line in lines:
            if self.lines.pop(line, None) is not None:
                self._new_lines[line] = False

    def _decided(self, decision: Decision) -> None:
        self.counts["decision", decision.kind] += 1
        self._reshaped = self._reshaped or decision.kind in RESHAPING
        if decision.kind == "suggest":  # it repeats the Question's best FAQ hit, which the pages have
            return
        self.decisions[decision.id] = Decided(decision)
        self._new_decisions[decision.id] = True
        if len(self.decisions) > self._keep_decisions:
            old, decided = self.decisions.popitem(last=False)
            self._new_decisions[old] = False
            for send in decided.sends:
                self._of_send.pop(send, None)

    def _sending(self, send: Send) -> None:
        decided = self.decisions.get(send.decision)
        if decided is not None:
            decided.sends[send.id] = Fate(send.channel, send.text)
            self._of_send[send.id] = send.decision
            self._new_decisions[send.decision] = True

    def _sent(self, event: Sent) -> None:
        self.counts["sent", event.fate] += 1
        decided = self.decisions.get(self._of_send.pop(event.request, ""))
        if decided is not None:
            fate = decided.sends[event.request]
            fate.fate, fate.why = event.fate, event.why
            self._new_decisions[decided.decision.id] = True
