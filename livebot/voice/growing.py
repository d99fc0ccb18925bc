"""A text file that somebody else writes: what it got since the last look, in whole lines, whatever is done to it meanwhile.

Knows nothing of captions. Nothing here waits or sleeps; the disk is read on each `look`.
"""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_READ = 1 << 20
MAX_LINE = 10_000
PROOF = 256  # bytes before the reader's place that must still be there, else the file was written anew


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the file gave. `anew`: the file was replaced, cut or rewritten, and `chunk` begins at its start.

    `missing`: it is not there; `refused`: it cannot be read.
    """

    chunk: bytes = b""
    anew: bool = False
    missing: bool = False
    refused: bool = False


class GrowingFile:
    """Reads a file as it grows. A file that is renamed away is read to its end before the one that took its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._place = 0
        self._proof = b""
        self._seen = (0, 0, 0, 0)

    def look(self) -> Look:
        """Return what is new, at most `MAX_READ` bytes of it."""
        try:
            return self._look()
        except OSError:
            self.close()
            return Look(refused=True)

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def _look(self) -> Look:
        at_path = self._stat()
        if self._file is not None and at_path is not None and os.path.samestat(os.fstat(self._file.fileno()), at_path):
            return self._look_again(at_path)
        if self._file is not None and (rest := self._read()):
            return Look(rest)
        self.close()
        if at_path is None:
            return Look(missing=True)
        return self._open()

    def _stat(self) -> os.stat_result | None:
        try:
            return self._path.stat()
        except FileNotFoundError:
            return None

    def _look_again(self, stat: os.stat_result) -> Look:
        """The same file: it grew, or was cut or rewritten in place, which shows in the bytes before the reader's place."""
        seen = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        if seen == self._seen and self._place >= stat.st_size:
            return Look()
        self._seen = seen
        if stat.st_size < self._place or not self._is_proven():
            return self._open()
        return Look(self._read())

    def _is_proven(self) -> bool:
        assert self._file is not None
        self._file.seek(self._place - len(self._proof))
        return self._file.read(len(self._proof)) == self._proof

    def _open(self) -> Look:
        self.close()
        self._file = self._path.open("rb", buffering=0)
        self._place, self._proof = 0, b""
        return Look(self._read(), anew=True)

    def _read(self) -> bytes:
        assert self._file is not None
        self._file.seek(self._place)
        chunk = self._file.read(MAX_READ)
        self._place += len(chunk)
        self._proof = (self._proof + chunk)[-PROOF:]
        return chunk


class Lines:
    """Cuts a stream of bytes into lines of text: a character or line that is half there waits for its other half."""

    def __init__(self) -> None:
        self.number = 0
        self._start()

    def _start(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._open = ""
        self._taken = 0
        self._first = True

    def restart(self) -> None:
        """Forget the stream: another one begins."""
        self.number = 0
        self._start()

    def take(self, chunk: bytes) -> list[str]:
        """Take bytes; return the lines they complete, without their ends and without a byte order mark."""
        text = self._decoder.decode(chunk)
        if self._first and text:
            self._first = False
            text = text.removeprefix("\ufeff")
        *whole, rest = (self._open + text).split("\n")
        lines = [line[self._taken if not i else 0 :].removesuffix("\r") for i, line in enumerate(whole)]
        if whole:
            self._taken = 0
        self._open = rest
        if len(rest) > MAX_LINE:
            lines.append(self.settled())
        self.number += len(lines)
        return lines

    def waits(self) -> bool:
        """Whether there is a line that was not ended."""
        return len(self._open) > self._taken

    def settled(self) -> str:
        """Return what is there of a line that was not ended; what comes after it later is a line of its own."""
        text = self._open[self._taken :].removesuffix("\r")
        self._taken = len(self._open)
        if self._taken > MAX_LINE:
            self._open, self._taken = "", 0
        return text
