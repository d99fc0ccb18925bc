"""The elements of one huge JSON array, one by one, from pieces of text: memory stays bounded however long the array is.

Pure: text comes in as an iterator of pieces, values go out. Must not know where the pieces come from or what the values mean.
A broken element is a value too (`Broken`), and reading goes on behind it wherever its end can be found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

MAX_ITEM = 1 << 20
"""Characters of one element; a longer one is passed over unread."""

_raw_decode = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_MARK_AT_ROOT = re.compile(r'["{}\[\],\s]')
_MARK_INSIDE = re.compile(r'["{}\[\]]')
_MARK_IN_STRING = re.compile(r'["\\]')


@dataclass(frozen=True, slots=True)
class Item:
    """One decoded value: the line it starts on, its number within the array (from 1), and the root's key that it belongs to."""

    line: int
    number: int
    value: Any
    key: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is not JSON, on this line."""

    line: int
    why: str


def array_items(pieces: Iterator[str]) -> Iterator[Item | Broken]:
    """Yield the elements of the array that is the whole text."""
    window = _Window(pieces)
    if window.next_char() != "[":
        yield Broken(window.line, "not JSON: the file does not start with [")
        return
    if (yield from _elements(window, "")) and window.next_char():
        yield Broken(window.line, "not JSON: text after the end of the array is not read")


def member_items(pieces: Iterator[str], array: str, keep: tuple[str, ...] = ()) -> Iterator[Item | Broken]:
    """Yield the elements of the root object's member `array`, and the members named in `keep`; pass over all others unread."""
    window = _Window(pieces)
    if window.next_char() != "{":
        yield Broken(window.line, "not JSON: the file does not start with {")
        return
    window.step()
    while window.next_char() not in ("", "}"):
        if not (yield from _member(window, array, keep)):
            return
        if window.next_char() == ",":
            window.step()
    if not window.next_char():
        yield Broken(window.line, "not JSON: the file is cut off")


def _member(window: _Window, array: str, keep: tuple[str, ...]) -> Generator[Item | Broken, None, bool]:
    """Read one `"key": value`; return whether reading can go on."""
    name = window.value()
    if not isinstance(name, str) or window.next_char() != ":":
        yield Broken(window.line, "not JSON: a key and a colon were expected; the rest is not read")
        return False
    window.step()
    opening = window.next_char()
    if name == array and opening == "[":
        return (yield from _elements(window, name))
    if name in keep:
        line, value = window.line, window.value()
        yield value if isinstance(value, Broken) else Item(line, 0, value, name)
        return True
    if window.skip_value():
        return True
    yield Broken(window.line, "not JSON: the file is cut off")
    return False


def _elements(window: _Window, key: str) -> Generator[Item | Broken, None, bool]:
    """Read an array whose bracket comes next; return whether its end was reached."""
    window.step()
    number = 0
    while (char := window.next_char()) != "]":
        if char == "":
            yield Broken(window.line, f"not JSON: the file is cut off after item {number}")
            return False
        if number:
            if char != ",":
                yield Broken(window.line, f"not JSON: a comma was expected after item {number}; the rest is not read")
                return False
            window.step()
            window.next_char()
        number += 1
        line, value = window.line, window.value()
        yield Broken(line, f"{value.why} (item {number})") if isinstance(value, Broken) else Item(line, number, value, key)
    window.step()
    return True


class _Window:
    """A sliding view of the text: what is behind `at` is forgotten, what is ahead is fetched piece by piece."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self.line = 1

    def _move(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        if piece:
            self._text = self._text[self._at :] + piece
            self._at = 0
        return bool(piece)

    def step(self) -> None:
        """Pass over the one character that `next_char` showed."""
        self._move(min(self._at + 1, len(self._text)))

    def next_char(self) -> str:
        """Pass over white space and return the character there without taking it; empty at the end of the text."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._move(match.end() if match else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def value(self) -> Any:
        """Take the value that starts here and return it, or `Broken` after passing over as much as belongs to it."""
        line = self.line
        while True:
            value, end, why = self._decode()
            # A number near the end of the text may go on in the next piece (`1e+` is read as 1); the rest is complete.
            if not why and (end + 2 < len(self._text) or not isinstance(value, int | float)):
                break
            if len(self._text) - self._at > MAX_ITEM:
                why = f"longer than {MAX_ITEM} characters, passed over"
            elif (not why or _Skipper().feed(self._text, self._at) < 0) and self._more():
                continue
            break
        if why:
            self.skip_value()
            return Broken(line, why)
        self._move(end)
        return value

    def _decode(self) -> tuple[Any, int, str]:
        """Return the value here, the index behind it, and why it cannot be decoded from the text at hand (empty: it can)."""
        try:
            return (*_raw_decode(self._text, self._at), "")
        except RecursionError:
            return None, self._at, "not JSON: nested too deep"
        except ValueError as error:
            return None, self._at, f"not JSON: {getattr(error, 'msg', 'a number is too long')}"

    def skip_value(self) -> bool:
        """Pass over the value that starts here, however long, and return whether its end was found."""
        skipper = _Skipper()
        while (end := skipper.feed(self._text, self._at)) < 0:
            self._move(len(self._text))
            if not self._more():
                return False
        self._move(end)
        return True


class _Skipper:
    """Finds the end of a JSON value by quotes and brackets alone; keeps its place from piece to piece."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._begun = False

    def feed(self, text: str, at: int) -> int:
        """Return the index behind the value, or -1 if it goes on after `text`."""
        if self._escaped and at < len(text):
            at, self._escaped = at + 1, False
        while match := self._mark().search(text, at):
            at = match.end()
            if self._in_string:
                at = self._within_string(match.group(), at, len(text))
            elif self._ends_before(match.group()):
                return match.start()
            if self._begun and not self._depth and not self._in_string:
                return at
        return -1

    def _mark(self) -> re.Pattern[str]:
        if self._in_string:
            return _MARK_IN_STRING
        return _MARK_INSIDE if self._depth else _MARK_AT_ROOT

    def _within_string(self, mark: str, at: int, length: int) -> int:
        if mark == '"':
            self._in_string = False
            return at
        self._escaped = at >= length
        return at + 1

    def _ends_before(self, mark: str) -> bool:
        """Take a mark outside a string; return whether it already belongs to what follows a bare value such as a number."""
        if mark == '"':
            self._in_string = self._begun = True
        elif mark in "{[":
            self._depth += 1
            self._begun = True
        elif not self._depth:
            return True
        else:
            self._depth -= 1
        return False
