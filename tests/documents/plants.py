# ruff: noqa: E501
"""Plants for the tests of documents: a packaging line of four zones, and a large one of as many zones as asked."""

from __future__ import annotations

from ninefold.base.i18n import Text
from ninefold.documents.content import Approval, ConceptContent
from ninefold.model.assessment import (
    Need,
    Protection,
    RequirementStatus,
    Risk,
    RiskCell,
    ScenarioRisk,
    Threats,
    ZoneExposure,
    ZoneLevels,
)
from ninefold.model.assets import Asset, Interface
from ninefold.model.consequences import Consequence, Function
from ninefold.model.decisions import Decision, DecisionKind
from ninefold.model.findings import Finding, Reason
from ninefold.model.levels import LevelValue, Vector
from ninefold.model.measures import Measure, MeasureState, Provision
from ninefold.model.networks import EntryPoint, Gateway, GatewayInterface, Network, Vpn
from ninefold.model.plant import Plant
from ninefold.model.scenarios import Scenario
from ninefold.model.system import Assumption, Constraints, Organisation, Party, System
from ninefold.model.vocabulary import FR, AssetKind, Category, EntryKind, Objective, Role, Severity, State
from ninefold.model.zones import Broker, Conduit, Exposure, Flow, Zone

K = AssetKind


def _asset(identifier: str, kind: AssetKind, title: str, zone: str, address: str = "", network: str = "", **more):  # type: ignore[no-untyped-def]
    interfaces = (Interface(name="eth0", network=network, address=address),) if address else ()
    return Asset(id=identifier, kind=kind, title=title, zone=zone, interfaces=interfaces, **more)


