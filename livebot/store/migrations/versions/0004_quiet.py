"""Who wants to be left alone, by marks that outlive whatever else is kept of them; those who said so before have theirs."""

import secrets

import sqlalchemy as sa
from alembic import op

from livebot.core.quiet import mark_of

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the marks and their key."""
    marks = op.create_table(
        "quiet",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_quiet"),
    )
    keys = op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secrets"),
    )
    key = secrets.token_hex(32)
    op.bulk_insert(keys, [{"name": "quiet", "value": key}])
    known = op.get_bind().execute(sa.text("SELECT platform, id FROM viewers WHERE quiet")).all()
    op.bulk_insert(marks, [{"mark": mark_of(key, f"{row.platform}:{row.id}"), "quiet": True} for row in known])
