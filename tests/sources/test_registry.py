from __future__ import annotations

import os
from pathlib import Path

import pytest

from ninefold.base.errors import InputError, NinefoldError
from ninefold.sources.registry import read, read_all, reader_of
from ninefold.tasks import sbom_read
from support import corpus


@pytest.mark.corpus
@pytest.mark.parametrize(
    "file", sorted(p.name for p in Path(os.environ.get("NINEFOLD_CORPUS", ".")).glob("vex/*.json"))
)
def test_every_vex_file_is_read_or_refused_with_the_right_reason(file: str) -> None:
    path = corpus(f"vex/{file}")
    if file.startswith("openvex"):
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.code == "advisory"
    elif file == "cdx-pair-bom.json":
        assert len(read(path).components) == 4
    else:
        assert [item.rule for item in read(path).findings] == ["sbom.has-statements"]


@pytest.mark.corpus
def test_csaf_is_refused_as_an_advisory() -> None:
    some = corpus("csaf/cisa-ics/OT/white/2017/icsa-17-017-01.json")
    assert reader_of(some.read_bytes()[:65536], some.name) == "refused"


@pytest.mark.corpus
def test_a_folder_is_read_whole_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "list.csv").write_text("Name;IP\nPLC;10.0.0.1\n")
    (tmp_path / "b.bin").write_bytes(b"\0\1\2\3" * 100)
    (tmp_path / ".hidden").write_text("x")
    found = read_all([tmp_path])
    assert [item.origin.name for item in found] == ["a/list.csv", "b.bin"]
    assert [item.id for item in found[1].findings] == ["source.not-read@b.bin#unknown-format"]


def test_sparse_file_of_ten_gigabytes_ends_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse.json"
    for head in (b"", b'{"bomFormat":"CycloneDX"', b"<nmaprun>", b"Name;IP\nPLC;10.0.0.1\n"):
        with path.open("wb") as stream:
            stream.write(head)
            stream.truncate(10 * 1024**3)
        with pytest.raises(NinefoldError) as caught:
            read(path)
        assert caught.value.code in {"unknown-format", "too-large"}


def test_wrong_names_end_in_a_clear_error(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none", "no-file"), (tmp_path, "is-directory")):
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.code == code
    (tmp_path / "empty").touch()
    with pytest.raises(InputError) as caught:
        read(tmp_path / "empty")
    assert caught.value.code == "empty"


@pytest.mark.corpus
def test_sbom_document() -> None:
    data = sbom_read.document(sbom_read.read(corpus("sbom/cdx-1.4-laravel-7.12.0.json")))
    assert set(data) == {"schema", "format", "version", "components", "findings"}
    assert (data["schema"], data["format"], data["version"]) == ("ninefold.sbom/1", "CycloneDX", "1.4")
    assert len(data["components"]) == 62
    assert set(data["components"][0]) == {"name", "version", "supplier", "purl", "cpe", "hashes", "licences"}
    with pytest.raises(InputError) as caught:
        sbom_read.read(corpus("nmap/fullscan.xml"))
    assert caught.value.code == "no-sbom"
