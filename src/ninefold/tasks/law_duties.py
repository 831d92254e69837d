"""Duties of the acts that apply, from the workspace or a file of answers, as document and as calendar."""

from __future__ import annotations

from pathlib import Path

from ninefold.law.calendar import icalendar
from ninefold.law.duties import Duty, document, duties
from ninefold.tasks.law_apply import answers_of, plant_of

__all__ = ["document", "icalendar", "run"]


def run(root: Path, answers: Path | None = None) -> tuple[Duty, ...]:
    """The duties, earliest first."""
    plant = plant_of(root)
    return duties(answers_of(plant, answers), plant)
