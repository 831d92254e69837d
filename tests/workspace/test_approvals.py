"""An approval binds exactly one digest, and every tampering shows."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ninefold.base import dsse
from ninefold.base.errors import InputError, MissingComponentError
from ninefold.model.approvals import Approval
from ninefold.model.vocabulary import Role
from ninefold.workspace.approvals import approvals, approve, create_key, in_force

CONCEPT = "ab" * 32


@pytest.fixture(autouse=True)
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NINEFOLD_CONFIG", str(tmp_path / "config"))


def sign(root: Path, role: Role = Role.ASSET_OWNER, key: Path | None = None, **more: Path) -> Approval:
    return approve(root, step="concept", digest=CONCEPT, by="Eva", role=role, reason="ok", key=key, clock=noon, **more)


def noon() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_approval_of_the_asset_owner_is_in_force(tmp_path: Path) -> None:
    create_key()
    made = sign(tmp_path)
    assert (made.valid, made.trusted, made.role, made.date) == (True, True, Role.ASSET_OWNER, "2026-03-01")
    assert in_force(tmp_path) == (made,)


def test_a_changed_approval_is_worth_nothing(tmp_path: Path) -> None:
    create_key()
    made = sign(tmp_path, Role.PRODUCT_SUPPLIER)
    path = tmp_path / made.file
    envelope = dsse.decode(path.read_bytes())
    forged = envelope.content.replace(b"product-supplier", b"asset-owner")
    other = dsse.sign(envelope.payload_type, forged)
    path.write_bytes(dsse.encode(dsse.Envelope(other.payload, other.payload_type, envelope.signatures)))
    assert in_force(tmp_path) == ()
    assert [item.fault for item in approvals(tmp_path)] == ["The signature is wrong or its key is not known."]
    path.write_bytes(b"{}")
    assert in_force(tmp_path) == ()


def test_a_key_of_somebody_else_is_valid_but_not_trusted(tmp_path: Path) -> None:
    dsse.create_key(tmp_path / "other.pem")
    made = sign(tmp_path, key=tmp_path / "other.pem")
    assert (made.valid, made.trusted) == (True, False)


def test_a_signed_letter_can_be_the_approval(tmp_path: Path) -> None:
    create_key()
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 we agree")
    made = sign(tmp_path, document=tmp_path / "letter.pdf")
    assert in_force(tmp_path) == (made,)
    (tmp_path / made.document).write_bytes(b"%PDF-1.7 we do not agree")
    assert in_force(tmp_path) == ()


def test_without_a_key_nothing_is_approved(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no key"):
        sign(tmp_path)
    assert approvals(tmp_path) == ()


def test_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config/approval.pem"
    create_key()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InputError, match="already"):
        create_key()
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
