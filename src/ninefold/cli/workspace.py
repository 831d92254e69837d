"""init, check, migrate, rename, history, undo, table: care of the text."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ninefold.base.errors import FaultsError, InputError, NinefoldError, Place
from ninefold.cli.door import Answer, Door, WordsGroup, command, say


def author() -> str:
    """Who stands in the history: NINEFOLD_AUTHOR, else the account's name."""
    named = os.environ.get("NINEFOLD_AUTHOR", "")
    if named:
        return named
    try:
        return f"{getpass.getuser()} <>"
    except (KeyError, OSError, ImportError):
        return "Ninefold <>"


@command("init", example="ninefold init my-line --blueprint packaging-line")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--blueprint", default="", help="Begin with a copy of an example.")
@click.option("--interview", is_flag=True, help="Answer plain questions about a machine that exists only on paper.")
@click.option("--answers", type=click.Path(path_type=Path), help="Answers of the interview as a YAML file.")
@click.option("--base", default="", help="Store only the differences to this machine type (a relative path).")
def init(door: Door, folder: Path, blueprint: str, interview: bool, answers: Path | None, base: str) -> Answer:
    """Make a new workspace."""
    from ninefold.workspace import blueprints
    from ninefold.workspace.transaction import Transaction

    if sum(map(bool, (blueprint, interview or answers, base))) > 1:
        raise InputError("usage", str(say("Name one of --blueprint, --interview and --base.")))
    name = folder.resolve().name
    if blueprint:
        files: Mapping[str, bytes] = blueprints.blueprint(blueprint)
    elif interview or answers:
        files = _interview(name, answers)
    elif base:
        files = blueprints.derived(name, base)
    else:
        files = blueprints.empty(name)
    blueprints.begin(folder, files)
    with Transaction(folder, author=author(), reason=str(say("Begin the workspace"))) as change:
        for path, data in {**files, ".gitignore": blueprints.IGNORE}.items():
            change.write(path, data)
    text = say(
        "Made {folder} with {n} files. Next: ninefold -C {folder} check, then: ninefold -C {folder} run",
        folder=str(folder),
        n=len(files),
    )
    return Answer({"folder": str(folder), "files": sorted(files)}, str(text))


def _interview(name: str, answers: Path | None) -> Mapping[str, bytes]:
    from ninefold.base.limits import MIB, read_bytes
    from ninefold.workspace import interview

    if answers is not None:
        given = interview.read_answers(read_bytes(answers, MIB), str(answers))
        return interview.files_of(name, given)
    found: dict[str, str] = {}
    while True:
        question = interview.next_question(found)
        if question is None:
            return interview.files_of(name, found)
        click.echo(err=True)
        click.echo(str(question.text), err=True)
        if str(question.help):
            click.echo(f"  {question.help}", err=True)
        found[question.id] = click.prompt(
            "  " + str(say("Answer")), default=question.default, err=True,
            type=click.Choice(question.choices) if question.choices else str,
        )  # fmt: skip


@command("check", example="ninefold -C my-line check")
def check(door: Door) -> Answer:
    """Name all faults of the text, with place and advice."""
    from ninefold.workspace.load import faults

    found = faults(door.root)
    rows = [_plain(error) for error in found]
    if not found:
        return Answer({"faults": []}, str(say("The text of the workspace is whole.")))
    if door.json:
        return Answer({"faults": rows}, "", code=2)
    raise FaultsError(list(found))


def _plain(error: NinefoldError) -> dict[str, Any]:
    place: Place | None = error.place
    return {
        "code": error.code,
        "message": error.message,
        "advice": error.advice,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "column": place.column if place else 0,
    }


@command("migrate", example="ninefold -C my-line migrate --dry-run")
@click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
def migrate(door: Door, dry_run: bool) -> Answer:
    """Bring a workspace of an older format up to date, as one commit."""
    from ninefold.workspace.migrate import migrate as bring

    changed = bring(door.root, author=author(), dry_run=dry_run)
    text = say("{n} files change.", n=len(changed)) if changed else say("The workspace has the present format.")
    return Answer({"changed": sorted(changed), "dry_run": dry_run}, str(text))


