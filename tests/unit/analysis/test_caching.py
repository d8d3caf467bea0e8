"""What work takes with and without caches: what is held against what, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.caching import memory, rate, uses
from analysis.cells import cells
from tests.unit.analysis.plots.made import removal_result, uncached_result
from workloads.uncached import WORKS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("caching")


def test_each_state_is_held_against_what_differs_from_it_in_one_thing(folder: Path) -> None:
    found = list(uses(cells(uncached_result(folder / "one", blocks=12))))
    assert [use.work for use in found] == list(WORKS) * 3
    first, last = found[0], found[-1]
    assert first.bases == {"cached": "ordinary", "flushed": "cached", "elsewhere": "cached"}
    assert last.bases == {"uncached": "ordinary", "flushed": "uncached"}
    assert first.ratios["flushed"].value == pytest.approx(5, rel=0.1)
    assert first.ratios["cached"].value == pytest.approx(1, rel=0.1)
    assert last.ratios["uncached"].value == pytest.approx(60, rel=0.1)
    assert last.ratios["flushed"].value == pytest.approx(1, rel=0.1)
    assert memory(first.condition) == "secret" and memory(last.condition) == "reserved range, uncached"


def test_pace_is_bytes_a_second_or_the_time_of_one_read(folder: Path) -> None:
    found = {use.work: use for use in list(uses(cells(uncached_result(folder / "two", blocks=4))))[:4]}
    assert found["aes"].pace("cached").endswith(" GB/s") and found["copy"].pace("flushed").endswith(" GB/s")
    assert found["table"].pace("cached").endswith(" ns a read") and found["chase"].pace("cached").endswith(" a read")


@pytest.mark.parametrize(
    ("size", "ns", "text"), [(16384, 2000, "8.19 GB/s"), (4096, 1e6, "4.10 MB/s"), (16, 1e6, "16.0 kB/s")]
)
def test_rate_is_in_decimal_units(size: int, ns: float, text: str) -> None:
    assert rate(size, ns) == text


def test_other_results_have_none(folder: Path) -> None:
    assert not list(uses(cells(removal_result(folder / "three", blocks=1))))
