"""The user's config: one TOML file, every key checked and documented here. The only module that reads config and environment.

A wrong file is a `UserError` that names file, line, key and what is allowed. Secrets are never in the file: a key ending in `_env` names an
environment variable, one ending in `_file` a file that holds the secret.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import tomllib
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo

from livebot.core.settings import BadgeSettings, ChannelSettings, Ladder, Limits, Matching, Modes, People, ProductSettings, ShowSettings
from livebot.errors import UserError

DEFAULT_NAME = "livebot.toml"
Mode = Literal["auto", "approve", "off"]
# The longest post each platform takes, in characters. Restream is only read; what Social Stream Ninja writes on has limits of its own.
MAX_LENGTHS = {"twitch": 500, "youtube": 200, "chzzk": 100, "kick": 500, "ssn": 200, "restream": 500, "bridge": 500}
# Platforms whose account is kept in a login_file, which `livebot login` writes.
LOGINS = ("twitch", "youtube", "chzzk", "kick", "restream")
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Chance = Annotated[float, Field(ge=0, le=1)]
File = Annotated[Path, Field(strict=False)]
Texts = Annotated[tuple[str, ...], Field(strict=False)]
TLS = "https://"
HOST = r"^(https://)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$"
CAPTION_SUFFIXES = (".txt", ".srt", ".vtt")
Variable = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
PATTERNS = {
    HOST: "must be a host name as shop.example or shop.example:8765; https:// before it where a proxy speaks TLS, nothing after it",
    r"^[^\s#:]+$": "must be a name without spaces, # and :",
    r"^((ws|http)s?://.+)?$": "must begin with wss:// or https:// (ws:// or http:// on this machine)",
    r"^(https?://.+)?$": "must begin with https:// (http:// on this machine)",
    r"^(wss?://.+)?$": "must begin with ws:// or wss://",
    r"^([A-Za-z_][A-Za-z0-9_]*)?$": "must be the name of an environment variable, not the secret itself",
}
STRAIGHT = str.maketrans({**dict.fromkeys("“”„‟″＂", '"'), **dict.fromkeys("‘’‚‛′＇", "'")})
SECRET_KEY = re.compile("token|secret|password|_key", re.IGNORECASE)
KINDS = {
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be a text in quotes",
    "tuple_type": "must be a list: [[section]] for tables, [..., ...] for values",
    "model_type": "must be a table: [section]",
}
# What the example shows where a key has no default of its own.
SAMPLES: dict[str, Any] = {
    "show.date": datetime.date(2026, 11, 22),
    "channel.platform": "twitch",
    "channel.room": "myshop",
    "channel.token_file": "twitch-token.txt",
    "channel.login_file": "twitch-login.json",
    "channel.max_length": 500,
    "product.key": "serum",
    "product.planned": 20.0,
    "voice.file": "captions.srt",
    "voice.token_file": "captions-token.txt",
    "voice.model": "models/whisper",
    "obs.password_file": "obs-password.txt",
    "faq.file": "faq.csv",
    "ladder.expire_after": 1800,
    "badge.name": "오늘의 도움왕",
    "coupons.secret_file": "coupons-key.txt",
    "web.token_file": "page-tokens.json",
    "store.file": "livebot.db",
}
# What the example shows of each platform: what has to be done there, and the room's keys.
ROOMS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Twitch over EventSub, written to by the account of a login: an app (public client) of dev.twitch.tv, then `livebot login twitch`",
        {
            "platform": "twitch",
            "room": "myshop",
            "reader": "eventsub",
            "send": True,
            "client_id": "app-id-of-dev-twitch-tv",
            "login_file": "twitch-login.json",
        },
    ),
    (
        "YouTube: a video's id, or mine for what the login broadcasts; an app (TV and limited input) of the Google Cloud console with the"
        " YouTube Data API on, then `livebot login youtube`; with pip install 'livebot[youtube]' the chat is streamed, else polled",
        {
            "platform": "youtube",
            "room": "mine",
            "send": True,
            "client_id": "app-id.apps.googleusercontent.com",
            "client_secret_env": "YOUTUBE_SECRET",
            "login_file": "youtube-login.json",
        },
    ),
    (
        "YouTube, only read: the API key of a project is enough for a video",
        {"platform": "youtube", "room": "dQw4w9WgXcQ", "token_env": "YOUTUBE_KEY"},
    ),
    (
        "Chzzk: an app of the Chzzk developer centre that may read and write chat and comes back to http://localhost:8767/, then"
        " `livebot login chzzk` with the channel's own account",
        {
            "platform": "chzzk",
            "room": "0123456789abcdef0123456789abcdef",
            "send": True,
            "client_id": "app-id-of-the-developer-centre",
            "client_secret_env": "CHZZK_SECRET",
            "login_file": "chzzk-login.json",
        },
    ),
    (
        "Kick: an app of kick.com/settings/developer that comes back to http://localhost:8767/ and whose webhook is"
        " https://YOUR-TUNNEL/kick, which leads to this port; then `livebot login kick`",
        {
            "platform": "kick",
            "room": "myshop",
            "send": True,
            "client_id": "app-id-of-kick",
            "client_secret_env": "KICK_SECRET",
            "login_file": "kick-login.json",
            "port": 8766,
        },
    ),
    (
        "Social Stream Ninja, one room a site: in it, switch on the remote API and 'send chat messages to API server'",
        {"platform": "ssn", "room": "tiktok", "send": True, "token_env": "SSN_SESSION", "host": "우리가게"},
    ),
    (
        "Restream, one room a platform: only read, and only for platforms that are in no other [[channel]]; an app of"
        " developers.restream.io that comes back to http://localhost:8767/, then `livebot login restream`",
        {
            "platform": "restream",
            "room": "youtube",
            "client_id": "app-id-of-restream",
            "client_secret_env": "RESTREAM_SECRET",
            "login_file": "restream-login.json",
        },
    ),
    (
        "Naver Shopping Live, Kakao Shopping Live, Grip and every other chat without an interface: a bridge of your own",
        {"platform": "bridge", "room": "naver", "send": True, "token_env": "BRIDGE_TOKEN", "max_length": 100},
    ),
)


class Section(BaseModel):
    """A part of the config: unknown keys are refused, and a text is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ShowSection(Section):
    """[show] the broadcast."""

    name: str = Field("show", description="the show's name in the store and the report", min_length=1, max_length=100)
    language: Literal["ko", "en"] = Field(
        "ko", description="language of summaries and reasons, and of the bot's posts where a line's own is not known"
    )
    date: Annotated[datetime.date, Field(strict=False)] | None = Field(
        None, description="the show's date, which decides the valid FAQ entries; default: today"
    )


