"""An account's login by OAuth: got once by the device flow, kept in a file of its own, renewed before and when it is refused.

A refresh token may be good for one use only (Twitch), so a new pair is on disk before its first use, and nothing is asked for while the
file cannot be written. Knows no platform's chat. Sources: RFC 8628 (device flow), RFC 6749 section 6 (refresh), dev.twitch.tv/docs/
authentication, developers.google.com/identity/protocols/oauth2/limited-input-device.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from livebot.errors import PlatformError, UserError, WorkError, why_unreachable
from livebot.platforms.web_api import read_body
from livebot.timing import Sleep, within

ANSWER_WITHIN = 10.0
RENEW_BEFORE = 120.0
JUST_NOW = 10.0  # seconds for which a refusal is put down to the token before the last renewal
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PENDING = frozenset({"authorization_pending", "slow_down"})
SLOWER = 5.0
DEAD = frozenset({400, 401, 403})
_log = logging.getLogger(__name__)


Ask = Callable[[str, Mapping[str, str], Sleep], Awaitable[tuple[int, Mapping[str, Any]]]]
"""Asks for tokens with the fields of RFC 6749; gives the status and the answer in its terms."""

Authorize = Callable[[str, str, str, Sequence[str], str], str]
"""Gives the address where a person allows an app: of client id, address to come back to, state, permissions, PKCE challenge."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a platform's logins come from. `scope_key` is its name for the list of permissions in a request.

    One without the device flow has `authorize` (`consent.py`); one that wants other than a form has its own `ask`.
    """

    name: str
    device_url: str
    token_url: str
    scope_key: str = "scope"
    authorize: Authorize | None = None
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the file holds. `expires_at` is UTC seconds."""

    client_id: str
    access_token: str
    refresh_token: str
    scopes: tuple[str, ...] = ()
    expires_at: float = float("inf")

    def __repr__(self) -> str:
        return f"Tokens({self.client_id!r}, scopes={self.scopes!r})"


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person who logs in is shown: enter `user_code` at `address` within `seconds`."""

    address: str
    user_code: str
    device_code: str
    seconds: float
    interval: float


def load(path: Path, platform: str = "") -> Tokens:
    """Read a login's file; UserError where there is none, or others can read it. `platform` is for the next step's words."""
    command = f"`livebot login {platform}`".replace(" `", "`")
    try:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise UserError("others can read this login", str(path), f"chmod 600 {path}")
        values = json.loads(path.read_text("utf-8"))
        scopes = tuple(str(scope) for scope in values.get("scopes") or ())
        tokens = Tokens(
            str(values["client_id"]), str(values["access_token"]), str(values["refresh_token"]), scopes, float(values["expires_at"])
        )
    except FileNotFoundError:
        raise UserError("there is no login yet", str(path), f"Log in with {command}.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError("this is no login's file", str(path), f"Delete it and log in again with {command}.") from None
    return tokens


def save(path: Path, tokens: Tokens) -> None:
    """Write a login's file in one step, readable by its owner only; OSError leaves the old one as it was."""
    fresh = path.with_name(f".{path.name}.new")
    with suppress(FileNotFoundError):
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(tokens), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


class Login:
    """One account's login. `token` is what platforms ask for the account's access token; one object for all rooms of the account."""

    def __init__(
        self,
        provider: Provider,
        path: Path,
        *,
        secret: str = "",
        sleep: Sleep = asyncio.sleep,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`secret` is the client secret where the provider wants one. UserError when the file cannot be used."""
        self._provider, self._path, self._secret = provider, path, secret
        self._sleep, self._wall = sleep, wall
        self._tokens = load(path, provider.name)
        self._renewing = asyncio.Lock()
        self._renewed_at = float("-inf")

    @property
    def client_id(self) -> str:
        """The app that the account allowed."""
        return self._tokens.client_id

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the account allowed."""
        return self._tokens.scopes

    async def token(self, refused: bool = False) -> str:
        """Return the access token; a fresh one when the last was `refused` or is about to expire.

        PlatformError `auth_failed` when the account has to log in again, `token_unavailable` when only the way to a fresh token is blocked.
        """
        if refused or self._wall() >= self._tokens.expires_at - RENEW_BEFORE:
            async with self._renewing:
                await self._renew(refused)
        return self._tokens.access_token

    async def _renew(self, refused: bool) -> None:
        now = self._wall()
        expired = now >= self._tokens.expires_at - RENEW_BEFORE
        if (not expired and (not refused or now - self._renewed_at < JUST_NOW)) or self._is_replaced():
            return  # another caller, or another `livebot login`, was quicker
        self._keep()  # what cannot be kept must not be asked for: it would be lost with its one use
        form = {"grant_type": "refresh_token", "refresh_token": self._tokens.refresh_token, "client_id": self._tokens.client_id}
        status, values = await (self._provider.ask or ask)(self._provider.token_url, self._with_secret(form), self._sleep)
        if status in DEAD:
            raise PlatformError(_message(values), str(self._path), state="auth_failed", retry=False)
        fresh = tokens_of(values, self._tokens, now) if status == 200 else None
        if fresh is None:
            raise PlatformError(f"HTTP {status}", str(self._path), state="token_unavailable")
        self._tokens, self._renewed_at = fresh, now
        self._keep()

    def _keep(self) -> None:
        try:
            save(self._path, self._tokens)
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._path, error.strerror)
            raise PlatformError(str(self._path), str(self._path), state="token_unavailable") from None

    def _is_replaced(self) -> bool:
        """Take what is in the file where somebody logged in anew; return whether that is so."""
        try:
            kept = load(self._path)
        except UserError:
            return False
        replaced = kept.access_token != self._tokens.access_token
        if replaced:
            self._tokens = kept
        return replaced

    def _with_secret(self, form: Mapping[str, str]) -> dict[str, str]:
        return {**form, **({"client_secret": self._secret} if self._secret else {})}


