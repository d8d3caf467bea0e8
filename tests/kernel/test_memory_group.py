"""A memory group of the lab's own is gone after its run, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.host import tuning
from bench.host.cgroup import nursery
from bench.host.ledger import Ledger
from bench.host.setting import GROUP_PREFIX

ROOT = Path(__file__).parents[2]
MAKE_AND_WAIT = """
import sys
from pathlib import Path
from bench.host.ledger import Ledger
from bench.host.tuning import Tuning
from bench.run.state import group
with Tuning(Ledger(Path(sys.argv[1]))) as change:
    own = group()
    refused = change.change(own, "present") if own else "none"
    (own.path / "cgroup.procs").write_text(str(__import__("os").getpid())) if refused is None else None
    print(own.path if refused is None else "refused", flush=True)
    sys.stdin.read()
    (own.path.parent / "cgroup.procs").write_text(str(__import__("os").getpid()))
"""


def start(book: Ledger) -> tuple[subprocess.Popen[str], Path]:
    """Start a process that makes its group, joins it and waits; skips where there can be none."""
    if os.geteuid() or nursery() is None:
        pytest.skip("needs root and a memory controller, to make a memory group")
    command = [sys.executable, "-c", MAKE_AND_WAIT, str(book.path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    told = child.stdout.readline().strip()
    if told == "refused":
        child.communicate()
        pytest.skip("a memory group cannot be made here")
    return child, Path(told)


def test_group_is_gone_after_the_run(tmp_path: Path) -> None:
    child, folder = start(Ledger(tmp_path / "ledger.json"))
    assert folder.is_dir() and folder.name == f"{GROUP_PREFIX}{child.pid}"
    child.communicate()
    assert child.returncode == 0
    assert not folder.exists()


def test_group_of_a_killed_run_is_gone_after_the_next_command(tmp_path: Path) -> None:
    book = Ledger(tmp_path / "ledger.json")
    child, folder = start(book)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert folder.is_dir()
    tuning.recover(book)
    assert not folder.exists() and not book.path.exists()
