"""The Show as a whole: the same input gives the same output, however it is cut, ticked, restarted or run."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.core.decisions import Decision, Outcome, QuestionRecord, Reading, Reason, Send, to_record
from livebot.core.events import Caption, ChatMessage, Event, Sent, Tick
from livebot.core.log import dedupe_key

from .fakes import Stage, entry

WORDS = ("colour", "size", "price", "parcel", "refund")
SHARES = {
    **{"ask": 30, "answer": 25, "thanks": 8, "voice": 10, "noise": 8, "chase": 4},
    **{"delete": 3, "ban": 1, "clear": 0.5, "staff": 8, "air": 2, "lag": 2, "config": 1},
}
ROOT = Path(__file__).resolve().parents[2]


def full_stage() -> Stage:
    """A stage on which every step is taken by itself."""
    return Stage(entry("price", "price 29000!"), entry("size", "size 5!"), limits__posts_per_minute=3)


class Script:
    """Writes a show of chance: questions, answers, thanks, chases, deletions, staff at work. The same seed, the same show."""

    def __init__(self, seed: int, length: int) -> None:
        self._chance = random.Random(seed)
        self._length = length
        self._at = 0.0
        self._lines: list[str] = []

    def events(self) -> Iterator[Event]:
        """The events in order; now and then one comes a second time, or with a time before the last one."""
        stage, chance = _Recorder(), self._chance
        for i in range(self._length):
            self._at += chance.choice((0.0, 0.3, 1.0, 2.5, 9.0, 31.0)) + chance.random() / 100.0  # no two steps fall due at one instant
            self._one(stage, i, self._at - (5.0 if chance.random() < 0.05 else 0.0))
            yield stage.event
            if chance.random() < 0.05:
                yield stage.event

    def _one(self, stage: _Recorder, i: int, at: float) -> None:
        chance, who, word = self._chance, f"u{self._chance.randrange(8)}", self._chance.choice(WORDS)
        line = chance.choice(self._lines) if self._lines else "none"
        kind = chance.choices(list(SHARES), list(SHARES.values()))[0]
        if kind in ("ask", "answer", "thanks", "noise", "chase"):
            text = {
                "ask": f"{word} {chance.choice(('', '#topic:price', '#complaint'))}?",
                "answer": f"{word} {chance.choice(('5', '29000', 'blue', '~0.3', '#joke', '~0.55'))}!",
                "thanks": "thanks",
                "noise": "hello",
                "chase": "hello #chase",
            }[kind]
            stage.chat(at, text, who, line=f"l{i}", reply_to=line if chance.random() < 0.1 else None)
            self._lines.append(f"l{i}")
        elif kind == "voice":
            stage.voice(at, f"{word} 5", line=f"l{i}")
        elif kind == "staff":
            action = chance.choice(
                ("approve", "reject", "answered", "dismiss", "reopen", "boost", "post_faq", "to_host", "merge", "split", "relink")
            )
            other = chance.choice(self._lines) if self._lines else "none"
            stage.staff(at, action, line, other, decision=f"d{chance.randrange(i + 1)}", into=other, askers=[other], answers=[other])
        else:
            {
                "delete": lambda: stage.delete(at, line),
                "ban": lambda: stage.ban(at, who),
                "clear": lambda: stage.clear(at),
                "air": lambda: stage.on_air(at, chance.choice(("serum", "cushion"))),
                "lag": lambda: stage.lag(at, chance.choice((0.0, 0.0, 9.0))),
                "config": lambda: stage.config(at, ladder__board_after=chance.choice((20.0, 45.0))),
            }[kind]()


class _Recorder(Stage):
    """Makes events and plays nothing."""

    def __init__(self) -> None:
        self._count = 0

    def play(self, event: Event, at: float | None = None) -> list[Outcome]:
        self.event = event
        return []


def play(stage: Stage, events: Sequence[Event]) -> list[Outcome]:
    """Play events; every post is told as sent with the next event, as a shell would."""
    said: list[Outcome] = []
    for event in events:
        for send in [o for o in said if isinstance(o, Send) and o.id not in stage.told]:  # type: ignore[attr-defined]
            stage.told.add(send.id)  # type: ignore[attr-defined]
            said += stage.play(Sent(f"sent:{send.id}", event.time, send.id, "sent"))
        said += stage.play(event)
    return said


def begun() -> Stage:
    """A full stage that notes which posts it told the fate of."""
    stage = full_stage()
    stage.told = set()  # type: ignore[attr-defined]
    return stage


def plainly(outcomes: Sequence[Outcome | QuestionRecord]) -> list[str]:
    """Outcomes as the bytes that `replay --out` would write."""
    said = [o for o in outcomes if isinstance(o, Reading | Decision | QuestionRecord)]
    return [json.dumps(to_record(o, _sentence), ensure_ascii=False) for o in said]


def _sentence(reason: Reason) -> str:
    return f"{reason.code} {reason.values}"


shows = st.builds(lambda seed, length: list(Script(seed, length).events()), st.integers(0, 10_000), st.integers(1, 90))


@settings(max_examples=20, deadline=None)
@given(shows)
def test_the_same_show_twice_gives_the_same_bytes(events: list[Event]) -> None:
    """Readings, decisions, posts and records."""
    one, two = begun(), begun()
    assert play(one, events) == play(two, events)
    assert plainly(one.show.records()) == plainly(two.show.records())
    assert one.show.snapshot() == two.show.snapshot()


@settings(max_examples=20, deadline=None)
@given(shows, st.data())
def test_the_first_lines_are_read_as_in_the_whole_show(events: list[Event], data: st.DataObject) -> None:
    """Nothing that comes later changes what was said before."""
    cut = data.draw(st.integers(0, len(events)))
    whole, part = play(begun(), events), play(begun(), events[:cut])
    assert whole[: len(part)] == part


@settings(max_examples=20, deadline=None)
@given(shows, st.lists(st.floats(0.0, 500.0), max_size=40))
def test_ticks_change_nothing(events: list[Event], ticks: list[float]) -> None:
    """However often the shell looks at the clock, each step is taken once, at its own time."""
    events = [event for event in events if not isinstance(event, Tick)]
    ticked = sorted([*events, *(Tick(at) for at in ticks if events and at < events[-1].time)], key=lambda event: event.time)
    one, two = full_stage(), full_stage()
    for event in sorted(events, key=lambda event: event.time):
        one.play(event)
    for event in ticked:
        two.play(event)
    assert one.said == two.said
    assert one.show.records() == two.show.records()


@settings(max_examples=30, deadline=None)
@given(shows)
def test_what_always_holds(events: list[Event]) -> None:
    """Times never decrease; each new line gets one reading with a reason, a copy none; records tell each asker line once."""
    stage = begun()
    said = play(stage, [*events, Tick(events[-1].time + 300.0)])
    decided = [o for o in said if isinstance(o, Decision)]
    assert all(a.time <= b.time for a, b in pairwise(said))
    assert len({d.id for d in decided}) == len(decided)
    lines = {dedupe_key(e): e.id for e in events if isinstance(e, ChatMessage | Caption)}
    readings = [o for o in said if isinstance(o, Reading)]
    assert [r.id for r in readings] == list(lines.values())
    assert all(r.reason.code for r in readings) and all(d.reason.code for d in decided)
    asked = [line for record in stage.show.records() for line in record.messages]
    assert len(asked) == len(set(asked))
    assert set(asked) == {r.id for r in readings if r.kind == "question"}
    for record in stage.show.records():
        assert record.id in record.messages and set(record.open) <= set(record.messages)
    for event in events:
        assert not isinstance(event, ChatMessage) or stage.play(event) == [] or stage.readings()[event.id].kind


@settings(max_examples=30, deadline=None)
@given(shows)
def test_every_kind_of_record_has_the_keys_that_are_promised(events: list[Event]) -> None:
    """product.md's shapes, and JSON without NaN or infinity."""
    shapes = {
        "boost": {"question", "message", "faq", "text", "held"},
        "resolve": {"question", "askers", "resolution", "message"},
        "reopen": {"question", "askers"},
        "relink": {"message", "answers"},
    }
    stage = begun()
    for outcome in [*play(stage, events), *stage.show.records()]:
        if not isinstance(outcome, Reading | Decision | QuestionRecord):
            continue
        record: dict[str, Any] = json.loads(json.dumps(to_record(outcome, _sentence), allow_nan=False))
        if record["type"] == "reading":
            assert record.keys() == {"type", "id", "kind", "also", "question", "answers", "faq", "reason"}
            assert record["kind"] in ("question", "answer", "thanks", "other") and isinstance(record["faq"], list)
        elif record["type"] == "decision":
            assert record.keys() >= {"type", "time", "kind", "reason"} | shapes.get(record["kind"], {"reason"})
        else:
            assert record.keys() == {"type", "id", "messages", "open", "state", "resolution", "recovery", "answered_by"}
            assert record["state"] in ("answered", "open", "dismissed", "expired")


