"""What a run of fault_latency takes."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import workloads
from workloads.fault_latency import PLUG_BYTES, WORKLOAD
from workloads.memory import Backing
from workloads.spec import Condition, Footprint

BACKINGS = st.sampled_from([backing.value for backing in Backing])
HISTORIES = st.sampled_from(["fresh", "reused"])
PAGES = st.integers(1, 1 << 24)


def footprint(backing: str, pages: int, history: str = "reused") -> Footprint:
    return WORKLOAD.footprint(Condition.of("fault_latency", backing=backing, pages=pages, history=history))


@given(BACKINGS, PAGES, PAGES, HISTORIES)
def test_more_pages_take_more_of_everything(backing: str, pages: int, more: int, history: str) -> None:
    less, greater = footprint(backing, pages, history), footprint(backing, pages + more, history)
    assert less.memory_bytes < greater.memory_bytes
    assert less.secret_bytes <= greater.secret_bytes
    assert less.fresh_secret_bytes <= greater.fresh_secret_bytes


@given(BACKINGS, PAGES)
def test_the_region_and_its_readings_fit(backing: str, pages: int) -> None:
    assert footprint(backing, pages).memory_bytes == pages * (Backing(backing).page_bytes + 8)


@given(BACKINGS, PAGES, HISTORIES)
def test_only_the_secret_backing_takes_secret_memory(backing: str, pages: int, history: str) -> None:
    took = footprint(backing, pages, history)
    assert took.secret_bytes == (pages * 4096 if backing == "secret" else 0)
    assert (took.fresh_secret_bytes > 0) == (backing == "secret" and history == "fresh")


@given(PAGES)
def test_fresh_memory_costs_the_plug_and_splits_for_good(pages: int) -> None:
    fresh, reused = footprint("secret", pages, "fresh"), footprint("secret", pages)
    assert PLUG_BYTES < fresh.memory_bytes - reused.memory_bytes <= PLUG_BYTES + pages * 4096
    assert fresh.fresh_secret_bytes > pages * 4096


def test_the_plug_is_as_large_as_the_program_makes_it() -> None:
    source = (Path(workloads.__file__).parent / "native" / "history.c").read_text()
    found = re.search(r"PLUG_BYTES = (\d+) << (\d+)", source)
    assert found
    assert int(found[1]) << int(found[2]) == PLUG_BYTES
