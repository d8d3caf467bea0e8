"""A state of the direct map in a file of its own: written as JSON, and read again."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bench.error import LabError
from bench.model.atlas import AtlasFile, AtlasState
from bench.model.codec import decode, encode
from bench.run.journal import read, replace
from workloads.atlas import Atlas, checked


def write(path: Path, atlas: Atlas, told: Mapping[str, int]) -> None:
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


def read_state(path: Path) -> Atlas:
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
