"""Called by Alembic: runs the steps on the connection that `alembic_runner` hands in, or writes them as SQL."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=metadata, transactional_ddl=False)
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=True,
    )
with context.begin_transaction():
    context.run_migrations()
