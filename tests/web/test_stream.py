"""One role's document: frames, ids, the ring of patches."""

import json

from livebot.web.stream import RING_FRAMES, Stream


def read(frame: bytes | None) -> dict:
    """Decode a frame."""
    assert frame is not None
    return json.loads(frame)


def test_a_patch_says_only_what_is_different():
    """An entry that is the same as before is not sent again; one that is null is gone."""
    stream = Stream("e")
    stream.publish({"a": {"x": 1, "y": [2]}}, 0.0)
    patch = read(stream.publish({"a": {"x": 1, "y": None}, "b": {"z": "글"}}, 1.5))
    assert patch == {"t": "patch", "id": 2, "now": 1.5, "doc": {"a": {"y": None}, "b": {"z": "글"}}}


def test_nothing_is_sent_when_nothing_is_different():
    """Publishing the same entries, or taking away what is not there, makes no frame and no id."""
    stream = Stream("e")
    stream.publish({"a": {"x": 1}}, 0.0)
    assert stream.publish({"a": {"x": 1, "gone": None}}, 9.0) is None
    assert stream.id == 1


def test_the_full_state_is_what_the_patches_add_up_to():
    """A full frame holds every entry as last published, with its id and how much was skipped."""
    stream = Stream("e")
    stream.publish({"a": {"x": 1, "y": 2}}, 0.0)
    stream.publish({"a": {"x": None, "y": 3}}, 1.0)
    full = read(stream.full(2.0, skipped=7))
    assert full == {"t": "full", "epoch": "e", "id": 2, "now": 2.0, "skipped": 7, "doc": {"a": {"y": 3}}}


def test_the_full_state_is_encoded_once_between_two_patches():
    """Pages that join between two patches share the same bytes of the document."""
    stream = Stream("e")
    stream.publish({"a": {"x": 1}}, 0.0)
    stream.full(0.0)
    kept = stream._full
    stream.full(1.0, 3)
    assert stream._full is kept


def test_a_page_that_missed_a_few_patches_gets_just_those():
    """`since` returns the frames after an id, none when nothing was missed."""
    stream = Stream("e")
    for i in range(5):
        stream.publish({"a": {"x": i}}, 0.0)
    assert [read(frame)["id"] for frame in stream.since("e", 3) or []] == [4, 5]
    assert stream.since("e", 5) == []


def test_a_page_that_missed_too_much_or_comes_from_before_gets_no_patches():
    """An id that left the ring, one from the future, or another epoch's cannot be caught up with patches."""
    stream = Stream("e")
    for i in range(RING_FRAMES + 10):
        stream.publish({"a": {"x": i}}, 0.0)
    assert stream.since("e", 3) is None
    assert stream.since("e", stream.id + 1) is None
    assert stream.since("other", stream.id) is None


def test_a_lone_surrogate_does_not_stop_the_stream():
    """A text that cannot be written as UTF-8 is sent with a replacement."""
    stream = Stream("e")
    assert read(stream.publish({"a": {"x": "\ud800!"}}, 0.0))["doc"]["a"]["x"] == "?!"
