# ruff: noqa: E501 - sentences stay whole, so that they can be found and translated
"""One page for those who decide, and the words everybody should mean the same by."""

from __future__ import annotations

from ninefold.base.i18n import Text
from ninefold.documents.blocks import (
    Block,
    Bullets,
    Callout,
    Document,
    Figure,
    Heading,
    Inlines,
    Number,
    Paragraph,
    Row,
    Span,
    Table,
    Tone,
)
from ninefold.documents.content import ConceptContent
from ninefold.documents.diagrams.charts import RiskMatrix
from ninefold.documents.frame import frame
from ninefold.documents.parts import approval, points, risks
from ninefold.documents.parts.common import col, properties, say, text
from ninefold.model.measures import MeasureState
from ninefold.model.vocabulary import Severity


def summary(content: ConceptContent) -> Document:
    """The state of the plant on one page, with the three things to decide."""
    plant = content.plant
    items = points.points(content)
    register = content.risk.register if content.risk else ()
    still = [m for m in plant.measures if m.state in (MeasureState.PLANNED, MeasureState.CANDIDATE)]
    years = plant.system.method.years
    cost = sum(m.cost_once + years * m.cost_yearly for m in still)
    blocks: list[Block] = [
        Callout(
            tone=Tone.PROPOSAL, title=say("To decide"), blocks=(Bullets(ordered=True, items=tuple(decide(content))),)
        ),
        properties(
            (
                (say("Zones, assets, conduits"), f"{len(plant.zones)}, {len(plant.assets)}, {len(plant.conduits)}"),
                (say("Risks not tolerable: without measures, now, with all planned measures"), _counts(content)),
                (
                    say("Measures still to implement"),
                    (
                        say("{count} of {total}", count=len(still), total=len(plant.measures)),
                        "; ",
                        say("cost over {years} years: ", years=years),
                        Number(cost, content.currency),
                    ),
                ),
                (say("Open points"), points.headline(items)),
            )
        ),
    ]
    if register:
        blocks.append(Figure(picture=RiskMatrix(register=register), caption=say("Scenarios by likelihood and impact")))
    return frame(content, "management-summary", say("Summary for management"), blocks, contents=False)


def _counts(content: ConceptContent) -> Inlines:
    if not content.risk:
        return text("")
    register = content.risk.register
    return ", ".join(
        str(sum(not getattr(r, name).tolerable for r in register)) for name in ("unmitigated", "current", "residual")
    )


def decide(content: ConceptContent) -> list[Inlines]:
    """The three decisions that matter most now, most urgent first. Never fewer than three lines."""
    result: list[Inlines] = []
    register = content.risk.register if content.risk else ()
    left = [r for r in register if risks.is_open(r)]
    if content.risk is None:
        result.append(say("Have the risks determined: without them no level and no measure is justified."))
    if left:
        worst = max(left, key=lambda r: (r.residual.risk, r.scenario))
        result.append(
            (
                say(
                    "Treat or accept the residual risks above the tolerable value ({count}); the largest (R {risk}) is ",
                    count=len(left),
                    risk=worst.residual.risk,
                ),
                Span(worst.scenario, "code"),
                ".",
            )
        )
    still = [m for m in content.plant.measures if m.state is MeasureState.PLANNED]
    if still:
        cost = sum(m.cost_once for m in still)
        result.append(
            (
                say("Release the planned measures ({count}); cost once ", count=len(still)),
                Number(cost, content.currency),
                ".",
            )
        )
    candidates = [m for m in content.plant.measures if m.state is MeasureState.CANDIDATE]
    if candidates:
        result.append(say("Decide on the measures that are only proposed ({count}).", count=len(candidates)))
    if approval.state(content)[1] is not Tone.GOOD:
        result.append(say("Approve the security concept, or say what is missing (ZCR 7.1 is the asset owner's)."))
    high = [p for p in points.points(content) if p.severity >= Severity.HIGH]
    if high:
        result.append(
            say("Name somebody who closes the open points of high weight ({count}), and a date.", count=len(high))
        )
    result += [
        say("Set the date of the next review of the concept."),
        say("Confirm the owners of zones and measures."),
        say("Confirm that the tolerable risk still fits the business."),
    ]
    return result[:3]


