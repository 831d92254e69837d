from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ninefold.base.digest import digest
from ninefold.model.assets import Asset, Interface
from ninefold.model.networks import EntryPoint, Network
from ninefold.model.observed import End, Fact, Grade, Observation, ObservedFlow, ObservedHost, Origin
from ninefold.model.plant import Plant
from ninefold.model.system import System
from ninefold.model.vocabulary import AssetKind
from ninefold.model.zones import Conduit, Zone
from ninefold.sources import tables
from ninefold.sources.proposals import Proposal, propose, slug
from ninefold.sources.reconcile import reconcile

LIST = """Gerät;IP-Adresse;MAC;Hersteller;Bestellnummer;Firmware;Zone;Subnetzmaske
SPS Füllen;10.0.1.10;00:1b:1b:00:00:10;Siemens;6ES7 511-1AK02-0AB0;2.9;Steuerung;255.255.255.0
Bedienpanel;10.0.2.20;;Siemens;6AV2 123-2GB03-0AX0;17.0;Bedienung;255.255.255.0
"""


def apply(plant: Plant, proposals: tuple[Proposal, ...]) -> Plant:
    """What the workspace makes of proposals, without files."""
    lists = {key: list(getattr(plant, key)) for key in ("zones", "networks", "assets", "conduits", "entry_points")}
    types = {"networks": Network, "conduits": Conduit, "entry_points": EntryPoint}
    for item in proposals:
        if item.kind == "zone":
            lists["zones"].append(msgspec.convert(item.value, Zone))
        elif item.kind == "asset":
            value = dict(item.value)
            short = {key: value.pop(key) for key in ("address", "address6", "network", "mac") if key in value}
            if short:
                value["interfaces"] = [short]
            lists["assets"].append(msgspec.convert(value | {"zone": item.file[6:-5]}, Asset))
        elif item.kind == "field":
            at = next(n for n, asset in enumerate(lists["assets"]) if asset.id == item.id)
            asset = lists["assets"][at]
            if item.key == "mac":
                change = {"interfaces": (msgspec.structs.replace(asset.interfaces[0], mac=item.value),)}
            else:
                change = {item.key: item.value}
            lists["assets"][at] = msgspec.structs.replace(asset, **change)
        elif item.kind == "flow":
            at = next(n for n, conduit in enumerate(lists["conduits"]) if conduit.id == item.parent)
            conduit = msgspec.to_builtins(lists["conduits"][at])
            conduit["flows"] = [*conduit["flows"], item.value]
            lists["conduits"][at] = msgspec.convert(conduit, Conduit)
        else:
            lists[item.section].append(msgspec.convert(item.value, types[item.section]))
    return msgspec.structs.replace(plant, **{key: tuple(value) for key, value in lists.items()})


def capture(hosts=(), flows=(), name="line.pcap"):
    return Observation(
        origin=Origin(name=name, kind="pcap", sha256=digest(name), size=1), hosts=tuple(hosts), flows=tuple(flows)
    )


def test_a_list_and_a_capture_become_a_plant_and_the_second_run_adds_nothing() -> None:
    listed = tables.parse(LIST.encode(), "liste.csv")
    seen = capture(
        [
            ObservedHost(ips=("10.0.1.10",), macs=("00:1b:1b:00:00:10",)),
            ObservedHost(ips=("10.0.2.20",), macs=("00:1b:1b:00:00:20",)),
            ObservedHost(ips=("10.0.2.77",), macs=("3c:52:82:00:00:77",)),
        ],
        [
            ObservedFlow(
                client=End(ip="10.0.2.20"), server=End(ip="10.0.1.10"), transport="tcp", port=102,
                service="s7comm-plus",
                grade=Grade.SIGNATURE, functions=("reads", "writes"), packets=100, direction_reason="syn",
            )
        ],
    )  # fmt: skip
    empty = Plant(system=System(name="line"))
    proposals = propose(empty, reconcile(empty, [listed, seen]))
    plant = apply(empty, proposals)
    assert {asset.id: (asset.kind, asset.zone) for asset in plant.assets} == {
        "sps-fuellen": (AssetKind.PLC, "steuerung"),
        "bedienpanel": (AssetKind.HMI, "bedienung"),
        "other-10-0-2-77": (AssetKind.OTHER, "unassigned"),
    }
    assert plant.asset["sps-fuellen"].order_number == "6ES7 511-1AK02-0AB0"
    assert [net.subnet for net in plant.networks] == ["10.0.2.0/24", "10.0.1.0/24"]
    ((_, flow),) = plant.flows
    assert (flow.source, flow.target, flow.service, flow.carries) == (
        "bedienpanel", "sps-fuellen", "s7comm-plus", ("data", "commands"),
    )  # fmt: skip
    assert propose(plant, reconcile(plant, [listed, seen])) == ()


