"""The nine steps, in order."""

from __future__ import annotations

from typing import Final

from ninefold.steps.concept import ConceptStep
from ninefold.steps.cycle import CycleStep
from ninefold.steps.evaluation import EvaluationStep
from ninefold.steps.implementation import ImplementationStep
from ninefold.steps.interface import Step
from ninefold.steps.protection import ProtectionStep
from ninefold.steps.risk import RiskStep
from ninefold.steps.specification import SpecificationStep
from ninefold.steps.threats import ThreatsStep
from ninefold.steps.verification import VerificationStep

STEPS: Final[tuple[Step, ...]] = (
    EvaluationStep(),
    SpecificationStep(),
    ProtectionStep(),
    ThreatsStep(),
    RiskStep(),
    ConceptStep(),
    ImplementationStep(),
    VerificationStep(),
    CycleStep(),
)
