"""What ``ninefold cycle`` announces, where it notes what was announced, and the timer that calls it."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

import msgspec

from ninefold.base.errors import InputError, Place
from ninefold.cli.door import say
from ninefold.model.findings import Finding, finding_to_plain

TIMER = """\
# /etc/systemd/system/ninefold-cycle.service
[Unit]
Description=Ninefold: what is new about {root}

[Service]
Type=oneshot
ExecStart="{program}" -C "{root}" cycle --notify -
# 1: something is to be looked at
SuccessExitStatus=1

# /etc/systemd/system/ninefold-cycle.timer
[Unit]
Description=Ninefold: every morning

[Timer]
OnCalendar=*-*-* 05:30
Persistent=true

[Install]
WantedBy=timers.target

# or, for cron (it mails what is printed, and nothing is printed when nothing is new):
30 5 * * * {line}
"""


def timer(root: Path) -> str:
    """A systemd service with its timer, and a line for cron, for the workspace at ``root``."""
    program, place = shutil.which("ninefold") or "/usr/local/bin/ninefold", str(root.resolve())
    if any(sign in place for sign in '"\\\n$'):
        raise InputError("bad-path", str(say("A timer cannot name this folder.")), place=Place(place))
    line = f"{shlex.quote(program)} -C {shlex.quote(place)} cycle --notify -".replace("%", "\\%")
    return TIMER.format(program=program.replace("%", "%%"), root=place.replace("%", "%%"), line=line)


def notify(target: str, found: tuple[Finding, ...]) -> None:
    """One line of JSON for each finding, appended to a file, or on standard output for ``-``."""
    lines = b"".join(msgspec.json.encode(finding_to_plain(item)) + b"\n" for item in found)
    if target == "-":
        sys.stdout.write(lines.decode())
        sys.stdout.flush()
        return
    try:
        with Path(target).open("ab") as stream:
            stream.write(lines)
    except OSError as error:
        raise InputError("not-written", str(error.strerror), place=Place(target)) from error


def note(root: Path, ids: tuple[str, ...]) -> None:
    """Remember what was announced; called last, so that what could not be told is told again next time."""
    from ninefold.steps.drift import ANNOUNCED, Announced, announced
    from ninefold.workspace.transaction import Transaction

    last = announced(root)
    if last.now == ids and (root / ANNOUNCED).is_file():
        return
    data = msgspec.json.format(msgspec.json.encode(Announced(now=ids, before=last.now)), indent=1) + b"\n"
    with Transaction(root, author="Ninefold <>", reason=str(say("Note what was announced"))) as change:
        change.write(ANNOUNCED, data)
