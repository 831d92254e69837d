"""Statements about versions as advisories make them: ``vers``, things like it, and free text.

A statement is *all versions*, a union of intervals, or prose that only a person can read.
Source: CSAF 2.0 3.1.2.3 (branches), the vers specification of package-url; research on 13,000 real statements.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import msgspec

from ninefold.base.i18n import Message
from ninefold.supply import versions
from ninefold.supply.versions import Version, parse, say

LONGEST = 400  # characters of a statement
_OPERATOR: Final = {
    "<": "<",
    "<=": "<=",
    "=<": "<=",
    "≤": "<=",
    ">": ">",
    ">=": ">=",
    "=>": ">=",
    "≥": ">=",
    "==": "=",
    "=": "=",
}
_OP = re.compile(r"(<=|=<|>=|=>|==|<|>|=|≤|≥)")
_ALL = frozenset(
    {
        "*",
        "all",
        "all versions",
        "all version",
        "versions",
        "any",
        "any version",
        "all firmware versions",
        "-",
        "vers:all/*",
    }
)
_LEAD = re.compile(r"^(?:all\s+)?(?:firmware\s+|software\s+)?(?:versions?|ver\.)\s+|^all\s+(?=[<>=])", re.IGNORECASE)
_WORDS: Final = (
    (
        re.compile(r"^(?:versions? )?(?:prior to|before|earlier than|older than|lower than|below) (?:version )?(.+)$"),
        "<",
    ),
    (
        re.compile(
            r"^(.+?) (?:and|or|&) (?:all )?(?:prior|earlier|below|older|lower|previous)(?: versions?| releases?)?$"
        ),
        "<=",
    ),
    (re.compile(r"^(.+?) (?:and|or|&) (?:all )?(?:later|above|newer|higher|onwards?|after)(?: versions?)?$"), ">="),
    (re.compile(r"^(?:up to and including|through|up to|up through) (?:version )?(.+)$"), "<="),
    (re.compile(r"^(?:from|since|starting with) (?:version )?([^ ]+)$"), ">="),
)
_BETWEEN = re.compile(
    r"^between (\S+)(?: \((including|excluding|inclusive|exclusive)\))?"
    r" and (\S+)(?: \((including|excluding|inclusive|exclusive)\))?$"
)
_FROM_TO = re.compile(r"^(?:from )?(\S+) (?:to|through|thru|until|up to) (\S+)$")
_DASH = re.compile(r"^(v?\d+(?:\.\d+)+) ?- ?(v?\d+(?:\.\d+)+)$")
_WILD = re.compile(r"(?<![a-z0-9])[x*](?![a-z0-9])")


class Bound(msgspec.Struct, frozen=True, gc=False):
    """One comparison: ``<``, ``<=``, ``>``, ``>=``, ``=``, or ``like`` for a version with a wildcard at its end."""

    operator: str
    version: Version


class Statement(msgspec.Struct, frozen=True, gc=False):
    """What a text says: ``all``; a union of intervals; or ``prose``.

    ``loose``: several bounds stand side by side and the text does not say how they belong together.
    """

    text: str
    kind: str
    intervals: tuple[tuple[Bound, ...], ...] = ()
    loose: bool = False

    @property
    def simple(self) -> tuple[tuple[str, tuple[versions.Token, ...]], ...]:
        """(operator, numbers) when the statement is one interval of plain numbers, else empty."""
        if len(self.intervals) != 1:
            return ()
        bounds = self.intervals[0]
        plain = all(bound.version.plain and bound.operator in ("<", "<=", ">", ">=") for bound in bounds)
        return tuple((bound.operator, bound.version.release) for bound in bounds) if plain else ()


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """Whether a version falls under a statement: ``yes``, ``no`` or ``undecided``; ``beyond``: later than all of it."""

    answer: str
    why: Message
    beyond: bool = False


@lru_cache(maxsize=100_000)
def read(text: str, exact: bool = False) -> Statement:
    """What a statement says. ``exact``: it stands where one version is meant (CSAF ``product_version``)."""
    plain = " ".join(unicodedata.normalize("NFKC", text[: LONGEST + 1].replace("_", " ")).split())
    plain = re.sub(r"^vers:[a-z0-9.+-]+/", "", plain, flags=re.IGNORECASE).replace("%20", " ")
    if len(plain) > LONGEST:
        return Statement(text, "prose")
    low = plain.casefold().strip()
    if low in _ALL:
        return Statement(text, "all")
    low = _LEAD.sub("", low)
    found = _in_words(low) or _in_operators(low) or _listed(low)
    return Statement(text, "prose") if found is None else Statement(text, "ranges", *found)


_Found = tuple[tuple[tuple[Bound, ...], ...], bool]


def _in_words(text: str) -> _Found | None:
    if match := _BETWEEN.match(text):
        low = ">" if (match[2] or "").startswith("excl") else ">="
        high = "<" if (match[4] or "").startswith("excl") else "<="
        return _interval((low, match[1]), (high, match[3]))
    for pattern, operator in _WORDS:
        if match := pattern.match(text):
            return _interval((operator, match[1]))
    if match := _FROM_TO.match(text) or _DASH.match(text):
        return _interval((">=", match[1]), ("<=", match[2]))
    return None


def _interval(*pairs: tuple[str, str]) -> _Found | None:
    bounds = [_bound(operator, version) for operator, version in pairs]
    return None if None in bounds else ((tuple(bound for bound in bounds if bound),), False)


def _bound(operator: str, text: str) -> Bound | None:
    """One comparison, None when its version cannot be read or holds a wildcard inside."""
    text = text.strip(" ,;")
    wild = _WILD.search(text)
    if wild:
        head = text[: wild.start()].rstrip(" .")
        version = parse(head) if not text[wild.end() :].strip() else None
        operator = {"=": "like", "<=": "upto", ">=": ">=", "<": "<"}.get(operator, "")
        return Bound(operator, version) if version and operator else None
    version = parse(text)
    return Bound(operator, version) if version else None


def _in_operators(text: str) -> _Found | None:
    """Bounds with operators, in the order of the text, joined as ``vers`` joins them."""
    if not _OP.search(text):
        return None
    bounds: list[Bound] = []
    for piece in re.split(r"\||,| and | or |;", text):
        parts = _OP.split(piece)
        if parts[0].strip():
            pairs = [("=", parts[0])]
        else:
            pairs = []
        pairs += [(_OPERATOR[parts[at]], parts[at + 1]) for at in range(1, len(parts), 2)]
        for operator, version in pairs:
            bound = _bound(operator, version)
            if bound is None:
                return None
            bounds.append(bound)
    return _joined(bounds)


def _joined(bounds: list[Bound]) -> _Found:
    """Pairs of a lower and a following upper bound are intervals. Anything out of that order is ``loose``."""
    intervals: list[tuple[Bound, ...]] = []
    loose = False
    at = 0
    while at < len(bounds):
        bound = bounds[at]
        following = bounds[at + 1] if at + 1 < len(bounds) else None
        if bound.operator in (">", ">=") and following and following.operator in ("<", "<=", "upto"):
            intervals.append((bound, following))
            at += 2
            continue
        lower, upper = bound.operator in (">", ">="), bound.operator in ("<", "<=", "upto")
        loose = loose or (lower and following is not None) or (upper and at > 0)
        intervals.append((bound,))
        at += 1
    return tuple(intervals), loose


def _listed(text: str) -> _Found | None:
    """One version, or several of them in a list."""
    intervals = []
    for piece in re.split(r"\||,| and |;", text):
        bound = _bound("=", re.sub(r"^\s*versions?\s+", "", piece)) if piece.strip() else None
        if bound is None:
            return None
        intervals.append((bound,))
    return (tuple(intervals), False) if intervals else None


@lru_cache(maxsize=50_000)
def _simple(text: str, exact: bool) -> tuple[tuple[str, tuple[versions.Token, ...]], ...]:
    return read(text, exact).simple


def _quick(text: str, version: str, exact: bool) -> Verdict | None:
    """The verdict on plain numbers that differ before one of them ends: nine statements of ten."""
    bounds = _simple(text, exact)
    parsed = parse(version) if bounds else None
    if parsed is None or not parsed.plain:
        return None
    numbers = parsed.release
    for operator, bound in bounds:
        shared = min(len(numbers), len(bound))
        if numbers[:shared] == bound[:shared]:
            return None
        if (numbers < bound) != (operator[0] == "<"):
            told = {"version": version, "text": text.strip()}
            if operator[0] == "<":
                return Verdict("no", say("Version {version} is later than '{text}'.", **told), beyond=True)
            return Verdict("no", say("Version {version} does not fall under '{text}'.", **told))
    return Verdict("yes", say("Version {version} falls under '{text}'.", version=version, text=text.strip()))


@lru_cache(maxsize=100_000)
def covers(text: str, version: str, exact: bool = False) -> Verdict:
    """Whether a version falls under a statement. What a careful person would doubt is undecided."""
    quick = _quick(text, version, exact)
    if quick is not None:
        return quick
    statement = read(text, exact)
    told = {"version": version, "text": text.strip()}
    if statement.kind == "all":
        return Verdict("yes", say("All versions are concerned."))
    if not version.strip():
        return Verdict("undecided", say("The version of the asset is unknown; '{text}' is concerned.", **told))
    if version.casefold().split() == text.casefold().split():
        return Verdict("yes", say("Version {version} is named.", **told))
    if statement.kind == "prose":
        return Verdict("undecided", say("Only a person can read '{text}'.", **told))
    parsed = parse(version)
    if parsed is None:
        return Verdict("undecided", say("'{version}' is no version that can be compared.", **told))
    return _judge(statement, parsed)


@lru_cache(maxsize=100_000)
def may_branch(branch: str, version: str) -> bool:
    """Whether a version may belong to a branch: 12.4.0.5 to 12.4, not 13.1 to 12.4."""
    trunk, leaf = parse(branch), parse(version)
    return trunk is None or leaf is None or _meets(Bound("like", trunk), leaf)[0] != "no"


@lru_cache(maxsize=50_000)
def fixed_in(text: str) -> str:
    """The first version that a range no longer covers (``< V2.9``: V2.9); empty when it does not say."""
    statement = read(text)
    if len(statement.intervals) != 1:
        return ""
    last = statement.intervals[0][-1]
    if last.operator != "<" or statement.loose:
        return ""
    written = re.search(re.escape(last.version.raw.strip()), text, re.IGNORECASE)
    return written[0] if written else last.version.raw.strip()


def _judge(statement: Statement, version: Version) -> Verdict:
    answers = [_within(interval, version) for interval in statement.intervals]
    states = {answer for answer, _, _ in answers}
    told = {"version": version.raw, "text": statement.text}
    if statement.loose and len(states) > 1:
        return Verdict("undecided", say("'{text}' does not say how its bounds belong together.", text=statement.text))
    if "yes" in states:
        return Verdict("yes", say("Version {version} falls under '{text}'.", **told))
    if "undecided" in states:
        why = next(why for answer, why, _ in answers if answer == "undecided")
        return Verdict("undecided", why or say("Whether {version} falls under '{text}' is not certain.", **told))
    if any(bound.operator in ("=", "like") for interval in statement.intervals for bound in interval):
        return Verdict("undecided", say("Only '{text}' is named; nothing is said about {version}.", **told))
    beyond = all(later for _, _, later in answers)
    if beyond:
        return Verdict("no", say("Version {version} is later than '{text}'.", **told), beyond=True)
    return Verdict("no", say("Version {version} does not fall under '{text}'.", **told))


def _within(interval: tuple[Bound, ...], version: Version) -> tuple[str, Message | None, bool]:
    """(answer, reason of doubt, later than the interval)."""
    results = [(bound, *_meets(bound, version)) for bound in interval]
    no = [bound for bound, answer, _ in results if answer == "no"]
    if no:
        return "no", None, any(bound.operator in ("<", "<=", "upto") for bound in no)
    doubt = next((why for _, answer, why in results if answer == "undecided"), None)
    if any(answer == "undecided" for _, answer, _ in results):
        return "undecided", doubt, False
    return "yes", None, False


def _meets(bound: Bound, version: Version) -> tuple[str, Message | None]:
    order = versions.compare(version, bound.version)
    if order.sign is None:
        return "undecided", order.why
    told = {"version": version.raw, "bound": bound.version.raw}
    if bound.operator in ("like", "upto"):
        return _meets_wildcard(bound, order, told)
    if order.coarse and _coarse_matters(bound.operator, order.sign):
        return "undecided", say("{version} and {bound} are not equally precise.", **told)
    true = {
        "<": order.sign < 0,
        "<=": order.sign <= 0,
        ">": order.sign > 0,
        ">=": order.sign >= 0,
        "=": order.sign == 0,
    }[bound.operator]
    return ("yes" if true else "no"), None


def _coarse_matters(operator: str, sign: int) -> bool:
    """``<= 4.2`` and 4.2.3; ``>= 4.2.1`` and 4.2; ``= 4.2`` and either: the coarser one may mean the finer."""
    if operator == "=":
        return True
    return (operator == "<=" and sign > 0) or (operator in (">", ">=") and sign < 0)


def _meets_wildcard(bound: Bound, order: versions.Order, told: dict[str, str]) -> tuple[str, Message | None]:
    """``4.x``: everything that begins with 4; ``<= V9.x``: that, and everything before it."""
    if order.sign == 0 or (order.coarse and order.sign == 1):
        return "yes", None
    if order.coarse:
        return "undecided", say("{version} and {bound} are not equally precise.", **told)
    if bound.operator == "upto" and order.sign == -1:
        return "yes", None
    return "no", None