def test_contradictions_are_left_open_and_told_in_the_note() -> None:
    listed = tables.parse(LIST.encode(), "liste.csv")
    fact = Fact(key="identity.firmware", value="3.1", source="line.pcap")
    seen = capture([ObservedHost(ips=("10.0.1.10",), macs=("00:1b:1b:00:00:10",), facts=(fact,))])
    empty = Plant(system=System(name="line"))
    proposals = propose(empty, reconcile(empty, [listed, seen]))
    (plc,) = [item for item in proposals if item.id == "sps-fuellen"]
    assert "firmware" not in plc.value
    assert plc.value["note"] == "firmware? line.pcap: 3.1, liste.csv: 2.9"


def test_open_fields_are_filled_and_written_ones_kept() -> None:
    plant = Plant(
        system=System(name="line"),
        networks=(Network(id="n", subnet="10.0.1.0/24"),),
        zones=(Zone(id="z"),),
        assets=(
            Asset(id="plc", kind=AssetKind.PLC, zone="z", vendor="Siemens AG", firmware="2.9",
                  interfaces=(Interface(network="n", address="10.0.1.10"),)),
        ),
    )  # fmt: skip
    facts = [("vendor", "Other Company"), ("serial", "S C-ABCD1234"), ("firmware", "3.1")]
    host = ObservedHost(
        ips=("10.0.1.10",),
        macs=("00:1b:1b:00:00:10",),
        facts=tuple(Fact(key=f"identity.{key}", value=value, source="line.pcap") for key, value in facts),
    )
    proposals = propose(plant, reconcile(plant, [capture([host])]))
    assert {(item.key, item.old, item.value) for item in proposals} == {
        ("serial", "", "S C-ABCD1234"),
        ("firmware", "2.9", "3.1"),
    }
    assert {item.file for item in proposals} == {"zones/z.yaml"}


def test_ids_are_readable() -> None:
    assert slug("SPS Füllstraße 3") == "sps-fuellstrasse-3"


addresses = st.integers(1, 9).map(lambda n: f"192.168.{n % 3}.{n}")
macs = st.integers(1, 9).map(lambda n: f"00:1b:1b:00:00:0{n}")
names = st.sampled_from(["pump-1", "pumpe-1", "plc_7", "HMI"])
hosts = st.builds(
    lambda ip, mac, name, serial: ObservedHost(
        ips=(ip,) if ip else (),
        macs=(mac,) if mac else (),
        names=(name,) if name else (),
        facts=(Fact(key="identity.serial", value=serial),) if serial else (),
    ),
    st.none() | addresses,
    st.none() | macs,
    st.none() | names,
    st.none() | st.sampled_from(["SN-0001", "SN-0002"]),
)


def own(value):
    """A key that only equal values share; nothing is equal to nothing."""
    return lambda host: value(host) or object()


#: one source does not describe two devices by the same name, address or number: what then is meant only people know
group = st.lists(
    hosts,
    max_size=4,
    unique_by=(own(lambda h: h.ips), own(lambda h: h.macs), own(lambda h: h.names), own(lambda h: h.facts)),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(["pcap", "table", "nmap"]), group), max_size=3))
def test_whatever_was_seen_a_second_run_adds_no_device(sources) -> None:
    observations = [
        Observation(origin=Origin(name=f"{at}", kind=kind, sha256=digest(at), size=1), hosts=tuple(group))
        for at, (kind, group) in enumerate(sources)
    ]
    plant = Plant(system=System(name="x"))
    plant = apply(plant, propose(plant, reconcile(plant, observations)))
    # where one name stands for two devices, what was written down may tell them apart and open fields get filled later
    for _ in range(4):
        proposals = propose(plant, reconcile(plant, observations))
        assert not {item.kind for item in proposals} & {"asset", "zone", "network"}
        plant = apply(plant, proposals)
    assert propose(plant, reconcile(plant, observations)) == ()
