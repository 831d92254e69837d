"""What answers of the interview mean: zones, assets, networks, flows and functions of a machine.

Partition after IEC 62443-3-2:2020 ZCR 3.2 to 3.6 (business apart, safety apart, temporary, wireless and externally
connected devices apart); anchors of the ratings: docs/method.md section 2.
"""

from __future__ import annotations

from typing import Any, Final

from ninefold.workspace.documents import FORMAT

Item = dict[str, Any]

_ROLES: Final = {
    "builder": ["product-supplier", "system-integrator"],
    "integrator": ["system-integrator"],
    "operator": ["asset-owner"],
    "service": ["maintenance-provider"],
}
_PEOPLE: Final = {"nothing": 1, "first-aid": 2, "reversible": 3, "irreversible": 4, "death": 5}
_NATURE: Final = {"nothing": 1, "on-site": 2, "reportable": 3, "off-site": 4, "lasting": 5}
_STANDSTILL: Final = {"never": 1, "weeks": 2, "days": 3, "shift": 4, "hour": 5}
_PRODUCT: Final = {"nothing": 1, "rejects": 2, "complaints": 3, "recall": 4}
_SECRETS: Final = {"nothing": 1, "little": 2, "much": 3, "everything": 4}
_EXPOSURE: Final = {"staff": "staffed", "nobody": "unattended", "controlled": "controlled"}
_DAYS: Final = {"monthly": 30, "quarterly": 90, "yearly": 365, "never": None}
_BUS: Final = {
    "profinet": ["profinet-cm"],
    "ethercat": ["ethercat"],
    "ethernet-ip": ["enip", "cip-io"],
    "modbus": ["modbus"],
    "other": [],
}
_PROGRAM: Final = {
    "profinet": "s7comm-plus",
    "ethercat": "ads",
    "ethernet-ip": "enip",
    "modbus": "modbus",
    "other": "https",
}


class Answers(dict[str, str]):
    """Answers by question, all of them filled."""

    def number(self, question: str) -> int:
        """An answer that is a number."""
        return int(self[question])

    @property
    def outside(self) -> bool:
        """Whether the machine is connected to anything beyond itself."""
        return self["company"] != "no" or self["remote"] != "no" or self["cloud"] != "no"