def line() -> Plant:
    """The packaging line: safety, control, MES connection and data, external connectivity."""
    zones = (
        Zone(id="safety", title="Safety functions", level="1", safety=True, exposure=Exposure.STAFFED, owner="Safety engineering"),
        Zone(id="control", title="Control and visualisation", level="2", exposure=Exposure.STAFFED, owner="Automation",
             broker=Broker(by="op-1", authenticates=True, ends_session=True, note="Operator station holds the session")),
        Zone(id="mes", title="MES connection and data acquisition", level="3", owner="Production IT"),
        Zone(id="external", title="External connectivity and remote maintenance", level="3.5", untrusted_access=True,
             broker=Broker(by="rm-1", authenticates=True, ends_session=True), owner="Production IT"),
    )  # fmt: skip
    assets = (
        _asset("fplc-1", K.SAFETY_PLC, "Safety controller", "safety", "10.0.0.10", "n-safety", vendor="Siemens", product="ET 200SP F-CPU", firmware="V3.0.1", safety=True),
        _asset("fio-1", K.SAFETY_IO, "Safety I/O infeed", "safety", "10.0.0.11", "n-safety", vendor="Siemens", safety=True),
        _asset("fio-2", K.SAFETY_IO, "Safety I/O palletiser", "safety", "10.0.0.12", "n-safety", vendor="Siemens", safety=True),
        _asset("curtain-1", K.SENSOR, "Light curtain", "safety", "10.0.0.20", "n-safety", vendor="SICK", safety=True),
        _asset("plc-1", K.PLC, "Line controller", "control", "10.0.1.10", "n-control", vendor="Siemens", product="S7-1516", firmware="V2.9.4", order_number="6ES7516-3AN02-0AB0"),
        _asset("plc-2", K.PLC, "Palletiser controller", "control", "10.0.1.11", "n-control", vendor="Siemens", product="S7-1512", legacy=True),
        _asset("rio-1", K.REMOTE_IO, "Remote I/O", "control", "10.0.1.20", "n-control"),
        _asset("drive-1", K.DRIVE, "Infeed drive", "control", "10.0.1.30", "n-control", vendor="SEW"),
        _asset("drive-2", K.DRIVE, "Wrapper drive", "control", "10.0.1.31", "n-control", vendor="SEW"),
        _asset("robot-1", K.ROBOT_CONTROLLER, "Palletising robot", "control", "10.0.1.40", "n-control", vendor="KUKA"),
        _asset("hmi-1", K.HMI, "Panel infeed", "control", "10.0.1.50", "n-control", default_credentials=True),
        _asset("hmi-2", K.HMI, "Panel palletiser", "control", "10.0.1.51", "n-control"),
        _asset("op-1", K.OPERATOR_STATION, "Operator station", "control", "10.0.1.60", "n-control"),
        _asset("eng-1", K.ENGINEERING_STATION, "Engineering station", "control", "10.0.1.61", "n-control"),
        _asset("sw-1", K.SWITCH, "Cell switch", "control", "10.0.1.2", "n-control"),
        _asset("scale-1", K.WEIGHING_SYSTEM, "Checkweigher", "control", "10.0.1.70", "n-control"),
        _asset("label-1", K.LABEL_PRINTER, "Label printer", "mes", "10.0.2.30", "n-mes"),
        _asset("mesgw-1", K.OPC_SERVER, "OPC UA aggregation server", "mes", "10.0.2.10", "n-mes"),
        _asset("hist-1", K.HISTORIAN, "Historian", "mes", "10.0.2.11", "n-mes"),
        _asset("db-1", K.DATABASE, "Production database", "mes", "10.0.2.12", "n-mes"),
        _asset("cam-1", K.VISION_SYSTEM, "Vision system", "mes", "10.0.2.40", "n-mes"),
        _asset("fw-1", K.FIREWALL, "Line firewall", "external", "10.0.3.1", "n-ext", vendor="Example", product="Industrial firewall"),
        _asset("rm-1", K.REMOTE_MAINTENANCE_ROUTER, "Remote maintenance router", "external", "10.0.3.10", "n-ext"),
        _asset("log-1", K.LOG_SERVER, "Log server", "external", "10.0.3.20", "n-ext"),
        _asset("edge-1", K.EDGE_GATEWAY, "Edge gateway", "external", "10.0.3.30", "n-ext"),
    )  # fmt: skip
    networks = tuple(
        Network(id=identifier, title=title, subnet=subnet, vlan=vlan, zone=zone)
        for identifier, title, subnet, vlan, zone in (
            ("n-safety", "Safety network", "10.0.0.0/24", "010", "safety"),
            ("n-control", "Control network", "10.0.1.0/24", "011", "control"),
            ("n-mes", "MES network", "10.0.2.0/24", "012", "mes"),
            ("n-ext", "External network", "10.0.3.0/24", "013", "external"),
            ("n-plant", "Plant network", "10.20.0.0/16", "", ""),
        )
    )
    gateways = (
        Gateway(asset="fw-1", interfaces=tuple(
            GatewayInterface(name=f"eth{index}", network=network, address=f"10.0.{index}.1")
            for index, network in enumerate(("n-safety", "n-control", "n-mes", "n-ext", "n-plant")))),
    )  # fmt: skip
    conduits = (
        Conduit(id="c-safe", title="Safety commands", authenticated=True, flows=(
            Flow(id="f-safe-1", source="plc-1", target="fplc-1", service="s7comm-plus", purpose="Safety program status and acknowledgement", owner="Safety engineering", carries=("data", "commands")),)),
        Conduit(id="c-mes", title="MES orders and process data", encrypted=True, authenticated=True, flows=(
            Flow(id="f-mes-1", source="mesgw-1", target="plc-1", service="opcua", purpose="Orders and recipes", owner="Production IT", carries=("data", "commands"), log=True),
            Flow(id="f-mes-2", source="mesgw-1", target="plc-2", service="opcua", purpose="Palletising patterns", owner="Production IT"),
            Flow(id="f-mes-3", source="hist-1", target="scale-1", service="modbus", purpose="Weights", owner="Production IT"))),
        Conduit(id="c-rm", title="Remote maintenance", encrypted=True, authenticated=True, requires_vpn=True, inspected=True, flows=(
            Flow(id="f-rm-1", source="rm-1", target="eng-1", service="rdp", purpose="Remote maintenance session on the engineering station", owner="Maintenance", until="2027-03-31", vpn="v-rm", user="maintenance"),
            Flow(id="f-rm-2", source="rm-1", target="hist-1", service="https", purpose="Diagnosis of the historian", owner="Maintenance"))),
        Conduit(id="c-log", title="Logging and time", flows=(
            Flow(id="f-log-1", source="plc-1", target="log-1", service="syslog", purpose="Security events"),
            Flow(id="f-log-2", source="hist-1", target="log-1", service="syslog", purpose="Security events"))),
        Conduit(id="c-erp", title="Enterprise connection", encrypted=True, flows=(
            Flow(id="f-erp-1", source="e-erp", target="mesgw-1", service="https", purpose="Production orders", owner="Production IT", log=True),)),
        Conduit(id="c-inet", title="Internet access of remote maintenance", encrypted=True, flows=(
            Flow(id="f-inet-1", source="e-internet", target="rm-1", service="ipsec", purpose="Tunnel of the maintenance provider"),
            Flow(id="f-inet-2", source="edge-1", target="e-cloud", service="mqtts", purpose="Condition monitoring"))),
    )  # fmt: skip
    entry_points = (
        EntryPoint(id="e-internet", kind=EntryKind.REMOTE_ACCESS, title="Maintenance provider", zone="external"),
        EntryPoint(id="e-erp", kind=EntryKind.ENTERPRISE, title="Enterprise network", network="n-plant", zone="mes"),
        EntryPoint(id="e-cloud", kind=EntryKind.CLOUD, title="Monitoring cloud", zone="external"),
        EntryPoint(id="e-usb", kind=EntryKind.REMOVABLE_MEDIA, title="USB at the operator station", asset="op-1", zone="control", supervised=None),
    )  # fmt: skip
    functions = (
        Function(id="fn-stop", title="Safe stop", safety=True, supported_by=("fplc-1", "fio-1", "fio-2", "curtain-1"), consequences=(
            Consequence(objective=Objective.INTEGRITY, category=Category.PEOPLE, rating=5, why="A person in the palletiser can be killed"),)),
        Function(id="fn-pack", title="Packaging", supported_by=("plc-1", "plc-2", "robot-1", "drive-1"), consequences=(
            Consequence(objective=Objective.AVAILABILITY, category=Category.PRODUCTION, rating=4, why="Up to two weeks without the line"),)),
        Function(id="fn-data", title="Batch records", supported_by=("mesgw-1", "hist-1", "db-1"), consequences=(
            Consequence(objective=Objective.CONFIDENTIALITY, category=Category.KNOW_HOW, rating=4, why="Recipes give a competitor a product"),)),
    )  # fmt: skip
    measures = (
        Measure(id="m-fw", title="Filter between zones", state=MeasureState.IMPLEMENTED, components=("fw-1",), owner="Production IT", cost_once=4800, cost_yearly=600,
                provides=(Provision(requirement="SR 5.1", level=3, scope=("safety", "control", "mes", "external")), Provision(requirement="SR 5.2", level=3, scope=("control", "mes", "external")))),
        Measure(id="m-users", title="Personal accounts and roles", state=MeasureState.PLANNED, components=("op-1", "eng-1"), owner="Automation", due="2027-02-15", cost_once=2500,
                provides=(Provision(requirement="SR 1.1", level=2, scope=("control",)), Provision(requirement="SR 2.1", level=2, scope=("control",)))),
        Measure(id="m-vpn", title="User-authenticated VPN with consent at the machine", state=MeasureState.VERIFIED, components=("rm-1",), owner="Maintenance", cost_once=1900, cost_yearly=900, evidence=("ev-12",),
                provides=(Provision(requirement="SR 1.13", level=2, scope=("external",)),)),
        Measure(id="m-comp", title="Compensation for the old palletiser controller", state=MeasureState.CANDIDATE, components=("fw-1",), description="Write access only from the engineering station",
                provides=(Provision(requirement="CR 2.1", level=2, scope=("plc-2",), compensates=True),)),
    )  # fmt: skip
    decisions = (
        Decision(id="d-1", kind=DecisionKind.OVERRIDE_LEVEL, subject="mes/DC", value="3", by="A. Weber", role="asset-owner", reason="Recipes are the basis of the company.", date="2026-10-12", expires="2027-10-12"),
        Decision(id="d-2", kind=DecisionKind.ACCEPT_RISK, subject="s-usb@control", by="A. Weber", role="asset-owner", reason="USB needed until the new HMI is installed.", date="2026-10-12", expires="2027-04-30"),
        Decision(id="d-3", kind=DecisionKind.NOT_APPLICABLE, subject="safety/SR 1.6", by="M. Kaya", role="system-integrator", reason="No wireless in this zone.", date="2026-10-10"),
    )  # fmt: skip
    system = System(
        name="packaging-line-7", title="Packaging line 7", description="Packs and palletises bakery goods; 40 cycles per minute.",
        boundary="From the infeed belt to the pallet store; the enterprise network and the monitoring cloud are outside.",
        machine_type="PL-4000", serial_number="PL-4000-0137", version="2.1", site="Plant Musterstadt, hall 3",
        organisation=Organisation(name="Muster Packaging GmbH", roles=(Role.PRODUCT_SUPPLIER, Role.SYSTEM_INTEGRATOR), contact="security@example.com", sector="machinery", country="DE"),
        parties=(Party(name="Backwaren Müller AG", role=Role.ASSET_OWNER, contact="it@example.org"), Party(name="Service Nord GmbH", role=Role.MAINTENANCE_PROVIDER, scope=("external",))),
        assumptions=(Assumption(id="as-1", text="The hall is locked outside working hours.", owner="Backwaren Müller AG"), Assumption(id="as-2", text="The enterprise network is administered by trained staff.")),
        constraints=Constraints(real_time="Cycle time 4 ms in the control network", patch_windows="First Sunday of a month", safety="PL d, category 3"),
        policies=("Group security policy 4.2", "NIS 2 duties of the asset owner"), threat_environment="Criminal groups; no targeted attacks known.", language="de",
    )  # fmt: skip
    return Plant(
        system=system, networks=networks, gateways=gateways, entry_points=entry_points, zones=zones, assets=assets, conduits=conduits, functions=functions,
        vpns=(Vpn(id="v-rm", kind="ipsec", ends=("rm-1", "e-internet"), users=True, multifactor=True, consent=True),), measures=measures, decisions=decisions,
    )  # fmt: skip


