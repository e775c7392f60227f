"""Alembic's entry: migrations run on the connection that `seawall.store.migrate` holds the lock on."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
