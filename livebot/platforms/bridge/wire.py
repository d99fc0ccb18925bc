"""What a bridge sends and gets, as values: bodies to events, posts to frames, tokens and signatures. Pure: no sockets, no clock.

In: events in the log's form (`core.log`), one object, an array, or JSON lines; `type` may be left out for a chat line, and so may
`id`, `time` and `channel`. Out: `{"type":"send","req","room","text","reply_to"}`, which a bridge answers with
`{"type":"sent","req","ok":true,"id"}` or `{"type":"sent","req","ok":false,"reason"}`. Ids of lines get the channel as prefix on their way
in and lose it on their way out, since ids are unique within a log and a bridge may well number its lines from 1. Ids of authors get the
room as prefix: `u7` of one bridge need not be `u7` of another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from livebot.core.events import Author, AuthorBanned, ChatMessage, Event, Purchase
from livebot.core.log import BadEvent, event_from
from livebot.platforms.base import Post, SendResult

MAX_BODY = 256 * 1024
"""Bytes of one body or frame."""

MAX_EVENTS = 5_000
"""Events in one body."""

MAX_BRIDGE_ID = 200
MAX_TIME_AGE = 60.0
MAX_CLOCK_SKEW = 300.0
PROTOCOL = "livebot.bridge.v1"
TOKEN_PROTOCOL = "token."  # noqa: S105 - the prefix of a subprotocol, no secret

_TYPES = ("chat", "voice", "product", "delete", "ban", "clear", "purchase", "join", "notice", "gap")
_REFERENCES = ("id", "message", "reply_to")
_OWN_KINDS = ("start", "end", "staff", "config", "sent", "lookup")


class BadBody(ValueError):
    """A body that holds no events at all; the text says why."""


@dataclass(slots=True)
class Batch:
    """What was in a body: its events, each with its place, and which places hold none and why."""

    events: list[tuple[int, Event]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, i: int, why: str) -> None:
        """Note that item `i` (from 0) is no event."""
        self.rejected.append({"i": i, "why": why})


def read_batch(body: bytes, *, channel: str, now: float, stamp: float | None = None) -> Batch:
    """Return the events in a body, and per item why it was rejected; raises BadBody where there is no item at all.

    `now` is livebot's own clock in seconds: an event's `time` counts only within the last minute before it, otherwise `now` does, so that
    a bridge with a clock of its own cannot move the show's. `stamp` takes the place of `now` in built ids (a signed body's own
    time), so that a body sent twice gives the same ids.
    """
    batch = Batch()
    seen: Counter[str] = Counter()
    for i, item in enumerate(_items(body)):
        if isinstance(item, BadBody):
            batch.reject(i, str(item))
            continue
        try:
            batch.events.append((i, _event(item, channel, now, now if stamp is None else stamp, seen)))
        except BadEvent as error:
            batch.reject(i, str(error))
        except (ValueError, OverflowError, RecursionError) as error:
            batch.reject(i, f"not an event: {error}")
    return batch


def _items(body: bytes) -> list[Any]:
    """Split a body into decoded items; a line that is not JSON becomes a BadBody in its place."""
    if len(body) > MAX_BODY:
        raise BadBody(f"the body is longer than {MAX_BODY} bytes")
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadBody("the body is not UTF-8") from None
    if not text:
        raise BadBody("the body is empty")
    whole = _decoded(text)
    if isinstance(whole, BadBody):
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) == 1 or text.startswith("["):
            raise whole
        items = [_decoded(line) for line in lines]
    else:
        items = whole if isinstance(whole, list) else [whole]
    if len(items) > MAX_EVENTS:
        raise BadBody(f"more than {MAX_EVENTS} events in one body")
    return items


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        return BadBody("not JSON: nested too deep")
    except ValueError as error:
        return BadBody(f"not JSON: {error}")


def _event(item: Any, channel: str, now: float, stamp: float, seen: Counter[str]) -> Event:
    if not isinstance(item, dict):
        raise BadEvent("item", "must be a JSON object")
    kind = item.get("type", "chat")
    if kind not in _TYPES:
        allowed = f"must be one of {', '.join(_TYPES)}"
        raise BadEvent("type", f"a bridge may not send {kind}; it {allowed}" if kind in _OWN_KINDS else allowed)
    line = {**item, "type": kind, "channel": _channel(item.get("channel"), channel)}
    if line.get("id") is None:
        line["id"] = _built_id(line, stamp, seen)
    for key in _REFERENCES:
        if line.get(key) not in (None, ""):
            line[key] = _prefixed(line[key], key, channel)
    event = event_from({**line, "time": _time(item.get("time"), now)})
    if event is None:
        raise BadEvent("type", "is not known")
    return _of_room(event, room_of(channel))


def _of_room(event: Event, room: str) -> Event:
    """Return the event with its author known as one of this room: nothing says that the same id elsewhere is the same person."""
    match event:
        case ChatMessage(author=Author(id=identity)) | Purchase(author=Author(id=identity)):
            return replace(event, author=replace(event.author, id=f"{room}:{identity}"))
        case AuthorBanned(author=identity):
            return replace(event, author=f"{room}:{identity}")
    return event


def _channel(given: Any, own: str) -> str:
    """A bridge speaks for one channel; its room alone means the same."""
    if given is None or given in (own, room_of(own)):
        return own
    raise BadEvent("channel", f"this bridge is for {own}: leave channel out, or give that")


def room_of(channel: str) -> str:
    """Return the room of `platform:room`."""
    return channel.partition(":")[2] or channel


def _time(given: Any, now: float) -> float:
    if given is None:
        return now
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        raise BadEvent("time", "must be a number of seconds")
    return float(given) if now - MAX_TIME_AGE <= given <= now else now


def _built_id(line: Mapping[str, Any], stamp: float, seen: Counter[str]) -> str:
    """Hash channel, author, time and text; lines of one body that share all four are told apart by a running number."""
    time = next((line[key] for key in ("time", "at") if line.get(key) is not None), stamp)
    text = repr((line["type"], line["channel"], line.get("author"), time, line.get("text"), line.get("message")))
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()
    seen[digest] += 1
    return f"{digest}-{seen[digest]}"


def _prefixed(value: Any, key: str, channel: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadEvent(key, "must be a text")
    text = str(value)
    if len(text) > MAX_BRIDGE_ID + len(channel):
        raise BadEvent(key, f"must not be longer than {MAX_BRIDGE_ID} characters")
    return text if text.startswith(f"{channel}:") else f"{channel}:{text}"


# --- out -------------------------------------------------------------------------------------------------------------------------


def send_frame(post: Post, channel: str) -> str:
    """Return the frame that asks a bridge to write a line. `req` is the post's id and comes back in the answer."""
    reply_to = post.reply_to.removeprefix(f"{channel}:") if post.reply_to else None
    return _json({"type": "send", "req": post.id, "room": room_of(channel), "text": post.text, "reply_to": reply_to})


