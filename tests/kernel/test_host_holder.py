"""The holder on the running kernel: it holds while it is wanted, and is gone afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path

from workloads.instruments.holder import held


def children_named_holder() -> list[str]:
    found = subprocess.run(("pgrep", "-x", "holder"), capture_output=True, text=True, check=False)
    return found.stdout.split()


def test_the_holder_runs_while_it_is_wanted_and_not_longer() -> None:
    before = children_named_holder()
    with held(8192, 0, timeout_s=5) as holds:
        assert isinstance(holds, bool)
        assert len(children_named_holder()) - len(before) == 1
    assert children_named_holder() == before


def test_a_holder_that_cannot_be_started_is_no_error(tmp_path: Path) -> None:
    with held(8192, 0, folder=tmp_path) as holds:
        assert not holds


def test_a_holder_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    program = tmp_path / "holder"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o755)
    with held(8192, 0, timeout_s=0.2, folder=tmp_path) as holds:
        assert not holds
