"""How long a matrix of kernels takes, kernels and programs fetched before. Promised: 20 s a cell, 4 minutes in all."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.guest.matrixfile import read_matrix
from bench.guest.session import Session
from cli.command.kernels import DEFAULT


def main() -> None:
    """Print how long getting ready took, then each cell, and all of them, beside what was promised."""
    matrix = read_matrix(DEFAULT)
    with TemporaryDirectory() as name:
        session = Session(matrix, DEFAULT, Path(name) / "out", "tcg")
        begun = time.monotonic()
        for kernel in matrix.kernels:
            session.ground(kernel)
        ready = time.monotonic()
        report = session.run(matrix.cells, lambda cell: print(f"{cell.name}: {cell.took_s:.1f} s, {cell.status}"))
        all_s = time.monotonic() - ready
    longest_s = max(cell.took_s for cell in report.cells)
    print(f"kernels fetched and programs built: {ready - begun:.1f} s (nothing promised: it is done once)")
    print(f"longest cell: {longest_s:.1f} s (<= 20); the matrix: {all_s:.0f} s (<= 240)")


if __name__ == "__main__":
    main()
