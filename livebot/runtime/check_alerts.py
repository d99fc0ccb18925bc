"""`livebot check` for whom a show tells of something: staff's webhook and the shop's own system. Looks at what is here; calls nobody."""

from __future__ import annotations

from urllib.parse import urlsplit

from livebot.config import Config, read_secret
from livebot.errors import LivebotError
from livebot.runtime.calling import webhook_of


def check_alerts(config: Config, faults: list[str]) -> None:
    """Say whether staff and the shop's system can be told, or what is missing for it."""
    try:
        url, _ = webhook_of(config)
        print(
            f"alerts: {config.alerts.format} webhook at {urlsplit(url).hostname}"
            if url
            else "alerts: none: staff see on the desk who waits"
        )
    except LivebotError as error:
        faults.append(str(error))
    if config.coupons.url:
        try:
            read_secret(config.coupons.secret_env, config.coupons.secret_file, "coupons: secret")
            print(f"coupons: {urlsplit(config.coupons.url).hostname}")
        except LivebotError as error:
            faults.append(str(error))