class ChannelSection(Section):
    """[[channel]] one chat room."""

    platform: Literal["twitch", "youtube", "chzzk", "kick", "ssn", "restream", "bridge"] = Field(
        description="which platform the room is on; ssn is Social Stream Ninja, by which Naver, SOOP, TikTok and many others come in"
    )
    room: str = Field(
        description="the room: Twitch login or Kick name of the channel, YouTube's video id or mine, Chzzk's channel id, ssn and restream:"
        ' the site\'s name there or "all", any name for a bridge',
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
    client_secret_env: Variable = Field("", description="YouTube: environment variable that holds the secret of that app")
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


class ProductSection(Section):
    """[[product]] one product of the rundown."""

    key: str = Field(description="the product's key, as in the FAQ", min_length=1, max_length=100)
    name: str = Field("", description="the product's name as shown and said")
    also: Texts = Field((), description="other names it goes by")
    obs_scene: str = Field("", description="OBS scene that shows it; default: a scene that is named like it")
    obs_source: str = Field("", description="OBS source that is visible while it is on air")
    planned: float | None = Field(None, description="minutes after the show's start at which it is planned", ge=0, le=1_440)


class FaqSection(Section):
    """[faq] the shop's questions and answers."""

    file: File | None = Field(None, description="CSV, XLSX or JSON Lines with faq_id, canonical, answer (relative to this file)")


class VoiceSection(Section):
    """[voice] what the host says aloud: an answer that was said is not asked of anybody else."""

    source: Literal["none", "file", "endpoint", "whisperlive", "vosk", "whispercpp", "listen"] = Field(
        "none",
        description="a caption file that grows, livebot's own endpoint, a speech server, or a model of this machine (needs livebot[voice])",
    )
    file: File | None = Field(None, description="file: .txt, .srt or .vtt that another program writes, such as LocalVocal in OBS")
    token_env: Variable = Field("", description="endpoint: environment variable that holds the token of /captions/v1/segments")
    token_file: File | None = Field(None, description="endpoint: file that holds the token")
    url: str = Field("", description="speech server: its address, such as ws://127.0.0.1:9090", pattern=r"^((ws|http)s?://.+)?$")
    audio: str = Field(
        "microphone", description="what a speech server or model hears: microphone, microphone:DEVICE, a WAV file or a stream's address"
    )
    model: File | None = Field(None, description="listen: folder with a faster-whisper (CTranslate2) model; livebot downloads none")
    language: Literal["", "ko", "en"] = Field("", description="language that is spoken; default: the show's")

    @model_validator(mode="after")
    def _is_whole(self) -> VoiceSection:
        if self.source == "file" and (self.file is None or self.file.suffix.lower() not in CAPTION_SUFFIXES):
            raise ValueError(f'source = "file" needs file, a name that ends in {", ".join(CAPTION_SUFFIXES)}')
        if self.source == "endpoint" and not (self.token_env or self.token_file):
            raise ValueError('source = "endpoint" needs token_env or token_file')
        begins = {"whisperlive": "ws", "vosk": "ws", "whispercpp": "http"}.get(self.source, "")
        if not self.url.startswith(begins):
            raise ValueError(f'source = "{self.source}" needs url, an address that begins with {begins}:// or {begins}s://')
        return self


class ObsSection(Section):
    """[obs] OBS tells which product is on air, and when the stream starts and ends."""

    url: str = Field("", description="its WebSocket server, mostly ws://127.0.0.1:4455; empty: none", pattern=r"^(wss?://.+)?$")
    password_env: Variable = Field("", description="environment variable that holds the server's password")
    password_file: File | None = Field(None, description="file that holds the server's password")
    text_source: str = Field("", description="text source whose text names the product")


class MatchSection(Section):
    """[match] how lines are read and matched."""

    semantic: Literal["auto", "use", "none"] = Field(
        "auto", description="sentence vectors: all that are installed, only the fast ones, or none"
    )
    lookup_ms: int = Field(120, description="longest time a line waits for its sentence vectors, in milliseconds", ge=0, le=5_000)
    question: Chance = Field(0.5, description="reserved: from which probability a line is a question")
    link: Chance = Field(Matching().link, description="from which probability a line is taken for an answer to another")
    same: Chance = Field(Matching().same, description="from which probability two questions are one")


class ModeSection(Section):
    """[ladder.mode] auto: taken by itself; approve: held until a person approves; off: not taken."""

    boost: Mode = Field("approve", description="carrying a viewer's answer further")
    nudge: Mode = Field("off", description="asking regulars to help")
    suggest: Mode = Field("auto", description="offering an FAQ entry on the desk")
    post_faq: Mode = Field("approve", description="posting an FAQ answer")
    board: Mode = Field("auto", description="putting a missed question on the host's board")
    escalate: Mode = Field("auto", description="calling staff")
    thank: Mode = Field("off", description="thanking helpers in the chat")
    reply: Mode = Field("auto", description="answering viewers' commands")


class LadderSection(Section):
    """[ladder] when which step is due, in seconds from the asker's line, and how sure a match must be."""

    grace: Seconds = Field(8, description="seconds after a viewer's answer before it is carried further")
    nudge_after: Seconds = Field(15, description="seconds before regulars are asked")
    post_after: Seconds = Field(30, description="seconds before the FAQ's answer is posted")
    board_after: Seconds = Field(45, description="seconds before a question counts as missed and goes on the board")
    escalate_after: Seconds = Field(120, description="seconds before staff are called")
    escalate_askers: int = Field(5, description="this many people asking the same calls staff at once", ge=1, le=10_000)
    resolve_confidence: Chance = Field(
        Ladder().resolve_confidence, description="from which probability a viewer's answer settles a question"
    )
    boost_confidence: Chance = Field(Ladder().boost_confidence, description="from which probability a viewer's answer is carried further")
    post_confidence: Chance = Field(0.90, description="from which probability an FAQ answer may be posted")
    suggest_confidence: Chance = Field(0.30, description="from which probability an FAQ entry is suggested")
    expire_after: Seconds | None = Field(None, description="seconds after which an unanswered question is let go; default: never")
    mode: ModeSection = Field(default_factory=ModeSection, description="how each step is taken")


class LimitsSection(Section):
    """[limits] how seldom the bot speaks."""

    posts_per_minute: int = Field(4, description="posts a minute; one answer on several channels counts once; 0 = none", ge=0, le=60)
    question_gap: Seconds = Field(30, description="seconds between two posts on one question")
    max_lag: Seconds = Field(5, description="when livebot lags this many seconds behind the chat it stops posting")
    replies_per_minute: int = Field(4, description="answers to viewers' commands a minute", ge=0, le=60)
    viewer_gap: Seconds = Field(60, description="seconds between two answers to one viewer's commands")
    thanks_gap: Seconds = Field(120, description="seconds between two public thank-yous")
    nudge_gap: Seconds = Field(600, description="seconds between two nudges of one regular")


class PeopleSection(Section):
    """[people] regulars."""

    prior_accepted: float = Field(2, description="how many of prior_answers an unknown viewer is taken to have got right", ge=0, le=1000)
    prior_answers: float = Field(4, description="how many answers an unknown viewer is taken to have given", gt=0, le=1000)
    hold_below: Chance = Field(
        People().hold_below,
        description="an answer of a viewer whose trust is below this waits for a person, also where boosts go out alone",
    )
    announce: bool = Field(True, description="say at the start of the show that good answers may be shown under their author's name")
    show_names: Literal["full", "short"] = Field("full", description="show viewers' names whole or shortened")


class BadgeSection(Section):
    """[[badge]] a badge of this show, kept for ever by who earns it."""

    name: str = Field(description="what the badge is called", min_length=1, max_length=40)
    helped: float = Field(3, description="how many accepted answers in this show earn it", gt=0, le=1000)
    coupon: bool = Field(False, description="tell the shop's own system, as [coupons] says, who earned it")


class CouponsSection(Section):
    """[coupons] the shop's own system, which is told once of every badge with a coupon."""

    url: str = Field("", description="address that takes a signed POST; default: nobody is told", pattern=r"^(https?://.+)?$")
    secret_env: Variable = Field("", description="environment variable that holds the key by which the POST is signed")
    secret_file: File | None = Field(None, description="file that holds that key")

    @model_validator(mode="after")
    def _is_signed(self) -> CouponsSection:
        if self.url and not (self.secret_env or self.secret_file):
            raise ValueError("url needs secret_env or secret_file: what is not signed, anybody could have sent")
        if self.url.startswith("http://") and urlsplit(self.url).hostname not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("url must begin with https:// (http:// only on this machine)")
        return self


class WebSection(Section):
    """[web] the pages."""

    host: str = Field("127.0.0.1", description="address to listen on; other than loopback, anybody in that network can reach it")
    port: int = Field(8765, description="port", ge=0, le=65_535)
    names: Annotated[tuple[Annotated[str, Field(pattern=HOST)], ...], Field(strict=False)] = Field(
        (),
        description="host names under which the pages may be opened, besides localhost, the first in all addresses that livebot gives; "
        "https:// before them where a proxy speaks TLS",
    )
    token_file: File | None = Field(None, description="file where the pages' tokens are kept between runs; default: new ones each run")
    help: bool = Field(False, description="the viewers' page /help: their questions, and who helped; open to anybody who can reach it")

    @field_validator("names")
    @classmethod
    def _names_are_reached_alike(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len({name.startswith(TLS) for name in names}) > 1:
            raise ValueError(f"{TLS} must stand before all of the names, or before none")
        return names

    def hosts(self) -> tuple[str, ...]:
        """Return the names without what stands before them."""
        return tuple(name.removeprefix(TLS) for name in self.names)

    def help_page(self) -> str:
        """Return where viewers find their page; nothing where there is none, or no name by which they could reach it."""
        name = self.names[0] if self.names else ""
        if not (self.help and name and (self.port or ":" in name)):
            return ""
        return f"{name}/help" if name.startswith(TLS) else f"http://{name if ':' in name else f'{name}:{self.port}'}/help"


class StoreSection(Section):
    """[store] what is kept."""

    file: File | None = Field(None, description="SQLite file; default: nothing is kept")
    resume_minutes: int = Field(
        30, description="a show that was interrupted less than this long ago goes on when it is run again", ge=0, le=1_440
    )
    keep_days: int = Field(90, description="days after which chat lines are deleted", ge=1, le=3_650)


class Config(Section):
    """The whole file."""

    show: ShowSection = Field(default_factory=ShowSection, description="the broadcast")
    channel: Annotated[tuple[ChannelSection, ...], Field(strict=False)] = Field((), description="the chat rooms")
    product: Annotated[tuple[ProductSection, ...], Field(strict=False)] = Field((), description="the products")
    faq: FaqSection = Field(default_factory=FaqSection, description="the shop's questions and answers")
    voice: VoiceSection = Field(default_factory=VoiceSection, description="what the host says aloud")
    obs: ObsSection = Field(default_factory=ObsSection, description="what is on air")
    match: MatchSection = Field(default_factory=MatchSection, description="reading and matching")
    ladder: LadderSection = Field(default_factory=LadderSection, description="when which step is due")
    limits: LimitsSection = Field(default_factory=LimitsSection, description="how seldom the bot speaks")
    people: PeopleSection = Field(default_factory=PeopleSection, description="regulars")
    badge: Annotated[tuple[BadgeSection, ...], Field(strict=False)] = Field((), description="badges that helpers earn")
    coupons: CouponsSection = Field(default_factory=CouponsSection, description="coupons that belong to badges")
    web: WebSection = Field(default_factory=WebSection, description="the pages")
    store: StoreSection = Field(default_factory=StoreSection, description="what is kept")

    @field_validator("channel")
    @classmethod
    def _channels_differ(cls, channels: tuple[ChannelSection, ...]) -> tuple[ChannelSection, ...]:
        names = [channel.name for channel in channels]
        if len(set(names)) < len(names):
            raise ValueError(f"the same room twice: {next(name for name in names if names.count(name) > 1)}")
        return channels

    @field_validator("product")
    @classmethod
    def _products_differ(cls, products: tuple[ProductSection, ...]) -> tuple[ProductSection, ...]:
        keys = [product.key for product in products]
        if len(set(keys)) < len(keys):
            raise ValueError(f"the same key twice: {next(key for key in keys if keys.count(key) > 1)}")
        return products

    @field_validator("badge")
    @classmethod
    def _badges_differ(cls, badges: tuple[BadgeSection, ...]) -> tuple[BadgeSection, ...]:
        names = [badge.name for badge in badges]
        if len(set(names)) < len(names):
            raise ValueError(f"the same name twice: {next(name for name in names if names.count(name) > 1)}")
        return badges

    @model_validator(mode="after")
    def _coupons_are_told(self) -> Config:
        if any(badge.coupon for badge in self.badge) and not self.coupons.url:
            raise ValueError("a badge has coupon = true, but [coupons] has no url")
        if self.coupons.url and self.store.file is None:
            raise ValueError("[coupons] needs [store] file: what is told once must be kept")
        return self

    def show_settings(self) -> ShowSettings:
        """Return what the core is told."""
        ladder = self.ladder.model_dump(exclude={"mode"})
        return ShowSettings(
            name=self.show.name,
            lang=self.show.language,
            ladder=Ladder(**ladder, mode=Modes(**self.ladder.mode.model_dump())),
            limits=Limits(**self.limits.model_dump()),
            people=People(**self.people.model_dump()),
            match=Matching(question=self.match.question, link=self.match.link, same=self.match.same),
            channels=tuple(
                ChannelSettings(c.name, can_send=c.send, max_length=c.max_length or MAX_LENGTHS[c.platform], lang=c.language)
                for c in self.channel
            ),
            products=tuple(ProductSettings(p.key, p.name, p.also) for p in self.product),
            badges=tuple(BadgeSettings(b.name, b.helped, b.coupon) for b in self.badge),
            help_page=self.web.help_page(),
        )


def configs() -> Path:
    """Return the folder with the demo show and the example config: inside the installed package, or beside it in a checkout."""
    inside = Path(str(files("livebot"))) / "configs"
    return inside if inside.is_dir() else Path(str(files("livebot"))).parent / "configs"


def load_config(path: Path | None) -> tuple[Config, Path | None]:
    """Return the checked config and the file it came from: `path`, else ./livebot.toml, else the defaults (None)."""
    if path is None:
        path = Path(DEFAULT_NAME)
        if not path.exists():
            return Config(), None
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"cannot be read: {error.strerror}", str(path), "Give the path of a TOML file, or leave it out for the defaults."
        ) from None
    try:
        text = raw.decode("utf-8-sig")  # Notepad writes the mark
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise UserError("is not UTF-8 text", str(path), "Save the file as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, text, path) from None
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        raise _explained(error, text, path) from None
    return _absolute(config, path.resolve().parent), path


def _absolute(config: Config, folder: Path) -> Config:
    """Paths in the file are relative to the file."""

    def at(path: Path | None) -> Path | None:
        return None if path is None else folder / path.expanduser()

    return config.model_copy(
        update={
            "faq": config.faq.model_copy(update={"file": at(config.faq.file)}),
            "coupons": config.coupons.model_copy(update={"secret_file": at(config.coupons.secret_file)}),
            "store": config.store.model_copy(update={"file": at(config.store.file)}),
            "web": config.web.model_copy(update={"token_file": at(config.web.token_file)}),
            "voice": _absolute_voice(config.voice, folder),
            "obs": config.obs.model_copy(update={"password_file": at(config.obs.password_file)}),
            "channel": tuple(c.model_copy(update={"token_file": at(c.token_file), "login_file": at(c.login_file)}) for c in config.channel),
        }
    )


def _absolute_voice(voice: VoiceSection, folder: Path) -> VoiceSection:
    files = {name: getattr(voice, name) for name in ("file", "token_file", "model")}
    is_file = "://" not in voice.audio and voice.audio.partition(":")[0] != "microphone"
    audio = str(folder / Path(voice.audio).expanduser()) if is_file else voice.audio
    return voice.model_copy(update={"audio": audio, **{name: folder / path.expanduser() for name, path in files.items() if path}})


def _explained(error: ValidationError, text: str, path: Path) -> UserError:
    """Return one message that names line, key and what is allowed for every fault of the file."""
    faults: list[tuple[int, str]] = []
    for fault in error.errors():
        where = [part for part in fault["loc"] if isinstance(part, str | int)]
        line = _line_of(text, where)
        faults.append((line, f"{path}:{line}: {_key(where)}: {_said(fault, where)}"))
    faults.sort(key=lambda told: told[0])
    return UserError("\n".join(told for _, told in faults), "", _every_key())


def _key(where: list[str | int]) -> str:
    """Return a key as people write it; what is listed is counted from 1."""
    return "".join(f" {part + 1}" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".") or "file"


def _every_key() -> str:
    return f"Every key with what it does: {configs() / 'example.toml'}"


def _not_toml(error: tomllib.TOMLDecodeError, text: str, path: Path) -> UserError:
    """Return where a file stops being TOML, and what to write there instead if that can be known."""
    place = re.search(r"\(at line (\d+)", str(error))
    lines = text.rstrip().splitlines() or [""]
    number = min(int(place[1]), len(lines)) if place else len(lines)
    line = lines[number - 1].strip()
    return UserError(f"is not TOML: {error}: {_unsecret(line)}", f"{path}:{number}", f"{_remedy(line)}{_every_key()}")


def _remedy(line: str) -> str:
    """Return what to write instead of a line: the first likely correction that is TOML."""
    if not line.partition("=")[0].isascii():
        return f"Sections and keys are English words: {', '.join(f'[{name}]' for name in Config.model_fields)}.\n  "
    straight = line.translate(STRAIGHT)
    quoted = re.sub(r"=\s*(.*)", r'= "\1"', line)
    for corrected in (straight, f'{line}"', f"{line}'", f'{straight}"', f"{line}]", f"{line}]]", quoted):
        try:
            tomllib.loads(corrected)
        except tomllib.TOMLDecodeError:
            continue
        return "" if corrected == line else f"Write instead: {_unsecret(corrected)}\n  "
    return ""


def _unsecret(line: str) -> str:
    """Return a line without what may be a secret."""
    key, equals, _ = line.partition("=")
    return f'{key}= "…"' if equals and SECRET_KEY.search(key) else line


def _said(fault: Any, where: list[str | int]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        known = _keys_beside(where)
        meant = get_close_matches(str(where[-1]), known, 1)
        return f"unknown key; {f'did you mean {meant[0]}? ' if meant else ''}allowed here: {', '.join(known)}"
    if kind == "missing":
        return "is missing"
    message = KINDS.get(kind) or str(fault["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    if kind == "string_pattern_mismatch":
        message = PATTERNS[fault["ctx"]["pattern"]]
    secret = bool(where) and str(where[-1]).endswith("_env")  # somebody may have put the secret itself there
    shown = _toml(fault["input"]) if isinstance(fault["input"], str | int | float | bool) and not secret else ""
    return f"{message}{f' (not {shown})' if shown else ''}"


def _keys_beside(where: list[str | int]) -> list[str]:
    """Return the keys that a section knows, for the unknown key at `where`."""
    model: type[BaseModel] = Config
    for part in where[:-1]:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        inner = next((a for a in (annotation, *get_args(annotation)) if isinstance(a, type) and issubclass(a, BaseModel)), None)
        if inner is None:
            break
        model = inner
    return list(model.model_fields)


def _line_of(text: str, where: list[str | int]) -> int:
    """Return the line of the key at `where`, or of its section, or 1. A look at the text: tomllib keeps no positions."""
    keys = [part for part in where if isinstance(part, str)]
    index = next((part for part in where if isinstance(part, int)), 0)
    section, seen, best = "", -1, 1
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?", line)
        if head:
            seen = seen + 1 if head[1] == section and line.lstrip().startswith("[[") else 0
            section = head[1]
            if section == ".".join(keys[: section.count(".") + 1]) and seen == index:
                best = number
            continue
        path = [*([section] if section else []), *re.split(r"\s*\.\s*", line.split("=")[0].strip().strip('"'))]
        if ".".join(path) == ".".join(keys) and (seen == index or not isinstance(where[1] if len(where) > 1 else "", int)):
            return number
    return best


def example() -> str:
    """Return a config with every key: what it does, what is allowed, and its default; a key that may be left out is a comment."""
    lines = ["# Every key of livebot's config with its default. Keys behind a # have none and may be left out."]
    for name, field in Config.model_fields.items():
        model = _model_of(field)
        listed = get_origin(field.annotation) is tuple
        lines += ["", f"[[{name}]]" if listed else f"[{name}]", f"# {field.description}", *_example_keys(model, name)]
        if name == "channel":
            lines += _example_rooms()
    return "\n".join(lines) + "\n"


def _example_rooms() -> list[str]:
    lines = ["", "# One room of each further platform, to copy:"]
    for what, keys in ROOMS:
        lines += ["#", f"#   # {what}", "#   [[channel]]", *(f"#   {key} = {_toml(value)}" for key, value in keys.items())]
    return lines


def _example_keys(model: type[BaseModel], section: str) -> list[str]:
    lines: list[str] = []
    tables: list[str] = []
    for name, field in model.model_fields.items():
        inner = _model_of(field, model)
        if inner is not model:
            tables += ["", f"[{section}.{name}]", f"# {field.description}", *_example_keys(inner, f"{section}.{name}")]
            continue
        allowed = _allowed(field)
        lines += ["", f"# {field.description}{f' ({allowed})' if allowed else ''}"]
        value = SAMPLES.get(f"{section}.{name}", field.default)
        lines.append(f"{'# ' if field.default is None else ''}{name} = {_toml(value)}")
    return lines + tables


def _model_of(field: FieldInfo, otherwise: type[BaseModel] = BaseModel) -> type[BaseModel]:
    """Return the section that a field holds, alone or in a list, or `otherwise`."""
    annotation = field.annotation
    found = (a for a in (annotation, *get_args(annotation)) if isinstance(a, type) and issubclass(a, BaseModel))
    return next(found, otherwise)


def _allowed(field: FieldInfo) -> str:
    """Return what a key may be, in words, or '' where any value of its type is allowed."""
    inner = [a for a in (field.annotation, *get_args(field.annotation)) if a is not type(None)]
    choices = next((get_args(a) for a in inner if get_origin(a) is Literal), ())
    if choices:
        return ", ".join(f'"{choice}"' for choice in choices)
    metadata = [*field.metadata, *(m for a in inner for m in getattr(a, "__metadata__", ()))]
    parts = [part for m in metadata for part in getattr(m, "metadata", [m])]
    bounds = (("gt", "above"), ("ge", "from"), ("le", "to"))
    return " ".join(f"{word} {getattr(part, name):g}" for name, word in bounds for part in parts if hasattr(part, name))


def _toml(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def read_secret(env: str, file: Path | None, what: str) -> str:
    """Return a secret from the environment or a file; UserError names what is missing, never the secret."""
    if env:
        value = os.environ.get(env, "")
        if not value.strip():
            raise UserError(f"{what}: the environment variable {env} is not set", "", f"Set {env}, then start again.")
        return value.strip()
    if file is not None:
        try:
            value = file.read_text("utf-8").strip()
        except OSError as error:
            raise UserError(f"{what}: cannot be read: {error.strerror}", str(file), "Write the token into that file.") from None
        except UnicodeDecodeError:
            raise UserError(f"{what}: is not UTF-8 text", str(file), "Write the token into that file.") from None
        if not value:
            raise UserError(f"{what}: the file is empty", str(file), "Write the token into that file.")
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise UserError(f"{what}: others can read this file", str(file), f"chmod 600 {file}")
        return value
    return ""
