"""The dialect nftables: reads text and JSON, writes text."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

from ninefold.base.errors import LimitError, Place
from ninefold.base.limits import NESTING, TEXT_FILE
from ninefold.model.plant import Plant
from ninefold.network.firewalls.interface import Dialect, NotThisDialectError
from ninefold.network.firewalls.nftables.convert import convert
from ninefold.network.firewalls.nftables.reader import read
from ninefold.network.ruleset import RuleSet

_TEXT = re.compile(
    r"^\s*(?:(?:add\s+)?table\s+(?:(?:inet|ip|ip6|arp|bridge|netdev)\s+)?[\w.-]+\s*[{;\n]|flush\s+ruleset|add\s+(?:rule|chain)\s)"
    r"|^#!\s*/\S*nft\b",
    re.MULTILINE,
)


class Nftables(Dialect):
    """Linux nftables, versions 0.9.3 to 1.1."""

    name: ClassVar[str] = "nftables"
    title: ClassVar[str] = "nftables"
    suffix: ClassVar[str] = ".nft"
    renders: ClassVar[bool] = True

    def recognises(self, text: str, file: str) -> bool:
        """A table block or command, or the JSON of ``nft -j``."""
        return _is_json(text) or bool(_TEXT.search(text))

    def parse(self, text: str, file: str) -> RuleSet:
        """Text or JSON; see Dialect."""
        if len(text) > TEXT_FILE:
            raise LimitError("too-large", "The rule set is too large.", place=Place(file))
        if "no json callback" in text:
            raise NotThisDialectError("nft-json-lost", "nft could not print a part of this as JSON.", place=Place(file))
        try:
            items = _json(text, file) if _is_json(text) else read(text, file)
            return convert(items, file)
        except RecursionError as error:
            raise LimitError("too-deep", "The rule set is nested too deeply.", place=Place(file)) from error
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise NotThisDialectError(
                "nft-json", f"This is not what nft prints: {error}.", place=Place(file)
            ) from error

    def render(self, plant: Plant, gateway: str) -> str:
        """See Dialect."""
        from ninefold.network.firewalls.nftables.writer import write

        return write(plant, gateway)


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] == "{" and '"nftables"' in text[:65536]


def _json(text: str, file: str) -> list[dict[str, Any]]:
    if text.count("{") and _depth(text) > NESTING:
        raise LimitError("too-deep", "The JSON is nested too deeply.", place=Place(file))
    found = json.loads(text)["nftables"]
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise NotThisDialectError("nft-json", "This is not what nft prints.", place=Place(file))
    return found


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in re.finditer(r"[\[{\]}]", text):
        depth += 1 if sign.group() in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
