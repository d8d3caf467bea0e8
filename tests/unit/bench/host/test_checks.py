"""Every capability is yes, or no with a reason, a line that changes it and a slug."""

from __future__ import annotations

import dataclasses
import os
import platform
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.host import checks, disk
from bench.host.check import Check
from bench.host.privilege import Privilege
from bench.host.reserve import Room
from bench.host.survey import Survey, survey
from tests.unit.workloads.mapped import atlas
from workloads.instruments import perf
from workloads.spec import Failed, Unsupported

PROBE: dict[str, Any] = {
    "backings": [
        {"name": "anonymous", "supported": True, "page_bytes": 4096, "step": "", "errno": 0, "errno_name": "",
         "message": ""},
        {"name": "hugetlb_1g", "supported": False, "page_bytes": 1 << 30, "step": "mmap", "errno": 12,
         "errno_name": "ENOMEM", "message": "no free page of 1 GB"},
        {"name": "secret", "supported": True, "page_bytes": 4096, "step": "", "errno": 0, "errno_name": "",
         "message": ""},
    ],
    "memlock": {"soft_bytes": 8 << 20, "hard_bytes": 8 << 20, "bypassed": False, "regime": "mmap", "scope": "process"},
    "clock": {"source": "tsc", "rate_from": "perf", "hz": 2.6e9, "resolution_ns": 0.4, "overhead_ns": 12.0},
    "perf_events": {"hardware": True, "errno_name": ""},
    "build": {"compiler": "gcc 12.2.0", "flags": "-O2", "architecture": "x86_64"},
}  # fmt: skip
ATLAS = dataclasses.replace(atlas("1G", "1G", "2M"), walk_ns=2_500_000)


@pytest.fixture
def best(metal: Path, tmp_path: Path) -> Survey:
    """Return a machine on which nothing is missing but 1 GB pages."""
    seen = survey(PROBE, ATLAS, tmp_path, root=metal)
    host = seen.environment.model_copy(
        update={"architecture": "x86_64", "governor": "performance", "threads_per_core": 1, "virtualisation": "none"}
    )
    return dataclasses.replace(
        seen,
        environment=host,
        counters=dict.fromkeys(seen.counters, 1),
        settings_writable=True,
        perf_obstacle=None,
        frames_visible=True,
        results_free_bytes=2 * disk.LEAST_BYTES,
    )


def find(seen: Survey, name: str) -> Check:
    """Return one check by its name."""
    return next(check for group in checks.groups(seen) for check in group.checks if check.name == name)


def refused(seen: Survey) -> dict[str, str]:
    """Return the checks that are no: {name: slug}."""
    return {check.name: check.slug for group in checks.groups(seen) for check in group.checks if not check.ok}


def with_host(seen: Survey, **facts: Any) -> Survey:
    """Return the machine with other facts."""
    return dataclasses.replace(seen, environment=seen.environment.model_copy(update=facts))


def with_probe(seen: Survey, **answers: Any) -> Survey:
    """Return the machine with other answers of the probe."""
    return dataclasses.replace(seen, probe={**PROBE, **answers})


def test_best_machine_lacks_nothing_but_what_the_probe_missed(best: Survey) -> None:
    assert refused(best) == {"hugetlb_1g": "backing-unsupported"}


def test_groups_come_in_their_order(best: Survey) -> None:
    titles = [group.title for group in checks.groups(best)]
    assert titles[:4] == ["platform", "secret memory", "backings", "CPUs"]
    assert titles[-1] == "results"


def test_missing_backing_says_step_errno_and_line(best: Survey) -> None:
    check = find(best, "hugetlb_1g")
    assert check.text == "no free page of 1 GB (mmap: ENOMEM)"
    assert "hugepages-1048576kB/nr_hugepages" in check.remedy


def test_limit_says_regime(best: Survey) -> None:
    assert find(best, "limit").text == "8 MiB for each process, checked when memory is mapped"