class _Plan:
    """Collects what the machine consists of. Every zone has one subnet; one firewall joins them."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.zones: dict[str, Item] = {}
        self.assets: dict[str, list[Item]] = {}
        self.networks: list[Item] = []
        self.entry_points: list[Item] = []
        self.vpns: list[Item] = []
        self.conduits: list[Item] = []
        self.number = 0

    def zone(self, name: str, title: str, **more: Any) -> None:
        exposure = _EXPOSURE[self.answers["attended"]]
        self.zones[name] = {"id": name, "title": title, "exposure": exposure, **more}
        if exposure == "controlled":
            self.zones[name]["exposure_evidence"] = "as answered in the interview; to be shown"
        self.assets[name] = []
        subnet = f"{self.answers['network']}.{10 * (len(self.networks) + 1)}"
        self.networks.append({"id": f"net-{name}", "subnet": f"{subnet}.0/24", "zone": name})

    def asset(self, zone: str, name: str, kind: str, title: str, **more: Any) -> None:
        index = next(n for n, item in enumerate(self.networks) if item["zone"] == zone)
        address = self.networks[index]["subnet"].replace(".0/24", f".{10 + len(self.assets[zone])}")
        self.assets[zone].append(
            {"id": name, "kind": kind, "title": title, "network": f"net-{zone}", "address": address, **more}
        )

    def conduit(self, name: str, title: str, *flows: Item) -> None:
        rows = []
        for flow in flows:
            self.number += 1
            rows.append({"id": f"f{self.number}", **flow})
        self.conduits.append({"id": name, "title": title, "flows": rows})

    def has(self, name: str) -> bool:
        return any(asset["id"] == name for assets in self.assets.values() for asset in assets)


def plant_of(answers: Answers) -> dict[str, dict[str, Any]]:
    """Files of the workspace: name -> sections."""
    plan = _Plan(answers)
    _control(plan)
    _safety(plan)
    _supervision(plan)
    _edge(plan)
    _company(plan)
    _temporary(plan)
    _entries(plan)
    files: dict[str, dict[str, Any]] = {"ninefold.yaml": _main(answers), "networks.yaml": _networks(plan)}
    for name, zone in plan.zones.items():
        files[f"zones/{name}.yaml"] = {"zone": zone, "assets": plan.assets[name]}
    if plan.conduits:
        files["conduits.yaml"] = {"conduits": plan.conduits}
    files["functions.yaml"] = {"functions": _functions(plan)}
    return files


def _main(answers: Answers) -> dict[str, Any]:
    system = {
        "name": answers["name"],
        "title": answers["title"],
        "description": answers["purpose"],
        "boundary": "The machine up to its firewall; what lies beyond belongs to the company or to service providers.",
        "organisation": {"roles": _ROLES[answers["role"]]},
        "constraints": {"patch_windows": answers["patches"]},
    }
    return {"format": FORMAT, "system": system}


def _control(plan: _Plan) -> None:
    answers = plan.answers
    plan.zone("control", "Control")
    program, bus, days = _PROGRAM[answers["fieldbus"]], _BUS[answers["fieldbus"]], _DAYS[answers["patches"]]
    many = max(1, answers.number("controllers"))
    for n in range(1, many + 1):
        safety = answers["safety"] == "integrated" and n == 1
        services = list(dict.fromkeys([program, *bus]))
        plan.asset("control", f"plc{n}", "plc", f"Controller {n}", vendor=answers["vendor"], services=services,
                   safety=safety, patch_cycle_days=days)  # fmt: skip
    for kind, question, name, title in (
        ("remote-io", "io", "io", "Remote I/O"),
        ("drive", "drives", "drive", "Drive"),
        ("hmi", "panels", "hmi", "Operator panel"),
        ("camera", "cameras", "camera", "Camera"),
    ):
        for n in range(1, answers.number(question) + 1):
            plan.asset("control", f"{name}{n}", kind, f"{title} {n}", patch_cycle_days=days)
    if answers["engineering"] == "station":
        plan.asset("control", "engineering", "engineering-station", "Engineering station")
    if answers["wireless"] != "no":
        plan.zone("wireless", "Radio", wireless=True)
        plan.asset("wireless", "access-point", "wireless-access-point", "Access point", wireless=True)
        plan.asset("wireless", "tablet", "mobile-device", "Tablet", wireless=True)
        plan.conduit(
            "wireless-control",
            "Radio to control",
            _flow("tablet", _operated(plan), "https", "operate by tablet", "data", "commands"),
        )


def _operated(plan: _Plan) -> str:
    return "hmi1" if plan.has("hmi1") else "plc1"


def _flow(source: str, target: str, service: str, purpose: str, *carries: str, **more: Any) -> Item:
    return {"from": source, "to": target, "service": service, "purpose": purpose, "carries": list(carries), **more}


def _safety(plan: _Plan) -> None:
    if plan.answers["safety"] != "separate":
        return
    plan.zone("safety", "Safety", safety=True)
    plan.asset("safety", "safety-plc", "safety-plc", "Safety controller", vendor=plan.answers["vendor"], safety=True)
    plan.conduit(
        "control-safety", "Control to safety", _flow("plc1", "safety-plc", "opcua", "read the state of safety", "data")
    )


def _supervision(plan: _Plan) -> None:
    if plan.answers["scada"] != "yes":
        return
    plan.zone("supervision", "Visualisation and data")
    plan.asset("supervision", "scada", "scada-server", "Visualisation and data server", services=["opcua", "https"])
    plan.conduit(
        "supervision-control",
        "Supervision to control",
        _flow("scada", "plc1", "opcua", "visualise, operate", "data", "commands"),
    )


def _edge(plan: _Plan) -> None:
    """The zone where the outside begins: firewall, remote maintenance, cloud edge."""
    answers = plan.answers
    if len(plan.zones) < 2 and not answers.outside and answers["engineering"] != "laptop":
        return
    plan.zone(
        "edge", "Connection to the outside", untrusted_access=answers["remote"] != "no" or answers["cloud"] != "no"
    )
    plan.assets["edge"].append({"id": "firewall", "kind": "firewall", "title": "Firewall of the machine"})
    if answers["cloud"] != "no":
        plan.asset("edge", "cloud-edge", "edge-gateway", "Gateway to the cloud")
        plan.conduit(
            "edge-data", "Data for the cloud", _flow("cloud-edge", _data(plan), "opcua", "collect data", "data")
        )
        carries = ["data"] if answers["cloud"] == "sends" else ["data", "commands", "updates"]
        plan.conduit("edge-cloud", "Cloud", _flow("cloud-edge", "cloud", "mqtts", "exchange with the cloud", *carries))
    if answers["remote"] != "no":
        _remote(plan)


def _data(plan: _Plan) -> str:
    return "scada" if plan.has("scada") else "plc1"


def _remote(plan: _Plan) -> None:
    answers = plan.answers
    users = answers["remote_users"] == "yes"
    kind = "cellular-router" if answers["remote"] == "cellular" else "remote-maintenance-router"
    plan.asset("edge", "remote-router", kind, "Router for remote maintenance", services=["openvpn"])
    plan.zones["edge"]["broker"] = {
        "by": "remote-router", "authenticates": users, "ends_session": users, "note": "as answered in the interview",
    }  # fmt: skip
    plan.vpns.append(
        {"id": "maintenance", "kind": "openvpn", "ends": ["internet", "remote-router"], "users": users,
         "consent": answers["remote"] == "on-demand", "always_on": answers["remote"] != "on-demand"}
    )  # fmt: skip
    plan.conduit(
        "remote-access", "Remote access", _flow("internet", "remote-router", "openvpn", "remote maintenance", "data")
    )
    program = _PROGRAM[answers["fieldbus"]]
    plan.conduit(
        "remote-control", "Remote maintenance to control",
        _flow("remote-router", "plc1", program, "diagnose, program", "data", "commands", "updates", vpn="maintenance"),
    )  # fmt: skip


def _company(plan: _Plan) -> None:
    """The customer's side is drawn as a zone, because commands come from there."""
    answers = plan.answers
    if answers["company"] == "no":
        return
    plan.zone("company", "Network of the company", business=True)
    plan.asset("company", "mes", "mes", "Order and data system of the company")
    carries = ["data"] if answers["company"] == "reads" else ["data", "commands"]
    flow = _flow("mes", _data(plan), answers["company_service"], "orders and production data", *carries)
    plan.conduit("company-machine", "Company to machine", flow)


