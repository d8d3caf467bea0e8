"""Traces: what is held follows from what comes and goes, and the made-up ones are what their titles say."""

from __future__ import annotations

from analysis.pool.pattern import AT_A_TIME, REQUESTS, SECRETS, patterns
from analysis.pool.trace import Trace


def test_file_that_is_given_up_takes_all_its_pages_with_it() -> None:
    trace = Trace.of("t", "t", "made up", [(0, 3), (1, 2), (0, 4), (0, 0), (1, 0)])
    assert trace.held.tolist() == [3, 5, 9, 2, 0]
    assert (trace.touched_pages, trace.peak_pages) == (9, 9)


def test_trace_without_events_holds_nothing() -> None:
    trace = Trace.of("t", "t", "made up", [])
    assert (trace.touched_pages, trace.peak_pages) == (0, 0)


def test_made_up_traces_hold_what_their_parameters_say() -> None:
    peaks = {trace.name: (trace.touched_pages, trace.peak_pages) for trace in patterns()}
    assert peaks == {"few": (SECRETS, SECRETS), "arena": (256, 256), "request": (REQUESTS, AT_A_TIME)}


def test_no_file_is_used_again_once_it_is_given_up() -> None:
    for trace in patterns():
        gone: set[int] = set()
        for file, pages in zip(trace.file.tolist(), trace.pages.tolist(), strict=True):
            assert file not in gone
            gone |= set() if pages else {file}
