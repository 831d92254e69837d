"""Names of vendors and products, brought into one form: spelling, legal forms, mojibake, order numbers."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import msgspec

_DATA = Path(__file__).parent / "data"
_LEGAL: Final = frozenset(
    "ag gmbh inc incorporated ltd limited llc llp co corp corporation company kg kgaa se sa nv bv plc oy ab as srl spa"  # noqa: SIM905
    " sro pty kk holding group".split()
)
_OWNER = re.compile(r",? (?:a|an) (?:subsidiary|affiliate|division|brand|company) of |\(formerly |,| - |/")
#: order numbers: Siemens, then letters and digits in blocks, then seven and more digits of Phoenix Contact and others
_ORDER = re.compile(
    r"\b\d[a-z]{2}\d{4}-?\d[a-z0-9]{4}-?\d?[a-z0-9]{3,4}\b|\b\d[a-z]{2}\d{4}-[a-z0-9.x*?]{2,6}(?:-[a-z0-9.x*?]{2,5})?\b"
    r"|(?<=\()\d{7,8}(?=\))|\b\d{4}-[a-z]{1,3}\d{1,3}[a-z0-9]{0,6}\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:<=|>=|<|>)\s*v?\d[\w.]*"
    r"|(?<![a-z0-9])v?\d[\w.]* and (?:below|earlier|prior|older|later|above|newer)(?: versions)?"
)
_BRANCH = re.compile(r"(?<![a-z0-9])v(\d+(?:\.\d+)*)(?:\.x)?(?![a-z0-9.])", re.IGNORECASE)
GENERIC: Final = frozenset(
    "family families series incl including siplus variants variant all models model versions version devices device"  # noqa: SIM905
    " products product the and of for with related any firmware range line module modules controller controllers"
    "".split()
)
_FAMILY: Final = frozenset("family families series all models variants incl including range line".split())  # noqa: SIM905


@lru_cache(maxsize=50_000)
def mended(text: str) -> str:
    """A text whose UTF-8 bytes were read as Latin-1 or Windows-1252 is put right: ``GeutebrÃ¼ck``."""
    if text.isascii():
        return text
    for encoding in ("latin-1", "cp1252"):
        try:
            return text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return text


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", mended(text)).casefold()
    return re.sub(r"[™®©]|\((?:r|tm|c)\)", "", text)


@cache
def _aliases() -> dict[str, str]:
    with (_DATA / "vendors.csv").open(encoding="utf-8", newline="") as stream:
        return {row["alias"]: row["vendor"] for row in csv.DictReader(stream)}


@lru_cache(maxsize=50_000)
def vendor_keys(name: str) -> tuple[str, ...]:
    """The vendors that a string names: ``Sensormatic Electronics, LLC, Johnson Controls Inc.`` names one, twice."""
    plain = _plain(name)
    parts = [plain, *_OWNER.split(plain)]
    found = [_vendor(part) for part in parts]
    return tuple(dict.fromkeys(key for key in found if key))


def _vendor(part: str) -> str:
    words = re.sub(r"[^\w]+", " ", part.replace(".", "")).split()
    while words and words[-1] in _LEGAL:
        words.pop()
    words = [word for word in words if word not in ("and", "&")] if len(words) > 1 and words[-1] == "and" else words
    key = " ".join(words)
    return _aliases().get(key, key)


@lru_cache(maxsize=200_000)
def order_key(number: str) -> str:
    """An order, model or serial number without blanks, dashes and case; wildcards stay."""
    return re.sub(r"[^a-z0-9*?]", "", _plain(number))


class Name(msgspec.Struct, frozen=True, cache_hash=True):
    """A product name taken apart.

    ``key``: letters and digits alone; ``tokens``: significant words; ``orders``: order numbers inside the name;
    ``branch``: a version that stands in the name (``Teamcenter V12.4``); ``family``: it means several products;
    ``condition``: a range that stands in the name (``S7-1200 CPU family < V4``).
    """

    key: str
    tokens: frozenset[str]
    orders: tuple[str, ...]
    branch: str
    family: bool
    condition: str = ""


@lru_cache(maxsize=200_000)
def product(name: str, vendor: str = "") -> Name:
    """The parts of a product name; words of the vendor do not count."""
    plain = _plain(name)
    orders = tuple(dict.fromkeys(order_key(found) for found in _ORDER.findall(plain)))
    bare = _ORDER.sub(" ", plain)
    condition = _CONDITION.search(bare)
    if condition:
        bare = bare.replace(condition[0], " ")
    branch = _BRANCH.search(bare)
    if branch:
        bare = _BRANCH.sub(" ", bare, count=1)
    bare = re.sub(r"\((?:mlfb-?|incl[^)]*|including[^)]*|all [^)]*|\s*)\)?", " ", bare)
    words = [re.sub(r"[^a-z0-9äöüß]", "", word) for word in re.split(r"[\s,;/()\[\]]+", bare)]
    owned = {word for key in vendor_keys(vendor) for word in key.split()} if vendor else set()
    kept = [word for word in words if word and word not in GENERIC and word not in owned]
    family = bool(_FAMILY & set(re.split(r"[^a-z]+", plain))) or "xx" in plain
    inside = branch[1] if branch else ""
    return Name("".join(kept), frozenset(kept), orders, inside, family, condition[0] if condition else "")
