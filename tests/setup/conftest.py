"""A copy of the checkout, set up by its own ./lab, and a way to call it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("lab", "pyproject.toml", "README.md", "LICENSE", "CMakeLists.txt", "requirements", "workloads", "bench")
PARTS += ("analysis", "cli", "cmake", "benchmarks")
Call = Callable[..., subprocess.CompletedProcess[str]]


def copy_checkout(target: Path) -> Path:
    """Copy what ./lab needs, without an environment and without a build."""
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target / name)
    return target


@pytest.fixture
def call() -> Call:
    """Call ./lab in a checkout, with the variables given on top of ours; uv is found beside our own Python."""

    def call_lab(
        checkout: Path, *words: str, env: Mapping[str, str] | None = None, user: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        path = f"{os.environ['PATH']}:{ROOT / '.venv' / 'bin'}"
        variables = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
        return subprocess.run(
            [checkout / "lab", *words],
            env={**variables, "PATH": path, **(env or {})},
            cwd="/",
            user=user,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return call_lab


@pytest.fixture(scope="session")
def readable() -> Iterator[Path]:
    """A temporary folder that every user may enter, as a checkout often is."""
    with TemporaryDirectory(prefix="lab-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def made(readable: Path) -> Path:
    """One checkout, for all tests that set it up or use it as it is."""
    checkout = readable / "checkout"
    checkout.mkdir()
    return copy_checkout(checkout)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout that has never been set up."""
    return copy_checkout(tmp_path)
