from __future__ import annotations

import io
import zipfile

import pytest

from ninefold.base.errors import InputError, LimitError
from ninefold.sources import tables

GERMAN = """Anlage 4711;;;;;;
Gerät;IP-Adresse;MAC-Adresse;Hersteller;Bestellnummer;Firmware;Seriennr.
Schaltschrank +A1;;;;;;
SPS 1;192.168.0.10;00-1B-1B-11-22-33;Siemens;6ES7 214-1AG40-0XB0;4.20;S V-K2C1
HMI;192.168.0.11;k.A.;Siemens;6AV2 123-2GB03-0AX0;V17;
Switch;192.168.0.300;;Hirschmann;;;
"""


def facts(observation, host=0):
    return {fact.key: fact.value for fact in observation.hosts[host].facts}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_german_list_is_understood_and_shown(encoding: str) -> None:
    data = GERMAN.encode(encoding)
    assert tables.detect(data, "liste.csv")
    found = tables.parse(data, "liste.csv")
    assert [host.names[0] for host in found.hosts] == ["SPS 1", "HMI", "Switch"]
    assert found.hosts[0].ips == ("192.168.0.10",) and found.hosts[0].macs == ("00:1b:1b:11:22:33",)
    assert facts(found)["identity.order_number"] == "6ES7 214-1AG40-0XB0"
    assert facts(found)["identity.firmware"] == "4.20"
    assert facts(found)["declared.location"] == "Schaltschrank +A1"
    assert tables.mapping(found)["Bestellnummer"] == "order_number"
    assert [item.rule for item in found.findings] == ["table.bad-address"]


def test_english_list_with_columns_recognised_by_their_values() -> None:
    data = b"Asset,Net,What\nPLC,10.0.0.1,6ES7 511-1AK02-0AB0\nPLC 2,10.0.0.2,6ES7 511-1AK02-0AB0\n"
    found = tables.parse(data, "list.csv", {"Asset": "title", "Net": "address"})
    assert found.hosts[1].ips == ("10.0.0.2",)
    assert facts(found, 1)["identity.order_number"] == "6ES7 511-1AK02-0AB0"


def test_rows_of_one_device_become_one_host_with_two_interfaces() -> None:
    data = b"Name;IP;MAC\nSPS;10.0.0.1;00:1b:1b:00:00:01\nSPS;10.1.0.1;00:1b:1b:00:00:02\n"
    (host,) = tables.parse(data, "list.csv").hosts
    assert host.ips == ("10.0.0.1", "10.1.0.1")


def test_several_tables_on_a_sheet() -> None:
    data = b"Name;IP\nA;10.0.0.1\nB;10.0.0.2\n\nDevice;IP address;Firmware\nC;10.0.0.3;2.10\n"
    assert [host.names for host in tables.parse(data, "x.csv").hosts] == [("A",), ("B",), ("C",)]


def test_tables_side_by_side() -> None:
    data = b"Name;IP;;Name;IP\nA;10.0.0.1;;B;10.0.0.2\n"
    assert [host.names for host in tables.parse(data, "x.csv").hosts] == [("A",), ("B",)]


def test_workbook_with_merged_cells_dates_and_versions() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Geräteliste Anlage 5"])
    sheet.merge_cells("A1:D1")
    sheet.append(["Name", "IP-Adresse", "Firmware", "Support bis"])
    sheet.append(["SPS", "10.0.0.1", 2.1, None])
    sheet.append([None, "10.0.1.1", None, None])
    sheet.merge_cells("A3:A4")
    sheet["C3"].number_format = "0.00"
    import datetime

    sheet["D3"] = datetime.date(2031, 12, 31)
    stream = io.BytesIO()
    book.save(stream)
    assert tables.detect(stream.getvalue()[:65536], "a.xlsx")
    (host,) = tables.parse(stream.getvalue(), "a.xlsx").hosts
    assert host.ips == ("10.0.0.1", "10.0.1.1")
    found = {fact.key: fact.value for fact in host.facts}
    assert found["identity.firmware"] == "2.10"
    assert found["declared.support_until"] == "2031-12-31"


def test_zip_bomb_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 * 1024 * 1024))
    with pytest.raises(LimitError) as caught:
        tables.parse(stream.getvalue(), "bomb.xlsx")
    assert caught.value.code == "archive-bomb"


def test_million_columns_are_refused() -> None:
    with pytest.raises(LimitError) as caught:
        tables.parse(b"Name;IP" + b";x" * 1_000_000 + b"\n", "wide.csv")
    assert caught.value.code == "too-wide"


def test_a_list_of_something_else_is_refused_with_advice() -> None:
    with pytest.raises(InputError) as caught:
        tables.parse(b"Dish;Price\nSoup;3\n", "menu.csv")
    assert caught.value.code == "no-table" and caught.value.advice
