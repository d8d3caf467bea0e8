"""Recorded traces against the program itself: for any seed they come to the pages that it reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.course import Course
from analysis.pool.recorded import recorded
from tests.kernel.test_fragmentation_program import NATURAL, readings, run
from workloads.spec import Condition

PAGES = 150


@pytest.mark.parametrize("seed", [1, 7, 123456789])
@pytest.mark.parametrize("use", NATURAL)
def test_trace_comes_to_the_pages_that_the_program_read(use: str, seed: int, tmp_path: Path) -> None:
    words = ("--pages", str(PAGES), "--seed", str(seed), "--split-budget", str(16 << 20), "--use", use)
    found = {metric: np.array(values) for metric, values in readings(run(tmp_path, *words)).items()}
    condition = Condition.of("fragmentation", use=use, pages=PAGES, seed=seed)
    trace = recorded(Course(condition, "end", 0, found))
    assert trace is not None
    held = {int(pages) << 12 for pages in trace.held}
    assert int(found["peak_bytes"][-1]) == max(held)
