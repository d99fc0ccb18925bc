"""The tables, once, for every database: SQLAlchemy Core, no SQL text and no file.

Times named `started`, `ended`, `tried`, `seen` are UTC seconds; `time` is the show's own clock (see `core/events.py`). A Show's rows hang
on `shows.number`, so that deleting the show deletes them. `migrations/` builds the same tables step by step; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, Integer, MetaData, Table, Text, text

HEAD = "0005"
"""The newest migration: what this version of livebot reads and writes."""

LINE_TYPES = ("chat", "voice")
"""The events known by (channel, id), of which a second copy is not stored: those for which the core has a `dedupe_key`."""

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}
)


def _show() -> Column[int]:
    return Column("show", Integer, ForeignKey("shows.number", ondelete="CASCADE"), primary_key=True, autoincrement=False)


shows = Table(
    "shows",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("started", Double, nullable=False),
    Column("ended", Double),
    Column("about", JSON, nullable=False),
)

channels = Table(
    "channels",
    metadata,
    _show(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
)

# The log of a show, one event a row in the order in which the core took them. The row *is* the log line: what has no column of its own is
# in `more`. `reading` is what livebot made of it: [kind, reason, values, also, question, answers, faq] without the empty ones at its end.
# Few columns, since each costs as much time as a tenth of the row; clustered by show, so that a show is read and deleted in one sweep.
messages = Table(
    "messages",
    metadata,
    _show(),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("channel", Integer),
    Column("id", Text, nullable=False),
    Column("author", Text),
    Column("name", Text),
    Column("text", Text),
    Column("at", Double),
    Column("more", JSON(none_as_null=True)),
    Column("reading", JSON(none_as_null=True)),
    sqlite_with_rowid=False,
)
_is_line = text(f"type IN {LINE_TYPES}")
Index(
    "uq_messages_line",
    messages.c.show,
    messages.c.id,
    messages.c.channel,
    unique=True,
    sqlite_where=_is_line,
    postgresql_where=_is_line,
)

# Questions stand as they stood at the last snapshot of their show; `plain` is the whole of one, the columns are for searching.
questions = Table(
    "questions",
    metadata,
    _show(),
    Column("id", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("product", Text),
    Column("opened", Double, nullable=False),
    Column("askers", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("plain", JSON, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    _show(),
    Column("question", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("score", Double, nullable=False),
    Column("accepted", Boolean, nullable=False),
    Column("rejected", Boolean, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    _show(),
    Column("id", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("time", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("question", Text),
    Column("message", Text),
    Column("plain", JSON, nullable=False),
)

sends = Table(
    "sends",
    metadata,
    _show(),
    Column("id", Text, primary_key=True),
    Column("time", Double, nullable=False),
    Column("decision", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("expires", Double, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("question", Text),
    Column("reply_to", Text),
    Column("state", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("message", Text),
    Column("tried", Double),
)
Index("ix_sends_tried", sends.c.tried)

snapshots = Table(
    "snapshots",
    metadata,
    _show(),
    Column("revision", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("base", JSON, nullable=False),
)

# What a viewer gained in a show, for the helpers of the month.
gains = Table(
    "gains",
    metadata,
    _show(),
    Column("platform", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("credit", Double, nullable=False),
)

# Asker lines that nobody answered; `answer` is what staff found out since. A row goes when its asker was told.
missed = Table(
    "missed",
    metadata,
    _show(),
    Column("line", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("product", Text),
    Column("answer", Text, nullable=False),
)
Index("ix_missed_platform_id", missed.c.platform, missed.c.id)

# People who could not order or wanted a person, for follow-up: what they were told, and who took care of it.
handoffs = Table(
    "handoffs",
    metadata,
    _show(),
    Column("line", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("time", Double, nullable=False),
    Column("text", Text, nullable=False),
    Column("question", Text),
    Column("tried", Text, nullable=False),
    Column("done", Text, nullable=False),
)

# Badges that were earned. `state` is how far the shop's own system is told of a coupon: none, queued, sent, refused; `tries` in vain.
awards = Table(
    "awards",
    metadata,
    _show(),
    Column("award", Text, primary_key=True),
    Column("platform", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("badge", Text, nullable=False),
    Column("earned", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
)
Index("ix_awards_state", awards.c.state)

# People over shows, by the platform's own id. What they said is in the shows' tables. `more` holds what only the core looks at: products
# bought, whom they helped how often, their other accounts, badges, nudges.
viewers = Table(
    "viewers",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("months", Integer, nullable=False),
    Column("accepted", Double, nullable=False),
    Column("rejected", Double, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("first_seen", Double, nullable=False),
    Column("last_seen", Double, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("grade", Text, nullable=False),
    Column("more", JSON, nullable=False),
)
Index("ix_viewers_last_seen", viewers.c.last_seen)

# What became of a person's answers, by topic: weights as of the UTC second `at`, from when on they fade.
trust = Table(
    "trust",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("accepted", Double, nullable=False),
    Column("rejected", Double, nullable=False),
    Column("at", Double, nullable=False),
)

# Who wants to be left alone for ever, by a mark from which nobody can be read (`core/quiet.py`); not `quiet`: that was taken back.
quiet = Table(
    "quiet",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("quiet", Boolean, nullable=False),
)

# What only this store knows: `quiet` is the key of these marks.
secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# How much of a platform's daily quota is used; `day` is the date where the platform's day begins and ends. Older days are written over.
quotas = Table(
    "quotas",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("used", Integer, nullable=False),
)

# The words by which an entry is found lie beside it in the FTS5 table `faq_words` (SQLite only; rowid = number), see `faq.py`.
faq = Table(
    "faq",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("faq_id", Text, nullable=False, unique=True),
    Column("canonical", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("questions", JSON, nullable=False),
    Column("topic", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("firm", Boolean, nullable=False),
    Column("valid_from", Text, nullable=False),
    Column("valid_until", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("show", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("changed", Double, nullable=False),
)
