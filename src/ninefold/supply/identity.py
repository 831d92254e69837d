"""Is this thing that product? A ladder from serial numbers down to family names, each rung with its confidence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from ninefold.base.i18n import Message
from ninefold.model.assets import Asset
from ninefold.model.observed import Component
from ninefold.supply import names
from ninefold.supply.advisory import Advisory, Product
from ninefold.supply.versions import say

PREFIX = 6  # characters of an order number that tell something
LONGER = 200  # order numbers looked at that begin like a shorter one
SURE = 0.8  # from here on an identity counts without a person


class Unit(msgspec.Struct, frozen=True, gc=False):
    """One thing that can be affected: a device with its firmware, or a program on it."""

    asset: str
    vendor: str
    name: str
    version: str
    order: str = ""
    serial: str = ""
    hardware: str = ""
    purl: str = ""
    cpe: str = ""
    hashes: tuple[str, ...] = ()

    @property
    def signature(self) -> tuple[str, ...]:
        """What decides which products it may be; equal devices share the answer."""
        return (self.vendor, self.name, self.order, self.purl, self.cpe, *self.hashes)


class Identity(msgspec.Struct, frozen=True, gc=False):
    """A product that a unit may be. ``vague``: the unit says less than the product's name."""

    product: Product
    rung: int
    confidence: float
    why: Message
    vague: bool = False
    branch: str = ""
    condition: str = ""


def units(assets: Iterable[Asset], components: Iterable[Component]) -> Iterable[Unit]:
    """Assets as devices, their software, and the components of SBOMs."""
    for item in assets:
        yield Unit(
            item.id, item.vendor, item.product, item.firmware, item.order_number, item.serial, item.hardware_version
        )
        for program in item.software:
            yield Unit(item.id, program.vendor, program.name, program.version, "", "", "", program.purl, program.cpe)
    for part in components:
        hashes = tuple(value.lower() for _, value in part.hashes)
        owner = part.asset or part.ref or part.name
        yield Unit(owner, part.supplier, part.name, part.version, "", "", "", part.purl, part.cpe, hashes)


def purl_key(purl: str) -> str:
    """Type, namespace and name of a purl, without version, qualifiers and subpath."""
    return re.split(r"[@?#]", purl.strip().casefold().removeprefix("pkg:"), maxsplit=1)[0].strip("/")


@lru_cache(maxsize=50_000)
def cpe_key(cpe: str) -> str:
    """Part, vendor and product of a CPE name (2.2 or 2.3)."""
    parts = cpe.strip().casefold().removeprefix("cpe:2.3:").removeprefix("cpe:/").split(":")
    return ":".join(parts[:3]) if len(parts) >= 3 and "*" not in parts[1:3] else ""


