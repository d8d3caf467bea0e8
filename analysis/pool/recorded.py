"""Recorded traces: what a run of the fragmentation workload did, from its seed, and held against what it read.

The program draws the sizes of areas and what it gives up from a seed (workloads/fragmentation/use.c), so the same draws
give the same events; a trace that does not come to the pages that the run read is not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analysis.course import PAGE_BYTES, Course
from analysis.plots.usage import use_name
from analysis.pool.trace import Event, Trace

Below = Callable[[int], int]
WORD = (1 << 64) - 1
PROCESSES = 4
SIZES = 7
"""Areas are of 1 to 64 pages, each power of two as often as any other."""


def recorded(course: Course) -> Trace | None:
    """Return the trace of a run in one round; None where it ended early, or is not what the run read."""
    use, pages = course.use, int(course.condition.get("pages") or 1024)
    makers = {"one_size": one_size, "mixed": mixed, "churn": churn, "processes": processes}
    if use not in makers or course.is_round or course.stopped_by != "end":
        return None
    events = makers[use](pages, drawer(int(course.condition.get("seed") or 1)))
    trace = Trace.of(f"{use}-{pages}", f"{use_name(use)}, {pages:,} pages", "recorded", events)
    read = course.last("touched_bytes") // PAGE_BYTES, course.last("peak_bytes") // PAGE_BYTES
    return trace if (trace.touched_pages, trace.peak_pages) == read else None


def drawer(seed: int) -> Below:
    """Return what draws numbers below a bound as workloads/native/random.h does: xorshift64* (Vigna 2016)."""
    state = seed or 1

    def below(bound: int) -> int:
        nonlocal state
        state ^= state >> 12
        state ^= state << 25 & WORD
        state ^= state >> 27
        return ((state * 0x2545F4914F6CDD1D & WORD) >> 11) % bound

    return below


def one_size(pages: int, below: Below) -> Iterator[Event]:
    """Yield one file of all pages."""
    yield 0, pages


def processes(pages: int, below: Below) -> Iterator[Event]:
    """Yield a file for each process, each its share."""
    each = -(-pages // PROCESSES)
    for process in range(PROCESSES):
        yield process, min(each, pages - process * each)


def mixed(pages: int, below: Below) -> Iterator[Event]:
    """Yield files of drawn sizes until all pages are had."""
    had = file = 0
    while had < pages:
        some = min(1 << below(SIZES), pages - had)
        yield file, some
        had, file = had + some, file + 1


def churn(pages: int, below: Below) -> Iterator[Event]:
    """Yield files of drawn sizes that come and go, a quarter of the pages held at most; order and draws as use.c."""
    most, touched, file = max(1, pages // 4), 0, 0
    held: list[tuple[int, int]] = []
    while touched < pages:
        some = min(1 << below(SIZES), pages - touched, most)
        if held and (sum(size for _, size in held) + some > most or below(2)):
            gone = below(len(held))
            held[gone], held[-1] = held[-1], held[gone]
            yield held.pop()[0], 0
        else:
            held.append((file, some))
            yield file, some
            touched, file = touched + some, file + 1
