"""Which product is on air, from what OBS shows, what the host says and what the rundown plans; the freshest sign wins. Pure.

A staff tap needs nothing here: it comes as an event of its own, and this module sees it go by. Every product that is set here carries why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from livebot.core.events import Caption, ChatMessage, Event, ProductOnAir
from livebot.lang.folding import fold
from livebot.lang.products import ProductNames

NAMED_AGAIN_WITHIN = 30.0
PLAN_YIELDS = 300.0  # seconds for which the plan yields to what was seen or said: shows run late, plans do not
MAX_WHY = 120


@dataclass(frozen=True, slots=True)
class Shown:
    """A product as it may be shown: `scene` and `source` are OBS names; `planned` is seconds from the show's start."""

    key: str
    name: str = ""
    also: tuple[str, ...] = ()
    scene: str = ""
    source: str = ""
    planned: float | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What OBS shows: the scene on air, the sources visible in it, the text of the text source."""

    scene: str = ""
    sources: frozenset[str] = frozenset()
    text: str = ""


class OnAir:
    """Follows one show. `watch` sees every event that the show handled; `see` what OBS shows."""

    def __init__(self, products: Sequence[Shown]) -> None:
        self._products = {product.key: product for product in products}
        self._names = ProductNames()
        for product in products:
            for name in (product.name, *product.also):
                self._names.learn(product.key, name)
        self._plan = sorted((p.planned, p.key) for p in products if p.planned is not None)
        self._now: str = ""
        self._seen_at = float("-inf")
        self._named: tuple[str, float] = ("", float("-inf"))
        self._sight: Sight | None = None

    # what was said, tapped and planned

    def watch(self, event: Event) -> ProductOnAir | None:
        """Take an event that the show handled; return the product that is on air because of it."""
        if isinstance(event, ProductOnAir):
            self._now = event.product
            if not event.why.startswith("rundown"):
                self._seen_at = event.time
            return None
        said = self._said(event)
        if said is not None:
            return said
        return self._planned(event.time)

    def _said(self, event: Event) -> ProductOnAir | None:
        host = isinstance(event, ChatMessage) and "host" in event.author.roles and not event.backlog
        if not (host or isinstance(event, Caption)):
            return None
        assert isinstance(event, ChatMessage | Caption)
        key = self._introduced(event.text, event.time)
        return self._set(event.id, key, event.time, "host", event.text) if key and key != self._now else None

    def _introduced(self, text: str, now: float) -> str:
        """Return the product to which the host goes over: it alone is named, with words that say so or twice in a short while."""
        folded = fold(text)
        keys = self._names.named_in(folded)
        cues = _cues()
        if len(keys) != 1 or any(cue in folded for cue in cues["speaks_of"]):
            self._named = ("", float("-inf")) if keys else self._named
            return ""
        before, at = self._named
        self._named = (keys[0], now)
        again = before == keys[0] and now - at <= NAMED_AGAIN_WITHIN
        return keys[0] if again or any(cue in folded for cue in cues["goes_over"]) else ""

    def _planned(self, now: float) -> ProductOnAir | None:
        due = [(at, key) for at, key in self._plan if at <= now]
        if not due or now - self._seen_at < PLAN_YIELDS:
            return None
        at, key = due[-1]
        self._plan = [step for step in self._plan if step[0] > at]
        return self._set(f"plan-{at:.0f}", key, now, "rundown", _minutes(at)) if key != self._now else None

    # what OBS shows

    def see(self, sight: Sight, now: float) -> ProductOnAir | None:
        """Take what OBS shows; return the product that it shows from now on. What did not change since the last sight is no news."""
        before, self._sight = self._sight, sight
        for why, what, keys in self._signs(sight):
            if before is not None and (why, what) in {(w, t) for w, t, _ in self._signs(before)}:
                continue
            if len(keys) == 1 and keys[0] != self._now:
                return self._set(f"{why}-{now:.3f}", keys[0], now, why, what)
        return None

    def _signs(self, sight: Sight) -> Iterable[tuple[str, str, Sequence[str]]]:
        """What is shown, the most telling first: (why, the words, the products they mean)."""
        if sight.text:
            yield "obs_text", sight.text, self._names.named_in(fold(sight.text)) or self._alone(sight.text)
        for product in self._products.values():
            if product.source and product.source in sight.sources:
                yield "obs_source", product.source, (product.key,)
        scened = [product.key for product in self._products.values() if product.scene and product.scene == sight.scene]
        yield "obs_scene", sight.scene, scened or self._names.named_in(fold(sight.scene)) or self._alone(sight.scene)

    def _alone(self, text: str) -> Sequence[str]:
        """A text that is a product's whole name or key names it, also where no word of it is peculiar to it."""
        return [p.key for p in self._products.values() if fold(text) in {fold(name) for name in (p.key, p.name, *p.also) if name}]

    def needs_sources(self) -> bool:
        """Whether any product is known by a source."""
        return any(product.source for product in self._products.values())

    def _set(self, of: str, key: str, now: float, why: str, said: str) -> ProductOnAir:
        # The id tells two settings apart by what caused them: a replayed or restarted show makes the same of the same.
        name = self._products[key].name or key
        return ProductOnAir(f"onair:{of}:{key}", now, key, name, why=f"{why}: {said[:MAX_WHY]}")


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@cache
def _cues() -> Mapping[str, Sequence[str]]:
    data: dict[str, Any] = json.loads(resources.files("livebot.voice").joinpath("data/introducing.json").read_text("utf-8"))
    return {name: tuple(fold(cue) for cue in cues) for name, cues in data.items() if name != "about"}
