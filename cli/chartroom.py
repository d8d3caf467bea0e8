"""Where a map is drawn, written to a file and read from one."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from analysis.atlas.region import kinds
from analysis.atlas.tally import tally
from analysis.plots.atlas import View, save, wide_layout
from bench.error import LabError
from bench.model.atlas import AtlasFile, AtlasState
from bench.model.codec import decode, encode
from bench.run.cartographer import CANNOT_TELL, Refusal
from bench.run.journal import read, replace
from cli.place import unpublished
from workloads.atlas import Atlas, checked
from workloads.instruments import directmap
from workloads.instruments.procfs import read_text
from workloads.spec import Unsupported

GIB = 1 << 30


def kernel_says() -> dict[str, int]:
    """Return what the kernel tells of its direct map to everybody."""
    return directmap.told(read_text("/proc/meminfo"), read_text("/proc/vmstat"))


def instead(refusal: Refusal, told: Mapping[str, int]) -> Iterator[str]:
    """Yield why the map cannot be read, what changes that, and what there is instead."""
    yield f"{CANNOT_TELL.format(refusal.reason)} [{refusal.slug}]"
    if isinstance(refusal, Unsupported) and refusal.remedy:
        yield f"  -> {refusal.remedy}"
    for name, value in told.items():
        yield f"  {name:32}{value / GIB:10.2f} GB" if name.startswith("DirectMap") else f"  {name:32}{value:10,}"
    if not told:
        yield f"  This kernel ({platform.machine()}) says nothing of its direct map there."


def write_document(path: Path, atlas: Atlas, told: Mapping[str, int]) -> None:
    """Write a state as JSON, to stdout for "-"; raises LabError where the file cannot be written."""
    data = encode(
        AtlasFile(
            taken=datetime.now(UTC).isoformat(timespec="milliseconds"),
            kernel=platform.release(),
            architecture=platform.machine(),
            state=AtlasState(sha256=atlas.name(), end_page=atlas.end_page, facts=atlas.facts),
            kernel_says=dict(told),
            stretches=tuple((s.first_page, s.pages, s.level, s.flags) for s in atlas.stretches()),
        )
    )
    if str(path) == "-":
        sys.stdout.write(data.decode())
    else:
        replace(path, data)


def read_document(path: Path) -> Atlas:
    """Return the state that a file holds; raises LabError where it holds none or another than it says."""
    told = decode(AtlasFile, read(path), str(path))
    try:
        rows = np.array(told.stretches, np.int64).reshape(-1, 4)
        codes = np.where((rows[:, 2] | rows[:, 3]) < 0, -1, rows[:, 2] << 8 | rows[:, 3])
        atlas = checked(Atlas(told.state.facts, rows[:, 0], rows[:, 1], codes))
    except (ValueError, OverflowError) as error:
        raise LabError("atlas-unreadable", f"{path} holds no direct map", str(error)) from None
    if atlas.name() != told.state.sha256:
        raise LabError("atlas-unreadable", f"{path} holds no direct map", "its stretches do not hash to its name")
    return atlas


def draw(atlas: Atlas, path: Path | None) -> Path:
    """Draw a state and return where."""
    share = tally(atlas).small_bytes / max(tally(atlas).mapped_bytes, 1)
    size = tally(atlas).mapped_bytes / GIB
    title = f"The kernel's direct map: {size:,.4g} GB, {share:.1%} of it in 4 KB pages"
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
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, save(views, wide_layout(len(views[0].cells)), path.suffix.lstrip(".")))
    return path
