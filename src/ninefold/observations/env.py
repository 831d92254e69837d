"""Run by alembic only: upgrades inside the connection and transaction of the caller."""

from __future__ import annotations

from alembic import context

from ninefold.observations.tables import metadata

try:
    connection = context.config.attributes["connection"]
except (NameError, AttributeError):  # imported by itself, not run by alembic: there is nothing to upgrade
    connection = None
if connection is not None:
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()
