"""Runs the migrations on the connection that `database.py` hands over: all of them in one transaction, or none."""

from alembic import context

from livebot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
