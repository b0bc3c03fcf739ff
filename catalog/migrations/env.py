"""Run by Alembic within the transaction that `catalog.schema` holds."""

from alembic import context

from catalog.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
