"""Spark: a cluster as the engine, where there are more readings than one machine should go through."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from analysis.across.engine import Engine, File, reason
from bench.error import LabError

MASTER = re.compile(r"spark://\S+|local\[(\d+|\*)\]|local-cluster\[\d+,\d+,\d+\]")
ADDRESS = re.compile(r"spark://(?P<host>[^:/,\s]+):(?P<port>\d+)")
THIS_MACHINE = "local"
PATIENCE_S = 10
LOOPBACK = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "localhost",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "4",
}
"""Of a cluster on this machine alone: it listens on the loopback alone, and few parts are enough."""
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.ansi.enabled": "true",  # a sum that overflows is an error then, and not another sum
    "spark.sql.session.timeZone": "UTC",
}
WHOLE_PATH = "regexp_replace(url_decode(replace(_metadata.file_path, '+', '%2B')), '^file:/+', '/')"
"""The path of a row's file as it was named: Spark has it as an address."""


@contextmanager
def spark(master: str) -> Iterator[Engine]:
    """Give a Spark cluster; its workers have to find the files by the same paths.

    Raises LabError where Spark or Java is not installed, or no cluster answers.
    """
    refuse_without_spark()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    refuse_silent(master)
    if master.startswith(THIS_MACHINE):
        os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        try:
            session = begin(master)
        except (PySparkException, Py4JError, OSError, RuntimeError) as error:
            raise LabError("engine-unreachable", f"{master} does not answer", reason(error)) from None
        errors = (PySparkException, Py4JError, OSError, pa.ArrowException, OverflowError)
        try:
            found = Cluster(session, ibis.pyspark.connect(session))
            yield Engine(master, found.read, found.take, found.run, errors)
        finally:
            session.stop()


def refuse_without_spark() -> None:
    """Raise LabError where Spark or the Java that it needs is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        raise LabError("engine-missing", "PySpark is not installed", remedy="type: LAB_SPARK=1 ./lab across ...")
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java") and not (home and (Path(home) / "bin" / "java").exists()):
        raise LabError("engine-missing", "Spark needs Java, and there is none", remedy="install a JRE, 17 or newer")


def refuse_silent(master: str) -> None:
    """Raise LabError where nobody listens at a master's address: Spark itself asks for a minute."""
    found = ADDRESS.fullmatch(master)
    if not found:
        return
    try:
        socket.create_connection((found["host"], int(found["port"])), timeout=PATIENCE_S).close()
    except (OSError, OverflowError) as error:
        raise LabError("engine-unreachable", f"{master} does not answer", reason(error)) from None


def begin(master: str) -> Any:
    """Return a session of a cluster; one on this machine alone listens on the loopback alone."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("secretmem-lab across")
    for key, value in (SETTINGS | (LOOPBACK if master.startswith(THIS_MACHINE) else {})).items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


@dataclass(frozen=True, slots=True)
class Cluster:
    """A session, and the backend that makes SQL of expressions. No worker has to run Python: all is SQL and Arrow."""

    session: Any
    backend: Any

    def read(self, files: Sequence[File]) -> ir.Table:
        """Open files as one table, by a scan for each name of the column of readings: one a file takes a second."""
        from pyspark.sql import functions

        named = {"path": [str(file.path) for file in files], "result": pa.array(range(len(files)), pa.int32())}
        places = functions.broadcast(self.session.createDataFrame(pa.table(named)))
        scans = []
        for column in sorted({file.column for file in files}):
            paths = [str(file.path) for file in files if file.column == column]
            rows = self.session.read.schema(f"run INT, metric STRING, {column} BIGINT").parquet(*paths)
            path = functions.expr(WHOLE_PATH).alias("path")
            told = rows.select(path, "run", "metric", rows[column].alias("value"))
            scans.append(told.join(places, "path").select("result", "run", "metric", "value"))
        return self.seen("samples", reduce(lambda one, other: one.unionAll(other), scans))

    def take(self, table: pa.Table) -> ir.Table:
        """Take in a small table."""
        return self.seen("plan", self.session.createDataFrame(table))

    def run(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        rows: pa.Table = self.session.sql(self.backend.compile(expression)).toArrow()
        return rows

    def seen(self, name: str, frame: Any) -> ir.Table:
        """Return a frame as a table that expressions know by a name."""
        frame.createOrReplaceTempView(name)
        table: ir.Table = self.backend.table(name)
        return table
