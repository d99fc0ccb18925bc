"""Cuts sound into utterances at the pauses, by how loud it is against the noise of the room. Pure: bytes in, utterances out.

For recognisers that hear a whole utterance at a time; they look again themselves whether anybody speaks in it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from livebot.voice.wire import BYTES_A_SECOND

LONGEST = 6.0  # seconds of an utterance; a longer one is cut,
LATE = 20  # and that where it was quietest in its last chunks: a price cut in two is two prices
SHORTEST = 0.3
PAUSE = 0.6  # seconds of quiet that end an utterance
BEFORE = 0.3  # seconds before the first loud chunk that belong to it
LOUDER = 3.0  # times as loud as the room
LEAST = 150.0  # of 32768; what is quieter is silence in any room
FORGETS, FORGETS_LOUD = 0.1, 0.0003  # how fast the noise of the room is learned anew, a chunk: speech without a pause is no noise


@dataclass(frozen=True, slots=True)
class _Part:
    """A chunk, how loud it is, and whether that is louder than the room."""

    sound: bytes
    level: float
    loud: bool

    @property
    def seconds(self) -> float:
        return len(self.sound) / BYTES_A_SECOND


class Cutter:
    """One stream of sound."""

    def __init__(self) -> None:
        self._room = LEAST
        self._ahead: deque[_Part] = deque(maxlen=3)
        self._parts: list[_Part] = []

    def take(self, chunk: bytes) -> bytes:
        """Take a chunk (16 kHz, mono, 16 bit); return the utterance that it ends, or b''."""
        part = self._heard(chunk)
        if not self._parts and not part.loud:
            self._ahead.append(part)
            return b""
        if not self._parts:
            self._parts = list(self._ahead)
            self._ahead.clear()
        self._parts.append(part)
        if self._quiet() >= PAUSE:
            return self.end()
        return self._cut() if sum(part.seconds for part in self._parts) >= LONGEST else b""

    def end(self) -> bytes:
        """Return the utterance that was begun, if enough of it was loud."""
        parts, self._parts = self._parts, []
        enough = sum(part.seconds for part in parts if part.loud) >= SHORTEST
        return b"".join(part.sound for part in parts) if enough else b""

    def _cut(self) -> bytes:
        """Return the utterance as far as its quietest moment of late; what comes after it is the next one's."""
        late = range(len(self._parts) - LATE, len(self._parts))
        quietest = max(late, key=lambda index: (-self._parts[index].level, index))
        rest = self._parts[quietest + 1 :]
        del self._parts[quietest + 1 :]
        utterance = self.end()
        self._parts = rest
        return utterance

    def _quiet(self) -> float:
        """Return for how many seconds nothing loud was heard."""
        seconds = 0.0
        for part in reversed(self._parts):
            if part.loud:
                break
            seconds += part.seconds
        return seconds

    def _heard(self, chunk: bytes) -> _Part:
        samples = np.frombuffer(chunk[: len(chunk) // 2 * 2], "<i2").astype(np.float32)
        level = float(np.sqrt(np.mean(samples * samples))) if len(samples) else 0.0
        loud = level > max(LEAST, self._room * LOUDER)
        rate = FORGETS_LOUD if loud else FORGETS
        self._room += rate * (level - self._room)
        return _Part(chunk, level, loud)
