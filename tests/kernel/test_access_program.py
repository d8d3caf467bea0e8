"""access on the running kernel: what must be refused is refused, what must work works, and nothing is left behind."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from workloads.access import KILLED, NOT_HERE, WAYS, WITHOUT_EFFECT, WORKLOAD
from workloads.program import PROGRAMS, Failed, Refused, Success, run_program

NEVER = ("pin", "dma", "descriptor", "outside", "core", "kernel", "machine", "after")
"""Families of which no way reaches secret memory, whoever tries."""
ALWAYS = ("plain", "copy")
Tried = dict[str, list[int]]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone can try what root can do")


@cache
def tried(folder: Path, who: str, backing: str, guarded: str = "no") -> tuple[Tried, dict[str, str]]:
    """Return the readings of a run by metric, and the ways that it could not try; skips where there is no such call."""
    if not (PROGRAMS / "access").exists():
        pytest.skip("the C programs are not built")
    words = ("--who", who, "--backing", backing, "--guarded", guarded, "--folder", str(folder))
    outcome = run_program("access", words, folder / "raw", 120.0)
    if isinstance(outcome, Refused) and outcome.step == "memfd_secret":
        pytest.skip(f"memfd_secret is refused here: {outcome.errno_name}")
    assert isinstance(outcome, Success) and outcome.samples is not None, outcome
    values = memoryview(outcome.samples.path.read_bytes()).cast("Q").tolist()
    found: Tried = {}
    for series in outcome.samples.series:
        found[series.metric] = values[: series.count]
        values = values[series.count :]
    lacking = dict(each.split(":") for each in outcome.report["settings"]["ways_lacking"].split())
    return found, lacking


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which an ordinary user may look, too."""
    made = tmp_path_factory.mktemp("access")
    for each in (made, *made.parents[:2]):
        each.chmod(0o755)
    return made


@pytest.mark.parametrize("who", ["owner", "child", "other", pytest.param("root", marks=needs_root)])
def test_what_pins_or_comes_from_outside_never_gets_the_bytes(folder: Path, who: str) -> None:
    found, _ = tried(folder, who, "secret")
    reached = {name: found.get(f"reached_{name}", []) for name in NEVER}
    assert any(reached.values())
    assert {name: values for name, values in reached.items() if any(values)} == {}


@pytest.mark.parametrize("backing", ["secret", "memfd"])
@pytest.mark.parametrize("who", ["owner", "child", pytest.param("root", marks=needs_root)])
def test_owner_child_and_system_calls_that_copy_get_the_bytes(folder: Path, who: str, backing: str) -> None:
    found, _ = tried(folder, who, backing)
    assert all(all(found[f"reached_{name}"]) for name in ALWAYS)


@pytest.mark.parametrize("who", ["owner", "other", pytest.param("root", marks=needs_root)])
def test_on_ordinary_memory_the_attempts_work(folder: Path, who: str) -> None:
    found, _ = tried(folder, who, "memfd")
    reached = {name: found.get(f"reached_{name}", []) for name in ("pin", "dma", "descriptor", "outside", "takeover")}
    assert any(reached.values())
    assert all(all(values) for values in reached.values())


@needs_root
def test_freed_page_is_zero_and_an_ordinary_one_is_not(folder: Path) -> None:
    (found, lacking), (ordinary, _) = (tried(folder, "root", backing) for backing in ("secret", "memfd"))
    if "after_free" in lacking:
        pytest.skip(f"the direct map cannot be read here: {lacking['after_free']}")
    assert (found["after_free"], found["direct_map"]) == ([61], [14])  # ENODATA: zero; EFAULT
    assert ordinary["direct_map"] == [0]


def test_guarded_owner_keeps_its_own_user_out(folder: Path) -> None:
    found, _ = tried(folder, "other", "secret", "yes")
    assert not any((*found["reached_takeover"], *found["reached_outside"]))


def test_only_flag_is_close_on_exec(folder: Path) -> None:
    found, _ = tried(folder, "owner", "secret")
    assert (found["flag_taken"], found["flag_refused"]) == ([1, 1], [1] * 31)


@pytest.mark.parametrize("who", ["owner", "child", "other", pytest.param("root", marks=needs_root)])
def test_every_reading_is_a_code_and_no_process_had_to_be_killed(folder: Path, who: str) -> None:
    found, _ = tried(folder, who, "secret")
    codes = {way: found[way][0] for ways in WAYS.values() for way in ways if way in found}
    assert codes
    assert [way for way, code in codes.items() if KILLED <= code != WITHOUT_EFFECT or code >= NOT_HERE] == []


@needs_root
def test_every_way_is_tried_or_said_to_be_lacking_and_every_metric_is_known(folder: Path) -> None:
    known = {metric.name for metric in WORKLOAD.metrics}
    runs = [tried(folder, who, backing) for who in ("owner", "other", "root") for backing in ("secret", "memfd")]
    seen = {name for found, lacking in runs for name in (*found, *lacking)}
    assert seen <= known
    assert {way for ways in WAYS.values() for way in ways} <= seen


def test_ways_that_need_a_file_are_left_out_of_memory_without_one(folder: Path) -> None:
    found, _ = tried(folder, "owner", "anonymous")
    assert "fd_read" not in found and found["madvise_mergeable"] == [0]


def test_nothing_is_left_in_the_folder(folder: Path) -> None:
    tried(folder, "owner", "memfd")
    assert [path.name for path in folder.iterdir()] == ["raw"]


def test_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    outcome = run_program("access", ("--folder", str(tmp_path / "none")), tmp_path / "raw", 60.0)
    assert isinstance(outcome, Failed) and outcome.step == "folder"
