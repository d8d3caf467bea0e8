"""The analysis is imported where there is no Linux, and where no notebook is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ELSEWHERE = """
import importlib, os, pkgutil, sys
for name in ("fcntl", "resource", "grp", "pwd", "termios", "IPython"):
    sys.modules[name] = None
for name in ("sched_getaffinity", "sched_setaffinity", "memfd_create", "pidfd_open", "O_DIRECTORY"):
    delattr(os, name)
import analysis
for module in pkgutil.walk_packages(analysis.__path__, "analysis."):
    importlib.import_module(module.name)
print(*(name for name in sys.modules if name.startswith(("bench.host", "workloads.instruments"))))
"""


def test_analysis_needs_nothing_that_only_linux_has() -> None:
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("\n", "")
