"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table; the words table of the FAQ only where there is FTS5."""
    _create_shows()
    _create_log()
    _create_questions()
    _create_decisions()
    _create_people()
    _create_faq()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=null)


def _integer(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _create_of_show(name: str, key: tuple[str, ...], *columns: sa.Column[Any], **options: bool) -> None:
    """Create a table whose rows belong to a show; `key` is its primary key after the show."""
    op.create_table(
        name,
        _integer("show"),
        *columns,
        sa.PrimaryKeyConstraint("show", *key, name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["show"], ["shows.number"], name=f"fk_{name}_show", ondelete="CASCADE"),
        **options,
    )


def _create_shows() -> None:
    op.create_table(
        "shows",
        _integer("number"),
        _text("id"),
        _text("name"),
        _text("date"),
        _number("started"),
        _number("ended", null=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_shows"),
        sa.UniqueConstraint("id", name="uq_shows_id"),
    )
    _create_of_show("channels", ("number",), _integer("number"), _text("name"))


def _create_log() -> None:
    _create_of_show(
        "messages",
        ("position",),
        _integer("position"),
        _text("type"),
        _number("time"),
        _integer("channel", null=True),
        _text("id"),
        *(_text(name, null=True) for name in ("author", "name", "text")),
        _number("at", null=True),
        sa.Column("more", sa.JSON()),
        sa.Column("reading", sa.JSON()),
        sqlite_with_rowid=False,
    )
    is_line = sa.text("type IN ('chat', 'voice')")
    op.create_index("uq_messages_line", "messages", ["show", "id", "channel"], unique=True, sqlite_where=is_line, postgresql_where=is_line)


def _create_questions() -> None:
    _create_of_show(
        "questions",
        ("id",),
        _text("id"),
        _integer("ordinal"),
        _text("state"),
        _text("topic"),
        _text("product", null=True),
        _number("opened"),
        _integer("askers"),
        _integer("waiting"),
        sa.Column("plain", sa.JSON(), nullable=False),
    )
    _create_of_show(
        "answers",
        ("question", "message"),
        *(_text(name) for name in ("question", "message", "author", "name", "side", "text")),
        _number("time"),
        _text("state"),
        _number("score"),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("rejected", sa.Boolean(), nullable=False),
    )
    _create_of_show("snapshots", (), _integer("revision"), _integer("position"), sa.Column("base", sa.JSON(), nullable=False))


def _create_decisions() -> None:
    _create_of_show(
        "decisions",
        ("id",),
        _text("id"),
        _integer("ordinal"),
        _number("time"),
        _text("kind"),
        _text("question", null=True),
        _text("message", null=True),
        sa.Column("plain", sa.JSON(), nullable=False),
    )
    _create_of_show(
        "sends",
        ("id",),
        _text("id"),
        _number("time"),
        *(_text(name) for name in ("decision", "kind", "channel", "text")),
        _number("expires"),
        _integer("priority"),
        _text("question", null=True),
        _text("reply_to", null=True),
        _text("state"),
        _text("why"),
        _text("message", null=True),
        _number("tried", null=True),
    )
    op.create_index("ix_sends_tried", "sends", ["tried"])


def _create_people() -> None:
    op.create_table(
        "viewers",
        *(_text(name) for name in ("platform", "id", "name")),
        _integer("visits"),
        _integer("months"),
        _number("accepted"),
        _number("rejected"),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        _number("first_seen"),
        _number("last_seen"),
        sa.PrimaryKeyConstraint("platform", "id", name="pk_viewers"),
    )
    op.create_index("ix_viewers_last_seen", "viewers", ["last_seen"])


def _create_faq() -> None:
    op.create_table(
        "faq",
        _integer("number"),
        *(_text(name) for name in ("faq_id", "canonical", "answer", "product")),
        sa.Column("questions", sa.JSON(), nullable=False),
        *(_text(name) for name in ("topic", "lang")),
        sa.Column("firm", sa.Boolean(), nullable=False),
        *(_text(name) for name in ("valid_from", "valid_until", "status", "show", "message")),
        _number("changed"),
        sa.PrimaryKeyConstraint("number", name="pk_faq"),
        sa.UniqueConstraint("faq_id", name="uq_faq_faq_id"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE faq_words USING fts5(asked, said, tokenize = 'unicode61')")
