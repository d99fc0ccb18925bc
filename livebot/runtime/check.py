"""`livebot check`: looks at everything a config names, before the show, and says what is right and what is missing."""

from __future__ import annotations

from pathlib import Path

from livebot.config import Config
from livebot.errors import LivebotError
from livebot.runtime.clock import ShowClock
from livebot.runtime.embed import available


def check(config: Config, path: Path | None) -> list[str]:
    """Print what is right, return what is wrong."""
    faults: list[str] = []
    print(f"config: {path or 'built-in defaults'}: every key is known and in range")
    _check_faq(config, faults)
    _check_channels(config, faults)
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
        faults.append(str(error))
        return
    faults.extend(str(problem) for problem in loaded.problems)
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
        else:
            how = "reads and writes" if channel.send else "reads only"
            print(f"channel {channel.name}: {how}{f' as {channel.login}' if channel.login else ''}")


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
    from livebot.runtime.serve import check_port
    from livebot.web.settings import WebSettings

    try:
        check_port(WebSettings(bind=config.web.host, port=config.web.port))
    except LivebotError as error:
        faults.append(str(error))
    else:
        print(f"pages: {config.web.host}:{config.web.port}")
