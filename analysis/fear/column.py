"""Columns: results side by side, one column a machine and kernel, and never two results of one experiment in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.fear.catalog import FEARS
from analysis.fear.ruling import Ruling, rule
from analysis.report.study import Study


@dataclass(frozen=True, slots=True)
class Column:
    """Studies of one machine and kernel with their rulings, in the order of FEARS; `turn` counts columns of the two."""

    machine: str
    kernel: str
    turn: int
    studies: tuple[Study, ...]
    rulings: tuple[Ruling, ...]

    @property
    def title(self) -> str:
        """Return its name."""
        again = f", result {self.turn}" if self.turn > 1 else ""
        return f"{self.machine}, Linux {self.kernel}{again}"


def columns(studies: Sequence[Study]) -> tuple[Column, ...]:
    """Return the columns of some studies; a second result of an experiment, with all its like, begins another."""
    groups: dict[tuple[str, str, int], list[Study]] = {}
    for study in studies:
        manifest = study.result.manifest
        turn = 1
        while manifest.experiment.name in names(groups.get((manifest.machine, manifest.environment.kernel, turn), [])):
            turn += 1
        groups.setdefault((manifest.machine, manifest.environment.kernel, turn), []).append(study)
    return tuple(
        Column(*key, tuple(found), tuple(rule(fear, found) for fear in FEARS)) for key, found in groups.items()
    )


def names(studies: Sequence[Study]) -> list[str]:
    """Return the experiments of some studies."""
    return [study.result.manifest.experiment.name for study in studies]
