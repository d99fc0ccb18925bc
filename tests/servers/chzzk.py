"""A server that speaks as Chzzk's official interface does: sessions over Socket.IO v2 (Engine.IO 3) and the HTTP calls beside them.

It keeps what is known of the real one: a session's address is good once and for 30 s; an event's argument is JSON within JSON; the
connect packet comes after the first event, as from servers that speak in their connect handler; lines have no id; one's own come back;
a role is within the profile; amounts are texts or numbers. Its clock is passed in.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .local import LocalServer, Socket

CHANNEL = "9f3c0000000000000000000000000a01"
PER_SECOND = 1
MAX_LENGTH = 100
SESSION_SECONDS = 30.0


@dataclass
class Switches:
    """What the server does otherwise than well."""

    refuse_send: int = 0
    swallow_send: bool = False
    drop_silently: bool = False
    limits: bool = True
    no_pong: bool = False
    refuse_session: int = 0
    forbidden: set[str] = field(default_factory=set)
    other_channel: str = ""


class ChzzkServer(LocalServer):
    """One account's channel, and the sessions that are open on it."""

    def __init__(self, clock: Any = None, channel: str = CHANNEL) -> None:
        super().__init__(**({"clock": clock} if clock else {}))
        self.channel = channel
        self.chat = "N1abcd"
        self.tokens = {"good"}
        self.switches = Switches()
        self.accepted: list[str] = []
        self.subscribed: dict[str, set[str]] = {}
        self.pings = 0
        self._addresses: dict[str, float] = {}
        self._sent_at: list[float] = []
        self._sids: set[str] = set()
        self._last: tuple[str, dict[str, Any]] = ("", {})

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/open/v1/sessions/auth", self._session),
            web.get("/open/v1/sessions/auth/client", self._session),
            web.post("/open/v1/sessions/events/subscribe/{kind}", self._subscribe),
            web.post("/open/v1/chats/send", self._send),
            web.get("/open/v1/users/me", self._me),
            web.post("/auth/v1/token", self._token),
            web.get("/socket.io/", self._socket),
        ]

    # HTTP

    def _answer(self, content: Any = None, status: int = 200, message: str | None = None, **headers: str) -> web.Response:
        return web.json_response({"code": status, "message": message, "content": content}, status=status, headers=headers)

    def _stranger(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in self.tokens or (request.headers.get("Client-Id") and request.headers.get("Client-Secret")):
            return None
        return self._answer(status=401, message="INVALID_TOKEN")

    async def _session(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        if (stranger := self._stranger(request)) is not None:
            return stranger
        if self.switches.refuse_session:
            return self._answer(status=self.switches.refuse_session, message="refused")
        address = secrets.token_hex(8)
        self._addresses[address] = self.clock()
        return self._answer({"url": f"{self.url}?auth={address}"})

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        kind, key = request.match_info["kind"], request.query.get("sessionKey", "")
        if (stranger := self._stranger(request)) is not None:
            return stranger
        if kind in self.switches.forbidden:
            return self._answer(status=403, message="FORBIDDEN")
        if key not in self.subscribed:
            return self._answer(status=404, message="NOT_FOUND_SESSION")
        self.subscribed[key].add(kind.upper())
        channel = self.switches.other_channel or self.channel
        await self.emit("SYSTEM", {"type": "subscribed", "data": {"eventType": kind.upper(), "channelId": channel}}, key)
        return self._answer()

    async def _send(self, request: web.Request) -> web.StreamResponse:
        if (stranger := self._stranger(request)) is not None:
            return stranger
        text = (await request.json()).get("message", "")
        if self.switches.swallow_send:
            return await self.hang()
        if self.switches.refuse_send:
            return self._answer(status=self.switches.refuse_send, message="FORBIDDEN")
        if not text or len(text) > MAX_LENGTH:
            return self._answer(status=400, message="INVALID_PARAMETER")
        now = self.clock()
        if self.switches.limits and len([at for at in self._sent_at if now - at < 1.0]) >= PER_SECOND:
            return self._answer(status=429, message="TOO_MANY_REQUESTS", **{"Retry-After": "3"})
        self._sent_at.append(now)
        if not self.switches.drop_silently:
            self.accepted.append(text)
            await self.say(text, sender=self.channel, name="가게", role="streamer")
        return self._answer({"messageId": secrets.token_hex(6)})

    async def _me(self, request: web.Request) -> web.StreamResponse:
        return self._stranger(request) or self._answer({"channelId": self.channel, "channelName": "가게"})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """Give new tokens for a code or a refresh token, each of which is good once."""
        asked = await request.json()
        used = asked.get("code") if asked.get("grantType") == "authorization_code" and asked.get("state") else asked.get("refreshToken")
        if used not in self.tokens or (asked.get("clientId"), asked.get("clientSecret")) != ("cid", "secret"):
            return self._answer(status=401, message="INVALID_TOKEN")
        self.tokens.discard(used)
        access, refresh = f"access-{secrets.token_hex(4)}", f"refresh-{secrets.token_hex(4)}"
        self.tokens |= {access, refresh}
        return self._answer({"accessToken": access, "refreshToken": refresh, "tokenType": "Bearer", "expiresIn": "86400"})

    # Socket.IO

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        sid = request.query.get("sid", "")
        if not (sid and sid in self._sids):
            taken = self._addresses.pop(request.query.get("auth", ""), None)
            if request.query.get("EIO") != "3" or taken is None or self.clock() - taken > SESSION_SECONDS:
                return web.json_response({"code": 4, "message": "unauthorized"}, status=401)
            sid = secrets.token_hex(8)
            self._sids.add(sid)
        if request.query.get("transport") == "polling":
            opening = self._open(sid, ["websocket"]).encode()
            length = bytes(int(digit) for digit in str(len(opening)))
            return web.Response(body=b"\0" + length + b"\xff" + opening, content_type="application/octet-stream")
        upgraded = "sid" in request.query
        return await self.serve(request, self._hear, None if upgraded else lambda client: self._greet(client, sid))

    @staticmethod
    def _open(sid: str, upgrades: list[str]) -> str:
        return "0" + json.dumps({"sid": sid, "upgrades": upgrades, "pingTimeout": 60000, "pingInterval": 25000}, separators=(",", ":"))

    async def _greet(self, client: Socket, sid: str = "") -> None:
        key = client.name = secrets.token_hex(10)
        self.subscribed[key] = set()
        if sid:
            await client.send(self._open(sid, []))
        await self.emit("SYSTEM", {"type": "connected", "data": {"sessionKey": key}}, key)
        await client.send("40")

    async def _hear(self, client: Socket, frame: str) -> None:
        if frame == "2probe":
            await client.send("3probe")
        elif frame == "5":
            await self._greet(client)
        elif frame.startswith("2"):
            self.pings += 1
            if not self.switches.no_pong:
                await client.send("3" + frame[1:])
        elif frame == "41":
            await client.ws.close()

    async def emit(self, name: str, data: Any, key: str = "") -> None:
        """Send an event to one session, or to all that subscribed to it."""
        frame = "42" + json.dumps([name, json.dumps(data, ensure_ascii=False)], ensure_ascii=False, separators=(",", ":"))
        for client in list(self.sockets):
            if client.name == key or (not key and name in self.subscribed.get(client.name, ())):
                await client.send(frame)

    # what people do there

    async def say(self, text: str, sender: str = "viewer1", name: str = "하늘", role: str = "common_user", **more: Any) -> None:
        """Have somebody write a line."""
        line = {
            "channelId": self.channel,
            "chatChannelId": self.chat,
            "senderChannelId": sender,
            "profile": {"nickname": name, "badges": [], "verifiedMark": False, "userRoleCode": role},
            "content": text,
            "emojis": {},
            "messageTime": int(self.clock() * 1000),
            "eventSentAt": "2026-11-22T20:00:00.000000000",
            **more,
        }
        self._last = ("CHAT", line)
        await self.emit(*self._last)

    async def repeat(self) -> None:
        """Send the last line once more, as it was."""
        await self.emit(*self._last)

    async def revoke(self, kind: str = "CHAT") -> None:
        """Have the user take the permission back."""
        await self.emit("SYSTEM", {"type": "revoked", "data": {"eventType": kind, "channelId": self.channel}}, "")
        for client in list(self.sockets):
            await self.emit("SYSTEM", {"type": "revoked", "data": {"eventType": kind, "channelId": self.channel}}, client.name)