# restart


def at_a_cut(seed: int, cut: int) -> tuple[list[Outcome], list[Outcome], Stage, Stage]:
    """Play a show straight through, and with a restart after `cut` events; return what each said after it."""
    events = list(Script(seed, 80).events())
    straight, cut_short = begun(), begun()
    play(straight, events[:cut])
    play(cut_short, events[:cut])
    seen = [key for event in events[:cut] if (key := dedupe_key(event))]
    cut_short.restart(seen)
    rest = [*events[cut:], Tick(events[-1].time + 200.0)]
    return play(straight, rest), play(cut_short, rest), straight, cut_short


@pytest.mark.parametrize("seed", range(12))
def test_a_restart_changes_nothing(seed: int) -> None:
    """From a snapshot that went through JSON the show goes on with the same decisions, posts and records."""
    for cut in (5, 23, 40, 61, 77):
        expected, found, straight, restarted = at_a_cut(seed, cut)
        assert found == expected, (seed, cut)
        assert restarted.show.records() == straight.show.records()


@pytest.mark.xfail(
    strict=True, reason="Show._deadlines breaks ties by when a deadline was pushed, which no snapshot keeps; the asker's time would do"
)
def test_a_restart_keeps_the_order_of_what_is_due_at_one_instant() -> None:
    """Two posts that wait for the same place in the budget go out in the same order after a restart."""

    def posted(restart: bool) -> list[str | None]:
        off = {f"ladder__mode__{step}": "off" for step in ("nudge", "board", "escalate")}
        stage = Stage(*(entry(f"q{i}", "it is so") for i in range(3)), limits__posts_per_minute=1, **off)
        stage.chat(0.0, "q0?", "ann", line="m0")
        stage.chat(1.0, "q1?", "bob", line="m1")
        stage.chat(2.0, "q2?", "cat", line="m2")
        stage.chat(25.0, "q1 blue ~0.55!", "dan")  # holds the post on q1 back until 33, when q2 waits already
        stage.tick(40.0)
        if restart:
            stage.restart()
        stage.tick(200.0)
        return [send.question for send in stage.sends("post_faq")]

    assert posted(restart=True) == posted(restart=False)


