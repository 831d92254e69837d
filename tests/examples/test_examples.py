"""The examples hold together: known names, addresses inside their networks, gateways that agree with their assets."""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path

import jsonschema_rs
import pytest

from example_reading import EXAMPLES, plant
from ninefold.model.plant import Plant
from support import corpus

NAMES = sorted(path.name for path in EXAMPLES.iterdir() if (path / "ninefold.yaml").exists())


@pytest.fixture(scope="module", params=NAMES)
def example(request: pytest.FixtureRequest) -> Plant:
    return plant(request.param)


def test_every_id_is_used_once(example: Plant) -> None:
    kinds = (example.networks, example.vpns, example.entry_points, example.zones, example.assets, example.conduits)
    more = (example.functions, example.measures, example.decisions, [flow for _, flow in example.flows])
    ids = [item.id for kind in (*kinds, *more) for item in kind]  # type: ignore[attr-defined]
    assert sorted(set(ids)) == sorted(ids)


def test_every_address_lies_in_its_network(example: Plant) -> None:
    for asset in example.assets:
        for item in asset.interfaces:
            if item.address:
                subnet = example.network[item.network].subnet
                assert ipaddress.ip_address(item.address) in ipaddress.ip_network(subnet), asset.id


def test_no_address_is_given_twice(example: Plant) -> None:
    addresses = [address for asset in example.assets for address in asset.addresses]
    assert len(set(addresses)) == len(addresses)


def test_gateways_agree_with_their_assets(example: Plant) -> None:
    for gateway in example.gateways:
        asset = example.asset[gateway.asset]
        assert {item.address for item in gateway.interfaces if item.network} == set(asset.addresses), asset.id
        assert {item.network for item in gateway.interfaces} <= set(example.network)


def test_every_flow_ends_somewhere_known_and_speaks_a_known_service(example: Plant) -> None:
    ends = {*example.asset, *example.zone, *example.network, *example.entry_point}
    for _, flow in example.flows:
        assert {flow.source, flow.target} <= ends, flow.id
        assert flow.service in example.service, flow.id
        assert not flow.vpn or flow.vpn in {vpn.id for vpn in example.vpns}, flow.id


def test_functions_stand_on_known_assets(example: Plant) -> None:
    for function in example.functions:
        assert set(function.supported_by) <= set(example.asset), function.id
        assert set(function.needs) <= set(example.function), function.id
        assert all(1 <= item.rating <= 5 for item in function.consequences)


def test_measures_name_known_things(example: Plant) -> None:
    known = {*example.asset, *example.zone, *example.conduit}
    for measure in example.measures:
        assert set(measure.components) <= set(example.asset), measure.id
        assert all(set(item.scope) <= known for item in measure.provides), measure.id


@pytest.mark.corpus
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/sources/advisories/*.json")), ids=lambda path: path.stem)
def test_advisories_follow_the_schema(path: Path) -> None:
    schemas = corpus("csaf/oasis-2.0/schema")
    referenced = sorted(schemas.glob("referenced_schema/first/*.json"))
    registry = jsonschema_rs.Registry(
        [(f"https://www.first.org/cvss/{item.name}", json.loads(item.read_text())) for item in referenced]
    )
    schema = json.loads((schemas / "csaf_json_schema.json").read_text())
    jsonschema_rs.validator_for(schema, registry=registry).validate(json.loads(path.read_text()))