TARGETS = {"safety": 3, "control": 2, "mes": 2, "external": 2}
TITLES = {"SR 1.1": Text("Human user identification and authentication", "Identifizierung und Authentifizierung von menschlichen Nutzern"),
          "SR 2.1": Text("Authorization enforcement", "Durchsetzung der Autorisierung"), "SR 5.1": Text("Network segmentation", "Netzsegmentierung"),
          "SR 5.2": Text("Zone boundary protection", "Schutz der Zonengrenze"), "SR 3.1": Text("Communication integrity", "Integrität der Kommunikation"),
          "SR 4.1": Text("Information confidentiality", "Vertraulichkeit von Informationen"), "SR 6.1": Text("Audit log accessibility", "Zugriff auf Ereignisprotokolle"),
          "SR 7.3": Text("Control system backup", "Datensicherung des Automatisierungssystems"), "SR 1.6": Text("Wireless access management", "Verwaltung drahtloser Zugänge"), "SR 1.13": Text("Access via untrusted networks", "Zugang über nicht vertrauenswürdige Netze")}  # fmt: skip
REQUIREMENTS = (("SR 1.1", FR.IAC, 1), ("SR 1.6", FR.IAC, 1), ("SR 1.13", FR.IAC, 1), ("SR 2.1", FR.UC, 1), ("SR 3.1", FR.SI, 1), ("SR 4.1", FR.DC, 1), ("SR 5.1", FR.RDF, 1), ("SR 5.2", FR.RDF, 1), ("SR 6.1", FR.TRE, 1), ("SR 7.3", FR.RA, 1))  # fmt: skip


