"""The crew: as many processes as there are CPUs, that each work on one result at a time."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn, TypeVar

from bench.error import LabError
from bench.run.journal import RUNS, SAMPLES

T = TypeVar("T")
LOST = (BrokenProcessPool, MemoryError)
KILLED = "it is damaged in a way that crashes what reads it, or takes more memory than there is"
LEAST_SHARE_BYTES = 4 << 30
"""So much any process may take, for address space that is never used counts, too."""


def each(work: Callable[[Path], T], results: Sequence[Path], killed: Callable[[Path], T] | None = None) -> list[T]:
    """Return what the work makes of each result, in their order; the longest are begun first.

    Where a process ends over a result, or finds no more memory, what `killed` says of it stands in its place. Raises
    what the work raises, and LabError without `killed`.
    """
    first = sorted(dict.fromkeys(results), key=lambda result: -weight(result))
    with pool(min(crew_size(), max(len(first), 1))) as workers:
        begun = {result: workers.submit(once, work, result) for result in first}
        made = {result: future.result() for result, future in begun.items() if not is_lost(future)}
    lost = [result for result in first if result not in made]  # with one process all of them go: ask each by itself
    with ThreadPoolExecutor(crew_size()) as threads:
        made |= zip(lost, threads.map(partial(alone, work, killed=killed or give_up), lost), strict=True)
    return [made[result] for result in results]


def is_lost(future: Future[T]) -> bool:
    """Wait for some work, and tell whether its process ended or found no memory."""
    return isinstance(future.exception(), LOST)


def alone(work: Callable[[Path], T], result: Path, killed: Callable[[Path], T], method: str = "spawn") -> T:
    """Return what the work makes of a result in a process that does nothing else."""
    with pool(1, method) as worker:
        try:
            return worker.submit(once, work, result).result()
        except LOST:
            return killed(result)


def give_up(result: Path) -> NoReturn:
    """Raise LabError for a result that ended the process that read it."""
    raise LabError("process-killed", f"the process that read {result} was killed", KILLED, "leave it out")


@contextlib.contextmanager
def pool(workers: int, method: str = "spawn") -> Iterator[ProcessPoolExecutor]:
    """Give some processes, which end with what is being made when they are not wanted any more."""
    made = ProcessPoolExecutor(workers, mp_context=get_context(method), initializer=settle)
    try:
        yield made
    finally:
        made.shutdown(cancel_futures=True)


def crew_size() -> int:
    """Return how many processes there is a CPU for."""
    return len(os.sched_getaffinity(0))


def weight(result: Path) -> int:
    """Return how much there is to read of a result, in bytes: about how long its report takes."""
    return sum(path.stat().st_size for name in (RUNS, SAMPLES) if (path := result / name).is_file())


def settle() -> None:
    """Be deaf, take no more memory than a share, and leave the search for garbage to `once`: it is a tenth of all."""
    deaf()
    gc.disable()
    share_bytes = max(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // crew_size(), LEAST_SHARE_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (share_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def deaf() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def once(work: Callable[[Path], T], result: Path) -> T:
    """Return what the work makes of a result, and leave nothing of it in memory."""
    try:
        return work(result)
    finally:
        gc.collect()
