"""What livebot asks of Twitch's API (Helix): who a room is, what a session hears, and writing lines. Knows no socket of chat.

Sources: dev.twitch.tv/docs/api/reference, twitch-rs/twitch_api `src/helix`; limits as in `limits`, which hold for this way of writing too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, Literal

from livebot.errors import PlatformError
from livebot.platforms.base import SendResult
from livebot.platforms.twitch.wire import PLATFORM, REFUSALS
from livebot.platforms.web_api import Answer, WebApi, said, unsent

URL = "https://api.twitch.tv/helix"
RATE_PAUSE = 5.0  # where Twitch says "too many" and not for how long
MOST_PAUSE = 120.0
PostAs = Literal["line", "announcement", "pin"]

SCOPES = {
    "read": ("user:read:chat",),
    "write": ("user:write:chat",),
    "announcement": ("moderator:manage:announcements",),
    "pin": ("moderator:manage:chat_messages",),
}
"""What an account must allow for what."""


class Helix:
    """Calls for one room. `WebApi` renews the token; here is what the answers mean."""

    def __init__(self, api: WebApi, wall: Callable[[], float] = time.time) -> None:
        self._api, self._wall = api, wall

    async def user_of(self, login: str) -> str | None:
        """Return the user id of a login, None where there is no such user."""
        answer = await self._asked("GET", "/users", {"login": login})
        user = next(iter(_data(answer)), {})
        identity = user.get("id")
        return identity if isinstance(identity, str) and identity else None

    async def subscribe(self, body: dict[str, Any]) -> None:
        """Subscribe a session; PlatformError where that is refused. One left over from a dead session is taken away first."""
        answer = await self._api.call("POST", "/eventsub/subscriptions", body=body)
        if answer.status == 409:
            await self._drop_leftovers(body)
            answer = await self._api.call("POST", "/eventsub/subscriptions", body=body)
        if answer.status not in (202, 409):  # a second 409: this very session has it
            raise self._refused(answer)

    async def _drop_leftovers(self, body: dict[str, Any]) -> None:
        listed = await self._asked("GET", "/eventsub/subscriptions", {"type": body["type"]})
        for one in _data(listed):
            transport = one.get("transport")
            session = transport.get("session_id") if isinstance(transport, dict) else None
            if one.get("condition") == body["condition"] and session != body["transport"]["session_id"] and isinstance(one.get("id"), str):
                await self._asked("DELETE", "/eventsub/subscriptions", {"id": one["id"]})

    async def write(self, room: str, sender: str, text: str, reply_to: str | None, pin: bool = False) -> SendResult:
        """Write a line into the room of a broadcaster id, as `sender`; `pin` keeps it on top for 20 minutes (no reply then)."""
        body: dict[str, Any] = {"broadcaster_id": room, "sender_id": sender, "message": text}
        if reply_to and not pin:
            body["reply_parent_message_id"] = reply_to.removeprefix(f"{PLATFORM}:")
        if pin:
            body["pin"] = True
        return await self._sent("/chat/messages", body, {})

    async def announce(self, room: str, sender: str, text: str) -> SendResult:
        """Write a line that stands out. Twitch tells no id of it."""
        return await self._sent("/chat/announcements", {"message": text}, {"broadcaster_id": room, "moderator_id": sender})

    async def pin(self, room: str, sender: str, message: str, seconds: int | None = None) -> None:
        """Keep a line on top for 30 to 1800 seconds, else until the stream ends."""
        query = {"broadcaster_id": room, "moderator_id": sender, "message_id": message.removeprefix(f"{PLATFORM}:")}
        if seconds is not None:
            query["duration_seconds"] = str(min(1800, max(30, seconds)))
        await self._asked("PUT", "/chat/pins", query)

    async def unpin(self, room: str, sender: str, message: str) -> None:
        """Take a line from the top."""
        query = {"broadcaster_id": room, "moderator_id": sender, "message_id": message.removeprefix(f"{PLATFORM}:")}
        await self._asked("DELETE", "/chat/pins", query)

    async def _asked(self, method: str, path: str, params: dict[str, str]) -> Answer:
        answer = await self._api.call(method, path, params=params)
        if answer.status not in (200, 202, 204):
            raise self._refused(answer)
        return answer

    def _refused(self, answer: Answer) -> PlatformError:
        if answer.status == 429:
            return PlatformError(said(answer), state="rate_limited", retry_after=self._pause(answer))
        if answer.status == 403:
            banned = "banned" in said(answer).lower()
            return PlatformError(said(answer), state="banned" if banned else "scope_missing", retry=False)
        return PlatformError(said(answer), state="server_error" if answer.status >= 500 else "protocol_error")

    def _pause(self, answer: Answer) -> float:
        """Return how long to wait: Twitch tells the second at which its bucket is full again."""
        reset = answer.headers.get("Ratelimit-Reset", "")
        if reset.isascii() and reset.isdigit() and len(reset) < 12:
            return min(MOST_PAUSE, max(1.0, float(reset) - self._wall() - self._api.ahead))
        return min(MOST_PAUSE, answer.pause or RATE_PAUSE)

    async def _sent(self, path: str, body: dict[str, Any], params: dict[str, str]) -> SendResult:
        try:
            answer = await self._api.call("POST", path, params=params, body=body)
        except PlatformError as error:
            return unsent(error)
        if answer.status == 204:
            return SendResult("sent")
        if answer.status == 200:
            return _fate(next(iter(_data(answer)), None))
        if answer.status == 429:
            return SendResult("dropped", "rate_limited", retry_after=self._pause(answer))
        if answer.status >= 500:
            return SendResult("unknown", "server_error")
        return SendResult("dropped", _refusal(answer))


def _data(answer: Answer) -> list[dict[str, Any]]:
    items = answer.content.get("data")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _fate(told: dict[str, Any] | None) -> SendResult:
    """Twitch answers 200 to lines that it does not write, and says why."""
    if told is None or not isinstance(told.get("is_sent"), bool):
        return SendResult("unknown", "no_answer")
    if told["is_sent"]:
        identity = told.get("message_id")
        return SendResult("sent", message=f"{PLATFORM}:{identity}" if isinstance(identity, str) and identity else None)
    reason = told.get("drop_reason")
    code = reason.get("code") if isinstance(reason, dict) else None
    return SendResult("dropped", _why(code))


def _why(code: Any) -> str:
    """Return livebot's code for Twitch's: those of IRC, where known."""
    if not isinstance(code, str):
        return "refused"
    known = REFUSALS.get(code) or REFUSALS.get(f"msg_{code}")
    return known or "_".join(re.findall(r"[a-z0-9]+", code.lower()))[:60] or "refused"


def _refusal(answer: Answer) -> str:
    text = said(answer).lower()
    if answer.status == 422 or "too long" in text:
        return "too_long"
    if answer.status in (401, 403):
        return (
            "banned"
            if "banned" in text
            else "timed_out"
            if "timed out" in text
            else "scope_missing"
            if "scope" in text
            else "no_permission"
        )
    return "refused"
