"""A Twitch-like chat server over IRC-WebSocket, with every fault that a client must survive.

What it does is what Twitch is known to do (dev.twitch.tv/docs/irc, pajbot/tmi-rate-limits, the dialogues of tmi.js and twurple, which judge
it in `tests/platforms/twitch/test_judges.py`). By hand:

    python tests/servers/twitch_irc.py --port 8097 --room shop --rate 2 --fault rst@10
    curl -d '{"login": "mina", "text": "이거 얼마예요?"}' http://127.0.0.1:8097/control/say
    curl -d '{}' http://127.0.0.1:8097/control/reconnect
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import re
import socket
import struct
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

HOST = "tmi.twitch.tv"
CAPABILITIES = ("twitch.tv/tags", "twitch.tv/commands", "twitch.tv/membership")
NEEDS_COMMANDS = frozenset({"USERSTATE", "GLOBALUSERSTATE", "ROOMSTATE", "CLEARCHAT", "CLEARMSG", "USERNOTICE", "RECONNECT", "NOTICE"})
ANONYMOUS = re.compile(r"justinfan\d+")
MAX_TEXT = 500
SHADOW = 1800.0
SENTENCES = {
    "msg_banned": "You are permanently banned from talking in {room}.",
    "msg_timedout": "You are banned from talking in {room} for {seconds} more seconds.",
    "msg_channel_suspended": "This channel does not exist or has been suspended.",
    "msg_slowmode": "This room is in slow mode and you are sending messages too quickly. "
    "You will be able to talk again in {seconds} seconds.",
    "msg_subsonly": "This room is in subscribers only mode. To talk, purchase a channel subscription.",
    "msg_emoteonly": "This room is in emote only mode.",
    "msg_ratelimit": "Your message was not sent because you are sending messages too quickly.",
    "msg_duplicate": "Your message was not sent because it is identical to the previous one you sent, less than 30 seconds ago.",
    "unrecognized_cmd": "Unrecognized command: {text}",
}


def escape(value: str) -> str:
    """Return a tag value as it stands on the wire."""
    for raw, escaped in (("\\", "\\\\"), (";", "\\:"), (" ", "\\s"), ("\r", "\\r"), ("\n", "\\n")):
        value = value.replace(raw, escaped)
    return value


def tagged(tags: dict[str, str], line: str) -> str:
    """Return a line with its tags."""
    return "@" + ";".join(f"{key}={escape(value)}" for key, value in tags.items()) + " " + line


def user_id(login: str) -> str:
    """Return the same made-up id for a login every time."""
    return str(int.from_bytes(hashlib.blake2s(login.encode(), digest_size=4).digest()) + 10_000_000)


def text_frame(payload: bytes) -> bytes:
    """Return an unmasked WebSocket text frame, whether its payload is text or not."""
    head = bytes((0x81, len(payload))) if len(payload) < 126 else struct.pack("!BBH", 0x81, 126, len(payload))
    return head + payload


@dataclass
class Room:
    """A streamer's room: who may what, and its modes."""

    login: str
    mods: set[str] = field(default_factory=set)
    vips: set[str] = field(default_factory=set)
    months: dict[str, int] = field(default_factory=dict)
    banned: set[str] = field(default_factory=set)
    timeouts: dict[str, float] = field(default_factory=dict)
    suspended: bool = False
    modes: dict[str, str] = field(
        default_factory=lambda: {"emote-only": "0", "followers-only": "-1", "r9k": "0", "slow": "0", "subs-only": "0"}
    )

    def badges(self, login: str) -> dict[str, str]:
        """Return the tags that tell a chatter's standing."""
        owned = [("broadcaster", "1")] if login == self.login else []
        owned += [("moderator", "1")] if login in self.mods else []
        owned += [("vip", "1")] if login in self.vips else []
        owned += [("subscriber", "12")] if login in self.months else []
        info = f"subscriber/{self.months[login]}" if login in self.months else ""
        return {"badge-info": info, "badges": ",".join(f"{name}/{version}" for name, version in owned)}

    def privileged(self, login: str) -> bool:
        """Whether the higher limits hold for this chatter."""
        return login == self.login or login in self.mods or login in self.vips


