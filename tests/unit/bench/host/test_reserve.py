"""The reserve stays free, within what the machine and the control group have."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.host import reserve
from bench.host.cgroup import Bound
from workloads.spec import Unsupported

GIB = 1 << 30
MEMINFO = f"MemTotal: {16 << 20} kB\nMemAvailable: {8 << 20} kB\n"


@pytest.mark.parametrize(("total", "kept"), [(GIB, 512 << 20), (10 * GIB, 512 << 20), (40 * GIB, 2 * GIB)])
def test_reserve_is_a_twentieth_and_at_least_half_a_gibibyte(total: int, kept: int) -> None:
    assert reserve.reserve_bytes(total) == kept


def test_need_that_leaves_the_reserve_fits() -> None:
    assert reserve.fits(100, available_bytes=150, reserve_bytes=50) is None


def test_need_that_touches_the_reserve_is_refused_with_figures() -> None:
    found = reserve.fits(200 << 20, available_bytes=600 << 20, reserve_bytes=512 << 20)
    assert isinstance(found, Unsupported)
    assert found.slug == "memory-too-small"
    assert all(figure in found.reason for figure in ("200 MiB", "600 MiB", "512 MiB"))
    assert found.remedy


def test_room_is_the_machines_where_no_group_limits() -> None:
    assert reserve.room_within(MEMINFO, ()) == reserve.Room(16 * GIB, 8 * GIB, 16 * GIB // 20)


def test_tightest_group_limits_the_room() -> None:
    found = reserve.room_within(MEMINFO, (Bound(4 * GIB, 3 * GIB), Bound(12 * GIB, 2 * GIB)))
    assert found == reserve.Room(4 * GIB, 2 * GIB, 512 << 20)


def test_group_larger_than_the_machine_does_not_widen_the_room() -> None:
    assert reserve.room_within(MEMINFO, (Bound(99 * GIB, 99 * GIB),)).available_bytes == 8 * GIB


def test_room_of_a_machine_is_read(metal: Path) -> None:
    assert reserve.room(metal).total_bytes == 16 * GIB
