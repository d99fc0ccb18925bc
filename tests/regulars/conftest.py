"""A show with the real reader, matcher, models and wordings, played line by line; sentence vectors are left out to be quick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from livebot.core.decisions import Decision, Outcome, Send
from livebot.core.events import Author, Caption, ChatMessage, Event, MessageDeleted, Role, Sent, StaffAction, Tick
from livebot.core.matcher import FaqEntry
from livebot.core.settings import ChannelSettings, Ladder, Limits, Modes, ShowSettings
from livebot.core.show import Show, ShowState
from livebot.lang.masking import mask
from livebot.lang.reader import LineReader
from livebot.lang.wordings import Wordings
from livebot.matching.matcher import LineMatcher

ROOM = "bridge:shop"
SETTINGS = ShowSettings(
    ladder=Ladder(boost_confidence=0.0, mode=Modes(boost="auto", nudge="off", post_faq="off", board="auto", escalate="auto", thank="auto")),
    limits=Limits(posts_per_minute=60, question_gap=0.0, replies_per_minute=60, viewer_gap=0.0),
    channels=(ChannelSettings(ROOM, can_send=True),),
)


@dataclass
class RealStage:
    """A show played by hand. Whatever is posted counts as sent at once; `fates` off leaves it open."""

    show: Show
    now: float = 0.0
    said: list[Outcome] = field(default_factory=list)
    count: int = 0

    def play(self, event: Event) -> list[Outcome]:
        """Hand an event to the show, and say that its posts were sent."""
        came = self.show.handle(event, event.time)
        self.said += came
        for send in [outcome for outcome in came if isinstance(outcome, Send)]:
            self.count += 1
            self.said += self.show.handle(Sent(f"f{self.count}", send.time, send.id, "sent"), self.now)
        return came

    def chat(self, text: str, who: str = "ann", *roles: Role, after: float = 1.0, author: str | None = None) -> str:
        """Somebody writes `after` seconds; return the line's id. What is said is masked, as it is in a running show."""
        self.now += after
        self.count += 1
        line = f"m{self.count}"
        self.play(ChatMessage(line, self.now, ROOM, Author(author or f"id-{who}", who, roles), mask(text)))
        return line

    def voice(self, text: str, after: float = 1.0) -> None:
        """The host says something."""
        self.now += after
        self.count += 1
        self.play(Caption(f"v{self.count}", self.now, text))

    def staff(self, action: str, question: str | None = None, message: str | None = None, **values: Any) -> list[Outcome]:
        """Staff do something."""
        self.count += 1
        return self.play(StaffAction(f"a{self.count}", self.now, "kim", action, question, message, values))

    def delete(self, line: str) -> None:
        """A moderator takes a line away."""
        self.count += 1
        self.play(MessageDeleted(f"x{self.count}", self.now, line, ROOM))

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now += seconds
        self.play(Tick(self.now))

    def decisions(self, *kinds: str) -> list[Decision]:
        """What was decided so far."""
        return [o for o in self.said if isinstance(o, Decision) and (not kinds or o.kind in kinds)]

    def posts(self, *kinds: str) -> list[str]:
        """What was posted so far."""
        return [o.text for o in self.said if isinstance(o, Send) and (not kinds or o.kind in kinds)]

    def boosted(self) -> set[str | None]:
        """The lines that were carried further."""
        return {decision.message for decision in self.decisions("boost") if not decision.held}

    def refusal(self, line: str) -> str:
        """Why a line was not carried further."""
        questions = self.show.snapshot().questions
        return next((c["refusal"] for q in questions for c in q["candidates"] if c["message"] == line), "no answer")


@pytest.fixture(scope="session")
def shared_reader() -> LineReader:
    """Reading knows nothing of a show but its products, and these tests have none: its models are loaded once."""
    return LineReader()


@pytest.fixture
def stage(shared_reader: LineReader) -> Callable[..., RealStage]:
    """Make a show with these FAQ entries; `known` are names of viewers who came before, `settings` replaces the settings."""

    def make(*faq: FaqEntry, known: Sequence[str] = (), settings: ShowSettings = SETTINGS) -> RealStage:
        viewers = {
            f"bridge:id-{name}": {"name": name, "first": -1e6, "last": -1e5, "visits": 5, "regular": {"helped": {}}} for name in known
        }
        matcher = LineMatcher(faq, shared_reader.read)
        state = ShowState(0, {"viewers": viewers}, ())
        return RealStage(Show(settings, shared_reader, matcher, Wordings(), state))

    return make