@pytest.mark.parametrize(
    ("facts", "name", "slug"),
    [
        ({"architecture": "riscv64"}, "architecture", "architecture-untested"),
        ({"virtualisation": "kvm"}, "bare metal", "virtual-machine"),
        ({"virtualisation": "kvm, docker container"}, "bare metal", "virtual-machine"),
        ({"virtualisation": "docker container"}, "bare metal", "container"),
        ({"cpus_online": 1}, "count", "cpus-too-few"),
        ({"governor": "powersave"}, "steady speed", "governor-not-performance"),
        ({"threads_per_core": 2}, "cores of their own", "smt-on"),
        ({"transparent_hugepage": "never"}, "transparent huge pages", "thp-off"),
        ({"free_page_reporting": "on (order 9)"}, "memory stays backed", "free-page-reporting"),
    ],
)
def test_fact_that_limits_is_a_no(best: Survey, facts: dict[str, Any], name: str, slug: str) -> None:
    assert refused(with_host(best, **facts)) == {"hugetlb_1g": "backing-unsupported", name: slug}


@pytest.mark.parametrize(
    ("change", "name", "slug"),
    [
        ({"cpus_removable": 0}, "can go offline", "cpu-not-removable"),
        ({"settings_writable": False}, "settings", "setting-refused"),
        ({"room": Room(1 << 30, 1 << 29, 1 << 29)}, "room", "memory-too-small"),
        ({"frames_visible": False}, "page frames", "pagemap-hidden"),
        ({"perf_obstacle": perf.MISSING}, "kernel profile", "perf-missing"),
        ({"perf_obstacle": perf.HIDDEN}, "kernel profile", "symbols-hidden"),
        ({"atlas": Unsupported("bpf-no-btf", "r", "l")}, "direct map", "bpf-no-btf"),
        ({"atlas": Failed("timed-out", "no answer")}, "direct map", "timed-out"),
        ({"results_free_bytes": 1}, "disk space", "disk-low"),
        ({"results_refusal": Unsupported("results-not-writable", "r", "l")}, "results folder", "results-not-writable"),
    ],
)
def test_state_that_limits_is_a_no(best: Survey, change: dict[str, Any], name: str, slug: str) -> None:
    seen = dataclasses.replace(best, **change)
    assert refused(seen) == {"hugetlb_1g": "backing-unsupported", name: slug}


def test_sampling_the_kernel_needs_a_low_paranoia_or_a_capability(best: Survey) -> None:
    paranoid = dataclasses.replace(best, perf_paranoid=2)
    anybody = dataclasses.replace(paranoid, privilege=Privilege(frozenset(), False))
    assert find(paranoid, "kernel profile").ok
    assert find(anybody, "kernel profile").slug == "perf-refused"
    assert find(dataclasses.replace(anybody, perf_paranoid=1), "kernel profile").ok


def test_direct_map_says_its_size_and_how_long_it_took(best: Survey) -> None:
    assert find(best, "direct map").text == "read from inside by BPF: 3 GB in 2.5 ms"


@pytest.mark.parametrize(
    ("key", "name", "slug"),
    [
        ("direct_map_level2_splits", "splits", "counter-splits-absent"),
        ("direct_map_4k_bytes", "page sizes", "counter-direct-map-absent"),
        ("interrupts_cal", "function calls", "counter-interrupts-absent"),
        ("interrupts_tlb", "TLB shootdowns", "counter-shootdowns-absent"),
    ],
)
def test_counter_that_is_missing_is_a_no_and_zero_is_not_missing(best: Survey, key: str, name: str, slug: str) -> None:
    zero = dataclasses.replace(best, counters={**best.counters, key: 0})
    assert find(zero, name).ok
    missing = dataclasses.replace(best, counters={**best.counters, key: None})
    assert find(missing, name).slug == slug


@pytest.mark.parametrize(("name", "slug"), [("ENOENT", "perf-no-hardware"), ("EACCES", "perf-refused")])
def test_hardware_events_are_refused_for_lack_or_for_privilege(best: Survey, name: str, slug: str) -> None:
    seen = with_probe(best, perf_events={"hardware": False, "errno_name": name})
    assert find(seen, "hardware events").slug == slug


