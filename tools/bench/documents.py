"""How long a concept of 52 zones takes in each format, how much memory, and how long its diagram.

Each measurement runs in a process of its own, so that nothing is warm and memory is its own. Time is processor
time of that process (the machine is shared); the layout is timed apart from the formats and comes from the cache.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_WORK = """
import json, sys, time
sys.path[:0] = [{root!r} + "/src", {root!r} + "/tests/documents"]
from pathlib import Path
import msgspec, plants
from ninefold.documents.concept import concept
from ninefold.documents.diagrams.layout import ElkLayout
from ninefold.documents.diagrams.zones import ZonePicture
what, cache, zones, assets = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
plant = plants.large(zones, assets)
start, wall = time.process_time(), time.monotonic()
if what == "diagram":
    ZonePicture(plant=plant, layout=ElkLayout(cache=cache)).svg()
    result = {{"seconds": time.monotonic() - wall}}
else:
    content = msgspec.structs.replace(plants.content(plant), layout=ElkLayout(cache=cache))
    document = concept(content)
    if what == "html":
        from ninefold.documents.html import html as make
    elif what == "docx":
        from ninefold.documents.docx import docx as make
    elif what == "xlsx":
        from ninefold.documents.xlsx import xlsx as make
    else:
        from ninefold.documents.typst import pdf as make
    if what == "warm":
        make = lambda *_: b""
        from ninefold.documents.resolve import resolve
        resolve(document, "de")
    data = make(document, "de")
    result = {{"seconds": time.process_time() - start}}
try:
    import resource
    result["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
except ImportError:
    result["mb"] = 0.0
print(json.dumps(result))
"""


def _measure(what: str, cache: str, zones: int, assets: int) -> dict[str, float]:
    command = [sys.executable, "-c", _WORK.format(root=str(ROOT)), what, cache, str(zones), str(assets)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def run() -> list[tuple[str, float, str, str]]:
    """Rows of name, value, unit, note."""
    rows: list[tuple[str, float, str, str]] = []
    with tempfile.TemporaryDirectory() as cache:
        for zones, assets, limit in ((52, 200, 2), (208, 800, 8)):
            cold = _measure("diagram", cache, zones, assets)
            warm = _measure("diagram", cache, zones, assets)
            rows.append((f"diagram of {zones} zones", cold["seconds"], "s", f"wall time, at most {limit} s"))
            rows.append((f"diagram of {zones} zones, cached", warm["seconds"], "s", "wall time"))
        _measure("warm", cache, 52, 500)
        for form, limit in (("pdf", 6), ("docx", 4), ("html", 1), ("xlsx", 3)):
            result = _measure(form, cache, 52, 500)
            note = f"52 zones, 500 assets, processor time, at most {limit} s"
            rows.append((f"concept as {form}", result["seconds"], "s", note))
            rows.append((f"concept as {form}, memory", result["mb"], "MB", "at most 600 MB"))
    return rows


if __name__ == "__main__":
    for name, value, unit, note in run():
        print(f"{name:40} {value:8.2f} {unit:4} {note}")
