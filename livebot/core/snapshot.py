"""A State as plain JSON data and back, exactly. Pure: writing it to disk is the store's work.

Works over the dataclasses' own type hints, so a new field of the state needs nothing here. A missing key takes the field's
default (an older snapshot), an unknown key is dropped (a newer one).
"""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Return `value` (dataclasses, dicts, lists, tuples, scalars) as JSON data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: to_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(inner) for inner in value]
    return value


def from_plain(cls: type[T], data: Any) -> T:
    """Return the `cls` that `to_plain` wrote; ValueError if the data does not have its shape."""
    value = _build(cls, data)
    assert isinstance(value, cls)
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def _required(cls: type) -> tuple[str, ...]:
    fields = dataclasses.fields(cls)
    return tuple(f.name for f in fields if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING)


def _build(hint: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(data, dict):
            raise ValueError(f"{hint.__name__}: expected an object")
        hints = _hints(hint)
        missing = [name for name in _required(hint) if name not in data]
        if missing:
            raise ValueError(f"{hint.__name__}: {', '.join(missing)} is missing")
        return hint(**{f.name: _build(hints[f.name], data[f.name]) for f in dataclasses.fields(hint) if f.name in data})
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if data is None:
            return None
        return _build(next(arg for arg in args if arg is not type(None)), data) if len(args) == 2 and type(None) in args else data
    if origin is dict:
        if not isinstance(data, dict):
            raise ValueError("expected an object")
        return {key: _build(args[1], inner) for key, inner in data.items()}
    if origin in (list, tuple):
        if not isinstance(data, list | tuple):
            raise ValueError("expected a list")
        return origin(_build(args[0], inner) for inner in data)
    if origin is Literal or hint is Any:
        return data
    if hint is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if isinstance(hint, type) and not isinstance(data, hint):
        raise ValueError(f"expected {hint.__name__}")
    return data
