"""The system under consideration: name, organisation, roles, environment, settings of the method."""

from __future__ import annotations

import msgspec

from ninefold.model.vocabulary import Role


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """The company that uses the workspace, and the roles it has for this system."""

    name: str = ""
    roles: tuple[Role, ...] = ()
    contact: str = ""
    sector: str = ""
    country: str = ""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """Another company or person with a role for (a part of) the system."""

    name: str
    role: Role
    contact: str = ""
    scope: tuple[str, ...] = ()


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """Something taken for granted about the operating environment."""

    id: str
    text: str
    owner: str = ""


class Constraints(msgspec.Struct, frozen=True, kw_only=True):
    """What the site does not allow to change."""

    real_time: str = ""
    availability: str = ""
    patch_windows: str = ""
    legacy: str = ""
    safety: str = ""


class MethodSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Adjustable numbers of the method (docs/method.md section 3). Changing one needs a reason."""

    base_1: int = 4
    base_2: int = 3
    base_3: int = 2
    base_4: int = 1
    tolerable_people_severe: int = 4
    tolerable_people_reversible: int = 6
    tolerable_other: int = 9
    years: int = 5
    reason: str = ""


class System(msgspec.Struct, frozen=True, kw_only=True):
    """``ninefold.yaml``: what is being secured, by whom, in which environment."""

    name: str
    title: str = ""
    description: str = ""
    boundary: str = ""
    machine_type: str = ""
    serial_number: str = ""
    version: str = ""
    site: str = ""
    organisation: Organisation = Organisation()
    parties: tuple[Party, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    constraints: Constraints = Constraints()
    policies: tuple[str, ...] = ()
    adversary_class_4: bool = False
    threat_environment: str = ""
    method: MethodSettings = MethodSettings()
    language: str = "en"
