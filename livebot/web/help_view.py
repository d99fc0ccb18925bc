"""What viewers may see of the show: open questions, where their own stands, who helped. Pure but for what it asks of `Live`.

Nothing beyond what the chat shows: no ids of people, no names of who asks, and of answers only those that were carried further, the shop's
own, and the FAQ's. Must not know how a page draws it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from livebot.core.posts import NOT_QUOTED
from livebot.core.trust import is_regular
from livebot.web.documents import product_names
from livebot.web.live import Live
from livebot.web.question_view import text_of

OPEN_SHOWN = 20
HELPERS_SHOWN = 10
WAYS_SHOWN = 5
FEWEST_WAITS = 3  # answers from which on a usual wait can be told
LAST_WAITS = 30
AT_WORK = ("grace", "held", "boosted")  # an answer is on its way: nobody else needs to write one

Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that waits. `number` is what viewers call it by, 0 where it has none; `needs`: nobody at all has an answer yet."""

    number: int
    text: str
    lang: str
    people: int
    since: float
    needs: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """A viewer whose answers reached `people` others."""

    name: str
    people: int
    regular: bool


@dataclass(frozen=True, slots=True)
class Way:
    """The way of one question, like a parcel's. `place` counts from 1; `left` is how many seconds it usually still takes, None if unknown.

    `by` is the helper's name, '' where nobody is to be named; `answer` is its text, '' where it is not for everybody.
    """

    key: str
    number: int
    text: str
    lang: str
    asked: float
    people: int
    state: Literal["waiting", "answered", "closed"]
    place: int = 0
    left: float | None = None
    settled: float = 0.0
    resolution: str = ""
    by: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class HelpView:
    """The show as everybody may see it at `now`. `more` open questions are not listed; `places` is each waiting question's by id."""

    now: float
    name: str
    product: str
    ended: bool
    lag: float
    cut_off: bool
    people: int
    count: int
    open: Sequence[OpenQuestion]
    more: int
    helpers: Sequence[Helper]
    masters: Sequence[str]
    places: Mapping[str, int]
    usual: float | None


def view_help(live: Live, base: Plain, questions: Mapping[str, Plain]) -> HelpView:
    """Return what everybody may see, from the core's plain state and Questions."""
    now = live.now()
    waiting = sorted((since, question_id) for question_id, q in questions.items() if (since := _since(q)) is not None and text_of(q))
    common = [_open_question(live, now, questions[question_id]) for _, question_id in waiting if not _is_private(questions[question_id])]
    common.sort(key=lambda question: not question.needs)
    products = product_names(live, base)
    return HelpView(
        now=now,
        name=live.settings.name,
        product=products.get(base["on_air"] or "", ""),
        ended=base["ended"],
        lag=base["lag"],
        cut_off=any(channel.state in ("connecting", "reconnecting") for channel in live.channels()),
        people=sum(_people(questions[question_id]) for _, question_id in waiting),
        count=len(waiting),
        open=common[:OPEN_SHOWN],
        more=max(0, len(common) - OPEN_SHOWN),
        helpers=_helpers(live, questions.values()),
        masters=_masters(live),
        places={question_id: place for place, (_, question_id) in enumerate(waiting, 1)},
        usual=_usual_wait(questions.values()),
    )


def ways_of_name(live: Live, view: HelpView, questions: Mapping[str, Plain], name: str) -> list[Way]:
    """Return the ways of what somebody of that name asked, the newest first; those that were taken away are not among them."""
    wanted = _folded(name)
    found = [
        (asker["time"], question, asker)
        for question in questions.values()
        for asker in question["askers"]
        if asker["text"] and _folded(asker["name"]) == wanted
    ]
    found.sort(key=lambda each: -each[0])
    seen: dict[tuple[str, str], Way] = {}
    for _, question, asker in found:
        seen.setdefault((question["id"], asker["author"]), _way(live, view, question, asker, asker["text"]))
    return list(seen.values())[:WAYS_SHOWN]


def way_of_number(live: Live, view: HelpView, questions: Mapping[str, Plain], number: str) -> list[Way]:
    """Return the way of the question that viewers call by that number, as the bot's link gives it; none if there is no such question."""
    if not (number.isascii() and number.isdigit() and len(number) < 9 and int(number)):
        return []
    question = next((q for q in questions.values() if q.get("number") == int(number)), None)
    asker = _of_most_interest(question) if question is not None else None
    return [] if question is None or asker is None else [_way(live, view, question, asker, text_of(question))]


