"""Regulars: purchases, trust by topic, what was gained in a show, questions missed, people handed on, badges."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables, and what people bought to those that are known."""
    op.add_column("viewers", sa.Column("orders", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("viewers", sa.Column("grade", sa.Text(), nullable=False, server_default=""))
    op.add_column("viewers", sa.Column("more", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "trust",
        *(_text(name) for name in ("platform", "id", "topic")),
        *(_number(name) for name in ("accepted", "rejected", "at")),
        sa.PrimaryKeyConstraint("platform", "id", "topic", name="pk_trust"),
    )
    _create_of_show("gains", ("platform", "id"), _text("platform"), _text("id"), _number("credit"))
    _create_missed()
    _create_handoffs()
    _create_awards()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _create_of_show(name: str, key: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    """Create a table whose rows belong to a show; `key` is its primary key after the show."""
    op.create_table(
        name,
        sa.Column("show", sa.Integer(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("show", *key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["show"], ["shows.number"], name=f"fk_{name}_show", ondelete="CASCADE"),
    )


def _create_missed() -> None:
    texts = (_text(name) for name in ("line", "platform", "id", "name", "text"))
    _create_of_show("missed", ("line",), *texts, _text("product", null=True), _text("answer"))
    op.create_index("ix_missed_platform_id", "missed", ["platform", "id"])


def _create_handoffs() -> None:
    texts = (_text(name) for name in ("line", "platform", "id", "name", "channel"))
    _create_of_show(
        "handoffs", ("line",), *texts, _number("time"), _text("text"), _text("question", null=True), _text("tried"), _text("done")
    )


def _create_awards() -> None:
    texts = (_text(name) for name in ("award", "platform", "id", "name", "badge"))
    _create_of_show("awards", ("award",), *texts, _number("earned"), _text("state"), sa.Column("tries", sa.Integer(), nullable=False))
    op.create_index("ix_awards_state", "awards", ["state"])
