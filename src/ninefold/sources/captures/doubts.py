"""What a capture could not tell, or tells about itself: findings, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ninefold.base.i18n import messages
from ninefold.model.findings import Finding, Reason, Words
from ninefold.model.vocabulary import Severity, State
from ninefold.sources.captures.address import Address, ip_text, mac_text
from ninefold.sources.captures.flows import Flows
from ninefold.sources.captures.frames import LINK_NAMES, UNREAD
from ninefold.sources.captures.hosts import Seen
from ninefold.sources.captures.records import Batch, Container

say = messages("captures")
_TUNNELS: Final = frozenset({"gre", "ip-in-ip", "vxlan", "l2tp", "pptp", "wireguard", "openvpn", "ipsec", "ike"})
_SHOWN: Final = 20


@dataclass(slots=True)
class Totals:
    """What is counted over the whole file. Times in nanoseconds."""

    packets: int = 0
    bytes: int = 0
    malformed: int = 0
    first: int = 0
    last: int = 0

    def add(self, batch: Batch, bad: int) -> None:
        """Count a batch."""
        first, last = int(batch.time.min()), int(batch.time.max())
        self.first = min(self.first, first) if self.packets else first
        self.last = max(self.last, last) if self.packets else last
        self.packets += len(batch.start)
        self.bytes += int(batch.wire.sum())
        self.malformed += bad


def findings(
    name: str, container: Container, totals: Totals, flows: Flows, seen: Seen, hidden: frozenset[tuple[int, Address]]
) -> Iterator[Finding]:
    """All doubts about a capture."""
    if container.problem:
        why = say("The reader stopped here: {problem}.", problem=say_problem(container.problem))
        title = say("The capture could not be read to its end.")
        advice = say("What came before is shown. Capture again if the rest matters.")
        yield _doubt("capture.cut", name, title, why, advice)
    for link in sorted({link for link in container.links if link not in LINK_NAMES or link in UNREAD}):
        why = say("Frames of link type {link} are counted but not looked into.", link=link)
        title = say("The capture holds frames of a link type that is not read.")
        yield _doubt("capture.link-type", name, title, why, say("Capture on the Ethernet side if you can."), str(link))
    if totals.malformed:
        why = say("{count} of {all} frames do not fit together.", count=totals.malformed, all=totals.packets)
        title = say("Some frames are damaged or cut off.")
        yield _doubt("capture.malformed", name, title, why, say("Capture with whole frames (snap length 0)."))
    if flows.folded or seen.dropped:
        why = say("{count} conversations were folded into coarser ones.", count=flows.folded + seen.dropped)
        title = say("There are more conversations than can be listed.")
        yield _doubt("capture.folded", name, title, why, say("This looks like a scan or a flood. Split the capture."))
    yield from _tunnels(name, flows)
    for address, macs in sorted(seen.shared(hidden).items())[:_SHOWN]:
        text = ", ".join(mac_text(mac) for mac in macs)
        why = say("{address} is sent by {macs}.", address=ip_text(address), macs=text)
        title = say("Several network interfaces send from one IP address.")
        advice = say("Find out whether this is redundancy, two separate networks or a mistake.")
        yield _doubt("capture.address-twice", name, title, why, advice, ip_text(address))


def _tunnels(name: str, flows: Flows) -> Iterator[Finding]:
    named = sorted(
        {(total.service, ip_text(what[1])) for what, total in flows.sums.items() if total.service in _TUNNELS}
    )
    for service, server in named[:_SHOWN]:
        why = say("{service} to {server}: what travels inside is not shown.", service=service, server=server)
        title = say("A tunnel carries traffic that the capture does not show.")
        advice = say("Ask what it is for, and capture behind its end.")
        yield _doubt("capture.tunnel", name, title, why, advice, f"{service}-{server}")


def _doubt(rule: str, name: str, title: Words, why: Words, advice: Words, discriminator: str = "") -> Finding:
    return Finding(
        rule=rule,
        subject=name,
        discriminator=discriminator,
        title=title,
        severity=Severity.MEDIUM,
        state=State.UNDECIDED,
        because=(Reason(says=why),),
        advice=advice,
    )


def say_problem(problem: str) -> Words:
    """The words for a problem of the container (:mod:`ninefold.sources.captures.records`)."""
    known = {
        "long-record": say("a record says it is longer than any frame can be"),
        "hole": say("from here on the file holds nothing but empty records"),
        "block-length": say("a block has an impossible length"),
        "byte-order": say("a section has no byte order"),
        "interfaces": say("there are more interfaces than a capture can have"),
        "no-interface": say("packets come before any interface"),
        "block": say("a packet block does not fit into itself"),
        "header": say("the file ends inside its header"),
        "cut": say("the last record is cut off"),
    }
    return known.get(problem) or say("the archive is damaged ({text})", text=problem)
