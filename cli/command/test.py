"""./lab test"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from cli.place import CHECKOUT

SOURCES = ("workloads", "bench", "analysis", "cli", "tests", "benchmarks", "notebooks")
NATIVE = ("c", "h")
ALL = ("--numprocesses=auto", "--maxprocesses=8", "--dist=loadscope", "--no-loadscope-reorder")
"""How all tests are made: several at a time, where tests/conftest.py allows that, and in its order."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""For each of several processes: else all of them compute on every CPU, and wait for each other."""
CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy", "--strict", "workloads", "bench", "analysis", "cli"),
    "import-linter": ("lint-imports",),
}


@click.command("test", context_settings={"ignore_unknown_options": True})
@click.argument("pytest", nargs=-1, type=click.UNPROCESSED)
@click.option("--only-tests", is_flag=True, help="Leave the linters out.")
def command(pytest: tuple[str, ...], only_tests: bool) -> None:
    """Check the code and run the tests; PYTEST arguments are passed on.

    All tests are made on several CPUs at once, those of the kernel one by one; with PYTEST arguments all are made one
    by one. With LAB_REQUIRE_ALL=1 a test that would be skipped fails instead.
    """
    failed = [] if only_tests else [name for name, words in checks().items() if call(*words)]
    status = call("pytest", *pytest) if pytest else call("pytest", *ALL, **ONE_THREAD)
    for name in failed:
        click.echo(f"failed: {name}", err=True)
    if failed or status:
        raise click.exceptions.Exit(status or 1)


def checks() -> dict[str, tuple[str, ...]]:
    """Return the linters' command lines; clang-format wants every file named."""
    native = sorted(str(path) for kind in NATIVE for path in (CHECKOUT / "workloads").rglob(f"*.{kind}"))
    return {**CHECKS, "clang-format": ("clang-format", "--dry-run", "-Werror", *native)}


def call(program: str, *words: str, **variables: str) -> int:
    """Run a tool of this environment in the checkout, with more variables, and return its status."""
    path = Path(sys.executable).with_name(program)
    return subprocess.run((path, *words), cwd=CHECKOUT, env=os.environ | variables, check=False).returncode
