"""SubRip and WebVTT: timed lines of what the host said. Pure: numbered lines of text in, cues out.

SRT has a running index, `HH:MM:SS,mmm --> HH:MM:SS,mmm`, text lines and a blank line. WebVTT has a header, a dot before the
milliseconds, optional hours, cue names, settings, NOTE and STYLE blocks (W3C WebVTT; ffmpeg and YouTube write both). One reader
takes both, since whatever is no cue stands before a time line; it takes a file as a whole or as it grows. Must not know files.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_CUE_LINES = 50

_TIME = r"(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s|$)")
_MARKUP = re.compile(r"<[^>]{0,500}>|\{\\[^}]{0,500}\}")
_OVERLAP = 0.1


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: the line it stands on, its number in the file (from 1), start in seconds, and text without markup."""

    line: int
    number: int
    start: float
    text: str


@dataclass(frozen=True, slots=True)
class BadCue:
    """A time line that cannot be read."""

    line: int
    why: str


@dataclass(slots=True)
class _Block:
    line: int
    start: float
    end: float
    rows: list[str] = field(default_factory=list)


def has_cue(text: str) -> bool:
    """Return whether a text holds a cue's time line."""
    return any(_TIMES.match(line) for line in text.splitlines())


def cues(lines: Iterable[tuple[int, str]]) -> Iterator[Cue | BadCue]:
    """Yield the cues of numbered lines in file order."""
    reader = CueReader()
    for number, line in lines:
        yield from reader.take(number, line)
    yield from reader.end()


class CueReader:
    """Makes cues of the lines of a file, one after the other.

    Automatic captions repeat the row above while a new one is spoken; a row that an adjoining cue already had is left out.
    """

    def __init__(self) -> None:
        self._number = 0
        self._block: _Block | None = None
        self._before: _Block | None = None

    def take(self, number: int, line: str) -> list[Cue | BadCue]:
        """Take a line without its end, numbered from 1; return what it completes."""
        block = self._block
        times = _TIMES.match(line) if "-->" in line else None
        if times or not line:  # a row of spaces is a row: YouTube's automatic captions begin with one
            done = self._closed(cut_short=times is not None)
            self._block = _Block(number, _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:])) if times else None
            return done
        if "-->" in line and not block:
            return [BadCue(number, "not a cue's times: HH:MM:SS,mmm --> HH:MM:SS,mmm is expected")]
        if block and len(block.rows) < MAX_CUE_LINES and (row := _plain(line)):
            block.rows.append(row)
        return []

    def end(self) -> list[Cue | BadCue]:
        """Return the cue that nothing completes any more."""
        done = self._closed(cut_short=False)
        self._block = None
        return done

    def _closed(self, *, cut_short: bool) -> list[Cue | BadCue]:
        """A cue without the blank line behind it ends in the next cue's index: take that away."""
        block, before = self._block, self._before
        if block is None:
            return []
        if cut_short and block.rows and block.rows[-1].isdecimal():
            block.rows.pop()
        text = " ".join(row for row in block.rows if not _repeats(row, block, before))
        self._before = block
        if not text:
            return []
        self._number += 1
        return [Cue(block.line, self._number, block.start, text)]


def _repeats(row: str, block: _Block, before: _Block | None) -> bool:
    return before is not None and row in before.rows and before.start <= block.start <= before.end + _OVERLAP


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction.ljust(3, "0")) / 1000


def _plain(line: str) -> str:
    return " ".join(html.unescape(_MARKUP.sub("", line)).split())
