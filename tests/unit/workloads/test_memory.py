"""The backings, as Python and C both name them."""

from __future__ import annotations

import re
from pathlib import Path

import workloads
from workloads.memory import PAGE_BYTES, Backing

SOURCE = (Path(workloads.__file__).parent / "native" / "memory.c").read_text()
ROW = re.compile(r'^\t\{"(\w+)", (\w+), .*, (true|false)\},$', re.MULTILINE)
SIZES = {"SMALL": 4096, "LARGE": 2 << 20, "GIANT": 1 << 30}


def test_backings_are_those_of_the_c_programs_in_their_order() -> None:
    assert [name for name, _, _ in ROW.findall(SOURCE)] == [backing.value for backing in Backing]


def test_page_sizes_are_those_of_the_c_programs() -> None:
    assert {name: SIZES[size] for name, size, _ in ROW.findall(SOURCE)} == {b.value: b.page_bytes for b in Backing}


def test_locked_by_mlock2_or_by_being_secret_counts_against_the_limit() -> None:
    locked = {name for name, _, flag in ROW.findall(SOURCE) if flag == "true"} | {"secret"}
    assert {backing.value for backing in Backing if backing.locked} == locked


def test_only_what_is_not_small_has_a_page_size_of_its_own() -> None:
    assert 4096 not in PAGE_BYTES.values()
    assert all(size & (size - 1) == 0 for size in PAGE_BYTES.values())
