"""What is said at the end of a show, for whoever follows it up: questions without an answer, people who wanted a person, who helped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from livebot.core.names import shown
from livebot.core.questions import Handoff
from livebot.core.show import Show
from livebot.lang.wordings import one_line, shorten

SHOWN = 10
SAID = {
    "missed": ("아직 답을 못 받은 질문:", "Still without an answer:"),
    "handoffs": ("직원의 연락을 기다리는 분:", "Waiting for a person to get in touch:"),
    "tried": ("안내함: {what}", "was told: {what}"),
    "untried": ("안내하지 못함", "could not be told anything"),
    "more": ("  … 그 밖에 {count}", "  … and {count} more"),
    "helpers": ("오늘 도와주신 분: {names}", "Helped in this show: {names}"),
    "masters": ("{month} 답변 달인: {names}", "Helped most in {month}: {names}"),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """`missed`: (people, text) of each Question that somebody still waits on; `handoffs`: whom nobody took care of; `helpers`: names."""

    missed: Sequence[tuple[int, str]] = ()
    handoffs: Sequence[Handoff] = ()
    helpers: Sequence[str] = ()


def closing_of(show: Show) -> Closing:
    """Return how a show stands at its end, with names as long as `[people] show_names` says. Who is not to be named is no helper here."""
    how = show.settings.people.show_names
    records = [(len(record.open), show.text_of(record.id)) for record in show.records() if record.open]
    return Closing(
        sorted((one for one in records if one[1]), key=lambda one: -one[0]),
        [replace(handoff, name=shown(handoff.name, how)) for handoff in show.handoffs() if not handoff.done],
        [shown(helper.name, how) for helper in show.helpers() if not helper.quiet],
    )


def closing_lines(closing: Closing, lang: str) -> Iterator[str]:
    """Yield the lines for the terminal; none where there is nothing to say."""
    if closing.missed:
        yield say(lang, "missed")
        yield from _listed(lang, [f"{count:>3}  {printable(text)}" for count, text in closing.missed])
    if closing.handoffs:
        yield say(lang, "handoffs")
        yield from _listed(lang, [_handoff(one, lang) for one in closing.handoffs])
    if closing.helpers:
        yield say(lang, "helpers", names=_names(closing.helpers))


def masters_line(month: str, names: Sequence[str], lang: str) -> str:
    """Return the line that names who helped most in a month (`2026-11`)."""
    return say(lang, "masters", month=month, names=_names(names))


def printable(text: str) -> str:
    """Return a viewer's text fit for a terminal: one line, no control characters."""
    return shorten(one_line(text), 100)


def say(lang: str, code: str, **values: object) -> str:
    """Return one of `SAID` in the show's language."""
    return SAID[code][lang != "ko"].format(**values)


def _handoff(handoff: Handoff, lang: str) -> str:
    tried = say(lang, "tried", what=handoff.tried) if handoff.tried else say(lang, "untried")
    return f"{printable(handoff.name)} ({handoff.channel}): {printable(handoff.text)} · {tried}"


def _listed(lang: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield say(lang, "more", count=len(lines) - SHOWN)


def _names(names: Iterable[str]) -> str:
    return ", ".join(printable(name) for name in list(names)[:SHOWN])
