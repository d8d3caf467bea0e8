"""Recorded traces: the same draws as the C program makes, and none where the run read something else."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analysis.course import Course
from analysis.pool.recorded import drawer, recorded
from tests.unit.analysis.pool.made import condition


def run(use: str, touched: int, peak: int, stopped_by: str = "end", pages: int = 1024) -> Course:
    readings = {"touched_bytes": np.array([touched << 12]), "peak_bytes": np.array([peak << 12])}
    return Course(condition(use, pages), stopped_by, 0, readings)


def test_first_draws_are_those_of_xorshift64star() -> None:
    """2545f4914f6cdd1d times 2000001 (hex) modulo 2^64: the known first output for the seed 1 is 47e4ce4b896cdd1d."""
    assert drawer(1)(1 << 53) == 0x47E4CE4B896CDD1D >> 11


@pytest.mark.parametrize(
    ("use", "peak", "files"), [("one_size", 1024, 1), ("mixed", 1024, 64), ("churn", 250, 84), ("processes", 1024, 4)]
)
def test_trace_comes_to_what_the_program_read(use: str, peak: int, files: int) -> None:
    """The peaks are those of a run of the program with its seed 1."""
    trace = recorded(run(use, 1024, peak))
    assert trace is not None
    assert len(trace.sizes) == files
    assert trace.touched_pages == 1024


def test_run_that_read_another_peak_gives_no_trace() -> None:
    assert recorded(run("churn", 1024, 251)) is None


def test_run_that_ended_early_gives_no_trace() -> None:
    assert recorded(run("one_size", 1024, 1024, stopped_by="budget")) is None


def test_steered_use_and_rounds_give_no_trace() -> None:
    assert recorded(run("steered", 1024, 1024)) is None
    again = run("one_size", 1024, 1024)
    rounds = dataclasses.replace(again.condition, factors=(*again.condition.factors, ("rounds", 8)))
    assert recorded(dataclasses.replace(again, condition=rounds)) is None
