"""Where Chzzk's logins come from. Knows no chat.

Source: chzzk.gitbook.io/chzzk (authorization): the consent page wants its own names, tokens are asked for in JSON in camel case, and come
within `content`. What an app may do is set in the developer centre, not asked for at the login.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from livebot.platforms.login import Provider, ask
from livebot.timing import Sleep

PAGE = "https://chzzk.naver.com/account-interlock"
URL = "https://openapi.chzzk.naver.com"
_ASKED = ("grant_type", "client_id", "client_secret", "code", "state", "refresh_token")


def provider(url: str = "") -> Provider:
    """Return where Chzzk's logins come from; `url` is another server's, for tests."""
    return Provider("chzzk", "", f"{url or URL}/auth/v1/token", authorize=_authorize, ask=_ask)


def _authorize(client_id: str, redirect: str, state: str, scopes: Sequence[str], challenge: str) -> str:
    return f"{PAGE}?{urlencode({'clientId': client_id, 'redirectUri': redirect, 'state': state})}"


async def _ask(url: str, form: Mapping[str, str], sleep: Sleep) -> tuple[int, Mapping[str, Any]]:
    status, values = await ask(url, {}, sleep, body={_camel(key): form[key] for key in _ASKED if key in form})
    content = values.get("content")
    if not isinstance(content, dict):
        return status, values
    plain = {re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key): value for key, value in content.items()}
    lasts = plain.get("expires_in")
    return status, {**plain, "expires_in": int(lasts)} if isinstance(lasts, str) and lasts.isdigit() else plain


def _camel(key: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), key)
