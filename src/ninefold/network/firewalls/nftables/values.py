"""Values of nftables as intervals: addresses, ports, protocols, types, states, bits."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from ninefold.base.errors import InputError
from ninefold.network.firewalls.nftables import names
from ninefold.network.ranges import Span, parse_addresses, union
from ninefold.network.ruleset import PROTOCOLS


class NotUnderstoodError(Exception):
    """A value or expression outside the packet model; the caller makes a free variable of it."""


def spans(value: Any, number: Callable[[Any], int], address: int = 0) -> tuple[Span, ...]:
    """A value, range, prefix or list of them as intervals."""
    if isinstance(value, list):
        return union(span for item in value for span in spans(item, number, address))
    if isinstance(value, dict):
        if "set" in value:
            return spans(value["set"], number, address)
        if "elem" in value:
            return spans(value["elem"]["val"], number, address)
        if "range" in value:
            low, high = (spans(item, number, address) for item in value["range"])
            return ((low[0][0], high[-1][1]),)
        if "prefix" in value and address:
            text = f"{value['prefix']['addr']}/{value['prefix']['len']}"
            return _addresses(text, address)
        raise NotUnderstoodError(str(value))
    if address:
        return _addresses(value, address)
    found = number(value)
    return ((found, found),)


def _addresses(value: Any, family: int) -> tuple[Span, ...]:
    try:
        if isinstance(value, int):
            value = str(ipaddress.ip_address(value))
        found = parse_addresses(str(value)).family(family)
    except (InputError, ValueError) as error:
        raise NotUnderstoodError(str(value)) from error
    if not found or str(value) in {"any", "default"}:
        raise NotUnderstoodError(str(value))
    return found


def _named(table: dict[str, int], top: int) -> Callable[[Any], int]:
    def number(value: Any) -> int:
        if isinstance(value, bool):
            raise NotUnderstoodError(str(value))
        if isinstance(value, str):
            if value not in table and not value.isdigit():
                raise NotUnderstoodError(value)
            value = table[value] if value in table else int(value)
        if not isinstance(value, int) or not 0 <= value <= top:
            raise NotUnderstoodError(str(value))
        return value

    return number


port = _named(names.SERVICES, 65535)
protocol = _named(PROTOCOLS, 255)
icmp_type = {4: _named(names.ICMP, 255), 6: _named(names.ICMP6, 255)}
icmp_code = {4: _named(names.ICMP_CODE, 255), 6: _named(names.ICMP6_CODE, 255)}
byte = _named({}, 255)


def bits(value: Any, table: dict[str, int]) -> int:
    """Names of bits, one or several, as one number."""
    if isinstance(value, dict) and "|" in value:
        value = value["|"]
    if isinstance(value, list):
        result = 0
        for item in value:
            result |= bits(item, table)
        return result
    return _named(table, 2**32 - 1)(value)
