"""The engine that the expressions run on: DuckDB in this process, or a Spark cluster, by one setting."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa

from analysis.across.expression import Samples, per_block, readings
from bench.error import LabError

EMBEDDED = "duckdb"
SPARK = re.compile(r"spark://\S+|local\[(\d+|\*)\]|local-cluster\[\d+,\d+,\d+\]")
LOCAL = re.compile(r"local\b")
DUCKDB_MEMORY = "2GB"
"""So much DuckDB keeps in memory before it writes to the disk."""
LONGEST_REASON = 160
JAVA_OPTIONS = "-Djava.net.preferIPv4Stack=true"


@dataclass(frozen=True, slots=True)
class Engine:
    """A connection, and the errors that it raises for what it cannot read."""

    name: str
    backend: Any
    errors: tuple[type[Exception], ...]

    def blocks(self, paths: Sequence[tuple[Path, str]], plan: pa.Table) -> pa.Table:
        """Return the rows per_block() makes of some files, each with its column of readings; raises one of `errors`.

        A file's number is its place in `paths`.
        """
        tables = [
            Samples(self.backend.read_parquet(str(path.resolve())), number, column)
            for number, (path, column) in enumerate(paths)
        ]
        found: pa.Table = self.backend.to_pyarrow(per_block(readings(tables), ibis.memtable(plan)))
        return found

    def is_alive(self) -> bool:
        """Tell whether it still answers: after an error, whether that came of what it read."""
        try:
            return bool(self.backend.to_pyarrow(ibis.literal(1)).as_py() == 1)
        except self.errors:
            return False


@contextmanager
def connected(name: str) -> Iterator[Engine]:
    """Give the engine of a name, `duckdb` or a Spark master; raises LabError where there is none of that name here."""
    if name == EMBEDDED:
        with TemporaryDirectory(prefix="lab-across-") as scratch:
            yield embedded(Path(scratch))
    elif SPARK.fullmatch(name):
        with spark(name) as engine:
            yield engine
    else:
        remedy = "name duckdb, spark://HOST:PORT, local[N] or local-cluster[WORKERS,CORES,MIB]"
        raise LabError("engine-unknown", f"{name!r} is no engine", remedy=remedy)


def embedded(scratch: Path) -> Engine:
    """Return DuckDB in this process, which keeps what has no room in memory in a folder."""
    import duckdb

    backend = ibis.duckdb.connect(
        memory_limit=DUCKDB_MEMORY,
        temp_directory=str(scratch),
        threads=len(os.sched_getaffinity(0)),
        preserve_insertion_order=False,
    )
    return Engine(EMBEDDED, backend, (duckdb.Error, pa.ArrowException, OverflowError))


@contextmanager
def spark(master: str) -> Iterator[Engine]:
    """Give a Spark cluster; the files have to be where its workers find them by the same path."""
    refuse_without_spark()
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("secretmem-lab across")
    for key, value in settings(master).items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        raise LabError("engine-unreachable", f"{master} does not answer", reason(error)) from None
    errors = (PySparkException, Py4JError, Py4JNetworkError, ConnectionError, pa.ArrowException, OverflowError)
    try:
        yield Engine(master, ibis.pyspark.connect(session), errors)
    finally:
        session.stop()


def refuse_without_spark() -> None:
    """Raise LabError where Spark or the Java that it needs is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        raise LabError("engine-missing", "PySpark is not installed", remedy="type: LAB_SPARK=1 ./lab across ...")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and (Path(home) / "bin" / "java").exists()):
        raise LabError("engine-missing", "Spark needs Java, and there is none", remedy="install a JRE, 17 or newer")


def settings(master: str) -> dict[str, str]:
    """Return what a session is started with; one of this machine alone listens on loopback alone."""
    usual = {
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.ansi.enabled": "true",  # a sum that overflows is an error there, and not another sum
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.filterPushdown": "true",
    }
    if not LOCAL.match(master):
        return usual
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    loopback = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "localhost"}
    few = {"spark.sql.shuffle.partitions": "4", "spark.default.parallelism": "4"}
    return usual | loopback | few | {"spark.driver.extraJavaOptions": JAVA_OPTIONS}


def reason(error: Exception) -> str:
    """Return an engine's error in its first line, cut short: what it read was somebody else's."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:LONGEST_REASON]
