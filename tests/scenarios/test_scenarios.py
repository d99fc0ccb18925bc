"""Chat scripts with what must happen, played with the real reader, matcher and models. One `.txt` file is one scenario:

    # what it is about (the rest of such a line is free text)
    faq ID [PRODUCT] QUESTION -> ANSWER
    M:SS NAME: text                 a viewer writes; `(voice)` and `(host)` are the host aloud and in chat
    M:SS on air KEY: NAME           a product is presented
    M:SS delete M:SS                a moderator takes a line away
    => M:SS question|answer|thanks|other
    => M:SS same as M:SS            joins the Question that this line opened
    => M:SS new                     opens a Question of its own
    => M:SS answers M:SS …          or `answers nothing`: what the line was found to answer when it came
    => M:SS faq ID                  the FAQ entry that is ranked first
    => M:SS boosted|not boosted     whether the answer was carried further
    => M:SS resolved HOW [by M:SS]  how the asker line ended: host_voice, host_chat, peer, faq
    => M:SS open                    at the end nobody answered it rightly
    => M:SS reopened                it was answered and waits again
    => M:SS accepted                its author was thanked for it
    =x M:SS … # why                 what ought to come to pass and does not yet; when it does, its test fails until this is a `=>`

A line is known by its time. Posts count as sent; boosts and FAQ posts go out by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from livebot.config import Config
from livebot.core.decisions import Decision, Outcome, Reading
from livebot.core.events import Author, Caption, ChatMessage, Event, MessageDeleted, ProductOnAir
from livebot.core.matcher import FaqEntry
from livebot.core.settings import Modes
from livebot.lang.ko import Korean
from livebot.runtime.build import Engine, build
from livebot.runtime.commands import replay_settings
from livebot.runtime.embed import Embedder
from livebot.runtime.replay import outcomes_of

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.txt"))
TIME = r"(\d+:\d\d)"
FAQ = re.compile(r"faq (\S+)(?: \[(\S+)\])? (.+?) -> (.+)")
MISSING = re.compile(r"=x (.+?) # (.+)")
EVENT = re.compile(rf"{TIME} (?:on air (\S+): (.+)|delete {TIME}|(.+?): (.+))")


@dataclass
class Scenario:
    """A file as read."""

    entries: list[FaqEntry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    """What does not hold yet, and why."""


def seconds(time: str) -> float:
    minutes, rest = time.split(":")
    return int(minutes) * 60.0 + int(rest)


def event_of(match: re.Match[str]) -> Event:
    """Return the event of a line of a script."""
    time, product, name, deleted, who, text = match.groups()
    at = seconds(time)
    if product:
        return ProductOnAir(time, at, product, name)
    if deleted:
        return MessageDeleted(time, at, deleted, "log:show")
    if who == "(voice)":
        return Caption(time, at, text)
    author = Author("host", "host", ("host",)) if who == "(host)" else Author(who, who)
    return ChatMessage(time, at, "log:show", author, text)


def read(path: Path) -> Scenario:
    """Read a script; a line that is none of the above is an error."""
    scenario = Scenario()
    for line in path.read_text("utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("=> "):
            scenario.expected.append(line.removeprefix("=> "))
        elif missing := MISSING.fullmatch(line):
            scenario.missing.append((missing[1], missing[2]))
        elif entry := FAQ.fullmatch(line):
            scenario.entries.append(FaqEntry(entry[1], entry[3], entry[4], entry[2] or "all"))
        elif event := EVENT.fullmatch(line):
            scenario.events.append(event_of(event))
        else:
            raise ValueError(f"{path.name}: {line}")
    return scenario


class Played:
    """A scenario that was played, and what is to be seen of it."""

    def __init__(self, engine: Engine, events: list[Event]) -> None:
        self.said: list[Outcome] = []
        for _, outcomes in outcomes_of(engine, events, assume_sent=True):
            self.said += outcomes
        self.readings = {o.id: o for o in self.said if isinstance(o, Reading)}
        self.decisions = [o for o in self.said if isinstance(o, Decision)]
        plain = engine.show.snapshot().questions
        self.askers: dict[str, Any] = {asker["line"]: asker for question in plain for asker in question["askers"]}
        self.candidates: list[Any] = [candidate for question in plain for candidate in question["candidates"]]

    def holds(self, expected: str) -> bool:
        """Whether what a `=>` line says came to pass."""
        line, what = expected.split(" ", 1)
        for pattern, check in CHECKS:
            if match := re.fullmatch(pattern, what):
                return check(self, line, match)
        raise ValueError(f"=> {expected}")

    def seen(self, line: str) -> str:
        """What is known about a line, for the message of a test that fails."""
        return "\n".join(str(part) for part in (self.readings.get(line), self.askers.get(line), *self.of(line)))

    def of(self, line: str) -> list[Decision]:
        return [d for d in self.decisions if line in (d.message, d.question, *d.askers, *d.answers)]


def _resolved(played: Played, line: str, match: re.Match[str]) -> bool:
    asker = played.askers.get(line, {})
    return asker.get("state") == "answered" and asker["resolution"] == match[1] and match[2] in (None, asker["by"])


CHECKS: tuple[tuple[str, Callable[[Played, str, re.Match[str]], bool]], ...] = (
    (r"(question|answer|thanks|other)", lambda p, line, m: p.readings[line].kind == m[1]),
    (rf"same as {TIME}", lambda p, line, m: p.readings[line].question == m[1]),
    (r"new", lambda p, line, m: p.readings[line].question == line),
    (r"answers nothing", lambda p, line, m: p.readings[line].answers == ()),
    (rf"answers ({TIME}(?: {TIME})*)", lambda p, line, m: set(p.readings[line].answers) == set(m[1].split())),
    (r"faq (\S+)", lambda p, line, m: [faq_id for faq_id, _ in p.readings[line].faq[:1]] == [m[1]]),
    (r"boosted", lambda p, line, m: any(d.kind == "boost" and d.message == line for d in p.decisions)),
    (r"not boosted", lambda p, line, m: not any(d.kind == "boost" and d.message == line for d in p.decisions)),
    (rf"resolved (\w+)(?: by {TIME})?", _resolved),
    (r"open", lambda p, line, m: line in p.askers and p.askers[line]["state"] == "waiting"),
    (r"reopened", lambda p, line, m: any(d.kind == "reopen" and line in d.askers for d in p.decisions)),
    (r"dismissed", lambda p, line, m: line in p.askers and p.askers[line]["state"] == "dismissed"),
    (r"accepted", lambda p, line, m: any(c["message"] == line and c["accepted"] for c in p.candidates)),
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """The sentence vectors of an ordinary installation."""
    found = Embedder("auto")
    if not found.names:
        pytest.skip("needs the semantic extra")
    return found


@pytest.fixture(scope="module", autouse=True)
def one_tokenizer() -> Iterator[None]:
    """All scenarios share Kiwi, which takes seconds to load; it keeps nothing of a show."""
    korean = Korean()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("livebot.lang.reader.Korean", lambda: korean)
        yield


Play = Callable[[Path], Played]


@pytest.fixture(scope="module")
def play(embedder: Embedder) -> Play:
    """Play a script, once."""
    settings = replay_settings(Config())
    settings = replace(settings, ladder=replace(settings.ladder, mode=Modes(boost="auto", post_faq="auto")))

    @cache
    def played(path: Path) -> Played:
        scenario = read(path)
        return Played(build(settings, scenario.entries, embedder), scenario.events)

    return played


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario(path: Path, play: Play) -> None:
    """Everything that the script expects comes to pass."""
    played = play(path)
    failed = [expected for expected in read(path).expected if not played.holds(expected)]
    assert not failed, "\n".join(f"=> {expected}\n{played.seen(expected.split(' ')[0])}" for expected in failed)


def missing() -> list[Any]:
    """What does not hold yet, each with its reason."""
    return [
        pytest.param(path, expected, id=f"{path.stem}-{expected}", marks=pytest.mark.xfail(strict=True, reason=why))
        for path in FILES
        for expected, why in read(path).missing
    ]


@pytest.mark.parametrize(("path", "expected"), missing())
def test_what_ought_to_come_to_pass(path: Path, expected: str, play: Play) -> None:
    """Known to fail; one that passes is to be moved to what the script expects."""
    assert play(path).holds(expected)


def test_there_are_as_many_korean_as_english_scenarios() -> None:
    """At least a dozen each, every one with something expected."""
    korean = [path for path in FILES if path.stem.endswith("_ko")]
    english = [path for path in FILES if path.stem.endswith("_en")]
    assert len(korean) == len(english) >= 12 and len(korean) + len(english) == len(FILES)
    assert {path.stem[:-3] for path in korean} == {path.stem[:-3] for path in english}
    assert all(read(path).expected for path in FILES)
