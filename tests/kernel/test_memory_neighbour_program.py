"""memory_neighbour on the running kernel: counts, settings that come back, and refusals."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from workloads.instruments import directmap
from workloads.memory_neighbour import HOLDERS, WORKLOAD
from workloads.program import PROGRAMS, Outcome, Refused, Success, run_program

HELD, REGION = 1 << 20, 4 << 20
SMALL = ("--held", str(HELD), "--region", str(REGION))
POOL = Path("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")


def attempt(folder: Path, *words: str) -> Outcome:
    """Run the program, whatever comes of it."""
    if not (PROGRAMS / "memory_neighbour").exists():
        pytest.skip("the C programs are not built")
    return run_program("memory_neighbour", (*SMALL, *words), folder / "raw", 60.0)


def readings(outcome: Outcome) -> dict[str, list[int]]:
    """Return the readings by metric; skips where the machine refuses."""
    if isinstance(outcome, Refused):
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success) and outcome.samples is not None, outcome
    values = memoryview(outcome.samples.path.read_bytes()).cast("Q").tolist()
    found: dict[str, list[int]] = {}
    for series in outcome.samples.series:
        found[series.metric], values = values[: series.count], values[series.count :]
    return found


@pytest.mark.parametrize("holder", HOLDERS)
def test_every_huge_page_wanted_is_told_of_once(holder: str, tmp_path: Path) -> None:
    found = readings(attempt(tmp_path, "--holder", holder, "--placement", "churned"))
    given = found.get("huge_fault", []), found.get("fallback_fault", [])
    assert sum(map(len, given)) == len(found["fill_2m"]) == REGION >> 21
    assert found["huge_pages"] == [len(given[0])]
    assert found["held_bytes"] == [0 if holder == "none" else HELD]


@pytest.mark.parametrize("placement", ["natural", "churned"])
def test_host_has_whole_blocks_backed_twice_before_a_neighbour_asks(placement: str, tmp_path: Path) -> None:
    outcome = attempt(tmp_path, "--placement", placement)
    beside = readings(outcome)["free_blocks_beside"]
    if sum(beside[9:]) < 2 * (REGION >> 21):
        pytest.skip("there are few whole free blocks")
    assert isinstance(outcome, Success)
    assert outcome.report["host_backing"]["prepared_pages"] == (HELD + 2 * REGION) >> 12


def test_metrics_are_of_the_workload(tmp_path: Path) -> None:
    assert set(readings(attempt(tmp_path))) <= {metric.name for metric in WORKLOAD.metrics}


def test_pool_is_as_before(tmp_path: Path) -> None:
    before = POOL.read_text() if POOL.exists() else pytest.skip("there is no pool of 2 MB pages")
    found = readings(attempt(tmp_path, "--question", "hugetlb"))
    assert found["pool_pages"][0] <= REGION >> 21
    assert POOL.read_text() == before


def test_spent_budget_holds_no_secret_memory(tmp_path: Path) -> None:
    before = directmap.read().level2_splits
    outcome = attempt(tmp_path, "--holder", "secret", "--split-budget", "0")
    assert isinstance(outcome, Refused)
    assert outcome.step in ("split-budget", "memfd_secret", "counters")
    assert outcome.step != "split-budget" or directmap.read().level2_splits == before


def test_pool_is_asked_before_while_and_after_something_is_held(tmp_path: Path) -> None:
    found = readings(attempt(tmp_path, "--question", "hugetlb", "--holder", "secret"))
    asked = [found[name] for name in ("pool_pages_found", "pool_pages", "pool_pages_left")]
    assert all(0 <= got <= REGION >> 21 for (got,) in asked)


def test_region_of_nothing_is_for_a_pool_alone() -> None:
    words = (PROGRAMS / "memory_neighbour", "--question", "thp", "--region", "0")
    ended = subprocess.run(words, capture_output=True, text=True)
    assert ended.returncode == 2
    assert "--region 0 is for --question hugetlb" in ended.stderr


@pytest.mark.parametrize("holder", ["memfd_locked", "secret"])
def test_limit_for_locked_memory_refuses_the_holder_and_leaves_nothing(holder: str) -> None:
    if os.getuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root is not held to the limit, and there is no setpriv")
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") if os.getuid() == 0 else ()
    words = (*nobody, PROGRAMS / "memory_neighbour", *SMALL, "--holder", holder)
    bound = (resource.RLIMIT_MEMLOCK, (64 << 10, 64 << 10))
    ended = subprocess.run(words, capture_output=True, text=True, preexec_fn=lambda: resource.setrlimit(*bound))
    told = json.loads(ended.stdout)
    assert (told["status"], told["errno_name"]) in (("unsupported", "EAGAIN"), ("unsupported", "ENOMEM"))


def test_page_cache_without_a_group_is_refused(tmp_path: Path) -> None:
    outcome = attempt(tmp_path, "--question", "page_cache")
    assert isinstance(outcome, Refused) and outcome.step == "cgroup"
