"""Cuts sound into utterances at the pauses, by how loud it is against the noise of the room. Pure: bytes in, utterances out.

For recognisers that hear a whole utterance at a time; they look again themselves whether anybody speaks in it.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from livebot.voice.wire import BYTES_A_SECOND

LONGEST = 6.0  # seconds of an utterance; a longer one is cut
SHORTEST = 0.3
PAUSE = 0.6  # seconds of quiet that end an utterance
BEFORE = 0.3  # seconds before the first loud chunk that belong to it
LOUDER = 3.0  # times as loud as the room
LEAST = 150.0  # of 32768; what is quieter is silence in any room
FORGETS, FORGETS_LOUD = 0.1, 0.0003  # how fast the noise of the room is learned anew, a chunk: speech without a pause is no noise


class Cutter:
    """One stream of sound."""

    def __init__(self) -> None:
        self._room = LEAST
        self._ahead: deque[bytes] = deque(maxlen=3)
        self._parts: list[bytes] = []
        self._seconds = 0.0
        self._quiet = 0.0

    def take(self, chunk: bytes) -> bytes:
        """Take a chunk (16 kHz, mono, 16 bit); return the utterance that it ends, or b''."""
        loud = self._is_loud(chunk)
        seconds = len(chunk) / BYTES_A_SECOND
        if not self._parts and not loud:
            self._ahead.append(chunk)
            return b""
        if not self._parts:
            self._parts = list(self._ahead)
            self._ahead.clear()
        self._parts.append(chunk)
        self._seconds += seconds if loud else 0.0
        self._quiet = 0.0 if loud else self._quiet + seconds
        length = sum(map(len, self._parts)) / BYTES_A_SECOND
        return self.end() if self._quiet >= PAUSE or length >= LONGEST else b""

    def end(self) -> bytes:
        """Return the utterance that was begun, if enough of it was loud."""
        whole = b"".join(self._parts) if self._seconds >= SHORTEST else b""
        self._parts, self._seconds, self._quiet = [], 0.0, 0.0
        return whole

    def _is_loud(self, chunk: bytes) -> bool:
        samples = np.frombuffer(chunk[: len(chunk) // 2 * 2], "<i2").astype(np.float32)
        level = float(np.sqrt(np.mean(samples * samples))) if len(samples) else 0.0
        loud = level > max(LEAST, self._room * LOUDER)
        rate = FORGETS_LOUD if loud else FORGETS
        self._room += rate * (level - self._room)
        return loud
