"""An engine in a process of its own: what ends the process is one result left out, and the others are counted."""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import ibis.expr.types as ir
import pytest

from analysis.across.detached import Detached, EngineError
from analysis.across.embedded import embedded
from analysis.across.engine import Engine, File
from analysis.across.source import take
from analysis.across.survey import Survey, survey
from bench.run.journal import SAMPLES
from tests.unit.analysis.across.made import Truth, fleet, written

TRUTH = Truth()
DEADLY, GREEDY = "deadly", "greedy"


def fragile(scratch: Path) -> Engine:
    """Return DuckDB that is killed, or finds no memory, over files of two machines."""
    engine = embedded(scratch)

    def read(files: Sequence[File]) -> ir.Table:
        names = {part for file in files for part in file.path.parts}
        if DEADLY in names:
            os.kill(os.getpid(), signal.SIGSEGV)
        if GREEDY in names:
            bytearray(1 << 60)
        return engine.read(files)

    return dataclasses.replace(engine, read=read)


def together(folder: Path, *paths: Path) -> Survey:
    with closing(Detached("duckdb", fragile, folder)) as engine:
        return survey(engine, map(take, paths))


@pytest.mark.parametrize("bad", [DEADLY, GREEDY])
def test_file_that_ends_the_engine_is_left_out_and_the_others_are_not(tmp_path: Path, bad: str) -> None:
    paths = [written(tmp_path, host, TRUTH, blocks=2).path for host in fleet(TRUTH, 5, 1)]
    whole = together(tmp_path, *paths[:3], paths[4])
    moved = tmp_path / bad
    paths[3].rename(moved)
    found = together(tmp_path, *paths[:3], moved, paths[4])
    [left_out] = found.skipped
    assert left_out.path == moved and left_out.why.endswith("[samples-unreadable]")
    assert ("it ended the process that read it" in left_out.why) == (bad == DEADLY)
    assert (found.machines, found.effects) == (whole.machines, whole.effects)


def test_engine_that_never_comes_up_is_told_and_leaves_no_process(tmp_path: Path) -> None:
    with closing(Detached("duckdb", refuse_to_open, tmp_path)) as engine:
        assert not engine.is_alive()
        with pytest.raises(EngineError, match="ended the process"):
            engine.blocks([File(tmp_path / SAMPLES, "value")], ir.Table)
        assert engine.worker is None


def refuse_to_open(scratch: Path) -> Engine:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_broken_off_question_leaves_no_process(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), closing(Detached("duckdb", embedded, tmp_path)) as engine:
        assert engine.is_alive() and engine.worker
        process = engine.worker[0]
        raise KeyboardInterrupt
    assert not process.is_alive()