def test_a_snapshot_and_the_log_after_it_is_the_show() -> None:
    """Resuming from an older snapshot and replaying what came since gives the same state as never having stopped."""
    events = list(Script(3, 60).events())
    straight, resumed = full_stage(), full_stage()
    for event in events[:30]:
        resumed.play(event)
    resumed.restart([key for event in events[:30] if (key := dedupe_key(event))])
    for event in events[30:]:
        resumed.play(event)
    for event in events:
        straight.play(event)
    assert resumed.show.snapshot().questions == straight.show.snapshot().questions


def test_a_snapshot_since_a_revision_holds_what_changed_since() -> None:
    """Pages and the store take only what is new."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    before = stage.show.snapshot().revision
    stage.chat(1.0, "size?", "bob", line="m2")
    later = stage.show.snapshot(since=before, keys=("now",))
    assert [question["id"] for question in later.questions] == ["m2"]
    assert set(later.base) == {"now"}
    assert stage.show.snapshot(since=later.revision).questions == ()


@pytest.mark.xfail(
    strict=True, reason="Show._remember_restored gives the reader no vectors: older lines are compared by words alone after a restart"
)
def test_a_restart_keeps_sentence_vectors() -> None:
    """What a line meant before the restart it means after it."""
    from livebot.core.events import Lookup

    stage = Stage()
    stage.play(Lookup("k1", 0.0, "m1", {"e5": "AAAA"}))
    stage.chat(0.0, "colour?", "ann", line="m1")
    before = stage.reader.read("colour?").vectors
    stage.restart()
    assert before and stage.reader.read("colour?").vectors == before


def test_a_restart_remembers_lines_in_their_order() -> None:
    """The matcher is told of earlier asker lines in the order in which they came."""
    stage = Stage()
    stage.chat(0.0, "colour?", "ann", line="m1")
    stage.chat(1.0, "size?", "bob", line="m2")
    stage.chat(2.0, "colour?", "cat", line="m3")
    stage.restart()
    assert list(stage.matcher.known) == ["m1", "m2", "m3"]


# time


def test_time_stands_rather_than_goes_back() -> None:
    """An event with an earlier time counts as now; a step that was due before is not taken twice."""
    stage = Stage()
    stage.chat(100.0, "colour?", "ann", line="m1")
    stage.chat(50.0, "size?", "bob", line="m2")
    assert stage.readings()["m2"].time == 100.0
    stage.tick(20.0)
    assert stage.show.now == 100.0


@pytest.mark.xfail(strict=True, reason="State.now begins at 0.0, so that everything before the start counts as said at the start")
def test_what_is_asked_before_the_start_waits_from_then_on() -> None:
    """Times are negative before the show's start."""
    stage = Stage()
    stage.chat(-30.0, "colour?", "ann")
    stage.tick(100.0)
    assert stage.times("escalate") == [15.0, 90.0]


