"""The store of facts. One import is one transaction; the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from ninefold import __version__
from ninefold.base.digest import digest, sha256
from ninefold.base.errors import InputError, MissingComponentError, NinefoldError, Place
from ninefold.base.i18n import messages
from ninefold.model.observed import Observation, Origin
from ninefold.observations.codec import decode, encode

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

say = messages("observations")
_WAIT: Final = 30  # seconds that a second writer waits
_LOCK: Final = 0x6E696E65  # "nine": the advisory lock of imports in PostgreSQL


class Store:
    """Observations of one plant. Open it with :meth:`open`, use it in a ``with`` block."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._place = place

    @classmethod
    def open(cls, where: Path | str) -> Store:
        """The store in a SQLite file (made when missing) or behind a database URL (``postgresql://...``).

        Brings the schema up to date. Raises InputError for a file that is no database, MissingComponentError when
        the database cannot be reached.
        """
        url = "://" in str(where)
        store = cls(_postgres(str(where)) if url else _sqlite(Path(where)), _shown(str(where)) if url else str(where))
        from ninefold.observations.upgrade import upgrade

        try:
            with store._begin() as connection:
                upgrade(connection)
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()

    def add(self, observation: Observation) -> bool:
        """Keep what a source says, in one transaction. False when the same file was read by the same reader before.

        An earlier file of the same name is superseded, never changed.
        """
        from sqlalchemy import insert, select, update

        from ninefold.observations.tables import ITEMS, sources

        origin = observation.origin
        with self._begin() as connection:
            same = (sources.c.sha256 == origin.sha256) & (sources.c.reader == __version__)
            known = connection.execute(select(sources.c.id).where(same)).scalar()
            named = (sources.c.name == origin.name) | (sources.c.sha256 == origin.sha256)
            connection.execute(update(sources).where(named).values(superseded=1))
            if known is not None:
                connection.execute(update(sources).where(sources.c.id == known).values(superseded=0))
                return False
            values = _source_row(observation)
            made: Any = connection.execute(insert(sources).values(**values)).inserted_primary_key
            for section, table in ITEMS.items():
                rows = [_row(section, item, n, made[0]) for n, item in enumerate(getattr(observation, section))]
                if rows:
                    connection.execute(insert(table), rows)
        return True

    def observations(self, *, superseded: bool = False) -> tuple[Observation, ...]:
        """What the sources say, in the order of their names; ``superseded``: also what newer files replaced."""
        from sqlalchemy import select

        from ninefold.observations.tables import ITEMS, sources

        order = (sources.c.name, sources.c.sha256, sources.c.reader)
        query = select(sources).order_by(*order)
        if not superseded:
            query = query.where(sources.c.superseded == 0, sources.c.reader == __version__)
        with self._begin() as connection:
            found = connection.execute(query).all()
            items: dict[tuple[int, str], list[Any]] = {}
            for section, table in ITEMS.items():
                wanted = select(table.c.source, table.c.content).where(table.c.source.in_(row.id for row in found))
                for source, content in connection.execute(wanted.order_by(table.c.source, table.c.position)):
                    items.setdefault((source, section), []).append(decode(section, content))
        return tuple(
            Observation(
                origin=Origin(name=row.name, kind=row.kind, sha256=row.sha256, size=row.size),
                **{section: tuple(items.get((row.id, section), ())) for section in ITEMS},
            )
            for row in found
        )

    def digest(self) -> str:
        """SHA-256 over everything that is in force; the same facts have the same digest in every database."""
        from sqlalchemy import select

        from ninefold.observations.tables import sources

        with self._begin() as connection:
            query = select(sources.c.sha256, sources.c.content_id).where(
                sources.c.superseded == 0, sources.c.reader == __version__
            )
            return digest(sorted(tuple(row) for row in connection.execute(query)))

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        from sqlalchemy import text
        from sqlalchemy.exc import DatabaseError, OperationalError

        try:
            with self._engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                yield connection
        except OperationalError as error:
            raise self._unreachable(error) from error
        except DatabaseError as error:
            advice = str(say("Delete it; it is rebuilt from the folder sources/."))
            text_ = str(say("The database of observations is damaged."))
            raise InputError("bad-database", text_, place=Place(self._place), advice=advice) from error

    def _unreachable(self, error: Exception) -> NinefoldError:
        what = str(getattr(error, "orig", error)).splitlines()[0][:200]
        text = str(say("The database of observations cannot be used: {what}.", what=what.rstrip(".")))
        return MissingComponentError("database", text, place=Place(self._place))


def _sqlite(path: Path) -> Engine:
    from sqlalchemy import create_engine, event

    if path.is_dir():
        raise InputError("is-directory", str(say("This is a folder, a file is needed.")), place=Place(str(path)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        text = str(say("The folder cannot be made: {what}.", what=error.strerror))
        raise InputError("not-written", text, place=Place(str(path.parent))) from error
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT})

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: see begin
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # two writers wait for each other instead of failing

    return engine


def _postgres(url: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError

    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        advice = str(say("Use postgresql://USER@HOST/DATABASE or a file name."))
        raise InputError("bad-url", str(say("'{kind}' is no kind of database we use.", kind=scheme)), advice=advice)
    try:
        return create_engine(f"postgresql+psycopg://{rest}", connect_args={"connect_timeout": _WAIT})
    except ArgumentError as error:
        raise InputError("bad-url", str(say("The database URL cannot be read.")), place=Place(_shown(url))) from error
    except ImportError as error:
        advice = str(say("Install it with: pip install 'ninefold[postgres]'"))
        raise MissingComponentError(
            "psycopg", str(say("The driver for PostgreSQL is missing.")), advice=advice
        ) from error


def _shown(url: str) -> str:
    """A URL without what may hold a password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _source_row(observation: Observation) -> dict[str, Any]:
    origin = observation.origin
    return {
        "sha256": origin.sha256,
        "name": origin.name,
        "kind": origin.kind,
        "size": origin.size,
        "reader": __version__,
        "content_id": sha256(encode(observation).encode()),
        "superseded": 0,
    }


def _row(section: str, item: Any, position: int, source: int) -> dict[str, Any]:
    content = encode(item).replace("\x00", "")
    content_id = item.id if section == "facts" else sha256(content.encode())
    row = {"source": source, "position": position, "content_id": content_id, "content": content}
    return {key: _clean(value) for key, value in (row | _searched(section, item)).items()}


def _searched(section: str, item: Any) -> dict[str, Any]:
    if section == "captures":
        return {"file": item.file}
    if section == "hosts":
        return {"address": next(iter((*item.ips, *item.macs, *item.names)), "")}
    if section == "flows":
        return {
            "client": item.client.ip or item.client.mac,
            "server": item.server.ip or item.server.mac,
            "service": item.service,
            "last": item.last,
        }
    if section == "components":
        return {"name": item.name, "version": item.version}
    if section == "facts":
        return {"key": item.key, "value": item.value}
    return {"rule": item.rule, "subject": item.subject}


def _clean(value: Any) -> Any:
    """PostgreSQL takes no NUL and no lone surrogate in a text; ``content`` holds them escaped."""
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode() if isinstance(value, str) else value
