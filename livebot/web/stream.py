"""One role's document and the frames that carry it: a full state, then patches with rising ids. Bytes are made once for all readers.

A document is sections of entries: `{"questions": {"m1": {...}}, ...}`. A patch has the same shape; an entry of null is not there,
or no longer. Must not know what the sections mean, nor sockets.

Frames, as JSON: `{"t":"full","epoch":e,"id":n,"now":s,"skipped":k,"doc":{...}}` · `{"t":"patch","id":n,"now":s,"doc":{...}}` ·
`{"t":"now","id":n,"now":s}`. `now` is the show's time at which the frame was made. `epoch` changes when livebot starts anew: an id counts
only together with its epoch.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any

Changes = Mapping[str, Mapping[str, Any]]

RING_FRAMES = 256
RING_BYTES = 8 * 1024 * 1024


def encode(value: Any) -> str:
    """Return compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Stream:
    """Keeps a document entry by entry as JSON text, so that neither a patch nor a full state encodes anything twice."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.id = 0
        self._doc: dict[str, dict[str, str]] = {}
        self._full: bytes | None = None
        self._ring: deque[bytes] = deque()
        self._ring_bytes = 0

    def keys(self, section: str) -> list[str]:
        """Return the keys of a section's entries."""
        return list(self._doc.get(section, ()))

    def publish(self, changes: Changes, now: float) -> bytes | None:
        """Take changes in and return the patch frame that says them, or None if nothing is different."""
        parts = []
        for section, entries in changes.items():
            said = self._change(self._doc.setdefault(section, {}), entries)
            if said:
                parts.append(f"{encode(section)}:{{{','.join(said)}}}")
        if not parts:
            return None
        self.id += 1
        self._full = None
        frame = f'{{"t":"patch","id":{self.id},"now":{now:.3f},"doc":{{{",".join(parts)}}}}}'.encode("utf-8", "replace")
        self._keep(frame)
        return frame

    def full(self, now: float, skipped: int = 0) -> bytes:
        """Return the whole document as a frame; `skipped` is how many frames its reader did not get."""
        if self._full is None:
            sections = (f"{encode(name)}:{{{','.join(map(_entry, entries.items()))}}}" for name, entries in self._doc.items())
            self._full = f'"doc":{{{",".join(sections)}}}}}'.encode("utf-8", "replace")
        head = f'{{"t":"full","epoch":{encode(self.epoch)},"id":{self.id},"now":{now:.3f},"skipped":{skipped},'
        return head.encode() + self._full

    def since(self, epoch: str, frame_id: int) -> list[bytes] | None:
        """Return the patches after a frame, or None if they are no longer all there."""
        behind = self.id - frame_id
        if epoch != self.epoch or behind < 0 or behind > len(self._ring):
            return None
        return list(self._ring)[len(self._ring) - behind :]

    def tell_now(self, now: float) -> bytes:
        """Return the frame that says what time it is and which frame was the last."""
        return f'{{"t":"now","id":{self.id},"now":{now:.3f}}}'.encode()

    def _change(self, kept: dict[str, str], entries: Mapping[str, Any]) -> list[str]:
        said = []
        for key, value in entries.items():
            text = None if value is None else encode(value)
            if text == kept.get(key):
                continue
            if text is None:
                del kept[key]
            else:
                kept[key] = text
            said.append(f"{encode(key)}:{text or 'null'}")
        return said

    def _keep(self, frame: bytes) -> None:
        self._ring.append(frame)
        self._ring_bytes += len(frame)
        while len(self._ring) > RING_FRAMES or self._ring_bytes > RING_BYTES:
            self._ring_bytes -= len(self._ring.popleft())


def _entry(item: tuple[str, str]) -> str:
    return f"{encode(item[0])}:{item[1]}"
