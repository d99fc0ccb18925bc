"""What speech servers and caption senders say, as values. Pure: frames in, segments out; no sockets, no clock. Parsing never raises.

Wire facts: WhisperLive whisper_live/{server,client}.py; vosk-server websocket/asr_server.py; whisper.cpp examples/server; the form of the
own endpoint is livebot's (docs: one segment `{"text", "final", "start", "end", "id", "lang"}`, of which only `text` must be there).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livebot.core.log import MAX_ID, MAX_TEXT
from livebot.voice.base import Segment

RATE = 16_000  # samples a second, of all sound here: one channel, 16 bit
BYTES_A_SECOND = RATE * 2
SENT_AGAIN = 10  # segments that WhisperLive sends again each time

PROTOCOL = "livebot.captions.v1"
TOKEN_PROTOCOL = "token."  # noqa: S105 - the prefix of a subprotocol, no secret
MAX_BODY = 256 * 1024
MAX_SEGMENTS = 1_000

UNSURE = -1.0  # Whisper's own rule: with so low a mean log-probability, and
NO_SPEECH = 0.6  # so high a chance that nothing was said, nothing was said


@dataclass(frozen=True, slots=True)
class Ready:
    """The server takes sound now."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server does not take this client now. `code` as in `Status`."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A frame that says nothing livebot knows."""

    kind: str


Frame = Segment | Ready | Refused | Unknown


def decoded(text: str | bytes) -> Any:
    """Return the JSON value in a frame, or None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# WhisperLive


def whisperlive_hello(uid: str, language: str, model: str, hotwords: Sequence[str]) -> str:
    """Return the first frame to WhisperLive."""
    options = {
        "uid": uid,
        "language": language or None,
        "task": "transcribe",
        "model": model or "small",
        "use_vad": True,
        "send_last_n_segments": SENT_AGAIN,
        "no_speech_thresh": 0.45,
        "clip_audio": False,
        "same_output_threshold": 10,
        "hotwords": ", ".join(hotwords) or None,
    }
    return json.dumps(options, ensure_ascii=False)


WHISPERLIVE_END = b"END_OF_AUDIO"


def read_whisperlive(frame: str | bytes, connection: int) -> list[Frame]:
    """Return what a frame of WhisperLive says. The last segments come again and again: `connection` and start tell them apart."""
    data = decoded(frame)
    if not isinstance(data, dict):
        return [Unknown("no object")]
    if "segments" in data:
        listed = data["segments"] if isinstance(data["segments"], list) else []
        return [_whisperlive_segment(item, connection) for item in listed]
    if data.get("status") == "WAIT":
        return [Refused("server_full", f"{data.get('message')} min")]
    if data.get("status") == "ERROR":
        return [Refused("server_error", str(data.get("message", ""))[:200])]
    message = data.get("message")
    if message == "SERVER_READY":
        return [Ready()]
    if message == "DISCONNECT":
        return [Refused("closed")]
    return [] if "language" in data else [Unknown(str(message or data.get("status") or next(iter(data), "empty"))[:50])]


def _whisperlive_segment(item: Any, connection: int) -> Frame:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return Unknown("segment")
    return Segment(item["text"].strip()[:MAX_TEXT], item.get("completed") is True, f"{connection}:{item.get('start')}")


# vosk-server

VOSK_END = '{"eof" : 1}'


def vosk_hello() -> str:
    """Return the first frame to vosk-server. A phrase list would keep it from hearing any other word, so none is given."""
    return json.dumps({"config": {"sample_rate": RATE}})


def read_vosk(frame: str | bytes) -> list[Frame]:
    """Return what a frame of vosk-server says; most say that nothing is heard yet."""
    data = decoded(frame)
    if not isinstance(data, dict):
        return [Unknown("no object")]
    for name, final in (("text", True), ("partial", False)):
        if isinstance(data.get(name), str):
            return [Segment(data[name][:MAX_TEXT], final)] if data[name].strip() else []
    return [Unknown(str(next(iter(data), "empty"))[:50])]


# whisper.cpp


def read_whispercpp(body: str | bytes) -> list[Segment] | Refused:
    """Return the segments of an answer of `/inference` (verbose_json, or json from an old server), or why there is none."""
    data = decoded(body)
    if not isinstance(data, dict):
        return Refused("other_program")
    if "error" in data:
        return Refused("server_error", str(data["error"])[:200])
    listed = data.get("segments")
    if isinstance(listed, list):
        return [Segment(s["text"].strip()[:MAX_TEXT]) for s in listed if isinstance(s, dict) and isinstance(s.get("text"), str) and said(s)]
    text = data.get("text")
    return [Segment(line.strip()[:MAX_TEXT]) for line in text.splitlines() if line.strip()] if isinstance(text, str) else []


def said(segment: Mapping[str, Any]) -> bool:
    """Whether Whisper takes a segment for speech, where it tells."""
    nothing, sure = segment.get("no_speech_prob"), segment.get("avg_logprob")
    if not isinstance(nothing, int | float) or not isinstance(sure, int | float):
        return True
    return nothing <= NO_SPEECH or sure >= UNSURE


# the own endpoint


class BadBody(ValueError):
    """A body that holds no segments at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Item `i` of a body (from 0) is no segment."""

    i: int
    why: str


def read_segments(body: bytes) -> list[Segment | Rejected]:
    """Return the segments in a body: one object, an array, or JSON lines; raises BadBody."""
    return [_own_segment(i, item) for i, item in enumerate(_items(body))]


def _items(body: bytes) -> list[Any]:
    if len(body) > MAX_BODY:
        raise BadBody(f"the body is longer than {MAX_BODY} bytes")
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise BadBody("the body is not UTF-8") from None
    whole = decoded(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if whole is None and (len(lines) < 2 or text.startswith("[")):
        raise BadBody("the body is not JSON")
    items = [decoded(line) for line in lines] if whole is None else whole if isinstance(whole, list) else [whole]
    if len(items) > MAX_SEGMENTS:
        raise BadBody(f"more than {MAX_SEGMENTS} segments in one body")
    return items


def _own_segment(i: int, item: Any) -> Segment | Rejected:
    if not isinstance(item, dict):
        return Rejected(i, "not an object")
    text, final, key = item.get("text"), item.get("final", True), item.get("id", item.get("start"))
    if not isinstance(text, str) or not text.strip():
        return Rejected(i, "text: must be a text that is not empty")
    if len(text) > MAX_TEXT:
        return Rejected(i, f"text: longer than {MAX_TEXT} characters")
    if not isinstance(final, bool):
        return Rejected(i, "final: must be true or false")
    if isinstance(key, bool) or not isinstance(key, str | int | float | None) or len(str(key)) > MAX_ID:
        return Rejected(i, "id: must be a short text or a number")
    clean = text.encode("utf-8", "replace").decode("utf-8").strip()  # a lone surrogate could not be stored
    return Segment(clean, final, "" if key is None else f"own:{key}")


def token_of(headers: Mapping[str, str]) -> str | None:
    """Return the token in `Authorization: Bearer …` or offered as subprotocol `token.…`; None where there is neither."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    offered = (name.strip() for name in headers.get("sec-websocket-protocol", "").split(","))
    return next((name.removeprefix(TOKEN_PROTOCOL) for name in offered if name.startswith(TOKEN_PROTOCOL)), None)


def same_token(given: object, wanted: str) -> bool:
    """Compare two tokens in a time that does not tell where they differ."""
    return isinstance(given, str) and hmac.compare_digest(_hash(given), _hash(wanted))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