def read_sent(frame: Mapping[str, Any], channel: str) -> SendResult:
    """Return what a bridge says became of a line; `reason` `read_only` means that it cannot write at all."""
    if frame.get("ok") is True:
        given = frame.get("id")
        message = f"{channel}:{given}" if isinstance(given, str | int) and not isinstance(given, bool) and given != "" else None
        return SendResult("sent", message=message and message.encode("utf-8", "replace").decode("utf-8")[:300])
    reason, pause = frame.get("reason"), frame.get("retry_after")
    valid = isinstance(pause, int | float) and not isinstance(pause, bool) and 0 < pause < 86_400
    return SendResult("dropped", _code(reason), retry_after=float(pause) if valid and pause is not None else None)


def _code(reason: Any) -> str:
    """A reason as a stable code: lower-case words joined by underscores."""
    words = re.findall(r"[a-z0-9]+", reason[:200].lower()) if isinstance(reason, str) else []
    return "_".join(words)[:60] or "refused"


def fingerprint(event: Event) -> bytes:
    """Return what tells an event's second copy: its kind and id, in 12 bytes however long the id is."""
    return hashlib.blake2b(f"{type(event).__name__}:{getattr(event, 'id', '')}".encode(), digest_size=12).digest()


def answer_frame(answer: Mapping[str, Any]) -> str:
    """Return the frame that tells a bridge what became of its events."""
    return _json({"type": "received", **answer})


def joined_frame(channel: str, now: float) -> str:
    """Return the first frame a bridge gets: the channel it speaks for, and livebot's clock for its `time` values."""
    return _json({"type": "joined", "channel": channel, "room": room_of(channel), "time": round(now, 3)})


def read_frame(text: str) -> dict[str, Any] | None:
    """Return a frame that is one JSON object, else None."""
    value = _decoded(text)
    return value if isinstance(value, dict) else None


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# --- who may -------------------------------------------------------------------------------------------------------------------


def token_of(headers: Mapping[str, str]) -> str | None:
    """Return the token in `Authorization: Bearer …` or offered as subprotocol `token.…`; None where there is neither."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    offered = (name.strip() for name in headers.get("sec-websocket-protocol", "").split(","))
    return next((name.removeprefix(TOKEN_PROTOCOL) for name in offered if name.startswith(TOKEN_PROTOCOL)), None)


def same_token(given: str | None, wanted: str) -> bool:
    """Compare two tokens in a time that does not tell where they differ."""
    return hmac.compare_digest(_hash(given or ""), _hash(wanted)) and given is not None


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def signed_at(body: bytes, headers: Mapping[str, str], key: str, wall: float) -> float | None:
    """Return the time (UTC seconds) at which a body was signed, None if the signature is missing, wrong, or too far from `wall`.

    `X-Livebot-Timestamp` is UTC seconds; `X-Livebot-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of `timestamp.body`.
    """
    stamp = headers.get("x-livebot-timestamp", "")
    wanted = "sha256=" + hmac.new(key.encode(), stamp.encode("utf-8", "replace") + b"." + body, hashlib.sha256).hexdigest()
    if not same_token(headers.get("x-livebot-signature", ""), wanted) or not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", stamp):
        return None
    return float(stamp) if abs(float(stamp) - wall) <= MAX_CLOCK_SKEW else None
