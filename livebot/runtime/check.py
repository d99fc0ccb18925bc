"""`livebot check`: looks at everything a config names, before the show, and says what is right and what is missing.

What is on this machine is looked at first; then platforms, speech server and OBS are asked whether they would let livebot in, by the
same clients that a show has. What was found wrong before need not be asked.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from livebot.config import ChannelSection, Config
from livebot.errors import LivebotError
from livebot.platforms.base import Askable, Health
from livebot.platforms.twitch.account import IDLE_DAYS
from livebot.runtime.check_alerts import check_alerts
from livebot.runtime.check_voice import check_voice
from livebot.runtime.clock import ShowClock
from livebot.runtime.embed import available
from livebot.runtime.hints import hint
from livebot.runtime.login import expired_for, missing_of_app, missing_scopes
from livebot.runtime.voice import Voices
from livebot.timing import within

HOOK_HOST = "127.0.0.1"
MOST_SESSIONS = 3
ANSWER_WITHIN = 15.0  # IRC answers nothing for a room that there is not: its own limit is shorter


def check(config: Config, path: Path | None, online: bool = False) -> list[str]:
    """Print what is right, return what is wrong; `online`: also ask the other sides, all at the same time."""
    faults: list[str] = []
    print(f"config: {path or 'built-in defaults'}: every key is known and in range")
    _check_faq(config, faults)
    lacking, whole = _look_at_rooms(config)
    voices, wrong = _voices(config)
    asked = _asked(config, whole, voices) if online else {}
    _say_channels(config, lacking, asked, faults)
    check_voice(config, faults, wrong, asked)
    _check_store(config.store.file, faults)
    _check_port(config, faults)
    check_alerts(config, faults)
    found = available(config.match.semantic)
    print(f"semantic: {', '.join(found) if found else 'none (matching by words, numbers and topics)'}")
    return faults


def _check_faq(config: Config, faults: list[str]) -> None:
    from livebot.store.faq_files import load

    if config.faq.file is None:
        print("faq: none given: nothing can be suggested or posted from it")
        return
    try:
        loaded = load(config.faq.file)
    except LivebotError as error:
        faults.append(f"[faq] file: {error}")
        return
    faults.extend(f"[faq] file: {problem}" for problem in loaded.problems)
    if not loaded.problems:
        print(f"faq: {len(loaded.entries)} entries")
    keys = {product.key for product in config.product} | {"all", ""}
    unknown = sorted({entry.product for entry in loaded.entries} - keys)
    if unknown and config.product:
        print(f"faq: products that the config does not know: {', '.join(unknown)} (they are matched all the same)")


def _voices(config: Config) -> tuple[Voices | None, LivebotError | None]:
    try:
        return Voices(config, ShowClock()), None
    except LivebotError as error:
        return None, error


def _look_at_rooms(config: Config) -> tuple[Mapping[str, list[str]], Sequence[ChannelSection]]:
    """Return what each room lacks on this machine, beside those before it, and the rooms that lack nothing."""
    lacking, whole = dict[str, list[str]](), list[ChannelSection]()
    for channel in config.channel:
        lacking[channel.name] = _faults_of(config, channel, whole)
        if not lacking[channel.name]:
            whole.append(channel)
    return lacking, whole


def _asked(config: Config, whole: Sequence[ChannelSection], voices: Voices | None) -> Mapping[str, Health]:
    """Ask the rooms that lack nothing here whether they can be read, and who hears and shows the host; how each is, by its name."""
    from livebot.runtime.rooms import Rooms

    rooms: list[Askable] = [room for room, _ in Rooms(config.model_copy(update={"channel": tuple(whole)}), ShowClock()).platforms]
    rooms += voices.rooms if voices else []
    return dict(zip((room.channel for room in rooms), asyncio.run(_ask_all(rooms)), strict=True))


async def _ask_all(rooms: Sequence[Askable]) -> list[Health]:
    async def ask(room: Askable) -> Health:
        return await within(room.try_once(), ANSWER_WITHIN, asyncio.sleep) or Health("stopped", "no_answer")

    return await asyncio.gather(*(ask(room) for room in rooms))


def _faults_of(config: Config, channel: ChannelSection, before: Sequence[ChannelSection]) -> list[str]:
    from livebot.runtime.rooms import Rooms

    try:
        Rooms(config.model_copy(update={"channel": (*before, channel)}), ShowClock())
        faults = _login_faults(channel) if channel.login_file is not None else []
    except LivebotError as error:
        return [str(error), *_no_login(channel, str(error))]
    if channel.platform == "kick":
        faults.extend(_port_fault(HOOK_HOST, channel.port, f"[[channel]] {channel.name}: port"))
    return faults


def _say_channels(config: Config, lacking: Mapping[str, list[str]], asked: Mapping[str, Health], faults: list[str]) -> None:
    if not config.channel:
        print("channels: none: lines come only from the desk's paste box")
    for channel in config.channel:
        faults.extend(lacking[channel.name])
        health = asked.get(channel.name)
        if health is not None and health.state not in ("joined", "connecting"):
            faults.append(f"[[channel]] {channel.name}: {hint(health, config.show.language)}")
        elif not lacking[channel.name]:
            _say_room(channel, health, config.show.language)
    _check_apps(config, faults)
    _check_read_once(config, faults)
    _check_sessions(config, faults)


def _no_login(channel: ChannelSection, said: str) -> list[str]:
    """Return that a room has no login yet, where something else was told that is missing first: both have to be done."""
    path = channel.login_file
    if path is None or path.exists() or str(path) in said:
        return []
    return [f"{path}: there is no login yet\n  Log in with `livebot login {channel.platform}`."]


def _login_faults(channel: ChannelSection) -> list[str]:
    """Return what the channel's login may not do and has to, by name."""
    step = f"Log in again with `livebot login {channel.platform}`."
    missing, days = missing_scopes(channel), expired_for(channel) / 86_400
    if missing:
        return [f"[[channel]] {channel.name}: the login lacks {', '.join(missing)}\n  {step}"]
    if channel.platform == "twitch" and days > IDLE_DAYS:
        return [f"[[channel]] {channel.name}: the login was not used for {days:.0f} days; Twitch keeps it for {IDLE_DAYS}\n  {step}"]
    return []


