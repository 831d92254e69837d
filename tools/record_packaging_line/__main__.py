"""Remakes the recorded sources of ``examples/packaging-line``. Linux, root, about two minutes:

    python3 -m venv /tmp/record && /tmp/record/bin/pip install -r requirements/record.in
    sudo apt-get install iproute2 nftables tcpdump wireshark-common nmap mosquitto dnsmasq chrony snmpd snmp \\
        rsyslog openssh-server openvpn ethtool
    sudo /tmp/record/bin/python -m tools.record_packaging_line [--seconds 45]

It builds the line of the workspace in network namespaces (one a device, one bridge a network segment), starts a real
protocol program for everything that the devices do, records each segment with tcpdump, scans the segments with nmap
and takes everything away again. All of it stays inside the namespaces: none has an interface to the outside.
Addresses and devices come from the workspace; what differs on site from the drawing stands in ``plan.py``.
The files differ from run to run in times and ports, never in who speaks with whom.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.record_packaging_line import advisories, fabric, inventory, keys, sbom
from tools.record_packaging_line.index import write_index
from tools.record_packaging_line.plan import LINE, ROOT, SEGMENTS, Host, hosts

SOURCES = LINE / "sources"
ORIGINS = {
    "": "written for this example",
    "capture-": "recorded in network namespaces by tools/record_packaging_line (tcpdump)",
    "nmap-": "scanned in network namespaces by tools/record_packaging_line (nmap)",
    "inventory": "list of the machine builder, with its mistakes",
    "sbom-": "SBOM of the vendor, invented device",
    "advisories/": "advisory, invented vendor",
}
_PORTS = "1-1024,1883,4840,8080,8443,8883,9100,34962-34964,44818,48898"
_SCANS = {"control": "10.10.10", "data": "10.10.20", "external": "10.10.30"}


def main() -> None:
    """Record, scan, write the rest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=45)
    parser.add_argument("--papers-only", action="store_true", help="only lists, SBOMs, advisories and the index")
    options = parser.parse_args()
    if not options.papers_only:
        with tempfile.TemporaryDirectory(prefix="examples-record-") as folder:
            try:
                record(Path(folder), options.seconds)
            finally:
                fabric.remove()
    inventory.write(SOURCES)
    sbom.write(SOURCES)
    advisories.main()
    write_index(SOURCES, ORIGINS)


def record(folder: Path, seconds: int) -> None:
    """Run the line and listen."""
    plan = hosts()
    fabric.remove()
    folder.chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)  # sshd insists on it
    keys.make(folder, list(plan))
    fabric.build(plan.values())
    _translate()
    captures = [_listen(segment, folder) for segment in SEGMENTS]
    devices = [_start(host, folder) for host in plan.values() if host.roles]
    time.sleep(seconds + 15)
    for process in captures:
        process.terminate()
        process.wait()
    for segment in SEGMENTS:
        name = f"{segment.removeprefix('net-')}.pcap"
        target = SOURCES / f"capture-{Path(name).stem}.pcapng"
        fabric.run("editcap", "-F", "pcapng", str(folder / name), str(target))
    _scan()
    for process in devices:
        process.terminate()
    for log in sorted(folder.glob("*.log")):
        if log.name != "collected.log":
            print(log.name, log.read_text()[-1500:], sep="\n", file=sys.stderr)


def _translate() -> None:
    """1:1 NAT of the line firewall towards the enterprise, and the router's masquerading."""
    netmap = """table ip nat {
      chain pre { type nat hook prerouting priority dstnat;
        iifname "ent0" dnat ip prefix to ip daddr map { 172.20.40.0/24 : 10.10.20.0/24 }; }
      chain post { type nat hook postrouting priority srcnat;
        oifname "ent0" snat ip prefix to ip saddr map { 10.10.20.0/24 : 172.20.40.0/24 }; }
    }"""
    hide = 'table ip nat { chain post { type nat hook postrouting priority srcnat; oifname "wan0" masquerade; }; }'
    for host, rules in (("line-firewall", netmap), ("maintenance-router", hide)):
        subprocess.run(fabric.inside(host, "nft", "-f", "-"), input=rules, text=True, check=True)


def _listen(segment: str, folder: Path) -> subprocess.Popen[bytes]:
    target = folder / f"{segment.removeprefix('net-')}.pcap"
    command = ("tcpdump", "-i", fabric.bridge(segment), "-U", "-Z", "root", "-w", str(target))
    return subprocess.Popen(fabric.inside("fabric", *command), stderr=subprocess.DEVNULL)


def _start(host: Host, folder: Path) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "tools.record_packaging_line.device", host.id, str(folder))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / f"{host.id}.log").open("ab") as log:
        return subprocess.Popen(fabric.inside(host.id, *command), cwd=folder, env=environment, stderr=log, stdout=log)


def _scan() -> None:
    """A test laptop is plugged into three segments, one after the other, when the recording is over."""
    for number, (name, prefix) in enumerate(_SCANS.items()):
        scanner = f"scanner-{name}"
        fabric.run("ip", "netns", "add", fabric.PREFIX + scanner)
        fabric.attach(scanner, "eth0", f"net-{name}", f"s{number}", f"{prefix}.250", f"02:00:00:00:00:f{number}")
        target = f"nmap-{name}.xml"  # relative: the file repeats its command line
        options = ("-sT", "-n", "-T4", "--max-retries", "1", "-p", _PORTS, "-oX", target)
        command = ("nmap", *options, f"{prefix}.1-99")
        subprocess.run(fabric.inside(scanner, *command), cwd=SOURCES, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
