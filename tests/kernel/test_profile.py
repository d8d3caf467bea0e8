"""`./lab run --profile-kernel` on the real kernel: perf really samples, timed runs stay as they are, once is enough."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.load import load
from analysis.profile import breakdowns
from bench.run.journal import PROFILE
from bench.run.profile import PROCESSES
from cli.place import CHECKOUT
from workloads.instruments import perf
from workloads.spec import Unsupported

LAB = (sys.executable, "-m", "cli", "run", "page_cost", "--blocks", "1", "--pages", "256", "--seed", "3")
RESUME = (sys.executable, "-m", "cli", "run", "--profile-kernel", "--resume")


@pytest.fixture(scope="module", autouse=True)
def sampling(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where the kernel cannot be sampled here, and say why."""
    lacking = perf.obstacle()
    tried = lacking or perf.record(("true",), tmp_path_factory.mktemp("perf") / "data", 999, 20)
    if isinstance(tried, Unsupported):
        pytest.skip(f"{tried.reason}; {tried.remedy}")


def lab(results: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LAB_RESULTS": str(results)}
    return subprocess.run(words, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a result that was killed while it was sampled, and then resumed: the pass takes most of a minute."""
    results = tmp_path_factory.mktemp("results")
    environment = os.environ | {"LAB_RESULTS": str(results)}
    with subprocess.Popen((*LAB, "--profile-kernel"), cwd=CHECKOUT, env=environment, stderr=subprocess.PIPE) as process:
        folder = wait_for_sampling(results)
        process.send_signal(signal.SIGKILL)
    before = (folder / "runs.jsonl").read_bytes()
    assert not (folder / PROFILE).exists() and not (folder / "seal.json").exists()
    ended = lab(results, *RESUME)
    assert ended.returncode == 0, ended.stderr
    assert "where the kernel's time goes" in ended.stderr
    assert (folder / "runs.jsonl").read_bytes() == before
    return folder


def test_a_run_killed_while_it_samples_is_whole_when_resumed(folder: Path) -> None:
    result = load(folder)
    assert result.seal is not None and PROFILE in result.seal.sha256
    assert result.seal.runs == len(result.manifest.experiment.conditions)
    assert not (folder / "raw").exists()
    assert "Where does that time go?" in (folder / "report.html").read_text()


def test_a_secret_fault_is_seen_to_clear_a_page_and_to_change_the_direct_map(folder: Path) -> None:
    profile = load(folder).profile
    assert profile is not None
    assert [each.notes for each in profile.conditions] == [()] * len(profile.conditions)
    found = {(each.condition.get("backing"), each.condition.get("others")): each for each in breakdowns(profile)}
    secret, ordinary = found["secret", "idle"], found["anonymous_locked", "idle"]
    assert secret.processes == PROCESSES
    assert secret.shares["direct_map"].value > 0 and secret.shares["clear"].value > 0
    assert ordinary.shares["direct_map"].value == 0


def wait_for_sampling(results: Path) -> Path:
    """Wait until perf writes its first samples, and return the result's folder."""
    for _ in range(1200):
        for path in results.glob("*/*/raw/perf.data"):
            return path.parent.parent
        time.sleep(0.05)
    raise AssertionError("nothing was sampled in 60 s")


def test_a_dry_run_says_how_much_longer_it_takes(tmp_path: Path) -> None:
    ended = lab(tmp_path, *LAB, "--dry-run", "--profile-kernel")
    assert ended.returncode == 0, ended.stderr
    assert "s more" in ended.stdout
    assert list(tmp_path.iterdir()) == []
