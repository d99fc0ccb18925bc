"""Calls staff: what nobody answered in time and who wants a person is told to a webhook, and tried again a little.

Nothing waits for it: what cannot be told in time is given up, counted and said. What is told is made when it is told, so that whatever was
answered or deleted in the meantime is told no more. A chat's webhook gets text, several alerts in one where several wait; the shop's own
system gets JSON, one alert a call, signed and named as `call.py` says. Must not know the show: `describe` says what an alert is about.

Chats: Slack (`{text}`, with & < > escaped; docs.slack.dev), Discord (`{content}`, nobody is mentioned; discord.com/developers/docs),
JANDI (`{body}` under its own media type; support.jandi.com 6352697).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

from livebot.alerts.call import TIMEOUT, Told, call

Format = Literal["livebot", "slack", "discord", "jandi"]
AGAIN = (2.0, 10.0, 30.0)
"""Seconds before each further try; after these the alert is given up: staff see it on the desk."""

WAITING = 50
TOGETHER = 10
LONGEST = 1900  # code points: Discord takes 2000
JANDI = {"Accept": "application/vnd.tosslab.jandi-v2+json"}
_MARKS = re.compile(r"([\\*_~`|>\[\]()#@-])")


@dataclass(frozen=True, slots=True)
class Alert:
    """What staff are told: `name` is unique, `text` a few lines for a chat, `plain` the same as JSON values."""

    name: str
    text: str
    plain: Mapping[str, Any]


class StaffAlerts:
    """Tells `url` of what is `put`. `run` until cancelled; `describe` gives the alert of a key, or None where nobody needs it any more.

    `tell` is called with a line for the operator when something could not be told, and when it goes on.
    """

    def __init__(
        self,
        url: str,
        describe: Callable[[str], Alert | None],
        *,
        form: Format = "livebot",
        key: str = "",
        tell: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._url, self._describe, self._form, self._key = url, describe, form, key.encode()
        self._tell, self._clock, self._sleep = tell, clock, sleep
        self._waiting: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._failing = False
        self.given_up = 0

    def put(self, key: str) -> None:
        """Have staff told of something; the oldest that waits is given up where too many do."""
        self._waiting.append(key)
        if len(self._waiting) > WAITING:
            self._waiting.popleft()
            self._lost(1, "too many at once")
        self._arrived.set()

    async def run(self) -> None:
        """Tell of what is put, one call after the other."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                while self._waiting:
                    most = 1 if self._form == "livebot" else TOGETHER
                    await self._tell_of(session, [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))])

    async def _tell_of(self, session: aiohttp.ClientSession, keys: Sequence[str]) -> None:
        for wait in (*AGAIN, None):
            alerts = [alert for key in keys if (alert := self._describe(key)) is not None]
            if not alerts:
                return
            told = await self._call(session, alerts)
            if told.fate == "sent":
                self._well()
                return
            if told.fate == "refused" or wait is None:
                break
            await self._sleep(max(wait, told.pause))
        self._lost(len(alerts), told.why)

    async def _call(self, session: aiohttp.ClientSession, alerts: Sequence[Alert]) -> Told:
        if self._form == "livebot":
            (alert,) = alerts
            return await call(session, self._url, alert.plain, name=alert.name, key=self._key, seconds=int(self._clock()))
        text = "\n\n".join(alert.text for alert in alerts)
        return await call(session, self._url, said_in(self._form, text), headers=JANDI if self._form == "jandi" else None)

    def _lost(self, count: int, why: str) -> None:
        self.given_up += count
        if not self._failing:
            self._failing = True
            self._tell(why)

    def _well(self) -> None:
        if self._failing:
            self._failing = False
            self._tell("")


def said_in(form: Format, text: str) -> dict[str, Any]:
    """Return what a chat's webhook takes: a viewer's words call nobody there, and open no preview of a link."""
    if form == "slack":
        plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": _cut(plain), "unfurl_links": False, "unfurl_media": False}
    if form == "discord":
        return {"content": _cut(_MARKS.sub(r"\\\1", text)), "allowed_mentions": {"parse": []}, "flags": 4}
    return {"body": _cut(text.replace("[[", "[ [")), "connectColor": "#FAC11B"}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
