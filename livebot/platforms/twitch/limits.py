"""How much one Twitch account may write and join, as sliding windows over a clock that the caller reads.

Knows no socket and no clock of its own. Sources: Twitch's rate limits (dev.twitch.tv/docs/chat) and the measured ones of
pajbot/tmi-rate-limits: 20 lines in 30 s, 100 where the account is moderator, VIP or broadcaster, both counted per account; lines in a
plain room count in both; one line a second and room otherwise; refused lines count too; 20 joins (or logins) in 10 s. The windows
here are longer than Twitch's, since lines sent apart can arrive close together.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

WINDOW = 32.0
LINES = 20
PRIVILEGED_LINES = 100
SAME_ROOM_GAP = 1.2
REPEAT_WINDOW = 31.0
JOIN_WINDOW = 12.5
JOINS = 18


@dataclass(frozen=True, slots=True)
class PastSend:
    """A line that left (or was about to): when, where, with which standing, and a digest of its text; the text itself is not kept."""

    at: float
    room: str
    privileged: bool
    digest: str


class SendLimits:
    """The windows of one account. `past` are the sends before a restart, on the same clock; `keep` is told of each before it leaves."""

    def __init__(self, past: Iterable[PastSend] = (), keep: Callable[[PastSend], None] | None = None) -> None:
        self._sends: deque[PastSend] = deque(sorted(past, key=lambda send: send.at), maxlen=PRIVILEGED_LINES)
        self._keep = keep

    def wait(self, room: str, privileged: bool, now: float, slow: float = 0.0) -> float:
        """Return the seconds until the next line may leave for `room`; `slow` is the room's slow mode in seconds."""
        free = [now, self._free_at([send.at for send in self._sends], PRIVILEGED_LINES)]
        if not privileged:
            free.append(self._free_at([send.at for send in self._sends if not send.privileged], LINES))
            free.append(max((send.at for send in self._sends if send.room == room), default=float("-inf")) + max(SAME_ROOM_GAP, slow))
        return max(free) - now

    @staticmethod
    def _free_at(times: list[float], most: int) -> float:
        return times[-most] + WINDOW if len(times) >= most else float("-inf")

    def repeats(self, room: str, text: str, now: float) -> bool:
        """Whether the same text went to `room` so shortly before that Twitch would refuse it. Nothing is added to get around that."""
        digest = _digest(text)
        return any(send.room == room and send.digest == digest and now - send.at < REPEAT_WINDOW for send in self._sends)

    def take(self, room: str, privileged: bool, text: str, now: float) -> None:
        """Count a line that is about to leave."""
        send = PastSend(now, room, privileged, _digest(text))
        if self._keep is not None:
            self._keep(send)
        self._sends.append(send)

    def refused(self) -> None:
        """The line counted last was refused: it stays counted, but to write it again is no repetition."""
        if self._sends:
            self._sends[-1] = replace(self._sends[-1], digest="")


def _digest(text: str) -> str:
    """Return what tells texts apart as Twitch does: without the spaces around them and runs of spaces."""
    return hashlib.blake2s(" ".join(text.split()).encode(errors="replace"), digest_size=8).hexdigest()


class JoinLimit:
    """Connections (each one login and one join) of one account, first and repeated ones alike."""

    def __init__(self) -> None:
        self._joins: deque[float] = deque(maxlen=JOINS)

    def take(self, now: float) -> float:
        """Take the next turn and return the seconds to wait for it."""
        at = max(now, self._joins[0] + JOIN_WINDOW) if len(self._joins) == JOINS else now
        self._joins.append(at)
        return at - now
