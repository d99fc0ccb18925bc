"""Files of the shop's customers (CRM): who bought how much, in which grade. Rows to what is known of viewers; the store is not touched.

Columns: `platform` (with the room or site where ids belong to it: `bridge:ROOM`, `ssn:SITE`), and `id` (the platform's own) or `name`;
`orders`, `grade`, `products` (keys, separated by `|`), each if wanted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livebot.store.faq_files import Problem, read_records

COLUMNS = ("platform", "id", "name", "orders", "grade", "products")
REQUIRED = ("platform",)
MOST_ORDERS = 100_000
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Customer:
    """One row: `id` or `name` is empty where the file does not say it, the rest is None where it says nothing of it.

    `room` is where the `name` was seen, where the file says it; an `id` holds it already.
    """

    row: int
    platform: str
    room: str
    id: str
    name: str
    orders: int | None
    grade: str | None
    products: tuple[str, ...] | None


class _Bad(Exception):
    """A row that names nobody, or says nothing that can be read."""


def load_customers(path: Path, platforms: Collection[str], relays: Collection[str] = ()) -> tuple[list[Customer], list[Problem]]:
    """Return the customers of a `.jsonl`, `.csv` or `.xlsx` file and what is wrong with the other rows; UserError if it is no such file.

    Who is on none of these `platforms` would never be met in a chat: that is a fault of the row. Ids of `relays` belong to a room or site.
    """
    records, problems = read_records(path, REQUIRED, COLUMNS)
    customers, rows = [], dict[tuple[str, str, str], int]()
    for row, record in records:
        try:
            customer = _customer(row, record)
            if customer.platform not in platforms:
                raise _Bad(f"platform is {customer.platform!r}; allowed: {', '.join(sorted(platforms))}")
            if bool(customer.room) and customer.platform not in relays:
                raise _Bad(f"platform is {record['platform']!r}; an id of {customer.platform} is the same in all rooms")
            if customer.platform in relays and ":" not in customer.id and customer.id:
                raise _Bad(f"platform is {customer.platform!r}; an id belongs to one room or site: {customer.platform}:ROOM")
            key = (customer.platform, customer.id, "" if customer.id else f"{customer.room}:{customer.name}")
            if key in rows:
                raise _Bad(f"the same person is in row {rows[key]} already")
            rows[key] = row
            customers.append(customer)
        except _Bad as bad:
            problems.append(Problem(str(path), row, str(bad)))
    return customers, sorted(problems, key=lambda problem: problem.row)


def _customer(row: int, record: Mapping[str, Any]) -> Customer:
    platform, identity, name = (_text(record, key) for key in ("platform", "id", "name"))
    platform, _, room = platform.partition(":")
    if not platform:
        raise _Bad("platform is empty")
    if not identity and not name:
        raise _Bad("neither id nor name is given")
    said = {key: _text(record, key) for key in ("grade", "products")}
    products = tuple(dict.fromkeys(part.strip() for part in said["products"].split("|") if part.strip()))
    identity = f"{room}:{identity}" if room and identity else identity
    return Customer(row, platform.lower(), room, identity, name, _orders(record), said["grade"] or None, products or None)


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise _Bad(f"{key} must be a text")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet has no whole numbers
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST:
        raise _Bad(f"{key} is longer than {LONGEST} characters")
    return text


def _orders(record: Mapping[str, Any]) -> int | None:
    given = record.get("orders")
    written = _text(record, "orders").replace(",", "") if isinstance(given, str | int | float | None) else str(given)
    if not written:
        return None
    if not written.isascii() or not written.isdigit() or int(written) > MOST_ORDERS:
        raise _Bad(f"orders is {written!r}; it is a whole number from 0 to {MOST_ORDERS:,}")
    return int(written)
