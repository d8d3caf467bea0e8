"""A shelf: results as a command is given them, loaded; where there are several, one that cannot be read is left out."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import click

from analysis.load import Result, load, readings
from bench.error import LabError
from cli import crew
from cli.place import PUBLISHED, unpublished


def loaded(folders: Sequence[Path]) -> tuple[list[Result], list[LabError]]:
    """Load results and return them, with why others are left out; raises LabError where none is left.

    What lies elsewhere than the lab's own results may have come from anybody: it is read to its end by another process
    first, since it may crash the library that reads it.
    """
    results, wrong = [], []
    for folder in folders:
        try:
            results.append(alone(folder))
        except LabError as error:
            wrong.append(error)
    if wrong and not results:
        raise wrong[0]
    return results, wrong


def alone(folder: Path) -> Result:
    """Load one result; raises LabError where it cannot be read."""
    if is_strange(folder):
        get_context("forkserver").set_forkserver_preload([__name__])
        crew.alone(go_through, folder, crew.give_up, "forkserver")
    return load(folder)


def tell(wrong: Sequence[LabError]) -> None:
    """Name what was left out; ends with status 1 where anything was."""
    for error in wrong:
        click.echo(f"left out: {error}", err=True)
    if wrong:
        raise click.exceptions.Exit(1)


def is_strange(folder: Path) -> bool:
    """Tell whether a result lies elsewhere than those that were made here, published, or looked at when they came."""
    return not any(folder.resolve().is_relative_to(place.resolve()) for place in (PUBLISHED, unpublished()))


def go_through(folder: Path) -> None:
    """Read a result down to the last reading, for what that does to this process; what is wrong is told later."""
    try:
        for _ in readings(load(folder)):
            pass
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whoever reads it next meets it again, and can say it
        pass
