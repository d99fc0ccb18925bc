"""A small feed-forward network over named features: inference and what counted. Pure.

No hidden layer makes it a logistic regression. Inputs are standardised with the mean and scale seen in training; hidden layers are
rectified; the output is a sigmoid (one column) or a softmax (several).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


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
        self._temperature = float(data.get("temperature", 1.0))
        self._shift = float(data.get("shift", 0.0))

    def run(self, rows: Matrix | Sequence[Sequence[float]]) -> Matrix:
        """Return probabilities, shape (rows, outputs), for features of shape (rows, inputs)."""
        values = np.clip((np.asarray(rows, float).reshape(len(rows), -1) - self._mean) / self._scale, -8.0, 8.0)
        for weights, bias in self._layers[:-1]:
            values = np.maximum(values @ weights + bias, 0.0)
        weights, bias = self._layers[-1]
        logits = (values @ weights + bias) / self._temperature + self._shift
        if logits.shape[1] == 1:
            return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))))
        exps = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(exps / exps.sum(axis=1, keepdims=True))

    def counted(self, row: Sequence[float], output: int = 0) -> list[tuple[str, float]]:
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
