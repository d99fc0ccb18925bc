"""A server that speaks as Restream's chat does: one way, a heartbeat now and then, connections first, events of several platforms."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from typing import Any

import aiohttp
from aiohttp import web

from .local import LocalServer, Socket


class RestreamServer(LocalServer):
    """One account's stream of chats."""

    def __init__(self, clock: Any = None) -> None:
        super().__init__(**({"clock": clock} if clock else {}))
        self.tokens = {"good"}
        self.heard: list[str] = []
        self._number = 0
        self._last: dict[str, Any] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/ws", self._open), web.post("/oauth/token", self._token)]

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """Give new tokens for a code or a refresh token, each of which is good once; the app shows itself by HTTP Basic."""
        asked, given = await request.post(), request.headers.get("Authorization", "")
        used = str(asked.get("code") if asked.get("grant_type") == "authorization_code" else asked.get("refresh_token"))
        if used not in self.tokens or given != aiohttp.encode_basic_auth("cid", "secret"):
            return web.json_response({"error": {"code": 401}}, status=401)
        self.tokens.discard(used)
        access, refresh = f"access-{secrets.token_hex(4)}", f"refresh-{secrets.token_hex(4)}"
        self.tokens |= {access, refresh}
        return web.json_response(
            {"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600, "scope": "chat"}
        )

    async def _open(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        if request.query.get("accessToken") not in self.tokens:
            return web.Response(status=401)
        return await self.serve(request, self._hear, self._greet)

    async def _greet(self, client: Socket) -> None:
        for source, name in ((13, "youtube"), (2, "twitch")):
            info = {"connectionIdentifier": f"7-{name}-shop", "connectionUuid": f"uuid-{name}", "eventSourceId": source, "userId": 7}
            await client.send(self._frame("connection_info", {**info, "status": "connected", "reason": None, "target": {"id": "shop"}}))

    async def _hear(self, client: Socket, frame: str) -> None:
        self.heard.append(frame)

    def _frame(self, action: str, payload: dict[str, Any]) -> str:
        return json.dumps({"action": action, "payload": payload, "timestamp": int(self.clock())}, ensure_ascii=False)

    async def emit(self, action: str, payload: dict[str, Any]) -> None:
        for client in list(self.sockets):
            await client.send(self._frame(action, payload))

    async def heartbeat(self) -> None:
        await self.emit("heartbeat", {})

    async def say(self, text: str, source: int = 13, name: str = "하늘", author: dict[str, Any] | None = None, **more: Any) -> None:
        """Have somebody write a line on a platform; 13 is YouTube, 2 is Twitch."""
        self._number += 1
        await asyncio.sleep(0)
        who = {"id": f"id-{name}", "displayName": name, "avatar": "https://x.invalid/a.png", **(author or {})}
        self._last = {
            "connectionIdentifier": "7-x-shop",
            "eventIdentifier": hashlib.sha1(f"{self._number}".encode()).hexdigest(),
            "eventPayload": {"author": who, "text": text, **more},
            "eventSourceId": source,
            "eventTypeId": 5 if source == 13 else 4,
            "userId": 7,
        }
        await self.emit("event", self._last)

    async def repeat(self) -> None:
        """Send the last event once more, as it was."""
        await self.emit("event", self._last)
