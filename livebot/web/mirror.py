"""What the web app knows of the show's state: the core's plain Questions by id, kept up to date with one look per flush.

Must not know what the pages make of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livebot.web.feed import Decided, News, RecentLine
from livebot.web.live import Live

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """What may be different since the last look. The first look says all there is."""

    base: Plain
    questions: Mapping[str, Plain]
    gone_questions: Sequence[str]
    lines: Sequence[RecentLine]
    gone_lines: Sequence[str]
    decisions: Sequence[Decided]
    gone_decisions: Sequence[str]


class Mirror:
    """The last state seen."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._first = True
        self.revision = 0
        self.base: Plain = {}
        self.questions: dict[str, Plain] = {}

    def look(self) -> Update:
        """Take over what is new in the show and return it."""
        feed = self._live.feed
        news = feed.drain()
        whole = self._first or news.reshaped  # a merge or a split takes ids away: only a look at all Questions shows which
        state = self._live.state(0 if whole else self.revision)
        self.revision, self.base = state.revision, state.base
        changed = {str(question["id"]): question for question in state.questions}
        gone = [question_id for question_id in self.questions if question_id not in changed] if whole else []
        for question_id in gone:
            del self.questions[question_id]
        self.questions.update(changed)
        if self._first:
            self._first = False
            news = News(list(feed.lines.values()), (), list(feed.decisions.values()), (), False)
        return Update(state.base, changed, gone, news.lines, news.gone_lines, news.decisions, news.gone_decisions)

    def open_count(self) -> int:
        """Return how many Questions still wait for an answer."""
        return sum(any(asker["state"] == "waiting" for asker in question["askers"]) for question in self.questions.values())
