"""Makes the platforms and the pages' settings that a config asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livebot.config import MAX_LENGTHS, ChannelSection, Config, read_secret
from livebot.errors import PlatformError, UserError
from livebot.platforms.base import Askable
from livebot.platforms.bridge.client import Bridge, Peer
from livebot.platforms.login import Login
from livebot.platforms.twitch.account import ID_URL
from livebot.platforms.twitch.client import URL, Account, Token, TwitchIrc
from livebot.platforms.twitch.limits import PastSend, SendLimits
from livebot.runtime.clock import ShowClock
from livebot.runtime.login import provider_of, secret_env_of
from livebot.web.access import new_token
from livebot.web.settings import Scope, WebSettings

if TYPE_CHECKING:
    from livebot.platforms.kick.hook import Hook
    from livebot.platforms.youtube.quota import Kept, Quota

PAGE_SCOPES: tuple[Scope, ...] = ("staff", "board", "overlay")


class Bridges:
    """Several bridges behind one address: the one whose token fits takes it."""

    def __init__(self, bridges: Sequence[Bridge]) -> None:
        self._bridges = bridges

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Give a POST to the bridge whose token it carries."""
        answer: tuple[int, dict[str, Any]] = (404, {"error": "no bridge is configured"})
        for bridge in self._bridges:
            answer = await bridge.receive(body, headers)
            if answer[0] != 401:
                break
        return answer

    def connect(self, headers: Mapping[str, str]) -> Peer | tuple[int, dict[str, Any]]:
        """Open a WebSocket for the bridge whose token it carries."""
        answer: Peer | tuple[int, dict[str, Any]] = (404, {"error": "no bridge is configured"})
        for bridge in self._bridges:
            answer = bridge.connect(headers)
            if isinstance(answer, Peer) or answer[0] != 401:
                break
        return answer


