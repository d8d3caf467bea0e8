"""Where a map is drawn: files that replace the one before, as reports do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.atlas.region import kinds
from analysis.atlas.tally import tally
from analysis.plots.atlas import View, save, wide_layout
from bench.run.journal import replace, unwritable
from cli.place import unpublished
from workloads.atlas import Atlas

GIB = 1 << 30


def draw(atlas: Atlas, path: Path | None) -> Path:
    """Draw a state and return where."""
    found = tally(atlas)
    share = found.small_bytes / max(found.mapped_bytes, 1)
    title = f"The kernel's direct map: {found.mapped_bytes / GIB:,.4g} GB, {100 * share:.1f} % of it in 4 KB pages"
    return save_views([View(title, kinds(atlas))], path or unpublished() / "atlas.svg")


def draw_difference(before: Atlas, after: Atlas, path: Path | None) -> Path:
    """Draw what changed between two states, the rest pale, and return where."""
    was, now = kinds(before), kinds(after)
    rows = max(len(was), len(now))
    was, now = (np.pad(cells, ((0, rows - len(cells)), (0, 0))) for cells in (was, now))
    views = [View("Before, where something changed", was, was != now), View("After", now, was != now)]
    return save_views(views, path or unpublished() / "atlas-diff.svg")


def save_views(views: Sequence[View], path: Path) -> Path:
    """Write a picture whole or not at all; raises LabError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error) from None
    replace(path, save(views, wide_layout(len(views[0].cells)), path.suffix.lstrip(".")))
    return path
