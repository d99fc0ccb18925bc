"""How the log, the decisions and the posts are written: SQL made once from the tables, for `writer.py`.

A row that is there already is left as it is: a second copy of a line, and whatever is written again after an error or a restart.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Table, bindparam, update
from sqlalchemy.dialects.sqlite import insert

from livebot.store.database import sql_of
from livebot.store.schema import channels, decisions, messages, quotas, sends
from livebot.store.writer import Bulk, Many


def _insert(table: Table, rows: int) -> str:
    return sql_of(insert(table).values([dict.fromkeys(table.c.keys())] * rows).on_conflict_do_nothing())


@cache
def insert_messages(rows: int) -> str:
    """Return the SQL that inserts so many rows into `messages`."""
    return _insert(messages, rows)


_set_fate = (
    update(sends)
    .values(state=bindparam("state"), why=bindparam("why"), message=bindparam("message"))
    .where(sends.c.show == bindparam("of_show"), sends.c.id == bindparam("of_id"))
)
SET_FATE = sql_of(_set_fate)

_quota = insert(quotas).values(dict.fromkeys(quotas.c.keys()))
_set_quota = _quota.on_conflict_do_update(index_elements=["platform"], set_={"day": _quota.excluded.day, "used": _quota.excluded.used})

CHANNELS = Many(_insert(channels, 1), rank=0)
MESSAGES = Bulk(insert_messages, rank=1)
DECISIONS = Many(_insert(decisions, 1), rank=2)
SENDS = Many(_insert(sends, 1), rank=3)
FATES = Many(SET_FATE, rank=4)
QUOTAS = Many(sql_of(_set_quota), rank=5)
