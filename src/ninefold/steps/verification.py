"""Step 8: does what runs equal the concept? Proof, twin, evidence, SL-A.

Source: IEC 62443-3-3:2013 SR 5.1, SR 5.2, SR 5.2 RE 1; docs/method.md section 8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ninefold.base.errors import MissingComponentError
from ninefold.base.i18n import Text, messages
from ninefold.base.limits import read_bytes
from ninefold.model.assessment import ZoneLevels
from ninefold.model.findings import Finding, Reason
from ninefold.model.plant import Plant
from ninefold.model.proofs import Difference, ProbeResult, ProofResult, Witness
from ninefold.model.results import Implementation, Shown, Verification
from ninefold.model.vocabulary import Severity, State
from ninefold.steps import projections
from ninefold.steps.interface import Context, Evidence, Outcome, Step
from ninefold.steps.keep import path_of, signed

say = messages("steps")

#: What an equal proof of all gateways around a zone shows, up to which level.
SHOWN_BY_PROOF: Final = ("SR 5.1", "SR 5.2", "SR 5.2 RE 1")
DEPLOYED: Final = "deployed"
PROBES: Final = 2000

Configurations = Mapping[str, tuple[str, str]]


class VerificationStep(Step):
    """Proves the configurations and tries them in the twin."""

    name = "verification"
    number = 8
    title = Text("Verification against the concept", "Prüfung gegen das Konzept")
    result = Verification
    reads = ("protection", "threats", "risk", "concept", "implementation")

    def inputs(self, context: Context) -> Mapping[str, Any]:
        """The configurations (by the output of step 7, and what was collected from devices), the intent, the twin."""
        plant = context.plant
        collected = {name: sha for name, sha in context.source_digests.items() if name.startswith(f"{DEPLOYED}/")}
        return {
            "assets": projections.assets(plant),
            "topology": projections.topology(plant),
            "flows": projections.flows(plant),
            "services": projections.catalogue(plant),
            "collected configurations": collected,
            "twin": context.twin,
        }

    def run(self, context: Context) -> Outcome:
        """Proof first, then the twin, then what both show."""
        from ninefold.network.proof import prove

        built: Implementation = context.results["implementation"]
        configurations = configurations_of(context, built)
        context.progress.start(str(say("proof")))
        proof = prove(context.plant, configurations)
        context.progress.finish(str(say("proof")), proof.state)
        probes, unavailable = _twin(context, configurations, proof)
        findings = (*proof_findings(context.plant, proof), *_probe_findings(probes), *unavailable, *_unsigned(built))
        evidence = _evidence(configurations, findings)
        shown = () if built.draft or not signed() else tuple(_shown(context.plant, proof, probes, evidence))
        result = Verification(
            proof=proof,
            levels=_levels(context, shown),
            probes=probes,
            shown=shown,
            statements=tuple(path_of(item) for item in evidence) if signed() else (),
            findings=findings,
        )
        return Outcome(result, {}, _summary(proof, probes, shown), findings, evidence)


def configurations_of(context: Context, built: Implementation) -> dict[str, tuple[str, str]]:
    """Per gateway the configuration to judge: collected from the device if there is one, else the generated one."""
    found = {}
    for gateway, path in sorted(built.configurations.items()):
        collected = sorted((context.root / "sources" / DEPLOYED).glob(f"{gateway}.*"))
        file: Path = collected[0] if collected else context.build / path
        found[gateway] = (file.relative_to(context.root).as_posix(), read_bytes(file).decode("utf-8", "replace"))
    return found


def _twin(
    context: Context, configurations: Configurations, proof: ProofResult
) -> tuple[ProbeResult | None, tuple[Finding, ...]]:
    if not context.twin:
        return None, (_no_twin(say("It was switched off with --no-twin.")),)
    try:
        from ninefold.network.twin import build

        context.progress.start(str(say("twin")))
        with build(context.plant, configurations) as twin:
            return twin.probe(proof, count=PROBES), ()
    except MissingComponentError as error:
        return None, (_no_twin(error.message),)
    finally:
        context.progress.finish(str(say("twin")))


def _no_twin(why: object) -> Finding:
    return Finding(
        rule="twin",
        subject="plant",
        title=say("The configurations were not tried in the twin."),
        severity=Severity.LOW,
        state=State.UNDECIDED,
        because=(Reason(says=str(why)),),
    )


def proof_findings(plant: Plant, proof: ProofResult) -> Iterator[Finding]:
    """The result of a proof as findings: one for each difference, or one that says equal."""
    for number, item in enumerate(proof.allowed_not_intended, 1):
        yield _difference("allowed-not-intended", number, item, plant)
    for number, item in enumerate(proof.intended_blocked, 1):
        yield _difference("intended-blocked", number, item, plant)
    if proof.state == "undecided":
        yield Finding(
            rule="proof",
            subject="plant",
            title=say("Whether the rules equal the concept is undecided."),
            severity=Severity.HIGH,
            state=State.UNDECIDED,
            because=tuple(Reason(says=item) for item in proof.assumptions),
        )
    if proof.state == "equal":
        yield Finding(
            rule="proof",
            subject="plant",
            title=say("The rules of {n} gateways equal the concept.", n=len(proof.inputs)),
            severity=Severity.INFO,
            state=State.PASS,
            references=SHOWN_BY_PROOF,
        )


def _difference(rule: str, number: int, item: Difference, plant: Plant) -> Finding:
    title = (
        say("Allowed, but no conduit asks for it: {packet}", packet=packet_words(item.witness))
        if rule == "allowed-not-intended"
        else say("Blocked, but a conduit needs it: {packet}", packet=packet_words(item.witness))
    )
    reasons = [Reason(says=say("Region: {region}", region=region)) for region in item.region]
    reasons += [
        Reason(says=say("Rule at {file}:{line}: {text}", file=ref.file, line=ref.line, text=ref.text))
        for ref in item.rules
    ]
    subject = item.conduit or item.at or f"{item.sender or '*'}-{item.receiver or '*'}"
    return Finding(
        rule=rule,
        subject=subject,
        discriminator=item.flow or str(number),
        title=title,
        severity=Severity.CRITICAL if rule == "allowed-not-intended" else Severity.HIGH,
        because=tuple(reasons),
        references=("SR 5.2",),
        place=plant.place_of(item.flow) or plant.place_of(item.conduit),
    )


def packet_words(packet: Witness) -> str:
    """A packet as people write it: ``tcp 10.0.0.5:40000 > 10.0.1.7:502``."""
    ports = packet.protocol in {"tcp", "udp", "sctp"}
    left = f"{packet.source}:{packet.source_port}" if ports else packet.source
    right = f"{packet.target}:{packet.port}" if ports else packet.target
    ways = f" ({packet.incoming or '*'} > {packet.outgoing or '*'})" if packet.incoming or packet.outgoing else ""
    return f"{packet.protocol} {left} > {right}{ways}"


def _probe_findings(probes: ProbeResult | None) -> Iterator[Finding]:
    if probes is None:
        return
    for number, (packet, what) in enumerate(probes.mismatches, 1):
        yield Finding(
            rule="twin",
            subject="plant",
            discriminator=str(number),
            title=say("In the twin: {packet}: {what}", packet=packet_words(packet), what=what),
            severity=Severity.CRITICAL,
            references=("SR 5.2",),
        )
    if not probes.mismatches:
        yield Finding(
            rule="twin",
            subject="plant",
            title=say("All {n} probes in the twin went as intended.", n=probes.probes),
            severity=Severity.INFO,
            state=State.PASS,
            references=SHOWN_BY_PROOF,
        )


def _unsigned(built: Implementation) -> Iterator[Finding]:
    if built.draft:
        yield Finding(
            rule="draft",
            subject="concept",
            title=say("The concept is not approved; nothing that was shown counts for SL-A."),
            severity=Severity.MEDIUM,
            state=State.UNDECIDED,
            advice=say("Approve it: ninefold approve concept --by NAME --role asset-owner --reason TEXT"),
            references=("ZCR 7.1",),
        )
    if not signed():
        yield Finding(
            rule="no-key",
            subject="evidence",
            title=say("There is no key, so no evidence was signed."),
            severity=Severity.LOW,
            state=State.UNDECIDED,
            advice=say("ninefold approve --new-key makes one."),
        )


def _evidence(configurations: Configurations, findings: tuple[Finding, ...]) -> tuple[Evidence, ...]:
    files = {Path(name).name: text.encode() for name, text in configurations.values()}
    mine = tuple(item for item in findings if item.rule not in {"draft", "no-key"})
    return (Evidence("verification", files, mine),) if files else ()


def _shown(
    plant: Plant, proof: ProofResult, probes: ProbeResult | None, evidence: tuple[Evidence, ...]
) -> Iterator[Shown]:
    if proof.state != "equal" or (probes is not None and probes.mismatches) or not evidence:
        return
    for zone in plant.zones:
        for requirement in SHOWN_BY_PROOF:
            why = Reason(says=say("The rules around the zone equal the concept, proved and probed."), rule=requirement)
            yield Shown(scope=zone.id, requirement=requirement, evidence=path_of(evidence[0]), why=why)


def _levels(context: Context, shown: tuple[Shown, ...]) -> tuple[ZoneLevels, ...]:
    """SL-A after this verification, beside SL-T and SL-C."""
    from ninefold.analysis.risk import risk

    results = context.results
    achieved = {(item.scope, item.requirement): True for item in shown}
    return risk(context.plant, results["protection"], results["threats"], shown=achieved, today=context.today).levels


def _summary(proof: ProofResult, probes: ProbeResult | None, shown: tuple[Shown, ...]) -> Any:
    words = {"equal": say("equal"), "different": say("different"), "undecided": say("undecided")}
    tried = (
        say("{n} probes, {bad} mismatches", n=probes.probes, bad=len(probes.mismatches)) if probes else say("no twin")
    )
    return say(
        "rules and concept: {state}; twin: {tried}; {shown} requirements shown",
        state=words[proof.state],
        tried=tried,
        shown=len(shown),
    )
