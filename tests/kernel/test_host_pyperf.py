"""The hook in a real pyperf benchmark."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
from pathlib import Path

import pytest

from workloads.instruments import directmap


def test_pyperf_records_the_direct_map_around_a_benchmark(tmp_path: Path) -> None:
    if "direct_map" not in importlib.metadata.entry_points(group="pyperf.hook").names:
        pytest.skip("the lab is not installed, so pyperf does not know its hook: ./lab run installs it")
    if not directmap.read().counted:
        pytest.skip("this kernel does not tell of its direct map")
    output = tmp_path / "suite.json"
    arguments = ["--hook", "direct_map", "--loops=10", "--processes=2", "--values=2", "--warmups=1", "--quiet"]
    command = [sys.executable, "-m", "pyperf", "timeit", *arguments, "-o", str(output), "bytes(4096)"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    suite = json.loads(output.read_text())
    runs = suite["benchmarks"][0]["runs"]
    found = [{**suite.get("metadata", {}), **run.get("metadata", {})} for run in runs]
    assert len(found) == 2
    assert all(run["direct_map_level2_splits_made"] >= 0 for run in found)
    assert all(run["direct_map_4k_bytes_after"] >= run["direct_map_4k_bytes_before"] for run in found)
