"""Makes captions of a source's segments: what is final, once, without what recognisers invent. Pure: time is an argument.

A partial text is never handed on by itself, since the next one takes it back; one that stays as it is for a while is taken as final, for
sources that never say so. Faults of recognition (no punctuation, numbers in words, wrong words) stay as they are.
"""

from __future__ import annotations

from livebot.core.log import MAX_TEXT
from livebot.voice.base import Segment
from livebot.voice.silence import without_noise

SETTLED_AFTER = 4.0  # seconds for which a partial text has not changed
GROWS_WITHIN = 10.0
SAME_WITHIN = 3.0  # seconds within which the same text again is the same line sent again
LOOPS_WITHIN = 60.0  # seconds within which the third same line in a row is a loop
KEPT_KEYS = 2000
GROWS_FROM = 4  # characters


class Speech:
    """One source's speech."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._partial: Segment | None = None
        self._since = 0.0
        self._last = ""
        self._last_at = float("-inf")
        self._times = 0
        self.dropped = 0
        """Lines that were invented or said before."""

    def take(self, segment: Segment, now: float) -> str:
        """Take a segment; return the text to hand on, or ''."""
        if segment.final:
            self._partial = None
            return self._final(segment, now)
        if self._partial is None or self._partial.text != segment.text:
            self._partial, self._since = segment, now
        return ""

    def due(self) -> float | None:
        """Return when `settle` should be called, or None."""
        return None if self._partial is None else self._since + SETTLED_AFTER

    def settle(self, now: float, *, over: bool = False) -> str:
        """Return the partial text that counts as final now, or ''. `over`: the source is gone and will not go on."""
        partial = self._partial
        if partial is None or (now - self._since < SETTLED_AFTER and not over):
            return ""
        self._partial = None
        return self._final(partial, now)

    def _final(self, segment: Segment, now: float) -> str:
        text = without_noise(segment.text)[:MAX_TEXT]
        fresh = self._fresh(text, segment.key, now) if text else ""
        if not fresh:
            self.dropped += 1
            return ""
        if segment.key:
            self._texts[segment.key] = text
            if len(self._texts) > KEPT_KEYS:
                del self._texts[next(iter(self._texts))]
        self._last, self._last_at = text, now
        return fresh

    def _fresh(self, text: str, key: str, now: float) -> str:
        """Return what of a final text was not handed on before."""
        known = self._texts.get(key) if key else None
        if known is not None:
            return _rest(known, text)
        since = now - self._last_at
        if text == self._last:
            self._times = self._times + 1 if since <= LOOPS_WITHIN else 1
            again = since <= SAME_WITHIN and not key
            return "" if again or self._times > 2 else text
        self._times = 1
        grows = not key and since <= GROWS_WITHIN and len(self._last) >= GROWS_FROM
        return _rest(self._last, text) if grows else text


def _rest(before: str, text: str) -> str:
    """Return what `text` adds to `before`; all of it where it is another text."""
    return text[len(before) :].strip() if text.startswith(before) else text
