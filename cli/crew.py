"""The crew: as many processes as there are CPUs, that each work on one result at a time."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from bench.error import LabError
from bench.run.journal import RUNS, SAMPLES

T = TypeVar("T")


def each(work: Callable[[Path], T], results: Sequence[Path]) -> list[T]:
    """Return what the work makes of each result, in their order; the longest are begun first.

    Raises what the work raises, and LabError where a process was killed.
    """
    first = sorted(range(len(results)), key=lambda n: (-weight(results[n]), n))
    workers = min(len(os.sched_getaffinity(0)), max(len(results), 1))
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=settle)
    try:
        made = dict(zip(first, pool.map(partial(once, work), [results[n] for n in first]), strict=True))
    except BrokenProcessPool:
        why = "most likely for want of memory"
        raise LabError("process-killed", "a process that makes reports was killed", why, "close something") from None
    finally:
        pool.shutdown(cancel_futures=True)
    return [made[n] for n in range(len(results))]


def weight(result: Path) -> int:
    """Return how much there is to read of a result, in bytes: about how long its report takes."""
    return sum(path.stat().st_size for name in (RUNS, SAMPLES) if (path := result / name).is_file())


def settle() -> None:
    """Be deaf, and leave the search for garbage to `once`: it is a tenth of all."""
    deaf()
    gc.disable()


def deaf() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def once(work: Callable[[Path], T], result: Path) -> T:
    """Return what the work makes of a result, and leave nothing of it in memory."""
    try:
        return work(result)
    finally:
        gc.collect()
