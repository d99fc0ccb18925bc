"""What the web app asks of the running show. The runtime implements `Live`; this room must not know how a show is run.

The runtime makes one `Feed`, gives it every event with what came out of it, and rings it when something else changed (a channel's
connection, a queue). Everything else is asked for when a page needs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from livebot.core.decisions import Outcome, Reason
from livebot.core.events import Event
from livebot.core.matcher import FaqEntry, Hit
from livebot.core.questions import Handoff, Viewer
from livebot.core.recognition import Helper
from livebot.core.settings import ShowSettings
from livebot.core.show import ShowState
from livebot.core.words import Words
from livebot.web.feed import Feed

STATE_KEYS = ("now", "on_air", "on_air_since", "on_air_why", "ended", "stopped", "lag", "crowd", "posts", "products")
"""What the pages read of `ShowState.base`; `Live.state` may leave the rest out."""


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """How one chat room (`platform:room`) is: its connection, and whether and as whom livebot may write there.

    `code` names the cause of the state, `why` says it and what to do in each language of the pages, `detail` is the platform's own text,
    `missed` the seconds of chat not read in this show, `queued` the posts that wait for the platform's rate limits.
    """

    name: str
    state: Literal["connecting", "joined", "reconnecting", "stopped", "ended"]
    code: str = ""
    detail: str = ""
    attempt: int = 0
    can_send: bool = False
    account: str = ""
    missed: float = 0.0
    queued: int = 0
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def takes_posts(self) -> bool:
        """Whether a post would leave, now or when the room is reached again: what stopped or ended takes none any more."""
        return self.can_send and self.state not in ("stopped", "ended")


class Live(Protocol):
    """The running show, as the pages see it. All of it is called on the event loop's thread, and all but `put` returns at once."""

    @property
    def feed(self) -> Feed:
        """What happened lately. One `Feed` for the show's whole life; only one web app may read it."""
        ...

    @property
    def words(self) -> Words:
        """Wordings of reasons and posts. A reason that lacks a value is worded without it, never an error."""
        ...

    @property
    def settings(self) -> ShowSettings:
        """The settings as they are now, live changes included."""
        ...

    def now(self) -> float:
        """Return seconds since the show's start on livebot's clock."""
        ...

    def state(self, since: int = 0) -> ShowState:
        """Return the show's state with the Questions changed after revision `since`; called up to 20 times a second."""
        ...

    def viewer(self, author: str) -> Viewer | None:
        """Return the viewer of that `platform:id`, as candidates and lines name their author."""
        ...

    def quoted(self, question: str) -> str:
        """Return a Question in words that may be repeated to everybody, else an ellipsis."""
        ...

    def quotable(self, text: str) -> bool:
        """Whether what a viewer wrote may be repeated to everybody."""
        ...

    def trust(self, author: str) -> Reason:
        """Return how far the word of `platform:id` goes and what went into the sum, to be put into words."""
        ...

    def helpers(self) -> Sequence[Helper]:
        """Return this show's helpers, those who gained most first."""
        ...

    def masters(self) -> Sequence[str]:
        """Return who (`platform:id`) helped most in this month's shows as of the show's start, best first; none without a store."""
        ...

    def handoffs(self) -> Sequence[Handoff]:
        """Return who could not order or wanted a person, with what they were told and who took care of it."""
        ...

    def channels(self) -> Sequence[ChannelNow]:
        """Return the show's chat rooms in the config's order."""
        ...

    def queued(self) -> int:
        """Return how many events wait to be handled."""
        ...

    def entry(self, faq_id: str) -> FaqEntry | None:
        """Return an FAQ entry."""
        ...

    def search_faq(self, text: str, limit: int) -> Sequence[Hit]:
        """Return the entries that fit what staff typed (a question, a word, an id), best first."""
        ...

    def marks(self, text: str, *, asked: Sequence[str], faq: Sequence[str], names: Sequence[str]) -> Sequence[tuple[int, int, str]]:
        """Return (start, end, why) of the parts of the answer `text` that match, in code points; called when somebody looks at it.

        `why`: `asked` for what one of those texts says too, `faq` for one of those, `name` for one of the names.
        """
        ...

    async def put(self, event: Event) -> Sequence[Outcome]:
        """Take an event in as if it had come from outside (masked, recorded, handled); return what came out of it.

        The pages put `StaffAction`, `ProductOnAir`, `ConfigChanged` and pasted `ChatMessage`s. UserError: it is refused and had no
        effect; WorkError: it could not be taken now.
        """
        ...
