"""The design: what may make a difference between machines, as columns of numbers that a model can take."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.across.effect import Effect
from analysis.across.machine import Kind, Machine
from analysis.stats.interval import Floats

LEAST_KINDS = 3
"""A level that fewer kinds of machine have is put together with others: a single kind may have it for other reasons."""
OTHERS = "others"
CORES = "cores"
FACTORS: dict[str, Callable[[Machine], str]] = {
    "flush": lambda machine: machine.flush,
    "virtualisation": lambda machine: "virtual" if machine.kind.virtual else "hardware",
    "kernel": lambda machine: machine.series,
}
"""What a machine has a word for. The number of its CPUs is a number: its logarithm to base 2."""
WORDS = {"flush": "flush class", "virtualisation": "virtualisation", "kernel": "kernel", CORES: "twice the CPUs"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: of which factor, and what it compares: a level with the usual one, or one number with half of it."""

    factor: str
    level: str
    usual: str


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A row an effect; column 0 is 1 throughout, `columns` name the others. `mixed_up` cannot be told from others."""

    matrix: Floats
    columns: tuple[Column, ...]
    mixed_up: tuple[Column, ...]

    def of(self, factor: str) -> list[int]:
        """Return where a factor's columns stand in the matrix."""
        return [n for n, column in enumerate(self.columns, 1) if column.factor == factor]


def design(effects: Sequence[Effect]) -> Design:
    """Return the design of some effects: as many columns as their machines tell apart."""
    machines = [effect.machine for effect in effects]
    kept, names, mixed_up = [np.ones(len(machines))], [], []
    for column, numbers in candidates(machines):
        rank = np.linalg.matrix_rank(np.column_stack([*kept, numbers]))
        if rank > len(kept):
            kept.append(numbers)
            names.append(column)
        else:
            mixed_up.append(column)
    return Design(np.column_stack(kept), tuple(names), tuple(mixed_up))


def candidates(machines: Sequence[Machine]) -> list[tuple[Column, Floats]]:
    """Return every column that varies, with its numbers."""
    found: list[tuple[Column, Floats]] = []
    for factor in FACTORS:
        told = levels(machines, factor)
        usual, *rest = [level for level, _ in Counter(told).most_common()]
        rest = sorted(rest, key=lambda level: (level == OTHERS, level))
        found += [(Column(factor, level, usual), np.array([each == level for each in told], float)) for level in rest]
    cores = np.log2([machine.kind.cpus for machine in machines])
    if np.ptp(cores):
        found.append((Column(CORES, "twice as many", "half as many"), cores - cores.mean()))
    return found


def levels(machines: Sequence[Machine], factor: str) -> list[str]:
    """Return each machine's level of a factor, those of few kinds put together."""
    told = [FACTORS[factor](machine) for machine in machines]
    kinds: dict[str, set[Kind]] = defaultdict(set)
    for machine, level in zip(machines, told, strict=True):
        kinds[level].add(machine.kind)
    return [level if len(kinds[level]) >= LEAST_KINDS else OTHERS for level in told]


def plain(effects: Sequence[Effect]) -> Design:
    """Return the design without any factor: what all have in common."""
    return Design(np.ones((len(effects), 1)), (), ())
