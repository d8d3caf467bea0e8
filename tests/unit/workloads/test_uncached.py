"""What runs of uncached take."""

from __future__ import annotations

from workloads.spec import Condition
from workloads.uncached import UNCACHED, WORKLOAD, place_bytes


def test_secret_memory_is_what_is_worked_on_and_as_much_to_flush_elsewhere() -> None:
    taken = WORKLOAD.footprint(Condition.of("uncached", bytes=16384))
    assert taken.secret_bytes == 2 * place_bytes(16384) == 2 * (2 * 16384 + 8192)
    assert taken.memory_bytes > 3 * place_bytes(16384)


def test_other_memory_and_a_reserved_range_are_not_secret() -> None:
    for factors in ({"backing": "memfd_locked"}, {"caching": UNCACHED, "range": "10000000-100fffff"}):
        assert WORKLOAD.footprint(Condition.of("uncached", **factors)).secret_bytes == 0


def test_what_is_worked_on_decides_the_footprint() -> None:
    few, many = (WORKLOAD.footprint(Condition.of("uncached", bytes=size)) for size in (4096, 8192))
    assert many.memory_bytes - few.memory_bytes == 3 * (2 * 4096 + 4096 + 512)
