"""Whole files: telling the format, bad lines, order, damaged and hostile content, bounded memory."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livebot.core.events import Caption, ChatMessage, StaffAction
from livebot.core.log import event_from, event_to
from livebot.errors import UserError
from livebot.platforms.replay import files, merge, read_log

from .conftest import ReadFile

ROOT = Path(__file__).parents[3]
CHATLOGS = ROOT.parent / "shared" / "data" / "dev" / "chatlogs"


def own(number: int, time: float, text: str = "") -> dict[str, Any]:
    return {
        "type": "chat",
        "id": f"m{number}",
        "time": time,
        "channel": "twitch:shop",
        "author": {"id": "u", "name": "하늘"},
        "text": text or f"line {number}",
    }


def item(number: int, time: float | None, at: float | None = None) -> dict[str, Any]:
    times = {"time_in_seconds": time, "timestamp": None if at is None else int(at * 1e6)}
    author = {"id": "UCaaaaaaaaaaaaaaaaaaaaaa", "name": "바다"}
    return {"message_id": f"i{number}", "message": f"line {number}", "message_type": "text_message", "author": author, **times}


def action(number: int, offset: float, at: float) -> dict[str, Any]:
    text = {
        "id": f"y{number}",
        "message": {"runs": [{"text": f"line {number}"}]},
        "authorName": {"simpleText": "바다"},
        "timestampUsec": str(int(at * 1e6)),
    }
    inner = [{"addChatItemAction": {"item": {"liveChatTextMessageRenderer": text}}}]
    return {"replayChatItemAction": {"actions": inner, "videoOffsetTimeMsec": str(int(offset * 1000))}}


def comment(number: int, time: float) -> dict[str, Any]:
    message = {"body": f"line {number}", "fragments": [{"text": f"line {number}"}], "user_badges": []}
    return {"_id": f"c{number}", "content_offset_seconds": time, "commenter": {"_id": "5", "display_name": "바다"}, "message": message}


def chat_root(comments: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "FileInfo": {"Version": {"Major": 1}},
        "streamer": {"name": "가게", "login": "gage", "id": 1},
        "video": {"title": 'a "comments":[ trap', "chapters": []},
        "comments": comments,
        "embeddedData": {"thirdParty": [{"data": "QUJD" * 5000}]},
    }


SRT = "1\r\n00:00:01,000 --> 00:00:02,000\r\nline 1\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nline 2\r\n"

FORMATS: dict[str, str | bytes] = {
    "own.jsonl": "\n".join(json.dumps(own(n, n)) for n in (1, 2)),
    "downloader.jsonl": "\n".join(json.dumps(item(n, n)) for n in (1, 2)),
    "downloader.json": json.dumps([item(n, n) for n in (1, 2)]),
    "downloader-indented.json": json.dumps([item(n, n) for n in (1, 2)], indent=4),
    "show [abcdefghijk].live_chat.json": "\n".join(json.dumps(action(n, n, 1e9 + n)) for n in (1, 2)),
    "twitch.json": json.dumps(chat_root([comment(n, n) for n in (1, 2)])),
    "twitch-indented.json": json.dumps(chat_root([comment(n, n) for n in (1, 2)]), indent=2),
    "twitch.json.gz": gzip.compress(json.dumps(chat_root([comment(n, n) for n in (1, 2)])).encode()),
    "own.jsonl.gz": gzip.compress("\n".join(json.dumps(own(n, n)) for n in (1, 2)).encode()),
    "voice.srt": SRT,
    "voice.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nline 1\n\n00:03.000 --> 00:04.000\nline 2\n",
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("dress", ["plain", "bom", "crlf", "misnamed"])
def test_each_format_is_told_by_its_content(read: ReadFile, name: str, dress: str) -> None:
    """Whatever its name, byte order mark or line ends, a file of each accepted format gives its lines without problems."""
    content = FORMATS[name]
    data = content if isinstance(content, bytes) else content.encode()
    if dress in ("bom", "crlf") and not data.startswith(b"\x1f\x8b"):
        data = b"\xef\xbb\xbf" + data if dress == "bom" else data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    result = read(data, "file.txt" if dress == "misnamed" else name)
    assert result.problems == []
    assert result.texts == ["line 1", "line 2"]
    assert len({event.id for event in result.events}) == 2


def test_the_room_comes_from_the_file(read: ReadFile) -> None:
    """A video's id in brackets, a streamer's login, or the name of the file tells channels apart."""
    channels = [
        read(FORMATS[name], name).events[0].channel for name in ("show [abcdefghijk].live_chat.json", "twitch.json", "downloader.json")
    ]
    assert channels == ["youtube:abcdefghijk", "twitch:gage", "youtube:downloader"]


def test_the_own_log_comes_back_as_it_was_written(read: ReadFile) -> None:
    """Every kind of event that livebot records is read as the event it was."""
    lines = [
        {"type": "start", "id": "s", "time": -5.0, "date": "2026-11-22", "config": "abc", "faq": "def"},
        own(1, 1.5, "이거 얼마예요 ㅋㅋ") | {"at": 1.7e9, "reply_to": "m0", "backlog": True},
        {"type": "voice", "id": "v1", "time": 2.0, "text": "이만 원이에요"},
        {"type": "product", "id": "p1", "time": 3.0, "product": "serum", "text": "세럼"},
        {"type": "delete", "id": "d1", "time": 4.0, "channel": "twitch:shop", "message": "m1"},
        {"type": "staff", "id": "a1", "time": 5.0, "by": "desk", "action": "dismiss", "question": "m1", "values": {"why": "spam"}},
        {"type": "config", "id": "c1", "time": 6.0, "changes": {"ladder.grace": 9}},
        {"type": "sent", "id": "t1", "time": 7.0, "request": "r1", "fate": "unknown", "why": "timeout"},
        {"type": "lookup", "id": "l1", "time": 8.0, "of": "m1", "vectors": {"e": "AAAA"}},
        {"type": "gap", "id": "g1", "time": 9.0, "channel": "twitch:shop", "seconds": 3.0},
        {"type": "ban", "id": "b1", "time": 9.5, "channel": "twitch:shop", "author": "u"},
        {"type": "end", "id": "e", "time": 10.0},
    ]
    result = read(lines)
    assert result.problems == []
    assert result.events == [event_from(line) for line in lines]


def test_a_cut_off_line_is_named_and_all_others_are_kept(read: ReadFile) -> None:
    """File, line number and why are told; nothing else is lost."""
    rows = [json.dumps(own(n, n)) for n in range(1, 6)]
    rows[2] = rows[2][:30]
    result = read("\n".join(rows), "cut.jsonl")
    assert result.texts == ["line 1", "line 2", "line 4", "line 5"]
    assert [problem.split(":")[:2] for problem in result.problems] == [["3", " not JSON"]]


def test_a_problem_reads_as_file_line_and_why() -> None:
    """A problem's text is what an editor can jump to."""
    assert str(files.Problem("cut.jsonl", 21, "not JSON: Expecting value")) == "cut.jsonl:21: not JSON: Expecting value"
    assert str(files.Problem("cut.jsonl", 0, "damaged")) == "cut.jsonl: damaged"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b'{"type":"chat"', "not JSON"),
        (b"\x00\x00\x00", "not JSON"),
        (b'{"type":"chat","id":"a\x00b"}', "not JSON: Invalid control character"),
        (b'{"type":"voice","id":"v","time":1,"text":"\xff"}', "not UTF-8"),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not JSON: nested too deep"),
        (b'{"type":"voice","id":"v","text":"x","time":' + b"9" * 5000 + b"}", "not JSON: a number is too long"),
        (b'{"type":"voice","id":"v","text":"x","time":1e999}', "time: must be a number of seconds"),
        (b'{"type":"voice","id":"v","text":"x","time":NaN}', "time: must be a number of seconds"),
        (b'{"type":"voice","id":"v","text":"x"}', "time: must be a number of seconds"),
        (b'{"type":"voice","id":"v","time":1,"text":["x"]}', "text: must be a text"),
        (b'{"type":"chat","id":"v","time":1,"text":"x"}', "author: must be an object"),
        (b'{"type":5}', "type: must be one of"),
        (b"[1]", "line: must be a JSON object"),
        (b'{"type":"end","id":"e","time":1} {}', "not JSON: something follows after column 32"),
    ],
)
def test_a_bad_line_is_told_with_its_reason_and_skipped(read: ReadFile, row: bytes, why: str) -> None:
    """Each way to be bad has its words, and the lines around are read."""
    first, last = (json.dumps(own(n, n)).encode() for n in (1, 2))
    result = read(b"\n".join((first, row, last)))
    assert result.texts == ["line 1", "line 2"]
    assert len(result.problems) == 1
    assert result.problems[0].startswith(f"2: {why}")


