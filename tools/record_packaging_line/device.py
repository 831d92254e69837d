"""One device of the line: runs its roles until it is ended. Started inside the namespace of the device.

``python -m tools.record_packaging_line.device HOST FOLDER``: FOLDER holds keys, certificates and logs of the run.
"""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tools.record_packaging_line import roles_industrial, roles_it, roles_link
from tools.record_packaging_line.plan import hosts

WARM_UP = 9.0  # seconds
SERVERS = ("mqtt_broker", "lldp", "dcp", "ssdp", "names_noise")
Role = Callable[..., Awaitable[None]]


async def _keep(host: str, role: str, work: Role, options: dict[str, Any], folder: Path) -> None:
    """Run a role; start it again when it fails, as a device would. Clients wait until the servers are up."""
    await asyncio.sleep(0 if role in SERVERS or role.endswith("_server") else WARM_UP)
    while True:
        try:
            await work(host, folder, **options)
            return
        except asyncio.CancelledError:
            raise
        except Exception:
            with (folder / f"{host}.log").open("a") as log:
                log.write(f"--- {role}\n{traceback.format_exc()}")
            await asyncio.sleep(2)


async def main(host: str, folder: Path) -> None:
    """All roles of the host at once."""
    known = {**vars(roles_industrial), **vars(roles_it), **vars(roles_link)}
    work = [_keep(host, name, known[name], dict(options), folder) for name, options in hosts()[host].roles]
    await asyncio.gather(*work)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
