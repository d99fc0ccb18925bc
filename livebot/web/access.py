"""Who may do what: tokens by scope, the session cookies they are exchanged for, and the slowing down of guesses.

A token never leaves this module again once it is given: only its hash is kept, and neither tokens nor cookies are ever logged. A session
is a signed value that needs no memory here; a new token for a scope ends the sessions of the old one. A wrong token is answered late,
the later the more there were from that address; a right one is always answered at once, so that guessing locks nobody out.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from livebot.errors import UserError
from livebot.web.settings import SCOPES, Scope

MIN_TOKEN = 22  # characters of base64: 132 bits
SESSION_SECONDS = 24 * 3600.0
REMEMBERED_ADDRESSES = 1024
FORGOTTEN_AFTER = 600.0
FIRST_DELAY, LONGEST_DELAY = 0.25, 8.0
MOST_WAITING = 64


def new_token() -> str:
    """Return a fresh token of 192 bits."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that has shown a right token. `id` tells two browsers apart and is no secret."""

    scope: Scope
    id: str
    expires: float


class TooManyGuesses(Exception):
    """So many wrong tokens wait for their answer that no more are taken."""


class Access:
    """Checks tokens and sessions. `clock` gives UTC seconds, `sleep` waits; both are passed in for tests."""

    def __init__(
        self,
        tokens: Mapping[Scope, str],
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        for scope, token in tokens.items():
            if len(token) < MIN_TOKEN or not token.isascii():
                raise UserError(f"the {scope} token is too short", "web", f"give {MIN_TOKEN} random ASCII characters or more, or none")
        self._keys: dict[Scope, bytes] = {scope: _digest(tokens[scope]) for scope in SCOPES if scope in tokens}
        if len(set(self._keys.values())) < len(self._keys):
            raise UserError("two scopes have the same token", "web", "give each scope a token of its own")
        self._clock = clock
        self._sleep = sleep
        self._guesses = _Guesses(clock)
        self._waiting = 0

    async def scope_of(self, token: str, address: str) -> Scope | None:
        """Return what a token is for; None, late, if it is for nothing. TooManyGuesses: not looked at further."""
        found = self._match(token)
        if found is None:
            await self.slow_down(address)
        return found

    async def slow_down(self, address: str) -> None:
        """Wait before the answer to a wrong token, longer each time; TooManyGuesses if too many wait already."""
        await self._hold(self._guesses.failed(address))

    def open(self, scope: Scope) -> tuple[Session, str]:
        """Return a new session and the cookie's value that proves it."""
        session = Session(scope, secrets.token_hex(16), self._clock() + SESSION_SECONDS)
        body = f"{session.id}.{int(session.expires)}"
        return session, f"{body}.{self._sign(scope, body)}"

    def session(self, scope: Scope, cookie: str) -> Session | None:
        """Return the session of a cookie of that scope, or None if it is forged, over, or of an older token."""
        body, _, signature = cookie.rpartition(".")
        if scope not in self._keys or not cookie.isascii() or not hmac.compare_digest(self._sign(scope, body), signature):
            return None
        identity, _, expires = body.partition(".")
        return Session(scope, identity, float(expires)) if float(expires) > self._clock() else None

    def _match(self, token: str) -> Scope | None:
        """Compare with every token, so that the time taken tells nothing."""
        digest = _digest(token)
        found: Scope | None = None
        for scope, key in self._keys.items():
            if hmac.compare_digest(digest, key):
                found = scope
        return found

    async def _hold(self, seconds: float) -> None:
        if self._waiting >= MOST_WAITING:
            raise TooManyGuesses
        self._waiting += 1
        try:
            await self._sleep(seconds)
        finally:
            self._waiting -= 1

    def _sign(self, scope: Scope, body: str) -> str:
        return hmac.new(self._keys[scope], f"session.{scope}.{body}".encode(), hashlib.sha256).hexdigest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


class _Guesses:
    """Counts wrong tokens by address, for the last addresses only; what is longer ago than ten minutes is forgotten."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._of: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def failed(self, address: str) -> float:
        """Note one more wrong token; return for how many seconds its answer is held back."""
        key, now = network_of(address), self._clock()
        count, last = self._of.pop(key, (0, now))
        count = 1 if now - last > FORGOTTEN_AFTER else count + 1
        self._of[key] = (count, now)
        if len(self._of) > REMEMBERED_ADDRESSES:
            self._of.popitem(last=False)
        return min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(count - 1, 16))


def network_of(address: str) -> str:
    """Return the part of an IP address that one guest has to themselves: all of IPv4, the first 64 bits of IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
