"""Ceilings: what this process may lock, open and map, as the kernel says now."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from bench.host.ceiling import ceiling, soft


def test_limits_are_those_of_this_process() -> None:
    found = ceiling()
    assert found.memlock_bytes == soft(resource.RLIMIT_MEMLOCK)
    assert found.descriptors == soft(resource.RLIMIT_NOFILE)


def test_capability_and_mappings_are_read_from_proc(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/sys/vm").mkdir(parents=True)
    (tmp_path / "proc/self/status").write_text("CapEff:\t0000000000004000\n")
    (tmp_path / "proc/sys/vm/max_map_count").write_text("65530\n")
    found = ceiling(tmp_path)
    assert found.exempt
    assert found.mappings == 65530


def test_machine_that_says_nothing_has_no_ceiling_of_mappings_and_no_capability(tmp_path: Path) -> None:
    found = ceiling(tmp_path)
    assert not found.exempt
    assert found.mappings is None


def test_no_limit_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda what: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert soft(resource.RLIMIT_MEMLOCK) is None