def _temporary(plan: _Plan) -> None:
    if plan.answers["engineering"] != "laptop":
        return
    plan.zone("service", "Service devices", temporary=True)
    plan.asset("service", "service-laptop", "laptop", "Laptop for programming", temporary=True)
    flows = [
        _flow("service-laptop", "plc1", _PROGRAM[plan.answers["fieldbus"]], "program", "data", "commands", "updates")
    ]
    if plan.has("safety-plc"):
        flows.append(_flow("service-laptop", "safety-plc", "opcua", "program", "data", "commands", "updates"))
    plan.conduit("service-machine", "Programming", *flows)


def _entries(plan: _Plan) -> None:
    answers = plan.answers
    wanted = (
        (answers["remote"] != "no", "internet", "remote-access", "Remote maintenance over the internet", "edge"),
        (answers["cloud"] != "no", "cloud", "cloud", "Cloud", "edge"),
        (answers["company"] != "no", "enterprise", "enterprise", "Network of the company", "company"),
        (answers["engineering"] == "laptop", "laptop-port", "service-device", "Port for the laptop", "service"),
        (answers["media"] == "yes", "usb", "removable-media", "USB sticks", "control"),
        (answers["wireless"] == "inside", "radio", "wireless-local", "Radio inside the site", "wireless"),
        (answers["wireless"] == "beyond-fence", "radio", "wireless-public", "Radio beyond the fence", "wireless"),
        (True, "cabinet", "physical", "Cabinets and panels", "control"),
    )
    for needed, name, kind, title, zone in wanted:
        if needed:
            outside = name in {"internet", "cloud"}
            where = {"network": "net-wan"} if outside else {"zone": zone}
            plan.entry_points.append({"id": name, "kind": kind, "title": title, **where})


