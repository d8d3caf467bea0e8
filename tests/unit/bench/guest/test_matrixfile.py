"""A matrix file: the committed one, and every wrong one answered with the place and what is near."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from bench.guest.matrixfile import read_matrix
from bench.guest.sight import CHECKS
from cli.command.kernels import DEFAULT

KERNEL = 'format = 1\n[kernel.k]\npath = "vmlinuz"\n'
CELL = '[[cell]]\nname = "a"\nkernel = "k"\n'


def read(folder: Path, text: str | bytes) -> None:
    path = folder / "matrix.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    read_matrix(path)


def test_committed_matrix_reaches_what_one_kernel_cannot() -> None:
    matrix = read_matrix(DEFAULT)
    expected = {(name, word) for cell in matrix.cells for name, word in cell.expect.items()}
    reached = {("call", "secret-disabled"), ("call", "secret-direct-map-fixed"), ("map", "2M"), ("map", "1G")}
    reached |= {("levels", "5"), ("levels", "4"), ("sizes", "counter-direct-map-absent"), ("fentry", "allowed")}
    assert reached <= expected
    assert {kernel.architecture for kernel in matrix.kernels.values()} == {"x86_64", "aarch64"}
    assert sum(cell.timeout_s for cell in matrix.cells) <= 240 and max(c.timeout_s for c in matrix.cells) <= 20


def test_defaults_hold_where_a_cell_says_nothing_and_what_is_expected_is_put_together(tmp_path: Path) -> None:
    path = tmp_path / "matrix.toml"
    path.write_text(
        KERNEL + '[defaults]\ncpus = 2\nmemory_mib = 512\nexpect = { call = "works", levels = "4" }\n'
        '[[cell]]\nname = "a"\nkernel = "k"\nmemory_mib = 1024\nexpect = { levels = "5" }\n'
    )
    (cell,) = read_matrix(path).cells
    assert (cell.cpus, cell.memory_mib) == (2, 1024)
    assert cell.expect == {"call": "works", "levels": "5"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (KERNEL, r"no \[\[cell\]\]"),
        ("format = 2\n" + KERNEL[11:] + CELL, "format"),
        (KERNEL + CELL + "memory_mb = 3\n", "cell 1: there is no key 'memory_mb'; did you mean 'memory_mib'"),
        (KERNEL + 'pth = "x"\n' + CELL, "kernel k: there is no key 'pth'; did you mean 'path'"),
        (KERNEL + "[default]\n" + CELL, "there is no key 'default'; did you mean 'defaults'"),
        (KERNEL + '[defaults]\nname = "a"\n' + CELL, r"\[defaults\]: there is no key 'name'"),
        (KERNEL + CELL.replace('"k"', '"kk"'), "there is no kernel 'kk'; did you mean 'k'"),
        (KERNEL + CELL + 'experiments = ["remval"]\n', "no experiment 'remval'; did you mean 'removal'"),
        (KERNEL + CELL + 'expect = { cal = "works" }\n', "no check 'cal'; did you mean 'call'"),
        (KERNEL + CELL + 'expect = { call = "work" }\n', "call is never 'work'; did you mean 'works'"),
        (KERNEL + CELL + "expect = 3\n", "cell 1: expect"),
        (KERNEL + CELL + CELL, "two cells have the name 'a'"),
        (KERNEL + CELL.replace('"a"', '"../a"'), "a name is small letters"),
        (KERNEL + CELL + 'memory_mib = "3"\n', "cell 1: memory_mib"),
        (KERNEL + CELL + "memory_mib = 2\n", "memory_mib is 2; it may be 64"),
        (KERNEL + CELL + "timeout_s = 1e9\n", "timeout_s"),
        (KERNEL + CELL + "cpus = true\n", "cpus"),
        (KERNEL + CELL + "memory_mib = 2026-11-26\n", "no matrix of kernels"),
        (KERNEL + CELL + 'parameters = ["quiet init=/bin/sh"]\n', "no word of a command line"),
        (KERNEL + CELL + 'cpu = "max -monitor stdio"\n', "no word of a command line"),
        (KERNEL + 'package = "p"\n' + CELL, "a path or a package, and one of them"),
        ("format = 1\n[kernel.k]\n" + CELL, "a path or a package, and one of them"),
        ('format = 1\n[kernel.k]\npackage = "-o=Evil"\n' + CELL, "names no package"),
        (KERNEL + 'architecture = "riscv"\n' + CELL, "architecture"),
        ("format = 1\nkernel = 3\n" + CELL, "kernel is no table"),
        ("format = 1\n[kernel]\nk = 3\n" + CELL, "kernel k is no table"),
        ("cell = [1]\n" + KERNEL, "cell 1 is no table"),
        ("not toml", "no matrix of kernels"),
        (b"\xff\xfe", "no matrix of kernels"),
    ],
)
def test_wrong_file_is_refused_with_its_place(text: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(LabError, match=said) as refused:
        read(tmp_path, text)
    assert refused.value.slug == "matrix-unreadable"


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="No such file"):
        read_matrix(tmp_path / "none.toml")
    with pytest.raises(LabError, match="directory"):
        read_matrix(tmp_path)


def test_no_check_expects_that_a_program_went_wrong() -> None:
    assert [name for name, check in CHECKS.items() if "failed" in check.words] == []
