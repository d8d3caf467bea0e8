"""Timelines: conditions that one start of a program makes, as windows one behind the other; each becomes one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.host.refusal import explain
from bench.model.run import Trial
from bench.run.arrangement import common
from workloads.catalog import find
from workloads.program import READING_BYTES, Refused, Success, read_series, refuse
from workloads.spec import Condition, Failed, Samples, Series, Unsupported, Workload

Outcome = Success | Unsupported | Failed
Explain = Callable[[Refused], Unsupported]
"""Says why a machine refused something."""
OF_A_WINDOW = ("before", "after")
"""What a window's report says instead of its program's."""


def group(trials: Iterable[Trial]) -> Iterator[tuple[Trial, ...]]:
    """Yield trials that follow each other, of one block, by the start of a program that makes them."""
    for _, windows in groupby(trials, lambda trial: (trial.block, common(trial.condition))):
        yield tuple(windows)


def schedule(workload: Workload, conditions: tuple[Condition, ...]) -> str:
    """Return a timeline as its program takes it: "secret:500,spin:0", a window each."""
    told = [f.name for f in workload.factors if f.name in workload.timeline and f.applied_by == "program"]
    return ",".join(":".join(str(workload.value(each, name)) for name in told) for each in conditions)


def outcomes(outcome: Outcome, trials: tuple[Trial, ...], explain: Explain = explain) -> tuple[Outcome, ...]:
    """Return what came of each trial of one start of a program; what is true of the start is true of each.

    The samples of each window are put into a file of its own beside that of all. `explain` knows the machine that
    refused. Raises OSError where they cannot be.
    """
    if not isinstance(outcome, Success) or not find(trials[0].condition.workload).timeline:
        return (outcome,) * len(trials)
    windows = outcome.report.get("windows")
    if not isinstance(windows, list) or len(windows) != len(trials) or not all(isinstance(w, dict) for w in windows):
        return (Failed("report-unreadable", f"the program's report has not {len(trials)} windows"),) * len(trials)
    series = tuple(() if refusal(window, explain) else read_series(window.get("series")) for window in windows)
    known = tuple(each for each in series if each is not None)
    held = outcome.samples.series if outcome.samples else ()
    if len(known) < len(series) or tuple(one for each in known for one in each) != held:
        return (Failed("report-unreadable", "the series of the windows are not those of the program"),) * len(trials)
    files = cut(outcome.samples, known) if outcome.samples else (None,) * len(trials)
    both = zip(windows, files, strict=True)
    return tuple(of_window(outcome.report, window, file, explain) for window, file in both)


def refusal(window: dict[str, Any], explain: Explain) -> Unsupported | Failed | None:
    """Return why a window could not be made, None where it was."""
    if window.get("status", "ok") == "ok":
        return None
    why = refuse(window, unsupported=window["status"] == "unsupported")
    return explain(why) if isinstance(why, Refused) else why


def cut(samples: Samples, windows: tuple[tuple[Series, ...], ...]) -> tuple[Samples, ...]:
    """Cut a file of samples into one a window, each beside it under its own name."""
    with samples.path.open("rb") as file:
        return tuple(
            write(samples.path.with_name(f"{samples.path.name}.{n}"), file.read(size_bytes(series)), series)
            for n, series in enumerate(windows)
        )


def size_bytes(series: tuple[Series, ...]) -> int:
    """Return how long the readings of some series are."""
    return READING_BYTES * sum(each.count for each in series)


def write(path: Path, readings: bytes, series: tuple[Series, ...]) -> Samples:
    """Write a window's readings."""
    path.write_bytes(readings)
    return Samples(path, series)


def of_window(report: dict[str, Any], window: dict[str, Any], samples: Samples | None, explain: Explain) -> Outcome:
    """Return what came of one window, as if it had been a start of its own; `life_ns` is the window's length."""
    why = refusal(window, explain)
    if why:
        return why
    try:
        settings = {**report["settings"], **window["settings"]}
        of_its_own = {key: window[key] for key in OF_A_WINDOW}
        when = {f"window_{end}": window[end] - report["windows"][0]["begin_ns"] for end in ("begin_ns", "end_ns")}
    except (KeyError, TypeError) as error:
        return Failed("report-unreadable", f"the report of a window lacks {error}")
    life_ns = when["window_end_ns"] - when["window_begin_ns"]
    own = {**of_its_own, "settings": {**settings, **when}, "life_ns": life_ns}
    return Success({**report, **own}, samples)
