"""Namespaces made, filled and taken away again. Names carry the process that made them, so that orphans are known.

Everything Linux-only is inside functions: importing this module is safe everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from ninefold.base.errors import MissingComponentError
from ninefold.base.i18n import messages
from ninefold.network.twin.layout import Layout

say = messages("network")

PREFIX = "ninefold-twin-"
_CLONE_NEWNET = 0x40000000
_UNSHARED = "unshare --user --map-root-user --net --mount sh -c 'mount -t tmpfs tmpfs /run && ninefold twin probe'"
T = TypeVar("T")


class TwinUnavailableError(MissingComponentError):
    """This machine cannot run the twin."""


def check() -> None:
    """Raise TwinUnavailableError unless this is Linux with rights, ``ip`` and ``nft``."""
    if not sys.platform.startswith("linux"):
        raise TwinUnavailableError(
            "twin-linux", str(say("The twin needs Linux.")), advice=str(say("Run it on a Linux machine."))
        )
    for program in ("ip", "nft"):
        if not shutil.which(program):
            raise TwinUnavailableError(
                "twin-program",
                str(say("The program '{name}' is missing.", name=program)),
                advice=str(say("Install iproute2 and nftables.")),
            )
    if os.geteuid() != 0:
        raise TwinUnavailableError(
            "twin-rights",
            str(say("Network namespaces need root rights.")),
            advice=str(say("Run it with sudo, or without any rights by: {command}.", command=_UNSHARED)),
        )


def run(*words: str, text: str = "") -> str:
    """A program with its input; its output. TwinUnavailableError when it fails."""
    done = subprocess.run(list(words), input=text, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[:600]
        raise TwinUnavailableError("twin-command", f"'{' '.join(words[:6])}' failed: {said}")
    return done.stdout


def stem() -> str:
    """The beginning of the names of this process's namespaces."""
    return f"{PREFIX}{os.getpid()}-{_started(os.getpid())}-"


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def existing() -> tuple[str, ...]:
    """All namespaces of any twin."""
    folder = Path("/run/netns")
    return tuple(sorted(item.name for item in folder.glob(f"{PREFIX}*"))) if folder.is_dir() else ()


def orphans() -> tuple[str, ...]:
    """Namespaces whose maker is gone."""
    found = []
    for name in existing():
        pid, _, started = name.removeprefix(PREFIX).rpartition("-")[0].partition("-")
        if not pid.isdigit() or _started(int(pid)) != started:
            found.append(name)
    return tuple(found)


def remove(names: Iterable[str]) -> int:
    """Take namespaces away; how many went."""
    names = tuple(names)
    if names:
        run("ip", "-batch", "-", "-force", text="".join(f"netns del {name}\n" for name in names))
    return len(names)


def inside(namespace: str, work: Callable[[], T]) -> T:
    """Run something in a namespace, in a thread of its own, so that no other thread changes its network."""
    import ctypes

    box: list[T] = []
    errors: list[BaseException] = []

    def body() -> None:
        try:
            libc = ctypes.CDLL(None, use_errno=True)
            handle = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
            try:
                if libc.setns(handle, _CLONE_NEWNET) != 0:
                    raise TwinUnavailableError("twin-setns", f"setns failed: {os.strerror(ctypes.get_errno())}")
            finally:
                os.close(handle)
            box.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return box[0]


def build(plan: Layout, names: dict[str, str]) -> None:
    """All namespaces, bridges, cables, addresses and routes; ``names``: label -> namespace, ``s`` is the switch."""
    run("ip", "-batch", "-", text="".join(f"netns add {name}\n" for name in names.values()))
    inside(names["s"], _quiet_bridges)
    lines = [f"link add name {bridge} up type bridge mcast_snooping 0" for bridge in plan.bridges.values()]
    for port in plan.ports:
        lines.append(
            f"link add name {port.name} up master {plan.bridges[port.network]} type veth "
            f"peer name {port.interface} netns {names[port.owner]} address {port.mac}"
        )
    run("ip", "-n", names["s"], "-batch", "-", text="\n".join(lines) + "\n")
    for label in dict.fromkeys(port.owner for port in plan.ports):
        interfaces = [port.interface for port in plan.ports if port.owner == label]
        inside(names[label], partial(_links_up, interfaces))
    for label, commands in plan.commands.items():
        inside(names[label], _router)
        run("ip", "-n", names[label], "-batch", "-", text="\n".join(commands) + "\n")


def _links_up(interfaces: list[str]) -> None:
    """Set interfaces up (a veth peer cannot be born up)."""
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        for name in interfaces:
            flags = struct.unpack_from("16sH", fcntl.ioctl(handle, 0x8913, struct.pack("16sH14x", name.encode(), 0)))
            fcntl.ioctl(handle, 0x8914, struct.pack("16sH14x", name.encode(), flags[1] | 1))


def _quiet_bridges() -> None:
    for name in ("iptables", "ip6tables", "arptables"):
        path = Path(f"/proc/sys/net/bridge/bridge-nf-call-{name}")
        if path.exists():
            path.write_text("0")


def _router() -> None:
    """Forward both families; the filter, not the kernel's own source check, has to stop spoofed packets."""
    root = Path("/proc/sys/net")
    for name, value in (
        ("ipv4/ip_forward", "1"),
        ("ipv6/conf/all/forwarding", "1"),
        ("ipv4/conf/all/rp_filter", "0"),
        ("ipv4/conf/default/rp_filter", "0"),
        ("ipv4/conf/all/send_redirects", "0"),
        ("ipv4/conf/default/send_redirects", "0"),
        ("ipv4/neigh/default/gc_thresh3", "200000"),
        ("ipv6/neigh/default/gc_thresh3", "200000"),
    ):
        path = root / name
        if path.exists():
            try:
                path.write_text(value)
            except PermissionError:
                continue
    for path in root.glob("ipv4/conf/*/rp_filter"):
        path.write_text("0")
