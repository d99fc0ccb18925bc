"""People over shows: what a show begins with, and what it leaves behind. What they said is in the shows' own tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.sqlite import insert

from livebot.core.show import ShowState
from livebot.store.database import sql_of
from livebot.store.records import ViewerRow
from livebot.store.rows import Row
from livebot.store.schema import viewers
from livebot.store.writer import Many

KEYS = tuple(viewers.c.keys())

_fresh = insert(viewers).values(dict.fromkeys(KEYS))
_kept: dict[str, Any] = {key: _fresh.excluded[key] for key in KEYS if key not in ("platform", "id", "first_seen", "last_seen")}
_kept["first_seen"] = func.min(viewers.c.first_seen, _fresh.excluded.first_seen)
_kept["last_seen"] = func.max(viewers.c.last_seen, _fresh.excluded.last_seen)
VIEWERS = Many(sql_of(_fresh.on_conflict_do_update(index_elements=["platform", "id"], set_=_kept)), rank=5)


def viewer_row(viewer: ViewerRow) -> Row:
    """Return the row of `viewers`."""
    return tuple(getattr(viewer, key) for key in KEYS)


def starting_state(known: Iterable[ViewerRow], started: float) -> ShowState:
    """Return the state of a show that begins at the UTC second `started`, for `Show(state=…)`: empty but for the people it knows."""
    plain: dict[str, Mapping[str, Any]] = {}
    for viewer in sorted(known, key=lambda viewer: viewer.last_seen):  # a Show lets go of the first when there are too many
        plain[f"{viewer.platform}:{viewer.id}"] = {
            "name": viewer.name,
            "first": viewer.first_seen - started,
            "last": viewer.last_seen - started,
            "months": viewer.months,
            "visits": viewer.visits,
            "accepted": viewer.accepted,
            "rejected": viewer.rejected,
            "quiet": viewer.quiet,
        }
    return ShowState(0, {"viewers": plain}, ())


def visitors(state: ShowState, started: float) -> tuple[ViewerRow, ...]:
    """Return the people who wrote in a show, as they stand after it: this show is one more visit."""
    return tuple(_visitor(key, viewer, started) for key, viewer in state.base["viewers"].items() if viewer["lines"])


def _visitor(key: str, viewer: Mapping[str, Any], started: float) -> ViewerRow:
    platform, _, identity = key.partition(":")
    counts = {name: viewer[name] for name in ("name", "months", "accepted", "rejected", "quiet")}
    return ViewerRow(
        platform=platform,
        id=identity,
        visits=viewer["visits"] + 1,
        first_seen=started + viewer["first"],
        last_seen=started + viewer["last"],
        **counts,
    )
