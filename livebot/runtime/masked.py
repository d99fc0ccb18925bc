"""Masks personal data in events before core, store or page sees them: a show that runs and a log that is replayed are masked alike.

What staff write is masked as well, but for what the FAQ's answers make public: the shop's own number. Must not know where events come from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from livebot.core.events import Caption, ChatMessage, Event, Notice, Purchase, StaffAction
from livebot.core.matcher import FaqEntry
from livebot.lang.masking import mask, personal


def public_of(entries: Iterable[FaqEntry]) -> frozenset[str]:
    """Return the numbers and addresses that the FAQ tells everybody."""
    return frozenset(piece for entry in entries for piece in personal(entry.answer))


def masked(event: Event, public: Collection[str] = ()) -> Event:
    """Return an event without personal data in its texts and names."""
    if isinstance(event, ChatMessage | Caption | Notice):
        text = mask(event.text)
        event = event if text == event.text else replace(event, text=text)
    if isinstance(event, ChatMessage | Purchase):
        name = mask(event.author.name)
        event = event if name == event.author.name else replace(event, author=replace(event.author, name=name))
    if isinstance(event, StaffAction) and isinstance(said := event.values.get("text"), str):
        event = replace(event, values={**event.values, "text": mask(said, public)})
    return event