def _networks(plan: _Plan) -> dict[str, Any]:
    if plan.answers["remote"] != "no" or plan.answers["cloud"] != "no":
        # RFC 5737 documentation addresses: the real ones are not known on paper
        plan.networks.append(
            {"id": "net-wan", "title": "Uplink, addresses to be filled in", "subnet": "198.51.100.0/24"}
        )
    sections: dict[str, Any] = {"networks": plan.networks}
    if plan.has("firewall"):
        ports = [
            {"name": f"eth{n}", "network": item["id"], "address": item["subnet"].replace(".0/24", ".1")}
            for n, item in enumerate(plan.networks)
        ]
        firewall = next(item for item in plan.assets["edge"] if item["id"] == "firewall")
        firewall["interfaces"] = ports
        sections["gateways"] = [{"asset": "firewall", "interfaces": ports}]
    if plan.vpns:
        sections["vpns"] = plan.vpns
    sections["entry_points"] = plan.entry_points
    return sections


def _functions(plan: _Plan) -> list[Item]:
    answers = plan.answers
    people, nature = _PEOPLE[answers["people"]], _NATURE[answers["environment"]]
    controllers = [asset["id"] for asset in plan.assets["control"] if asset["kind"] == "plc"]
    rows = [
        _consequence("A", "production", _STANDSTILL[answers["standstill"]]),
        _consequence("I", "financial", _PRODUCT[answers["wrong_product"]]),
        _consequence("I", "environment", nature),
    ]
    guarded = answers["safety"] in {"separate", "integrated"}
    if not guarded:
        # hardwired safety stands outside the network: what it prevents cannot be switched off from there
        rows.append(_consequence("I", "people", min(people, 3) if answers["safety"] == "hardwired" else people))
    functions: list[Item] = [
        {"id": "production", "title": "Production", "supported_by": controllers, "consequences": rows}
    ]
    if guarded:
        by = ["safety-plc"] if plan.has("safety-plc") else ["plc1"]
        rows = [_consequence("A", "people", people), _consequence("I", "people", people)]
        functions.append(
            {"id": "safe-stop", "title": "Safe stop", "safety": True, "supported_by": by, "consequences": rows}
        )
    secrets = _SECRETS[answers["secrets"]]
    rows = [_consequence("C", "know_how", secrets)]
    holders = [*controllers, *(["scada"] if plan.has("scada") else [])]
    functions.append({"id": "recipes", "title": "Programs and recipes", "supported_by": holders, "consequences": rows})
    return functions + _services_of(plan, secrets)


def _services_of(plan: _Plan, secrets: int) -> list[Item]:
    """What is convenient but not essential: exchange of data, maintenance. A person should look at these ratings."""
    data = [name for name in ("scada", "cloud-edge", "mes") if plan.has(name)]
    care = [name for name in ("firewall", "remote-router", "service-laptop", "engineering") if plan.has(name)]
    found = []
    if data:
        rows = [_consequence("A", "production", 2), _consequence("C", "know_how", min(secrets, 3))]
        found.append({"id": "data-exchange", "title": "Exchange of data", "supported_by": data, "consequences": rows})
    if care:
        rows = [_consequence("A", "production", 2), _consequence("I", "production", 3)]
        found.append({"id": "upkeep", "title": "Maintenance", "supported_by": care, "consequences": rows})
    return [{**item, "essential": False} for item in found]


def _consequence(objective: str, category: str, rating: int) -> Item:
    return {"objective": objective, "category": category, "rating": rating, "why": "as answered in the interview"}
