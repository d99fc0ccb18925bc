"""Frames of Social Stream Ninja's relay as values."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livebot.platforms.ssn import wire

from ..golden import cases_of, plain, what

VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=3), max_size=2)
KEYS = ("chatname", "chatmessage", "type", "id", "userid", "event", "hasDonation", "membership", "subtitle", "meta", "callback", "textonly")


@pytest.mark.parametrize("case", cases_of("ssn"), ids=what)
def test_reads_captured_shapes(case):
    """Each frame gives what stands beside it; every event has the time given by the caller."""
    assert plain(wire.parse(case["frame"], "ssn:tiktok", 12.5), 12.5) == case["gives"]


@given(st.text(max_size=60))
def test_no_text_breaks_it(frame):
    """Whatever a frame is, something comes out, and no error."""
    assert wire.parse(frame, "ssn:tiktok", 1.0)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_no_object_breaks_it(data):
    """Whatever an object holds, something comes out; texts can be written and read again."""
    for item in wire.parse(json.dumps(data), "ssn:tiktok", 1.0):
        if isinstance(item, wire.Line):
            assert item.message.text.encode("utf-8")
            assert item.message.author.id.startswith(f"{item.site}:")


@given(st.text(alphabet="<>&;/='\"abimg alt#x1", max_size=80))
def test_no_html_breaks_it(html):
    """Whatever the HTML is, a text without line breaks comes out."""
    assert "\n" not in wire.plain(html)


def test_a_line_has_the_same_id_again():
    """A second copy has the first one's id; another number, text, site or person has another; without a number each is another."""
    line = {"chatname": "하늘", "chatmessage": "네", "type": "tiktok", "id": 7}
    others = ({}, {"id": 8}, {"chatmessage": "예"}, {"type": "naver"}, {"chatname": "바다"})
    ids = [wire.parse(json.dumps({**line, **other}), "ssn:all", 1.0)[0].message.id for other in others]
    assert ids[0] == wire.parse(json.dumps(line), "ssn:all", 99.0)[0].message.id
    assert len(set(ids)) == len(others)
    without = json.dumps({**line, "id": None})
    assert wire.parse(without, "ssn:all", 1.0)[0].message.id != wire.parse(without, "ssn:all", 2.0)[0].message.id


def test_writes_what_the_relay_takes():
    """A line goes to one site, or to all; the join says where chat is heard and where commands go."""
    assert json.loads(wire.join("abc")) == {"join": "abc", "in": 4, "out": 1}
    assert json.loads(wire.write("안녕", "tiktok", "p1")) == {"action": "sendChat", "value": "안녕", "target": "tiktok", "get": "p1"}
    assert json.loads(wire.write("안녕", "all", "p1")) == {"action": "sendChat", "value": "안녕", "get": "p1"}