def test_clock_of_the_kernel_is_a_no(best: Survey) -> None:
    seen = with_probe(best, clock={**PROBE["clock"], "source": "monotonic_raw"})
    assert find(seen, "counter").slug == "clock-through-kernel"


def test_refused_call_is_diagnosed(best: Survey) -> None:
    backings = [{**PROBE["backings"][2], "supported": False, "step": "memfd_secret", "errno_name": "EPERM"}]
    assert find(with_probe(best, backings=backings), "memfd_secret").slug == "secret-filtered"


def test_limit_below_a_page_is_a_no(best: Survey) -> None:
    seen = with_probe(best, memlock={**PROBE["memlock"], "soft_bytes": 0})
    assert find(seen, "limit").slug == "limit-too-low"


@pytest.mark.parametrize("why", [Unsupported("x", "not built"), Failed("x", "not built"), {}])
def test_probe_that_says_nothing_is_a_no_for_all_that_it_would_tell(best: Survey, why: Any) -> None:
    found = refused(dataclasses.replace(best, probe=why))
    assert found == dict.fromkeys(["memfd_secret", "backings", "clock", "hardware events"], "probe-failed")


def test_every_no_has_reason_remedy_and_slug(best: Survey, guest: Path, tmp_path: Path) -> None:
    worst = dataclasses.replace(
        with_host(best, architecture="x", virtualisation="kvm", cpus_online=1, governor="x", threads_per_core=2),
        probe=Failed("probe-crashed", "killed by SIGSEGV"),
        counters=dict.fromkeys(best.counters),
        cpus_removable=0,
        frames_visible=False,
        atlas=Failed("crashed", "killed by SIGSEGV"),
    )
    for seen in (worst, survey(PROBE, worst.atlas, tmp_path, root=guest)):
        found = [check for group in checks.groups(seen) for check in group.checks if not check.ok]
        assert len(found) >= 5
        assert all(check.text and check.remedy and check.slug for check in found)


def test_other_system_is_named_and_nothing_else_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    (group,) = checks.examine({}, ATLAS, tmp_path)
    assert [check.slug for check in group.checks] == ["not-linux"]


def test_counters_say_what_they_count(best: Survey) -> None:
    counted = {
        "direct_map_4k_bytes": 340 << 20,
        "interrupts_cal": 7,
        "interrupts_tlb": 3,
        "direct_map_level2_splits": 9,
    }
    seen = dataclasses.replace(best, counters={**best.counters, **counted})
    told = {name: find(seen, name).text for name in ("page sizes", "function calls", "TLB shootdowns", "splits")}
    assert told == {
        "page sizes": "340 MiB of the direct map are in 4 KB pages",
        "function calls": "7 calls of other CPUs since the boot",
        "TLB shootdowns": "3 flushes by interrupt since the boot",
        "splits": "9 of 2 MB to 4 KB since the boot",
    }


def test_probe_that_is_missing_or_broken_is_built_anew(best: Survey) -> None:
    check = find(dataclasses.replace(best, probe=Failed("not-started", "No such file")), "memfd_secret")
    assert check.remedy == "rm -r build/native && ./lab doctor"


def test_folder_on_a_read_only_file_system_is_not_mended_by_its_owner(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    barred = disk.refusal(tmp_path)
    assert barred and barred.remedy.startswith("sudo chown")
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    read_only = disk.refusal(tmp_path)
    assert read_only and "read-only" in read_only.reason and read_only.remedy.startswith("LAB_RESULTS=")


def test_results_folder_that_is_not_there_yet_is_judged_by_the_one_above(tmp_path: Path) -> None:
    assert disk.refusal(tmp_path / "results" / "local") is None
    assert disk.free_bytes(tmp_path / "results") > 0
    assert disk.shortage(disk.LEAST_BYTES) is None
