"""The same tests on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from ninefold.base.errors import InputError, MissingComponentError, Place
from ninefold.base.i18n import Text, messages
from ninefold.model.findings import Finding, Reason
from ninefold.model.observed import (
    Capture,
    Component,
    End,
    Fact,
    Grade,
    Observation,
    ObservedFlow,
    ObservedHost,
    Origin,
)  # fmt: skip
from ninefold.observations.store import Store
from ninefold.observations.tables import metadata
from support import require

say = messages("observations")


def cluster() -> Iterator[str]:
    """A temporary PostgreSQL cluster run as user postgres, reachable through a socket only."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    require("postgres", bool(programs) and bool(shutil.which("runuser")), "PostgreSQL and runuser")
    folder = Path(tempfile.mkdtemp(prefix="nf-pg-", dir="/tmp"))
    shutil.chown(folder, "postgres")

    def run(name: str, *words: str) -> None:
        subprocess.run(
            ["runuser", "-u", "postgres", "--", str(programs[-1].parent / name), *words],
            check=True, capture_output=True, cwd="/",
        )  # fmt: skip

    data = str(folder / "data")
    run("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    pytest.importorskip("psycopg")
    yield from cluster()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    if request.param == "sqlite":
        yield tmp_path / "deep/observations.sqlite"
        return
    url = request.getfixturevalue("postgres")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()
    yield url


def scan(name: str = "line.pcapng", sha: str = "a" * 64, service: str = "modbus") -> Observation:
    reason = Reason(says=say("Seen {n} times", n=3), refs=("plc1",), place=Place("x", 4), because=(Reason(says="so"),))
    return Observation(
        origin=Origin(name=name, kind="pcap", sha256=sha, size=12),
        captures=(Capture(file=name, packets=3, bytes=180, link_type="ethernet", first=1.5, last=2.25),),
        hosts=(
            ObservedHost(
                macs=("00:1b:1b:00:00:01",), ips=("10.0.1.10",),
                facts=(Fact(key="identity.firmware", value="2.10", source=sha, locator="frame 3"),),
                services=(("tcp/502", service, Grade.SIGNATURE),),
            ),
        ),
        flows=(
            ObservedFlow(
                client=End(ip="10.0.1.11"), server=End(ip="10.0.1.10"), transport="tcp", port=502, service=service,
                grade=Grade.SIGNATURE, functions=("reads", "writes"), packets=3, bytes=180, first=1.5, last=2.25,
            ),
        ),
        components=(Component(name="openssl", version="3.0.2", hashes=(("sha256", "00"),)),),
        facts=(Fact(key="capture.comment", value="späte Schicht \x00 \u2028", source=sha, locator="frame 1"),),
        findings=(Finding(rule="odd", subject="plc1", title=Text("Odd", "Seltsam"), because=(reason,)),),
    )  # fmt: skip


def test_what_goes_in_comes_out(where: Path | str) -> None:
    with Store.open(where) as store:
        assert store.add(scan()) is True
        assert store.observations() == (scan(),)


def test_the_same_file_again_changes_nothing(where: Path | str) -> None:
    with Store.open(where) as store:
        store.add(scan())
        before = store.digest()
        assert store.add(scan()) is False
        assert (store.digest(), len(store.observations())) == (before, 1)


def test_a_newer_file_of_the_same_name_supersedes_and_may_be_taken_back(where: Path | str) -> None:
    newer = scan(sha="b" * 64, service="s7comm")
    with Store.open(where) as store:
        store.add(scan())
        first = store.digest()
        store.add(newer)
        assert store.observations() == (newer,)
        assert len(store.observations(superseded=True)) == 2
        assert store.add(scan()) is False
        assert store.observations() == (scan(),)
        assert store.digest() == first


def test_the_order_of_imports_does_not_matter(where: Path | str, tmp_path: Path) -> None:
    one, two = scan("a.pcap", "1" * 64), scan("b.pcap", "2" * 64)
    with Store.open(where) as store, Store.open(tmp_path / "other.sqlite") as other:
        for item in (one, two):
            store.add(item)
        for item in (two, one):
            other.add(item)
        assert store.digest() == other.digest()
        assert store.observations() == other.observations() == (one, two)


def test_a_failed_import_leaves_nothing(where: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(where) as store:
        monkeypatch.setattr("ninefold.observations.store._searched", lambda section, item: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.add(scan())
        monkeypatch.undo()
        assert store.observations(superseded=True) == ()
        assert store.add(scan())


def test_opening_again_keeps_everything(where: Path | str) -> None:
    with Store.open(where) as store:
        store.add(scan())
    with Store.open(where) as store:
        assert store.observations() == (scan(),)


def test_the_migrations_make_the_schema_that_the_code_declares(where: Path | str) -> None:
    with Store.open(where) as store:
        found = inspect(store._engine)
        for table in metadata.sorted_tables:
            assert {column["name"] for column in found.get_columns(table.name)} == set(table.c.keys())
            made = {index["name"] for index in found.get_indexes(table.name)}
            assert made == {index.name for index in table.indexes}


def test_a_damaged_or_newer_database_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(InputError, match="damaged"):
        Store.open(path)
    path.unlink()
    with Store.open(path) as store, store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="newer"):
        Store.open(path)
    with pytest.raises(InputError):
        Store.open(tmp_path)


def test_errors_never_show_a_password() -> None:
    with pytest.raises(MissingComponentError) as caught:
        Store.open("postgresql://eva:secret@127.0.0.1:1/plant")
    assert "secret" not in str(caught.value)
    with pytest.raises(InputError):
        Store.open("mysql://x/y")
