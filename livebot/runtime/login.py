"""`livebot login`: lets an account allow an app in the browser, and keeps the login where the config says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from livebot.config import LOGINS, ChannelSection, load_config, read_secret
from livebot.errors import UserError
from livebot.platforms import consent, login
from livebot.platforms.chzzk.account import provider as chzzk_provider
from livebot.platforms.kick.account import provider as kick_provider
from livebot.platforms.kick.account import scopes as kick_scopes
from livebot.platforms.login import DeviceCode, Provider, Tokens
from livebot.platforms.restream.account import provider as restream_provider
from livebot.platforms.twitch import account as twitch
from livebot.platforms.twitch.helix import SCOPES as HELIX_SCOPES
from livebot.platforms.youtube.account import READ as YOUTUBE_READ
from livebot.platforms.youtube.account import WRITE as YOUTUBE_WRITE
from livebot.platforms.youtube.account import provider as youtube_provider
from livebot.platforms.youtube.account import scopes as youtube_scopes

SAID = {
    "open": (
        "브라우저에서 열고 허용해 주세요. 이 컴퓨터에서 여는 게 좋아요: {address}",
        "Open in a browser on this machine, and allow it: {address}",
    ),
    "go": ("브라우저에서 열기: {address}\n코드 입력: {code}", "Open in a browser: {address}\nEnter the code: {code}"),
    "allow": ("이 계정으로 허용할 것: {scopes}", "The account allows: {scopes}"),
    "done": ("로그인을 저장했어요: {path}", "The login is kept in {path}"),
}


def run_login(platform: str, config_path: Path | None) -> None:
    """`livebot login PLATFORM`: one code for each login_file that the config's channels of this platform name."""
    if platform not in LOGINS:
        raise UserError(f"{platform}: no login is needed or known", "login", f"One of {', '.join(LOGINS)}.")
    config, path = load_config(config_path)
    channels = [channel for channel in config.channel if channel.platform == platform and channel.login_file]
    if not channels:
        step = f'Add [[channel]] platform = "{platform}" with login_file and client_id.'
        raise UserError(f"no channel of {platform} has a login_file", str(path or "livebot.toml"), step)
    for file in dict.fromkeys(channel.login_file for channel in channels):
        assert file is not None
        asyncio.run(_log_in([channel for channel in channels if channel.login_file == file], file, config.show.language))


async def _log_in(channels: Sequence[ChannelSection], file: Path, lang: str) -> None:
    first = next((channel for channel in channels if channel.client_id), channels[0])
    for key, step in missing_of_app(channels):
        raise UserError(f"{key} is missing", f"[[channel]] {first.name}", step)
    secret = read_secret(secret_env_of(channels), None, f"{first.name}: client_secret")
    scopes = wanted_scopes(channels)
    provider = provider_of(first)
    if provider.authorize is None:
        code = await login.begin(provider, first.client_id, scopes)
        _tell(lang, code, scopes)
        await login.finish(provider, first.client_id, scopes, code, file, secret=secret)
    else:
        asked = consent.begin(provider, first.client_id, scopes)
        print(SAID["open"][lang != "ko"].format(address=asked.address), flush=True)
        told = await consent.wait(asked)
        await consent.finish(provider, first.client_id, scopes, asked, told, file, secret=secret)
    print(SAID["done"][lang != "ko"].format(path=file))


def _tell(lang: str, code: DeviceCode, scopes: Sequence[str]) -> None:
    print(SAID["allow"][lang != "ko"].format(scopes=", ".join(scopes)))
    print(SAID["go"][lang != "ko"].format(address=code.address, code=code.user_code), flush=True)


APPS = {
    "twitch": "Register an app at dev.twitch.tv/console (client type: public) and put its client id there.",
    "youtube": "Make OAuth credentials ('TVs and limited input devices') in the Google Cloud console, and put their client id there.",
    "chzzk": "Register an app in Chzzk's developer centre (developers.chzzk.naver.com) and put its client id there.",
    "kick": "Make an app at kick.com/settings/developer and put its client id there.",
    "restream": "Register an app at developers.restream.io and put its client id there.",
}


WITH_SECRET = ("youtube", "chzzk", "kick", "restream")  # who gives and renews a login only to an app that shows its secret


def missing_of_app(channels: Sequence[ChannelSection]) -> list[tuple[str, str]]:
    """Return which keys the login that channels share cannot be made or renewed without, each with what to do."""
    platform = channels[0].platform
    missing = []
    if not any(channel.client_id for channel in channels):
        missing.append(("client_id", APPS[platform]))
    if platform in WITH_SECRET and not secret_env_of(channels):
        missing.append(
            ("client_secret_env", "Name the environment variable that holds the app's secret: no login is given or renewed without it.")
        )
    return missing


def secret_env_of(channels: Sequence[ChannelSection]) -> str:
    """Return which environment variable holds the secret of the app behind the login that channels share."""
    return next((channel.client_secret_env for channel in channels if channel.client_secret_env), "")


def provider_of(channel: ChannelSection) -> Provider:
    """Return where a channel's login comes from."""
    match channel.platform:
        case "youtube":
            return youtube_provider(channel.url)
        case "chzzk":
            return chzzk_provider(channel.url)
        case "kick":
            return kick_provider(channel.url.removesuffix("/public/v1"))
        case "restream":
            return restream_provider(channel.url.replace("ws", "http", 1).removesuffix("/ws"))
    return twitch.provider(f"{channel.url}/oauth2" if channel.url and channel.reader == "eventsub" else twitch.ID_URL)


def wanted_scopes(channels: Sequence[ChannelSection]) -> list[str]:
    """Return the permissions that channels of one login need; none where they are set with the app."""
    return list(dict.fromkeys(scope for channel in channels for scope in _scopes(channel)))


def _scopes(channel: ChannelSection) -> Sequence[str]:
    match channel.platform:
        case "youtube":
            return _youtube(channel)
        case "kick":
            return kick_scopes(channel.send)
        case "twitch":
            return _twitch(channel)
    return ()


def _youtube(channel: ChannelSection) -> Sequence[str]:
    return youtube_scopes(channel.send)


def _twitch(channel: ChannelSection) -> list[str]:
    if channel.reader == "irc":
        return [*twitch.IRC_SCOPES["read"], *(twitch.IRC_SCOPES["write"] if channel.send else ())]
    post_as = HELIX_SCOPES[channel.post_as] if channel.send and channel.post_as != "line" else ()
    return [*HELIX_SCOPES["read"], *(HELIX_SCOPES["write"] if channel.send else ()), *post_as]


def expired_for(channel: ChannelSection) -> float:
    """Return the seconds since when the token of a channel's login is out of date, 0 if it is not; UserError where there is no login."""
    assert channel.login_file is not None
    return max(0.0, time.time() - login.load(channel.login_file, channel.platform).expires_at)


def missing_scopes(channel: ChannelSection) -> list[str]:
    """Return what a channel's login lacks, as far as its file tells; UserError where there is no login."""
    assert channel.login_file is not None
    tokens: Tokens = login.load(channel.login_file, channel.platform)
    allowed = {*tokens.scopes, *(YOUTUBE_READ for scope in tokens.scopes if scope == YOUTUBE_WRITE)}  # who may write may read
    return [scope for scope in wanted_scopes([channel]) if scope not in allowed]
