"""``kill -9`` at any moment of a run leaves a workspace that loads; running again completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ninefold.workspace.load import faults
from tests.steps.conftest import ninefold, states

KILLS = 100
QUICK = 1.2  # seconds: about as long as the first five steps take


@pytest.mark.slow
def test_killed_at_random_points_a_run_can_be_finished(example: Callable[[str], Path]) -> None:
    root = example("pump-station")
    started = time.monotonic()
    ninefold(root, "run", "--brief")
    whole = time.monotonic() - started
    chance = random.Random(9)
    for number in range(KILLS):
        text = (root / "measures.yaml").read_text()
        (root / "measures.yaml").write_text(text.replace(f"cost_once: {800 + number}", f"cost_once: {801 + number}"))
        until = [] if number % 10 == 0 else ["--until", "risk"]
        command = [sys.executable, "-m", "ninefold", "-C", str(root), "run", "--brief", *until]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
        time.sleep(chance.uniform(0.05, whole if not until else QUICK))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert faults(root) == ()
    ninefold(root, "run", "--brief")
    assert set(states(root).values()) == {"current"}
