"""One capability of the machine: there, or not with the reason and the line that changes it."""

from __future__ import annotations

from dataclasses import dataclass

from workloads.spec import Unsupported

UNCHANGEABLE = "nothing on this machine: "
"""How a remedy begins where there is no line that would help."""


@dataclass(frozen=True, slots=True)
class Check:
    """`text` is what was found where it is there, else the reason; `remedy` and `slug` go with a reason."""

    name: str
    ok: bool
    text: str
    remedy: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that belong together."""

    title: str
    checks: tuple[Check, ...]


def yes(name: str, text: str) -> Check:
    """Return a capability that is there."""
    return Check(name, True, text)


def no(name: str, reason: Unsupported) -> Check:
    """Return a capability that is not there."""
    return Check(name, False, reason.reason, reason.remedy, reason.slug)


def either(name: str, there: bool, text: str, reason: Unsupported) -> Check:
    """Return the capability with its value where it is there, else with its reason."""
    return yes(name, text) if there else no(name, reason)
