"""FAQ files: JSON Lines, CSV and XLSX to entries and back. Every fault is reported with its row; nothing here touches the store.

Columns (keys in JSON Lines): `faq_id`, `canonical`, `answer`; if wanted `product` (empty or `all`: every product), `questions` (a list;
in a table separated by new lines, or by `|`), `topic`, `lang`, `firm` (yes/no), `valid_from`, `valid_until` (YYYY-MM-DD). Others are
ignored, but for `show`, by which a file that holds several shows' entries may be narrowed.

Questions may have been copied from a chat: personal data in them is masked. An answer is the shop's own word, with its number.

A cell that a spreadsheet would take for a formula is written with a quote before it, and the quote is taken off again when read.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

from livebot.core.matcher import FaqEntry
from livebot.errors import UserError
from livebot.lang.masking import mask
from livebot.lang.wordings import LANGUAGES

COLUMNS = tuple(field.name for field in fields(FaqEntry))
REQUIRED = ("faq_id", "canonical", "answer")
LONGEST = 10_000
LONGEST_ID = 300
SHOWN_CELL = 40
YES = frozenset({"yes", "true", "예", "1"})
NO = frozenset({"no", "false", "아니오", "아니요", "0", ""})

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")
_SEPARATORS = ",;\t"
_QUOTES = "a quotation mark that opens a text must be closed; one inside it is written twice"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Record = tuple[int, Mapping[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: `row` counts from 1, a table's heading included, as a spreadsheet numbers it."""

    file: str
    row: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.why}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds. With problems, and not told to skip bad rows, there are no entries."""

    entries: tuple[FaqEntry, ...]
    problems: tuple[Problem, ...]


class _Bad(Exception):
    """A row that is no entry, and why."""


def load(path: Path | str, *, skip_bad: bool = False, show: str | None = None) -> Loaded:
    """Read a `.jsonl`, `.csv` or `.xlsx` file; UserError if it cannot be read at all. `show` leaves out entries of another show."""
    path = Path(path)
    records, problems = read_records(path, REQUIRED, COLUMNS)
    entries: list[FaqEntry] = []
    rows: dict[str, int] = {}
    for row, record in records:
        if show is not None and str(record.get("show") or show) != show:
            continue
        try:
            entry = _entry(record)
            if entry.faq_id in rows:
                raise _Bad(f"faq_id {entry.faq_id!r} is in row {rows[entry.faq_id]} already")
        except _Bad as bad:
            problems.append(Problem(str(path), row, str(bad)))
        else:
            rows[entry.faq_id] = row
            entries.append(entry)
    problems.sort(key=lambda problem: problem.row)
    return Loaded(() if problems and not skip_bad else tuple(entries), tuple(problems))


def read_records(path: Path, required: Sequence[str], known: Sequence[str]) -> tuple[list[Record], list[Problem]]:
    """Return the rows of a `.jsonl`, `.csv` or `.xlsx` file by column, and what is wrong with others; UserError for a file that is none.

    A table that lacks one of the columns `required`, or has one of `known` twice, is no such file.
    """
    reader = _of_kind(path, _READERS)
    try:
        return reader(path, required, known)
    except OSError as error:
        raise UserError(f"the file cannot be read: {error.strerror}", str(path), "name a .jsonl, .csv or .xlsx file") from error


def save(path: Path | str, entries: Iterable[FaqEntry]) -> None:
    """Write a `.jsonl`, `.csv` or `.xlsx` file, whole or not at all; UserError where it cannot be written."""
    path = Path(path)
    writer = _of_kind(path, _WRITERS)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        writer(unfinished, entries)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UserError(
            f"the file cannot be written: {error.strerror}", str(path), "name a file in a folder that you may write to"
        ) from error


def _of_kind(path: Path, kinds: Mapping[str, T]) -> T:
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise UserError(f"a file of the kind {path.suffix or 'without ending'!r} is not known", str(path), f"allowed: {', '.join(kinds)}")
    return kind


# one record


def _entry(record: Mapping[str, Any]) -> FaqEntry:
    texts = {key: _text(record, key) for key in ("faq_id", "canonical", "answer", "product", "topic", "lang")}
    for key in REQUIRED:
        if not texts[key]:
            raise _Bad(f"{key} is empty" if key in record else f"{key} is missing")
    if len(texts["faq_id"]) > LONGEST_ID:
        raise _Bad(f"faq_id is longer than {LONGEST_ID} characters")
    valid_from, valid_until = _date(record, "valid_from"), _date(record, "valid_until")
    if valid_from and valid_until and valid_until < valid_from:
        raise _Bad(f"valid_until {valid_until} is before valid_from {valid_from}")
    if texts["lang"] and texts["lang"] not in LANGUAGES:
        raise _Bad(f"lang is {texts['lang']!r}; allowed: {', '.join(LANGUAGES)}, or nothing")
    texts["canonical"] = mask(texts["canonical"])
    texts["product"] = texts["product"] or "all"
    return FaqEntry(**texts, questions=_questions(record), firm=_firm(record), valid_from=valid_from, valid_until=valid_until)


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise _Bad(f"{key} must be a text")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet has no whole numbers
    return _cleaned("" if value is None else str(value), key)


def _cleaned(value: str, key: str) -> str:
    value = _CONTROL.sub("", value).encode("utf-8", "replace").decode("utf-8")
    value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(value) > LONGEST:
        raise _Bad(f"{key} is longer than {LONGEST} characters")
    return value


def _questions(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("questions")
    if isinstance(value, list):
        if not all(isinstance(question, str) for question in value):
            raise _Bad("questions must be a list of texts")
        listed = [_cleaned(question, "questions") for question in value]
    else:
        ends_a_line = isinstance(value, str) and "\n" in value
        listed = _text(record, "questions").split("\n" if ends_a_line else "|")
    return tuple(dict.fromkeys(mask(" ".join(question.split())) for question in listed if question.strip()))


def _firm(record: Mapping[str, Any]) -> bool:
    value = record.get("firm")
    word = str(value).lower() if isinstance(value, bool) else _text(record, "firm").lower()
    if word not in YES and word not in NO:
        raise _Bad(f"firm is {word!r}; allowed: yes, no, true, false, 예, 아니오, 1, 0")
    return word in YES


def _date(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    written = _text(record, key)
    try:
        return datetime.strptime(written, "%Y-%m-%d").strftime("%Y-%m-%d") if written else ""
    except ValueError:
        raise _Bad(f"{key} is {written!r}; a date is written as 2026-11-22") from None


# reading


def _read_jsonl(path: Path, required: Sequence[str], known: Sequence[str]) -> tuple[list[Record], list[Problem]]:
    records: list[Record] = []
    problems: list[Problem] = []
    for row, line in enumerate(_decoded(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(str(path), row, f"not JSON: {error}"))
            continue
        if isinstance(record, dict):
            records.append((row, record))
        else:
            problems.append(Problem(str(path), row, "not a JSON object"))
    return records, problems


def _read_csv(path: Path, required: Sequence[str], known: Sequence[str]) -> tuple[list[Record], list[Problem]]:
    text = _decoded(path)
    heading = text.partition("\n")[0]
    rows = csv.reader(StringIO(text, newline=""), delimiter=max(_SEPARATORS, key=heading.count), strict=True)
    counted = 0
    table: list[list[Any]] = []
    try:
        for cells in rows:
            counted += 1
            table.append(list(cells))
    except csv.Error as error:
        return _of_table(path, table, [Problem(str(path), counted + 1, f"not CSV: {error} ({_QUOTES})")], required, known)
    return _of_table(path, table, [], required, known)


def _read_xlsx(path: Path, required: Sequence[str], known: Sequence[str]) -> tuple[list[Record], list[Problem]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            table = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        finally:
            book.close()
    except OSError:
        raise
    except Exception as error:  # the library lets through whatever a broken archive makes its parsers raise
        raise UserError(f"not an XLSX file: {error}", str(path), "save it as .xlsx or .csv again") from error
    return _of_table(path, table, [], required, known)


def _of_table(
    path: Path, table: list[list[Any]], problems: list[Problem], required: Sequence[str], known: Sequence[str]
) -> tuple[list[Record], list[Problem]]:
    heading = [str(cell).strip().lower() if cell is not None else "" for cell in table[0]] if table else []
    _check_heading(path, heading, required, known)
    records: list[Record] = []
    for row, cells in enumerate(table[1:], 2):
        if any(map(_filled, cells[len(heading) :])):
            problems.append(Problem(str(path), row, "more cells than the heading has columns"))
        elif any(map(_filled, cells)):
            records.append((row, dict(zip(heading, map(_unquoted, cells), strict=False))))
    return records, problems


def _check_heading(path: Path, heading: Sequence[str], required: Sequence[str], known: Sequence[str]) -> None:
    if not any(heading):
        raise UserError(
            "is empty" if not heading else "the first row is empty", str(path), f"its first row must name {', '.join(required)}"
        )
    missing = [key for key in required if key not in heading]
    if missing:
        seen = ", ".join(cell[:SHOWN_CELL] for cell in heading if cell)
        raise UserError(f"no column {', '.join(missing)}; the first row has: {seen}", str(path), f"name the columns {', '.join(required)}")
    twice = sorted({key for key in heading if key in known and heading.count(key) > 1})
    if twice:
        raise UserError(f"the column {', '.join(twice)} is there twice", str(path), "leave one of the two out")


def _unquoted(cell: Any) -> Any:
    return cell[1:] if isinstance(cell, str) and _QUOTED.match(cell) else cell


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _decoded(path: Path) -> str:
    """Return the file's text: UTF-8 with or without its mark, else what Korean Windows writes."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp949")
    except UnicodeDecodeError as error:
        raise UserError("the file is neither UTF-8 nor CP949 text", f"{path}, byte {error.start}", "save it as UTF-8") from error


