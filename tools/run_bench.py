"""Run every benchmark in ``tools/bench`` and print figures; ratios are compared with the committed baseline.

A missing peer prints "not measured". A ratio that fell by half against ``tools/bench/baseline.json`` fails.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BASELINE = ROOT / "tools/bench/baseline.json"


def main(arguments: list[str]) -> int:
    """Print the figures; 1 if a ratio fell by half."""
    import tools.bench

    names = [m.name for m in pkgutil.iter_modules(tools.bench.__path__) if not arguments or m.name in arguments]
    old = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    ratios: dict[str, float] = {}
    for name in names:
        if name == "baseline":
            continue
        print(f"\n{name}")
        for title, value, unit, note in importlib.import_module(f"tools.bench.{name}").run():
            print(f"  {title:58} {value:>14,.3f} {unit:12} {note}")
            if unit == "ratio":
                ratios[f"{name}: {title}"] = value
    fallen = [key for key, value in ratios.items() if key in old and value < old[key] / 2]
    for key in fallen:
        print(f"fell by half: {key}: {ratios[key]:.2f}, was {old[key]:.2f}")
    if "--save" in sys.argv:
        BASELINE.write_text(json.dumps(ratios, indent=2, sort_keys=True) + "\n")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if not word.startswith("-")]))
