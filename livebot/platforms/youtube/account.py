"""What a Google account must allow for its YouTube chat, and where its login comes from. Knows no chat.

Source: developers.google.com/identity/protocols/oauth2/limited-input-device, which also lists the permissions that such a login may have.
"""

from __future__ import annotations

from livebot.platforms.login import Provider

READ = "https://www.googleapis.com/auth/youtube.readonly"
WRITE = "https://www.googleapis.com/auth/youtube"


def provider(url: str = "") -> Provider:
    """Return where Google's logins come from; `url` is another server's, for tests."""
    if url:
        return Provider("youtube", f"{url}/device", f"{url}/token")
    return Provider("youtube", "https://oauth2.googleapis.com/device/code", "https://oauth2.googleapis.com/token")


def scopes(write: bool) -> tuple[str, ...]:
    """Return the permission to read a chat, or to write in it as well."""
    return (WRITE,) if write else (READ,)
