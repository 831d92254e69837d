"""evaluate, flows: step 1 for people."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ninefold.base.errors import InputError, Place
from ninefold.cli.door import Answer, Door, command, say
from ninefold.cli.run import engine_of
from ninefold.cli.workspace import author
from ninefold.model.reconciled import Agreement, Evaluation

if TYPE_CHECKING:
    from ninefold.sources.proposals import Proposal


@command("flows", example="ninefold flows line.pcapng --json")
@click.argument("captures", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
def flows(door: Door, captures: tuple[Path, ...]) -> Answer:
    """Show who talks to whom in captures, with hosts and facts; no workspace is needed."""
    from ninefold.sources.captures import read
    from ninefold.tasks.flows import document

    found = [read(sys.stdin.buffer if str(path) == "-" else path, progress=door.progress) for path in captures]
    for item in found:
        if item.findings and not sum(capture.packets for capture in item.captures):
            first = item.findings[0]
            place = first.place or Place(item.origin.name)
            raise InputError("no-packets", str(first.title), place=place, advice=str(first.advice))
    data = document(found)
    findings = tuple(finding for item in found for finding in item.findings)

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        rows = [
            (
                row["client"]["ip"] or row["client"]["mac"],
                row["server"]["ip"] or row["server"]["mac"],
                f"{row['transport']}/{row['port']}" if row["port"] else row["ethertype"] or row["transport"],
                row["service"],
                row["grade"],
                " ".join(row["functions"]),
                row["packets"],
                row["direction_reason"],
            )
            for row in data["flows"]
        ]
        columns = (
            say("Client"), say("Server"), say("Port"), say("Service"), say("Certainty"), say("Functions"),
            say("Packets"), say("Direction by"),
        )  # fmt: skip
        table(screen, columns, rows)
        screen.print()
        hosts = [
            (" ".join(h["macs"]), " ".join(h["ips"]), " ".join(h["names"]), h["nic_vendor"], len(h["facts"]))
            for h in data["hosts"]
        ]
        table(screen, (say("MAC addresses"), say("IP addresses"), say("Names"), say("NIC vendor"), say("Facts")), hosts)

    return Answer({key: value for key, value in data.items() if key != "schema"}, text, findings, code=0)


@command("evaluate", example="ninefold -C my-line evaluate captures/ inventory.xlsx", findings=True)
@click.option("--columns", multiple=True, help="Say what columns of a list mean: Heading=field,Heading=field.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option("--apply", "write", is_flag=True, help="Keep the sources and write the proposals into the workspace.")
def evaluate(door: Door, sources: tuple[Path, ...], write: bool, columns: tuple[str, ...]) -> Answer:
    """Step 1: read sources, show what is new, changed, gone."""
    from ninefold.sources.proposals import propose
    from ninefold.sources.reconcile import reconcile
    from ninefold.sources.registry import read_all
    from ninefold.steps.columns import saved, shown, to_keep

    pairs = _columns(columns)
    engine = engine_of(door)
    before = saved(door.root)
    given = read_all(sources, door.progress, chosen=lambda name: {**before.get(name, {}), **pairs})
    read_by = [row for item in given for row in shown(item)]
    _all_found(pairs, read_by)
    found = (*engine.context.observed(), *given)
    evaluation = reconcile(engine.context.plant, found)
    proposals = propose(engine.context.plant, evaluation)
    if write:
        from ninefold.steps.apply import apply_all

        kept = {item.origin.name: to_keep(item, pairs) for item in given}
        apply_all(door.root, proposals, sources, author=author(), chosen=kept)
    data = {**_plain(evaluation, proposals), "columns": read_by}
    extra = tuple(finding for item in given for finding in item.findings)
    findings = (*evaluation.findings, *evaluation.entry_points, *extra)
    return Answer({**data, "applied": write}, partial(_show, data, write), findings)


def _columns(written: Iterable[str]) -> dict[str, str]:
    """``Heading=field`` pairs, checked."""
    from ninefold.sources.headings import HEADINGS
    from ninefold.sources.tables import FACT

    found: dict[str, str] = {}
    for text in (part for item in written for part in item.split(",") if part.strip()):
        heading, mark, field = (part.strip() for part in text.rpartition("="))
        if not mark or not heading:
            raise InputError("bad-columns", str(say("'{text}' does not say Heading=field.", text=text.strip())))
        if field and field not in {*HEADINGS, *FACT}:
            names = ", ".join(sorted({*HEADINGS, *FACT}))
            advice = str(say("Fields: {names}.", names=names))
            raise InputError("no-field", str(say("There is no field '{name}'.", name=field)), advice=advice)
        found[heading] = field
    return found


def _all_found(pairs: dict[str, str], read_by: Iterable[dict[str, str]]) -> None:
    """A heading that no list has is a slip of the pen, not silence."""
    from ninefold.sources.headings import normal

    there = {normal(row["heading"]) for row in read_by if row["why"] == "chosen"}
    lost = [heading for heading, field in pairs.items() if field and normal(heading) not in there]
    if lost:
        raise InputError(
            "no-column",
            str(say("No list has a column {names}.", names=", ".join(lost))),
            advice=str(say("Check the headings of the list.")),
        )


def _plain(evaluation: Evaluation, proposals: Iterable[Proposal]) -> dict[str, list[dict[str, Any]]]:
    """What was compared and what follows, for JSON."""
    devices = [
        {
            "asset": item.asset,
            "agreement": item.agreement.value,
            "confidence": item.confidence,
            "macs": list(item.host.macs),
            "ips": list(item.host.ips),
            "names": list(item.host.names),
            "because": str(item.why.says),
        }
        for item in evaluation.devices
    ]
    talks = [
        {
            "client": item.client,
            "server": item.server,
            "service": item.service,
            "agreement": item.agreement.value,
            "conduit": item.conduit,
            "flow": item.flow,
            "because": str(item.why.says),
        }
        for item in evaluation.conversations
    ]
    changes = [
        {
            "kind": p.kind,
            "file": p.file,
            "id": p.id,
            "key": p.key,
            "value": str(p.value),
            "old": p.old,
            "because": str(p.reason),
            "origin": p.origin,
        }
        for p in proposals
    ]
    return {"devices": devices, "conversations": talks, "proposals": changes}


def _show(data: dict[str, list[dict[str, Any]]], written: bool, screen: Any) -> None:
    """The same as tables."""
    from ninefold.cli.render import table

    if data["columns"]:
        reasons = {
            "heading": say("guessed by heading"), "values": say("guessed by values"), "chosen": say("chosen"),
        }  # fmt: skip
        read_by = [(c["file"], c["heading"], c["field"], reasons.get(c["why"], c["why"])) for c in data["columns"]]
        table(screen, (say("File"), say("Column"), say("Taken as"), say("By")), read_by)
        screen.print()
    words = {
        Agreement.DECLARED_AND_SEEN.value: say("declared and seen"),
        Agreement.DECLARED_NOT_SEEN.value: say("declared not seen"),
        Agreement.SEEN_NOT_DECLARED.value: say("seen not declared"),
        Agreement.DIFFERS.value: say("differs"),
    }
    rows = [
        (d["asset"] or "?", words[d["agreement"]], " ".join(d["ips"]), " ".join(d["macs"]), d["because"])
        for d in data["devices"]
    ]
    table(screen, (say("Asset"), say("Comparison"), say("IP addresses"), say("MAC addresses"), say("Reason")), rows)
    screen.print()
    table(
        screen,
        (say("Client"), say("Server"), say("Service"), say("Comparison"), say("Conduit")),
        [(t["client"], t["server"], t["service"], words[t["agreement"]], t["conduit"]) for t in data["conversations"]],
    )
    if data["proposals"]:
        screen.print()
        table(
            screen,
            (say("File"), say("Id"), say("Field"), say("Proposal"), say("Reason")),
            [(c["file"], c["id"], c["key"], c["value"], c["because"]) for c in data["proposals"]],
            title=say("Written:") if written else say("Proposals (write them with --apply):"),
        )
