"""Sentence vectors as they travel in events: base64 of int8, and back to unit vectors. Pure; making them is the runtime's work."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
PART = ","


def encode(vector: npt.NDArray[np.floating]) -> str:
    """Return a vector's direction as base64 of int8."""
    peak = float(np.abs(vector).max()) or 1.0
    return base64.b64encode(np.round(vector * (127.0 / peak)).astype(np.int8).tobytes()).decode("ascii")


def decode(text: str) -> Vector | None:
    """Return the unit vector, or None if the text is no vector."""
    try:
        values = np.frombuffer(base64.b64decode(text, validate=True), np.int8).astype(np.float32)
    except (binascii.Error, ValueError):
        return None
    length = float(np.linalg.norm(values))
    unit: Vector = values / np.float32(length) if length else values
    return unit if values.size else None


def decode_all(vectors: Mapping[str, str]) -> dict[str, Vector]:
    """Return all vectors that can be decoded; those of a line's parts, under `NAME_parts`, as the rows of a matrix."""
    out = {}
    for name, text in vectors.items():
        rows = [decode(part) for part in text.split(PART)]
        if all(row is not None and row.size == rows[0].size for row in rows if rows[0] is not None) and rows[0] is not None:
            out[name] = np.stack([row for row in rows if row is not None]) if name.endswith("_parts") else rows[0]
    return out
