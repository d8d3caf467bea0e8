"""The hook in a real pyperf benchmark."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from workloads.instruments import directmap

ROOT = Path(__file__).parents[2]
GROUP = "pyperf.hook"


def declared() -> str:
    """Return the entry point as pyproject.toml declares it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return str(project["entry-points"][GROUP]["direct_map"])


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return a PYTHONPATH on which pyperf finds the hook, installed or not."""
    if "direct_map" in importlib.metadata.entry_points(group=GROUP).names:
        return ""
    folder = tmp_path / "secretmem_lab-0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: secretmem-lab\nVersion: 0\n")
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\ndirect_map = {declared()}\n")
    return f"{tmp_path}{os.pathsep}{ROOT}"


def test_pyperf_records_the_direct_map_around_a_benchmark(tmp_path: Path, path: str) -> None:
    if not directmap.read().counted:
        pytest.skip("this kernel does not tell of its direct map")
    output = tmp_path / "suite.json"
    options = ["--hook=direct_map", "--loops=10", "--processes=2", "--values=2", "--warmups=1", "--quiet"]
    command = [sys.executable, "-m", "pyperf", "timeit", *options, "--inherit-environ=PYTHONPATH", "-o", str(output)]
    said = subprocess.run(
        [*command, "bytes(4096)"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert said.returncode == 0, said.stderr
    suite = json.loads(output.read_text())
    (benchmark,) = suite["benchmarks"]
    found = [
        {**suite.get("metadata", {}), **benchmark.get("metadata", {}), **run.get("metadata", {})}
        for run in benchmark["runs"]
    ]
    assert len(found) == 2
    assert all(run["hooks"] == "direct_map" for run in found)
    assert all(run["direct_map_level2_splits_made"] >= 0 for run in found)
    assert all(run["direct_map_4k_bytes_after"] > 0 for run in found)


def test_declared_entry_point_is_the_class() -> None:
    point = importlib.metadata.EntryPoint("direct_map", declared(), GROUP)
    assert {"__enter__", "__exit__", "teardown"} <= set(vars(point.load()))
