"""Keeps evidence: signs it, puts it beside the files it speaks of, and appends it to the ledger."""

from __future__ import annotations

from ninefold.base.digest import sha256
from ninefold.base.i18n import messages
from ninefold.steps.interface import Context, Evidence
from ninefold.workspace.approvals import KEYS, default_key
from ninefold.workspace.transaction import Transaction

say = messages("steps")


def signed() -> bool:
    """Whether this user has a key. Without one nothing is signed and nothing counts as evidence."""
    return default_key().is_file()


def path_of(item: Evidence) -> str:
    """Where a statement is kept."""
    return f"evidence/statements/{item.name}.json"


def keep(context: Context, evidence: tuple[Evidence, ...]) -> None:
    """Write what is new, in one transaction. Without a key nothing is written: unsigned evidence is none."""
    if not evidence or not signed():
        return
    from ninefold.base import dsse
    from ninefold.evidence import ledger, statements

    signer = dsse.FileKey(default_key())
    when = context.clock().isoformat()
    with Transaction(context.root, author="Ninefold <>", reason=str(say("Keep evidence"))) as change:
        written: list[tuple[str, str, bytes]] = []
        for item in evidence:
            if change.read(path_of(item)) is not None:
                continue
            files = {f"evidence/files/{sha256(data)[:12]}-{name}": data for name, data in item.files.items()}
            for name, data in files.items():
                change.write(name, data)
            digests = {name: sha256(data) for name, data in files.items()}
            content = statements.test_result(digests, item.findings, when=when, scope=item.scope)
            sealed = statements.seal(content, signer)
            change.write(path_of(item), sealed)
            written.append(("statement", path_of(item), sealed))
        if written:
            change.write(f"{KEYS}/{dsse.key_id(signer.public)[:16]}.pub", signer.public.hex().encode() + b"\n")
            change.edit(ledger.FILE, lambda old: ledger.append(old, written, when))
