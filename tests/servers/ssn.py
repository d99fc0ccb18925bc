"""A relay that speaks as Social Stream Ninja's does, and an SSN in a seller's browser behind it.

The relay knows only sessions and channels: what is sent goes to those of the session who listen on the channel it is sent to; where nobody
does, what wants an answer gets `failed`. SSN writes chat to channel 4 as HTML, numbers its lines from 1 anew at each start, answers what
it is asked under `callback`, and sees on the sites what it wrote itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from .local import LocalServer, Socket

SESSION = "Abc123xyz"


@dataclass
class Switches:
    """What is otherwise than well."""

    absent: bool = False
    refuse_send: bool = False
    swallow_send: bool = False
    silent_send: bool = False
    no_echo: bool = False
    old: bool = False


class SsnRelay(LocalServer):
    """One session: a relay, and the SSN that is in it."""

    def __init__(self, clock: Any = None, site: str = "tiktok") -> None:
        super().__init__(**({"clock": clock} if clock else {}))
        self.site = site
        self.switches = Switches()
        self.accepted: list[str] = []
        self.targets: list[str | None] = []
        self.asked = 0
        self._number = 0
        self._last: dict[str, Any] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/{path:.*}", self._open)]

    async def _open(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        return await self.serve(request, self._hear)

    async def _hear(self, client: Socket, frame: str) -> None:
        data = json.loads(frame)
        if "join" in data:
            client.name = data["join"] if (data.get("in"), data.get("out")) == (4, 1) else ""
            return
        if client.name != SESSION:
            return
        if self.switches.absent:
            return await self._answer(client, data, "failed")
        if data.get("action") == "getChatSources":
            self.asked += 1
            await self._answer(client, data, "timeout" if self.switches.old else [{"type": self.site}])
        elif data.get("action") == "sendChat":
            await self._write(client, data)

    async def _answer(self, client: Socket, data: dict[str, Any], result: Any) -> None:
        await client.send(json.dumps({"callback": {"get": data["get"], "result": result}}) if "get" in data else json.dumps(result))

    async def _write(self, client: Socket, data: dict[str, Any]) -> None:
        if self.switches.swallow_send:
            return
        if self.switches.refuse_send:
            return await self._answer(client, data, False)
        self.accepted.append(data["value"])
        self.targets.append(data.get("target"))
        if not self.switches.no_echo:
            await self.say(data["value"].replace("&", "&amp;").replace("<", "&lt;"), name="우리가게", userid="shop")
        if not self.switches.silent_send:
            await self._answer(client, data, True)

    async def emit(self, data: Any) -> None:
        for client in list(self.sockets):
            if client.name == SESSION:
                await client.send(json.dumps(data, ensure_ascii=False))

    async def say(self, text: str, name: str = "하늘", **more: Any) -> None:
        """Have somebody write a line on a site."""
        self._number += 1
        line = {
            "chatname": name,
            "chatmessage": text,
            "type": self.site,
            "id": self._number,
            "chatimg": "",
            "chatbadges": [],
            "event": False,
        }
        self._last = {**line, "membership": "", "hasDonation": "", "textonly": False, "userid": f"id-{name}", **more}
        await self.emit(self._last)

    async def repeat(self) -> None:
        """Relay the last line once more, as it was."""
        await self.emit(self._last)

    def restart(self) -> None:
        """Start SSN anew: its numbers begin again."""
        self._number = 0
