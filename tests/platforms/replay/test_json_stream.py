"""The incremental reader of huge JSON arrays, against the whole text read at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.platforms.replay import json_stream
from livebot.platforms.replay.json_stream import Broken, Item, array_items, member_items


def cut(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def values(items: Iterator[Item | Broken]) -> list[Any]:
    return [item.value if isinstance(item, Item) else item.why for item in items]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.sampled_from('a"\\{}[],: \n가😀\ud800'), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(_JSON, max_size=8), st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_an_array_in_pieces_gives_what_the_whole_gives(array: list[Any], size: int, indent: int | None, ascii_only: bool) -> None:
    """Wherever the text is cut, the elements are the same."""
    text = json.dumps(array, indent=indent, ensure_ascii=ascii_only)
    assert values(array_items(cut(text, size))) == array


@given(_JSON, st.lists(_JSON, max_size=5), _JSON, st.integers(1, 40))
def test_an_objects_array_is_found_between_other_members(before: Any, array: list[Any], after: Any, size: int) -> None:
    """Members beside the array are passed over, those asked for are given."""
    text = json.dumps({"skip": before, "keep": before, "list": array, "tail": after})
    items = [item for item in member_items(cut(text, size), "list", ("keep",)) if isinstance(item, Item)]
    assert [item.value for item in items if item.key == "keep"] == [before]
    assert [item.value for item in items if item.key == "list"] == array


@given(st.text('{}[]",:\\a1 \n-eNtru', max_size=60), st.integers(1, 20))
def test_no_text_raises_or_hangs(text: str, size: int) -> None:
    """Anything after a bracket comes to an end, as items or as what is broken."""
    for opening, reader in (("[", array_items), ("{", lambda pieces: member_items(pieces, "a"))):
        for item in reader(cut(opening + text, size)):
            assert item.line >= 1


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_broken_element_is_named_and_the_rest_is_read(size: int) -> None:
    """Line and number of the element at fault are told, and its neighbours are kept."""
    items = list(array_items(cut('[\n{"a": 1},\n{"a": },\n{"a": 3}\n]', size)))
    assert values(iter(items)) == [{"a": 1}, "not JSON: Expecting value (item 2)", {"a": 3}]
    assert [item.line for item in items] == [2, 3, 4]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[{"a":1},{"a"', "not JSON: Expecting ':' delimiter (item 2)"),
        ('[{"a":1}', "not JSON: the file is cut off after item 1"),
        ("[1 2]", "not JSON: a comma was expected after item 1; the rest is not read"),
        ("[1] 2", "not JSON: text after the end of the array is not read"),
        ("[" + "[" * 5000 + "]" * 5000 + ",1]", "not JSON: nested too deep (item 1)"),
        ("[" + "1" * 5000 + "]", "not JSON: a number is too long"),
        ("5", "not JSON: the file does not start with ["),
    ],
)
def test_what_ends_an_array_badly_is_said(text: str, why: str) -> None:
    """Cut-off files, missing commas, depth and digits each have their word."""
    assert any(isinstance(value, str) and value.startswith(why) for value in values(array_items(cut(text, 11))))


def test_an_element_beyond_the_limit_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """One huge element is not held in memory and costs no other."""
    monkeypatch.setattr(json_stream, "MAX_ITEM", 100)
    text = json.dumps([1, {"huge": 'x\\"]' * 100}, "y" * 300, 2])
    assert values(array_items(cut(text, 64))) == [1, *[f"longer than 100 characters, passed over (item {i})" for i in (2, 3)], 2]


@pytest.mark.parametrize("text", ['{"comments"', '{"comments":[1', '{"a":1,', "{", '{"a":"', "{1:2}", '{"comments":[1,2]'])
def test_a_cut_off_object_is_reported(text: str) -> None:
    """An object that breaks off, or is none, says so."""
    assert any(isinstance(item, Broken) for item in member_items(cut(text, 3), "comments"))
