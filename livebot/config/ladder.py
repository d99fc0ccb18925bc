"""[match], [ladder], [limits]: how lines are matched, when which step is due, and how seldom the bot speaks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from livebot.config.keys import Chance, Mode, Seconds, Section
from livebot.core.settings import Ladder, Matching


class MatchSection(Section):
    """[match] how lines are read and matched."""

    semantic: Literal["auto", "use", "none"] = Field(
        "auto", description="sentence vectors: all that are installed, only the fast ones, or none"
    )
    lookup_ms: int = Field(120, description="longest time a line waits for its sentence vectors, in milliseconds", ge=0, le=5_000)
    link: Chance = Field(Matching().link, description="from which probability a line is taken for an answer to another")
    same: Chance = Field(Matching().same, description="from which probability two questions are one")


class ModeSection(Section):
    """[ladder.mode] auto: taken by itself; approve: held until a person approves; off: not taken."""

    boost: Mode = Field("approve", description="carrying a viewer's answer further")
    nudge: Mode = Field("off", description="asking regulars to help")
    suggest: Mode = Field("auto", description="offering an FAQ entry on the desk")
    post_faq: Mode = Field("approve", description="posting an FAQ answer")
    board: Mode = Field("auto", description="putting a missed question on the host's board")
    escalate: Mode = Field("auto", description="calling staff")
    thank: Mode = Field("off", description="thanking helpers in the chat")
    reply: Mode = Field("auto", description="answering viewers' commands")


class LadderSection(Section):
    """[ladder] when which step is due, in seconds from the asker's line, and how sure a match must be."""

    grace: Seconds = Field(8, description="seconds after a viewer's answer before it is carried further")
    nudge_after: Seconds = Field(15, description="seconds before regulars are asked")
    post_after: Seconds = Field(30, description="seconds before the FAQ's answer is posted")
    board_after: Seconds = Field(45, description="seconds before a question counts as missed and goes on the board")
    escalate_after: Seconds = Field(120, description="seconds before staff are called")
    escalate_askers: int = Field(5, description="this many people asking the same calls staff at once", ge=1, le=10_000)
    resolve_confidence: Chance = Field(
        Ladder().resolve_confidence, description="from which probability a viewer's answer settles a question"
    )
    boost_confidence: Chance = Field(Ladder().boost_confidence, description="from which probability a viewer's answer is carried further")
    post_confidence: Chance = Field(0.90, description="from which probability an FAQ answer may be posted")
    suggest_confidence: Chance = Field(0.30, description="from which probability an FAQ entry is suggested")
    expire_after: Seconds | None = Field(None, description="seconds after which an unanswered question is let go; default: never")
    mode: ModeSection = Field(default_factory=ModeSection, description="how each step is taken")


class LimitsSection(Section):
    """[limits] how seldom the bot speaks."""

    posts_per_minute: int = Field(4, description="posts a minute; one answer on several channels counts once; 0 = none", ge=0, le=60)
    question_gap: Seconds = Field(30, description="seconds between two posts on one question")
    max_lag: Seconds = Field(5, description="when livebot lags this many seconds behind the chat it stops posting")
    replies_per_minute: int = Field(4, description="answers to viewers' commands a minute", ge=0, le=60)
    viewer_gap: Seconds = Field(60, description="seconds between two answers to one viewer's commands")
    thanks_gap: Seconds = Field(120, description="seconds between two public thank-yous")
    nudge_gap: Seconds = Field(600, description="seconds between two nudges of one regular")