class Rooms:
    """The platforms of a config, by channel, and what stands behind the bridge's address."""

    def __init__(
        self, config: Config, clock: ShowClock, tries: Mapping[str, Sequence[float]] | None = None, quota: Kept | None = None
    ) -> None:
        self._config, self._clock, self._kept_quota = config, clock, quota
        self._accounts: dict[str, Account] = {}
        self._logins: dict[Path, Login] = {}
        self._limits: dict[Login, SendLimits] = {}
        self._quota: Quota | None = None
        self._hooks: dict[int, Hook] = {}
        self._bridge_tokens: dict[str, str] = {}
        bridges: list[Bridge] = []
        self.platforms: list[tuple[Askable, str]] = []
        for channel in config.channel:
            try:
                platform = self._platform(channel, tries or {})
            except UserError as error:
                raise UserError(
                    error.what, error.where if error.where != "channel" else f"[[channel]] {channel.name}", error.next_step
                ) from None
            if isinstance(platform, Bridge):
                bridges.append(platform)
            self.platforms.append((platform, channel.login))
        self.bridges = Bridges(bridges) if bridges else None

    def _platform(self, channel: ChannelSection, tries: Mapping[str, Sequence[float]]) -> Askable:
        """Make one room's platform; those that few shows use are imported only where one does."""
        if channel.platform == "twitch":
            return self._twitch(channel, tries)
        if channel.platform == "youtube":
            return self._youtube(channel)
        if channel.platform == "bridge":
            return self._bridge(channel)
        token, clock, url = self._token_of(channel), self._clock.now, channel.url
        match channel.platform:
            case "chzzk":
                from livebot.platforms.chzzk import client as chzzk

                return chzzk.Chzzk(channel.room, token=token, clock=clock, send=channel.send, url=url or chzzk.URL)
            case "kick":
                from livebot.platforms.kick import client as kick
                from livebot.platforms.kick.hook import Hook

                hook = self._hooks.setdefault(channel.port, Hook(channel.port))
                return kick.Kick(channel.room, token=token, clock=clock, send=channel.send, hook=hook, url=url or kick.URL)
            case "ssn":
                from livebot.platforms.ssn import client as ssn

                length = channel.max_length or MAX_LENGTHS["ssn"]
                return ssn.SocialStream(
                    channel.room, token=token, clock=clock, host=channel.host, send=channel.send, max_length=length, url=url or ssn.URL
                )
            case "restream":
                from livebot.platforms.restream import client as restream

                return restream.Restream(channel.room, token=token, clock=clock, url=url or restream.URL)

    def _twitch(self, channel: ChannelSection, tries: Mapping[str, Sequence[float]]) -> Askable:
        past = [
            PastSend(at - self._clock.started, name.partition(":")[2], privileged=False, digest="")
            for name, times in tries.items()
            if name.startswith("twitch:")
            for at in times
        ]
        if channel.reader == "eventsub":
            return self._eventsub(channel, past)
        account = Account()
        if channel.login:
            account = self._accounts.setdefault(channel.login, Account(channel.login, self._token_of(channel), past))
        tokens_at = "" if channel.url else ID_URL
        url, clock = channel.url or URL, self._clock.now
        return TwitchIrc(channel.room, clock=clock, account=account, send=channel.send, url=url, tokens_at=tokens_at)

    def _token_of(self, channel: ChannelSection) -> Token:
        if channel.login_file is not None:
            return self._login(channel).token
        _read_token(channel)
        return partial(_token, channel)

    def _eventsub(self, channel: ChannelSection, past: Sequence[PastSend]) -> Askable:
        from livebot.platforms.twitch.eventsub.client import Addresses, TwitchEventSub

        base = channel.url
        addresses = Addresses(f"{base.replace('http', 'ws', 1)}/ws", f"{base}/helix", f"{base}/oauth2") if base else None
        login = self._login(channel)
        limits = self._limits.setdefault(login, SendLimits(past))
        return TwitchEventSub(
            channel.room,
            login=login,
            clock=self._clock.now,
            limits=limits,
            send=channel.send,
            post_as=channel.post_as,
            addresses=addresses,
        )

    def _youtube(self, channel: ChannelSection) -> Askable:
        from livebot.platforms.youtube.client import Addresses, YouTube
        from livebot.platforms.youtube.quota import Quota

        login = self._login(channel) if channel.login_file else None
        self._quota = self._quota or Quota(channel.daily_quota, self._kept_quota)
        return YouTube(
            channel.room,
            clock=self._clock.now,
            login=login,
            key="" if login else _read_token(channel),
            send=channel.send,
            quota=self._quota,
            stream=not channel.url,
            addresses=Addresses(f"{channel.url}/youtube/v3") if channel.url else None,
        )

    def _login(self, channel: ChannelSection) -> Login:
        """Return the channel's login; rooms of one file share it, as its tokens are renewed in one place."""
        path = channel.login_file
        assert path is not None, "the config was checked"
        if path not in self._logins:
            sharing = [other for other in self._config.channel if other.login_file == path]
            secret = read_secret(secret_env_of(sharing), None, f"{channel.name}: client_secret")
            self._logins[path] = Login(provider_of(channel), path, secret=secret)
        return self._logins[path]

    def _bridge(self, channel: ChannelSection) -> Bridge:
        key = read_secret(channel.signing_key_env, None, f"{channel.name}: signing_key") if channel.signing_key_env else None
        token = read_secret(channel.token_env, channel.token_file, f"{channel.name}: token")
        other = self._bridge_tokens.setdefault(token, channel.name)
        if other != channel.name:  # the token alone tells whose lines are brought
            raise UserError(
                f"has the same token as {other}", "channel", "Give each bridge a token of its own: by it livebot knows whose lines come."
            )
        return Bridge(channel.name, token=token, clock=self._clock.now, signing_key=key, max_length=channel.max_length or 500)

    def web_settings(self) -> WebSettings:
        """Return where the pages listen."""
        web = self._config.web
        first, *also = web.hosts() or ("",)
        https = web.names[:1] != web.hosts()[:1]
        return WebSettings(bind=web.host, port=web.port, name=first, also=tuple(also), https=https, help=web.help)

    def tokens(self) -> dict[Scope, str]:
        """Return the pages' tokens: those of the token file, made if there is none, else new ones."""
        path = self._config.web.token_file
        if path is None:
            return {scope: new_token() for scope in PAGE_SCOPES}
        if not path.exists():
            fresh = {scope: new_token() for scope in PAGE_SCOPES}
            path.touch(mode=0o600)
            path.write_text(json.dumps(fresh), "utf-8")
            return fresh
        try:
            kept = json.loads(path.read_text("utf-8"))
            return {scope: str(kept[scope]) for scope in PAGE_SCOPES}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(f"is no token file: {error}", str(path), "Delete it: a new one is made at the next start.") from None


async def _token(channel: ChannelSection, refused: bool) -> str:
    """Read anew each time: who replaces a token that the platform refused needs no restart."""
    try:
        return _read_token(channel)
    except UserError as error:
        named = channel.token_env or (channel.token_file.name if channel.token_file else "")
        raise PlatformError(named, error.where, error.next_step, state="token_unavailable") from None


def _read_token(channel: ChannelSection) -> str:
    return read_secret(channel.token_env, channel.token_file, f"{channel.name}: token")
