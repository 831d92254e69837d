"""Evidence can be checked with nothing but the folder and public keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninefold.base import dsse
from ninefold.base.digest import sha256
from ninefold.base.errors import InputError
from ninefold.evidence import ledger, statements
from ninefold.evidence.verify import verify
from ninefold.model.findings import Finding
from ninefold.model.vocabulary import State

_BADNESS = [State.NOT_APPLICABLE, State.PASS, State.UNDECIDED, State.ERROR, State.FAIL]
PASSED = Finding(rule="probe", subject="fw1", title="ok", state=State.PASS)


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
    key = dsse.create_key(tmp_path / "key.pem")
    root = tmp_path / "plant"
    (root / "evidence/statements").mkdir(parents=True)
    (root / "fw1.nft").write_text("table inet filter {}\n")
    content = statements.test_result(
        {"fw1.nft": sha256(b"table inet filter {}\n")}, (PASSED,), when="2026-03-01T12:00:00Z", scope="fw1"
    )
    data = statements.seal(content, key)
    (root / "evidence/statements/s1.json").write_bytes(data)
    lines = ledger.append(b"", [("statement", "evidence/statements/s1.json", data)], "2026-03-01T12:00:00Z")
    (root / ledger.FILE).write_bytes(lines)
    return root, {dsse.key_id(key.public): key.public}


def states(root: Path, keys: dict[str, bytes], trusted: dict[str, bytes]) -> dict[str, State]:
    worst: dict[str, State] = {}
    for finding in verify(root, keys, trusted):
        worst[finding.rule] = max(worst.get(finding.rule, State.PASS), finding.state, key=_BADNESS.index)
    return worst


def test_untouched_evidence_passes(folder: tuple[Path, dict[str, bytes]]) -> None:
    root, keys = folder
    assert set(states(root, {}, keys).values()) == {State.PASS}


def test_a_key_nobody_knows_leaves_it_undecided(folder: tuple[Path, dict[str, bytes]]) -> None:
    root, keys = folder
    assert states(root, keys, {})["evidence-signature"] is State.UNDECIDED
    assert states(root, {}, {})["evidence-signature"] is State.FAIL


def test_a_changed_subject_fails_and_a_missing_one_is_undecided(folder: tuple[Path, dict[str, bytes]]) -> None:
    root, keys = folder
    (root / "fw1.nft").write_text("table inet filter { }\n")
    assert states(root, {}, keys)["evidence-subject"] is State.FAIL
    (root / "fw1.nft").unlink()
    assert states(root, {}, keys)["evidence-subject"] is State.UNDECIDED


def test_a_changed_statement_fails_twice(folder: tuple[Path, dict[str, bytes]]) -> None:
    root, keys = folder
    path = root / "evidence/statements/s1.json"
    other = statements.seal(statements.statement({"fw1.nft": "0" * 64}, statements.PROOF, {}))
    path.write_bytes(other)
    found = states(root, {}, keys)
    assert found["evidence-signature"] is State.FAIL
    assert found["evidence-ledger"] is State.FAIL


def test_a_ledger_whose_end_was_cut_off_fails(folder: tuple[Path, dict[str, bytes]]) -> None:
    root, keys = folder
    (root / ledger.FILE).write_bytes(b"")
    assert states(root, {}, keys)["evidence-ledger"] is State.FAIL


@given(st.lists(st.text(max_size=20), min_size=2, max_size=8), st.data())
def test_every_change_of_a_ledger_but_a_cut_end_is_noticed(names: list[str], data: st.DataObject) -> None:
    whole = b""
    for name in names:
        whole = ledger.append(whole, [("statement", name, name.encode())], "2026-03-01")
    lines = whole.splitlines(keepends=True)
    index = data.draw(st.integers(0, len(lines) - 2))
    with pytest.raises(InputError):
        ledger.read(b"".join(lines[:index] + lines[index + 1 :]))
    with pytest.raises(InputError):
        ledger.read(b"".join(lines[: index + 1] + lines[index:]))
    with pytest.raises(InputError):
        ledger.read(whole[:-1])
    assert ledger.head(whole) == (len(names), sha256(lines[-1].rstrip(b"\n")))
