"""export, evidence, serve: what leaves."""

from __future__ import annotations

from ninefold.base.errors import MissingComponentError
from ninefold.cli.door import Answer, Door, WordsGroup, command, say

evidence = WordsGroup("evidence", help="Signed evidence.")


@command("verify", example="ninefold -C my-line evidence verify", schema="ninefold.evidence-verify/1", findings=True)
def evidence_verify(door: Door) -> Answer:
    """Verify signatures, files and the chain of the ledger; needs no history."""
    from ninefold.evidence.verify import verify
    from ninefold.workspace.approvals import public_keys, trusted_keys

    findings = verify(door.root, public_keys(door.root), trusted_keys())
    good = sum(item.state.value == "pass" for item in findings)
    text = say("{good} of {n} checks are fine.", good=good, n=len(findings))
    return Answer({"checked": len(findings)}, str(text), findings)


evidence.add_command(evidence_verify)


@command("export", example="ninefold -C my-line export sarif")
def export(door: Door) -> Answer:
    """Write OSCAL, SARIF, JUnit or CSV. This comes in a later version."""
    raise _later("export")


@command("serve", example="ninefold -C my-line serve")
def serve(door: Door) -> Answer:
    """Open the web application. This comes in a later version."""
    raise _later("serve")


def _later(name: str) -> MissingComponentError:
    text = say("'{name}' is not part of this version yet.", name=name)
    return MissingComponentError("later", str(text), advice=str(say("ninefold --help shows what is there.")))