def test_a_show_without_events_says_nothing() -> None:
    """No deadline, no records."""
    stage = Stage()
    stage.tick(10.0)
    assert (stage.said, stage.show.records(), stage.show.next_deadline()) == ([], [], None)


@pytest.mark.parametrize(
    "change", [{"no_such_key": 5}, {"grace": "long"}, {"grace": None}, {"grace": True}, {"mode": "auto"}, {"grace__inner": 1}], ids=str
)
def test_a_config_event_of_another_version_is_passed_over(change: dict[str, Any]) -> None:
    """An unknown key, or a value of another kind, in a log changes nothing."""
    stage = Stage()
    before = stage.show.settings
    stage.config(1.0, **{f"ladder__{key}": value for key, value in change.items()})
    assert stage.show.settings == before
    stage.config(2.0, ladder__grace=5, ladder__expire_after=60)
    assert (stage.show.settings.ladder.grace, stage.show.settings.ladder.expire_after) == (5, 60)


# two processes


def test_two_processes_agree_whatever_their_hash_seed_and_time_zone() -> None:
    """Nothing hangs on the order of a set or on where the machine stands."""
    program = f"""
import sys; sys.path[:0] = [{str(ROOT)!r}]
from tests.core.test_show import Script, begun, play, plainly
events = list(Script(7, 150).events())
stage = begun()
print("\\n".join(plainly(play(stage, events)) + plainly(stage.show.records())))
"""
    outputs = []
    for seed, zone in (("0", "UTC"), ("4711", "Asia/Seoul")):
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=True, cwd=ROOT)
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"\n") > 150
