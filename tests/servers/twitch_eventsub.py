"""A Twitch-like EventSub WebSocket with the parts of Helix and of the login that belong to chat, and every fault a client must survive.

What it does is what Twitch is known to do (dev.twitch.tv/docs/eventsub, /docs/api/reference, /docs/authentication; twitchdev/twitch-cli's
mock server, without its known differences). twitchAPI and TwitchIO judge it in `tests/platforms/twitch/test_eventsub_judges.py`.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from servers.local import LocalServer, Socket

UNUSED_AFTER = 10.0
GRACE = 30.0
SCOPES = ("user:read:chat", "user:write:chat", "moderator:manage:announcements", "moderator:manage:chat_messages")
ROOM, BOT = "100", "900"
USERS = {"shop": ROOM, "bot": BOT, "mina": "5001"}


@dataclass
class Session:
    """One EventSub session: it survives a move to another connection."""

    id: str
    socket: Socket
    keepalive: float = 10.0
    heard_at: float = 0.0
    subscriptions: dict[str, dict[str, Any]] = field(default_factory=dict)


class EventSubServer(LocalServer):
    """The server; `sleep` and `clock` may be a test's own."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[object]]) -> None:
        super().__init__(clock)
        self._sleep = sleep
        self.sessions: dict[str, Session] = {}
        self.moved: dict[str, Session] = {}
        self.leftovers: list[dict[str, Any]] = []
        """Subscriptions of dead sessions: what they cover is refused with 409 until they are deleted."""
        self.tokens = {"good": {"login": "bot", "user_id": BOT, "scopes": list(SCOPES)}}
        self.refreshes = {"once": "good"}
        """Refresh token, good once -> the access token it gives."""
        self.accepted: list[str] = []
        self.announced: list[str] = []
        self.pinned: list[str] = []
        self.replies: list[str | None] = []
        self.drop: tuple[str, str] | None = None
        self.fail: tuple[int, str, dict[str, str]] | None = None
        """Status, message and headers with which a line is refused."""
        self.swallow = False
        self.silent_drops = False
        self.echo = True
        self.refused_kinds: set[str] = set()
        self.validated = 0
        self.device: dict[str, Any] = {}
        self.interval = 5.0
        self._number = itertools.count(1)
        self._timers: dict[Socket, list[asyncio.Task[None]]] = {}
        self._last: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ws", self._connect),
            web.get("/helix/users", self._users),
            web.post("/helix/eventsub/subscriptions", self._subscribe),
            web.get("/helix/eventsub/subscriptions", self._subscriptions),
            web.delete("/helix/eventsub/subscriptions", self._unsubscribe),
            web.post("/helix/chat/messages", self._write),
            web.post("/helix/chat/announcements", self._announce),
            web.put("/helix/chat/pins", self._pin),
            web.delete("/helix/chat/pins", self._unpin),
            web.get("/oauth2/validate", self._validate),
            web.post("/oauth2/token", self._token),
            web.post("/oauth2/device", self._device),
        ]

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    async def reached(self, holds: Callable[[], object], seconds: float = 20.0) -> None:
        """Return as soon as `holds()`; fail when it takes too long."""
        async with asyncio.timeout(seconds):
            while not holds():
                await asyncio.sleep(0.01)

    def open_sockets(self) -> list[Socket]:
        return list(self.sockets)

    # the session

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        moved = self.moved.pop(request.query.get("id", ""), None)
        own: list[Session] = []

        async def greet(socket: Socket) -> None:
            session = moved or Session(f"AQoQ{next(self._number)}", socket)
            own.append(session)
            if moved:
                session.socket = socket
            self.sessions[session.id] = session
            await self._tell(session, "session_welcome", {"session": self._about(session, "connected")})
            for work in (self._keep_alive(session, socket), self._expect_use(session)):
                self._later(socket, work)

        async def hear(socket: Socket, text: str) -> None:
            await socket.ws.close(code=4001, message=b"client sent inbound traffic")

        try:
            return await self.serve(request, hear, greet)
        finally:
            for session in own:
                self._stop_timers()
                if self.sessions.get(session.id) is session and not session.socket.ws.closed and session.socket in self.sockets:
                    continue  # it was moved to another connection
                self.sessions.pop(session.id, None)

    def _later(self, socket: Socket, work: Coroutine[Any, Any, None]) -> None:
        self._timers.setdefault(socket, []).append(asyncio.ensure_future(work))

    def _stop_timers(self) -> None:
        """End what was to happen to connections that are gone."""
        for socket in [socket for socket in self._timers if socket not in self.sockets]:
            for timer in self._timers.pop(socket):
                timer.cancel()

    def _about(self, session: Session, status: str, url: str | None = None) -> dict[str, Any]:
        return {
            "id": session.id,
            "status": status,
            "keepalive_timeout_seconds": None if url else int(session.keepalive),
            "reconnect_url": url,
            "connected_at": self.stamp(),
        }

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"

    async def _tell(self, session: Session, kind: str, payload: dict[str, Any], **metadata: str) -> str:
        head = {"message_id": str(uuid.uuid4()), "message_type": kind, "message_timestamp": self.stamp(), **metadata}
        frame = json.dumps({"metadata": head, "payload": payload}, ensure_ascii=False)
        session.heard_at = self.clock()
        with suppress(ConnectionError):  # it may just have gone
            await session.socket.send(frame)
        return frame

    async def _keep_alive(self, session: Session, socket: Socket) -> None:
        while session.socket is socket and socket in self.sockets:
            await self._sleep(max(0.01, session.heard_at + session.keepalive - self.clock()))
            if self.clock() - session.heard_at >= session.keepalive - 0.001:
                await self._tell(session, "session_keepalive", {})

    async def _expect_use(self, session: Session) -> None:
        await self._sleep(UNUSED_AFTER)
        if not session.subscriptions and session.socket in self.sockets:
            await session.socket.ws.close(code=4003, message=b"connection unused")

    async def order_reconnect(self) -> None:
        """Tell every session to move; the old connection is closed after the grace time."""
        for session in list(self.sessions.values()):
            self.moved[session.id] = session
            url = f"{self.socket_url}?challenge={uuid.uuid4()}&id={session.id}"
            await self._tell(session, "session_reconnect", {"session": self._about(session, "reconnecting", url)})
            self._later(session.socket, self._end_grace(session.socket))

    async def _end_grace(self, socket: Socket) -> None:
        await self._sleep(GRACE)
        if socket in self.sockets:
            await socket.ws.close(code=4004, message=b"reconnect grace time expired")

    async def revoke(self, status: str, kind: str = "channel.chat.message") -> None:
        """Take a subscription away."""
        for session in list(self.sessions.values()):
            subscription = session.subscriptions.pop(kind, None)
            if subscription is not None:
                await self._tell(session, "revocation", {"subscription": {**subscription, "status": status}}, subscription_type=kind)

    async def close(self, code: int) -> None:
        """Close every connection with one of EventSub's codes."""
        for socket in self.open_sockets():
            await socket.ws.close(code=code)

    # chat

    def chat(self, text: str, *, message: str = "", user: str = "mina", **more: Any) -> dict[str, Any]:
        """Return the event of a chat line."""
        return {
            "broadcaster_user_id": ROOM,
            "broadcaster_user_login": "shop",
            "broadcaster_user_name": "Shop",
            "chatter_user_id": USERS.get(user, f"id-{user}"),
            "chatter_user_login": user,
            "chatter_user_name": {"mina": "미나"}.get(user, user),
            "message_id": message or str(uuid.uuid4()),
            "message": {"text": text, "fragments": [{"type": "text", "text": text, "cheermote": None, "emote": None, "mention": None}]},
            "message_type": "text",
            "badges": [{"set_id": "subscriber", "id": "12", "info": "14"}] if user == "mina" else [],
            "color": "",
            "cheer": None,
            "reply": None,
            "channel_points_custom_reward_id": None,
            "channel_points_animation_id": None,
            "source_broadcaster_user_id": None,
            "source_message_id": None,
            "source_badges": None,
            **more,
        }

    async def say(self, text: str, **more: Any) -> str:
        """Have a viewer write a line; return its id."""
        event = self.chat(text, **more)
        await self.notify("channel.chat.message", event)
        return str(event["message_id"])

    async def notify(self, kind: str, event: dict[str, Any]) -> None:
        """Deliver an event to every session that subscribed to its kind."""
        self._last = []
        for session in list(self.sessions.values()):
            subscription = session.subscriptions.get(kind)
            if subscription is not None:
                payload = {"subscription": subscription, "event": event}
                frame = await self._tell(session, "notification", payload, subscription_type=kind, subscription_version="1")
                self._last.append(frame)

    async def repeat(self, *, new_id: bool = False) -> None:
        """Deliver the last event again, with the same or with another message_id in its metadata."""
        for frame in self._last:
            values = json.loads(frame)
            if new_id:
                values["metadata"]["message_id"] = str(uuid.uuid4())
            for session in list(self.sessions.values()):
                await session.socket.send(json.dumps(values))

    # Helix

    def _refusal(self, request: web.Request) -> web.Response | None:
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        if token not in self.tokens or "Client-Id" not in request.headers:
            return _error(401, "Unauthorized", "Invalid OAuth token")
        return None

    async def _users(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        names = {identity: login for login, identity in USERS.items()}
        logins = request.query.getall("login", []) + [names.get(identity, "") for identity in request.query.getall("id", [])]
        if not logins:
            _, _, token = request.headers.get("Authorization", "").partition(" ")
            logins = [self.tokens[token]["login"]]
        about = {"type": "", "broadcaster_type": "", "description": "", "profile_image_url": "", "offline_image_url": "", "view_count": 0}
        more = {**about, "created_at": "2020-01-01T00:00:00Z"}
        found = [{"id": USERS[login], "login": login, "display_name": login, **more} for login in logins if login in USERS]
        return web.json_response({"data": found})

    async def _subscribe(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        asked = await request.json()
        session = self.sessions.get(asked["transport"]["session_id"])
        if session is None:
            return _error(400, "Bad Request", "websocket transport session does not exist or has already disconnected")
        if asked["type"] in self.refused_kinds:
            return _error(403, "Forbidden", "subscription missing proper authorization")
        if any(one["type"] == asked["type"] and one["condition"] == asked["condition"] for one in self.leftovers):
            return _error(409, "Conflict", "subscription already exists")
        if asked["type"] in session.subscriptions:
            return _error(409, "Conflict", "subscription already exists")
        made = self.subscription(asked)
        session.subscriptions[asked["type"]] = made
        return web.json_response({"data": [made], "total": len(session.subscriptions), "total_cost": 0, "max_total_cost": 10}, status=202)

    def subscription(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return a subscription as Twitch tells it."""
        return {"id": str(uuid.uuid4()), "status": "enabled", "cost": 0, "created_at": self.stamp(), **asked}

    async def _subscriptions(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        held = [one for session in self.sessions.values() for one in session.subscriptions.values()]
        return web.json_response({"data": [*self.leftovers, *held], "total": 0, "total_cost": 0, "max_total_cost": 10, "pagination": {}})

    async def _unsubscribe(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        identity = request.query.get("id")
        self.leftovers = [one for one in self.leftovers if one["id"] != identity]
        for session in self.sessions.values():
            session.subscriptions = {kind: one for kind, one in session.subscriptions.items() if one["id"] != identity}
        return web.Response(status=204)

    async def _write(self, request: web.Request) -> web.StreamResponse:
        if refusal := self._refusal(request):
            return refusal
        body = await request.json() if request.can_read_body else dict(request.query)  # Twitch takes either
        text = body["message"]
        if self.fail:
            status, message, headers = self.fail
            return _error(status, "Refused", message, headers)
        if len(text) > 500:
            return _error(422, "Unprocessable Entity", "The message is too large")
        if self.drop:
            reason = {"code": self.drop[0], "message": self.drop[1]}
            return web.json_response({"data": [{"message_id": "", "is_sent": False, "drop_reason": reason}]})
        message = str(uuid.uuid4())
        if not self.silent_drops:
            self.accepted.append(text)
            self.replies.append(body.get("reply_parent_message_id"))
            if body.get("pin"):
                self.pinned.append(text)
        if self.swallow:
            return await self.hang()
        if self.echo:
            await self.say(text, message=message, user="bot")
        return web.json_response({"data": [{"message_id": message, "is_sent": True}]})

    async def _announce(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.announced.append((await request.json())["message"][:500])
        return web.Response(status=204)

    async def _pin(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.pinned.append(request.query["message_id"])
        return web.Response(status=204)

    async def _unpin(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        self.pinned.remove(request.query["message_id"])
        return web.Response(status=204)

    # the login

    async def _validate(self, request: web.Request) -> web.Response:
        self.validated += 1
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        known = self.tokens.get(token)
        if scheme != "OAuth" or known is None:
            return web.json_response({"status": 401, "message": "invalid access token"}, status=401)
        return web.json_response({"client_id": "cid", **known, "expires_in": 14_000})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form["grant_type"] == "refresh_token":
            access = self.refreshes.pop(str(form["refresh_token"]), None)
            return _pair(access, f"{access}-once") if access else _login_error("Invalid refresh token")
        if form.get("device_code") != self.device.get("device_code"):
            return _login_error("invalid device code")
        access = self.device.get("grants")
        return _pair(access, "once") if access else _login_error("authorization_pending")

    async def _device(self, request: web.Request) -> web.Response:
        form = await request.post()
        if form.get("client_id") != "cid":
            return _login_error("invalid client")
        self.device = {"device_code": "device-1", "scopes": form["scopes"]}
        shown = {"user_code": "ABCDEFGH", "verification_uri": "https://www.twitch.tv/activate?device-code=ABCDEFGH"}
        return web.json_response({**shown, "device_code": "device-1", "expires_in": 1800, "interval": self.interval})


def _error(status: int, error: str, message: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": error, "status": status, "message": message}, status=status, headers=headers)


def _login_error(message: str) -> web.Response:
    return web.json_response({"status": 400, "message": message}, status=400)


def _pair(access: Any, refresh: str) -> web.Response:
    pair = {"access_token": access, "refresh_token": refresh, "expires_in": 14_000, "scope": list(SCOPES), "token_type": "bearer"}
    return web.json_response(pair)