# writing


def _write_jsonl(path: Path, entries: Iterable[FaqEntry]) -> None:
    lines = [json.dumps(_record(entry), ensure_ascii=False) + "\n" for entry in entries]
    path.write_text("".join(lines), encoding="utf-8")


def _record(entry: FaqEntry) -> dict[str, Any]:
    filled = {key: getattr(entry, key) for key in COLUMNS if getattr(entry, key) or key in REQUIRED}
    return filled | ({"questions": list(entry.questions)} if entry.questions else {})


def _write_csv(path: Path, entries: Iterable[FaqEntry]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(_cells(entries))


def _write_xlsx(path: Path, entries: Iterable[FaqEntry]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for cells in _cells(entries):
        book.active.append(cells)
    book.save(path)


def _cells(entries: Iterable[FaqEntry]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for entry in entries:
        values = {key: getattr(entry, key) for key in COLUMNS}
        values["firm"] = "yes" if entry.firm else ""
        values["questions"] = _joined(entry.questions)
        yield [_cell(values[key]) for key in COLUMNS]


def _joined(questions: tuple[str, ...]) -> str:
    """Return the questions one a line; a single one that holds a `|` gets a line's end, so that it is not cut there."""
    joined = "\n".join(questions)
    return joined + "\n" if len(questions) == 1 and "|" in joined else joined


def _cell(text: str) -> str:
    text = _CONTROL.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


_READERS: dict[str, Callable[[Path, Sequence[str], Sequence[str]], tuple[list[Record], list[Problem]]]] = {
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
}
_WRITERS: dict[str, Callable[[Path, Iterable[FaqEntry]], None]] = {".jsonl": _write_jsonl, ".csv": _write_csv, ".xlsx": _write_xlsx}
