"""The example config: every key with what it does and its default, and one room of each platform."""

from __future__ import annotations

import datetime
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from livebot.config.keys import toml
from livebot.config.whole import Config

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
    "alerts.url_file": "staff-webhook.txt",
    "alerts.secret_file": "staff-key.txt",
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
        lines += ["#", f"#   # {what}", "#   [[channel]]", *(f"#   {key} = {toml(value)}" for key, value in keys.items())]
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
        lines.append(f"{'# ' if field.default is None else ''}{name} = {toml(value)}")
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
