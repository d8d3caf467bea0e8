"""Where results are, and those among them that a run can go on with."""

from __future__ import annotations

from pathlib import Path

from analysis.place import CHECKOUT, PUBLISHED, created, everywhere, experiments, find, newest, series, unpublished
from bench.error import LabError
from bench.run.journal import MANIFEST, SEAL

__all__ = [
    "CHECKOUT", "PUBLISHED", "created", "everywhere", "experiments", "find", "newest", "series", "unfinished",
    "unpublished",
]  # fmt: skip


def unfinished(wanted: str) -> list[Path]:
    """Return the results to go on with, the first begun first: all that have no seal, or of those what is named.

    A folder that is named is returned as it is. Raises LabError where there is none.
    """
    if (Path(wanted) / MANIFEST).exists():
        return [Path(wanted)]
    open_ones = [path for path in experiments(unpublished()) if not (path / SEAL).exists()]
    if wanted != "all":
        open_ones = [path for path in open_ones if path.parent.name == wanted]
    if not open_ones:
        raise LabError("nothing-to-resume", "there is no unfinished result", remedy="start one with ./lab run")
    return open_ones
