"""What came of a matrix as text: each check with what was expected and seen, and a failed cell's last lines."""

from __future__ import annotations

from pathlib import Path

from analysis.report.kernels import table
from bench.guest.record import CellReport, KernelFile, MatrixReport, Seen
from bench.model.note import Note
from tests.unit.analysis.plots.made import removal_result

KERNEL = KernelFile(path="/x/vmlinuz", package="linux-image-6.12", version="6.12.9-1", sha256="0" * 64)
GOOD = CellReport(
    name="one", status="ok", architecture="x86_64", kernel=KERNEL, release="6.12.9", command_line="panic=-1",
    emulated=True, took_s=4.2, checks=(Seen(check="call", meaning="memfd_secret(2)", expected="works", seen="works"),),
    results=("removal/x",),
)  # fmt: skip
OTHER = GOOD.model_copy(
    update={
        "name": "two",
        "status": "differs",
        "checks": (Seen(check="call", meaning="memfd_secret(2)", expected="works", seen="failed"),),
    }
)
HUNG = GOOD.model_copy(
    update={
        "name": "three", "status": "failed", "checks": (), "results": (), "kernel": None, "release": "",
        "notes": (Note(slug="guest-hung", text="the guest had not ended", remedy=""),),
        "last_lines": ("[ 1.0] last\x1b[2J",),
    }
)  # fmt: skip


def test_every_cell_is_told_with_its_checks_and_its_end(tmp_path: Path) -> None:
    text = table(MatrixReport(matrix="m.toml", created="2026-11-26", commit="abc", cells=(GOOD, OTHER, HUNG)), tmp_path)
    assert "one: as expected (Linux 6.12.9, x86_64, emulated)" in text
    assert "linux-image-6.12 6.12.9-1" in text
    assert "NOT works, as expected" in text
    assert "three: FAILED" in text and "[guest-hung]" in text and "  | [ 1.0] last?[2J" in text
    assert "3 cells: 1 as expected, 1 not as expected, 1 failed; 2 checks had an expectation." in text
    assert text.endswith("only what was or was not done.")


def test_proofs_of_a_cells_experiments_are_counted(tmp_path: Path) -> None:
    path = removal_result(tmp_path / "one", blocks=2, least=1).path
    cell = GOOD.model_copy(update={"results": (str(path.relative_to(tmp_path / "one")), "gone/x")})
    text = table(MatrixReport(matrix="m.toml", created="2026-11-26", commit="abc", cells=(cell,)), tmp_path)
    assert f"one/{cell.results[0]}: proofs: " in text and " supported; 0 of " in text and "gone" not in text


def test_no_time_of_a_guest_is_told(tmp_path: Path) -> None:
    assert "4.2" not in table(
        MatrixReport(matrix="m.toml", created="2026-11-26", commit="abc", cells=(GOOD,)), tmp_path
    )