@command("rename", example="ninefold -C my-line rename plc1 plc-filler")
@click.argument("old")
@click.argument("new")
def rename(door: Door, old: str, new: str) -> Answer:
    """Give something another id, everywhere it is named."""
    from ninefold.workspace.edit import rename as change

    files = change(door.root, old, new, author=author())
    return Answer(
        {"old": old, "new": new, "files": sorted(files)}, str(say("Changed: {files}", files=", ".join(files)))
    )


@command("history", example="ninefold -C my-line history")
@click.option("--most", default=20, help="How many changes to show.")
def history(door: Door, most: int) -> Answer:
    """Show who changed what, when and why."""
    from ninefold.workspace.history import history as read

    entries = read(door.root, most=most)
    rows = [
        {"id": e.id, "date": e.date, "author": e.author, "reason": e.reason, "files": list(e.files)} for e in entries
    ]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        table(
            screen,
            (say("Change"), say("Date"), say("Who"), say("Why"), say("Files")),
            [(r["id"][:10], r["date"], r["author"], r["reason"], len(r["files"])) for r in rows],
        )

    return Answer({"changes": rows}, text)


@command("undo", example="ninefold -C my-line undo")
@click.argument("change", required=False)
def undo(door: Door, change: str | None) -> Answer:
    """Take back the last change, or a named one, as a new change."""
    from ninefold.workspace.history import undo as take_back

    files = take_back(door.root, change or _last_of_a_person(door.root), author=author())
    return Answer({"files": sorted(files)}, str(say("Taken back in: {files}", files=", ".join(files))))


def _last_of_a_person(root: Path) -> str | None:
    """The newest change that is no record of a run and was not taken back already."""
    from ninefold.workspace.history import history as read

    entries = read(root, most=500)
    undone = {item.undoes for item in entries if item.undoes}
    for item in entries:
        record = all(name.startswith("evidence/") for name in item.files)
        if not item.undoes and item.id not in undone and not record:
            return item.id
    return None


table = WordsGroup("table", help="Round trip with a spreadsheet for a workshop.")


@command("export", example="ninefold -C my-line table export workshop.xlsx", schema="ninefold.table-export/1")
@click.argument("file", type=click.Path(path_type=Path))
def export(door: Door, file: Path) -> Answer:
    """Write inventory, consequences, risks, measures and decisions into a spreadsheet."""
    from ninefold.base.files import write_atomic
    from ninefold.workspace.load import load
    from ninefold.workspace.table import export_table

    write_atomic(file, export_table(load(door.root)))
    return Answer({"file": str(file)}, str(say("Written: {file}", file=str(file))))


@command("import", example="ninefold -C my-line table import workshop.xlsx --apply", schema="ninefold.table-import/1")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "write", is_flag=True, help="Write the changes into the workspace.")
def import_(door: Door, file: Path, write: bool) -> Answer:
    """Show what a filled-in spreadsheet changes; write it with --apply."""
    from ninefold.base.limits import TEXT_FILE, read_bytes
    from ninefold.workspace.table import apply_changes, differences

    changes = differences(door.root, read_bytes(file, TEXT_FILE))
    if write and changes:
        apply_changes(door.root, changes, author=author(), reason=str(say("Take over {file}", file=file.name)))
    rows = [{"sheet": c.sheet, "id": c.id, "field": c.field, "old": c.old, "new": c.new} for c in changes]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table as draw

        draw(
            screen,
            (say("Sheet"), say("Id"), say("Field"), say("Old"), say("New")),
            [tuple(row.values()) for row in rows],
        )
        if not write and rows:
            screen.print(str(say("Nothing was written. Add --apply to write it.")), markup=False)

    return Answer({"changes": rows, "applied": write}, text)


table.add_command(export)
table.add_command(import_)
