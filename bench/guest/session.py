"""A matrix from its first cell to its last: one cell after the other, and what came of it written down after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.error import LabError
from bench.guest.acceleration import choose
from bench.guest.cell import failed, report_of, run_cell
from bench.guest.emulator import Accelerator
from bench.guest.ground import Ground, find_ground
from bench.guest.matrix import Architecture, Cell, Matrix
from bench.guest.record import FILE, CellReport, MatrixReport
from bench.model.codec import encode
from bench.run.commit import commit
from bench.run.journal import replace, unwritable
from workloads.spec import Failed, Unsupported

Watch = Callable[[CellReport], None]
"""Told of every cell when it has ended."""


@dataclass(slots=True)
class Session:
    """The matrix of a file, as it is run into a folder; `accelerator` None: KVM where a boot with it works."""

    matrix: Matrix
    path: Path
    folder: Path
    accelerator: Accelerator | None = None
    grounds: dict[str, Ground | Unsupported] = field(default_factory=dict)
    chosen: dict[Architecture, Accelerator] = field(default_factory=dict)

    def run(self, cells: tuple[Cell, ...], watch: Watch) -> MatrixReport:
        """Run some cells and return what was seen; a cell that fails is a report as any other.

        Raises LabError where the folder cannot be written.
        """
        created = datetime.now(UTC).isoformat(timespec="seconds")
        report = MatrixReport(matrix=self.path.name, created=created, commit=commit(), cells=())
        try:
            self.folder.mkdir(parents=True)
            for cell in cells:
                made = self.make(cell)
                report = report.model_copy(update={"cells": (*report.cells, made)})
                replace(self.folder / FILE, encode(report))
                watch(made)
        except FileExistsError:
            raise LabError("result-exists", f"{self.folder} is there already", "no matrix is overwritten") from None
        except OSError as error:
            raise unwritable(self.folder, error) from None
        return report

    def make(self, cell: Cell) -> CellReport:
        """Return what came of one cell."""
        architecture = self.matrix.kernels[cell.kernel].architecture
        ground = self.ground(cell.kernel)
        if isinstance(ground, Unsupported):
            return failed(report_of(cell, architecture, self.accelerator or "tcg"), ground)
        accelerator = self.accelerator or self.choose(ground)
        try:
            return run_cell(cell, ground, accelerator, self.folder / cell.name)
        except LabError as error:
            return failed(report_of(cell, architecture, accelerator), Failed(error.slug, str(error)))

    def ground(self, kernel: str) -> Ground | Unsupported:
        """Return what a kernel of the matrix needs here, looked for once."""
        if kernel not in self.grounds:
            self.grounds[kernel] = find_ground(self.matrix.kernels[kernel], self.path.parent)
        return self.grounds[kernel]

    def choose(self, ground: Ground) -> Accelerator:
        """Return what plays the processor of an architecture, tried once."""
        if ground.architecture not in self.chosen:
            self.chosen[ground.architecture] = choose(ground)
        return self.chosen[ground.architecture]
