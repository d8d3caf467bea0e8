"""fragmentation on the running kernel: what it reads of a few pages, and that it keeps to its budget for splits."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from workloads.fragmentation import KINDS, USES, WORKLOAD
from workloads.instruments import directmap
from workloads.program import PROGRAMS, Outcome, Refused, Success, parse, run_program

REGION_BYTES = 2 << 20
SMALL = ("--pages", "64", "--steps", "8", "--split-budget", str(2 * REGION_BYTES))
NATURAL = tuple(use for use in USES if not use.startswith("steered"))
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
OF_STEPS = ("touched_bytes", "peak_bytes", "level2_splits", "level3_splits")
COUNTED = ("round_touched_bytes", "round_level2_splits", "round_level3_splits")
SEEN = ("round_scar_bytes", "round_unglobal_bytes", "round_table_bytes", "round_table_blocks", "round_healed_regions")
Readings = dict[str, list[int]]


def run(folder: Path, *words: str) -> Success:
    """Run the program; skips where the machine has no way."""
    outcome = attempt(folder, *words)
    if isinstance(outcome, Refused) and outcome.step in ("memfd_secret", "counters"):
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success), outcome
    return outcome


def attempt(folder: Path, *words: str) -> Outcome:
    """Run the program, whatever comes of it."""
    if not (PROGRAMS / "fragmentation").exists():
        pytest.skip("the C programs are not built")
    return run_program("fragmentation", words, folder / "raw", 120.0)


def readings(done: Success) -> Readings:
    """Return the readings by metric, in order."""
    assert done.samples is not None
    values = memoryview(done.samples.path.read_bytes()).cast("Q").tolist()
    found: Readings = {}
    for series in done.samples.series:
        found[series.metric], values = values[: series.count], values[series.count :]
    return found


def seen(done: Success) -> Readings:
    """Return the readings; skips where the direct map cannot be read."""
    if done.report["settings"]["place"] != "seen":
        pytest.skip(f"the direct map cannot be read here: {done.report['settings']['place']}")
    return readings(done)


@pytest.mark.parametrize("use", NATURAL)
def test_natural_use_is_read_at_every_step_until_all_is_touched(use: str, tmp_path: Path) -> None:
    done = run(tmp_path, *SMALL, "--use", use)
    found, stopped = readings(done), done.report["settings"]["stopped_by"]
    assert {len(found[metric]) for metric in OF_STEPS} == {len(found["touched_bytes"])}
    assert found["touched_bytes"] == sorted(set(found["touched_bytes"]))
    assert stopped != "end" or (found["touched_bytes"][-1] == 64 * 4096 and len(found["touched_bytes"]) >= 8)
    assert all(held <= touched for held, touched in zip(found["peak_bytes"], found["touched_bytes"], strict=True))
    assert found["level2_splits"] == sorted(found["level2_splits"])


def test_coming_and_going_never_holds_more_than_a_quarter(tmp_path: Path) -> None:
    assert max(readings(run(tmp_path, *SMALL, "--use", "churn"))["peak_bytes"]) <= 16 * 4096


def test_every_page_of_every_block_is_told_of_once(tmp_path: Path) -> None:
    found = seen(run(tmp_path, *SMALL, "--use", "processes"))
    assert set(found) == {metric.name for metric in WORKLOAD.metrics}
    blocks = zip(*(found[f"region_{kind}_pages"] for kind in KINDS), strict=True)
    assert {sum(pages) for pages in blocks} == {512}
    assert 0 < sum(found["region_secret_pages"]) * 4096 <= found["peak_bytes"][-1]
    assert set(found["region_level_before"]) <= {1, 2, 3}


def test_rounds_are_read_each_and_nothing_heals(tmp_path: Path) -> None:
    done = run(tmp_path, *SMALL, "--rounds", "3", "--between", "busy")
    found, made = readings(done), done.report["settings"]["rounds_made"]
    assert {len(found[metric]) for metric in COUNTED} == {made} and (made == 3 or found["level2_splits"][-1])
    assert found["round_touched_bytes"][0] == found["peak_bytes"][-1]
    found = seen(done)
    assert {len(found[metric]) for metric in SEEN} == {made}
    assert set(found["round_healed_regions"]) == {0}
    assert found["round_table_blocks"] == sorted(found["round_table_blocks"])
    assert all(
        4096 * kept <= new for kept, new in zip(found["round_table_blocks"], found["round_table_bytes"], strict=True)
    )


@pytest.mark.parametrize("use", ["one_size", "steered_one"])
def test_budget_ends_a_run_and_what_was_measured_is_kept(use: str, tmp_path: Path) -> None:
    before = directmap.read().level2_splits
    done = run(tmp_path, "--use", use, "--pages", "512", "--split-budget", str(REGION_BYTES))
    found, settings = readings(done), done.report["settings"]
    after = directmap.read().level2_splits
    assert found["round_level2_splits"][-1] <= 1
    assert settings["stopped_by"] in ("budget", "end") and (use == "one_size" or settings["stopped_by"] == "budget")
    assert before is not None and after is not None and after - before >= found["round_level2_splits"][-1]


def test_share_bounds_a_run_inside_a_larger_budget(tmp_path: Path) -> None:
    budget = ("--share", str(REGION_BYTES), "--split-budget", str(64 * REGION_BYTES))
    done = run(tmp_path, "--use", "steered", "--pages", "4", *budget)
    assert readings(done)["round_level2_splits"] == [1]
    assert done.report["settings"]["stopped_by"] == "share"


def test_without_a_budget_nothing_is_touched(tmp_path: Path) -> None:
    outcome = attempt(tmp_path, "--split-budget", str(REGION_BYTES - 1))
    assert isinstance(outcome, Refused) and outcome.step == "split-budget"


def test_steered_use_keeps_to_the_usual_limit(tmp_path: Path) -> None:
    outcome = attempt(tmp_path, "--use", "steered", "--pages", "2049")
    assert getattr(outcome, "step", None) == "options"


def test_ordinary_user_is_told_how_often_and_not_where(tmp_path: Path) -> None:
    if not (PROGRAMS / "fragmentation").exists():
        pytest.skip("the C programs are not built")
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    words = (*NOBODY, PROGRAMS / "fragmentation", *SMALL)
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if "Permission denied" in ended.stderr:
        pytest.skip("other users cannot reach the programs here")
    report = parse(ended.stdout.encode())
    assert report is not None, ended.stderr
    if report.get("step") in ("memfd_secret", "counters"):
        pytest.skip(f"{report['step']} is refused here: {report['errno_name']}")
    assert report["status"] == "ok", ended.stderr
    assert {series["metric"] for series in report["series"]} == {*OF_STEPS, *COUNTED}
    assert report["settings"]["place"] != "seen"
