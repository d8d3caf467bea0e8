"""A machine as others see it: its kind, its kernel and how it flushes, which is all that its results are sorted by."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.across.flush import Flush
from bench.model.environment import Environment
from bench.text import one_line

SERIES = re.compile(r"\A(\d{1,3}\.\d{1,4})(?=\D|\Z)")
LONGEST_NAME = 60
CONTAINER = " container"


@dataclass(frozen=True, slots=True)
class Kind:
    """Machines that may be taken for one another: what the model takes for one draw from all kinds that there are."""

    architecture: str
    cpu: str
    cpus: int
    virtual: bool

    @property
    def name(self) -> str:
        """Return it in a few words."""
        where = "in a virtual machine" if self.virtual else "on hardware"
        return f"{self.cpu}, {self.cpus} CPU{'' if self.cpus == 1 else 's'}, {where}"


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a result was measured; `name` is what the machine calls itself, `series` its kernel's first two numbers."""

    name: str
    kind: Kind
    kernel: str
    series: str
    flush: Flush


def machine(name: str, environment: Environment, flush: Flush) -> Machine:
    """Return the machine of an environment; every word of it comes from whoever sent the result, and is cut short."""
    kind = Kind(
        short(environment.architecture),
        short(environment.cpu),
        max(environment.cpus_online, 1),
        is_virtual(environment.virtualisation),
    )
    series = SERIES.match(environment.kernel)
    kernel = short(environment.kernel)
    return Machine(short(name), kind, kernel, series[1] if series else kernel, flush)


def short(text: str) -> str:
    """Return a word of somebody else's as one short line."""
    return one_line(text)[:LONGEST_NAME] or "?"


def is_virtual(virtualisation: str) -> bool:
    """Tell whether a hypervisor is between lab and hardware; a container alone is none."""
    layers = [part.strip() for part in virtualisation.split(",")]
    return any(layer not in ("", "none") and not layer.endswith(CONTAINER) for layer in layers)