class Index:
    """The products of many advisories, found by each rung of the ladder."""

    def __init__(self, advisories: Sequence[Advisory]) -> None:
        self.entries: list[tuple[int, Product]] = []
        self._exact: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._wild: list[tuple[re.Pattern[str], int]] = []
        self._serials: list[tuple[re.Pattern[str], int]] = []
        self._named: dict[tuple[str, names.Name], list[int]] = defaultdict(list)
        self._read: list[tuple[frozenset[str], names.Name]] = []
        for number, advisory in enumerate(advisories):
            for product in advisory.products.values():
                self._add(number, product)
        self._by_key: dict[tuple[str, str], list[names.Name]] = defaultdict(list)
        self._by_token: dict[tuple[str, str], list[names.Name]] = defaultdict(list)
        self._by_rarest: dict[tuple[str, str], list[names.Name]] = defaultdict(list)
        self._orders = sorted(key for kind, key in self._exact if kind == "order")
        self._order_names()

    def _order_names(self) -> None:
        """Each name of a vendor stands once, under its key, each of its words, and its rarest word."""
        for vendor, name in self._named:
            self._by_key[vendor, name.key].append(name)
            for token in name.tokens:
                self._by_token[vendor, token].append(name)
        for vendor, name in self._named:
            if name.tokens:
                rarest = min(name.tokens, key=lambda token: (len(self._by_token[vendor, token]), token))
                self._by_rarest[vendor, rarest].append(name)

    def _add(self, number: int, product: Product) -> None:
        at = len(self.entries)
        self.entries.append((number, product))
        read = names.product(product.name, product.vendor)
        vendors = names.vendor_keys(product.vendor)
        self._read.append((frozenset(vendors), read))
        for model in (*product.models, *read.orders):
            key = names.order_key(model)
            if re.search(r"[*?]|[a-z]x{2}|x{2}", key):
                self._wild.append((_pattern(key), at))
            elif key:
                self._exact["order", key].append(at)
        for serial in product.serials:
            self._serials.append((_pattern(names.order_key(serial)), at))
        for kind, key in (("purl", purl_key(product.purl)), ("cpe", cpe_key(product.cpe))):
            if key:
                self._exact[kind, key].append(at)
        for value in product.hashes:
            self._exact["hash", value].append(at)
        for vendor in vendors:
            self._named[vendor, read].append(at)

    def find(self, unit: Unit) -> list[tuple[int, Identity]]:
        """(number of the advisory, identity) of every product that a unit may be; the best rung per product."""
        best: dict[int, Identity] = {}
        for at, identity in self._climb(unit):
            if at not in best or identity.rung < best[at].rung:
                best[at] = identity
        return [(self.entries[at][0], best[at]) for at in sorted(best)]

    def _climb(self, unit: Unit) -> Iterable[tuple[int, Identity]]:
        for value in unit.hashes:
            yield from self._by("hash", value, 1, 1.0, say("the same hash"))
        yield from self._by_order(unit)
        if unit.purl:
            yield from self._by("purl", purl_key(unit.purl), 3, 0.95, say("the same purl"))
        if unit.cpe:
            yield from self._by("cpe", cpe_key(unit.cpe), 3, 0.95, say("the same CPE name"))
        yield from self._by_name(unit)

    def by_serial(self, serial: str) -> list[tuple[int, Identity]]:
        """Identities by serial number; asked for each unit, as serial numbers are not shared."""
        key = names.order_key(serial)
        why = say("serial number {number}", number=serial)
        return [
            (self.entries[at][0], Identity(self.entries[at][1], 1, 1.0, why))
            for pattern, at in self._serials
            if key and pattern.fullmatch(key)
        ]

    @property
    def has_serials(self) -> bool:
        """Whether any product is named by serial number."""
        return bool(self._serials)

    def _by(self, kind: str, key: str, rung: int, sure: float, why: Message) -> Iterable[tuple[int, Identity]]:
        for at in self._exact.get((kind, key), ()) if key else ():
            yield at, Identity(self.entries[at][1], rung, sure, why)

    def _by_order(self, unit: Unit) -> Iterable[tuple[int, Identity]]:
        """Equal order numbers; one that begins like the other (CSAF 2.0, 3.1.3.3.4: models match as prefix)."""
        numbers = {names.order_key(unit.order), *names.product(unit.name).orders} - {""}
        vendors = set(names.vendor_keys(unit.vendor))
        for number in sorted(numbers):
            shown = unit.order or number.upper()
            for at, sure, vague in self._ordered(number):
                if not vendors or vendors & self._read[at][0]:
                    why = say("order number {number}", number=shown)
                    yield at, Identity(self.entries[at][1], 2, sure if vendors else sure - 0.07, why, vague)

    def _ordered(self, number: str) -> Iterable[tuple[int, float, bool]]:
        """(entry, confidence, whether the unit's number is the less precise one)."""
        same = self._exact.get(("order", number), ())
        yield from ((at, 0.97, False) for at in same)
        for length in range(PREFIX, len(number)):
            yield from ((at, 0.9, False) for at in self._exact.get(("order", number[:length]), ()))
        for pattern, at in self._wild:
            if pattern.match(number):
                yield at, 0.97, False
        if len(number) >= PREFIX and not same:
            start = bisect_right(self._orders, number)
            for key in self._orders[start : start + LONGER]:
                if not key.startswith(number):
                    break
                yield from ((at, 0.6, True) for at in self._exact["order", key])

    def _by_name(self, unit: Unit) -> Iterable[tuple[int, Identity]]:
        read = names.product(unit.name, unit.vendor)
        if not read.tokens:
            return
        for vendor in names.vendor_keys(unit.vendor):
            for name in self._candidates(vendor, read):
                rung = _rung(name, read)
                if rung:
                    for at in self._named[vendor, name]:
                        yield from self._fits(at, unit, name, rung)

    def _candidates(self, vendor: str, read: names.Name) -> list[names.Name]:
        """Names equal to the unit's, names whose words it holds all, names that hold all its words."""
        found = dict.fromkeys(self._by_key.get((vendor, read.key), ()))
        for token in sorted(read.tokens):
            found.update(dict.fromkeys(n for n in self._by_rarest.get((vendor, token), ()) if n.tokens < read.tokens))
        lists = [self._by_token.get((vendor, token), []) for token in read.tokens]
        found.update(dict.fromkeys(n for n in min(lists, key=len) if read.tokens < n.tokens))
        return list(found)

    def _fits(self, at: int, unit: Unit, name: names.Name, rung: _Rung) -> Iterable[tuple[int, Identity]]:
        product = self.entries[at][1]
        if unit.order and (name.orders or product.models) and not name.family:
            return  # both name an order number, and they differ: two variants of one product
        why = say(rung.why, vendor=unit.vendor, name=product.name.strip())
        yield at, Identity(product, rung.number, rung.confidence, why, rung.vague, name.branch, name.condition)


class _Rung(msgspec.Struct, frozen=True):
    """One rung of the ladder for names."""

    number: int
    confidence: float
    why: str
    vague: bool = False


_SAME = _Rung(4, 0.9, "product name {name} of {vendor}")
_SAME_FAMILY = _Rung(4, 0.85, "product family {name} of {vendor}")
_PART = _Rung(5, 0.7, "the name {name} of {vendor}, which is part of the asset's product name")
_PART_FAMILY = _Rung(6, 0.8, "the name {name} of {vendor}, which is part of the asset's product name")
_VAGUE = _Rung(7, 0.4, "the asset's product name, which is part of {name} of {vendor}", True)


def _rung(name: names.Name, read: names.Name) -> _Rung | None:
    if name.key == read.key or name.tokens == read.tokens:
        return _SAME_FAMILY if name.family else _SAME
    if name.tokens < read.tokens and _telling(name.tokens):
        return _PART_FAMILY if name.family else _PART
    if read.tokens < name.tokens and _telling(read.tokens):
        return _VAGUE
    return None


def _telling(tokens: frozenset[str]) -> bool:
    """Whether words are enough to name a product: one with a digit in it, or two longer ones."""
    return any(len(t) > 2 and not t.isdigit() and re.search(r"\d", t) for t in tokens) or (
        sum(len(t) > 3 for t in tokens) >= 2
    )


@lru_cache(maxsize=50_000)
def _pattern(key: str) -> re.Pattern[str]:
    """Wildcards of CSAF 2.0 (``?`` one, ``*`` any) and of vendors (a run of x: as many characters)."""
    escaped = re.escape(key).replace(r"\?", ".").replace(r"\*", ".*")
    return re.compile(re.sub(r"x{2,}", lambda found: "." * len(found[0]), escaped))