def test_months_that_are_no_number_of_months_do_not_stop_the_reading(read: ReadFile) -> None:
    """An endless or undefined number of months neither raises nor costs another line."""
    rows = [json.dumps(own(n, n)).replace('"name"', f'"months": {months}, "name"') for n, months in enumerate(("NaN", "Infinity", "3"), 1)]
    result = read("\n".join(rows))
    assert result.events[-1].author.months == 3
    assert len(result.events) + len(result.problems) == 3


def test_a_lone_surrogate_becomes_writable_text(read: ReadFile) -> None:
    """A text that could not be written as UTF-8 again is made one that can."""
    (event,) = read('{"type":"chat","id":"1","time":1,"author":"a\\udc00","text":"\\ud83d hi"}\n').events
    json.dumps(event_to(event), ensure_ascii=False).encode("utf-8")


def test_a_line_too_long_is_passed_over(read: ReadFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the limit is not held in memory, whichever way it ends, and line numbers stay right."""
    monkeypatch.setattr(files, "MAX_LINE", 300)
    long = json.dumps(own(2, 2, "x" * 2000))
    result = read("\n".join([json.dumps(own(1, 1)), long, json.dumps(own(3, 3)), "broken", long]))
    assert [event.id for event in result.events] == ["m1", "m3"]
    assert [problem[:12] for problem in result.problems] == ["2: longer th", "4: not JSON:", "5: longer th"]


def test_unknown_types_are_told_once_with_their_number(read: ReadFile) -> None:
    """A newer log's events are skipped, counted, and named at their first line."""
    result = read([own(1, 1), {"type": "poll", "id": "p"}, {"type": "poll", "id": "q"}, {"type": 'x"y', "id": "z"}])
    assert result.problems == ['2: unknown type "poll": 2 skipped', '4: unknown type "x\\"y": 1 skipped']
    assert len(result.events) == 1


def test_the_own_logs_lines_keep_their_order_and_time_never_goes_back(read: ReadFile) -> None:
    """A time lower than the one before counts as that one."""
    result = read([own(1, -2.0), own(2, 5.0), own(3, 4.0), own(4, 6.0)])
    assert [event.id for event in result.events] == ["m1", "m2", "m3", "m4"]
    assert result.times == [-2.0, 5.0, 5.0, 6.0]


def test_imported_lines_are_put_in_order_within_a_window(read: ReadFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines a little out of order are sorted; one far too late counts as the time reached by then."""
    monkeypatch.setattr(files, "SORT_WINDOW", 2)
    result = read([item(n, time) for n, time in enumerate((3.0, 1.0, 2.0, 5.0, 6.0, 7.0, 0.5))])
    assert result.times == sorted(result.times)
    assert result.texts == [f"line {n}" for n in (1, 2, 0, 3, 6, 4, 5)]
    assert result.times[4] == 5.0


def test_the_waiting_rooms_lines_of_yt_dlp_come_before_the_show(read: ReadFile) -> None:
    """Their offsets are all 0; the platform's time puts them where they were."""
    start = 1_700_000_000.0
    result = read([action(1, 0, start - 60), action(2, 0, start - 30.5), action(3, 2, start + 2), action(4, 1, start + 1)])
    assert result.times == [-60.0, -30.5, 1.0, 2.0]


def test_a_chat_captured_live_begins_at_its_first_line(read: ReadFile) -> None:
    """Where no line has an offset, the first line's platform time is the show's time 0."""
    result = read([item(1, None, 1e9), item(2, None, 1e9 + 4), item(3, None, 1e9 + 2.5)])
    assert result.times == [0.0, 2.5, 4.0]


def test_a_line_without_any_time_takes_the_one_before(read: ReadFile) -> None:
    """Neither offset nor platform time: the line stays where it stands."""
    assert read([item(1, 3.0), item(2, None), item(3, 4.0)]).times == [3.0, 3.0, 4.0]


def test_a_cut_off_array_and_object_give_what_was_whole(read: ReadFile) -> None:
    """A download that broke off is read up to there, and said to be cut off."""
    for name in ("downloader.json", "twitch.json"):
        text = str(FORMATS[name])
        result = read(text[: text.index("line 2")], name)
        assert result.texts == ["line 1"]
        assert any("cut off" in problem for problem in result.problems)


def test_a_damaged_gzip_gives_what_can_be_unpacked(read: ReadFile) -> None:
    """Lines before the damage are read, the damage is told."""
    noise = random.Random(1)
    packed = gzip.compress("\n".join(json.dumps(own(n, n, noise.randbytes(200).hex())) for n in range(6000)).encode())
    result = read(packed[: len(packed) * 3 // 4])
    assert 1000 < len(result.events) < 6000
    assert any("compressed data is damaged" in problem for problem in result.problems)


def test_bytes_that_are_not_utf8_in_an_array_cost_one_character(read: ReadFile) -> None:
    """One bad byte does not cost a whole download."""
    result = read(str(FORMATS["downloader.json"]).encode().replace(b"line 1", b"line \xff"), "x.json")
    assert result.texts == ["line \ufffd", "line 2"]


def test_captions_give_the_hosts_voice_with_ids_that_do_not_meet(read: ReadFile) -> None:
    """Two caption files of one show have no ids in common, the same file has the same ids."""
    first, again, other = (read(text, "a.srt").events for text in (SRT, SRT, SRT.replace("line", "word")))
    assert all(isinstance(event, Caption) for event in first)
    assert [event.time for event in first] == [1.0, 3.0]
    assert first == again
    assert not {event.id for event in first} & {event.id for event in other}


def test_merge_orders_a_chat_and_its_captions(read: ReadFile) -> None:
    """Events come by time; at the same time the chat, named first, goes first."""
    chat = read([own(1, 0.5), own(2, 1.0), own(3, 9.0)]).events
    voice = read(SRT, "voice.srt").events
    merged = list(merge(iter(chat), iter(voice)))
    assert [(event.time, isinstance(event, ChatMessage)) for event in merged if not isinstance(event, StaffAction)] == [
        (0.5, True),
        (1.0, True),
        (1.0, False),
        (3.0, False),
        (9.0, True),
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"\x7fELF\x00\x01" * 50, "is a binary file"),
        (b"hello\nworld\n", "is in no known format"),
        (b"a,b\n1,2\n", "is in no known format"),
        (b"{}", "is in no known format"),
        (b"[1,2]", "is in no known format"),
        (b'{"type":"chat', "is in no known format"),
        ('{"type":"end"}'.encode("utf-16"), "is UTF-16"),
        (SRT.replace("line", "줄").encode("cp949"), "is not UTF-8"),
        (b"\x1f\x8b\x08\x00garbage", "is a damaged gzip file"),
        (gzip.compress(b""), "is empty"),
    ],
)
def test_a_file_that_is_no_log_is_the_users_error(tmp_path: Path, content: bytes, what: str) -> None:
    """The file is named, what it is, and what is accepted, before any event."""
    path = tmp_path / "file.bin"
    path.write_bytes(content)
    with pytest.raises(UserError, match=what) as error:
        read_log(path, on_problem=lambda problem: None)
    assert error.value.where == str(path)
    assert error.value.next_step


def test_what_is_no_file_is_the_users_error(tmp_path: Path) -> None:
    """A missing file, a folder, a pipe and an impossible name are told apart."""
    os.mkfifo(tmp_path / "pipe")
    cases = {
        "missing.jsonl": "no such file",
        ".": "is a folder",
        "pipe": "is no regular file",
        "a\0b": "cannot be read",
        "x" * 300: "cannot be read",
    }
    for name, what in cases.items():
        with pytest.raises(UserError, match=what):
            read_log(tmp_path / name, on_problem=lambda problem: None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_the_users_error(tmp_path: Path) -> None:
    """A file without read permission is named."""
    path = tmp_path / "secret.jsonl"
    path.write_text("{}")
    path.chmod(0)
    with pytest.raises(UserError, match="cannot be read"):
        read_log(path, on_problem=lambda problem: None)


@pytest.mark.skipif(not CHATLOGS.is_dir(), reason="the development data are not here")
@pytest.mark.parametrize("name", ["youtube_en_A.jsonl", "youtube_en_B.jsonl"])
def test_real_chats_are_read_without_problems(name: str) -> None:
    """Every line of a real recorded chat becomes an event."""
    path = CHATLOGS / name
    found = list(read_log(path, on_problem=lambda problem: pytest.fail(str(problem))))
    assert len(found) == len(path.read_bytes().splitlines())


_SEEDS = [content if isinstance(content, bytes) else content.encode() for content in FORMATS.values()]
_WEDGES = [b"\x00", b"\xff", b"\r\n", b"\xef\xbb\xbf", b'"', b"{", b"]", b"\\ud800", b"1e999", b"NaN", b"null", b"[[[[", b"-->", b"9" * 40]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_to_a_file_makes_reading_it_fail(tmp_path: Path, data: st.DataObject) -> None:
    """Cut, doubled or wedged anywhere, a file gives events with times that never decrease, problems, or a UserError."""
    content = data.draw(st.sampled_from(_SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        start, end = sorted(data.draw(st.integers(0, len(content))) for _ in range(2))
        wedge = data.draw(st.sampled_from(_WEDGES) | st.binary(max_size=6) | st.just(content[start:end] * 2))
        content = content[:start] + wedge + content[end if data.draw(st.booleans()) else start :]
    path = tmp_path / "fuzzed"
    path.write_bytes(content)
    try:
        found = list(read_log(path, on_problem=lambda problem: None))
    except UserError as error:
        assert error.where == str(path)
        return
    times = [event.time for event in found]
    assert times == sorted(times)


_GROWTH = """
import sys
from livebot.platforms.replay import read_log
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = peak = resident()
count = 0
for count, _ in enumerate(read_log(sys.argv[1], on_problem=lambda problem: sys.exit(str(problem))), 1):
    if count % 2000 == 0:
        peak = max(peak, resident())
print(count, (peak - before) // 2**20)
"""


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("kind", ["array", "twitch"])
def test_a_file_of_300_mb_is_streamed(tmp_path: Path, kind: str) -> None:
    """Memory grows by less than 100 MB while a 300 MB array or object is read, and nothing is lost."""
    path = tmp_path / "big.json"
    filler = [{"text": "x" * 100, "emoticon": None}] * 5
    head, tail = ("[", "]") if kind == "array" else (json.dumps(chat_root([])).partition('"comments": [')[0] + '"comments":[', "]}")
    count = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(head)
        while out.tell() < 300e6:
            record = item(count, count / 10) if kind == "array" else comment(count, count / 10)
            out.write("," * (count > 0) + json.dumps(record | {"filler": filler}))
            count += 1
        out.write(tail)
    command = [sys.executable, "-c", _GROWTH, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    read_count, growth = map(int, done.stdout.split())
    assert read_count == count
    assert growth < 100
