"""What Social Stream Ninja relays and is asked, as values. Pure.

Source: steveseguin/social_stream, api.md and docs/event-reference. Chat comes as one object a frame on channel 4; what is asked goes out on
channel 1 and is answered by `{"callback": {"get", "result"}}`, or by the relay itself with `failed` or `special` (nobody is there) or
`timeout`. A line's text is HTML unless `textonly`. Its `id` is a number that begins anew when SSN is started anew, so that livebot's id
is built from site, author, id and text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from livebot.core.events import Author, ChatMessage, Notice, Role

PLATFORM = "ssn"
ALL = "all"
MAX_LENGTH = 200
CHAT_CHANNEL, COMMAND_CHANNEL = 4, 1

_MONTHS = re.compile(r"(\d{1,3})\s*(?:months?\b|개월|mo\b)", re.IGNORECASE)
_WORD = re.compile(r"[^a-z0-9_]+")
_ABSENT = ("failed", "special")


@dataclass(frozen=True, slots=True)
class Line:
    """A chat line, and the site it was written on."""

    site: str
    message: ChatMessage


@dataclass(frozen=True, slots=True)
class Happening:
    """What is no chat line, and the site it happened on."""

    site: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to what was asked under `get` ('' where it says not to what): `done`, `absent` (no SSN there), `refused` or `timeout`."""

    get: str
    result: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be used, and why."""

    why: str


Item = Line | Happening | Reply | Unknown


def parse(frame: str, channel: str, now: float) -> list[Item]:
    """Return what a frame says; never raises. `channel` and `now` are what events get as channel and time."""
    if frame.strip('" \n') in (*_ABSENT, "timeout"):
        return [Reply("", _result(frame.strip('" \n')))]
    data = _decoded(frame)
    if not isinstance(data, dict):
        return [Unknown("no object")]
    if isinstance(answer := data.get("callback"), dict):
        return [Reply(_text(answer, "get", 100), _result(answer.get("result")))]
    if "chatname" not in data and "chatmessage" not in data:
        return [Unknown(f"keys:{','.join(sorted(_word(key) for key in data)[:4])}")]
    if data.get("private") is True:
        return [Unknown("private")]
    return _chat(data, channel, now)


def _chat(data: Mapping[str, Any], channel: str, now: float) -> list[Item]:
    site = _word(_text(data, "type", 40)) or "other"
    name = plain(_text(data, "chatname", 100)) or "?"
    raw = data.get("chatmessage")
    raw = raw if isinstance(raw, str) else ""
    text = _clean(raw) if data.get("textonly") is True else plain(raw)
    author = Author(f"{site}:{_text(data, 'userid', 100) or name}", name, _roles(data), _months(data))
    line = _id(data, site, author.id, text, now)
    event, donation = data.get("event"), _text(data, "hasDonation", 100)
    if event and event is not True:
        return [Happening(site, Notice(line, now, channel, _word(str(event)) or "event", f"{name} {text}".strip()[:500]))]
    items: list[Item] = []
    if donation:
        items.append(Happening(site, Notice(f"{line}:donation", now, channel, "donation", f"{name} {donation}")))
    if text:
        items.append(Line(site, ChatMessage(line, now, channel, author, text)))
    return items or [Unknown("empty")]


def _roles(data: Mapping[str, Any]) -> tuple[Role, ...]:
    flags: tuple[tuple[Role, bool], ...] = (
        ("staff", data.get("moderator") is True or data.get("admin") is True),
        ("subscriber", bool(_text(data, "membership", 50))),
        ("bot", data.get("bot") is True),
    )
    return tuple(role for role, held in flags if held)


def _months(data: Mapping[str, Any]) -> int | None:
    found = _MONTHS.search(f"{_text(data, 'subtitle', 100)} {_text(data, 'membership', 100)}")
    return int(found[1]) if found else None


def _id(data: Mapping[str, Any], site: str, author: str, text: str, now: float) -> str:
    """Return an id that a second copy has too: from the site's own or SSN's number; a line with neither counts as another each time."""
    meta = data.get("meta")
    own = _text(meta, "messageId", 200) if isinstance(meta, dict) else ""
    parts = (site, own) if own else (site, author, _text(data, "id", 50) or repr(now), text)
    return f"{PLATFORM}:{hashlib.blake2b(chr(0).join(parts).encode('utf-8', 'replace'), digest_size=12).hexdigest()}"


def _result(result: Any) -> str:
    if result in _ABSENT:
        return "absent"
    return "timeout" if result == "timeout" else "refused" if result is False else "done"


class _Text(HTMLParser):
    """Gathers the text of a piece of HTML; a picture counts as what stands for it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag == "br":
            self.parts.append(" ")
        elif tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style") and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def plain(html: str) -> str:
    """Return the text of a piece of HTML."""
    if "<" not in html and "&" not in html:
        return _clean(html)
    reader = _Text()
    reader.feed(html)
    reader.close()
    return _clean("".join(reader.parts))


def _clean(text: str) -> str:
    return " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")


def _text(data: Mapping[str, Any], key: str, most: int) -> str:
    """Return a short text; a number becomes one, anything else is ''."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)[:most].strip().encode("utf-8", "replace").decode("utf-8")


def _word(text: str) -> str:
    return _WORD.sub("_", text.lower()).strip("_")[:40]


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# out


def join(session: str) -> str:
    """Return the first frame: which session, where chat is heard and where commands go. The session is a secret."""
    return json.dumps({"join": session, "in": CHAT_CHANNEL, "out": COMMAND_CHANNEL})


def who_is_there(get: str) -> str:
    """Return the frame that asks whether an SSN is in the session."""
    return json.dumps({"action": "getChatSources", "get": get})


def write(text: str, site: str, get: str) -> str:
    """Return the frame that has SSN write a line on a site, or on all it is open on."""
    target = {} if site == ALL else {"target": site}
    return json.dumps({"action": "sendChat", "value": text, **target, "get": get}, ensure_ascii=False)
