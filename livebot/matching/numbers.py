"""Which numbers one text shares with each of many, and which contradict, compared all at once. Pure; `texts.numbers` does it for two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from livebot.core.reader import Quantity

Array = npt.NDArray[np.float64]
CLOSE = 0.005  # of the larger value: so far apart two numbers are still the same


class Numbers:
    """The numbers of many texts, one after the other, each with the text that holds it."""

    def __init__(self, texts: Sequence[Sequence[Quantity]]) -> None:
        self._count = len(texts)
        self._owners = np.array([i for i, quantities in enumerate(texts) for _ in quantities], np.intp)
        self._values = np.array([quantity.value for quantities in texts for quantity in quantities], float)
        self._known: dict[str, int] = {"": 0}
        units = [quantity.unit for quantities in texts for quantity in quantities]
        self._units = np.array([self._known.setdefault(unit, len(self._known)) for unit in units], np.intp)

    def compare(self, mine: Sequence[Quantity]) -> tuple[Array, Array]:
        """Return, for each text, (how many of `mine` it shares, how many it contradicts: same unit, no equal value)."""
        equal, unit = self._compared(mine)
        shared, known = self._any(equal), self._any(unit)
        return shared.sum(axis=1).astype(float), (known & ~shared).sum(axis=1).astype(float)

    def compare_theirs(self, mine: Sequence[Quantity]) -> tuple[Array, Array]:
        """Return, for each text, (how many of its own are among `mine`, how many of its own contradict them)."""
        equal, unit = self._compared(mine)
        shared = equal.any(axis=1)
        against = unit.any(axis=1) & ~shared
        return np.bincount(self._owners, shared, self._count).astype(float), np.bincount(self._owners, against, self._count).astype(float)

    def _compared(self, mine: Sequence[Quantity]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Return, for each number of the texts and each of `mine`, whether they are the same and whether they have one unit."""
        values = np.array([quantity.value for quantity in mine], float)
        units = np.array([self._known.get(quantity.unit, -1) for quantity in mine])
        unit = self._units[:, None] == units
        bare = (self._units == 0)[:, None] | (units == 0)
        theirs = self._values[:, None]
        near = np.abs(values - theirs) <= CLOSE * np.maximum(np.maximum(np.abs(values), np.abs(theirs)), 1e-9)
        return near & (unit | bare), unit

    def _any(self, found: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return, for each text and each of the other's numbers, whether any of the text's numbers was found."""
        out = np.zeros((self._count, found.shape[1]), bool)
        rows, columns = np.nonzero(found)
        out[self._owners[rows], columns] = True
        return out
