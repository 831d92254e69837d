"""The advisories of the examples: what each is for stands beside it. Vendors, products and flaws are invented."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.record_packaging_line.csaf import Advisory, Flaw, Release, write
from tools.record_packaging_line.index import write_index

NORDWERK: Final = ("Nordwerk Automation", "https://psirt.nordwerk-automation.example")

PUMP_STATION: Final = (
    # affects the controller of the pumping station: 2.3.1 is below 2.4.0
    Advisory(
        id="NWA-2026-001",
        title="NW-C200: Writing of set points without signing in",
        vendor=NORDWERK[0],
        namespace=NORDWERK[1],
        dates=("2026-05-12T08:00:00Z", "2026-05-12T08:00:00Z"),
        summary="The OPC UA server of the NW-C200 lets unknown clients write when anonymous access is on.",
        releases=(
            Release("NWC200-BEFORE-240", "NW-C200", "NW-C200 firmware before 2.4.0", "vers:generic/<2.4.0", True),
            Release("NWC200-240", "NW-C200", "NW-C200 firmware 2.4.0", "2.4.0"),
        ),
        flaws=(
            Flaw(
                number="NWA-V-2026-001",
                title="Missing authentication in the OPC UA server",
                text="With anonymous access switched on, writing was permitted although only reading was configured.",
                cwe=("CWE-306", "Missing Authentication for Critical Function"),
                vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:L",
                affected=("NWC200-BEFORE-240",),
                fixed=("NWC200-240",),
                remedy="Install firmware 2.4.0 or newer.",
                workaround="Switch anonymous access off and let only known clients reach port 4840/tcp.",
            ),
        ),
    ),
)


def main() -> None:
    """Write all advisories into the examples."""
    examples = Path(__file__).parents[2] / "examples"
    for advisory in PUMP_STATION:
        write(advisory, examples / "pump-station" / "sources" / "advisories")
    write_index(examples / "pump-station" / "sources", {"advisories/": "advisory, invented vendor"})


if __name__ == "__main__":
    main()
