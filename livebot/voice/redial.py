"""Keeps one connection: opens it again whenever it ends, soon at first and seldom later. Clock, sleep and chance are passed in."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.exceptions import InvalidHandshake, InvalidStatus

from livebot.errors import why_unreachable
from livebot.voice.base import Clock, Sleep, Status, Tell

STABLE_AFTER = 30.0  # seconds after which a connection counts as good
FIRST_WITHIN = 0.05
GROW_FROM, GROWTH = 0.25, 1.5
CAPS = ((12, 1.0), (26, 5.0), (None, 25.0))  # up to so many failures: about 10 s, the first minute, later; under 40 tries in 5 minutes


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection is over, or was none. `over`: it ended as it should, and nothing more will come."""

    code: str
    detail: str = ""
    retry: bool = True
    over: bool = False


def not_opened(error: Exception) -> Ended:
    """Return why a WebSocket could not be opened: `other_program`, `server_error`, `lost`, `not_ready`, or a code of `why_unreachable`."""
    if isinstance(error, InvalidStatus):
        status = error.response.status_code
        return Ended("server_error" if status >= 500 else "other_program", f"HTTP {status}")
    if isinstance(error, InvalidHandshake):
        return Ended("lost" if isinstance(error.__cause__, EOFError | OSError) else "other_program")
    return Ended("not_ready" if isinstance(error, TimeoutError) else why_unreachable(error))


Visit = Callable[[Callable[[], None]], Awaitable[Ended]]
"""Opens one connection, calls what it is given once the connection is good, and returns when it is over. Never raises."""


async def redial(visit: Visit, tell: Tell, *, clock: Clock, sleep: Sleep, rng: random.Random) -> None:
    """Visit again and again; return when trying again cannot help, or nothing more will come. Each change is told."""
    failures, good_since = 0, -1.0

    def joined() -> None:
        nonlocal good_since
        if good_since < 0:
            good_since = clock()
            tell(Status("joined"))

    tell(Status("connecting"))
    while True:
        good_since = -1.0
        ended = await visit(joined)
        if ended.over or not ended.retry:
            return tell(Status("ended" if ended.over else "stopped", ended.code, ended.detail))
        failures = 0 if good_since >= 0 and clock() - good_since >= STABLE_AFTER else failures + 1
        tell(Status("reconnecting", ended.code, ended.detail, 0 if good_since >= 0 else failures))
        await sleep(_delay(failures, rng))


def _delay(failures: int, rng: random.Random) -> float:
    if failures <= 1:
        return rng.uniform(0.0, FIRST_WITHIN)
    cap = next(cap for until, cap in CAPS if until is None or failures <= until)
    return float(min(cap, GROW_FROM * GROWTH ** min(failures - 2, 30)) * rng.uniform(0.8, 1.0))
