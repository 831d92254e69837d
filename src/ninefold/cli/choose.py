"""risk paths, risk optimise: attack paths and the cheapest sufficient measures."""

from __future__ import annotations

from typing import Any

import click

from ninefold.base.errors import EXIT_FINDINGS
from ninefold.cli.assess import fresh, risk
from ninefold.cli.door import Answer, Door, command, say
from ninefold.model.findings import to_plain


@command("paths", example="ninefold -C my-line risk paths", schema="ninefold.risk-paths/1")
@click.option("--function", "functions", multiple=True, help="Only this function; may be repeated.")
@click.option("--runs", default=10_000, help="Monte Carlo runs.")
def paths(door: Door, functions: tuple[str, ...], runs: int) -> Answer:
    """Find the ways to violate an essential function, their chances and the measure that helps most."""
    from ninefold.analysis.paths import paths as search

    engine = fresh(door, "threats")
    found = search(engine.context.plant, engine.result("threats"), runs=runs, functions=functions)
    rows = [
        {
            "function": item.function,
            "class": item.violation_class,
            "chance": item.chance,
            "error": item.error,
            "most_likely_chance": item.most_likely_chance,
            "most_likely": [
                {"from": s.source, "to": s.target, "along": s.along, "scenario": s.scenario, "chance": s.chance}
                for s in item.most_likely
            ],
            "cuts": [[{"scope": scope, "requirements": list(ids)} for scope, ids in cut.barriers] for cut in item.cuts],
            "best_measure": item.best_measure,
            "chance_with_best": item.chance_with_best,
            "because": to_plain(item.why),
        }
        for item in found
    ]

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        columns = (say("Function"), say("Class"), say("Chance"), say("Most likely way"), say("Helps most"))
        cells = [
            (
                item.function,
                item.violation_class,
                f"{item.chance:.3f} ± {item.error:.3f}",
                " → ".join([item.most_likely[0].source, *(step.target for step in item.most_likely)])
                if item.most_likely
                else "-",
                item.best_measure or "-",
            )
            for item in found
        ]
        table(screen, columns, cells)

    return Answer({"paths": rows}, text)


@command("optimise", example="ninefold -C my-line risk optimise --budget 20000", schema="ninefold.risk-optimise/1")
@click.option("--budget", type=float, help="Spend at most this and reduce risk the most.")
@click.option("--force", "forced", multiple=True, help="This measure must be part of it; may be repeated.")
@click.option("--forbid", "forbidden", multiple=True, help="This measure must not; may be repeated.")
@click.option("--seconds", default=60.0, help="Time limit of the solver.")
def optimise(
    door: Door, budget: float | None, forced: tuple[str, ...], forbidden: tuple[str, ...], seconds: float
) -> Answer:
    """Choose the cheapest measures that suffice, and say what fails without each."""
    from ninefold.analysis.optimise import optimise as choose

    engine = fresh(door, "threats")
    plan = choose(
        engine.context.plant,
        engine.result("threats"),
        forced=forced,
        forbidden=forbidden,
        budget=budget,
        seconds=seconds,
        today=engine.context.today,
    )
    data = {
        "feasible": plan.feasible,
        "optimal": plan.optimal,
        "gap": plan.gap,
        "cost": plan.cost,
        "years": plan.years,
        "chosen": [{"measure": c.measure, "cost": c.cost, "because": to_plain(c.why)} for c in plan.chosen],
        "curve": [
            {"measure": p.measure, "cost": p.cost, "risk": p.risk, "open_requirements": p.open_requirements}
            for p in plan.curve
        ],
        "unmet": [
            {"scope": u.scope, "requirement": u.requirement, "scenario": u.scenario, "because": to_plain(u.why)}
            for u in plan.unmet
        ],
    }

    def text(screen: Any) -> None:
        from ninefold.cli.render import number, table

        screen.print(str(plan.why.says), markup=False)
        rows = [(c.measure, number(c.cost), (c.why.because or (c.why,))[0].says) for c in plan.chosen]
        table(screen, (say("Measure"), say("Cost"), say("Why it is needed")), rows)
        if plan.unmet:
            screen.print()
            shown = [(u.scope, u.requirement or u.scenario, u.why.says) for u in plan.unmet[:20]]
            title = say("What no measure at hand can do ({n} in all)", n=len(plan.unmet))
            table(screen, (say("Where"), say("What"), say("Reason")), shown, title=title)

    return Answer(data, text, plan.findings, code=0 if plan.feasible else EXIT_FINDINGS)


risk.add_command(paths)
risk.add_command(optimise)
