"""Kernels that are really booted, by an emulated processor: one that works, one that is none, one that hangs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.emulation import emulated
from analysis.load import load
from analysis.report.summary import summary
from bench.guest.ground import find_ground
from bench.guest.matrixfile import read_matrix
from bench.guest.record import CONSOLE, CellReport
from bench.guest.session import Session
from cli.command.kernels import DEFAULT
from workloads.spec import Unsupported

Run = Callable[[str], CellReport]
CELL = '\n[[cell]]\nname = "it"\nkernel = "k"\ncpu = "max,la57=off"\n'


@pytest.fixture(scope="module")
def kernel() -> str:
    """Return the path of a kernel for this test: the one of the committed matrix's first cell."""
    matrix = read_matrix(DEFAULT)
    ground = find_ground(matrix.kernels[matrix.cells[0].kernel], DEFAULT.parent)
    if isinstance(ground, Unsupported):
        pytest.skip(f"{ground.reason} [{ground.slug}]")
    return ground.kernel.path


@pytest.fixture
def run(tmp_path: Path, kernel: str) -> Run:
    """Return what runs a matrix of one cell, written behind its kernel's path, and returns what came of it."""

    def run(text: str) -> CellReport:
        path = tmp_path / "matrix.toml"
        path.write_text(text.replace("KERNEL", kernel))
        matrix = read_matrix(path)
        (cell,) = Session(matrix, path, tmp_path / "out", "tcg").run(matrix.cells, lambda _: None).cells
        return cell

    return run


def test_a_guest_tells_what_it_supports_and_its_experiment_is_a_result_without_times(run: Run, tmp_path: Path) -> None:
    cell = run(
        f'format = 1\n[kernel.k]\npath = "KERNEL"\n{CELL}parameters = ["nokaslr", "nogbpages"]\n'
        'experiments = ["removal"]\nexpect = { call = "works", map = "2M", sizes = "2M", removal = "proven" }\n'
    )
    assert cell.status == "ok", cell
    assert cell.emulated and "nogbpages" in cell.command_line
    result = load(tmp_path / "out" / "it" / cell.results[0])
    assert emulated(result.manifest.environment)
    assert {run.status for run in result.runs} == {"ok"} and result.manifest.environment.kernel == cell.release
    assert "[emulated]" in summary([result])


def test_what_is_no_kernel_fails_with_what_qemu_says(run: Run, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("this is no kernel\n" * 200)
    cell = run(f'format = 1\n[kernel.k]\npath = "none"\n{CELL}timeout_s = 2\n')
    assert cell.status == "failed" and cell.notes[-1].slug in ("emulator-failed", "guest-hung")


def test_a_guest_that_takes_too_long_fails_with_its_last_lines_and_its_console_stays(run: Run, tmp_path: Path) -> None:
    # It has no init, and waits for a disk that never comes.
    waiting = 'parameters = ["earlyprintk=ttyS0", "rdinit=/nowhere", "root=/dev/nowhere", "rootwait"]\ntimeout_s = 8\n'
    cell = run(f'format = 1\n[kernel.k]\npath = "KERNEL"\n{CELL}{waiting}')
    assert (cell.status, cell.notes[-1].slug) == ("failed", "guest-hung")
    assert "Linux version" in (tmp_path / "out" / "it" / CONSOLE).read_text(errors="replace")
    assert cell.last_lines and cell.checks == ()


def test_a_guest_that_panics_says_its_own_last_words(run: Run) -> None:
    cell = run(f'format = 1\n[kernel.k]\npath = "KERNEL"\n{CELL}parameters = ["rdinit=/nowhere"]\n')
    assert (cell.status, cell.notes[-1].slug) == ("failed", "guest-panicked")
    assert cell.notes[-1].text.startswith("Kernel panic - not syncing")
