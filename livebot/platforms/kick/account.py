"""Where Kick's logins come from, and what they must allow. Knows no chat.

Source: KickEngineering/KickDevDocs getting-started/generating-tokens-oauth2-flow and scopes: OAuth 2.1 with PKCE at id.kick.com.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from livebot.platforms.login import Provider

ID_URL = "https://id.kick.com"
READ = ("user:read", "channel:read", "events:subscribe")
WRITE = ("chat:write",)


def provider(url: str = "") -> Provider:
    """Return where Kick's logins come from; `url` is another server's, for tests."""
    base = url or ID_URL

    def authorize(client_id: str, redirect: str, state: str, scopes: Sequence[str], challenge: str) -> str:
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect,
            "scope": " ".join(scopes),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{base}/oauth/authorize?{urlencode(query)}"

    return Provider("kick", "", f"{base}/oauth/token", authorize=authorize)


def scopes(write: bool) -> tuple[str, ...]:
    """Return the permissions to read a chat, or to write in it as well."""
    return (*READ, *(WRITE if write else ()))