@dataclass
class Switches:
    """How the server misbehaves. Each can be changed while it runs."""

    silent_drops: bool = False  # refuse without NOTICE
    shadow: bool = False  # whoever exceeds a limit is ignored for 30 minutes
    no_userstate: bool = False  # after a line
    no_standing: bool = False  # no USERSTATE at joining
    duplicate: bool = False  # every chat line comes twice
    shuffle_tags: bool = False
    split_bursts: bool = False  # one line a frame instead of several
    deaf_to_pings: bool = False
    skew: float = 0.0  # seconds added to tmi-sent-ts
    limits: bool = True


@dataclass
class Account:
    """What Twitch counts of one login."""

    sends: deque[tuple[float, bool]] = field(default_factory=deque)
    joins: deque[float] = field(default_factory=deque)
    last: dict[str, tuple[float, str]] = field(default_factory=dict)
    shadowed_until: float = float("-inf")


class Connection:
    """One client."""

    def __init__(self, server: TwitchServer, request: web.Request, ws: web.WebSocketResponse, number: int) -> None:
        self.server = server
        self.request = request
        self.ws = ws
        self.number = number
        self.capabilities: set[str] = set()
        self.password = ""
        self.nick = ""
        self.rooms: set[str] = set()
        self.received: list[str] = []
        self.silent = False
        self.pong_due: float | None = None

    @property
    def anonymous(self) -> bool:
        return ANONYMOUS.fullmatch(self.nick) is not None

    async def send(self, *lines: str) -> None:
        """Send lines, in one frame unless told otherwise; what the client did not ask for is left out."""
        wanted = [line for line in map(self._fitting, lines) if line]
        if self.silent or self.ws.closed or not wanted:
            return
        frames = [f"{line}\r\n" for line in wanted] if self.server.switches.split_bursts else ["\r\n".join(wanted) + "\r\n"]
        with suppress(ConnectionError):
            for frame in frames:
                await self.ws.send_str(frame)

    def _fitting(self, line: str) -> str:
        bare = line.partition(" ")[2] if line.startswith("@") else line
        command = bare.split(" ")[1] if bare.startswith(":") else ""
        if command in NEEDS_COMMANDS and "twitch.tv/commands" not in self.capabilities and " * " not in bare:
            return ""
        return line if "twitch.tv/tags" in self.capabilities else bare

    def raw(self, data: bytes) -> None:
        """Write bytes under the WebSocket's feet."""
        assert self.request.transport is not None
        self.request.transport.write(data)

    def cut(self, *, politely: bool) -> None:
        """End the TCP connection without a WebSocket close: FIN when polite, RST otherwise."""
        transport = self.request.transport
        if transport is None:
            return
        if not politely:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        else:
            transport.close()


