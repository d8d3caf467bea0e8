"""A matrix of kernels: which are booted, how, what runs in each, and what is expected to be seen."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bench.model.record import Record

Architecture = Literal["x86_64", "aarch64"]


class Kernel(Record):
    """A kernel by its file, or by the distribution package that brings it, of the release that has it.

    `path` is seen from the matrix file's folder. Without `release` the package comes from where this machine's own
    packages come from.
    """

    architecture: Architecture = "x86_64"
    path: str | None = None
    package: str | None = None
    release: str | None = None


class Cell(Record):
    """One boot: a kernel, its command line, and the machine that is played for it.

    `blocks` and `pages` scale the experiments: their blocks, and the pages of 4 KB that a run touches.
    """

    name: str
    kernel: str
    parameters: tuple[str, ...] = ()
    cpu: str = "max"
    cpus: int = 1
    memory_mib: int = 3072
    timeout_s: float = 20.0
    experiments: tuple[str, ...] = ()
    blocks: int = 1
    pages: int = 64
    expect: dict[str, str] = Field(default_factory=dict)


class Matrix(Record):
    """Kernels by name, and the cells in the order in which they are booted."""

    format: Literal[1]
    kernels: dict[str, Kernel]
    cells: tuple[Cell, ...]
