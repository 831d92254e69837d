"""concept, approve: step 6 for people."""

from __future__ import annotations

from pathlib import Path

import click

from ninefold.base.errors import InputError
from ninefold.cli.door import Answer, Door, command, language, say
from ninefold.cli.run import engine_of
from ninefold.model.vocabulary import Role

FORMATS = ("pdf", "docx", "html", "xlsx")


@command("concept", example="ninefold -C my-line concept --format pdf,docx --lang de", findings=True)
@click.option("--format", "formats", default="html,pdf", help="One or more of pdf, docx, html, xlsx, with commas.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder; default: build/6-concept.")
def concept(door: Door, formats: str, output: Path | None) -> Answer:
    """Step 6: the security concept and the documents beside it."""
    from ninefold.base.files import write_atomic
    from ninefold.steps.papers import write_documents

    wanted = tuple(item.strip() for item in formats.split(","))
    unknown = sorted(set(wanted) - set(FORMATS))
    if unknown:
        text = say("Unknown format: {names}", names=", ".join(unknown))
        raise InputError("bad-format", str(text), advice=str(say("Use pdf, docx, html or xlsx.")))
    engine = engine_of(door)
    list(engine.run(until="concept"))
    found = engine.result("concept")
    folder = output or engine.context.build / "6-concept"
    files = write_documents(engine, wanted, language())
    for name, data in files.items():
        write_atomic(folder / name, data)
    names = [str(folder / name) for name in files]
    return Answer({"digest": found.digest, "files": names}, "\n".join(names), found.findings)


@command(
    "approve", example='ninefold -C my-line approve concept --by "A. Muster" --role asset-owner --reason "Reviewed"'
)
@click.argument("step", default="concept")
@click.option("--by", default="", help="Who approves.")
@click.option(
    "--role", type=click.Choice([item.value for item in Role]), help="In which role; ZCR 7.1 needs asset-owner."
)
@click.option("--reason", default="", help="What was looked at.")
@click.option("--key", type=click.Path(path_type=Path), help="The key to sign with; default: your own.")
@click.option("--new-key", is_flag=True, help="Make a key of your own if there is none.")
@click.option("--document", type=click.Path(path_type=Path), help="A signed document from outside that says the same.")
@click.option("--check", is_flag=True, help="Only tell whether the step is approved as it is now.")
def approve(
    door: Door,
    step: str,
    by: str,
    role: str | None,
    reason: str,
    key: Path | None,
    new_key: bool,
    document: Path | None,
    check: bool,
) -> Answer:
    """Approve the concept as it is now, with name, role and reason; signed."""
    from ninefold.workspace import approvals

    engine = engine_of(door)
    states = {item.name: state for item, state in engine.states()}
    if engine.step(step).name != "concept":
        raise InputError("not-approvable", str(say("Only the concept is approved.")))
    if states["concept"].state == "not started":
        advice = str(say("Run: ninefold run --until concept"))
        raise InputError("not-run", str(say("There is no concept yet.")), advice=advice)
    digest = engine.result("concept").digest
    if check:
        good = [item for item in engine.context.approvals if item.digest == digest and item.trusted]
        rows = [{"by": item.by, "role": item.role.value, "date": item.date} for item in good]
        owner = any(item.role is Role.ASSET_OWNER for item in good)
        words = say("approved") if owner else say("not approved by the asset owner as it is now")
        return Answer({"digest": digest, "approvals": rows}, str(words), code=0 if owner else 1)
    if not (by and role and reason):
        raise InputError("usage", str(say("An approval needs --by, --role and --reason.")))
    if new_key and not (key or approvals.default_key()).is_file():
        approvals.create_key(key)
    made = approvals.approve(
        door.root, step="concept", digest=digest, by=by, role=Role(role), reason=reason, key=key, document=document
    )
    data = {"digest": digest, "approvals": [{"by": made.by, "role": made.role.value, "date": made.date}]}
    text = say(
        "{by} ({role}) approved the concept {digest}. It holds until what it covers changes. "
        "A local key seals against change; it is no qualified electronic signature.",
        by=by,
        role=role,
        digest=digest[:12],
    )
    return Answer(data, str(text))
