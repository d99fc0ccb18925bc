"""Recorded chats and captions from files: open, tell the format by its content, stream the events in order.

Memory stays bounded however large the file is. A line or record that cannot be read is reported and passed over; a file that
cannot be read at all is a `UserError` before the first event. Must not know what a show does with the events.
"""

from __future__ import annotations

import codecs
import gzip
import heapq
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from livebot.core.captions import BadCue, cues, has_cue
from livebot.core.events import Event
from livebot.errors import UserError, WorkError
from livebot.platforms.replay.json_stream import Broken, Item, array_items, member_items
from livebot.platforms.replay.wire import ChatDownloader, TwitchDownloader, Unknown, YtDlp, cue_event, line_event, own_event, zero_of

ACCEPTED = (
    "accepted are livebot's own log (.jsonl), chat-downloader (.json, .jsonl), yt-dlp (.live_chat.json), "
    "TwitchDownloader (.json, .json.gz), SubRip (.srt) and WebVTT (.vtt), all in UTF-8"
)
RECORDED = "give the path of a recorded chat, or of captions"
MAX_LINE = 1 << 20
"""Bytes of one line of a file of lines; a longer one is passed over unread."""

SORT_WINDOW = 2_000
"""Events of an imported file that are held back to bring lines in disorder into the order of their times."""

_DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
_HEAD = 1 << 20
_PIECE = 1 << 17

