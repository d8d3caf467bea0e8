"""./lab test"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from cli.place import CHECKOUT

SOURCES = ("workloads", "bench", "analysis", "cli", "tests", "benchmarks", "notebooks")
NATIVE = ("c", "h")
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

    With LAB_REQUIRE_ALL=1 a test that would be skipped fails instead.
    """
    failed = [] if only_tests else [name for name, words in checks().items() if call(*words)]
    status = call("pytest", *pytest)
    for name in failed:
        click.echo(f"failed: {name}", err=True)
    if failed or status:
        raise click.exceptions.Exit(status or 1)


def checks() -> dict[str, tuple[str, ...]]:
    """Return the linters' command lines; clang-format wants every file named."""
    native = sorted(str(path) for kind in NATIVE for path in (CHECKOUT / "workloads").rglob(f"*.{kind}"))
    return {**CHECKS, "clang-format": ("clang-format", "--dry-run", "-Werror", *native)}


def call(program: str, *words: str) -> int:
    """Run a tool of this environment in the checkout and return its status."""
    path = Path(sys.executable).with_name(program)
    return subprocess.run((path, *words), cwd=CHECKOUT, check=False).returncode
