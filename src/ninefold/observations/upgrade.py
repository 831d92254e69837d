"""Brings the schema of a database up to date (alembic, revisions in ``versions/``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ninefold.base.errors import InputError
from ninefold.base.i18n import messages

if TYPE_CHECKING:
    from sqlalchemy import Connection

say = messages("observations")
HEAD: Final = "0001"
KNOWN: Final = ("0001",)


def upgrade(connection: Connection) -> None:
    """Apply the revisions that are missing, inside the caller's transaction. InputError for a newer schema."""
    present = _present(connection)
    if present == HEAD:
        return  # alembic itself is only imported when there is work
    if present is not None and present not in KNOWN:
        advice = str(say("Install a newer Ninefold."))
        raise InputError("newer-format", str(say("The database was written by a newer Ninefold.")), advice=advice)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _present(connection: Connection) -> str | None:
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
