"""Times as platforms write them (RFC 3339), as UTC seconds. Pure: reads no clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def seconds_of(text: Any) -> float | None:
    """Return UTC seconds of `2026-01-01T00:00:00.123456789Z` (any number of decimals, any zone; none means UTC), None for anything else."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
