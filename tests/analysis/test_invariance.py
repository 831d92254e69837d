"""Names carry no meaning: a renamed plant has the same numbers; one plant's scenarios are written down whole."""

from __future__ import annotations

import json
import random
from pathlib import Path

from analysis.fuzz_conditions import TARGETS
from analysis.plants import production_line
from ninefold.analysis.optimise import optimise
from ninefold.analysis.paths import paths
from ninefold.analysis.plain import plain
from ninefold.analysis.protection import protection
from ninefold.analysis.risk import risk
from ninefold.analysis.threats import threats
from ninefold.model.plant import Plant

EXPECTED = Path(__file__).parent / "data/production_line_scenarios.txt"


def renamed(plant: Plant) -> tuple[Plant, dict[str, str]]:
    """The same plant; every id of zone, asset, function, conduit and entry point is another, in another order."""
    import msgspec

    names = [
        item.id
        for group in (plant.zones, plant.assets, plant.functions, plant.conduits, plant.entry_points)
        for item in group
    ]
    new = {name: f"n{(index * 7919) % 1009:04d}" for index, name in enumerate(sorted(names))}

    def swap(value: object) -> object:
        if isinstance(value, str):
            return new.get(value, value)
        if isinstance(value, tuple):
            return tuple(swap(item) for item in value)
        if isinstance(value, msgspec.Struct):
            return msgspec.structs.replace(
                value, **{name: swap(getattr(value, name)) for name in value.__struct_fields__ if name != "system"}
            )
        return value

    return swap(plant), new  # type: ignore[return-value]


def numbers(plant: Plant) -> tuple[dict, dict]:
    parts = plant, protection(plant), threats(plant)
    result = risk(*parts)
    levels = {item.scope: (tuple(item.target), tuple(item.capability)) for item in result.levels}
    risks = {
        (row.scenario.partition("@")[0], row.scope): (row.unmitigated.risk, row.current.risk, row.residual.risk)
        for row in result.register
    }
    return levels, risks


def test_renaming_changes_no_number():
    plant = production_line()
    other, new = renamed(plant)
    levels, risks = numbers(plant)
    levels2, risks2 = numbers(other)
    assert {new[scope]: value for scope, value in levels.items()} == levels2
    assert {(threat, new[scope]): value for (threat, scope), value in risks.items()} == risks2


def test_the_scenarios_of_the_production_line_are_those_written_down():
    found = [
        f"{item.id} c{item.least_class} {' '.join(item.subjects)}"
        + (f" with {' '.join(item.includes)}" if item.includes else "")
        for item in threats(production_line()).scenarios
    ]
    assert found == EXPECTED.read_text(encoding="utf-8").splitlines()


def test_every_run_gives_the_same_bytes():
    plant = production_line()
    first, second = (json.dumps(plain(risk(p, protection(p), threats(p)))) for p in (plant, production_line()))
    assert first == second


def test_results_become_plain_values():
    plant = production_line()
    assert json.loads(json.dumps(plain(optimise(plant, threats(plant)))))["chosen"]
    assert json.loads(json.dumps(plain(paths(plant, threats(plant), runs=1024))))[0]["why"]["says"]


def test_conditions_survive_rubbish():
    chance = random.Random(62443)
    target, seeds = TARGETS["condition"]
    for _ in range(3000):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.choice(b'()[],=<> andornothsy"\\-_\xff09')
        target(bytes(data))