async def begin(provider: Provider, client_id: str, scopes: Sequence[str], sleep: Sleep = asyncio.sleep) -> DeviceCode:
    """Ask for a code that a person enters in a browser. WorkError when the provider gives none."""
    form = {"client_id": client_id, provider.scope_key: " ".join(scopes)}
    try:
        status, values = await ask(provider.device_url, form, sleep)
    except PlatformError as error:
        raise unanswered(provider, error) from None
    address = values.get("verification_uri") or values.get("verification_url")
    user_code, device_code = values.get("user_code"), values.get("device_code")
    if status != 200 or not (isinstance(address, str) and isinstance(user_code, str) and isinstance(device_code, str)):
        said = _message(values) or f"HTTP {status}"
        raise WorkError(f"gives no code: {said}", provider.name, "Is client_id right, and the app a public one?")
    return DeviceCode(address, user_code, device_code, _seconds(values.get("expires_in"), 1800.0), _seconds(values.get("interval"), 5.0))


async def finish(
    provider: Provider,
    client_id: str,
    scopes: Sequence[str],
    code: DeviceCode,
    path: Path,
    *,
    secret: str = "",
    sleep: Sleep = asyncio.sleep,
    wall: Callable[[], float] = time.time,
) -> Tokens:
    """Wait until the person has entered the code, keep the tokens in `path` and return them. WorkError when that does not come to be."""
    form = {"client_id": client_id, provider.scope_key: " ".join(scopes), "device_code": code.device_code, "grant_type": DEVICE_GRANT}
    until, interval = wall() + code.seconds, code.interval
    while wall() < until:
        await sleep(interval)
        try:
            status, values = await ask(provider.token_url, {**form, **({"client_secret": secret} if secret else {})}, sleep)
        except PlatformError:
            continue  # the network: the code stays good
        tokens = tokens_of(values, Tokens(client_id, "", "", tuple(scopes)), wall()) if status == 200 else None
        if tokens is not None:
            keep(path, tokens)
            return tokens
        said = _message(values)
        if said not in PENDING and status < 500:
            raise WorkError(f"did not log in: {said or f'HTTP {status}'}", provider.name, "Start again and enter the new code.")
        interval += SLOWER if said == "slow_down" else 0.0
    raise WorkError("the code was not entered in time", provider.name, "Start again and enter the new code.")


def unanswered(provider: Provider, error: PlatformError) -> WorkError:
    """Return what to tell who logs in when the provider gives no answer."""
    return WorkError(f"{error.what} gives no answer", provider.name, "See the internet connection, then try again.")


def keep(path: Path, tokens: Tokens) -> None:
    """Write a login's file; WorkError when it cannot be written."""
    try:
        save(path, tokens)
    except OSError as error:
        raise WorkError(f"cannot be written: {error.strerror}", str(path), "Name another file in login_file, and log in again.") from None


def tokens_of(values: Mapping[str, Any], old: Tokens, now: float) -> Tokens | None:
    """Return what a token answer gives; a provider that sends no new refresh token keeps the old one good."""
    access, refresh = values.get("access_token"), values.get("refresh_token") or old.refresh_token
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        return None
    given = values.get("scope")
    scopes = tuple(map(str, given)) if isinstance(given, list) else tuple(given.split()) if isinstance(given, str) else old.scopes
    lasts = _seconds(values.get("expires_in"), float("inf"))
    return replace(old, access_token=access, refresh_token=refresh, scopes=scopes, expires_at=now + lasts)


def _seconds(value: Any, otherwise: float) -> float:
    valid = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e9
    return float(value) if valid else otherwise


def _message(values: Mapping[str, Any]) -> str:
    """Return what went wrong: Twitch says it in `message`, RFC 6749 in `error`."""
    said = next((values[key] for key in ("message", "error") if isinstance(values.get(key), str)), "")
    return str(said)[:100]


async def ask(
    url: str, form: Mapping[str, str], sleep: Sleep, *, body: Any = None, headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, Any]]:
    """POST a form, or JSON (`body`); return the status and the decoded object ({} where it is none).

    PlatformError `token_unavailable` without an answer.
    """
    sent: dict[str, Any] = {"json": body} if body is not None else {"data": form}

    async def post() -> tuple[int, Mapping[str, Any]] | PlatformError:
        try:
            async with aiohttp.ClientSession() as session, session.post(url, headers=headers, **sent) as response:
                status = response.status
                data = await read_body(response, 1 << 16)
            values = json.loads(data)
        except (aiohttp.ClientError, OSError) as error:
            _log.info("the login's server: %s", why_unreachable(error))
            return PlatformError(urlsplit(url).hostname or "", state="token_unavailable")
        except (ValueError, RecursionError):
            return status, {}
        return status, values if isinstance(values, dict) else {}

    answer = await within(post(), ANSWER_WITHIN, sleep)
    if answer is None or isinstance(answer, PlatformError):
        raise answer or PlatformError(urlsplit(url).hostname or "", state="token_unavailable")
    return answer
