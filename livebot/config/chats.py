"""[[channel]]: the chat rooms, and what each platform needs to be read and written to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from livebot.config.keys import File, Section, Variable

# The longest post each platform takes, in characters. Restream is only read; what Social Stream Ninja writes on has limits of its own.
MAX_LENGTHS = {"twitch": 500, "youtube": 200, "chzzk": 100, "kick": 500, "ssn": 200, "restream": 500, "bridge": 500}
# Platforms whose account is kept in a login_file, which `livebot login` writes.
LOGINS = ("twitch", "youtube", "chzzk", "kick", "restream")


class ChannelSection(Section):
    """[[channel]] one chat room."""

    platform: Literal["twitch", "youtube", "chzzk", "kick", "ssn", "restream", "bridge"] = Field(
        description="which platform the room is on; ssn is Social Stream Ninja, by which Naver, SOOP, TikTok and many others come in"
    )
    room: str = Field(
        description="the room: Twitch login or Kick name of the channel, YouTube's video id or mine, Chzzk's channel id, ssn and restream:"
        ' the site\'s name there or "all", any name for a bridge, which stays: its viewers are known by it',
        min_length=1,
        max_length=100,
        pattern=r"^[^\s#:]+$",
    )
    send: bool = Field(False, description="whether livebot may write here")
    reader: Literal["irc", "eventsub"] = Field(
        "irc",
        description="Twitch: irc reads without an account; eventsub needs a login_file, and tells why a post was dropped",
    )
    login: str = Field("", description="Twitch over irc: login of the account that writes (needs a token or login_file)")
    login_file: File | None = Field(
        None, description="the account's login, which `livebot login` writes and livebot renews; not for ssn and bridge"
    )
    client_id: str = Field("", description="id of the app that `livebot login` asks the account to allow", max_length=200)
    client_secret_env: Variable = Field(
        "", description="YouTube, Chzzk, Kick, Restream: environment variable that holds the secret of that app"
    )
    post_as: Literal["line", "announcement", "pin"] = Field(
        "line",
        description="Twitch over eventsub: plain lines, announcements, or lines pinned for 20 minutes; replies stay lines",
    )
    daily_quota: int = Field(10_000, description="YouTube: API units a day that livebot may use", ge=1)
    token_env: Variable = Field("", description="environment variable that holds the token")
    token_file: File | None = Field(None, description="file that holds the token; ssn: the session's id; YouTube: an API key")
    host: str = Field(
        "",
        description="ssn: the seller's own user id on the site, or their name where it has no ids; lines of it are the host's",
        max_length=100,
    )
    port: int = Field(8766, description="Kick: port on this machine to which a tunnel brings Kick's calls (at /kick)", ge=0, le=65_535)
    signing_key_env: Variable = Field("", description="bridge: environment variable that holds the key of signed posts (optional)")
    max_length: int | None = Field(None, description="longest post in characters; default: the platform's", ge=20, le=10_000)
    language: Literal["", "ko", "en"] = Field("", description="language of posts on this channel; default: the question's own")
    url: str = Field("", description="another server's address than the platform's (for tests)", pattern=r"^((ws|http)s?://.+)?$")

    @property
    def name(self) -> str:
        """Return the channel as events carry it: platform:room. Twitch writes its rooms in small letters."""
        return f"{self.platform}:{self.room.lower() if self.platform == 'twitch' else self.room}"

    @model_validator(mode="after")
    def _can_send(self) -> ChannelSection:
        has_token = bool(self.token_env or self.token_file)
        if self.platform == "twitch":
            self._check_twitch(has_token)
        elif self.platform == "youtube":
            if not self.login_file and (self.send or self.room == "mine" or not has_token):
                raise ValueError("YouTube needs login_file; to read a video's chat an API key in token_env or token_file is enough")
        elif self.platform in LOGINS and not (self.login_file or has_token):
            raise ValueError(f"{self.platform} needs login_file, or token_env or token_file")
        elif self.platform not in LOGINS and not has_token:
            raise ValueError(f"{self.platform} needs token_env or token_file")
        if self.platform == "restream" and self.send:
            raise ValueError("Restream is read only: leave send out")
        return self

    def _check_twitch(self, has_token: bool) -> None:
        if self.reader == "eventsub" and not self.login_file:
            raise ValueError('reader = "eventsub" needs login_file')
        if self.reader == "irc" and self.send and not (self.login and (has_token or self.login_file)):
            raise ValueError("send = true on Twitch needs login and token_env or token_file, or login_file")
