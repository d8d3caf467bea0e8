"""The facts of the running machine agree with what it says elsewhere."""

from __future__ import annotations

import os
import platform
import resource
from pathlib import Path

from bench.host import checks, facts, machine, reserve
from bench.model.environment import Environment
from workloads.spec import Failed


def test_environment_agrees_with_the_machine() -> None:
    found = facts.environment()
    assert found.kernel == platform.release()
    assert found.cpus_online == os.sysconf("SC_NPROCESSORS_ONLN")
    assert found.memory_bytes == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert found.cpu != "unknown"
    assert Environment.model_validate_json(found.model_dump_json()) == found


def test_limit_without_probe_is_the_process_own() -> None:
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    assert facts.limit(None).soft_bytes == (None if soft == resource.RLIM_INFINITY else soft)


def test_machine_and_boot_keep_their_names_within_a_boot() -> None:
    assert machine.name() == machine.name()
    assert facts.environment().boot == facts.environment().boot


def test_room_leaves_a_reserve() -> None:
    room = reserve.room()
    assert 0 < room.available_bytes <= room.total_bytes
    assert room.reserve_bytes >= reserve.LEAST_BYTES
    assert reserve.fits(room.available_bytes, room.available_bytes, room.reserve_bytes) is not None


def test_doctor_has_an_answer_in_every_group_even_without_a_probe(tmp_path: Path) -> None:
    for group in checks.examine({}, Failed("crashed", "made up"), tmp_path):
        assert group.checks
        assert all(check.ok or (check.text and check.remedy and check.slug) for check in group.checks)
