"""A linear model over the characters and words of a folded line, with or without its vectors: how likely is it a question, a thanks …

Inference only; `scripts/train` fits and writes it. Pure.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
KINDS = ("question", "answer", "thanks", "other")
WORDS = 3
_WORD = re.compile(r"[^\W_]+|[?!]+")


def grams_of(folded: str, low: int = 2, high: int = 4) -> set[str]:
    """Return the n-grams of a folded line, its ends marked: of its characters, and of its words (those end in a tab)."""
    text = f"^{folded}$"
    words = ["^", *_WORD.findall(folded), "$"]
    found = {text[i : i + n] for n in range(low, high + 1) for i in range(len(text) - n + 1)}
    found.update(" ".join(words[i : i + n]) + "\t" for n in range(1, WORDS + 1) for i in range(len(words) - n + 1))
    return found


class TextModel:
    """Heads over shared features. The heads named in `KINDS` are one choice (softmax), every other one is a yes or no of its own."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.heads: tuple[str, ...] = tuple(data["heads"])
        self._index: dict[str, int] = {gram: i for i, gram in enumerate(data["grams"])}
        self._variants = {name: _Variant(variant, len(self._index), len(self.heads)) for name, variant in data["variants"].items()}
        self._kinds = [self.heads.index(kind) for kind in KINDS]
        self._others = [(name, i) for i, name in enumerate(self.heads) if name not in KINDS]

    @property
    def sizes(self) -> dict[str, int]:
        """How long the vectors of each embedder must be."""
        return {name: len(matrix) for variant in self._variants.values() for name, matrix in variant.vectors.items()}

    def scores(self, folded: str, vectors: Mapping[str, Vector]) -> dict[str, float]:
        """Return a probability for every head; the richest variant whose vectors are all there is used."""
        found = sorted(place for place in map(self._index.get, grams_of(folded)) if place is not None)  # sums depend on the order
        variant = self._choose(vectors)
        logits = variant.logits(found, vectors)
        peak = max(logits[i] for i in self._kinds)
        exps = [math.exp(logits[i] - peak) for i in self._kinds]
        total = sum(exps)
        out = {kind: exp / total for kind, exp in zip(KINDS, exps, strict=True)}
        for name, i in self._others:
            out[name] = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logits[i]))))
        return out

    def weights(self, folded: str, head: str, vectors: Mapping[str, Vector]) -> list[tuple[str, float]]:
        """Return what counted for `head`: (n-gram or vector name, weight), strongest first. For `explain`."""
        column = self.heads.index(head)
        variant = self._choose(vectors)
        parts = [(gram, float(variant.grams[self._index[gram], column])) for gram in sorted(grams_of(folded)) if gram in self._index]
        parts += [(f"<{name}>", float(vectors[name] @ matrix[:, column])) for name, matrix in variant.vectors.items()]
        return sorted(parts, key=lambda part: (-abs(part[1]), part[0]))

    def _choose(self, vectors: Mapping[str, Vector]) -> _Variant:
        fitting = [variant for variant in self._variants.values() if variant.vectors.keys() <= vectors.keys()]
        return max(fitting, key=lambda variant: len(variant.vectors))


class _Variant:
    """One set of weights: n-grams by heads, and vector dimensions by heads."""

    def __init__(self, data: Mapping[str, Any], grams: int, heads: int) -> None:
        self.grams = unpack(data["grams"], (grams, heads))
        self.bias: Vector = np.asarray(data["bias"], np.float32)
        self.vectors = {name: unpack(packed, (-1, heads)) for name, packed in data.get("vectors", {}).items()}

    def logits(self, found: Sequence[int], vectors: Mapping[str, Vector]) -> list[float]:
        sums = self.bias + self.grams[found].sum(axis=0) if found else self.bias
        for name, matrix in self.vectors.items():
            sums = sums + vectors[name] @ matrix
        return [float(value) for value in sums]


def pack(matrix: npt.NDArray[np.floating[Any]]) -> dict[str, Any]:
    """Return a matrix as int8 by column with a scale each, base64: a quarter of its size and exact enough for scores."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-9) / 127.0
    return {
        "scale": [round(float(s), 9) for s in scale],
        "int8": base64.b64encode(np.round(matrix / scale).astype(np.int8).tobytes()).decode("ascii"),
    }


def unpack(packed: Mapping[str, Any], shape: tuple[int, int]) -> Vector:
    """Return the matrix that `pack` wrote."""
    values = np.frombuffer(base64.b64decode(packed["int8"]), np.int8).reshape(shape).astype(np.float32)
    result: Vector = values * np.asarray(packed["scale"], np.float32)
    return result
