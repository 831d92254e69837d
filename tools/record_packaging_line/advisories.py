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

# One advisory a case; the comments say what a match has to say about the line.
PACKAGING_LINE: Final = (
    # plc-filler 3.1.0: affected. plc-packer 3.2.0: fixed.
    Advisory(
        id="NWA-2026-007",
        title="NW-C400: Stop of the controller by one frame",
        vendor=NORDWERK[0],
        namespace=NORDWERK[1],
        dates=("2026-08-11T08:00:00Z", "2026-08-11T08:00:00Z"),
        summary="A malformed frame to port 102/tcp stops NW-C400 controllers until they are switched off and on.",
        releases=(
            Release("NWC400-BEFORE-320", "NW-C400", "NW-C400 firmware before 3.2.0", "vers:generic/<3.2.0", True),
            Release("NWC400-320", "NW-C400", "NW-C400 firmware 3.2.0", "3.2.0"),
        ),
        flaws=(
            Flaw(
                number="NWA-V-2026-019",
                title="Stop by a malformed frame",
                text="The length of a parameter block is not checked. The controller stops; outputs go to zero.",
                cwe=("CWE-1284", "Improper Validation of Specified Quantity in Input"),
                vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
                affected=("NWC400-BEFORE-320",),
                fixed=("NWC400-320",),
                remedy="Install firmware 3.2.0 or newer.",
                workaround="Let only engineering and operator stations reach port 102/tcp.",
            ),
        ),
    ),
    # Both switches are listed with 4.2.0: fixed. The capture shows 4.1.3 on switch-data: the list is wrong.
    Advisory(
        id="LN-SA-2026-03",
        title="LN-S24: Configuration readable through SNMP",
        vendor="Lindau Networks",
        namespace="https://security.lindau-networks.example",
        dates=("2026-04-20T09:00:00Z", "2026-04-20T09:00:00Z"),
        summary="The configuration with its password hashes can be read by anybody who knows the read community.",
        releases=(
            Release("LNS24-4", "LN-S24", "LN-S24 firmware 4.0.0 to 4.1.9", "vers:generic/>=4.0.0|<4.2.0", True),
            Release("LNS24-420", "LN-S24", "LN-S24 firmware 4.2.0", "4.2.0"),
        ),
        flaws=(
            Flaw(
                number="LN-V-2026-0041",
                title="Password hashes in a readable table",
                text="A private table shows the stored hashes of all accounts to the read community.",
                cwe=("CWE-200", "Exposure of Sensitive Information to an Unauthorized Actor"),
                vector="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
                affected=("LNS24-4",),
                fixed=("LNS24-420",),
                remedy="Install firmware 4.2.0 and change all passwords.",
            ),
        ),
    ),
    # The robot is an RC-7: not affected, and the vendor says why.
    Advisory(
        id="SELLA-2026-002",
        title="RC-5: Movement commands without signing in",
        vendor="Sella Robotics",
        namespace="https://psirt.sella-robotics.example",
        dates=("2026-06-30T07:00:00Z", "2026-06-30T07:00:00Z"),
        summary="RC-5 controllers accept movement commands from any station. RC-7 has another command interface.",
        releases=(
            Release("RC5-ALL", "RC-5", "RC-5, all versions", "vers:all/*", True),
            Release("RC7-ALL", "RC-7", "RC-7, all versions", "vers:all/*", True),
        ),
        flaws=(
            Flaw(
                number="SELLA-V-2026-005",
                title="Commands without authentication",
                text="The command interface of the RC-5 does not ask who sends.",
                cwe=("CWE-306", "Missing Authentication for Critical Function"),
                vector="CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H",
                affected=("RC5-ALL",),
                not_affected=("RC7-ALL",),
                workaround="Put the controller into a zone of its own.",
                impact="The RC-7 does not have this interface.",
            ),
        ),
    ),
    # drive-conveyor-1 and -2 have 4.10; the statement names builds by month: cannot be decided.
    Advisory(
        id="HAVEL-SB-26-01",
        title="HD-45: Restart after bursts of requests",
        vendor="Havel Drives",
        namespace="https://service.havel-drives.example",
        dates=("2026-03-02T12:00:00Z", "2026-03-16T12:00:00Z"),
        summary="Many Modbus connections within a second make the drive restart.",
        releases=(
            Release(
                "HD45-OLD",
                "HD-45",
                "HD-45 with communication board built before March 2025",
                "board built before March 2025",
                True,
            ),
        ),
        flaws=(
            Flaw(
                number="HAVEL-26-01-A",
                title="Too many connections",
                text="The communication board restarts when more than 16 connections are opened within a second.",
                cwe=("CWE-770", "Allocation of Resources Without Limits or Throttling"),
                vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
                affected=("HD45-OLD",),
                workaround="Let only the controller reach port 502/tcp.",
            ),
        ),
    ),
    # plc-palletiser: order number CC-1512-ENT, revision 21.012: affected through the model number.
    Advisory(
        id="CORVIN-2026-11",
        title="CC-1500: Firmware is not checked",
        vendor="Corvin Controls",
        namespace="https://trust.corvin-controls.example",
        dates=("2026-09-08T15:00:00Z", "2026-09-08T15:00:00Z"),
        summary="Controllers with Ethernet of the CC-1500 series accept changed firmware.",
        releases=(
            Release(
                "CC1500-ENT",
                "CC-1500",
                "CC-1500 with Ethernet, revision 21.010 and newer",
                "vers:generic/>=21.010|<22.001",
                True,
                model_numbers=("CC-1510-ENT", "CC-1512-ENT", "CC-1518-EN?"),
            ),
            Release("CC1500-22", "CC-1500", "CC-1500, revision 22.001", "22.001"),
        ),
        flaws=(
            Flaw(
                number="CORVIN-2026-11-1",
                title="Signature of firmware is not checked",
                text="An update is accepted when its checksum fits, whoever made it.",
                cwe=("CWE-347", "Improper Verification of Cryptographic Signature"),
                vector="CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H",
                affected=("CC1500-ENT",),
                fixed=("CC1500-22",),
                remedy="Install revision 22.001.",
            ),
        ),
    ),
    # edge-gateway 2.5.1: affected, and its SBOM shows the OpenSSL that brings it.
    Advisory(
        id="FJ-2024-02",
        title="FE-300: Endless loop in OpenSSL",
        vendor="Fjordline",
        namespace="https://www.fjordline.example",
        dates=("2024-04-15T06:00:00Z", "2024-04-15T06:00:00Z"),
        summary="The OpenSSL library in the FE-300 can be kept busy forever by a certificate.",
        releases=(
            Release(
                "FE300-BEFORE-26",
                "FE-300",
                "FE-300 firmware before 2.6",
                "vers:generic/<2.6",
                True,
                cpe="cpe:2.3:o:fjordline:fe-300_firmware:*:*:*:*:*:*:*:*",
            ),
            Release("FE300-26", "FE-300", "FE-300 firmware 2.6", "2.6"),
        ),
        flaws=(
            Flaw(
                number="CVE-2022-0778",
                title="Endless loop while a certificate is read",
                text="A certificate with certain parameters of an elliptic curve never finishes parsing.",
                cwe=("CWE-835", "Loop with Unreachable Exit Condition ('Infinite Loop')"),
                vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
                affected=("FE300-BEFORE-26",),
                fixed=("FE300-26",),
                remedy="Install firmware 2.6.",
            ),
        ),
    ),
    # Nothing of this vendor is installed: does not concern the line.
    Advisory(
        id="MARSDIEP-2026-4",
        title="MD-Panel: Password in clear text",
        vendor="Marsdiep Displays",
        namespace="https://marsdiep.example",
        dates=("2026-10-01T10:00:00Z", "2026-10-01T10:00:00Z"),
        summary="Panels store the password of the web page in clear text.",
        releases=(Release("MD-ALL", "MD-Panel 7", "MD-Panel 7, all versions", "vers:all/*", True),),
        flaws=(
            Flaw(
                number="MD-2026-4",
                title="Password in clear text",
                text="Whoever holds the memory card can read the password.",
                cwe=("CWE-312", "Cleartext Storage of Sensitive Information"),
                vector="CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
                affected=("MD-ALL",),
                workaround="Lock the panel's back.",
            ),
        ),
    ),
)


def main() -> None:
    """Write all advisories into the examples."""
    examples = Path(__file__).parents[2] / "examples"
    for advisory in PACKAGING_LINE:
        write(advisory, examples / "packaging-line" / "sources" / "advisories")
    for advisory in PUMP_STATION:
        write(advisory, examples / "pump-station" / "sources" / "advisories")
    write_index(examples / "pump-station" / "sources", {"advisories/": "advisory, invented vendor"})


if __name__ == "__main__":
    main()
