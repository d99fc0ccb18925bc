"""Lines of Twitch chat as values, and texts as lines."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livebot.core.events import ChatMessage
from livebot.platforms.twitch import wire

GOLDEN = sorted((Path(__file__).parents[2] / "wire" / "twitch").glob("*.jsonl"))
CASES = [json.loads(line) for path in GOLDEN for line in path.read_text(encoding="utf-8").split("\n") if line]
USUAL = {
    "badge-info": "subscriber/3",
    "badges": "subscriber/3",
    "client-nonce": "ab",
    "color": "",
    "display-name": "미나",
    "emotes": "",
    "first-msg": "0",
    "flags": "",
    "id": "m-1",
    "mod": "0",
    "returning-chatter": "0",
    "room-id": "9",
    "subscriber": "1",
    "tmi-sent-ts": "1790000000123",
    "turbo": "0",
    "user-id": "5001",
    "user-type": "",
}
EXTRA = ("reply-parent-msg-id", "source-room-id", "source-id", "bits", "vip", "msg-id", "custom-reward-id", "historical", "zz")
VALUES = st.one_of(
    st.sampled_from(["", "1", "9", "a/1,b/2", "\\s", "\\", "x\\:y", "subscriber/12345", "٣", "1" * 20]), st.text("ab\\:s=/,가", max_size=5)
)


def chat_line(tags: list[tuple[str, str]], text: str = "hi") -> str:
    return "@" + ";".join(f"{key}={value}" for key, value in tags) + f" :mina!mina@mina.tmi.twitch.tv PRIVMSG #shop :{text}"


def read_frame(frame: str) -> list[object]:
    lines, _ = wire.lines_of((frame + "\r\n").encode())
    return [item for number, line in enumerate(lines) for item in wire.parse(line, 12.5, number)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_reads_captured_shapes(case):
    """Each frame of `tests/wire/twitch` gives what stands beside it; every event has the time given by the caller."""
    items = read_frame(case["frame"])
    gives = [{"is": type(item).__name__, **json.loads(json.dumps(asdict(item)))} for item in items]
    assert {given.pop("time") for given in gives if "time" in given} <= {12.5}
    assert gives == case["gives"]


@given(
    changes=st.dictionaries(st.sampled_from([*USUAL, *EXTRA]), VALUES, max_size=4),
    missing=st.sets(st.sampled_from(sorted(USUAL)), max_size=2),
    doubled=st.lists(st.tuples(st.sampled_from([*USUAL, *EXTRA]), VALUES), max_size=2),
    moves=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=2),
    text=st.text(max_size=20),
)
@example({}, set(), [], [], "hi")
@example({}, set(), [], [], "\x01ACTION hi\x01")
@example({}, set(), [("id", "b")], [], "hi")
def test_the_short_way_reads_as_the_general_way(changes, missing, doubled, moves, text):
    """A line that takes the short way through the tags gives what the general way gives, whatever its tags, their order or its text."""
    tags = sorted({key: value for key, value in (USUAL | changes).items() if key not in missing}.items()) + doubled
    for source, target in moves:
        tags.insert(target, tags.pop(source % len(tags)))
    line = chat_line(tags, text.replace("\n", "").replace("\r", ""))
    assert wire.parse(line, 1.0, 7) == wire._parse_any(line, 1.0, 7)


def test_the_usual_line_takes_the_short_way(monkeypatch):
    """What Twitch sends nearly always is read without the general way."""
    monkeypatch.setattr(wire, "_parse_any", lambda *line: pytest.fail("took the general way"))
    assert isinstance(wire.parse(chat_line(sorted(USUAL.items()), "이거 얼마예요?"), 1.0)[0], ChatMessage)
    assert isinstance(wire.parse(chat_line(sorted((USUAL | {"vip": "1", "bits": "5"}).items())), 1.0)[0], ChatMessage)


@given(line=st.one_of(st.text(st.characters(codec=None)), st.text("@:;=# \\\r\n\x00\x01/,!PRIVMSG1가\ud800")))
@example("\ud800\udfff")
@example("@" + "a;" * 5000)
@example("@;;;=;= : PRIVMSG # :")
@example("PRIVMSG")
@example("@id=1 PRIVMSG #shop")
def test_never_raises_on_any_text(line):
    """Any text, lone surrogates included, gives a tuple of values."""
    assert isinstance(wire.parse(line, 1.0, 1), tuple)


@given(case=st.sampled_from(CASES), cut=st.tuples(st.integers(0, 400), st.integers(0, 12)), put=st.text("@:;= \\#0a\x01가", max_size=6))
def test_never_raises_on_a_damaged_line(case, cut, put):
    """A line of Twitch with a piece cut out and something put in gives a tuple of values."""
    for line in case["frame"].split("\r\n"):
        assert isinstance(wire.parse(line[: cut[0]] + put + line[sum(cut) :], 1.0, 1), tuple)


@given(
    frame=st.one_of(st.binary(), st.lists(st.sampled_from([b"\r\n", b"\n", b"\xff", b"\xc0\xaf", b"PING :x", b"\xec\x9d"])).map(b"".join))
)
def test_any_bytes_are_lines(frame):
    """Any bytes split into lines of valid text, and broken ones are told."""
    lines, malformed = wire.lines_of(frame)
    assert all("\n" not in line and line.encode() is not None for line in lines)
    assert malformed == ("\ufffd" in frame.decode(errors="replace") and "\ufffd" not in frame.decode(errors="ignore"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("@badtag;id=1;user-id=2 :a!a@a.tmi.twitch.tv PRIVMSG #shop :hi", "ChatMessage"),
        ("FOO", "Unknown"),
        ("@a=b", "Unknown"),
        ("@id=1;user-id=2;tmi-sent-ts=1 :a!a@a.tmi.twitch.tv PRIVMSG #shop", "Unknown"),
        (":a!a@a.tmi.twitch.tv PRIVMSG", "Unknown"),
        ("@id=1 :tmi.twitch.tv NEWTHING #shop :x", "Unknown"),
        ("@emotes=25;badges=x;id=1;user-id=2;tmi-sent-ts=1 :a!a@a.tmi.twitch.tv PRIVMSG #shop :hi", "ChatMessage"),
        ("", "Unknown"),
        ("   ", "Unknown"),
        ("@id=1;user-id=2 :a!a@a.tmi.twitch.tv PRIVMSG #shop :hi", "ChatMessage"),
        ("\x00\x01\x02 \x7f", "Unknown"),
        ("@id=1;user-id=2;tmi-sent-ts=" + "9" * 5000 + " :a!a@a PRIVMSG #shop :hi", "ChatMessage"),
        ("@=;=x;id=1;id=2;user-id=2;a\\ :a!a@a PRIVMSG #shop :hi", "ChatMessage"),
        ("@" + "k=v;" * 2250 + "id=1;user-id=2 :a!a@a PRIVMSG #shop :hi", "ChatMessage"),
    ],
)
def test_poison_lines_are_values(line, name):
    """Lines that stop other clients are read where they can be, and told as unknown where not."""
    (item,) = wire.parse(line, 1.0, 1)
    assert type(item).__name__ == name


def test_lines_without_an_id_get_one_each():
    """Two equal lines without an id are two lines; a moderation event without one has the same id in a second copy."""
    line = ":jun!jun@jun.tmi.twitch.tv PRIVMSG #shop :same"
    assert wire.parse(line, 1.0, 1)[0].id != wire.parse(line, 1.0, 2)[0].id
    ban = "@room-id=9;target-user-id=6;tmi-sent-ts=1790000021000 :tmi.twitch.tv CLEARCHAT #shop :troll"
    assert wire.parse(ban, 1.0, 1)[0].id == wire.parse(ban, 2.0, 5)[0].id


def test_room_modes_are_merged():
    """An update of the room's modes changes what it names and leaves the rest."""
    first, second = (read_frame(case["frame"])[0] for case in CASES if case["gives"] and case["gives"][0]["is"] == "RoomState")
    modes = wire.merged(wire.merged({}, first), second)
    assert (modes["slow"], modes["subs-only"]) == ("5", "0")