def _check_apps(config: Config, faults: list[str]) -> None:
    """Each login is made and renewed by an app of the user's own. One that is there knows its client id itself."""
    for file in dict.fromkeys(channel.login_file for channel in config.channel if channel.login_file):
        channels = [channel for channel in config.channel if channel.login_file == file]
        for key, step in missing_of_app(channels):
            if key != "client_id" or not file.exists():
                faults.append(f"[[channel]] {channels[0].name}: {key} is missing\n  {step}")


def _say_room(channel: ChannelSection, health: Health | None, lang: str) -> None:
    """Say that a room lacks nothing, and what livebot cannot see from here."""
    how = "reads and writes" if channel.send else "reads only"
    account = channel.login or (health.detail if health and not health.code else "")
    print(f"channel {channel.name}: {how}{f' as {account}' if account else ''}{' (asked: it lets livebot in)' if _let_in(health) else ''}")
    if health is not None and health.code and channel.platform != "bridge":
        print(f"  {hint(health, lang)}")
    if health is None and channel.login_file is not None and expired_for(channel):
        print("  the login's token is out of date: it is renewed when it is used")
    if channel.platform == "youtube":
        polled = f"polled, within {channel.daily_quota:,} API units a day: pip install 'livebot[youtube]' to stream it"
        print(f"  the chat is {'streamed' if find_spec('grpc') else polled}")
    if channel.platform == "kick":
        print(f"  Kick calls a public https address: a tunnel must lead from there to http://{HOOK_HOST}:{channel.port}/kick")
    elif channel.platform == "ssn" and not _let_in(health):
        print("  Social Stream Ninja must be open, with its remote API and 'send chat messages to API server' switched on")
    elif channel.platform == "bridge":
        print("  a program of yours must bring its lines: scripts/bridge_example.py shows how")


def _let_in(health: Health | None) -> bool:
    return health is not None and health.state == "joined"


def _check_read_once(config: Config, faults: list[str]) -> None:
    """A platform that is read by itself and by a relay would have each question asked twice."""
    relayed = {"ssn", "restream"}
    direct = {channel.platform for channel in config.channel} - relayed - {"bridge"}
    for channel in config.channel:
        if channel.platform in relayed and channel.room.lower() == "all" and direct:
            twice = ", ".join(sorted(direct))
            print(f"channel {channel.name}: close there what has a [[channel]] of its own, or its lines come twice: {twice}")
        if channel.platform in relayed and channel.room.lower() in direct:
            faults.append(
                f"[[channel]] {channel.name}: {channel.room} is read by its own [[channel]] as well, so every line would come twice\n"
                "  Leave one of the two out."
            )


def _check_sessions(config: Config, faults: list[str]) -> None:
    """Each room over EventSub holds a session of its own, and Twitch gives an account so many."""
    files = Counter(channel.login_file for channel in config.channel if channel.platform == "twitch" and channel.reader == "eventsub")
    for file, count in files.items():
        if count > MOST_SESSIONS:
            faults.append(
                f"[[channel]] {count} rooms over EventSub share the login {file}: Twitch allows an account {MOST_SESSIONS}\n"
                '  Read the others with reader = "irc", or with another account\'s login.'
            )


def _check_store(path: Path | None, faults: list[str]) -> None:
    from livebot.store.database import prepare

    if path is None:
        print("store: none: nothing is kept after the show, and a restart begins anew")
    elif not path.parent.is_dir():
        faults.append(f"[store] file: the folder {path.parent} does not exist")
    elif not path.exists():
        print(f"store: {path} (made at the first run)")
    else:
        try:
            prepare(path)
        except LivebotError as error:
            faults.append(str(error))
        else:
            print(f"store: {path}")


def _check_port(config: Config, faults: list[str]) -> None:
    found = _port_fault(config.web.host, config.web.port, "")
    faults.extend(found)
    if not found:
        print(f"pages: {config.web.host}:{config.web.port}")


def _port_fault(host: str, port: int, where: str) -> list[str]:
    from livebot.runtime.serve import check_port
    from livebot.web.settings import WebSettings

    try:
        check_port(WebSettings(bind=host, port=port))
    except LivebotError as error:
        return [f"{where}: {error}" if where else str(error)]
    return []
