"""The FAQ in the store: import, candidates, and search that no text can break."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livebot.core.matcher import FaqEntry
from livebot.errors import UserError
from livebot.store import database, faq
from livebot.store.faq import FaqChanges
from livebot.store.store import Store

PRICE = FaqEntry(
    "price", "가격이 얼마인가요?", "시카 세럼은 29,900원이에요.", questions=("얼마예요", "할인 되나요"), topic="price", firm=True
)
SHIP = FaqEntry(
    "ship", "배송은 언제 오나요?", "오늘 주문하면 내일 출발해요.", product="serum", valid_from="2026-11-01", valid_until="2026-11-30"
)
SIZE = FaqEntry("size", "What sizes does it come in?", "Medium and large.", lang="en")


@pytest.fixture
async def stocked(store: Store) -> Store:
    """A store with three entries."""
    await store.faq_import([PRICE, SHIP, SIZE])
    return store


async def test_what_is_imported_is_exported(stocked: Store) -> None:
    """Every field comes back, in the order in which the entries came in."""
    assert await stocked.faq_export() == (PRICE, SHIP, SIZE)


async def test_importing_again_says_what_changed(stocked: Store) -> None:
    """An entry of the same id is replaced, the same entry is left alone."""
    new = replace(SHIP, answer="모레 출발해요.")
    assert await stocked.faq_import([PRICE, new, replace(SIZE, faq_id="size-2")]) == FaqChanges(added=1, changed=1, same=1)
    assert {entry.faq_id: entry.answer for entry in await stocked.faq_export()}["ship"] == "모레 출발해요."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("배송 언제와요", "ship"),
        ("이거 얼마예용", "price"),
        ("할인돼요?", "price"),
        ("sizes?", "size"),
        ("내일 출발", "ship"),
        ("29900", "price"),
        ("29,900원", "price"),
    ],
)
async def test_an_entry_is_found_by_what_people_write(stocked: Store, text: str, first: str | None) -> None:
    """Two-syllable words, other spacing, other endings, words of the answer."""
    found = await stocked.faq_search(text)
    assert (found[0].entry.faq_id if found else None) == first
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


async def test_a_changed_or_removed_entry_is_found_by_its_new_words_only(stocked: Store) -> None:
    """The words lie with the entry."""
    await stocked.faq_import([replace(SIZE, canonical="Which colours are there?", answer="Red.")])
    assert [hit.entry.faq_id for hit in await stocked.faq_search("colours")] == ["size"]
    assert await stocked.faq_search("large") == ()
    assert await stocked.faq_remove(["size", "nothing"]) == 1
    assert await stocked.faq_search("colours") == ()


async def test_candidates_are_kept_apart_until_they_are_approved(stocked: Store) -> None:
    """A candidate is listed, not searched and not exported; approving it needs an answer."""
    candidate = FaqEntry("c1", "유통기한이 언제까지예요?", "")
    await stocked.faq_propose(candidate, "show", "m9")
    assert [(row.entry, row.show, row.message) for row in await stocked.faq_list("candidate")] == [(candidate, "show", "m9")]
    assert await stocked.faq_search("유통기한") == () and len(await stocked.faq_export()) == 3
    with pytest.raises(UserError, match="no answer"):
        await stocked.faq_approve("c1")
    with pytest.raises(UserError, match="no candidate"):
        await stocked.faq_approve("price", answer="x")
    row = await stocked.faq_approve("c1", answer="내년 3월까지예요.", topic="shelf")
    assert (row.status, row.entry.answer) == ("published", "내년 3월까지예요.")
    assert [hit.entry.faq_id for hit in await stocked.faq_search("유통기한")] == ["c1"]


@pytest.mark.parametrize(
    "text", ["", "   ", "?!…", '"배송" OR NEAR(', "배송*", "asked:배송", "a AND (", "%%%", "'); DROP TABLE faq;--", "\x00", "^배송"]
)
async def test_no_text_is_read_as_a_query(stocked: Store, text: str) -> None:
    """Operators, quotes and brackets are characters like any other."""
    await stocked.faq_search(text)
    assert len(await stocked.faq_export()) == 3


@pytest.fixture(scope="module")
def words_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one entry, for many searches."""
    path = tmp_path_factory.mktemp("faq") / "livebot.db"
    database.prepare(path)
    with database.writing_engine(path).begin() as connection:
        faq.put(connection, [PRICE], "published", 0.0)
    return path


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_can_be_searched_for(words_only: Path, text: str) -> None:
    """No text of any script makes a syntax error."""
    engine = database.reading_engine(words_only)
    with engine.begin() as connection:
        assert len(faq.search(connection, text)) <= 1
    engine.dispose()


@given(st.text())
def test_words_are_single_words_to_the_database(text: str) -> None:
    """What is cut here is not cut again: no space, no quote, nothing empty."""
    assert all(word and word.isalnum() for word in faq.words(text))


async def test_an_import_is_all_or_nothing(stocked: Store) -> None:
    """One entry that cannot be stored leaves the others out too."""
    with pytest.raises((UnicodeEncodeError, sqlite3.Error)):
        await stocked.faq_import([replace(PRICE, faq_id="new"), replace(PRICE, faq_id="\ud800")])
    assert await stocked.faq_export() == (PRICE, SHIP, SIZE)
