"""When do two spellings mean the same: serial numbers, order numbers, versions, names, vendors."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

_LEGAL: Final = re.compile(
    r"\b(?:ag|gmbh|co|kg|se|inc|ltd|llc|corp|corporation|company|sa|srl|spa|bv|nv|plc|automation|electric|group|the)\b"
)
#: names that say nothing about which device it is
COMMON_NAMES: Final = frozenset(
    [
        "localhost",
        "localhost.localdomain",
        "unknown",
        "default",
        "device",
        "station",
        "plc",
        "hmi",
        "sps",
        "switch",
        "router",
        "pc",
        "host",
        "server",
        "client",
        "test",
        "plc_1",
        "hmi_1",
        "plcxb1d0ed",
        "iodevice",
        "new-device",
        "none",
    ]
)
_REMEMBERED: Final = 1 << 16
_NO_TITLES: Final = frozenset(["localhost", "unknown", "default", "none", "host", "localhost.localdomain"])
#: addresses that every device or no device has
_NOWHERE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "224.0.0.0/4", "ff00::/8")
)


def serial(text: str) -> str:
    """A serial number for comparison; "" when it is a placeholder."""
    bare = re.sub(r"^0X0*", "", text.strip().upper())
    bare = re.sub(r"[^A-Z0-9]", "", bare)
    # Siemens labels begin "S C-" or "S V-"; some protocols and people leave the S out
    bare = bare[1:] if re.match(r"S[CV][A-Z0-9]{8}", bare) else bare
    return bare if len(bare) >= 4 and len(set(bare)) > 1 else ""


def order_number(text: str) -> str:
    """An order number for comparison: without blanks and dashes."""
    bare = re.sub(r"[^A-Z0-9/]", "", text.upper())
    return bare if len(bare) >= 5 else ""


def name(text: str) -> str:
    """A host name for comparison: lower case, its first label only for full domain names."""
    bare = text.strip().lower().rstrip(".")
    return "" if bare in COMMON_NAMES or len(bare) < 2 else bare


def title(text: str) -> str:
    """A title for comparison; "HMI" is a title that people give, "localhost" is none."""
    bare = " ".join(text.lower().split())
    return "" if len(bare) < 2 or bare in _NO_TITLES else bare


def same_version(one: str, other: str) -> bool:
    """Whether two versions may be the same: ``V4.2`` and ``4.2.1`` are (one is only less exact)."""
    first, second = _version(one), _version(other)
    short = min(len(first), len(second))
    return not short or first[:short] == second[:short]


def shorter_version(one: str, other: str) -> bool:
    """Whether the first is the second with its last parts left out or rounded off."""
    first, second = _version(one), _version(other)
    bare = first
    while len(bare) > 1 and bare[-1] == "0":
        bare = bare[:-1]
    return len(first) < len(second) and (second[: len(first)] == first or second[: len(bare)] == bare)


def _version(text: str) -> tuple[str, ...]:
    parts = re.findall(r"\d+|[a-z]+", text.lower())
    while parts and parts[0] in {"v", "fw", "firmware", "version", "ver", "rev", "hw"}:
        parts = parts[1:]
    return tuple(part.lstrip("0") or "0" for part in parts)


def same_vendor(one: str, other: str) -> bool:
    """Whether two names may be the same company."""
    first, second = _vendor(one), _vendor(other)
    return (
        not first or not second or first in second or second in first or bool(set(first.split()) & set(second.split()))
    )


def _vendor(text: str) -> str:
    bare = re.sub(r"[^a-z0-9 ]", " ", text.lower().replace("&", " "))
    return " ".join(_LEGAL.sub(" ", bare).split())


def same_number(one: str, other: str) -> bool:
    """Whether two order numbers may be the same: a short form is part of the long one."""
    first, second = order_number(one), order_number(other)
    return not first or not second or first in second or second in first


def same_serial(one: str, other: str) -> bool:
    """Whether two serial numbers may be the same."""
    first, second = serial(one), serial(other)
    return not first or not second or first == second or first.endswith(second) or second.endswith(first)


@lru_cache(_REMEMBERED)
def usable(address: str) -> bool:
    """Whether an address tells a device from others: no loopback, link-local or multicast address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return not any(found in network for network in _NOWHERE if network.version == found.version)


@lru_cache(_REMEMBERED)
def public(address: str) -> bool:
    """Whether an address belongs to the internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return found.is_global and not found.is_multicast


#: attribute: (fact key, are two values the same?)
COMPARED: Final[dict[str, tuple[str, Callable[[str, str], bool]]]] = {
    "serial": ("identity.serial", same_serial),
    "order_number": ("identity.order_number", same_number),
    "firmware": ("identity.firmware", same_version),
    "hardware_version": ("identity.hardware", same_version),
    "vendor": ("identity.vendor", same_vendor),
}
