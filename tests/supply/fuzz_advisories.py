"""Targets for ``tools/run_fuzz.py``: everything of this room that reads bytes of strangers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ninefold.model.assets import Asset
from ninefold.model.vocabulary import AssetKind
from ninefold.supply import signals
from ninefold.supply.advisories.recommended import TESTS
from ninefold.supply.advisories.validate import validate
from ninefold.supply.fetching.provider import in_feed
from ninefold.supply.fetching.signatures import keyring
from ninefold.supply.formats import read_advisories
from ninefold.supply.matching import match
from ninefold.supply.patches import compatibility

SEED = (Path(__file__).with_name("signed") / "ex-2026-0001.json").read_bytes()
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
FULL = json.dumps(
    {
        "document": {"csaf_version": "2.0", "tracking": {"id": "A", "version": "1.0.0"}, "category": "csaf_vex"},
        "product_tree": {
            "branches": [
                {
                    "category": "vendor",
                    "name": "X",
                    "branches": [
                        {
                            "category": "product_version_range",
                            "name": ">=1.0|<2.0",
                            "product": {"name": "Panel K7", "product_id": "P"},
                        }
                    ],
                }
            ],
            "relationships": [
                {
                    "category": "installed_on",
                    "product_reference": "P",
                    "relates_to_product_reference": "P",
                    "full_product_name": {"name": "n", "product_id": "Q"},
                }
            ],
        },
        "vulnerabilities": [
            {
                "cve": "CVE-2026-0001",
                "product_status": {"known_affected": ["P", "Q"]},
                "scores": [{"products": ["P"], "cvss_v3": {"vectorString": VECTOR}}],
            }
        ],
    }
).encode()
PANEL = Asset(id="A", kind=AssetKind.HMI, vendor="X", product="Panel K7", firmware="1.5")


def _validate(data: bytes) -> Any:
    return validate(data, extra=TESTS)


def _match(data: bytes) -> Any:
    return match([PANEL], (), tuple(read_advisories(data)))


def _feed(data: bytes) -> Any:
    return list(in_feed(json.loads(data) if data[:1] in b"{[" and _is_json(data) else {}, "https://example.com/f"))


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


TARGETS: dict[str, tuple[Callable[[bytes], Any], list[bytes]]] = {
    "supply.validate": (_validate, [SEED, FULL]),
    "supply.match": (_match, [SEED, FULL, b'{"id":"G","affected":[{"package":{"name":"a"},"versions":["1"]}]}']),
    "supply.feed": (_feed, [b'{"feed":{"entry":[{"link":[{"rel":"self","href":"a.json"}]}]}}']),
    "supply.keys": (lambda data: keyring([data]), [(Path(__file__).with_name("signed") / "key.asc").read_bytes()]),
    "supply.epss": (signals.exploit_probability, [b"cve,epss\nCVE-1,0.5\n"]),
    "supply.patches": (compatibility, [b"patch,product,status\nKB1,X,compatible\n"]),
}
