"""Progress of a run: a bar on a terminal, plain lines elsewhere, and no stroke while something is being timed."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.model.run import Run

PLAIN_EVERY_S = 10.0
REDRAW_EVERY_S = 0.25
"""A redraw costs about 3 ms of the harness's time."""


class Meter:
    """Counts runs as they come; told only between two trials, it draws only then."""

    def __init__(self, title: str, total: int, before: int = 0) -> None:
        """Count up to `total` runs, `before` of which an earlier sitting made."""
        self.title, self.total, self.before = title, total, before
        self.status: Counter[str] = Counter()
        self.begun = self.drawn = time.monotonic()
        self.bar = make_bar() if sys.stderr.isatty() else None
        self.task = self.bar.add_task(title, total=total, note="") if self.bar else None

    def __enter__(self) -> Self:
        """Draw the start."""
        if self.bar:
            self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Draw the end, also of a run that was broken off."""
        self.draw()
        if self.bar:
            self.bar.stop()

    def __call__(self, run: Run) -> None:
        """Take one run in."""
        self.status[run.status] += 1
        now = time.monotonic()
        if now - self.drawn >= (REDRAW_EVERY_S if self.bar else PLAIN_EVERY_S):
            self.drawn = now
            self.draw()

    def say(self, text: str) -> None:
        """Print a line, above the bar where there is one."""
        if self.bar:
            self.bar.console.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def draw(self) -> None:
        """Draw the state as it is now."""
        made = self.status.total()
        done = self.before + made
        note = ", ".join(f"{n} {status}" for status, n in self.status.items() if status != "ok")
        if self.bar and self.task is not None:
            self.bar.update(self.task, total=self.total, completed=done, note=note)
            self.bar.refresh()
        else:
            left = remaining_s(made, self.total - done, time.monotonic() - self.begun)
            print(line(self.title, done, self.total, left, note), file=sys.stderr, flush=True)


def make_bar() -> Progress:
    """Return a bar that redraws only when it is told to."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
    )
    return Progress(*columns, console=Console(stderr=True), auto_refresh=False)


def remaining_s(made: int, left: int, elapsed_s: float) -> float | None:
    """Return the seconds left at the pace so far, None before there is one."""
    return elapsed_s / made * left if made else None


def line(title: str, done: int, total: int, left_s: float | None, note: str) -> str:
    """Return one plain line of progress."""
    left = "" if left_s is None or done == total else f", about {left_s:.0f} s left"
    return f"{title}: {done} of {total} runs{left}{f' ({note})' if note else ''}"
