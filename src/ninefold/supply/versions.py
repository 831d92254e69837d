"""Versions of industrial devices, compared in three values: before, same, after, or undecided with the reason.

Numbers compare part by part, so 4.3.8 comes before 4.3.10. Letters compare only where they stand in the same place;
service packs, updates, hotfixes and builds compare with their like. What a careful person could not tell is undecided.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import msgspec

from ninefold.base.i18n import Message, messages

say = messages("supply")

LONGEST = 120  # characters of a version
Token = int | str
Marks = dict[str, tuple[Token, ...]]
#: marks behind the release number, the weightier first; those of one rank are rivals and cannot be compared
MARKS: Final = {"r": 0, "sp": 1, "mp": 1, "sr": 1, "update": 2, "hotfix": 3, "patch": 3, "uc": 3, "build": 4, "rev": 4}
_SPELLINGS: Final = {
    "service pack": "sp", "upd": "update", "hf": "hotfix", "p": "patch", "revision": "rev", "build nr": "build",
    "build no": "build", "build number": "build", "corefix": "hotfix",
}  # fmt: skip
_MARK = re.compile(
    r"[\s,/.(\[-]*(?:(?<![a-z])(service pack|sp|mp|sr|update|upd|hotfix|corefix|hf|patch|uc|revision|rev"
    r"|build(?: nr| no| number)?)|(?<=\s)(r|p))(?![a-z])[.:\s#]*r?(\d[\d.]*)([a-z]?)(?![a-z0-9])[)\]]?"
)
_PREFIX = re.compile(r"^(?:(?:firmware|software|fw|versions?|ver|release|rel|v)(?![a-z])[.:\s]*)+(?=[\d a-z])")
_DATE = re.compile(r"\d/\d{1,2}/\d{2}|\d{1,2}/\d{1,2}/\d")
_ALLOWED = re.compile(r"[a-z0-9 .()/:+-]*")
_TOKEN = re.compile(r"\d+|[a-z]+")
_EARLY: Final = frozenset({"alpha", "beta", "rc", "pre", "preview", "dev"})
#: letters before the number that mean no more than V does, when the other side has none
_SILENT: Final = frozenset({"r", "rev", "fw"})


class Version(msgspec.Struct, frozen=True, gc=False):
    """A version taken apart: tokens of the release, marks behind it, the digits as written."""

    raw: str
    release: tuple[Token, ...]
    marks: tuple[tuple[str, tuple[Token, ...]], ...] = ()
    digits: tuple[str, ...] = ()
    #: numbers only, without marks and without a leading zero that might mean a decimal number
    plain: bool = False


class Order(msgspec.Struct, frozen=True, gc=False):
    """-1, 0, 1, or None for undecided.

    ``coarse``: they differ only in that one says more; ``sign`` then tells the one that says more as later.
    """

    sign: int | None
    coarse: bool = False
    why: Message | None = None


@lru_cache(maxsize=200_000)
def parse(text: str) -> Version | None:
    """The parts of a version, None when it is prose or longer than :data:`LONGEST`."""
    written = unicodedata.normalize("NFKC", text[: LONGEST + 1]).casefold().replace("_", " ")
    written = " ".join(written.split())
    if not written or len(written) > LONGEST:
        return None
    marks: dict[str, tuple[Token, ...]] = {}

    def take(match: re.Match[str]) -> str:
        name = match[1] or match[2]
        numbers: tuple[Token, ...] = tuple(int(part) for part in match[3].split(".") if part)
        marks.setdefault(_SPELLINGS.get(name, name), (*numbers, match[4]) if match[4] else numbers)
        return " "

    bare = _PREFIX.sub("", written)
    if _DATE.search(bare):
        return None
    rest = _MARK.sub(take, bare).strip(" .,()-")
    if not _ALLOWED.fullmatch(rest):
        return None
    tokens = _TOKEN.findall(rest)
    words = [token for token in tokens if token.isalpha() and len(token) > 3 and token not in _EARLY]
    if not any(token.isdigit() for token in tokens) or words or len(tokens) > 16:
        return None
    release: tuple[Token, ...] = tuple(int(token) if token.isdigit() else token for token in tokens)
    plain = not marks and all(token.isdigit() for token in tokens) and not _leading_zero(tokens)
    return Version(text, release, tuple(sorted(marks.items(), key=lambda m: (MARKS[m[0]], m[0]))), tuple(tokens), plain)


def _leading_zero(tokens: list[str]) -> bool:
    return len(tokens) == 2 and len(tokens[1]) > 1 and tokens[1].startswith("0")


_BEFORE, _SAME, _AFTER = Order(-1), Order(0), Order(1)


def compare(left: str | Version, right: str | Version) -> Order:
    """How two versions stand to each other. Antisymmetric; transitive wherever it decides."""
    one = parse(left) if isinstance(left, str) else left
    two = parse(right) if isinstance(right, str) else right
    if one is None or two is None:
        unread = left if one is None else right
        name = unread if isinstance(unread, str) else unread.raw
        return Order(None, why=say("'{version}' is no version that can be compared.", version=name))
    return _compare(one, two)


def _compare(one: Version, two: Version) -> Order:
    if _counts_otherwise(one, two) or _counts_otherwise(two, one):
        return Order(None, why=say("{one} and {two} count different things.", one=one.raw, two=two.raw))
    if one.plain and two.plain:
        left, right = one.release, two.release
        shared = min(len(left), len(right))
        if left[:shared] != right[:shared]:
            return _BEFORE if left < right else _AFTER
        return _releases(left, right) or _SAME
    first, second = _without_prefix(one, two), _without_prefix(two, one)
    order = _releases(first, second)
    if order is None:
        return Order(None, why=say("{one} and {two} are written in different ways.", one=one.raw, two=two.raw))
    if order.sign != 0 and _decimal_doubt(one, two):
        return Order(None, why=say("{one} and {two} may be decimal numbers.", one=one.raw, two=two.raw))
    if order.sign != 0:
        return order if not order.coarse or not (one.marks or two.marks) else _marked_and_coarse(order, one, two)
    return _marks(one, two)


def _marked_and_coarse(order: Order, one: Version, two: Version) -> Order:
    shorter = one if order.sign == -1 else two
    if shorter.marks:
        return Order(None, why=say("{one} and {two} are written in different ways.", one=one.raw, two=two.raw))
    return order


def _counts_otherwise(one: Version, two: Version) -> bool:
    """A build number or date against a release: 20140311 and 7.00."""
    first, other = one.release[0], two.release[0]
    lonely = len(one.release) == 1 and isinstance(first, int) and first >= 100_000
    return lonely and len(two.release) > 1 and isinstance(other, int) and other < 1000


def _without_prefix(version: Version, other: Version) -> tuple[Token, ...]:
    first = version.release[0]
    if first in _SILENT and isinstance(other.release[0], int) and all(isinstance(t, int) for t in version.release[1:]):
        return version.release[1:]
    return version.release


def _releases(one: tuple[Token, ...], two: tuple[Token, ...]) -> Order | None:
    for left, right in zip(one, two, strict=False):
        if left == right:
            continue
        if isinstance(left, int) and isinstance(right, int):
            return Order(-1 if left < right else 1)
        if isinstance(left, str) and isinstance(right, str) and len(left) == len(right) == 1:
            return Order(-1 if left < right else 1)
        return None
    shared = min(len(one), len(two))
    tail = one[shared:] or two[shared:]
    longer = 1 if len(one) > len(two) else -1
    if not tail or all(token == 0 for token in tail):
        return Order(0)
    if tail[0] in _EARLY:
        return Order(-longer)
    return Order(longer, coarse=True)


def _decimal_doubt(one: Version, two: Version) -> bool:
    """1.060 against 1.7: as parts 60 > 7, as decimal numbers smaller. Doubt only where a zero leads."""
    if len(one.digits) != 2 or len(two.digits) != 2 or one.marks or two.marks:
        return False
    if one.release[0] != two.release[0] or not (one.digits[1].isdigit() and two.digits[1].isdigit()):
        return False
    left, right = one.digits[1], two.digits[1]
    if len(left) == len(right) or not (left.startswith("0") or right.startswith("0")):
        return False
    width = max(len(left), len(right))
    return (int(left) < int(right)) != (left.ljust(width, "0") < right.ljust(width, "0"))


def _marks(one: Version, two: Version) -> Order:
    left, right = dict(one.marks), dict(two.marks)
    fine = [{name for name in names if MARKS[name] > 1} for names in (left, right)]
    if fine[0] - fine[1] and fine[1] - fine[0] and not _higher_differs(left, right):
        return Order(None, why=say("{one} and {two} count different things.", one=one.raw, two=two.raw))
    for rank in sorted({MARKS[name] for name in (*left, *right)}):
        names = [name for name in (*left, *right) if MARKS[name] == rank]
        if len(set(names)) > 1:
            return Order(None, why=say("{one} and {two} count different things.", one=one.raw, two=two.raw))
        name = names[0]
        if name not in left or name not in right:
            return _one_marked(name, name in left, one, two)
        order = _releases(left[name], right[name])
        if order is None:
            return Order(None, why=say("{one} and {two} are written in different ways.", one=one.raw, two=two.raw))
        if order.sign:
            return Order(order.sign)
    return Order(0)


def _higher_differs(left: Marks, right: Marks) -> bool:
    """Whether service packs or releases already tell the two apart."""
    return {k: v for k, v in left.items() if MARKS[k] < 2} != {k: v for k, v in right.items() if MARKS[k] < 2}


def _one_marked(name: str, left: bool, one: Version, two: Version) -> Order:
    if name in ("build", "rev"):
        return Order(
            None, why=say("Only one of {one} and {two} names its {mark}.", one=one.raw, two=two.raw, mark=name)
        )
    return Order(1, coarse=True) if left else Order(-1, coarse=True)
