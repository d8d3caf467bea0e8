"""What is seen of guests on paper: every branch of support, as it comes back from a kernel that has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.guest.sight import CHECKS, Guest
from workloads.program import Outcome, Refused, Success
from workloads.removal import WORKLOAD
from workloads.spec import Failed, Samples, Series

SECRET = ("refused_while_held", "absent_while_held", "owner_reads", "readable_after", "mapped_after")
NOT_THERE = {"name": "secret", "supported": False, "step": "memfd_secret", "errno_name": "ENOSYS", "message": "no"}
THERE = {"name": "secret", "supported": True}
STATUS = "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n"


def guest(
    folder: Path, files: dict[str, str], backing: dict[str, Any], atlas: Outcome, removal: Outcome, **probe: Any
) -> Guest:
    for name, text in {"proc/self/status": STATUS, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    report = {"backings": [backing], "memlock": {"regime": "fault", "scope": "user"}, **probe}
    return Guest(folder, "aarch64", Success(report), atlas, removal)


def seen(each: Guest) -> dict[str, str]:
    return {name: check.see(each) for name, check in CHECKS.items()}


def readings(folder: Path, metrics: tuple[str, ...], values: list[int]) -> Success:
    (folder / "raw").write_bytes(b"".join(value.to_bytes(8, "little") for value in values))
    return Success({}, Samples(folder / "raw", tuple(Series(metric, 0, 1) for metric in metrics)))


def test_x86_with_everything(tmp_path: Path) -> None:
    files = {
        "sys/module/secretmem/parameters/enable": "Y\n",
        "proc/meminfo": "DirectMap4k: 8 kB\nDirectMap2M: 8 kB\nDirectMap1G: 8 kB\n",
        "proc/vmstat": "direct_map_level2_splits 3\n",
        "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "0\n",
        "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages": "0\n",
    }
    atlas = Success({"levels": 5, "bytes": {"1g": 1 << 30, "2m": 1 << 21, "4k": 4096}})
    whole = guest(tmp_path, files, THERE, atlas, readings(tmp_path, SECRET, [1] * 5), fentry={"allowed": True})
    assert seen(whole) == {
        "call": "works", "parameter": "Y", "limit": "fault", "scope": "user", "map": "1G", "levels": "5", "sizes": "1G",
        "splits": "counted", "pools": "1G", "fentry": "allowed", "removal": "proven",
    }  # fmt: skip


def test_arm_that_has_the_call_and_says_that_it_has_not(tmp_path: Path) -> None:
    files = {"sys/module/secretmem/parameters/enable": "Y\n", "proc/sys/kernel/unprivileged_bpf_disabled": "2\n"}
    barred = Refused("bpf-built", "ENOSYS", "no")
    fentry = {"allowed": False, "step": "bpf-built", "errno_name": "ENOSYS"}
    assert seen(guest(tmp_path, files, NOT_THERE, barred, barred, fentry=fentry)) == {
        "call": "secret-direct-map-fixed", "parameter": "Y", "limit": "fault", "scope": "user",
        "map": "bpf-architecture", "levels": "bpf-architecture", "sizes": "counter-direct-map-absent",
        "splits": "counter-splits-absent", "pools": "none", "fentry": "bpf-not-built", "removal": "bpf-architecture",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("files", "slug"),
    [
        ({"sys/module/secretmem/parameters/enable": "N\n"}, "secret-disabled"),
        ({"proc/sys/kernel/osrelease": "5.10.0-9-amd64\n"}, "secret-kernel-too-old"),
        ({"proc/sys/kernel/osrelease": "6.12.0\n"}, "secret-not-built"),
        (
            {"proc/sys/kernel/osrelease": "6.12.0\n", "proc/self/status": STATUS.replace("Seccomp:\t0", "Seccomp:\t2")},
            "secret-filtered",
        ),
    ],
)
def test_each_cause_of_enosys_is_told_apart(files: dict[str, str], slug: str, tmp_path: Path) -> None:
    refused = Refused("memfd_secret", "ENOSYS", "no")
    looked = seen(guest(tmp_path, files, NOT_THERE, Success({"levels": 4, "bytes": {"2m": 1}}), refused))
    assert (looked["call"], looked["removal"]) == (slug, slug)
    assert (looked["map"], looked["levels"]) == ("2M", "4")


def test_a_page_that_stayed_and_a_reading_that_is_missing_are_no_proof(tmp_path: Path) -> None:
    stayed = guest(tmp_path, {}, THERE, Success({}), readings(tmp_path, SECRET, [1, 1, 0, 1, 1]))
    assert seen(stayed)["removal"] == "refuted"
    fewer = guest(tmp_path, {}, THERE, Success({}), readings(tmp_path, SECRET[:4], [1] * 4))
    assert seen(fewer)["removal"] == "refuted"
    none = guest(tmp_path, {}, THERE, Success({}), readings(tmp_path, SECRET, []))
    assert seen(none)["removal"] == "refuted"


def test_program_that_went_wrong_is_seen_as_that(tmp_path: Path) -> None:
    wrong = Failed("crashed", "it was ended by SIGSEGV")
    looked = seen(Guest(tmp_path, "x86_64", wrong, wrong, wrong))
    assert {looked[name] for name in ("call", "limit", "scope", "map", "levels", "fentry", "removal")} == {"failed"}


def test_what_proves_removal_are_all_metrics_of_secret_pages() -> None:
    assert {metric.name for metric in WORKLOAD.metrics} - {"word_read", "mapped_while_held"} == set(SECRET)
