"""Kernels that are really booted, by an emulated processor: one that works, one that is none, one that hangs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.emulation import emulated
from analysis.load import load
from analysis.proof import examine
from analysis.report.summary import summary
from bench.guest.matrix import Cell
from bench.guest.matrixfile import read_matrix
from bench.guest.record import CONSOLE, CellReport
from bench.guest.session import Session
from cli.command.kernels import DEFAULT
from workloads.spec import Unsupported

MATRIX = read_matrix(DEFAULT)
OLD = DEFAULT.with_name("old.toml")
PATIENCE_S = 90.0
MADE: dict[str, CellReport] = {}
Run = Callable[[str], CellReport]
CELL = '\n[[cell]]\nname = "it"\nkernel = "k"\ncpu = "max,la57=off"\n'


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the committed matrix, of which each cell is booted once."""
    return Session(MATRIX, DEFAULT, tmp_path_factory.mktemp("kernels"), "tcg")


def patient(cell: Cell) -> Cell:
    """Return a cell that may take longer: what it does is tried here, and how fast by benchmarks/kernels.py."""
    return cell.model_copy(update={"timeout_s": PATIENCE_S})


def made(session: Session, name: str) -> CellReport:
    """Return what came of a cell; skips where its kernel or qemu cannot be had."""
    cell = next(cell for cell in MATRIX.cells if cell.name == name)
    ground = session.ground(cell.kernel)
    if isinstance(ground, Unsupported):
        pytest.skip(f"{ground.reason} [{ground.slug}]")
    if name not in MADE:
        MADE[name] = session.make(patient(cell))
    return MADE[name]


@pytest.fixture
def kernel(session: Session) -> str:
    """Return the path of a kernel that can be booted."""
    ground = session.ground(MATRIX.cells[0].kernel)
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


@pytest.mark.parametrize("name", [cell.name for cell in MATRIX.cells])
def test_cell_of_the_committed_matrix_is_as_expected(name: str, session: Session) -> None:
    cell = made(session, name)
    assert cell.status == "ok", [seen for seen in cell.checks if seen.differs] or cell.notes


@pytest.mark.parametrize("name", [cell.name for cell in MATRIX.cells if cell.experiments])
def test_experiment_in_a_guest_is_a_result_that_is_stamped(name: str, session: Session) -> None:
    cell = made(session, name)
    (result,) = [load(session.folder / name / path) for path in cell.results]
    assert emulated(result.manifest.environment) and result.manifest.environment.kernel == cell.release
    assert result.manifest.environment.architecture == cell.architecture
    assert "failed" not in {run.status for run in result.runs} and "[emulated]" in summary([result])


def test_every_page_leaves_the_map_of_another_kernel_and_comes_back(session: Session) -> None:
    cell = made(session, "6.1-on-1g")
    result = load(session.folder / cell.name / cell.results[0])
    assert result.manifest.experiment.name == "removal"
    assert {run.status for run in result.runs} == {"ok"}
    assert {finding.outcome for finding in examine(result)} <= {"supported", "undecided"}


@pytest.mark.optional("a release that has left the archive tells nothing of the lab")
def test_kernel_older_than_the_call_is_told_apart(tmp_path: Path) -> None:
    matrix = read_matrix(OLD)
    cell = Session(matrix, OLD, tmp_path / "out", "tcg").make(patient(matrix.cells[0]))
    if any(note.slug == "kernel-package-missing" for note in cell.notes):
        pytest.skip(cell.notes[-1].text)
    assert cell.status == "ok", [seen for seen in cell.checks if seen.differs] or cell.notes


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
    cell = run(
        f'format = 1\n[kernel.k]\npath = "KERNEL"\n{CELL}timeout_s = {PATIENCE_S}\nparameters = ["rdinit=/nowhere"]\n'
    )
    assert (cell.status, cell.notes[-1].slug) == ("failed", "guest-panicked")
    assert cell.notes[-1].text.startswith("Kernel panic - not syncing")
