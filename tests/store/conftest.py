"""A small Show with a reader and a matcher that a person can follow, and a Store on a real file."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import livebot
from livebot.core.decisions import Outcome, Reason
from livebot.core.events import Author, Caption, ChatMessage, Event, ProductOnAir, StaffAction
from livebot.core.matcher import Asked, Evidence, FaqEntry, Hit, Past, Said, Score
from livebot.core.reader import Around, Judgement, LineReading
from livebot.core.settings import ChannelSettings, Ladder, Modes, ShowSettings
from livebot.core.show import Show, ShowState
from livebot.store.records import ShowRow
from livebot.store.store import Store

CHANNEL = "twitch:shop"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(livebot.__file__).parents[1])}
"""For programs started by a test: they find this livebot, from wherever they are started."""
PRICE = FaqEntry("price", "얼마예요", "29,900원이에요", firm=True)


class PlainReader:
    """A question ends in `?`, an answer in `!`, thanks begin with 감사, a command with `!`; its words are its terms."""

    def read(self, text: str) -> LineReading:
        kinds = {"question": text.endswith("?"), "answer": text.endswith("!"), "thanks": text.startswith("감사")}
        scores = {kind: 0.9 if so else 0.01 for kind, so in kinds.items()}
        flags = frozenset({"command"} if text.startswith("!") else ())
        return LineReading(text, text, "ko", scores, terms={word.strip("?!"): 1.0 for word in text.split()}, flags=flags)

    def fold(self, text: str) -> str:
        return text

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        kind = next((kind for kind in ("question", "answer", "thanks") if reading.scores[kind] > 0.5), "other")
        return Judgement(kind, 0.9, reading.scores)  # type: ignore[arg-type]

    def take_vectors(self, text: str, vectors: Mapping[str, str]) -> None:
        pass

    def learn_product(self, key: str, name: str) -> None:
        pass

    def forget(self, keep: Collection[str]) -> None:
        pass


class PlainMatcher:
    """Two lines go together if they share a word."""

    def __init__(self) -> None:
        self.known: dict[str, LineReading] = {}

    def entry(self, faq_id: str) -> FaqEntry | None:
        return PRICE if faq_id == "price" else None

    def right(self, evidence: Evidence) -> float:
        return evidence.link

    def missed(self, past: Past) -> float:
        return float(not past.settled)

    def faq(self, line: LineReading, product: str | None) -> tuple[Hit, ...]:
        return (Hit("price", 0.95),) if "가격" in line.terms else ()

    def says(self, line: LineReading) -> tuple[Hit, ...]:
        return ()

    def same(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> list[Score]:
        return [Score(i, _shared(line, other.reading)) for i, other in enumerate(asked)]

    def answers(self, said: Said, asked: Sequence[Asked]) -> list[Score]:
        return [Score(i, _shared(said.reading, other.reading)) for i, other in enumerate(asked)]

    def agrees(self, line: LineReading, faq_id: str) -> float:
        return 1.0

    def agree(self, one: LineReading, other: LineReading) -> float | None:
        return None

    def remember(self, line: LineReading, faq: Sequence[Hit], key: str) -> None:
        self.known[key] = line

    def forget(self, key: str) -> None:
        self.known.pop(key, None)

    def forget_texts(self) -> None:
        pass

    def recall(self, line: LineReading, faq: Sequence[Hit], limit: int) -> list[str]:
        return sorted(key for key, other in self.known.items() if _shared(line, other) > 0.5)[:limit]


class PlainWords:
    """Wordings that show their code and values."""

    def reason(self, reason: Reason, lang: str) -> str:
        return f"{reason.code} {dict(reason.values)}"

    def post(self, code: str, lang: str, values: Mapping[str, str | int | float], limit: int) -> str:
        return f"[bot] {code}: {' / '.join(str(value) for value in values.values())}"[:limit]


def _shared(one: LineReading, other: LineReading) -> float:
    return 0.9 if one.terms.keys() & other.terms.keys() else 0.05


SETTINGS = ShowSettings(
    ladder=Ladder(mode=Modes(boost="auto", nudge="auto", post_faq="auto", thank="auto")),
    channels=(ChannelSettings(CHANNEL, can_send=True),),
)


def plain_show(state: ShowState | None = None) -> Show:
    """Return a Show with the parts above."""
    return Show(SETTINGS, PlainReader(), PlainMatcher(), PlainWords(), state)


def chat(line: str, at: float, text: str, author: str = "u1", name: str = "별", **more: Any) -> ChatMessage:
    """Return a chat line on the show's channel."""
    return ChatMessage(line, at, CHANNEL, Author(author, name), text, **more)


def story() -> list[Event]:
    """Return a show's events in which every table gets rows: questions, answers, thanks, posts, a caption, staff at work."""
    return [
        ProductOnAir("p1", 0.0, "serum", "시카 세럼"),
        chat("m1", 1.0, "가격 얼마예요?", "u1", "하늘바다"),
        chat("m2", 2.0, "배송 언제 와요?", "u2", "달님"),
        chat("m3", 3.0, "배송 내일 와요!", "u3", "단골손님"),
        chat("m4", 5.0, "감사합니다", "u2", "달님"),
        chat("m5", 6.0, "ㅋㅋㅋ", "u4", "구경꾼"),
        chat("m6", 20.0, "가격 할인 있나요?", "u5", "초코"),
        Caption("v1", 25.0, "사이즈 는 하나예요"),
        chat("m7", 40.0, "색상 뭐 있어요?", "u4", "구경꾼"),
        StaffAction("a1", 60.0, "지현", "note", question="m7", values={"text": "확인 중"}),
        chat("m8", 61.0, "색상 다른 것도 있어요?", "u2", "달님"),
        Caption("v2", 70.0, "색상 은 두 가지예요"),
        chat("m9", 90.0, "유통기한 언제까지예요?", "u6", "꼼꼼이"),
        chat("m10", 130.0, "유통기한 내년 삼월이요!", "u3", "단골손님"),
    ]


@dataclass
class Clock:
    """A wall clock that stands still until it is set."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Playing:
    """A Show and the Store it is written to: what the runtime does, without sockets."""

    store: Store
    show: Show = field(default_factory=plain_show)
    id: str = "show"
    outcomes: list[Outcome] = field(default_factory=list)

    def play(self, events: Sequence[Event]) -> list[Outcome]:
        """Handle and put events; return what came of them."""
        came: list[Outcome] = []
        for event in events:
            out = self.show.handle(event, event.time)
            self.store.put(self.id, event, out)
            came.extend(out)
        self.outcomes.extend(came)
        return came

    def snapshot(self) -> None:
        """Put a snapshot of what changed since the last one."""
        self.store.put_snapshot(self.id, self.show.snapshot(since=self.store.saved(self.id)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "livebot.db"


@pytest.fixture
async def store(path: Path, clock: Clock) -> AsyncIterator[Store]:
    opened = await Store.open(str(path), clock=clock, retry=0.01)
    yield opened
    await opened.close()


@pytest.fixture
async def playing(store: Store, clock: Clock) -> Playing:
    await store.begin(ShowRow("show", clock.now, name="라이브", date="2026-11-22", about={"products": ["serum"]}))
    return Playing(store)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for the writer thread until something holds; TimeoutError after ten seconds."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.002)