def _why(zone: str, level: int) -> Reason:
    return Reason(
        says=Text(f"Class {level} is not tolerable", f"Klasse {level} ist nicht tragbar"), value=level, rule="method 3", refs=(zone,),
        because=(Reason(says=Text("Likelihood of class 2", "Eintrittswahrscheinlichkeit der Klasse 2"), value=3, refs=("e-erp",)), Reason(says=Text("Worst consequence: production", "Schwerste Folge: Produktion"), value=4, refs=("fn-pack",))),
    )  # fmt: skip


def assess(plant: Plant, targets: dict[str, int]) -> tuple[Protection, Threats, Risk]:
    """Results of steps 3 to 5 that look like real ones; nothing is computed here."""
    exposures, cells, levels, register, requirements, needs, scenarios = [], {}, [], [], [], [], []
    for index, zone in enumerate(plant.zones):
        target = targets.get(zone.id, 1 + index % 3)
        exposures.append(
            ZoneExposure(
                zone=zone.id,
                e_net=-1 if target == 3 else 0,
                e_local=-1,
                likelihood=(4, 3, 2, 0),
                chains=(("e-erp", "mes", "control"),),
                why=Reason(says="Nearest chain", refs=("e-erp", zone.id)),
            )
        )
        impact, category = (5, Category.PEOPLE) if zone.safety else (4, Category.PRODUCTION)
        cells[zone.id] = tuple(
            RiskCell(violation_class=c, objective=objective, category=category, likelihood=max(0, 5 - c), impact=impact, risk=max(0, 5 - c) * impact, tolerable_up_to=4 if zone.safety else 9)
            for c in (1, 2, 3, 4) for objective in Objective
        )  # fmt: skip
        decided = {d.subject: int(d.value) for d in plant.decisions if d.kind is DecisionKind.OVERRIDE_LEVEL}
        values = tuple(
            LevelValue(
                subject=zone.id,
                fr=fr,
                proposed=max(0, target - (fr is FR.DC)),
                decided=decided.get(f"{zone.id}/{fr.name}"),
                why=_why(zone.id, target),
            )
            for fr in FR
        )
        vector = Vector(**{v.fr.name.lower(): v.level for v in values})
        levels.append(
            ZoneLevels(
                scope=zone.id,
                target=vector,
                capability=Vector(2, 2, 2, 1, 3, 1, 2),
                achieved=Vector(1, None, 1, 0, 2, None, 1),
                values=values,
            )
        )
        needs.append(
            Need(
                subject=zone.id,
                objective=Objective.AVAILABILITY,
                category=category,
                rating=impact,
                why=_why(zone.id, impact),
            )
        )
        for number, (threat, title) in enumerate(
            (
                ("malware", Text("Malware reaches the controllers", "Schadsoftware erreicht die Steuerungen")),
                ("remote", Text("Misuse of remote maintenance", "Missbrauch der Fernwartung")),
                ("usb", Text("Infected removable medium", "Verseuchter Wechseldatenträger")),
            )
        ):
            identifier = f"s-{threat}@{zone.id}"
            members = tuple(a.id for a in plant.members[zone.id][:3])
            scenarios.append(
                Scenario(
                    id=identifier,
                    threat=f"t-{threat}",
                    title=title,
                    scope=zone.id,
                    subjects=members,
                    fr=(FR.IAC, FR.SI),
                    objectives=(Objective.AVAILABILITY,),
                    least_class=1,
                    barriers=(("SR 3.1",), ("SR 5.2",)),
                    techniques=("T0866",),
                )
            )
            worst = cells[zone.id][3]
            later = RiskCell(
                violation_class=2,
                objective=Objective.AVAILABILITY,
                category=category,
                likelihood=1 + number % 2,
                impact=impact,
                risk=(1 + number % 2) * impact,
                tolerable_up_to=worst.tolerable_up_to,
            )
            now = RiskCell(
                violation_class=2,
                objective=Objective.AVAILABILITY,
                category=category,
                likelihood=2,
                impact=impact,
                risk=2 * impact,
                tolerable_up_to=worst.tolerable_up_to,
            )
            register.append(
                ScenarioRisk(
                    scenario=identifier,
                    scope=zone.id,
                    unmitigated=worst,
                    current=now,
                    residual=later,
                    why=_why(zone.id, 2),
                    accepted="d-2" if identifier == "s-usb@control" else "",
                )
            )
        for position, (requirement, fr, level) in enumerate(REQUIREMENTS):
            state = (True, None, False)[(position + index) % 3]
            met = tuple(
                m.id for m in plant.measures for p in m.provides if p.requirement == requirement and zone.id in p.scope
            )
            absent = "d-3" if requirement == "SR 1.6" and zone.id == "safety" else ""
            requirements.append(
                RequirementStatus(
                    scope=zone.id,
                    requirement=requirement,
                    fr=fr,
                    level=level,
                    capability=True if met else state,
                    achieved=None if state is None else False,
                    met_by=met,
                    not_applicable=absent,
                    why=_why(zone.id, level),
                )
            )
    protection = Protection(
        needs=tuple(needs),
        initial=tuple(c for z in cells.values() for c in z[:2]),
        detailed_assessment_required=True,
        why=Reason(
            says=Text(
                "An initial risk is above the tolerable value.", "Ein Anfangsrisiko liegt über dem tragbaren Wert."
            )
        ),
    )
    findings = (
        Finding(rule="default-credentials", subject="hmi-1", title=Text("Default credentials are still set", "Standardkennwort ist noch gesetzt"), severity=Severity.HIGH, advice=Text("Set a personal password on the panel.", "Setzen Sie am Panel ein persönliches Kennwort.")),
        Finding(rule="usb-unknown", subject="e-usb", title=Text("Supervision of the USB port is unknown", "Überwachung des USB-Anschlusses ist unbekannt"), severity=Severity.MEDIUM, state=State.UNDECIDED),
    )  # fmt: skip
    risk = Risk(
        exposures=tuple(exposures),
        cells=cells,
        levels=tuple(levels),
        register=tuple(register),
        requirements=tuple(requirements),
        findings=findings,
    )
    return protection, Threats(scenarios=tuple(scenarios)), risk


