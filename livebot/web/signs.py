"""The visible signs of a text, and cutting it between them: marks of one sign neither pile up nor use the room of what follows. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice

MARKS_KEPT = 12  # code points of one visible sign: more reach into the lines above and below


def cut_signs(text: str, most: int) -> str:
    """Return at most `most` visible signs of a text, with `…` for what is left out; marks beyond a dozen of one sign are let go."""
    found = list(islice(_signs(text), most + 1))
    return "".join(found[:most]) + ("…" if len(found) > most else "")


def _signs(text: str) -> Iterator[str]:
    """Yield each visible sign with its marks and joiners, of which only so many are kept."""
    sign, joined = "", False
    for char in text:
        follows = unicodedata.category(char) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= char <= "\U0001f3ff" or char == "\u200d"
        if sign and not (follows or joined):
            yield sign
            sign = ""
        if len(sign) < MARKS_KEPT:
            sign += char
        joined = char == "\u200d"
    if sign:
        yield sign
