"""Where results are: the folders, and the result that a person means by what they typed."""

from __future__ import annotations

import os
from pathlib import Path

from bench.error import LabError
from bench.experiments.catalog import names
from bench.run.journal import MANIFEST, SEAL

CHECKOUT = Path(__file__).resolve().parent.parent
PUBLISHED = CHECKOUT / "results"


def unpublished() -> Path:
    """Return where new results go: results/local, which git ignores, or LAB_RESULTS."""
    return Path(os.environ.get("LAB_RESULTS") or PUBLISHED / "local")


def experiments(folder: Path) -> list[Path]:
    """Return all results below a results folder, oldest first, by the time at which their manifest was written."""
    found = folder.glob(f"*/*/{MANIFEST}")
    return [path.parent for path in sorted(found, key=lambda path: path.stat().st_mtime_ns)]


def everywhere() -> list[Path]:
    """Return all results that there are: published ones, then those of this machine that are not."""
    return experiments(PUBLISHED) + experiments(unpublished())


def find(wanted: str) -> Path:
    """Return the result that a path, or an experiment's name (its newest result), stands for.

    Raises LabError where there is none.
    """
    folder = Path(wanted)
    if (folder / MANIFEST).exists():
        return folder
    if folder.is_dir():
        raise LabError("not-a-result", f"{wanted} is not a result", f"it has no {MANIFEST}")
    of_that_name = [path for path in everywhere() if path.parent.name == wanted]
    if of_that_name:
        return of_that_name[-1]
    why = "it has no result yet" if wanted in names() else "no such folder, and no experiment of that name"
    raise LabError("not-a-result", f"{wanted} is not a result", why, "see ./lab list and results/")


def newest() -> tuple[Path, ...]:
    """Return the newest result of each experiment, in the catalog's order: what the last ./lab run left.

    Raises LabError where there is none at all.
    """
    latest = {path.parent.name: path for path in everywhere()}
    if not latest:
        raise LabError("no-results", "there is no result yet", remedy="make one with ./lab run")
    return tuple(latest[name] for name in names() if name in latest)


def unfinished(wanted: str) -> Path:
    """Return the result to go on with: the one that is named, or the newest that has no seal."""
    if wanted != "newest":
        return find(wanted)
    open_ones = [path for path in experiments(unpublished()) if not (path / SEAL).exists()]
    if not open_ones:
        raise LabError("nothing-to-resume", "there is no unfinished result", remedy="start one with ./lab run")
    return open_ones[-1]
