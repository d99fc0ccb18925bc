"""What the core can be told: plain frozen values with their defaults. `config.py` fills them from the user's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal, TypeVar

Mode = Literal["auto", "approve", "off"]


@dataclass(frozen=True, slots=True)
class Modes:
    """How each step of the ladder is taken: by itself, after a person approved it, or not at all."""

    boost: Mode = "approve"
    nudge: Mode = "off"
    suggest: Mode = "auto"
    post_faq: Mode = "approve"
    board: Mode = "auto"
    escalate: Mode = "auto"
    thank: Mode = "off"
    reply: Mode = "auto"


@dataclass(frozen=True, slots=True)
class Ladder:
    """When what is due, in seconds from the asker's line (`grace`: from the answer), and how sure a match must be."""

    grace: float = 8.0
    nudge_after: float = 15.0
    post_after: float = 30.0
    board_after: float = 45.0
    escalate_after: float = 120.0
    escalate_askers: int = 5
    resolve_confidence: float = 0.60
    boost_confidence: float = 0.60
    post_confidence: float = 0.90
    suggest_confidence: float = 0.30
    expire_after: float | None = None
    mode: Modes = field(default_factory=Modes)


@dataclass(frozen=True, slots=True)
class Limits:
    """How seldom the bot speaks: posts a minute over all channels, seconds between two posts on one Question."""

    posts_per_minute: int = 4
    question_gap: float = 30.0
    max_lag: float = 5.0
    replies_per_minute: int = 4
    viewer_gap: float = 60.0
    thanks_gap: float = 120.0
    nudge_gap: float = 600.0


@dataclass(frozen=True, slots=True)
class People:
    """Standing and trust. An answer by someone unknown counts as `prior_accepted` right of `prior_answers`.

    An answer of a viewer whose trust is below `hold_below` waits for a person, also where boosts go out by themselves.
    """

    prior_accepted: float = 2.0
    prior_answers: float = 4.0
    hold_below: float = 0.25
    announce: bool = True
    show_names: Literal["full", "short"] = "full"


@dataclass(frozen=True, slots=True)
class Matching:
    """From which probability on a line is taken for a link, a duplicate."""

    link: float = 0.4
    same: float = 0.35


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One chat room: `name` is platform:room, `max_length` the platform's limit in characters."""

    name: str
    can_send: bool = False
    max_length: int = 500
    lang: str = ""


@dataclass(frozen=True, slots=True)
class ProductSettings:
    """A product of the rundown: `key` as in FAQ and events, the names it goes by."""

    key: str
    name: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadgeSettings:
    """A badge of this show: who helped for `helped` whole answers in it gets it; `coupon`: the shop's own system is told."""

    name: str
    helped: float
    coupon: bool = False


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """All of it. `lang` is the language of the bot's posts where a line's own is not known, `help_page` where the viewers' page is."""

    name: str = "show"
    lang: str = "ko"
    ladder: Ladder = field(default_factory=Ladder)
    limits: Limits = field(default_factory=Limits)
    people: People = field(default_factory=People)
    match: Matching = field(default_factory=Matching)
    channels: tuple[ChannelSettings, ...] = ()
    elsewhere: ChannelSettings = field(default_factory=lambda: ChannelSettings("*"))
    products: tuple[ProductSettings, ...] = ()
    badges: tuple[BadgeSettings, ...] = ()
    help_page: str = ""

    def channel(self, name: str) -> ChannelSettings:
        """Return the settings of a channel; `elsewhere` is for those that are not configured: read and not written by default."""
        return next((channel for channel in self.channels if channel.name == name), self.elsewhere)


S = TypeVar("S")


def changed(settings: S, changes: Mapping[str, Any]) -> S:
    """Return `settings` with dotted keys replaced, as in {"ladder.mode.boost": "auto"}.

    A key that there is not, or a value of another kind than the one in place, changes nothing: a log may be of another version.
    """
    for dotted, value in changes.items():
        settings = _with(settings, dotted.split("."), value)
    return settings


def _with(settings: S, path: list[str], value: Any) -> S:
    name, rest = path[0], path[1:]
    known = next((field for field in fields(settings) if field.name == name), None)  # type: ignore[arg-type]
    inner = getattr(settings, name, None)
    if known is not None and rest and is_dataclass(inner):
        value = _with(inner, rest, value)
    elif known is None or rest or not _fits(inner, value, optional=known.default is None):
        return settings
    new: Any = replace(settings, **{name: value})  # type: ignore[type-var]
    return new  # type: ignore[no-any-return]


def _fits(old: Any, new: Any, *, optional: bool) -> bool:
    """Whether a value may take the place of another: a number of a number, nothing only where that is the default, else the same type."""
    if optional and new is None:
        return True
    if isinstance(new, int | float) and not isinstance(new, bool):
        return optional or (isinstance(old, int | float) and not isinstance(old, bool))
    return type(new) is type(old) and not is_dataclass(old)