Format = Literal["own", "downloader-lines", "downloader-array", "ytdlp", "twitch", "captions"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that was passed over: `file` as it was named, the line (from 1; 0 is the file as a whole), and why."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.why}" if self.line else f"{self.file}: {self.why}"


OnProblem = Callable[[Problem], None]


def read_log(path: str | Path, *, on_problem: OnProblem) -> Iterator[Event]:
    """Return the events of a recorded chat or of a caption file, their times never decreasing.

    The format is told by the content. livebot's own logs keep the order of their lines (a time lower than the one before counts
    as that one); imported files are put in order within a window of `SORT_WINDOW` events. Bad lines and kinds of records that
    are not known go to `on_problem`. Raises UserError at once for a file that is missing, unreadable, empty or of no known format.
    """
    path = Path(path)
    report = _Report(str(path), on_problem)
    known = _format_of(path)
    if known == "own":
        return _never_back(_own_events(path, report))
    events = _caption_events(path, report) if known == "captions" else _imported_events(path, known, report)
    return _never_back(_sorted(events))


def merge(*logs: Iterable[Event]) -> Iterator[Event]:
    """Return the events of several logs by time, such as a chat and its captions; at equal times the earlier argument's come first."""
    return heapq.merge(*logs, key=lambda event: event.time)


class _Report:
    """Passes problems on, and counts what is of no known kind to tell it once, at the end."""

    def __init__(self, file: str, on_problem: OnProblem) -> None:
        self._file = file
        self._on_problem = on_problem
        self._unknown: dict[str, tuple[int, int]] = {}

    def problem(self, line: int, why: str) -> None:
        self._on_problem(Problem(self._file, line, why))

    def unknown(self, line: int, kind: str) -> None:
        if kind in self._unknown or len(self._unknown) < 100:
            first, count = self._unknown.get(kind, (line, 0))
            self._unknown[kind] = (first, count + 1)

    def tell_unknown(self) -> None:
        for kind, (line, count) in self._unknown.items():
            self.problem(line, f"unknown type {json.dumps(kind, ensure_ascii=False)}: {count} skipped")


# --- opening ---------------------------------------------------------------------------------------------------------------------


def _open(path: Path) -> BinaryIO:
    """Open a file to read, unpacked if it is gzip; what the system refuses is the user's error."""
    try:
        if path.exists() and not path.is_file():  # opening a pipe would wait, and it cannot be read twice
            raise UserError("is a folder" if path.is_dir() else "is no regular file", str(path), RECORDED)
        plain = path.open("rb")
        if plain.peek(2)[:2] != b"\x1f\x8b":
            return plain
        plain.close()
        return cast("BinaryIO", gzip.open(path))
    except FileNotFoundError:
        raise UserError("there is no such file", str(path), RECORDED) from None
    except (OSError, ValueError) as error:  # a ValueError: the name holds a NUL
        raise UserError(f"cannot be read: {getattr(error, 'strerror', None) or error}", str(path), RECORDED) from None


def _format_of(path: Path) -> Format:
    """Return the format of a file from its first megabyte; raises UserError."""
    try:
        with _open(path) as handle:
            head = handle.read(_HEAD)
    except _DAMAGED as error:
        raise UserError(f"is a damaged gzip file: {error}", str(path), ACCEPTED) from None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UserError("is UTF-16", str(path), "save it as UTF-8")
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if not text:
        raise UserError("is empty", str(path), "nothing was recorded in it")
    known = _format_of_text(text)
    if known is None and _is_labelled(text):
        raise UserError("is a labelled show, not a recorded one", str(path), f"score livebot on it: livebot eval show {path}")
    if known is None:
        raise UserError("is a binary file" if "\0" in text else "is in no known format", str(path), ACCEPTED)
    if known == "captions" and "\ufffd" in text[:-4]:
        raise UserError("is not UTF-8", str(path), "save it as UTF-8")
    return known


_TWITCH_ROOT = re.compile(r'\{\s*"(?:FileInfo|streamer|clipper|video|comments|embeddedData)"\s*:')


def _format_of_text(text: str) -> Format | None:
    if text.startswith("["):
        return "downloader-array" if text[1:].lstrip().startswith(("{", "]")) else None
    if _TWITCH_ROOT.match(text):
        return "twitch"
    for line in text.split("\n", 1000)[:1000]:
        if known := _format_of_line(line.strip()):
            return known
    return "captions" if text.startswith("WEBVTT") or has_cue(text) else None


def _is_labelled(text: str) -> bool:
    """Whether these are the lines that `livebot eval show` reads."""
    try:
        row = json.loads(text.partition("\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and row.keys() >= {"show", "id", "kind", "time", "text"}


def _format_of_line(line: str) -> Format | None:
    if not line.startswith("{"):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if "replayChatItemAction" in record or any(key.endswith(("Action", "Command")) for key in record):
        return "ytdlp"
    if isinstance(record.get("type"), str):
        return "own"
    return "downloader-lines" if "message" in record or "message_type" in record else None


# --- lines and pieces ------------------------------------------------------------------------------------------------------------


def _reads(path: Path, read: Callable[[], bytes], report: _Report) -> Iterator[bytes]:
    """Yield what `read` returns until it returns nothing; a damaged gzip ends the reading with a problem."""
    while True:
        try:
            data = read()
        except _DAMAGED as error:
            return report.problem(0, f"the compressed data is damaged, the rest is not read: {error}")
        except OSError as error:
            raise WorkError(f"cannot be read any further: {error.strerror or error}", str(path)) from error
        if not data:
            return
        yield data


def _rows(path: Path, report: _Report) -> Iterator[tuple[int, bytes]]:
    """Yield the numbered lines of a file; an overlong one is reported and left out."""
    with _open(path) as handle:
        rows = _reads(path, lambda: handle.readline(MAX_LINE), report)
        for number, row in enumerate(_whole_lines(rows), 1):
            if len(row) < MAX_LINE:
                yield number, row
            else:
                report.problem(number, f"longer than {MAX_LINE} bytes, passed over")


def _whole_lines(rows: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each line once: of a line that came in several pieces only the first."""
    for row in rows:
        yield row
        while len(row) == MAX_LINE and not row.endswith(b"\n"):
            row = next(rows, b"")


def _pieces(path: Path, report: _Report) -> Iterator[str]:
    """Yield a file's text piece by piece; bytes that are not UTF-8 become the replacement character."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with _open(path) as handle:
        for data in _reads(path, lambda: handle.read(_PIECE), report):
            if text := decoder.decode(data):
                yield text
    if text := decoder.decode(b"", final=True):
        yield text


def _records(path: Path, report: _Report) -> Iterator[tuple[int, Any]]:
    """Yield line number and value of each line of a file of JSON lines."""
    decode = json.JSONDecoder().raw_decode
    for number, row in _rows(path, report):
        try:
            line = row.decode("utf-8").strip("\ufeff \t\r\n")
            value, end = decode(line)
        except UnicodeDecodeError:
            report.problem(number, "not UTF-8 (save the file as UTF-8)")
        except RecursionError:
            report.problem(number, "not JSON: nested too deep")
        except ValueError as error:
            if line:
                report.problem(number, f"not JSON: {getattr(error, 'msg', 'a number is too long')}")
        else:
            if end == len(line):
                yield number, value
            else:
                report.problem(number, f"not JSON: something follows after column {end}")


# --- events ----------------------------------------------------------------------------------------------------------------------

# A BadEvent is a ValueError; a number such as 1e400 overflows; a text to hash may be nested too deep.
_BAD = (ValueError, OverflowError, RecursionError)


def _own_events(path: Path, report: _Report) -> Iterator[Event]:
    for number, record in _records(path, report):
        try:
            event = own_event(record, number)
        except _BAD as error:
            report.problem(number, str(error))
            continue
        if event is None:
            report.unknown(number, str(record.get("type"))[:100])
        else:
            yield event
    report.tell_unknown()


def _caption_events(path: Path, report: _Report) -> Iterator[Event]:
    lines = ((number, row.decode("utf-8", "replace").strip("\ufeff\r\n")) for number, row in _rows(path, report))
    for cue in cues(lines):
        if isinstance(cue, BadCue):
            report.problem(cue.line, cue.why)
        else:
            yield cue_event(cue)


_Reader = ChatDownloader | YtDlp | TwitchDownloader


def _imported_events(path: Path, known: Format, report: _Report) -> Iterator[Event]:
    reader = _reader(known, _room_of(path))
    zero = None if known == "twitch" else _zero(path, known, reader)
    before = 0.0
    for line_number, number, record in _foreign_records(path, known, reader, report):
        for line in reader.read(record):
            if isinstance(line, Unknown):
                report.unknown(line_number, line.kind)
                continue
            try:
                event = line_event(line, number, zero=zero, before=before)
            except _BAD as error:
                report.problem(line_number, str(error))
                continue
            if event is not None:
                before = event.time
                yield event
    report.tell_unknown()


def _reader(known: Format, room: str) -> _Reader:
    if known == "ytdlp":
        return YtDlp(room)
    return TwitchDownloader(room) if known == "twitch" else ChatDownloader(room)


def _foreign_records(path: Path, known: Format, reader: _Reader, report: _Report) -> Iterator[tuple[int, int, Any]]:
    """Yield line number, running number and value of each record."""
    if known in ("ytdlp", "downloader-lines"):
        yield from ((number, number, value) for number, value in _records(path, report))
        return
    pieces = _pieces(path, report)
    items: Iterator[Item | Broken] = member_items(pieces, "comments", ("streamer",)) if known == "twitch" else array_items(pieces)
    for item in items:
        if isinstance(item, Broken):
            report.problem(item.line, item.why)
        elif item.key == "streamer" and isinstance(reader, TwitchDownloader):
            reader.name_room(item.value)
        else:
            yield item.line, item.number, item.value


def _zero(path: Path, known: Format, reader: _Reader) -> float | None:
    """Return the platform's time at which the show's time is 0, from a first pass up to the first line that has both times.

    A file without such a line (a chat captured live) begins with its first line.
    """
    first: float | None = None
    silent = _Report(str(path), lambda problem: None)
    for _, _, record in _foreign_records(path, known, reader, silent):
        lines = reader.read(record)
        if (zero := zero_of(lines)) is not None:
            return zero
        if first is None:
            first = next((line["at"] for line in lines if not isinstance(line, Unknown) and line.get("at") is not None), None)
    return first


def _room_of(path: Path) -> str:
    """Return a room's name from a file's: the video's id in brackets, as yt-dlp writes it, else the name up to the first dot."""
    video = re.search(r"\[([\w-]{6,40})\]", path.name)
    return video[1] if video else path.name.partition(".")[0] or "file"


# --- order -----------------------------------------------------------------------------------------------------------------------


def _sorted(events: Iterator[Event]) -> Iterator[Event]:
    waiting: list[tuple[float, int, Event]] = []
    for number, event in enumerate(events):
        heapq.heappush(waiting, (event.time, number, event))
        if len(waiting) > SORT_WINDOW:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _never_back(events: Iterator[Event]) -> Iterator[Event]:
    last = float("-inf")
    for event in events:
        if event.time < last:
            event = replace(event, time=last)
        last = event.time
        yield event
