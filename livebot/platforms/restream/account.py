"""Where Restream's logins come from. Knows no chat.

Source: developers.restream.io (authentication): a code flow at api.restream.io; the app shows itself by HTTP Basic. What an app may do is
set where it is registered, not asked for at the login.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from livebot.platforms.login import Provider, ask
from livebot.timing import Sleep

URL = "https://api.restream.io"


def provider(url: str = "") -> Provider:
    """Return where Restream's logins come from; `url` is another server's, for tests."""
    base = url or URL

    def authorize(client_id: str, redirect: str, state: str, scopes: Sequence[str], challenge: str) -> str:
        query = {"response_type": "code", "client_id": client_id, "redirect_uri": redirect, "state": state}
        return f"{base}/login?{urlencode(query)}"

    return Provider("restream", "", f"{base}/oauth/token", authorize=authorize, ask=_ask)


async def _ask(url: str, form: Mapping[str, str], sleep: Sleep) -> tuple[int, Mapping[str, Any]]:
    rest = {key: value for key, value in form.items() if key not in ("client_id", "client_secret", "code_verifier", "state")}
    app = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
    return await ask(url, rest, sleep, headers={"Authorization": f"Basic {base64.b64encode(app.encode()).decode()}"})
