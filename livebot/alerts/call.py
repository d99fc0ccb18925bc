"""One POST of JSON to a system outside, and what became of it.

`X-Livebot-Signature: t=SECONDS,v1=HEX` is the HMAC-SHA256 of `SECONDS.BODY` under the shared key, `Idempotency-Key` the name of what is
told, percent-encoded: the same one comes again only where an answer was lost. A redirect is a refusal: nobody is followed elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import aiohttp

TIMEOUT = 10.0
LATER = frozenset({408, 425, 429})
LONGEST_PAUSE = 300.0
Fate = Literal["sent", "refused", "queued"]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a call: `queued` may be tried again, after `pause` seconds where the other side asked for that; `why` for people."""

    fate: Fate
    why: str = ""
    pause: float = 0.0


def signature(key: bytes, seconds: int, body: bytes) -> str:
    """Return the signature of a body: whoever holds the key can tell that livebot sent it, and when."""
    return f"t={seconds},v1={hmac.new(key, str(seconds).encode() + b'.' + body, hashlib.sha256).hexdigest()}"


async def call(
    session: aiohttp.ClientSession,
    url: str,
    what: Mapping[str, Any],
    *,
    name: str = "",
    key: bytes = b"",
    seconds: int = 0,
    headers: Mapping[str, str] | None = None,
) -> Told:
    """POST `what`; under `name`, and signed with `key` at `seconds` (UTC), where these are given. What the network does raises nothing."""
    body = json.dumps(what, ensure_ascii=False).encode("utf-8", "replace")
    sent = {"Content-Type": "application/json", **(headers or {})}
    if name:
        sent["Idempotency-Key"] = quote(name)
    if key:
        sent["X-Livebot-Signature"] = signature(key, seconds, body)
    try:
        async with session.post(url, data=body, headers=sent, allow_redirects=False) as answer:
            return _told(answer.status, answer.headers.get("Retry-After", ""))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Told("queued", type(error).__name__)


def _told(status: int, after: str) -> Told:
    if 200 <= status < 300:
        return Told("sent")
    if status >= 500 or status in LATER:
        return Told("queued", f"HTTP {status}", _seconds(after))
    return Told("refused", f"HTTP {status}")


def _seconds(after: str) -> float:
    """Return what a `Retry-After` asks for; a date, or nonsense, asks for nothing."""
    try:
        return min(max(0.0, float(after)), LONGEST_PAUSE) if after else 0.0
    except ValueError:
        return 0.0
