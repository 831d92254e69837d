"""The one schema of the observations, for SQLite and PostgreSQL.

Row ids never leave this room; what is known outside is the content id of a thing. ``content`` holds the value as
JSON; the columns beside it are for searching.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: Final = MetaData(naming_convention=NAMES)

sources: Final = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("reader", String(64), nullable=False),
    Column("content_id", String(64), nullable=False),
    Column("superseded", Integer, nullable=False, default=0),
    Index("uq_sources_sha256", "sha256", "reader", unique=True),
    Index("ix_sources_name", "name"),
)


def _items(name: str, *columns: Column[str] | Column[float]) -> Table:
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("source", Integer, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("position", Integer, nullable=False),
        Column("content_id", String(64), nullable=False, index=True),
        *columns,
        Column("content", Text, nullable=False),
    )


captures: Final = _items("captures", Column("file", Text, nullable=False))
hosts: Final = _items("hosts", Column("address", Text, nullable=False, index=True))
flows: Final = _items(
    "flows",
    Column("client", Text, nullable=False, index=True),
    Column("server", Text, nullable=False, index=True),
    Column("service", Text, nullable=False),
    Column("last", Float, nullable=False),
)
components: Final = _items(
    "components", Column("name", Text, nullable=False, index=True), Column("version", Text, nullable=False)
)
facts: Final = _items("facts", Column("key", Text, nullable=False, index=True), Column("value", Text, nullable=False))
findings: Final = _items("findings", Column("rule", Text, nullable=False), Column("subject", Text, nullable=False))

ITEMS: Final[dict[str, Table]] = {
    "captures": captures,
    "hosts": hosts,
    "flows": flows,
    "components": components,
    "facts": facts,
    "findings": findings,
}
