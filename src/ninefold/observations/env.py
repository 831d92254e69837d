"""Run by alembic only: upgrades inside the connection and transaction of the caller."""

from __future__ import annotations

from alembic import context

from ninefold.observations.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
