"""What runs of access and copy_latency take, and how ways are named."""

from __future__ import annotations

from workloads.access import WAYS, WHO, WORKLOAD
from workloads.copy_latency import WORKLOAD as COPIES
from workloads.spec import Condition


def test_every_way_is_in_one_family_and_no_metric_is_there_twice() -> None:
    names = [metric.name for metric in (*WORKLOAD.metrics, *COPIES.metrics)]
    assert len(names) == len(set(names)) == sum(map(len, WAYS.values())) + len(WAYS) + 2 + len(COPIES.metrics)


def test_names_of_ways_fit_the_table_of_a_terminal() -> None:
    assert [told for ways in WAYS.values() for told in ways.values() if len(told) > 29] == []


def test_one_attempt_after_the_other_takes_a_few_pages() -> None:
    for who in WHO:
        taken = WORKLOAD.footprint(Condition.of("access", who=who))
        assert taken.secret_bytes == 4 * 4096 and taken.seconds > 0
    assert WORKLOAD.footprint(Condition.of("access", backing="memfd")).secret_bytes == 0


def test_copies_take_their_pages_and_their_readings() -> None:
    few, many = (COPIES.footprint(Condition.of("copy_latency", pages=pages)) for pages in (16, 17))
    assert (few.secret_bytes, many.secret_bytes) == (16 * 4096, 17 * 4096)
    assert many.memory_bytes - few.memory_bytes == 2 * 4096 + 8 * (8 * len(COPIES.metrics) + 1)
