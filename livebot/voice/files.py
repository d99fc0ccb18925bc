"""Captions from a file that grows: one line a sentence (.txt), SubRip (.srt) or WebVTT (.vtt), as obs-localvocal and others write them.

LocalVocal appends, or empties and rewrites the file for each sentence, and renames it when a recording ends (obs-localvocal,
src/transcription-filter-callbacks.cpp). What stands in the file before the start is not the show's. Must not know sockets.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from livebot.core.captions import BadCue, Cue, CueReader
from livebot.voice.base import Hear, Segment, Sleep, Status, Tell
from livebot.voice.growing import GrowingFile, Lines, Look

LOOK_EVERY = 0.2
SETTLED_LOOKS = 5  # looks without a change after which a line or cue without its end is taken as it is
KEPT_ENTRIES = 50_000
UNREADABLE = 0.2  # share of characters that are no UTF-8 from which on a line cannot be read
CUE_SUFFIXES = (".srt", ".vtt")
SUFFIXES = (".txt", *CUE_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One caption in a file: its text, and its place in time where the format has one."""

    text: str
    start: float | None = None


class Format(ABC):
    """Makes entries of lines."""

    @abstractmethod
    def take(self, number: int, line: str) -> list[Entry]:
        """Take a line; return the entries that it completes."""

    @abstractmethod
    def settled(self) -> list[Entry]:
        """Return the entries that wait for an end which does not come."""


class Sentences(Format):
    """A sentence a line."""

    def take(self, number: int, line: str) -> list[Entry]:
        """Every line that is not empty is an entry."""
        return [Entry(line.strip())] if line.strip() else []

    def settled(self) -> list[Entry]:
        """Nothing waits."""
        return []


class Cues(Format):
    """Cues of SubRip or WebVTT."""

    def __init__(self) -> None:
        self._reader = CueReader()

    def take(self, number: int, line: str) -> list[Entry]:
        """A blank line, or the times of the next cue, complete one."""
        return _entries(self._reader.take(number, line))

    def settled(self) -> list[Entry]:
        """The last cue, whose blank line is still to come."""
        return _entries(self._reader.end())


def _entries(cues: list[Cue | BadCue]) -> list[Entry]:
    return [Entry(cue.text, cue.start) for cue in cues if isinstance(cue, Cue)]


class CaptionText:
    """What a caption file says, entry by entry. An entry that stood in the same place before a rewrite is not told again."""

    def __init__(self, cues: bool) -> None:
        self._format_of = Cues if cues else Sentences
        self._format: Format = self._format_of()
        self._lines = Lines()
        self._entries: list[Entry] = []
        self._before: list[Entry] = []
        self.unreadable = False
        """Whether the last entry was no UTF-8."""

    def restart(self) -> None:
        """The file begins anew."""
        self._before, self._entries = self._entries, []
        self._format = self._format_of()
        self._lines.restart()

    def take(self, chunk: bytes) -> list[Entry]:
        """Take bytes; return the new entries in them."""
        number = self._lines.number
        lines = self._lines.take(chunk)
        return self._fresh([entry for i, line in enumerate(lines, 1) for entry in self._format.take(number + i, line)])

    def settled(self) -> list[Entry]:
        """Return the entries whose end did not come for a while."""
        line = self._lines.settled() if self._lines.waits() else ""
        entries = self._format.take(self._lines.number + 1, line) if line else []
        return self._fresh([*entries, *self._format.settled()])

    def _fresh(self, entries: list[Entry]) -> list[Entry]:
        fresh = []
        for entry in entries:
            place = len(self._entries)
            if place < KEPT_ENTRIES:
                self._entries.append(entry)
            if place < len(self._before) and self._before[place] == entry:
                continue
            self.unreadable = sum(map(entry.text.count, "\ufffd\0")) > UNREADABLE * len(entry.text)
            if not self.unreadable:
                fresh.append(entry)
        return fresh


class CaptionFile:
    """Follows one caption file (`base.Source`). Codes: `no_file`, `file_gone`, `file_refused`, `not_utf8`."""

    def __init__(self, path: Path, *, sleep: Sleep = asyncio.sleep) -> None:
        self._path, self._sleep = path, sleep
        self._file = GrowingFile(path)
        self._text = CaptionText(path.suffix.lower() in CUE_SUFFIXES)
        self._status = Status("connecting")
        self._quiet = 0

    async def run(self, hear: Hear, tell: Tell) -> None:
        """Follow the file until cancelled. What is in it at the start is passed over; a file that comes later is read from its start."""
        try:
            self._tell(tell, await self._skip_old())
            while True:
                await self._sleep(LOOK_EVERY)
                look = await asyncio.to_thread(self._file.look)
                for entry in self._read(look):
                    hear(Segment(entry.text))
                self._tell(tell, self._state(look))
        finally:
            self._file.close()

    async def _skip_old(self) -> Status:
        look = await asyncio.to_thread(self._file.look)
        first = self._state(look)
        while look.chunk:
            self._read(look)
            look = await asyncio.to_thread(self._file.look)
        self._text.settled()
        return first

    def _read(self, look: Look) -> list[Entry]:
        rest: list[Entry] = []
        if look.anew:
            rest = self._text.settled()
            self._text.restart()
        if look.chunk or look.anew:
            self._quiet = 0
            return rest + self._text.take(look.chunk)
        self._quiet += 1
        return self._text.settled() if self._quiet == SETTLED_LOOKS else []

    def _state(self, look: Look) -> Status:
        gone = self._status.state in ("joined", "reconnecting")
        if look.refused:
            return Status("reconnecting", "file_refused", str(self._path))
        if look.missing:
            return Status("reconnecting" if gone else "connecting", "file_gone" if gone else "no_file", str(self._path))
        return Status("reconnecting", "not_utf8") if self._text.unreadable else Status("joined")

    def _tell(self, tell: Tell, status: Status) -> None:
        if status != self._status:
            self._status = status
            tell(status)