def content(plant: Plant | None = None, *, approved: bool = False) -> ConceptContent:
    """What the concept is made of, for the line or another plant."""
    plant = plant or line()
    protection, threats, risk = assess(plant, TARGETS)
    approvals = (Approval(step="concept", by="M. Kaya", role="system-integrator", reason="Agreed with the customer", date="2026-11-02", signature="ed25519:7f3a…", valid=True),) if approved else ()  # fmt: skip
    return ConceptContent(
        plant=plant, protection=protection, threats=threats, risk=risk, approvals=approvals, date="2026-11-03", version="2.1", digest="5f0c2d9a71b4" * 4,
        titles=dict(TITLES),
    )  # fmt: skip


def large(zones: int = 52, assets: int = 200, seed: int = 7) -> Plant:
    """A plant of many nested zones: areas, each with cells and now and then a safety zone."""
    kinds = (K.PLC, K.HMI, K.DRIVE, K.REMOTE_IO, K.SWITCH, K.PANEL_PC, K.ROBOT_CONTROLLER, K.HISTORIAN)
    made: list[Zone] = [Zone(id="site", title="Site services", level="3")]
    areas = max(1, zones // 9)
    for area in range(areas):
        made.append(Zone(id=f"area-{area + 1}", title=f"Production area {area + 1}", level="2"))
    cells = list(range(zones - len(made)))
    for cell in cells:
        area = cell % areas + 1
        safety = cell % 5 == 4
        made.append(
            Zone(
                id=f"cell-{cell + 1:02d}",
                title=f"Safety of cell {cell}" if safety else f"Cell {cell + 1}: filling and closing",
                parent=f"area-{area}",
                safety=safety,
                level="1",
            )
        )
    leaf = [zone for zone in made if zone.id.startswith("cell") or zone.id == "site"]
    things = tuple(
        _asset(f"a-{n + 1:03d}", K.SAFETY_PLC if leaf[n % len(leaf)].safety else kinds[(n * seed) % len(kinds)], f"{kinds[(n * seed) % len(kinds)].value} {n + 1}", leaf[n % len(leaf)].id, f"10.{n % len(leaf)}.0.{n // len(leaf) + 10}", f"n-{n % len(leaf)}")
        for n in range(assets)
    )  # fmt: skip
    networks = tuple(Network(id=f"n-{i}", subnet=f"10.{i}.0.0/24", zone=zone.id) for i, zone in enumerate(leaf))
    members: dict[str, list[str]] = {}
    for thing in things:
        members.setdefault(thing.zone, []).append(thing.id)
    conduits = [
        Conduit(
            id="k-erp",
            title="Enterprise",
            flows=(Flow(id="f-erp", source="e-erp", target=members["site"][0], service="https", purpose="Orders"),),
        )
    ]
    for index, zone in enumerate(leaf[1:], 1):
        head = next(item for item in leaf if item.parent == zone.parent)  # the first cell of an area leads it
        other = members["site"][0] if head is zone or index % 11 == 0 else members[head.id][0]
        if index % 9 == 8:
            other = members[leaf[index - 1].id][0]
        flows = tuple(
            Flow(
                id=f"f-{index}-{n}",
                source=other,
                target=target,
                service=("opcua", "s7comm", "https", "modbus")[n % 4],
                purpose="Orders and process data",
                owner="Automation",
            )
            for n, target in enumerate(members[zone.id])
        )
        if index % 5 != 3:
            conduits.append(
                Conduit(id=f"k-{index:02d}", title=f"Process data {index}", flows=flows, encrypted=index % 2 == 0)
            )
    gateways = tuple(
        Gateway(asset=members[f"cell-{i:02d}"][0], interfaces=(GatewayInterface(name="eth0", network="n-0"), GatewayInterface(name="eth1", network=f"n-{i}")))
        for i in range(1, min(12, len(leaf)), 3)
    )  # fmt: skip
    measures = tuple(
        Measure(
            id=f"m-{i}",
            title=f"Measure {i}",
            components=(things[i % len(things)].id,),
            provides=(Provision(requirement="SR 5.2", level=2, scope=(leaf[i % len(leaf)].id,)),),
        )
        for i in range(40)
    )
    return Plant(
        system=System(name="large", title="Large plant"), networks=networks, gateways=gateways, zones=tuple(made), assets=things, conduits=tuple(conduits), measures=measures,
        entry_points=(EntryPoint(id="e-erp", kind=EntryKind.ENTERPRISE, title="Enterprise network", zone="site"),),
        functions=(Function(id="fn-1", title="Production", supported_by=(things[0].id,)),),
    )  # fmt: skip
