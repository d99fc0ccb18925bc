"""A server that speaks as Kick's public interface does: it calls a webhook with signed events, and takes lines over HTTP.

Its signatures are made by the `cryptography` package, which knows nothing of how livebot checks them. It calls as Kick does: up to three
times until it gets a 200, again with the same id; and drops the subscription of a receiver that fails too often.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .local import LocalServer

BROADCASTER, BOT, SECOND = 900100, 900200, 900300
CHANNELS = {"shop": BROADCASTER, "second": SECOND}
GIVEN_UP_AFTER = 5


@dataclass
class Switches:
    """What the server does otherwise than well."""

    refuse_send: int = 0
    swallow_send: bool = False
    not_sent: bool = False
    limits: bool = True
    refuse_subscriptions: int = 0
    no_echo: bool = False


class KickServer(LocalServer):
    """The channels `shop` and `second`, and an app that may have their events sent to a webhook."""

    def __init__(self, clock: Any = None, account: int = BOT) -> None:
        super().__init__(**({"clock": clock} if clock else {}))
        self.account = account
        self.tokens = {"good"}
        self.switches = Switches()
        self.accepted: list[str] = []
        self.replies: list[str | None] = []
        self.subscriptions: dict[str, str] = {}
        self.second_subscriptions: dict[str, str] = {}
        self.live = False
        self.hook = ""
        self.challenge = ""
        self.statuses: list[int] = []
        self._failures = 0
        self._sent_at: list[float] = []
        self._last: tuple[str, dict[str, Any], str] = ("", {}, "")
        self.new_key()

    def new_key(self) -> None:
        """Sign with another key from now on."""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public_key(self) -> str:
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/public/v1/users", self._users),
            web.get("/public/v1/channels", self._channels),
            web.get("/public/v1/public-key", self._public_key),
            web.get("/public/v1/events/subscriptions", self._subscribed),
            web.post("/public/v1/events/subscriptions", self._subscribe),
            web.post("/public/v1/chat", self._send),
            web.post("/oauth/token", self._token),
        ]

    # HTTP

    def _answer(self, data: Any = None, status: int = 200, message: str = "OK", **headers: str) -> web.Response:
        return web.json_response({"data": data, "message": message}, status=status, headers=headers)

    def _stranger(self, request: web.Request) -> web.Response | None:
        known = request.headers.get("Authorization", "").removeprefix("Bearer ") in self.tokens
        return None if known else self._answer({}, 401, "Unauthorized")

    async def _users(self, request: web.Request) -> web.StreamResponse:
        self.knocks += 1
        return self._stranger(request) or self._answer([{"user_id": self.account, "name": "livebot"}])

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        slug = request.query.get("slug", "")
        stream = {"is_live": self.live, "viewer_count": 3, "start_time": "2026-11-22T10:00:00Z"}
        found = [{"broadcaster_user_id": CHANNELS[slug], "slug": slug, "stream": stream}] if slug in CHANNELS else []
        return self._stranger(request) or self._answer(found)

    async def _public_key(self, request: web.Request) -> web.StreamResponse:
        return self._answer({"public_key": self.public_key})

    async def _subscribed(self, request: web.Request) -> web.StreamResponse:
        return self._stranger(request) or self._answer(
            [
                {"id": number, "event": name, "version": 1, "method": "webhook"}
                for name, number in self._subscriptions(int(request.query["broadcaster_user_id"])).items()
            ]
        )

    def _subscriptions(self, broadcaster: int) -> dict[str, str]:
        return self.second_subscriptions if broadcaster == SECOND else self.subscriptions

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        if (stranger := self._stranger(request)) is not None:
            return stranger
        if self.switches.refuse_subscriptions:
            return self._answer({}, self.switches.refuse_subscriptions, "refused", **{"Retry-After": "20"})
        wanted = await request.json()
        subscriptions, made = self._subscriptions(wanted["broadcaster_user_id"]), []
        for event in wanted["events"]:
            number = subscriptions[event["name"]] = secrets.token_hex(8)
            made.append({"name": event["name"], "version": event["version"], "subscription_id": number, "error": ""})
        self._failures = 0
        return self._answer(made)

    async def _send(self, request: web.Request) -> web.StreamResponse:
        if (stranger := self._stranger(request)) is not None:
            return stranger
        line = await request.json()
        if self.switches.swallow_send:
            return await self.hang()
        if self.switches.refuse_send:
            return self._answer({}, self.switches.refuse_send, "Forbidden")
        text = line.get("content", "")
        if line.get("type") != "user" or line.get("broadcaster_user_id") != BROADCASTER or not text or len(text) > 500:
            return self._answer({}, 400, "Invalid request")
        now = self.clock()
        if self.switches.limits and [at for at in self._sent_at if now - at < 1.0]:
            return self._answer({}, 429, "Too many requests", **{"Retry-After": "3"})
        self._sent_at.append(now)
        message = f"own-{secrets.token_hex(6)}"
        if self.switches.not_sent:
            return self._answer({"is_sent": False, "message_id": ""})
        self.accepted.append(text)
        self.replies.append(line.get("reply_to_message_id"))
        if not self.switches.no_echo:
            await self.say(text, "livebot", self.account, message=message)
        return self._answer({"is_sent": True, "message_id": message})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        """Give new tokens for a code (with the verifier of its challenge) or a refresh token, each of which is good once."""
        asked = await request.post()
        used = str(asked.get("refresh_token"))
        if asked.get("grant_type") == "authorization_code":
            digest = hashlib.sha256(str(asked.get("code_verifier")).encode()).digest()
            used = str(asked.get("code")) if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge else ""
        if used not in self.tokens or (asked.get("client_id"), asked.get("client_secret")) != ("cid", "secret"):
            return web.json_response({"error": "invalid_grant"}, status=401)
        self.tokens.discard(used)
        access, refresh = f"access-{secrets.token_hex(4)}", f"refresh-{secrets.token_hex(4)}"
        self.tokens |= {access, refresh}
        return web.json_response({"access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 7200})

    # webhooks

    def stamp(self, ago: float = 0.0) -> str:
        return datetime.fromtimestamp(self.clock() - ago, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def signed(self, kind: str, body: bytes, call: str, timestamp: str) -> dict[str, str]:
        """Return the headers of a call."""
        value = self.key.sign(f"{call}.{timestamp}.".encode() + body, padding.PKCS1v15(), hashes.SHA256())
        return {
            "Kick-Event-Message-Id": call,
            "Kick-Event-Message-Timestamp": timestamp,
            "Kick-Event-Signature": base64.b64encode(value).decode(),
            "Kick-Event-Subscription-Id": self.subscriptions.get(kind, ""),
            "Kick-Event-Type": kind,
            "Kick-Event-Version": "1",
            "Content-Type": "application/json",
        }

    async def call(self, body: bytes, headers: dict[str, str]) -> int:
        """Call the webhook once; return its status, 0 where nobody answers."""
        try:
            async with aiohttp.ClientSession() as session, session.post(self.hook, data=body, headers=headers) as response:
                self.statuses.append(response.status)
        except (aiohttp.ClientError, OSError):
            self.statuses.append(0)
        return self.statuses[-1]

    async def event(self, kind: str, data: dict[str, Any], call: str = "", ago: float = 0.0) -> str:
        """Have an event happen; it is sent if it is subscribed to. Return the call's id."""
        call = call or f"01J{secrets.token_hex(11).upper()}"
        self._last = (kind, data, call)
        body = json.dumps(data, ensure_ascii=False).encode()
        for _ in range(3):
            if kind not in self.subscriptions:
                break
            if await self.call(body, self.signed(kind, body, call, self.stamp(ago))) == 200:
                self._failures = 0
                break
            self._failures += 1
            if self._failures >= GIVEN_UP_AFTER:
                self.subscriptions.clear()
        return call

    async def say(self, text: str, name: str = "하늘", user: int = 5001, message: str = "", ago: float = 0.0, **more: Any) -> str:
        """Have somebody write a line; return its id."""
        message = message or secrets.token_hex(8)
        badges = more.pop("badges", [])
        line = {
            "message_id": message,
            "replies_to": None,
            "broadcaster": self.person(BROADCASTER, "shop"),
            "sender": {**self.person(user, name), "identity": {"username_color": "#FF5733", "badges": badges}},
            "content": text,
            "emotes": [],
            "created_at": self.stamp(ago),
            **more,
        }
        await self.event("chat.message.sent", line)
        return message

    async def repeat(self) -> None:
        """Send the last event once more, as it was: the same id, a new time."""
        kind, data, call = self._last
        await self.event(kind, data, call)

    @staticmethod
    def person(user: int, name: str) -> dict[str, Any]:
        return {"is_anonymous": False, "user_id": user, "username": name, "is_verified": False, "channel_slug": name, "identity": None}
