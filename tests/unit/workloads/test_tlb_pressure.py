"""What runs of tlb_pressure and kernel_path take, the search for pages of every size with it."""

from __future__ import annotations

from workloads.kernel_path import WORKLOAD as KERNEL_PATH
from workloads.spec import Condition
from workloads.tlb_pressure import MOST_SEARCHED_BYTES, SURPLUS_BYTES, WORKLOAD, search_seconds

MIB = 1 << 20


def test_search_within_the_surplus_takes_no_time_of_its_own_and_a_larger_one_has_an_end() -> None:
    assert search_seconds(SURPLUS_BYTES // 64) == 0
    assert 0 < search_seconds(128 * MIB) < search_seconds(256 * MIB) < search_seconds(1024 * MIB)
    assert search_seconds(1024 * MIB) == search_seconds(MOST_SEARCHED_BYTES)


def test_forecast_of_a_run_grows_with_its_sets() -> None:
    small, large = (Condition.of("tlb_pressure", footprint=size * MIB) for size in (1, 256))
    assert WORKLOAD.footprint(small).seconds == 0 < WORKLOAD.footprint(large).seconds


def test_forecast_of_whole_paths_counts_every_visit() -> None:
    def seconds(**factors: int) -> float:
        return KERNEL_PATH.footprint(Condition.of("kernel_path", **factors)).seconds

    assert 0 < seconds(rounds=1, footprint=MIB) == seconds(rounds=2, footprint=MIB) / 2
    assert seconds(footprint=64 * MIB) > 64 * seconds(footprint=MIB)  # it searches beyond the surplus, too
