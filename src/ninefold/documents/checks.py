# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""Commissioning and acceptance tests, and the report of verification."""

from __future__ import annotations

from ninefold.documents.blocks import (
    Badge,
    Block,
    Callout,
    Column,
    Document,
    Heading,
    Inline,
    Inlines,
    Lines,
    Paragraph,
    Ref,
    Row,
    Signature,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent, Proof
from ninefold.documents.diagrams.graph import end_of
from ninefold.documents.frame import frame
from ninefold.documents.parts import points, zones
from ninefold.documents.parts.common import col, reason, refs, say, text
from ninefold.documents.terms import SEVERITIES, STATES
from ninefold.model.proofs import Difference, Witness


def acceptance(content: ConceptContent) -> Document:
    """Step by step what to try before the system goes into service, with room for the result."""
    plant = content.plant
    result = (say("passed"), say("failed"), say("not tried"))
    columns: tuple[Column, ...] = (
        col(say("No."), 0.6),
        col(say("What to do"), 3.2),
        col(say("What must happen"), 2.2),
        col(say("Comes from"), 1.1),
        col(say("Result"), 0.9, choices=result),
        col(say("Date, name"), 1),
    )
    count = 0

    def row(what: Inlines, expected: Inlines, source: str) -> Row:
        nonlocal count
        count += 1
        return Row((f"T{count}", what, expected, Ref(source), "", ""))

    positive = [
        row(
            (
                say("Open a connection from "),
                Ref(f.source),
                say(" to "),
                Ref(f.target),
                f", {f.service} ",
                Span(" ".join(_ports(content, f.service, f.ports)), "code"),
            ),
            say("The connection works."),
            f.id,
        )
        for _, f in plant.flows
    ]
    negative = []
    for zone in plant.zones:
        called = sorted(
            {end_of(plant, f.target) for _, f in plant.flows if end_of(plant, f.source) == zone.id} - {zone.id}
        )
        words = (
            say("From a device in "),
            Ref(zone.id),
            say(", try every other zone on every port, except the flows listed above (to: "),
            *_flat(refs(called, say("none"))),
            ")",
        )
        negative.append(row(words, say("Nothing answers; the attempt is in the log of the gateway."), zone.id))
    requirements = [
        row(
            (say("Check in "), Ref(r.scope), ": ", Span(r.requirement), " ", content.title_of(r.requirement)),
            say("The requirement is met as planned; the evidence is kept."),
            f"{r.scope}/{r.requirement}",
        )
        for r in (content.risk.requirements if content.risk else ())
        if not r.not_applicable
    ]
    more = [
        row(
            say("Restore the last backup of each controller on spare or test hardware."),
            say("The controller runs with the restored program."),
            "system",
        ),
        row(
            say("Cut the connection to the outside."),
            say("Essential functions go on; safety functions are not affected."),
            "functions",
        ),
        row(say("Switch every gateway off and on."), say("Until its rules are loaded nothing passes."), "gateways"),
        row(say("Log on with the default credentials of every device."), say("Every attempt is refused."), "assets"),
    ]
    blocks: list[Block] = [
        Callout(
            tone=Tone.WARN,
            title=say("Before you begin"),
            blocks=(
                Paragraph(
                    say(
                        "Tests run with the machine stopped and secured. Port tests can disturb old controllers: try them first where a stop does no harm."
                    )
                ),
            ),
        ),
    ]
    for title, rows in (
        (say("What must work"), positive),
        (say("What must not work"), negative),
        (say("Resilience"), more),
        (say("Requirements"), requirements),
    ):
        blocks += [
            Heading(words=title),
            Table(columns=columns, rows=tuple(rows), caption=title, sheet=say("Tests"), empty=say("Nothing to test.")),
        ]
    blocks += [
        Heading(words=say("Acceptance")),
        Signature(role=say("Tested by")),
        Signature(role=say("Accepted by"), note=say("Asset owner")),
    ]
    return frame(content, "acceptance-test", say("Commissioning and acceptance test"), blocks)


def _flat(value: Inlines) -> tuple[Inline, ...]:
    return value if isinstance(value, tuple) else (value,)


def _ports(content: ConceptContent, service: str, ports: tuple[str, ...]) -> tuple[str, ...]:
    known = content.plant.service.get(service)
    return ports or (known.ports if known else ())


_STATES = {
    "equal": (say("equal"), Tone.GOOD),
    "different": (say("different"), Tone.BAD),
    "undecided": (say("undecided"), Tone.UNKNOWN),
}


def verification(content: ConceptContent) -> Document:
    """What was proved and tried, over which inputs, and what was shown (SL-A)."""
    proofs = list(content.proofs)
    probes = content.probes
    if content.verification:
        proofs.append(Proof(subject="system", result=content.verification.proof))
        probes = probes or content.verification.probes
    blocks: list[Block] = [
        Heading(words=say("Proof: configuration against concept"), id="proof"),
        Table(
            columns=(
                col(say("About"), 1.4),
                col(say("Result"), 1),
                col(say("Let through, not intended"), 1.2, "right"),
                col(say("Intended, but blocked"), 1.2, "right"),
                col(say("Inputs (SHA-256)"), 2.6),
                col(say("Assumptions"), 2),
            ),
            rows=tuple(
                Row(
                    (
                        Ref(p.subject),
                        Badge(*_STATES.get(p.result.state, (p.result.state, Tone.UNKNOWN))),
                        len(p.result.allowed_not_intended),
                        len(p.result.intended_blocked),
                        Lines(
                            tuple(
                                (name, " ", Span(value[:16], "code")) for name, value in sorted(p.result.inputs.items())
                            )
                            or (text(""),)
                        ),
                        Lines(p.result.assumptions) if p.result.assumptions else "–",
                    )
                )
                for p in proofs
            ),
            caption=say("Proofs"),
            empty=say("Nothing was proved yet."),
            sheet=say("Proofs"),
            small=True,
        ),
        differences(proofs),
        Heading(words=say("Probes in the twin"), id="probes"),
        Paragraph(
            say(
                "{probes} packets tried: {passed} passed, {dropped} dropped, {wrong} against expectation; {hit} of {total} rules were hit.",
                probes=probes.probes,
                passed=probes.passed,
                dropped=probes.dropped,
                wrong=len(probes.mismatches),
                hit=probes.rules_hit,
                total=probes.rules_total,
            )
            if probes
            else say("The twin was not run: nothing was tried with real packets.")
        ),
        Heading(words=say("What was shown"), id="shown"),
        shown(content),
        zones.summary(content),
        Heading(words=say("Findings"), id="findings"),
        findings(content),
    ]
    return frame(content, "verification-report", say("Verification report"), blocks)


def differences(proofs: list[Proof]) -> Table:
    """Every region in which configuration and concept differ, with one packet that shows it."""
    rows = [
        Row(
            (
                Ref(p.subject),
                Badge(kind, Tone.BAD),
                Lines(d.region) if d.region else "–",
                _packet(d.witness),
                refs(x for x in (d.conduit, d.flow) if x),
                _rules(d),
            )
        )
        for p in proofs
        for kind, items in (
            (say("let through, not intended"), p.result.allowed_not_intended),
            (say("intended, but blocked"), p.result.intended_blocked),
        )
        for d in items
    ]
    return Table(
        columns=(
            col(say("About"), 1),
            col(say("Difference"), 1.2),
            col(say("Packets"), 2.2),
            col(say("For example"), 1.8),
            col(say("Concept"), 1),
            col(say("Rules"), 1.8),
        ),
        rows=tuple(rows),
        caption=say("Differences"),
        empty=say("No differences are known."),
        sheet=say("Differences"),
        small=True,
    )


def _packet(w: Witness) -> Inlines:
    port = f":{w.port}" if w.port else ""
    return Span(f"{w.protocol} {w.source} → {w.target}{port}", "code")


def _rules(difference: Difference) -> Lines | str:
    return (
        Lines(tuple(Span(f"{r.file}:{r.line} {r.text}", "code") for r in difference.rules[:4]))
        if difference.rules
        else "–"
    )


def shown(content: ConceptContent) -> Table:
    """Requirements that verification has shown, with their evidence."""
    items = content.verification.shown if content.verification else ()
    return Table(
        columns=(
            col(say("Zone or conduit"), 1.2),
            col(say("Requirement"), 2.4),
            col(say("Evidence"), 1.4),
            col(say("Why"), 2.6),
        ),
        rows=tuple(
            Row(
                (
                    Ref(s.scope),
                    (Span(s.requirement), " ", content.title_of(s.requirement)),
                    Span(s.evidence, "code"),
                    reason(s.why),
                )
            )
            for s in items
        ),
        caption=say("Requirements shown"),
        empty=say("No requirement was shown yet; SL-A is unknown."),
        sheet=say("Shown"),
        small=True,
    )


def findings(content: ConceptContent) -> Table:
    """All findings of all steps, in all five states: silence is never a pass."""
    items = points.findings(content)
    return Table(
        columns=(
            col(say("Finding"), 1.8),
            col(say("State"), 1),
            col(say("Weight"), 0.8),
            col(say("What"), 2.6),
            col(say("Next"), 2),
        ),
        rows=tuple(
            Row(
                (
                    Span(f.id, "code"),
                    Badge(*STATES[f.state]),
                    Badge(*SEVERITIES[f.severity]),
                    (f.title, " (", Ref(f.subject), ")"),
                    f.advice or "–",
                ),
                f.id,
            )
            for f in items
        ),
        caption=say("Findings"),
        empty=say("There are no findings."),
        sheet=say("Findings"),
        small=True,
    )