def _of_most_interest(question: Plain) -> Plain | None:
    """Return the line that has waited longest, else the one that was settled last."""
    askers = [asker for asker in question["askers"] if asker["text"]]
    waiting = [asker for asker in askers if asker["state"] == "waiting"]
    return min(waiting, key=_time, default=None) or max(askers, key=lambda asker: asker["settled"] or 0.0, default=None)


def _way(live: Live, view: HelpView, question: Plain, asker: Plain, text: str) -> Way:
    state: Literal["waiting", "answered", "closed"] = asker["state"] if asker["state"] in ("waiting", "answered") else "closed"
    left = None if view.usual is None else view.usual - (view.now - asker["time"])
    by, answer = _answer_of(live, question, asker) if state == "answered" else ("", "")
    return Way(
        key=asker["line"],
        number=question.get("number", 0),
        text=_public(live, text),
        lang=question["lang"],
        asked=asker["time"],
        people=len({each["author"] for each in question["askers"]}),
        state=state,
        place=view.places.get(question["id"], 0),
        left=left,
        settled=asker["settled"] or 0.0,
        resolution=asker["resolution"] or "",
        by=by,
        answer=answer,
    )


def _answer_of(live: Live, question: Plain, asker: Plain) -> tuple[str, str]:
    """Return who answered a line and with what, as far as everybody may know: a viewer's text only where it was carried further."""
    entry = live.entry(asker["by"] or "")
    if asker["resolution"] in ("faq", "staff"):
        return "", entry.answer if entry is not None else ""
    said = next((candidate for candidate in question["candidates"] if candidate["message"] == asker["by"]), None)
    if said is None:
        return "", ""
    if said["side"] != "viewer":
        return "", said["text"]
    return _name(live, said), said["text"] if said["state"] == "boosted" else ""


def _name(live: Live, said: Plain) -> str:
    viewer = live.viewer(said["author"])
    return "" if viewer is None or viewer.quiet else said["name"]


def _public(live: Live, text: str) -> str:
    """Return what a viewer wrote as everybody may see it: nothing that the bot itself must not repeat."""
    return text if live.quotable(text) else NOT_QUOTED


def _open_question(live: Live, now: float, question: Plain) -> OpenQuestion:
    since = _since(question) or 0.0
    answered = any(candidate["state"] in AT_WORK for candidate in question["candidates"])
    needs = not answered and now - since >= live.settings.ladder.nudge_after
    return OpenQuestion(question.get("number", 0), _public(live, text_of(question)), question["lang"], _people(question), since, needs)


def _helpers(live: Live, questions: Iterable[Plain]) -> list[Helper]:
    """Return the viewers whose answers settled lines, who helped most first; who does not want to be named is not among them."""
    helped: Counter[str] = Counter()
    names: dict[str, str] = {}
    for question in questions:
        authors = {c["message"]: c for c in question["candidates"] if c["side"] == "viewer" and not c["rejected"]}
        for asker in question["askers"]:
            said = authors.get(asker["by"]) if asker["state"] == "answered" and asker["resolution"] == "peer" else None
            if said is not None:
                helped[said["author"]] += 1
                names[said["author"]] = said["name"]
    out: list[Helper] = []
    for author, people in helped.most_common():
        viewer = live.viewer(author)
        if viewer is not None and not viewer.quiet and len(out) < HELPERS_SHOWN:
            out.append(Helper(names[author], people, is_regular(viewer)))
    return out


def _masters(live: Live) -> list[str]:
    """Return the names of the month's helpers; who was deleted, or does not want to be named, is not among them."""
    viewers = [live.viewer(author) for author in live.masters()]
    return [viewer.name for viewer in viewers if viewer is not None and not viewer.quiet]


def _usual_wait(questions: Iterable[Plain]) -> float | None:
    """Return the median wait of the lines that were answered last, in seconds; None while there are too few."""
    answered = [asker for question in questions for asker in question["askers"] if asker["state"] == "answered"]
    last = sorted(answered, key=lambda asker: asker["settled"])[-LAST_WAITS:]
    return median(asker["settled"] - asker["time"] for asker in last) if len(last) >= FEWEST_WAITS else None


def _is_private(question: Plain) -> bool:
    """Whether other viewers can do nothing about it: somebody's own order, or a complaint."""
    return bool(question["personal"] or question["complaint"])


def _since(question: Plain) -> float | None:
    return min((asker["time"] for asker in question["askers"] if asker["state"] == "waiting"), default=None)


def _people(question: Plain) -> int:
    return len({asker["author"] for asker in question["askers"] if asker["state"] == "waiting"})


def _time(asker: Plain) -> float:
    return float(asker["time"])


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name[:200]).casefold().split()).removeprefix("@")
