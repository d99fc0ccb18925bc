"""A small feed-forward network over named features: inference and what counted. Pure.

No hidden layer makes it a logistic regression. Inputs are standardised with the mean and scale seen in training; hidden layers are
rectified; the output is a sigmoid (one column) or a softmax (several).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """Features by name: a column each, shape (rows, names)."""

    names: tuple[str, ...]
    rows: Matrix

    @staticmethod
    def of(columns: Mapping[str, float | Matrix], count: int) -> Table:
        """Return a table of `count` rows; a number stands for a column of it."""
        values = np.empty((len(columns), count))
        for row, column in zip(values, columns.values(), strict=True):
            row[:] = column
        return Table(tuple(columns), values.T)

    def with_more(self, columns: Mapping[str, Matrix]) -> Table:
        """Return the table with further columns."""
        return Table((*self.names, *columns), np.concatenate((self.rows.T, [*columns.values()])).T)

    def row(self, index: int) -> dict[str, float]:
        """Return one row by name."""
        return dict(zip(self.names, self.rows[index].tolist(), strict=True))


class Net:
    """A trained network. `inputs` names its features in order, `outputs` its columns."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.inputs: tuple[str, ...] = tuple(data["inputs"])
        self.outputs: tuple[str, ...] = tuple(data["outputs"])
        self._mean: Matrix = np.asarray(data["mean"], float)
        self._scale: Matrix = np.asarray(data["scale"], float)
        self._layers = [
            (np.asarray(layer["weights"], float).reshape(-1, len(layer["bias"])), np.asarray(layer["bias"], float))
            for layer in data["layers"]
        ]
        temperature, (weights, bias) = float(data.get("temperature", 1.0)), self._layers[-1]
        self._layers[-1] = weights / temperature, bias / temperature + float(data.get("shift", 0.0))
        self._orders: dict[tuple[str, ...], Any] = {self.inputs: slice(None)}

    def run(self, rows: Matrix | Sequence[Sequence[float]]) -> Matrix:
        """Return probabilities, shape (rows, outputs), for features of shape (rows, inputs)."""
        values = np.asarray(rows, float).reshape(len(rows), -1) - self._mean
        values /= self._scale
        np.minimum(np.maximum(values, -8.0, out=values), 8.0, out=values)
        for weights, bias in self._layers[:-1]:
            values = values @ weights
            values += bias
            np.maximum(values, 0.0, out=values)
        weights, bias = self._layers[-1]
        logits = values @ weights + bias
        if logits.shape[1] == 1:
            return np.asarray(1.0 / (1.0 + np.exp(-np.minimum(np.maximum(logits, -30.0), 30.0))))
        exps = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exps / exps.sum(axis=1, keepdims=True))

    def run_one(self, features: Mapping[str, float]) -> float:
        """Return the one probability for features by name, of which there may be more than the network's."""
        return float(self.run([[features[name] for name in self.inputs]])[0, 0])

    def run_on(self, table: Table) -> Matrix:
        """Return probabilities, shape (rows, outputs), for a table that has at least the network's features."""
        return self.run(self.rows_of(table))

    def rows_of(self, table: Table) -> Matrix:
        """Return the features of a table that the network asks for, in its order."""
        order = self._orders.get(table.names)
        if order is None:
            order = self._orders[table.names] = [table.names.index(name) for name in self.inputs]
        rows: Matrix = table.rows[:, order]
        return rows

    def counted(self, row: Sequence[float] | Matrix, output: int = 0) -> list[tuple[str, float]]:
        """Return what counted for one row: (feature, how much its value moved the probability from that of its mean), strongest first."""
        one = np.asarray([row], float)
        base = float(self.run(one)[0, output])
        varied = np.repeat(one, len(self.inputs), axis=0)
        np.fill_diagonal(varied, self._mean)
        moved = base - self.run(varied)[:, output]
        pairs = [(name, round(float(move), 4)) for name, move in zip(self.inputs, moved, strict=True)]
        return sorted((pair for pair in pairs if abs(pair[1]) >= 0.005), key=lambda pair: (-abs(pair[1]), pair[0]))


def logit(chance: float) -> float:
    """Return the log odds of a probability, bounded."""
    return math.log(max(chance, 1e-4) / max(1.0 - chance, 1e-4))


def logits(chances: Matrix) -> Matrix:
    """Return the log odds of probabilities, bounded."""
    return np.log(np.maximum(chances, 1e-4) / np.maximum(1.0 - chances, 1e-4))
