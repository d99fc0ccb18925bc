"""A platform's JSON over HTTP, with a token that is renewed once when it is refused. Knows no platform and no token file."""

from __future__ import annotations

import asyncio
import email.utils
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from livebot.errors import PlatformError, UserError, why_unreachable
from livebot.platforms.base import SendResult
from livebot.timing import Sleep, within

ANSWER_WITHIN = 10.0
UNREACHED = frozenset({"no_host", "nothing_listens", "no_tls", "unreachable"})
MAX_ANSWER = 8 << 20
_log = logging.getLogger(__name__)

Token = Callable[[bool], Awaitable[str]]
"""Gives the account's access token; True asks for a fresh one, as the platform refused the last. PlatformError where there is none.

An empty text stands for an account that needs none: the key is in the headers, or it is not asked for.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered: the HTTP status, the decoded body (None where it is no JSON), the pause it wants in seconds."""

    status: int
    body: Any = None
    pause: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> Mapping[str, Any]:
        """The body where it is an object, else an empty one."""
        return self.body if isinstance(self.body, dict) else {}


class WebApi:
    """Calls to one platform. Open it (`async with`) before the first call."""

    def __init__(
        self,
        base: str,
        token: Token,
        *,
        headers: Mapping[str, str] | None = None,
        scheme: str = "Bearer",
        sleep: Sleep = asyncio.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`headers` go with every call; `scheme` is the word before the token."""
        if not is_private(base):
            raise UserError(f"{base} is not encrypted: the token would be readable on the way", "channel", "Use an https:// address.")
        self._base, self._token, self._sleep, self._wall = base.rstrip("/"), token, sleep, wall
        self._headers, self._scheme = dict(headers or {}), scheme
        self._session: aiohttp.ClientSession | None = None
        self.ahead = 0.0
        """Seconds by which the platform's clock is ahead of ours, as of its last answer."""

    async def __aenter__(self) -> WebApi:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None) -> Answer:
        """Return the answer to a call, whatever its status but 401.

        PlatformError with the state `auth_failed` (the token, and a fresh one, were refused), one of `why_unreachable` (nothing left),
        `no_answer` or `connection_lost` (it may have been done), or the token's own where there is none.
        """
        answer = await self._once(method, path, params, body, await self._token(False))
        if answer.status == 401:
            answer = await self._once(method, path, params, body, await self._token(True))
        if answer.status == 401:
            raise PlatformError(said(answer), state="auth_failed", retry=False)
        return answer

    async def _once(self, method: str, path: str, params: Mapping[str, str] | None, body: Any, token: str) -> Answer:
        answer = await within(self._ask(method, path, params, body, token), ANSWER_WITHIN, self._sleep)
        if answer is None:
            raise PlatformError("", state="no_answer")
        if isinstance(answer, PlatformError):
            raise answer
        return answer

    async def _ask(self, method: str, path: str, params: Mapping[str, str] | None, body: Any, token: str) -> Answer | PlatformError:
        if self._session is None:
            return PlatformError("", state="unreachable")
        headers = {**self._headers, **({"Authorization": f"{self._scheme} {token}"} if token else {})}
        try:
            async with self._session.request(method, self._base + path, params=params, json=body, headers=headers) as response:
                data = await read_body(response, MAX_ANSWER)
        except aiohttp.ClientConnectorError as error:
            return PlatformError("", state=why_unreachable(error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            _log.info("%s: %s", path, type(error).__name__)  # its text may hold the address, and that a secret
            return PlatformError("", state="connection_lost")
        self._look_at_clock(response.headers.get("Date", ""))
        return Answer(response.status, _decoded(data), _pause(response.headers.get("Retry-After", "")), response.headers)

    def _look_at_clock(self, date: str) -> None:
        try:
            self.ahead = email.utils.parsedate_to_datetime(date).timestamp() - self._wall()
        except (ValueError, TypeError, OverflowError):
            return  # no date, or none that can be read: the last one holds


async def read_body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the whole body; ValueError where it is longer than `most` bytes."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        body += chunk
        if len(body) > most:
            raise ValueError("the answer is too long")
    return bytes(body)


def unsent(error: PlatformError) -> SendResult:
    """Return the fate of a post whose call failed: why nobody was reached is for the room's health to say."""
    if error.state in ("no_answer", "connection_lost"):
        return SendResult("unknown", error.state)
    return SendResult("dropped", "unreachable" if error.state in UNREACHED else error.state)


def said(answer: Answer) -> str:
    """Return what the platform says of a refusal, for the desk."""
    text = answer.content.get("message")
    return f"HTTP {answer.status}{f': {text}' if isinstance(text, str) and text else ''}"[:200]


def _decoded(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _pause(text: str) -> float | None:
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() and len(text) < 8 else None


def is_private(url: str) -> bool:
    """Whether what goes to `url` cannot be read on the way."""
    parts = urlsplit(url)
    return parts.scheme in ("wss", "https") or parts.hostname in ("127.0.0.1", "::1", "localhost")
