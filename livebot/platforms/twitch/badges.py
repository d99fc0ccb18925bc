"""What badges say of who wears them, whichever way a line came. Pure: reads no clock, no socket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from livebot.core.events import ROLES, Role

ROLE_OF_BADGE: Mapping[str, Role] = {
    "broadcaster": "host",
    "moderator": "staff",
    "lead_moderator": "staff",
    "subscriber": "subscriber",
    "founder": "subscriber",
    "bot-badge": "bot",
}
PRIVILEGED = frozenset({"broadcaster", "moderator", "lead_moderator", "vip"})
"""Who wears one of these may write faster."""


def roles(badges: Iterable[str]) -> tuple[Role, ...]:
    """Return the roles of who wears these badges, in the order of `ROLES`."""
    found = {role for badge in badges if (role := ROLE_OF_BADGE.get(badge))}
    return tuple(role for role in ROLES if role in found)


def months(told: Mapping[str, str]) -> int | None:
    """Return the months subscribed of what is told with each badge (not its version); None where nothing is."""
    info = told.get("subscriber") or told.get("founder") or ""
    return int(info) if info.isascii() and info.isdigit() and len(info) <= 4 else None