class TwitchServer:
    """The server; `async with` starts and stops it. `until` waits for anything that it can see."""

    def __init__(
        self,
        *rooms: Room,
        tokens: dict[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        ping_every: float = 300.0,
        pong_within: float = 10.0,
        port: int = 0,
    ) -> None:
        self.rooms = {room.login: room for room in rooms or (Room("shop"),)}
        self.tokens = {"good": "bot"} if tokens is None else tokens
        self.switches = Switches()
        self.accounts: dict[str, Account] = {}
        self.clients: list[Connection] = []
        self.opened = 0
        self.accepted: list[str] = []
        self.commands: list[str] = []
        self.port = port
        self._clock = clock
        self._ping_every = ping_every
        self._pong_within = pong_within
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._shuffle = random.Random(7)

    # Life

    async def __aenter__(self) -> TwitchServer:
        await self.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"

    async def start(self) -> None:
        """Listen; a second start after `stop` takes the same port."""
        app = web.Application()
        app.router.add_get("/", self._serve)
        app.router.add_post("/control/{action}", self._control)
        self._runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Drop everybody and stop listening."""
        for client in list(self.clients):
            client.cut(politely=False)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, holds: Callable[[], object], seconds: float = 10.0) -> None:
        """Return as soon as `holds()` is true; fail with what was seen when it takes too long."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(holds)
        except TimeoutError:
            raise AssertionError(f"not within {seconds} s; clients: {[(c.nick, c.rooms, c.received[-5:]) for c in self.clients]}") from None

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def in_room(self, room: str = "shop") -> list[Connection]:
        """Return the clients that have joined a room, oldest first."""
        return [client for client in self.clients if room in client.rooms]

    # One client

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(protocols=("irc",), max_msg_size=1 << 16)
        await ws.prepare(request)
        self.opened += 1
        client = Connection(self, request, ws, self.opened)
        self.clients.append(client)
        await self._note()
        pinging = asyncio.create_task(self._ping(client))
        try:
            await self._listen(client)
        finally:
            pinging.cancel()
            self.clients.remove(client)
            await self._note()
        return ws

    async def _listen(self, client: Connection) -> None:
        async for message in client.ws:
            if message.type is not WSMsgType.TEXT:
                break
            while client.silent:
                await asyncio.sleep(3600)
            for line in filter(None, message.data.split("\r\n")):
                client.received.append(line)
                await self._command(client, line)
            await self._note()

    async def _ping(self, client: Connection) -> None:
        while True:
            await asyncio.sleep(self._ping_every)
            client.pong_due = self._clock() + self._pong_within
            await client.send(f"PING :{HOST}")
            await asyncio.sleep(self._pong_within)
            if client.pong_due is not None:
                client.cut(politely=True)

    async def _command(self, client: Connection, line: str) -> None:
        tags, _, rest = line[1:].partition(" ") if line.startswith("@") else ("", "", line)
        head, _, trailing = rest.partition(" :")
        command, *params = head.split(" ")
        handlers: dict[str, Callable[[Connection, list[str], str, str], Awaitable[None]]] = {
            "CAP": self._cap,
            "PASS": self._pass,
            "NICK": self._nick,
            "JOIN": self._join,
            "PART": self._part,
            "PING": self._pinged,
            "PONG": self._ponged,
            "PRIVMSG": self._privmsg,
        }
        handler = handlers.get(command)
        if handler is not None:
            await handler(client, params, trailing, tags)
        elif command not in ("USER", "QUIT"):
            await client.send(f":{HOST} 421 {client.nick or 'you'} {command} :Unknown command")

    async def _cap(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        if params[:1] == ["LS"]:
            await client.send(f":{HOST} CAP * LS :{' '.join(CAPABILITIES)}")
        elif params[:1] == ["REQ"]:
            asked = trailing.split() or params[1:]
            known = all(capability in CAPABILITIES for capability in asked)
            if known:
                client.capabilities.update(asked)
            await client.send(f":{HOST} CAP * {'ACK' if known else 'NAK'} :{' '.join(asked)}")

    async def _pass(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        client.password = params[0] if params else trailing

    async def _nick(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        nick = (params[0] if params else trailing).lower()
        if not ANONYMOUS.fullmatch(nick):
            kind, _, token = client.password.partition(":")
            if kind != "oauth" or token not in self.tokens:
                await self._refuse_login(client, "Login authentication failed" if kind == "oauth" else "Improperly formatted auth")
                return
            nick = self.tokens[token]
        client.nick = nick
        welcome = [
            f":{HOST} 001 {nick} :Welcome, GLHF!",
            f":{HOST} 002 {nick} :Your host is {HOST}",
            f":{HOST} 003 {nick} :This server is rather new",
            f":{HOST} 004 {nick} :-",
            f":{HOST} 375 {nick} :-",
            f":{HOST} 372 {nick} :You are in a maze of twisty passages, all alike.",
            f":{HOST} 376 {nick} :>",
        ]
        if not client.anonymous:
            own = {"badge-info": "", "badges": "", "color": "", "display-name": nick, "emote-sets": "0", "user-id": user_id(nick)}
            welcome.append(tagged({**own, "user-type": ""}, f":{HOST} GLOBALUSERSTATE"))
        await client.send(*welcome)

    async def _refuse_login(self, client: Connection, text: str) -> None:
        await client.send(f":{HOST} NOTICE * :{text}")
        await client.ws.close()

    async def _join(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        for name in (params[0] if params else "").split(","):
            account = self.accounts.setdefault(client.nick, Account())
            now = self._clock()
            while account.joins and account.joins[0] <= now - 10.0:
                account.joins.popleft()
            account.joins.append(now)
            if self.switches.limits and len(account.joins) > 20:
                client.cut(politely=True)
                return
            room = self.rooms.get(name.removeprefix("#"))
            if room is not None:
                await self._enter(client, room)

    async def _enter(self, client: Connection, room: Room) -> None:
        refusal = "msg_channel_suspended" if room.suspended else "msg_banned" if client.nick in room.banned else ""
        if refusal:
            await self._notice(client, room, refusal)
            return
        nick, name = client.nick, f"#{room.login}"
        burst = [
            f":{nick}!{nick}@{nick}.{HOST} JOIN {name}",
            f":{nick}.{HOST} 353 {nick} = {name} :{nick}",
            f":{nick}.{HOST} 366 {nick} {name} :End of /NAMES list",
        ]
        if not client.anonymous and not self.switches.no_standing:
            burst.append(self.userstate(client, room))
        burst.append(tagged({**room.modes, "rituals": "0", "room-id": user_id(room.login)}, f":{HOST} ROOMSTATE {name}"))
        client.rooms.add(room.login)
        await client.send(*burst)

    async def _part(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        name = params[0] if params else ""
        client.rooms.discard(name.removeprefix("#"))
        await client.send(f":{client.nick}!{client.nick}@{client.nick}.{HOST} PART {name}")

    async def _pinged(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        if self.switches.deaf_to_pings:
            return
        argument = params[0] if params else trailing
        await client.send(f":{HOST} PONG {HOST} :{argument}" if argument else f"PONG :{HOST}")

    async def _ponged(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        client.pong_due = None

    # What clients write

    def userstate(self, client: Connection, room: Room, message: str = "") -> str:
        """Return what tells a client its standing: at joining, and after a line of theirs with that line's id."""
        moderator = client.nick in room.mods
        tags = {
            **room.badges(client.nick),
            "color": "",
            "display-name": client.nick,
            "emote-sets": "0",
            **({"id": message} if message else {}),
            "mod": str(int(moderator)),
            "subscriber": "0",
            "user-type": "mod" if moderator else "",
        }
        return tagged(tags, f":{HOST} USERSTATE #{room.login}")

    async def _privmsg(self, client: Connection, params: list[str], trailing: str, tags: str) -> None:
        room = self.rooms.get(params[0].removeprefix("#") if params else "")
        if room is None or client.anonymous or not trailing or len(trailing) > MAX_TEXT:
            return
        account, now = self.accounts.setdefault(client.nick, Account()), self._clock()
        if trailing[0] in "/." and not trailing.startswith("/me "):
            self.commands.append(trailing)
            await self._notice(client, room, "unrecognized_cmd", text=trailing.split(" ")[0])
            return
        why, seconds = self._refusal(account, room, client.nick, trailing, now)
        if why == "shadow":
            return
        if why:
            if not self.switches.silent_drops:
                await self._notice(client, room, why, seconds=seconds)
            return
        account.last[room.login] = (now, trailing)
        self.accepted.append(trailing)
        parent = re.search(r"reply-parent-msg-id=([^;]*)", tags)
        message = str(uuid.uuid4())
        if not self.switches.no_userstate:
            await client.send(self.userstate(client, room, message))
        extra = {"reply-parent-msg-id": parent[1]} if parent else {}
        await self.say(client.nick, trailing, room=room.login, message=message, extra=extra, but=client)

    def _refusal(self, account: Account, room: Room, login: str, text: str, now: float) -> tuple[str, int]:
        """Return the msg-id with which a line is refused, and the seconds its sentence names; every line is counted first."""
        privileged = room.privileged(login)
        over = self._over_limit(account, privileged, now)
        if now < account.shadowed_until:
            return "shadow", 0
        if over and self.switches.limits:
            account.shadowed_until = now + SHADOW if self.switches.shadow else account.shadowed_until
            return ("shadow", 0) if self.switches.shadow else ("msg_ratelimit", 0)
        if login in room.banned:
            return "msg_banned", 0
        if room.timeouts.get(login, 0.0) > now:
            return "msg_timedout", round(room.timeouts[login] - now)
        if privileged or not self.switches.limits:
            return "", 0
        at, last = account.last.get(room.login, (float("-inf"), ""))
        slow = int(room.modes["slow"])
        if room.modes["subs-only"] == "1" and login not in room.months:
            return "msg_subsonly", 0
        if room.modes["emote-only"] == "1":
            return "msg_emoteonly", 0
        if now - at < 1.0:
            return "msg_ratelimit", 0
        if now - at < slow:
            return "msg_slowmode", round(slow - (now - at))
        return ("msg_duplicate", 0) if " ".join(text.split()) == " ".join(last.split()) and now - at < 30.0 else ("", 0)

    @staticmethod
    def _over_limit(account: Account, privileged: bool, now: float) -> bool:
        account.sends.append((now, privileged))
        while account.sends[0][0] <= now - 30.0:
            account.sends.popleft()
        plain = sum(not high for _, high in account.sends)
        return len(account.sends) > 100 or (not privileged and plain > 20)

    async def _notice(self, client: Connection, room: Room, code: str, **values: object) -> None:
        text = SENTENCES[code].format(room=room.login, **values)
        await client.send(tagged({"msg-id": code}, f":{HOST} NOTICE #{room.login} :{text}"))

    # What the tests make happen

    async def say(
        self,
        login: str,
        text: str,
        *,
        room: str = "shop",
        name: str | None = None,
        message: str | None = None,
        extra: dict[str, str] | None = None,
        but: Connection | None = None,
    ) -> str:
        """Have a chatter write a line; return its id."""
        message = message or str(uuid.uuid4())
        line = self.chat_line(login, text, room=room, name=name, message=message, extra=extra)
        await self.to_room(*([line, line] if self.switches.duplicate else [line]), room=room, but=but)
        return message

    def chat_line(
        self, login: str, text: str, *, room: str = "shop", name: str | None = None, message: str = "", extra: dict[str, str] | None = None
    ) -> str:
        """Return a chat line with all of Twitch's tags, in Twitch's order unless they are to be shuffled."""
        where = self.rooms[room]
        tags = {
            **where.badges(login),
            "color": "",
            "display-name": login if name is None else name,
            "emotes": "",
            "first-msg": "0",
            "flags": "",
            "id": message or str(uuid.uuid4()),
            "mod": str(int(login in where.mods)),
            "returning-chatter": "0",
            "room-id": user_id(room),
            "subscriber": str(int(login in where.months)),
            "tmi-sent-ts": self._sent_at(),
            "turbo": "0",
            "user-id": user_id(login),
            "user-type": "mod" if login in where.mods else "",
            **(extra or {}),
        }
        items = sorted(tags.items())
        if self.switches.shuffle_tags:
            self._shuffle.shuffle(items)
        body = f"\x01ACTION {text[4:]}\x01" if text.startswith("/me ") else text
        return tagged(dict(items), f":{login}!{login}@{login}.{HOST} PRIVMSG #{room} :{body}")

    async def to_room(self, *lines: str, room: str = "shop", but: Connection | None = None) -> None:
        """Send lines to everybody in a room."""
        for client in self.in_room(room):
            if client is not but:
                await client.send(*lines)

    async def delete(self, message: str, login: str, text: str, room: str = "shop") -> None:
        """Delete one line; the room-id is empty, as on Twitch."""
        tags = {"login": login, "room-id": "", "target-msg-id": message, "tmi-sent-ts": self._sent_at()}
        await self.to_room(tagged(tags, f":{HOST} CLEARMSG #{room} :{text}"), room=room)

    async def ban(self, login: str, seconds: int = 0, room: str = "shop") -> None:
        """Ban a chatter, or time them out."""
        tags = {"ban-duration": str(seconds)} if seconds else {}
        tags |= {"room-id": user_id(room), "target-user-id": user_id(login), "tmi-sent-ts": self._sent_at()}
        await self.to_room(tagged(tags, f":{HOST} CLEARCHAT #{room} :{login}"), room=room)

    async def clear(self, room: str = "shop") -> None:
        """Clear the whole room."""
        tags = {"room-id": user_id(room), "tmi-sent-ts": self._sent_at()}
        await self.to_room(tagged(tags, f":{HOST} CLEARCHAT #{room}"), room=room)

    def _sent_at(self) -> str:
        return str(int((time.time() + self.switches.skew) * 1000))

    async def notice(
        self, kind: str, login: str, says: str, text: str = "", room: str = "shop", extra: dict[str, str] | None = None
    ) -> None:
        """Tell a room of a subscription, a raid …, with what the chatter wrote along."""
        where = self.rooms[room]
        tags = {
            **where.badges(login),
            "color": "",
            "display-name": login,
            "emotes": "",
            "flags": "",
            "id": str(uuid.uuid4()),
            "login": login,
            "mod": str(int(login in where.mods)),
            "msg-id": kind,
            **(extra or {}),
            "room-id": user_id(room),
            "subscriber": str(int(login in where.months)),
            "system-msg": says,
            "tmi-sent-ts": self._sent_at(),
            "user-id": user_id(login),
            "user-type": "",
        }
        await self.to_room(tagged(tags, f":{HOST} USERNOTICE #{room}{f' :{text}' if text else ''}"), room=room)

    async def mode(self, room: str = "shop", **modes: str) -> None:
        """Change modes of a room; only what changed is told."""
        changed = {mode.replace("_", "-"): value for mode, value in modes.items()}
        self.rooms[room].modes |= changed
        await self.to_room(tagged({"room-id": user_id(room), **changed}, f":{HOST} ROOMSTATE #{room}"), room=room)

    async def burst(self, count: int = 1000, room: str = "shop") -> list[str]:
        """Send `count` lines as fast as they go; return their ids."""
        return [await self.say(f"viewer{n % 97}", f"line {n}", room=room) for n in range(count)]

    async def fault(self, name: str) -> None:
        """Do one of `FAULTS` to every client."""
        for client in list(self.clients):
            await FAULTS[name](client)

    async def _control(self, request: web.Request) -> web.Response:
        action, values = request.match_info["action"], json.loads(await request.text() or "{}")
        if action in FAULTS:
            await self.fault(action)
        elif action in ("say", "ban", "delete", "clear", "notice", "mode", "burst"):
            await getattr(self, action)(**values)
        elif action == "switch":
            for name, value in values.items():
                setattr(self.switches, name, value)
        else:
            raise web.HTTPNotFound(
                text=f"no such action; there are {', '.join(FAULTS)}, say, ban, delete, clear, notice, mode, burst, switch\n"
            )
        return web.json_response({"done": action, "clients": len(self.clients)})


async def _reconnect(client: Connection) -> None:
    await client.send(f":{HOST} RECONNECT")


async def _rst(client: Connection) -> None:
    client.cut(politely=False)


async def _fin(client: Connection) -> None:
    client.cut(politely=True)


async def _close_1001(client: Connection) -> None:
    client.raw(b"\x88\x02" + struct.pack("!H", WSCloseCode.GOING_AWAY))
    client.cut(politely=True)


async def _garbage(client: Connection) -> None:
    client.raw(b"\xff" * 256)


async def _bad_utf8(client: Connection) -> None:
    client.raw(text_frame(b":a!a@a PRIVMSG #shop :\xff\xfe broken \xc0\xaf\r\n:a!a@a PRIVMSG #shop :whole\r\n"))


async def _half_open(client: Connection) -> None:
    client.silent = True


FAULTS: dict[str, Callable[[Connection], Awaitable[None]]] = {
    "reconnect": _reconnect,
    "rst": _rst,
    "fin": _fin,
    "close1001": _close_1001,
    "garbage": _garbage,
    "bad_utf8": _bad_utf8,
    "half_open": _half_open,
}


async def _serve_by_hand(options: argparse.Namespace) -> None:
    accounts = dict(account.split(":")[::-1] for account in options.account)
    server = TwitchServer(*map(Room, options.room), tokens=accounts, ping_every=options.ping_every, port=options.port)
    lines = ("이거 얼마예요?", "배송 언제 와요?", "ㅋㅋㅋㅋ", "예쁘다", "how much is it?", "hi from Busan")
    async with server, asyncio.TaskGroup() as group:
        print(f"listening on {server.url}", flush=True)
        for fault in options.fault:
            name, _, at = fault.partition("@")
            group.create_task(_later(server, name, float(at or 0)))
        number = 0
        while True:
            await asyncio.sleep(1 / options.rate if options.rate else 3600)
            number += 1
            for room in options.room:
                await server.say(f"viewer{number % 50}", f"{lines[number % len(lines)]} {number}", room=room)


async def _later(server: TwitchServer, name: str, at: float) -> None:
    await asyncio.sleep(at)
    await server.fault(name)
    print(f"{name} after {at} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8097)
    parser.add_argument("--room", action="append", default=None)
    parser.add_argument("--account", action="append", default=["bot:good"], help="login:token (default bot:good)")
    parser.add_argument("--rate", type=float, default=0.0, help="chat lines a second by themselves")
    parser.add_argument("--ping-every", type=float, default=300.0)
    parser.add_argument("--fault", action="append", default=[], help=f"NAME@SECONDS, NAME one of {', '.join(FAULTS)}")
    options = parser.parse_args()
    options.room = options.room or ["shop"]
    asyncio.run(_serve_by_hand(options))


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
