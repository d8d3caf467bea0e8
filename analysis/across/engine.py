"""An engine: what the expressions run on, with the one thing that each does its own way, to open files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from analysis.across.expression import per_block

LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class File:
    """A file of samples, whole path, and the column of its readings."""

    path: Path
    column: str


class Reader(Protocol):
    """Whoever goes through files of samples: an engine here, or one in a process of its own."""

    @property
    def name(self) -> str:
        """Return the engine's name."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Return what it raises for what it cannot read."""

    def blocks(self, files: Sequence[File], plan: pa.Table) -> pa.Table:
        """Return the rows that per_block() makes of some files; raises one of `errors` where it cannot."""

    def is_alive(self) -> bool:
        """Tell whether it still answers."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A connection, and the errors that it raises for what it cannot read.

    `read` opens files as one table: result (int32, a file's place), run (int32), metric (string), value (int64); `take`
    has it take in a small table, and `run` gives an expression's rows.
    """

    name: str
    read: Callable[[Sequence[File]], ir.Table]
    take: Callable[[pa.Table], ir.Table]
    run: Callable[[ir.Table], pa.Table]
    errors: tuple[type[Exception], ...]

    def blocks(self, files: Sequence[File], plan: pa.Table) -> pa.Table:
        """Return the rows that per_block() makes of some files; raises one of `errors` where it cannot."""
        return self.run(per_block(self.read(files), self.take(plan)))

    def is_alive(self) -> bool:
        """Tell whether it still answers: after an error, whether that came of what it read."""
        try:
            return bool(self.run(ibis.literal(1).name("one").as_table()).num_rows == 1)
        except self.errors:
            return False


def reason(error: Exception) -> str:
    """Return an engine's error in its first line, cut short: what it read was somebody else's."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:LONGEST_REASON]
