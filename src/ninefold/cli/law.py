"""law, programme, standards: what is asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ninefold.cli.door import Answer, Door, WordsGroup, command, say

_WORDS = {"undetermined": say("undetermined"), "manufacturer": say("manufacturer"), "importer": say("importer"),
          "distributor": say("distributor"), "steward": say("steward of open-source software"),
          "authorised-representative": say("authorised representative"), "default": say("default"),
          "important": say("important"), "important I": say("important, class I"),
          "important II": say("important, class II"), "critical": say("critical"),
          "essential": say("essential")}  # fmt: skip

standards = WordsGroup("standards", help="Look up requirements of standards and law.")


@command("show", example='ninefold standards show "SR 1.1"', schema="ninefold.standards/1")
@click.argument("identifier", nargs=-1, required=True)
def show(door: Door, identifier: tuple[str, ...]) -> Answer:
    """Show a requirement and everything it is linked with, in both directions."""
    from ninefold.base.i18n import language
    from ninefold.standards import catalogue

    found = catalogue.show(" ".join(identifier))

    def text(screen: Any) -> None:
        from ninefold.cli.render import table
        from ninefold.cli.terms import NAMES, RELATIONS, facts, word

        lang = language()
        for entry in found["entries"]:
            title = entry["title"].get(lang) or entry["title"]["en"]
            screen.print(f"{word(NAMES, entry['standard'])} {entry['id']}: {title}", style="bold", markup=False)
            screen.print(word(NAMES, entry["edition"]), markup=False, highlight=False)
            for line in facts(entry.get("facts", {}), lang):
                screen.print(f"  {line}", markup=False, highlight=False)
            if entry["doubt"]:
                screen.print(str(say("Doubt: {doubt}", doubt=word(NAMES, entry["doubt"]))), markup=False)
            rows = [
                (
                    word(RELATIONS, link["relation"]),
                    word(NAMES, link["standard"]),
                    link["id"],
                    link["title"].get(lang) or link["title"]["en"],
                )
                for link in entry["links"]
            ]
            if rows:
                table(screen, (say("Relation"), say("Standard"), say("Id"), say("Title")), rows)

    return Answer(found, text)


standards.add_command(show)


law = WordsGroup("law", help="Which acts apply, what they ask, by when.")
programme = WordsGroup("programme", help="Programmes of IEC 62443-2-1, 2-4 and 4-1.")


@command("apply", example="ninefold law apply --ask", schema="ninefold.law/1")
@click.argument("answers", required=False, type=click.Path(path_type=Path))
@click.option("--ask", is_flag=True, help="Ask the questions that are left, one after the other.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the answers to a YAML file.")
def law_apply(door: Door, answers: Path | None, ask: bool, save: Path | None) -> Answer:
    """Say which acts apply, as what, from when, and which questions are left."""
    from ninefold.base.files import write_atomic
    from ninefold.tasks import law_apply as task

    given = task.answers_of(task.plant_of(door.root), answers)
    if ask:
        given = _asked(given)
    if save:
        write_atomic(save, task.saved(given).encode())
    verdicts = task.apply(given)
    return Answer(task.document(verdicts), lambda screen: _show_acts(screen, verdicts), code=0)


def _asked(given: Any) -> Any:
    """Ask until nothing is open; an empty answer leaves a question open for good."""
    from ninefold.base.errors import InputError
    from ninefold.tasks import law_apply as task

    if not sys.stdin.isatty():
        raise InputError(
            "no-terminal",
            str(say("Questions can only be asked on a terminal.")),
            advice=str(say("Write the answers to a file: ninefold law apply ANSWERS.yaml")),
        )
    passed: set[str] = set()
    while left := [item for item in task.questions_left(task.apply(given)) if item.id not in passed]:
        words = f" [{'/'.join(left[0].choices)}]" if left[0].choices else ""
        reply = click.prompt(f"{left[0].text}{words} ({left[0].ref})", default="", show_default=False, err=True)
        if not reply.strip():
            passed.add(left[0].id)
            continue
        result = task.tried(given, left[0].id, reply)
        if isinstance(result, str):
            click.echo(result, err=True)
            continue
        given = result
        passed.add(left[0].id)
    return given


def _show_acts(screen: Any, verdicts: Any) -> None:
    from ninefold.cli.render import table
    from ninefold.tasks.law_apply import questions_left

    words = {"yes": say("yes"), "no": say("no"), "undetermined": say("undetermined")}
    rows = [
        (
            item.act,
            words[item.word],
            _WORDS.get(item.role, item.role),
            _WORDS.get(item.group, item.group),
            ", ".join(str(_WORDS.get(route, route)) for route in item.routes),
            _WORDS.get(item.start, item.start),
        )
        for item in verdicts
    ]
    table(screen, (say("Act"), say("Applies"), say("Role"), say("Class"), say("Routes"), say("From")), rows)
    for item in verdicts:
        if item.because:
            screen.print()
            screen.print(item.act, style="bold", markup=False)
            for reason in item.because:
                screen.print(f"  {reason.article}: {reason.says}", markup=False, highlight=False)
    left = questions_left(verdicts)
    if left:
        screen.print()
        table(screen, (say("Input"), say("Still to be answered"), say("Source")), [(q.id, q.text, q.ref) for q in left])
        screen.print()
        next_step = say("Next: answer them with: ninefold law apply --ask --save answers.yaml")
        screen.print(str(next_step), markup=False, highlight=False)
    screen.print()
    screen.print(
        str(say("This is not legal advice. The rules have the state of {date}.", date=_status())), markup=False
    )


def _status() -> str:
    from ninefold.law.tables import STATUS_DATE

    return STATUS_DATE


law.add_command(law_apply)


KINDS = ["exploited-vulnerability", "severe-incident", "significant-incident"]


@command(
    "clock",
    example="ninefold law clock severe-incident --aware 2026-11-20T16:30 --zone Europe/Berlin",
    schema="ninefold.law-clock/1",
)
@click.argument("kinds", nargs=-1, required=True, type=click.Choice(KINDS))
@click.option("--aware", required=True, help="When the company became aware (2026-11-20T16:30+01:00).")
@click.option("--available", help="When a corrective or mitigating measure became available.")
@click.option("--notified", help="When the 72-hour notification was sent.")
@click.option("--handled", help="When the incident was over.")
@click.option("--zone", help="Time zone of the times, like Europe/Berlin.")
@click.option("--answers", type=click.Path(path_type=Path), help="File with the answers to law apply.")
@click.option("--facts", type=click.Path(path_type=Path), help="File with what is known for the forms.")
def law_clock(door: Door, kinds: tuple[str, ...], answers: Path | None, facts: Path | None, **times: str) -> Answer:
    """Say which reports an event asks for, to whom and until when."""
    from ninefold.tasks import law_apply, law_clock

    given = law_apply.answers_of(law_apply.plant_of(door.root), answers)
    event, reports = law_clock.run(kinds, times, given, facts)
    return Answer(law_clock.document(event, reports), lambda screen: _show_clock(screen, reports))


def _show_clock(screen: Any, reports: Any) -> None:
    from ninefold.cli.render import table

    waits = {
        "available": say("14 days after a measure is available"),
        "notified": say("one month after the notification was sent"),
        "handled": say("one month after the incident was over"),
    }
    words = {"yes": say("yes"), "no": say("no"), "undetermined": say("undetermined")}
    rows = [
        (r.due.isoformat(" ") if r.due else waits.get(r.waits_for, ""), r.act, r.title, r.article, r.to, words[r.owed])
        for r in reports
    ]
    table(screen, (say("Until"), say("Act"), say("Report"), say("Source"), say("To"), say("Owed")), rows)
    for item in reports:
        if item.owed == "no":
            continue
        screen.print()
        screen.print(f"{item.act}: {item.title} ({item.article})", style="bold", markup=False)
        for note in item.notes:
            screen.print(f"  {note}", markup=False)
        for _, title, value in item.form:
            screen.print(f"  {title}: {value or '____'}", markup=False)
    screen.print()
    screen.print(
        str(say("This is not legal advice. The rules have the state of {date}.", date=_status())), markup=False
    )


law.add_command(law_clock)


@command("duties", example="ninefold law duties --ics duties.ics", schema="ninefold.law-duties/1")
@click.argument("answers", required=False, type=click.Path(path_type=Path))
@click.option("--ics", type=click.Path(path_type=Path), help="Write the dates to a calendar file (iCalendar).")
def law_duties(door: Door, answers: Path | None, ics: Path | None) -> Answer:
    """List the duties with date, responsible role, state and evidence."""
    from ninefold.base.files import write_atomic
    from ninefold.tasks import law_duties as task

    found = task.run(door.root, answers)
    if ics:
        write_atomic(ics, task.icalendar(found).encode())
    return Answer(task.document(found), lambda screen: _show_duties(screen, found))


def _show_duties(screen: Any, found: Any) -> None:
    from ninefold.cli.render import table
    from ninefold.cli.terms import place

    words = {"open": say("open"), "in-progress": say("in progress"), "done": say("done")}
    open_word = say("undetermined")
    rows = [
        (
            item.due or "?",
            item.id,
            item.title,
            place(item.article),
            item.owner,
            words[item.state] if item.owed == "yes" else open_word,
            ", ".join((*item.evidence, *item.measures)),
        )
        for item in found
    ]
    heads = (say("Date"), say("Id"), say("Duty"), say("Source"), say("Responsible"), say("State"), say("Evidence"))
    table(screen, heads, rows)
    screen.print()
    screen.print(
        str(say("This is not legal advice. The rules have the state of {date}.", date=_status())), markup=False
    )


law.add_command(law_duties)


@command(
    "security-txt",
    example="ninefold law security-txt --contact security@example.com --expires 2027-06-30",
    schema="ninefold.security-txt/1",
)
@click.option("--contact", multiple=True, help="Address for reports of vulnerabilities; may be repeated.")
@click.option("--expires", required=True, help="Day on which the file expires (YYYY-MM-DD), within one year.")
@click.option("--policy", default="", help="Address of the disclosure policy.")
@click.option("--encryption", default="", help="Address of the key for encrypted reports.")
@click.option("--canonical", default="", help="Address of this file.")
@click.option("--languages", default="", help="Languages of reports, like en, de.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the file instead of printing it.")
def security_txt(door: Door, contact: tuple[str, ...], expires: str, out: Path | None, **more: str) -> Answer:
    """Write security.txt, the place where vulnerabilities can be reported."""
    from ninefold.base.clock import now
    from ninefold.base.files import write_atomic
    from ninefold.law.disclosure import security_txt as write

    text = write(contact, expires, today=now().date(), **more)
    if out:
        write_atomic(out, text.encode())
    return Answer({"text": text}, "" if out else text.rstrip())


law.add_command(security_txt)


@command("file", example="ninefold law file --out technical-file --format pdf", schema="ninefold.law-file/1")
@click.argument("answers", required=False, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the files; default: build/law.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    default=("html",),
    type=click.Choice(["html", "docx", "pdf", "xlsx"]),
    help="Kind of file; may be repeated.",
)
def law_file(door: Door, answers: Path | None, out: Path | None, formats: tuple[str, ...]) -> Answer:
    """Make the draft of the technical documentation of the CRA; what is missing stands first."""
    from ninefold.tasks import law_file as task

    names, missing = task.run(door.root, out or door.root / "build" / "law", formats, answers)
    lines = [*names, str(say("Points still open: {n}", n=missing))]
    return Answer({"files": names, "missing": missing}, "\n".join(lines))


law.add_command(law_file)


@command("assess", example="ninefold programme assess 4-1 statements.yaml", schema="ninefold.programme/1")
@click.argument("standard", type=click.Choice(["4-1", "2-4", "2-1"]))
@click.argument("statements", required=False, type=click.Path(path_type=Path))
def programme_assess(door: Door, standard: str, statements: Path | None) -> Answer:
    """Say how mature each practice is and what is missing for the next level."""
    from ninefold.tasks import programme_assess as task

    found = task.run(standard, statements)
    return Answer(task.document(found), lambda screen: _show_programme(screen, found))


def _show_programme(screen: Any, found: Any) -> None:
    from ninefold.cli.render import table

    rows = [
        (item.id, item.title, f"{item.stated}/{item.requirements}", "?" if item.level is None else item.level)
        for item in found.practices
    ]
    table(screen, (say("Id"), say("Practice"), say("Stated"), say("Maturity")), rows, title=found.standard)
    gaps = [
        (gap.id, gap.title, "?" if gap.level is None else gap.level, item.next)
        for item in found.practices
        for gap in item.missing
    ]
    screen.print()
    table(screen, (say("Id"), say("Missing for the next level"), say("Now"), say("Needed")), gaps)
    if found.unproven:
        screen.print()
        screen.print(str(say("Claimed without evidence: {ids}", ids=", ".join(found.unproven))), markup=False)


programme.add_command(programme_assess)
