"""`livebot check`: looks at everything a config names, before the show, and says what is right and what is missing."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from livebot.config import ChannelSection, Config
from livebot.errors import LivebotError
from livebot.runtime.check_voice import check_voice
from livebot.runtime.clock import ShowClock
from livebot.runtime.embed import available
from livebot.runtime.login import missing_of_app, missing_scopes

HOOK_HOST = "127.0.0.1"
MOST_SESSIONS = 3


def check(config: Config, path: Path | None) -> list[str]:
    """Print what is right, return what is wrong."""
    faults: list[str] = []
    print(f"config: {path or 'built-in defaults'}: every key is known and in range")
    _check_faq(config, faults)
    _check_channels(config, faults)
    check_voice(config, faults)
    _check_store(config.store.file, faults)
    _check_port(config, faults)
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


def _check_channels(config: Config, faults: list[str]) -> None:
    from livebot.runtime.rooms import Rooms

    if not config.channel:
        print("channels: none: lines come only from the desk's paste box")
    for channel in config.channel:
        try:
            Rooms(config.model_copy(update={"channel": (channel,)}), ShowClock())
        except LivebotError as error:
            faults.append(str(error))
            faults.extend(_no_login(channel, str(error)))
        else:
            how = "reads and writes" if channel.send else "reads only"
            print(f"channel {channel.name}: {how}{f' as {channel.login}' if channel.login else ''}")
            _check_room(channel, faults)
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
    missing = missing_scopes(channel)
    if not missing:
        return []
    return [f"[[channel]] {channel.name}: the login lacks {', '.join(missing)}\n  Log in again with `livebot login {channel.platform}`."]


def _check_apps(config: Config, faults: list[str]) -> None:
    """Each login is made and renewed by an app of the user's own. One that is there knows its client id itself."""
    for file in dict.fromkeys(channel.login_file for channel in config.channel if channel.login_file):
        channels = [channel for channel in config.channel if channel.login_file == file]
        for key, step in missing_of_app(channels):
            if key != "client_id" or not file.exists():
                faults.append(f"[[channel]] {channels[0].name}: {key} is missing\n  {step}")


def _check_room(channel: ChannelSection, faults: list[str]) -> None:
    """Say what livebot cannot see from here, and what else the room needs on this machine."""
    if channel.login_file is not None:
        faults.extend(_login_faults(channel))
    if channel.platform == "youtube":
        polled = f"polled, within {channel.daily_quota:,} API units a day: pip install 'livebot[youtube]' to stream it"
        print(f"  the chat is {'streamed' if find_spec('grpc') else polled}")
    if channel.platform == "kick":
        faults.extend(_port_fault(HOOK_HOST, channel.port, f"[[channel]] {channel.name}: port"))
        print(f"  Kick calls a public https address: a tunnel must lead from there to http://{HOOK_HOST}:{channel.port}/kick")
    elif channel.platform == "ssn":
        print("  Social Stream Ninja must be open, with its remote API and 'send chat messages to API server' switched on")
    elif channel.platform == "bridge":
        print("  a program of yours must bring its lines: scripts/bridge_example.py shows how")


def _check_read_once(config: Config, faults: list[str]) -> None:
    """A platform that is read by itself and by a relay would have each question asked twice."""
    direct = {channel.platform for channel in config.channel}
    relayed = {"ssn", "restream"}
    for channel in config.channel:
        if channel.platform in relayed and channel.room.lower() in direct - relayed:
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
