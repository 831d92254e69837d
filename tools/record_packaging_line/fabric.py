"""Builds the line from network namespaces, veth pairs and bridges, and takes it away again.

Everything hangs in namespaces of its own (``examples-...``): no frame can leave through an interface of this machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable
from typing import Final

from tools.record_packaging_line.plan import SEGMENTS, Host

PREFIX: Final = "examples-"
FABRIC: Final = f"{PREFIX}fabric"


def run(*command: str, check: bool = True) -> str:
    """The output of a command; CalledProcessError when it fails."""
    return subprocess.run(command, check=check, capture_output=True, text=True).stdout


def inside(host: str, *command: str) -> list[str]:
    """The command, to be run inside the namespace of a host."""
    return ["ip", "netns", "exec", PREFIX + host, *command]


def bridge(segment: str) -> str:
    """The name of the bridge of a segment (an interface name has at most 15 characters)."""
    return "br-" + segment.removeprefix("net-")


def build(hosts: Iterable[Host]) -> None:
    """Make all namespaces and links."""
    run("ip", "netns", "add", FABRIC)
    _quiet("fabric")
    for segment in SEGMENTS:
        # 0x4000: switches of a line show LLDP to all stations here, so that one capture point sees it.
        options = ("type", "bridge", "group_fwd_mask", "0x4000", "mcast_snooping", "0", "forward_delay", "0")
        run(*inside("fabric", "ip", "link", "add", bridge(segment), *options))
        run(*inside("fabric", "ip", "link", "set", bridge(segment), "up"))
    for number, host in enumerate(hosts):
        _host(host, number)


def _host(host: Host, number: int) -> None:
    run("ip", "netns", "add", PREFIX + host.id)
    _quiet(host.id)
    run(*inside(host.id, "ip", "link", "set", "lo", "up"))
    for index, (name, segment, address, mac) in enumerate(host.links):
        attach(host.id, name, segment, f"p{number}x{index}", address, mac)
    if host.forwards:
        run(*inside(host.id, "sysctl", "-qw", "net.ipv4.ip_forward=1"))
    for target, via in host.routes:
        run(*inside(host.id, "ip", "route", "add", target, "via", via))
    if host.gateway:
        run(*inside(host.id, "ip", "route", "add", "default", "via", host.gateway))


def attach(host: str, name: str, segment: str, port: str, address: str, mac: str) -> None:
    """Connect a namespace to a segment. Checksums are computed in software, so that captures show real ones."""
    namespaces = (PREFIX + host, FABRIC)
    run("ip", "-n", FABRIC, "link", "add", port, "type", "veth", "peer", "name", name, "netns", namespaces[0])
    run("ip", "-n", FABRIC, "link", "set", port, "master", bridge(segment), "up")
    run(*inside(host, "ip", "link", "set", name, "address", mac, "up"))
    run(*inside(host, "ethtool", "-K", name, "tx", "off", "gso", "off", "tso", "off"), check=False)
    run(*inside(host, "ip", "address", "add", f"{address}/24", "dev", name))


def _quiet(host: str) -> None:
    for scope in ("all", "default"):
        run(*inside(host, "sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1"))


def names() -> list[str]:
    """All namespaces of ours that exist."""
    found = run("ip", "netns", "list").split("\n")
    return [line.split()[0] for line in found if line.startswith(PREFIX)]


def remove() -> None:
    """End everything that still runs inside and delete the namespaces."""
    ours = names()
    for sign in (signal.SIGTERM, signal.SIGKILL):
        pids = {int(pid) for name in ours for pid in run("ip", "netns", "pids", name, check=False).split()}
        for pid in pids - {os.getpid()}:
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                continue
        if pids:
            time.sleep(1)
    for name in ours:
        run("ip", "netns", "del", name, check=False)
