"""Acting once: a tap that is sent again after a lost network gets the first one's answer instead of a second effect.

Bounded: the last thousand ids. Must not know what a tap does.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

REMEMBERED = 1000
A = TypeVar("A")


class OtherTap(Exception):
    """The same id came before with something else in it."""


class Taps(Generic[A]):
    """Answers by id. What failed without a clear answer is forgotten, so that it can be tried again."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._of: OrderedDict[str, tuple[object, asyncio.Future[A]]] = OrderedDict()
        self._remembered = remembered

    async def once(self, tap_id: str, said: object, act: Callable[[], Awaitable[A]]) -> tuple[A, bool]:
        """Run `act` unless this id has run; return its answer and whether it is a repeated one. OtherTap: it said something else."""
        known = self._of.get(tap_id)
        if known is not None:
            if known[0] != said:
                raise OtherTap
            return await asyncio.shield(known[1]), True
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._of[tap_id] = (said, future)
        if len(self._of) > self._remembered:
            self._of.popitem(last=False)
        try:
            answer = await act()
        except BaseException as error:
            self._of.pop(tap_id, None)
            if isinstance(error, Exception):
                future.set_exception(error)
                future.exception()  # nobody may be waiting for it
            else:
                future.cancel()
            raise
        future.set_result(answer)
        return answer, False
