"""Checks of the settings that the desk may change during a show: which keys there are, of what kind, in what range. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError

from livebot.core.settings import ShowSettings
from livebot.errors import UserError

SECTIONS = ("ladder", "limits")


@cache
def changeable() -> dict[str, TypeAdapter[Any]]:
    """Return every dotted key that may be changed, with what checks its value."""
    hints = get_type_hints(ShowSettings)
    return {key: check for section in SECTIONS for key, check in _keys(section, hints[section])}


def check_changes(changes: Mapping[str, Any]) -> None:
    """Raise UserError for the first key that may not be changed or value that is not allowed."""
    for key, value in changes.items():
        check = changeable().get(key)
        if check is None:
            raise UserError(f"{key[:80]} cannot be changed during the show", key[:80], "change ladder.* or limits.*, or restart")
        try:
            check.validate_python(value)
        except ValidationError as error:
            raise UserError(f"{key}: {error.errors()[0]['msg']}", key, "choose an allowed value") from None
        if isinstance(value, int | float) and not isinstance(value, bool) and not _in_range(key, value):
            raise UserError(f"{key} is out of range", key, "choose a number from 0 to " + ("1" if _is_share(key) else "86400"))


def _keys(prefix: str, cls: Any) -> list[tuple[str, TypeAdapter[Any]]]:
    hints = get_type_hints(cls)
    out: list[tuple[str, TypeAdapter[Any]]] = []
    for each in fields(cls):
        hint, name = hints[each.name], f"{prefix}.{each.name}"
        out += _keys(name, hint) if is_dataclass(hint) else [(name, TypeAdapter(hint, config=ConfigDict(strict=True)))]
    return out


def _is_share(key: str) -> bool:
    return key.endswith("_confidence")


def _in_range(key: str, value: float) -> bool:
    return 0 <= value <= (1.0 if _is_share(key) else 86_400.0)  # also false for NaN
