"""discover: ask one device by name and address, reading only. Nothing is ever sent that was not named and shown."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from ninefold.base.errors import InputError
from ninefold.cli.door import Answer, Door, command, say

if TYPE_CHECKING:
    from ninefold.model.observed import Observation

#: stands for a community string wherever packets are shown
HIDDEN: Final = "********"
_SECONDS: Final = 3.0
_LISTENING: Final = 35.0  # neighbours speak LLDP twice a minute


@command("discover", example="ninefold discover modbus 192.168.10.20 --dry-run")
@click.argument("name")
@click.argument("target")
@click.option("--dry-run", is_flag=True, help="Show each packet and what it means; send nothing.")
@click.option("--port", type=click.IntRange(1, 65535), help="Another port than the usual one.")
@click.option("--seconds", type=click.FloatRange(0.1, 600), help="How long to wait for an answer.")
@click.option("--community-env", metavar="VAR", help="Environment variable with the SNMP community; default: public.")
def discover(
    door: Door,
    name: str,
    target: str,
    dry_run: bool,
    port: int | None,
    seconds: float | None,
    community_env: str | None,
) -> Answer:
    """Ask one device who it is, with one read-only protocol; nothing is sent without a name and a target."""
    from ninefold.sources.active.run import LISTEN, explain
    from ninefold.sources.active.run import discover as ask

    community = _community(community_env)
    packets = [
        {"port": _port(item.port, port), "meaning": str(item.meaning), "bytes": item.data.hex(" ")}
        for item in explain(name, HIDDEN if community_env else "public")
    ]
    wait = seconds or (_LISTENING if name == LISTEN else _SECONDS)
    data: dict[str, Any] = {"probe": name, "target": target, "packets": packets, "sent": False, "hosts": []}
    if not dry_run:
        sys.stderr.write(_announcement(name, target, len(packets), wait) + "\n")
        sys.stderr.flush()
        seen = ask(name, target, community=community, seconds=wait, port=port or 0)
        data |= {"sent": bool(packets), "hosts": _hosts(seen)}
    return Answer(data, partial(_show, data, dry_run, wait), code=0)


def _community(variable: str | None) -> str:
    """The community string of an environment variable: never an argument, which others see in the process list."""
    if not variable:
        return "public"
    if not os.environ.get(variable):
        raise InputError(
            "no-community",
            str(say("The environment variable {name} is not set.", name=variable)),
            advice=str(say("Put the community string into it, not into the command.")),
        )
    return os.environ[variable]


def _port(usual: str, chosen: int | None) -> str:
    transport = usual.partition("/")[0]
    return f"{transport}/{chosen}" if chosen and transport in {"tcp", "udp"} else usual


def _announcement(name: str, target: str, count: int, seconds: float) -> str:
    if not count:
        return str(say("Listening on {target} for {n} seconds; nothing is sent.", target=target, n=f"{seconds:g}"))
    return str(
        say(
            "Sending up to {n} packets ({name}) to {target}; they only read. --dry-run shows them without sending.",
            n=count,
            name=name,
            target=target,
        )
    )


def _hosts(seen: Observation) -> list[dict[str, Any]]:
    return [
        {
            "macs": list(host.macs),
            "ips": list(host.ips),
            "names": list(host.names),
            "facts": [{"key": fact.key, "value": fact.value} for fact in host.facts],
        }
        for host in seen.hosts
    ]


def _show(data: dict[str, Any], dry_run: bool, seconds: float, screen: Any) -> None:
    from ninefold.cli.render import table

    if dry_run:
        screen.print(str(say("Dry run for {target}: nothing was sent.", target=data["target"])), markup=False)
        if not data["packets"]:
            screen.print(str(say("This only listens; it has no packets to send.")), markup=False)
        for number, packet in enumerate(data["packets"], 1):
            screen.print(f"{number}. {packet['port']}  {packet['meaning']}", markup=False)
            screen.print(f"   {packet['bytes']}", markup=False)
        return
    if not data["hosts"]:
        words = say(
            "No answer from {target} within {n} seconds. That does not prove that nothing is there.",
            target=data["target"],
            n=f"{seconds:g}",
        )
        screen.print(str(words), markup=False)
        return
    rows = [
        (" ".join(host["ips"] or host["macs"]), fact["key"], fact["value"])
        for host in data["hosts"]
        for fact in host["facts"]
    ]
    table(screen, (say("Device"), say("Fact"), say("Value")), rows)
