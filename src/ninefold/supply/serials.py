"""Statements that go by the first digits of the serial number, as some vendors make them."""

from __future__ import annotations

import re
from functools import lru_cache

from ninefold.supply.ranges import Verdict
from ninefold.supply.versions import say

_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_RULE = re.compile(
    r"(<=|<|>=|>|=)?\s*(?:with )?(?:the )?first (\d|one|two|three|four|five|six) +digits of serial (?:number|no\.?)"
    r"(?: are| is)? (\d+)( or (?:earlier|lower|prior))?"
)


@lru_cache(maxsize=20_000)
def by_serial_rule(text: str, serial: str) -> Verdict | None:
    """The verdict of a rule about serial numbers, None when the text holds no such rule.

    Mitsubishi Electric: modules whose first five digits are ``22081`` or lower were built before the change.
    """
    if "serial" not in text:
        return None
    match = _RULE.fullmatch(" ".join(text.casefold().replace("_", " ").split()))
    if not match:
        return None
    count = _WORDS.get(match[2]) or int(match[2])
    head = serial.strip()[:count]
    if len(head) < count or not head.isdigit() or len(match[3]) != count:
        return Verdict("undecided", say("The serial number decides: '{text}'.", text=text))
    operator = "<=" if match[4] else match[1] or "="
    one, two = int(head), int(match[3])
    true = {"<=": one <= two, "<": one < two, ">=": one >= two, ">": one > two, "=": one == two}[operator]
    told = say("Serial number {serial} against '{text}'.", serial=serial, text=text)
    return Verdict("yes" if true else "no", told, beyond=not true and operator in ("<", "<="))
