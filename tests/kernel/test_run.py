"""`./lab run` on the real kernel: killed, resumed, refused, stopped, and made by an ordinary user."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.load import load
from bench.host.belonging import PLACE, PREFIX
from bench.host.lock import Lock
from bench.run.plan import make_plan
from bench.server.catalog import CATALOG
from bench.server.package import lacking
from cli.place import CHECKOUT
from workloads.instruments.counters import snapshot

NOBODY = 65534
LAB = (sys.executable, "-m", "cli")
ONE_BLOCK = ("run", "page_cost", "--blocks", "1", "--pages", "64")
POOL = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")


def lab(results: Path, *words: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command of the lab with results of its own."""
    environment = os.environ | {"LAB_RESULTS": str(results)}
    return subprocess.run((*LAB, *words), cwd=CHECKOUT, env=environment, capture_output=True, text=True, **options)


def start(results: Path, *words: str) -> subprocess.Popen[str]:
    """Start a command of the lab in the background."""
    environment = os.environ | {"LAB_RESULTS": str(results)}
    return subprocess.Popen(
        (*LAB, *words), cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_runs(results: Path, count: int) -> Path:
    """Wait until a result has so many runs and return its folder."""
    for _ in range(600):
        for path in results.glob("*/*/runs.jsonl"):
            if path.read_bytes().count(b"\n") >= count:
                return path.parent
        time.sleep(0.05)
    raise AssertionError("no run was written in 30 s")


def test_a_run_measures_seals_and_reports(tmp_path: Path) -> None:
    ended = lab(tmp_path, *ONE_BLOCK)
    assert ended.returncode == 0, ended.stderr
    (folder,) = tmp_path.glob("page_cost/*")
    result = load(folder)
    assert result.seal is not None and result.seal.runs == len(result.manifest.experiment.conditions)
    secret = [run for run in result.runs if run.trial.condition.get("backing") == "secret"]
    assert secret
    reused = [run for run in secret if run.trial.condition.get("history") == "reused"]
    assert all(run.status == "ok" for run in reused)  # fresh memory may be used up
    assert not (folder / "raw").exists()
    assert "secret" in ended.stdout
    report = (folder / "report.html").read_text()
    assert report.startswith("<!DOCTYPE html>")


def test_a_run_killed_in_the_middle_goes_on_and_neither_repeats_nor_loses_one(tmp_path: Path) -> None:
    with start(tmp_path, "run", "page_cost", "--blocks", "3", "--pages", "64", "--seed", "5") as process:
        folder = wait_for_runs(tmp_path, 4)
        process.send_signal(signal.SIGKILL)
    before = (folder / "runs.jsonl").read_bytes()
    kept = before[: before.rfind(b"\n") + 1]
    ended = lab(tmp_path, "run", "--resume")
    assert ended.returncode == 0, ended.stderr
    result = load(folder)
    assert (folder / "runs.jsonl").read_bytes().startswith(kept)
    assert tuple(run.trial for run in result.runs) == make_plan(result.manifest.experiment, 5)
    assert {run.sitting for run in result.runs} == {0, 1}
    assert result.seal is not None and result.seal.interruptions == 1


def test_resuming_goes_on_with_all_that_the_killed_run_was_to_do(tmp_path: Path) -> None:
    with start(tmp_path, "run", "page_cost", "secret_life", "--blocks", "1", "--pages", "64") as process:
        wait_for_runs(tmp_path, 2)
        process.send_signal(signal.SIGKILL)
    ended = lab(tmp_path, "run", "--resume")
    assert ended.returncode == 0, ended.stderr
    assert {path.parent.parent.name for path in tmp_path.glob("*/*/seal.json")} == {"page_cost", "secret_life"}


def test_resuming_takes_no_option_that_the_manifest_has_fixed(tmp_path: Path) -> None:
    ended = lab(tmp_path, "run", "--resume", "--blocks", "9")
    assert ended.returncode == 1 and "[resume-changes-nothing]" in ended.stderr


def fill(path: Path) -> None:
    """Write a file until its disk is full."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


def test_a_full_disk_loses_no_trial(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    subprocess.run(("mount", "-t", "tmpfs", "-o", "size=16m", "none", tmp_path), check=True)
    try:
        with start(tmp_path, "run", "page_cost", "--blocks", "3", "--pages", "256") as process:
            folder = wait_for_runs(tmp_path, 3)
            fill(tmp_path / "ballast")
            _, complaint = process.communicate(timeout=60)
        assert process.returncode == 1 and "[results-unwritable]" in complaint, complaint
        made = [json.loads(line) for line in (folder / "runs.jsonl").read_text().splitlines()]
        assert made and "failed" not in {run["status"] for run in made}
        (tmp_path / "ballast").unlink()
        assert lab(tmp_path, "run", "--resume").returncode == 0
        assert load(folder).seal is not None
    finally:
        subprocess.run(("umount", tmp_path), check=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_says_how_to_go_on_and_puts_settings_back(tmp_path: Path, number: signal.Signals) -> None:
    before = POOL.read_text()
    with start(tmp_path, "run", "page_cost", "--blocks", "9", "--pages", "64") as process:
        folder = wait_for_runs(tmp_path, 6)
        process.send_signal(number)
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "./lab run --resume" in complaint and folder.exists()
    assert f"stopped by {'Ctrl-C' if number == signal.SIGINT else 'SIGTERM'}" in complaint
    assert "Traceback" not in complaint
    assert POOL.read_text() == before
    assert not Path("/proc", str(process.pid)).exists()


def test_a_second_run_is_refused_and_told_who_holds_the_machine(tmp_path: Path) -> None:
    with Lock():
        ended = lab(tmp_path, *ONE_BLOCK)
    assert ended.returncode == 1
    assert f"process {os.getpid()}" in ended.stderr and "[lock-held]" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("doctor",), ("run", "--resume")])
def test_no_command_tries_things_out_while_a_run_is_being_made(tmp_path: Path, words: tuple[str, ...]) -> None:
    with Lock():
        before = snapshot()["direct_map_level2_splits"]
        ended = lab(tmp_path, *words)
    assert ended.returncode == 1 and "[lock-held]" in ended.stderr
    assert before == snapshot()["direct_map_level2_splits"]


def test_a_dry_run_goes_beside_a_run_and_tries_nothing_out(tmp_path: Path) -> None:
    with Lock():
        before = snapshot()["direct_map_level2_splits"]
        ended = lab(tmp_path, "run", "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "page_cost (quick)" in ended.stdout
    assert before == snapshot()["direct_map_level2_splits"]


def test_a_dry_run_prints_the_plan_and_touches_nothing(tmp_path: Path) -> None:
    ended = lab(tmp_path, "run", "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "page_cost (quick)" in ended.stdout and "direct map" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_size_beyond_free_memory_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    ended = lab(tmp_path, "run", "page_cost", "--pages", str(1 << 30))
    assert ended.returncode == 1
    assert "[size-beyond-limit]" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_results_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = lab(tmp_path / "file", *ONE_BLOCK)
    assert ended.returncode == 1
    assert "[results-unwritable]" in ended.stderr and "Traceback" not in ended.stderr


@pytest.fixture
def readable_checkout() -> Path:
    """Return the checkout, if an ordinary user can read it."""
    for folder in (CHECKOUT, Path(sys.executable).resolve()):
        for each in (folder, *folder.parents):
            if not each.stat().st_mode & 0o001:
                pytest.skip(f"an ordinary user may not enter {each}")
    return CHECKOUT


def test_an_ordinary_user_measures_within_the_limit(tmp_path: Path, readable_checkout: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("becoming another user needs root")
    results = Path(shutil.copytree(tmp_path, f"/var/tmp/lab-{os.getpid()}"))
    try:
        os.chown(results, NOBODY, NOBODY)
        ended = lab(results, "run", "page_cost", "--blocks", "1", user=NOBODY, group=NOBODY, extra_groups=[])
        assert ended.returncode == 0, ended.stderr
        (folder,) = results.glob("page_cost/*")
        by_status: dict[str, set[object]] = {}
        for run in load(folder).runs:
            by_status.setdefault(run.status, set()).add(run.trial.condition.get("backing"))
        assert "secret" in by_status["ok"]
        assert "hugetlb_2m" in by_status["unsupported"]
        assert "failed" not in by_status
    finally:
        shutil.rmtree(results)


def test_a_run_with_servers_that_was_killed_is_cleared_up_by_the_next_command(tmp_path: Path) -> None:
    if lacking(CATALOG):
        pytest.skip("not all servers are installed: ./lab setup neighbours")
    before = scene()
    with start(tmp_path, "run", "neighbour_servers", "--profile", "full", "--blocks", "1") as process:
        for _ in range(600):
            if scene() != before or process.poll() is not None:
                break
            time.sleep(0.05)
        process.kill()
        process.communicate()
    assert scene() != before, "no server was ever there"
    ended = lab(tmp_path, "list")
    assert "[belonging-removed]" in ended.stderr
    assert scene() == before


def scene() -> tuple[set[Path], set[str]]:
    """Return the folders of the lab's servers, and who listens."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return set(PLACE.glob(f"{PREFIX}*-*/")), {row[1] for row in rows if row[3] == "0A"}


def test_a_program_ends_with_the_harness_that_was_killed(tmp_path: Path) -> None:
    script = (
        "from workloads.program import run_program\n"
        "run_program('fault_latency', ('--others', 'spin_user', '--pages', '30000000'), None, 60)"
    )
    with subprocess.Popen((sys.executable, "-c", script), cwd=CHECKOUT) as harness:
        child = wait_for_child(harness.pid)
        harness.kill()
    for _ in range(200):
        if not Path("/proc", str(child)).exists():
            return
        time.sleep(0.05)
    raise AssertionError("the program outlived its harness by 10 s")


def wait_for_child(pid: int) -> int:
    """Wait until a process has a child and return its pid."""
    for _ in range(200):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.02)
    raise AssertionError("no program was started")