TERMS: tuple[tuple[Text, Text], ...] = (
    (Text("Asset", "Asset (Betriebsmittel)"), Text("Device or software that belongs to the system and is worth protecting.", "Gerät oder Software, die zum System gehört und schützenswert ist.")),
    (Text("Asset owner", "Betreiber"), Text("Who is responsible for the plant in operation; approves the concept.", "Wer die Anlage im Betrieb verantwortet; gibt das Konzept frei.")),
    (Text("Broker", "Sitzungsvermittler"), Text("Asset that authenticates a user or peer and ends or holds the session, such as a jump host.", "Asset, das Nutzer oder Gegenstelle authentifiziert und die Sitzung beendet oder hält, etwa ein Sprungserver.")),
    (Text("Compensating measure", "Kompensierende Maßnahme"), Text("Protects an asset that cannot do it itself.", "Schützt ein Asset, das es selbst nicht kann.")),
    (Text("Conduit", "Conduit"), Text("Grouped communication between zones with common protection; what is not in a conduit is not permitted.", "Zusammengefasste Kommunikation zwischen Zonen mit gemeinsamem Schutz; was in keinem Conduit steht, ist nicht erlaubt.")),
    (Text("Entry point", "Eintrittspunkt"), Text("Where the outside begins: a network, a service device, a removable medium, a door.", "Wo das Außen beginnt: ein Netz, ein Servicegerät, ein Wechseldatenträger, eine Tür.")),
    (Text("Essential function", "Wesentliche Funktion"), Text("Function that keeps people, environment, availability or equipment safe.", "Funktion, die Menschen, Umwelt, Verfügbarkeit oder Einrichtungen schützt.")),
    (Text("Flow", "Kommunikationsbeziehung"), Text("One permitted communication: who calls whom with which service, what for, until when.", "Eine erlaubte Kommunikation: wer ruft wen mit welchem Dienst, wozu, bis wann.")),
    (Text("Foundational requirement (FR)", "Grundlegende Anforderung (FR)"), Text("One of the seven groups of requirements of IEC 62443.", "Eine der sieben Anforderungsgruppen der IEC 62443.")),
    (Text("Gateway", "Übergang (Gateway)"), Text("Device on the border of a zone that forwards and filters.", "Gerät an der Zonengrenze, das weiterleitet und filtert.")),
    (Text("Impact", "Auswirkung"), Text("How bad the consequence is, 1 to 5.", "Wie schlimm die Folge ist, 1 bis 5.")),
    (Text("Likelihood", "Eintrittswahrscheinlichkeit"), Text("How often it is to be expected, 0 to 5.", "Wie oft damit zu rechnen ist, 0 bis 5.")),
    (Text("Protection need", "Schutzbedarf"), Text("Worst consequence for availability, integrity or confidentiality, 1 to 5.", "Schwerste Folge für Verfügbarkeit, Integrität oder Vertraulichkeit, 1 bis 5.")),
    (Text("Residual risk", "Restrisiko"), Text("Risk that is left with all planned measures.", "Risiko, das mit allen geplanten Maßnahmen bleibt.")),
    (Text("Risk R", "Risiko R"), Text("Likelihood times impact, 0 to 25.", "Eintrittswahrscheinlichkeit mal Auswirkung, 0 bis 25.")),
    (Text("Scenario", "Bedrohungsszenario"), Text("A threat that can happen to a zone or conduit here.", "Eine Bedrohung, die hier einer Zone oder einem Conduit widerfahren kann.")),
    (Text("Security level (SL)", "Sicherheitsstufe (SL)"), Text("0 to 4 per foundational requirement: against which adversary protection holds.", "0 bis 4 je grundlegender Anforderung: gegen welchen Angreifer der Schutz hält.")),
    (Text("SL-T, SL-C, SL-A", "SL-T, SL-C, SL-A"), Text("Needed (target), possible (capability), shown by verification (achieved).", "Benötigt (Ziel), möglich (Fähigkeit), durch Verifikation nachgewiesen (erreicht).")),
    (Text("System requirement (SR), enhancement (RE)", "Systemanforderung (SR), Erweiterung (RE)"), Text("Requirement of IEC 62443-3-3; from which level it holds is part of it.", "Anforderung der IEC 62443-3-3; ab welcher Stufe sie gilt, gehört dazu.")),
    (Text("System under consideration", "Betrachtetes System"), Text("What the concept is about, with its boundary.", "Worum es im Konzept geht, mit seiner Grenze.")),
    (Text("Tolerable risk", "Tragbares Risiko"), Text("What the organisation is ready to bear without further measures.", "Was die Organisation ohne weitere Maßnahmen zu tragen bereit ist.")),
    (Text("Zone", "Zone"), Text("Assets with common security requirements.", "Assets mit gemeinsamen Sicherheitsanforderungen.")),
)  # fmt: skip


def glossary(content: ConceptContent) -> Document:
    """The words of the documents, in both languages."""
    table = Table(
        columns=(col(say("English"), 1.4), col(say("German"), 1.4), col(say("Meaning"), 3.4)),
        rows=tuple(Row((Span(term.en), Span(term.de), meaning)) for term, meaning in TERMS),
        caption=say("Terms"),
        sheet=say("Terms"),
    )
    intro = Paragraph(
        say("The words are those of the IEC 62443 series and of plant engineers; explanations are our own.")
    )
    return frame(
        content, "glossary", say("Glossary"), [Heading(words=say("Terms"), id="terms"), intro, table], contents=False
    )
