"""An approval binds exactly one digest, and every tampering shows."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from ninefold.base import dsse
from ninefold.base.errors import InputError, MissingComponentError
from ninefold.model.vocabulary import Role
from ninefold.workspace.approvals import Approval, approvals, approve, approved_by, key_create

CONCEPT = "ab" * 32


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path / "config"))


def put(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def test_an_approval_of_the_asset_owner_is_found_and_trusted(tmp_path: Path) -> None:
    key = key_create()
    approval = Approval(step="concept", digest=CONCEPT, by="Eva", role=Role.ASSET_OWNER, reason="ok", date="2026-03-01")
    put(tmp_path, approve(approval, key))
    found = approvals(tmp_path, "concept", CONCEPT)
    assert [(item.valid, item.trusted, item.current) for item in found] == [(True, True, True)]
    assert approved_by(found, Role.ASSET_OWNER) is not None
    assert approved_by(found, Role.PRODUCT_SUPPLIER) is None
    assert approved_by(approvals(tmp_path, "concept", "cd" * 32), Role.ASSET_OWNER) is None


def test_a_changed_approval_is_worth_nothing(tmp_path: Path) -> None:
    approval = Approval(step="concept", digest=CONCEPT, by="Eva", role=Role.PRODUCT_SUPPLIER)
    put(tmp_path, approve(approval, key_create()))
    (path,) = (tmp_path / "evidence/approvals").glob("*.json")
    envelope = dsse.decode(path.read_bytes())
    forged = envelope.content.replace(b"product-supplier", b"asset-owner")
    other = dsse.sign(envelope.payload_type, forged)
    path.write_bytes(dsse.encode(dsse.Envelope(other.payload, other.payload_type, envelope.signatures)))
    (found,) = approvals(tmp_path, "concept", CONCEPT)
    assert not found.valid
    assert not found.current


def test_a_key_of_somebody_else_is_valid_but_not_trusted(tmp_path: Path) -> None:
    other = dsse.create_key(tmp_path / "other.pem")
    put(tmp_path, approve(Approval(step="concept", digest=CONCEPT, by="Max", role=Role.ASSET_OWNER), other))
    (found,) = approvals(tmp_path, "concept", CONCEPT)
    assert (found.valid, found.trusted) == (True, False)


def test_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config/approval.pem"
    key_create()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InputError, match="already"):
        key_create()
    path.chmod(0o644)
    with pytest.raises(InputError, match="Others can read"):
        dsse.FileKey(path)


def test_a_key_may_live_behind_a_command(tmp_path: Path) -> None:
    key = dsse.create_key(tmp_path / "token.pem")
    program = tmp_path / "outside_signer.py"
    program.write_text(
        f"import sys\nsys.path.insert(0, {str(Path(dsse.__file__).parents[2])!r})\n"
        "from pathlib import Path\nfrom ninefold.base.dsse import FileKey\n"
        f"key = FileKey(Path({str(tmp_path / 'token.pem')!r}))\n"
        "print((key.public if sys.argv[1] == 'public' else key.sign(sys.stdin.buffer.read())).hex())\n"
    )
    outside = dsse.CommandKey([sys.executable, str(program)])
    envelope = dsse.sign("text/plain", b"hello", outside)
    assert dsse.verify(envelope, {dsse.key_id(key.public): key.public}) == (dsse.key_id(key.public),)
    with pytest.raises(MissingComponentError):
        dsse.CommandKey(["/nonexistent/signer"])


def test_the_encoding_of_the_dsse_specification() -> None:
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
