"""FAQ files: every kind read and written, every fault with its row, no formula let through."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from livebot.core.matcher import FaqEntry
from livebot.errors import UserError
from livebot.store.faq_files import COLUMNS, Loaded, load, save

KINDS = ("jsonl", "csv", "xlsx")
FULL = FaqEntry(
    "price", "얼마예요?", "29,900원이에요,\n카드 할인도 돼요", "serum", ("가격이요", "a|b"), "price", "ko", True, "2026-11-01", "2026-11-30"
)
BARE = FaqEntry("ship", "언제 와요?", "내일이요")
HEAD = "faq_id,canonical,answer"
OK = '{"faq_id": "ok", "canonical": "a", "answer": "b"}\n'


def _load(path: Path, text: str, *, encoding: str = "utf-8", **options: Any) -> Loaded:
    path.write_bytes(text.encode(encoding))
    return load(path, **options)


def _book(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_is_loaded(tmp_path: Path, kind: str) -> None:
    """Every field, in every kind of file; a file there before is replaced."""
    path = tmp_path / f"faq.{kind}"
    for entries in ((BARE,), (FULL, BARE)):
        save(path, entries)
        assert load(path) == Loaded(entries, ())
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


_word = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)
_line = st.tuples(st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "''@"]), _word).map("".join)


@pytest.mark.parametrize("kind", KINDS)
@given(faq_id=_line, canonical=_line, answer=_line, questions=st.lists(_line, max_size=3, unique=True), topic=_line)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_entry_comes_back_as_it_was(tmp_path: Path, kind: str, questions: list[str], **texts: str) -> None:
    """Whatever its texts begin with, and whatever its questions hold."""
    entry = FaqEntry(**texts, questions=tuple(questions))  # type: ignore[arg-type]
    save(tmp_path / f"faq.{kind}", [entry])
    assert load(tmp_path / f"faq.{kind}") == Loaded((entry,), ())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_written_that_a_spreadsheet_takes_for_a_formula(tmp_path: Path, start: str) -> None:
    """Such a cell gets a quote before it, in CSV and in XLSX, wherever it stands."""
    entry = replace(
        BARE,
        faq_id=f"{start}id",
        canonical=f'{start}HYPERLINK("http://x.invalid","배송조회")',
        answer=f"{start}1",
        questions=(f"{start}2",),
    )
    save(tmp_path / "faq.csv", [entry])
    save(tmp_path / "faq.xlsx", [entry])
    with (tmp_path / "faq.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    sheet = [["" if cell is None else cell for cell in row] for row in load_workbook(tmp_path / "faq.xlsx").active.values]  # type: ignore[union-attr]
    for table in (written, sheet):
        assert [cell[:1] for cell in table[1][:3]] == ["'"] * 3 and table[1][COLUMNS.index("questions")][:1] == "'"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_as_koreans_save_it(tmp_path: Path, encoding: str, end: str) -> None:
    """UTF-8 with and without its mark, CP949, both line ends, columns in any order and case, columns nobody asked for."""
    text = end.join(("Answer , FAQ_ID,담당,canonical,questions", "내일이요,ship,지현,언제 와요?,배송 언제|배송일 ", ""))
    assert _load(tmp_path / "faq.csv", text, encoding=encoding) == Loaded((replace(BARE, questions=("배송 언제", "배송일")),), ())


@pytest.mark.parametrize("separator", [";", "\t"])
def test_csv_is_read_with_other_separators(tmp_path: Path, separator: str) -> None:
    """Semicolons and tabs, as spreadsheets of other countries and copied cells have them."""
    text = f"{HEAD}\nship,언제 와요?,내일이요\n".replace(",", separator)
    assert _load(tmp_path / "faq.csv", text) == Loaded((BARE,), ())


def test_a_spreadsheets_own_values_are_understood(tmp_path: Path) -> None:
    """Numbers as ids, dates as dates, yes and no as truth values; rows with nothing in them are passed over."""
    rows = [
        ["faq_id", "canonical", "answer", "firm", "valid_from", "valid_until", None],
        [7, "언제 와요?", 3, True, datetime(2026, 11, 1), date(2026, 11, 30)],
        [None, None, None, None],
        [8.0, "언제 와요?", "내일", 0, "2026-11-01", ""],
    ]
    assert load(_book(tmp_path / "faq.xlsx", rows)).entries == (
        FaqEntry("7", "언제 와요?", "3", firm=True, valid_from="2026-11-01", valid_until="2026-11-30"),
        FaqEntry("8", "언제 와요?", "내일", valid_from="2026-11-01"),
    )


@pytest.mark.parametrize(
    ("word", "firm"),
    [
        ("yes", True),
        ("TRUE", True),
        ("예", True),
        ("1", True),
        ("no", False),
        ("False", False),
        ("아니오", False),
        ("0", False),
        ("", False),
    ],
)
def test_firm_is_said_in_either_language(tmp_path: Path, word: str, firm: bool) -> None:
    """Yes and no, in the words that people write."""
    assert _load(tmp_path / "faq.csv", f"{HEAD},firm\nship,언제 와요?,내일이요,{word}\n").entries[0].firm is firm


@pytest.mark.parametrize(
    ("name", "text", "row", "why"),
    [
        ("faq.csv", f"{HEAD}\nok,a,b\nship,,내일\n", 3, "canonical is empty"),
        ("faq.csv", f'{HEAD}\nok,"a\nb",b\nship,언제,\n', 3, "answer is empty"),
        ("faq.csv", f"{HEAD}\nok,a,b\nship,언제,29,900원\n", 3, "more cells than the heading"),
        ("faq.csv", f"{HEAD}\nok,a,b\nok,c,d\n", 3, "faq_id 'ok' is in row 2 already"),
        ("faq.csv", f"{HEAD},firm\nok,a,b,\nship,a,b,maybe\n", 3, "firm is 'maybe'; allowed: yes, no"),
        ("faq.csv", f"{HEAD},valid_from\nok,a,b,\nship,a,b,2026-13-01\n", 3, "valid_from is '2026-13-01'; a date is written as 2026-11-22"),
        ("faq.csv", f"{HEAD},valid_from,valid_until\nok,a,b\nship,a,b,2026-11-02,2026-11-01\n", 3, "is before valid_from"),
        ("faq.csv", f"{HEAD}\nok,a,b\n{'x' * 301},a,b\n", 3, "longer than 300"),
        ("faq.csv", f"{HEAD}\nok,a,b\nship,a,{'x' * 10_001}\n", 3, "answer is longer than 10000"),
        ("faq.csv", f'{HEAD}\nok,a,b\nship,a,{"x" * 140_000}\n', 3, "not CSV"),
        ("faq.csv", f'{HEAD}\nok,a,b\nship,"언제 와요?,내일\nmore,c,d\n', 3, "a quotation mark that opens a text must be closed"),
        ("faq.csv", f"{HEAD},lang\nok,a,b,ko\nship,a,b,xx\n", 3, "lang is 'xx'; allowed: ko, en"),
        ("faq.jsonl", OK + '{"faq_id": "ship"}\n', 2, "canonical is missing"),
        ("faq.jsonl", OK + '{oops\n', 2, "not JSON"),
        ("faq.jsonl", OK + '[1]\n', 2, "not a JSON object"),
        ("faq.jsonl", OK + '{"faq_id": "x", "canonical": {}, "answer": "b"}\n', 2, "must be a text"),
        ("faq.jsonl", OK + '{"faq_id": "x", "canonical": "a", "answer": "b", "questions": [1]}\n', 2, "a list of texts"),
        ("faq.jsonl", OK + "[" * 100_000 + "\n", 2, "not JSON"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_with_its_number(tmp_path: Path, name: str, text: str, row: int, why: str) -> None:
    """File, row and why; nothing is taken in unless bad rows may be skipped, then all the others."""
    path = tmp_path / name
    loaded = _load(path, text)
    (problem,) = loaded.problems
    assert (problem.file, problem.row) == (str(path), row) and why in problem.why
    assert str(problem).startswith(f"{path}:{row}: ")
    assert loaded.entries == ()
    assert [entry.faq_id for entry in load(path, skip_bad=True).entries] == (["ok"] if row > 1 else [])


def test_a_bad_row_of_a_sheet_is_told_with_its_number(tmp_path: Path) -> None:
    """As the spreadsheet numbers it."""
    loaded = load(_book(tmp_path / "faq.xlsx", [["faq_id", "canonical", "answer"], [], ["a", "b", "c"], ["d", "e", None]]))
    assert [(problem.row, problem.why) for problem in loaded.problems] == [(4, "answer is empty")]


def test_entries_of_other_shows_may_be_left_out(tmp_path: Path) -> None:
    """A file may hold several shows' entries; those that name no show belong to each."""
    lines = [
        '{"faq_id": "a", "show": "one", "canonical": "q", "answer": "x"}',
        '{"faq_id": "a", "show": "two", "canonical": "q", "answer": "y"}',
        '{"faq_id": "b", "canonical": "q", "answer": "z", "lang": "ko"}',
    ]
    entries = _load(tmp_path / "faq.jsonl", "\n".join(lines), show="two").entries
    assert [(entry.faq_id, entry.answer) for entry in entries] == [("a", "y"), ("b", "z")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("faq.xlsx", b"PK\x03\x04 not a book", "not an XLSX file"),
        ("faq.xlsx", b"", "not an XLSX file"),
        ("faq.csv", b"faq_id,canonical,answer\nship,\xff\xfe\xff,x", "neither UTF-8 nor CP949"),
        ("faq.txt", b"", "allowed: .jsonl, .csv, .xlsx"),
        ("faq", b"", "allowed: .jsonl, .csv, .xlsx"),
        ("faq.csv", b"", "is empty"),
        ("faq.csv", b"faq_id,canonical\nship,when?\n", "no column answer; the first row has: faq_id, canonical"),
        (
            "faq.csv",
            "번호,질문,답변\n1,언제 와요?,내일\n".encode(),
            "no column faq_id, canonical, answer; the first row has: 번호, 질문, 답변",
        ),
        ("faq.csv", b"faq_id,canonical,answer,answer\nship,a,b,c\n", "the column answer is there twice"),
    ],
)
def test_a_file_that_is_no_faq_is_refused(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    """The message says what is allowed."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=says):
        load(tmp_path / name)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Reading and writing name the file."""
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.csv")
    with pytest.raises(UserError, match="cannot be written"):
        save(tmp_path / "none" / "faq.xlsx", [BARE])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_control_characters_do_not_stop_an_export(tmp_path: Path, kind: str) -> None:
    """What chat lines bring into candidates is left out of the tables."""
    save(tmp_path / f"faq.{kind}", [replace(BARE, answer="내\x00일\x1b이요")])
    assert load(tmp_path / f"faq.{kind}").entries == (BARE,)


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[1] / "shows").glob("*.faq.jsonl")), ids=lambda path: path.name)
def test_the_recorded_shows_faqs_load(file: Path) -> None:
    """The project's own FAQ files have no fault."""
    loaded = load(file)
    assert loaded.entries and not loaded.problems


def test_questions_lose_what_is_personal_and_answers_keep_the_shops_number(tmp_path: Path) -> None:
    """Questions are often copied from a chat; an answer is what the shop tells everybody."""
    row = "call,010-1234-5678로 주문했는데 언제 와요?,010-2222-3333으로 전화 주세요,영일영에 일이삼사에 오육칠팔인데요|배송 언제 와요\n"
    (entry,) = _load(tmp_path / "faq.csv", f"{HEAD},questions\n{row}").entries
    assert (entry.canonical, entry.questions) == ("●●●로 주문했는데 언제 와요?", ("●●●인데요", "배송 언제 와요"))
    assert entry.answer == "010-2222-3333으로 전화 주세요"
