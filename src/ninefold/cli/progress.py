"""Progress on a terminal, on standard error."""

from __future__ import annotations

from typing import Any


class Bars:
    """One line a task. Bars appear when the first task starts and vanish when the last one ends."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, Any] = {}

    def start(self, task: str, total: int = 0) -> None:
        """Show a task."""
        if not self._tasks:
            self._bars.start()
        self._tasks[task] = self._bars.add_task(task, total=total or None)

    def advance(self, task: str, done: int = 1) -> None:
        """Move its bar."""
        if task in self._tasks:
            self._bars.advance(self._tasks[task], done)

    def finish(self, task: str, note: str = "") -> None:
        """Take it away, leave a line."""
        identifier = self._tasks.pop(task, None)
        if identifier is not None:
            self._bars.remove_task(identifier)
        self._bars.console.print(f"  ✓ {task}" + (f": {note}" if note else ""), markup=False, highlight=False)
        if not self._tasks:
            self._bars.stop()
