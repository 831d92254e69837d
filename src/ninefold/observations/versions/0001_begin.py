"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables. Written out: later changes of ``tables.py`` must not change this revision."""
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("reader", sa.String(64), nullable=False),
        sa.Column("content_id", sa.String(64), nullable=False),
        sa.Column("superseded", sa.Integer, nullable=False),
    )
    op.create_index("uq_sources_sha256", "sources", ["sha256", "reader"], unique=True)
    op.create_index("ix_sources_name", "sources", ["name"])
    _items("captures", ("file",), ())
    _items("hosts", ("address",), ("address",))
    _items("flows", ("client", "server", "service", "last"), ("client", "server"))
    _items("components", ("name", "version"), ("name",))
    _items("facts", ("key", "value"), ("key",))
    _items("findings", ("rule", "subject"), ())


def _items(name: str, columns: tuple[str, ...], indexed: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.Integer, sa.ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("content_id", sa.String(64), nullable=False),
        *(sa.Column(column, sa.Float if column == "last" else sa.Text, nullable=False) for column in columns),
        sa.Column("content", sa.Text, nullable=False),
    )
    for column in ("source", "content_id", *indexed):
        op.create_index(f"ix_{name}_{column}", name, [column])


def downgrade() -> None:
    """Facts can be read again from the sources: nothing to save."""
    for name in ("findings", "facts", "components", "flows", "hosts", "captures", "sources"):
        op.drop_table(name)
