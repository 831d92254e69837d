"""Supply chain: validation of advisories, matching with inventories. Needs the corpus; peers are optional."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

Row = tuple[str, float, str, str]


def run() -> list[Row]:
    """All measurements of this room."""
    corpus = Path(os.environ.get("NINEFOLD_CORPUS", ""))
    if not (corpus / "csaf/cisa-ics").exists():
        return [("supply", 0.0, "", "not measured: the corpus is missing")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _gather(corpus, folder)
        return [*_validation(folder), *_matching(folder)]


def _gather(corpus: Path, folder: Path) -> None:
    for number, path in enumerate(sorted((corpus / "csaf/cisa-ics").rglob("*.json"))):
        (folder / f"{number:04}.json").write_bytes(path.read_bytes())
    packed = corpus / "csaf/cisa-ics-more.tar.xz"
    with tarfile.open(packed) as archive:
        for number, member in enumerate(item for item in archive.getmembers() if item.name.endswith(".json")):
            stream = archive.extractfile(member)
            if stream:
                (folder / f"m{number:04}.json").write_bytes(stream.read())


def _cpu(code: str, *arguments: str) -> float:
    """CPU seconds of a fresh Python that runs ``code``: start-up included."""
    before = os.times()
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


def _validation(folder: Path) -> list[Row]:
    code = (
        "import sys; from pathlib import Path; from ninefold.supply.advisories.validate import validate\n"
        "for path in sorted(Path(sys.argv[1]).glob('*.json'))[:int(sys.argv[2])]: validate(path.read_bytes())"
    )
    ours = _cpu(code, str(folder), "200")
    rows: list[Row] = [("validate 200 advisories", ours, "s CPU", "schema, 43 tests, start-up; goal 0.5")]
    rows.append(_peer(folder, ours))
    from ninefold.supply.advisories.validate import validate

    documents = [path.read_bytes() for path in sorted(folder.glob("*.json"))]
    for data in documents[:50]:
        validate(data)
    start = time.process_time()
    invalid = sum(not validate(data).valid for data in documents)
    spent = time.process_time() - start
    rows.append(("validate in bulk", len(documents) / spent, "documents/s", f"one core, {invalid} invalid; goal 1000"))
    large = json.dumps(_large(json.loads(documents[0]), 29_000)).encode()
    start = time.process_time()
    validate(large)
    rows.append(("validate 29,000 products", time.process_time() - start, "s CPU", f"{len(large)} bytes; goal 1.5"))
    return rows


def _peer(folder: Path, ours: float) -> Row:
    """The PyPI package ``csaf``, where somebody installed it."""
    title = "PyPI csaf takes so many times longer"
    code = (
        "import json, sys; from pathlib import Path; from csaf.csaf.v20 import validate\n"
        "for path in sorted(Path(sys.argv[1]).glob('*.json'))[:200]: validate(json.loads(path.read_bytes()))"
    )
    try:
        theirs = _cpu(code, str(folder))
    except subprocess.CalledProcessError:
        return (title, 0.0, "", "not measured")
    return (title, theirs / max(ours, 0.01), "ratio", f"{theirs:.1f} s CPU, schema and mandatory tests of 200")


def _large(root: dict[str, Any], count: int) -> dict[str, Any]:
    """An advisory with ``count`` products, each named in the status, a score and a remediation."""
    ids = [f"P{number}" for number in range(count)]
    leaves = [
        {"category": "product_version", "name": f"1.{n}", "product": {"name": f"Product {n}", "product_id": key}}
        for n, key in enumerate(ids)
    ]
    vendor = {"category": "product_name", "name": "Product", "branches": leaves}
    root["product_tree"] = {"branches": [{"category": "vendor", "name": "Vendor", "branches": [vendor]}]}
    vulnerability = root["vulnerabilities"][0]
    vulnerability["product_status"] = {"known_affected": ids}
    vulnerability["remediations"] = [{"category": "mitigation", "details": "Update.", "product_ids": ids}]
    for score in vulnerability.get("scores", []):
        score["products"] = ids
    root["vulnerabilities"] = [vulnerability]
    return root


def _matching(folder: Path) -> list[Row]:
    from ninefold.supply.formats import read_advisories
    from ninefold.supply.matching import match

    start = time.process_time()
    advisories = [found for path in sorted(folder.glob("*.json")) for found in read_advisories(path.read_bytes())]
    rows: list[Row] = [("read advisories", time.process_time() - start, "s CPU", f"{len(advisories)} advisories")]
    products = [product for advisory in advisories for product in advisory.products.values()]
    for kinds, note in ((5_000, "5,000 kinds of devices; goal 8"), (100_000, "every device another version")):
        assets = _inventory(products, 100_000, kinds)
        start = time.process_time()
        found = match(assets, (), advisories)
        spent = time.process_time() - start
        rows.append(
            (f"match 100,000 assets, {kinds} kinds", spent, "s CPU", f"{len(found)} answers with reasons; {note}")
        )
    start = time.process_time()
    match(assets, (), advisories[-10:])
    rows.append(("match 10 new advisories", time.process_time() - start, "s CPU", "100,000 assets; goal 0.5"))
    return rows


def _inventory(products: list[Any], count: int, kinds: int) -> list[Any]:
    from ninefold.model.assets import Asset
    from ninefold.model.vocabulary import AssetKind

    chance = random.Random(7)
    drawn = []
    for _ in range(kinds):
        product = chance.choice(products)
        order = product.models[0] if product.models and chance.random() < 0.5 else ""
        version = f"V{chance.randint(0, 9)}.{chance.randint(0, 20)}.{chance.randint(0, 9)}"
        drawn.append((product.vendor, product.name, order, version))
    found = []
    for number in range(count):
        vendor, name, order, version = drawn[number] if kinds == count else chance.choice(drawn)
        found.append(
            Asset(
                id=f"A{number}", kind=AssetKind.OTHER, vendor=vendor, product=name, order_number=order, firmware=version
            )
        )
    return found


if __name__ == "__main__":
    for row in run():
        print(*row)
