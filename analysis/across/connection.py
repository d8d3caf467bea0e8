"""The one setting: an engine by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.across.detached import Detached
from analysis.across.embedded import NAME, embedded
from analysis.across.engine import Reader
from analysis.across.spark import MASTER, spark
from bench.error import LabError


@contextmanager
def connected(name: str) -> Iterator[Reader]:
    """Give the engine of a name, `duckdb` or a Spark master; raises LabError where there is none of that name here."""
    if name == NAME:
        with (
            TemporaryDirectory(prefix="lab-across-") as scratch,
            closing(Detached(NAME, embedded, Path(scratch))) as engine,
        ):
            yield engine
    elif MASTER.fullmatch(name):
        with spark(name) as cluster:
            yield cluster
    else:
        remedy = "name duckdb, spark://HOST:PORT, local[N] or local-cluster[WORKERS,CORES,MIB]"
        raise LabError("engine-unknown", f"{name!r} is no engine", remedy=remedy)
