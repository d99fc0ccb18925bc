"""A reader, a matcher and wordings that a person can work out in the head, and a stage on which a show is played by the second.

A line's last sign says what it is: `price?` asks, `price 29000!` answers, a line with `thanks` thanks. Its plain words are its subject:
two lines go together when they share a word. `#joke` is a flag (a `!` before all the flag `command`), `~0.4` how surely it answers,
`%serum` a product it names, a number a quantity, `yes` and `no` its polarity, `^0.7` how surely it was missed, seen from the end.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from livebot.core.decisions import Decision, Outcome, Reading, Reason, Send
from livebot.core.events import (
    Author,
    AuthorBanned,
    Caption,
    ChatCleared,
    ChatMessage,
    ConfigChanged,
    Event,
    MessageDeleted,
    Notice,
    ProductOnAir,
    Role,
    Sent,
    StaffAction,
    Tick,
)
from livebot.core.matcher import Asked, Evidence, FaqEntry, Hit, Past, Said, Score
from livebot.core.reader import Around, Judgement, LineReading, Part, Quantity
from livebot.core.settings import ChannelSettings, ShowSettings, changed
from livebot.core.show import Show, ShowState

ROOM = "twitch:shop"
OTHER_ROOM = "bridge:shop"
SETTINGS = ShowSettings(lang="en", channels=(ChannelSettings(ROOM, can_send=True), ChannelSettings(OTHER_ROOM, can_send=True)))
AUTO = {f"ladder.mode.{step}": "auto" for step in ("boost", "nudge", "suggest", "post_faq", "board", "escalate", "thank", "reply")}
OFF = dict.fromkeys(AUTO, "off")


class FakeReader:
    """Reads the signs described above."""

    def __init__(self) -> None:
        self.vectors: dict[str, Mapping[str, str]] = {}
        self.products: dict[str, str] = {}

    def read(self, text: str) -> LineReading:
        words = text.split()
        plain = [w.strip("?!") for w in words if w.strip("?!") and w[0] not in "#~%^" and not w.strip("?!").isdigit()]
        flags = frozenset(w[1:].strip("?!") for w in words if w[0] == "#")
        kinds = {"question": text.endswith("?"), "answer": text.endswith("!"), "thanks": "thanks" in words}
        return LineReading(
            text=text,
            folded=text,
            lang="en",
            scores={kind: 0.9 if so else 0.01 for kind, so in kinds.items()},
            terms={word: 1.0 for word in plain if word not in ("yes", "no", "thanks")},
            quantities=tuple(Quantity(float(w.strip("?!")), "") for w in words if w.strip("?!").isdigit()),
            polarity=("yes" in plain) * 1.0 - ("no" in plain) * 1.0,
            topics=tuple(f[6:] for f in sorted(flags) if f.startswith("topic:")),
            products=tuple(w[1:].strip("?!") for w in words if w[0] == "%"),
            flags=frozenset(f for f in flags if not f.startswith("topic:")) | ({"command"} if text[:1] == "!" else set()),
            vectors=self.vectors.get(text, {}),
        )

    def parts(self, text: str) -> tuple[Part, ...]:
        reading = self.read(text)
        return (Part(reading.quantities, frozenset(reading.flags), reading.terms),)

    def fold(self, text: str) -> str:
        return text

    def judge(self, reading: LineReading, around: Around) -> Judgement:
        kind = next((kind for kind in ("question", "answer", "thanks") if reading.scores[kind] > 0.5), "other")
        return Judgement(kind, 0.9, reading.scores)  # type: ignore[arg-type]

    def take_vectors(self, text: str, vectors: Mapping[str, str]) -> None:
        self.vectors[text] = vectors

    def learn_product(self, key: str, name: str) -> None:
        self.products[name] = key

    def forget(self, keep: Collection[str]) -> None:
        self.vectors = {text: vectors for text, vectors in self.vectors.items() if text in keep}


class FakeMatcher:
    """Knows the entries it is given; a question matches the entry whose id is one of its words, as surely as `scores` says."""

    def __init__(self, reader: FakeReader, entries: Sequence[FaqEntry] = (), scores: Mapping[str, float] | None = None) -> None:
        self._reader = reader
        self._entries = {entry.faq_id: entry for entry in entries}
        self._scores = scores or {}
        self.known: dict[str, LineReading] = {}

    def entry(self, faq_id: str) -> FaqEntry | None:
        return self._entries.get(faq_id)

    def faq(self, line: LineReading, product: str | None) -> tuple[Hit, ...]:
        hits = [Hit(word, self._scores.get(word, 0.95)) for word in line.terms if word in self._entries]
        return tuple(sorted(hits, key=lambda hit: -hit.score))

    def says(self, line: LineReading) -> tuple[Hit, ...]:
        return ()

    def same(self, line: LineReading, faq: Sequence[Hit], product: str | None, asked: Sequence[Asked]) -> list[Score]:
        product = line.products[0] if line.products else product
        return [Score(i, 0.9 if _alike(line, a.reading) and product == a.product else 0.05) for i, a in enumerate(asked)]

    def answers(self, said: Said, asked: Sequence[Asked]) -> list[Score]:
        words = said.reading.text.split()
        sure = next((float(word[1:].strip("!")) for word in words if word[0] == "~"), 0.9)
        return [Score(i, sure if _alike(said.reading, a.reading) or said.reply_to == a.line else 0.05) for i, a in enumerate(asked)]

    def right(self, evidence: Evidence) -> float:
        """As sure as the link; hardly, where it is a joke or hearsay that nobody confirms, or somebody says otherwise."""
        heard = {"joke", "hearsay", "unsure"} & evidence.reading.flags and max(evidence.by_faq or 0, evidence.by_host or 0) < 0.5
        against = min(evidence.by_faq or 0, evidence.by_host or 0, evidence.by_peers or 0) < 0
        return 0.2 if heard or against else evidence.link

    def missed(self, past: Past) -> float:
        """As it stands, but for a line that says otherwise by a word ^0.7."""
        told = next((float(word[1:].strip("?")) for word in past.reading.text.split() if word[0] == "^"), None)
        return told if told is not None else float(not past.settled)

    def agrees(self, line: LineReading, faq_id: str) -> float:
        entry = self._entries.get(faq_id)
        return (self.agree(line, self._reader.read(entry.answer)) or 0.0) if entry else 0.0

    def agree(self, one: LineReading, other: LineReading) -> float | None:
        if one.quantities and other.quantities:
            return 1.0 if set(one.quantities) & set(other.quantities) else -1.0
        return one.polarity * other.polarity or None

    def remember(self, line: LineReading, faq: Sequence[Hit], key: str) -> None:
        self.known[key] = line

    def forget(self, key: str) -> None:
        self.known.pop(key, None)

    def forget_texts(self) -> None:
        pass

    def recall(self, line: LineReading, faq: Sequence[Hit], limit: int) -> list[str]:
        return [key for key, other in reversed(self.known.items()) if _alike(line, other)][:limit]


class FakeWords:
    """Wordings that show their code and their values."""

    def reason(self, reason: Reason, lang: str) -> str:
        return f"{reason.code} {dict(reason.values)}"

    def post(self, code: str, lang: str, values: Mapping[str, str | int | float], limit: int) -> str:
        return f"[bot] {code} {lang}: {' / '.join(str(value) for value in values.values())}"[:limit]


def _alike(one: LineReading, other: LineReading) -> bool:
    return bool(one.terms.keys() & other.terms.keys())


def person(name: str, *roles: Role, months: int | None = None) -> Author:
    """Return the chatter of that name; the id is told from the name, so that nothing may mix the two up."""
    return Author(f"id-{name}", name, roles, months)


def entry(faq_id: str, answer: str = "", **more: Any) -> FaqEntry:
    """Return an FAQ entry that questions with the word `faq_id` ask for."""
    return FaqEntry(faq_id, f"{faq_id}?", answer or f"{faq_id} is so!", **more)


class Stage:
    """A show with the parts above, played event by event. Every method returns what came of it; `said` is all of it so far."""

    def __init__(self, *faq: FaqEntry, scores: Mapping[str, float] | None = None, base: ShowSettings = SETTINGS, **settings: Any) -> None:
        self._faq, self._scores = faq, scores
        self._settings = changed(base, AUTO | {key.replace("__", "."): value for key, value in settings.items()})
        self._begin(None)
        self.said: list[Outcome] = []
        self._count = 0

    def _begin(self, state: ShowState | None) -> None:
        self.reader = FakeReader()
        self.matcher = FakeMatcher(self.reader, self._faq, self._scores)
        self.show = Show(self._settings, self.reader, self.matcher, FakeWords(), state)

    def restart(self, seen: Sequence[tuple[str, str]] = ()) -> None:
        """Go on from a snapshot that went through JSON, with a new reader and matcher, as after a crash."""
        self.go_on_from(self.show.snapshot())
        self.show.recall_seen(seen)

    def go_on_from(self, shot: ShowState) -> None:
        """Take over another show's state, as it is kept."""
        self._begin(ShowState(shot.revision, *json.loads(json.dumps([shot.base, shot.questions]))))

    def play(self, event: Event, at: float | None = None) -> list[Outcome]:
        """Hand one event to the show."""
        came = self.show.handle(event, event.time if at is None else at)
        self.said += came
        return came

    def _id(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{self._count}"  # no test names a line like this

    def chat(
        self, at: float, text: str, who: str | Author = "ann", *, line: str | None = None, channel: str = ROOM, **more: Any
    ) -> list[Outcome]:
        """Somebody writes."""
        author = who if isinstance(who, Author) else person(who)
        return self.play(ChatMessage(line or self._id("m"), at, channel, author, text, **more))

    def voice(self, at: float, text: str, line: str | None = None) -> list[Outcome]:
        """The host says something."""
        return self.play(Caption(line or self._id("v"), at, text))

    def staff(self, at: float, action: str, question: str | None = None, message: str | None = None, **values: Any) -> list[Outcome]:
        """Staff do something."""
        return self.play(StaffAction(self._id("a"), at, "kim", action, question, message, values))

    def tick(self, at: float) -> list[Outcome]:
        """Time passes."""
        return self.play(Tick(at))

    def sent(self, at: float, send: Send | str, fate: Any = "sent", message: str | None = None) -> list[Outcome]:
        """A post's fate becomes known, and perhaps the id that the platform gave it."""
        request = send if isinstance(send, str) else send.id
        return self.play(Sent(self._id("f"), at, request, fate, message=message))

    def delete(self, at: float, message: str) -> list[Outcome]:
        """A moderator takes a line away."""
        return self.play(MessageDeleted(self._id("x"), at, message, ROOM))

    def ban(self, at: float, name: str) -> list[Outcome]:
        """Somebody is banned."""
        return self.play(AuthorBanned(self._id("b"), at, ROOM, f"id-{name}"))

    def clear(self, at: float, channel: str = ROOM) -> list[Outcome]:
        """A chat is emptied."""
        return self.play(ChatCleared(self._id("c"), at, channel))

    def on_air(self, at: float, product: str) -> list[Outcome]:
        """The host goes on to a product."""
        return self.play(ProductOnAir(self._id("p"), at, product, product))

    def lag(self, at: float, seconds: float) -> list[Outcome]:
        """The shell says how far it is behind the chat."""
        return self.play(Notice(self._id("n"), at, "livebot:core", "lag", str(seconds)))

    def config(self, at: float, **changes: Any) -> list[Outcome]:
        """A setting is changed live; `ladder__grace` is ladder.grace."""
        return self.play(ConfigChanged(self._id("k"), at, {key.replace("__", "."): value for key, value in changes.items()}))

    # what came of it

    def decisions(self, *kinds: str) -> list[Decision]:
        """All decisions so far, of these kinds."""
        return [o for o in self.said if isinstance(o, Decision) and (not kinds or o.kind in kinds)]

    def sends(self, *kinds: str) -> list[Send]:
        """All posts wanted so far, of these kinds."""
        return [o for o in self.said if isinstance(o, Send) and (not kinds or o.kind in kinds)]

    def readings(self) -> dict[str, Reading]:
        """The reading of every line so far, by line."""
        return {o.id: o for o in self.said if isinstance(o, Reading)}

    def times(self, *kinds: str) -> list[float]:
        """When decisions of these kinds were taken."""
        return [decision.time for decision in self.decisions(*kinds)]

    def waiting(self) -> list[str]:
        """The asker lines that have no answer, over all Questions."""
        return [line for record in self.show.records() for line in record.open]

    def state_of(self, line: str) -> str:
        """How one asker line stands: waiting, answered, dismissed, expired."""
        plain = self.show.snapshot().questions
        return next(asker["state"] for question in plain for asker in question["askers"] if asker["line"] == line)

    def candidate(self, message: str) -> Mapping[str, Any]:
        """A candidate answer as the pages see it."""
        plain = self.show.snapshot().questions
        return next(c for question in plain for c in question["candidates"] if c["message"] == message)
