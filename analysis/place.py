"""Where results are: the folders, and the result that a person means by a name or a path."""

from __future__ import annotations

import difflib
import json
import os
from pathlib import Path

from bench.boot.series import PLAN
from bench.error import LabError
from bench.experiments import validation
from bench.experiments.catalog import names
from bench.run.journal import MANIFEST

CHECKOUT = Path(__file__).resolve().parent.parent
PUBLISHED = CHECKOUT / "results"


def unpublished() -> Path:
    """Return where new results go: results/local, which git ignores, or LAB_RESULTS."""
    return Path(os.environ.get("LAB_RESULTS") or PUBLISHED / "local")


def experiments(folder: Path) -> list[Path]:
    """Return all results below a results folder, the first begun first."""
    return sorted((path.parent for path in folder.glob(f"*/*/{MANIFEST}")), key=created)


def within(folder: Path) -> list[Path]:
    """Return all results in a folder, however deep, itself where it is one; links to folders are not followed.

    Raises LabError where there is no such folder.
    """
    if not folder.is_dir():
        raise LabError("not-a-result", f"{str(folder)!r} is no folder")
    return sorted(Path(path) for path, _, files in os.walk(folder) if MANIFEST in files)


def created(result: Path) -> str:
    """Return when a result was begun, as its manifest says: a copy or a checkout has another date on the disk."""
    return said(result, "created")


def said(result: Path, key: str) -> str:
    """Return one word of a result's manifest, "" where it has none or cannot be read."""
    try:
        found = json.loads((result / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    return str(found.get(key, "")) if isinstance(found, dict) else ""


def everywhere() -> list[Path]:
    """Return all results that there are: published ones, then those of this machine that are not."""
    return experiments(PUBLISHED) + experiments(unpublished())


def find(wanted: str) -> Path:
    """Return the result that a path, or an experiment's name (its newest result), stands for.

    A path is seen from where one stands, else from the checkout. Raises LabError where there is none.
    """
    if not wanted:
        raise LabError("not-a-result", "an empty name is no result", remedy="see ./lab list and results/")
    folder = Path(wanted)
    for place in (folder, CHECKOUT / folder):
        if (place / MANIFEST).exists():
            return place
    if folder.is_dir():
        raise LabError("not-a-result", f"{wanted!r} is not a result", f"it has no {MANIFEST}")
    of_that_name = [path for path in everywhere() if path.parent.name == wanted]
    if of_that_name:
        return of_that_name[-1]
    why = "it has no result yet" if wanted in names() else "no such folder, and no experiment of that name"
    near = difflib.get_close_matches(wanted, names(), n=1)
    remedy = f"did you mean {near[0]}?" if near and near[0] != wanted else "see ./lab list and results/"
    raise LabError("not-a-result", f"{wanted!r} is not a result", why, remedy)


def series(wanted: str) -> Path | None:
    """Return the series of boots that a path stands for, as `find` looks for it; None where it is none."""
    places = (Path(wanted), CHECKOUT / wanted) if wanted else ()
    return next((place for place in places if (place / PLAN).is_file()), None)


def newest() -> tuple[Path, ...]:
    """Return the newest result of each experiment, in the catalog's order, of those that were measured here.

    Where nothing was measured here, of the published ones. A validation is about the lab, and stands in reports by
    itself. Raises LabError where there is none at all.
    """
    latest = {path.parent.name: path for path in experiments(unpublished()) or experiments(PUBLISHED)}
    if len(latest) > 1:
        latest.pop(validation.NAME, None)
    if not latest:
        raise LabError("no-results", "there is no result yet", remedy="make one with ./lab run")
    return tuple(latest[name] for name in names() if name in latest)
