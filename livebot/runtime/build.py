"""Builds a Show with its reader, matcher, wordings and embedder from settings and an FAQ. Knows no clock and no sockets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from livebot.core.events import Caption, ChatMessage, Event, Lookup
from livebot.core.matcher import FaqEntry
from livebot.core.settings import ShowSettings
from livebot.core.show import Show, ShowState
from livebot.lang.folding import fold
from livebot.lang.parts import parts_of
from livebot.lang.reader import LineReader
from livebot.lang.wordings import Wordings
from livebot.matching.faq import both_of
from livebot.matching.matcher import LineMatcher
from livebot.runtime.embed import Embedder

AHEAD = 256  # events of a log whose sentence vectors are made at once
LOOKED_UP_BELOW = 0.97  # a viewer's line that is less surely "other" than this gets sentence vectors


@dataclass
class Engine:
    """A Show and what it was built from."""

    show: Show
    reader: LineReader
    matcher: LineMatcher
    words: Wordings
    embedder: Embedder
    entries: tuple[FaqEntry, ...] = field(default_factory=tuple)
    forgotten: list[tuple[str, str]] = field(default_factory=list)
    """Who asked to be deleted in what was handled again after a restart: (platform, id)."""

    def texts_of(self, event: Event) -> tuple[str, ...]:
        """Return the (folded) texts whose sentence vectors this event should come with: the line, and a long host line's parts."""
        if not self.embedder.names or not isinstance(event, ChatMessage | Caption):
            return ()
        if by_host(event):
            folded = fold(event.text)
            return (folded, *parts_of(folded)) if folded else ()
        if "bot" in event.author.roles:  # type: ignore[union-attr]
            return ()
        reading = self.reader.read(event.text)
        if reading.flags & {"noise", "command"} or reading.scores.get("other", 0.0) >= LOOKED_UP_BELOW:
            return ()
        return (reading.folded,)

    def look_up(self, event: Event) -> Lookup | None:
        """Return the sentence vectors of an event's text, as the event that comes before it; they are computed at once."""
        texts = self.texts_of(event)
        if texts:
            self.embedder.embed(texts)
        return self.known_vectors(event, texts)

    def ahead(self, events: Iterable[Event]) -> Iterator[Event]:
        """Yield a log's events; the sentence vectors of many are made at once, which takes a fraction of the time.

        What the log brings its own vectors for is left out.
        """
        coming, given = iter(events), ""
        while batch := list(islice(coming, AHEAD)):
            texts: list[str] = []
            for event in batch:
                if isinstance(event, Lookup):
                    given = event.of
                elif getattr(event, "id", None) != given:
                    texts += self.texts_of(event)
            self.embedder.embed(texts)
            yield from batch

    def known_vectors(self, event: Event, texts: Sequence[str]) -> Lookup | None:
        """Return the event that carries the vectors of `texts` to the core, if all of them are known."""
        vectors = self.embedder.joined(texts)
        if vectors is None or not isinstance(event, ChatMessage | Caption):
            return None
        return Lookup(id=f"lookup:{event.id}", time=event.time, of=event.id, vectors=vectors)


def by_host(event: ChatMessage | Caption) -> bool:
    """Whether the host or staff say this: such lines are embedded whole and in parts."""
    return isinstance(event, Caption) or bool({"host", "staff"} & set(event.author.roles))


def build(
    settings: ShowSettings, entries: Sequence[FaqEntry], embedder: Embedder, *, date: str = "", state: ShowState | None = None
) -> Engine:
    """Return an engine; a `state` makes it go on where a snapshot was taken."""
    reader, words = LineReader(), Wordings()
    embed_entries(reader, entries, embedder)
    matcher = LineMatcher(entries, reader.read, date)
    return Engine(Show(settings, reader, matcher, words, state), reader, matcher, words, embedder, tuple(entries))


def embed_entries(reader: LineReader, entries: Sequence[FaqEntry], embedder: Embedder) -> None:
    """Give the reader the sentence vectors of the FAQ's texts."""
    if not embedder.names or not entries:
        return
    lines = [text for entry in entries for text in (entry.canonical, entry.answer)]
    for text, vectors in zip(lines, embedder.embed([fold(text) for text in lines]), strict=True):
        reader.take_vectors(text, vectors, lasting=True)
    passages = [both_of(entry) for entry in entries]
    for text, vectors in zip(passages, embedder.embed([fold(text) for text in passages], passage=True), strict=True):
        reader.take_vectors(text, vectors, lasting=True)
