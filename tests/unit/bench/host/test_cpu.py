"""The CPUs, out of cpuinfo, sysfs and lscpu of both architectures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.host import cache, cpu, cpulist

ARM_LSCPU = json.dumps(
    {
        "lscpu": [
            {"field": "Architecture:", "data": "aarch64"},
            {
                "field": "Vendor ID:",
                "data": "ARM",
                "children": [{"field": "Model name:", "data": "Neoverse-N1", "children": []}],
            },
        ]
    }
)


def test_cpu_list_of_ranges_and_single_numbers() -> None:
    assert cpulist.parse("0-3,8,10-11\n") == (0, 1, 2, 3, 8, 10, 11)
    assert cpulist.parse("\n") == ()


def test_lscpu_is_read_where_newer_versions_nest_it() -> None:
    assert cpu.parse_lscpu(ARM_LSCPU)["Model name"] == "Neoverse-N1"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"lscpu": 3}', "lscpu: unknown option -J"])
def test_lscpu_that_says_something_else_is_empty(text: str) -> None:
    assert cpu.parse_lscpu(text) == {}


def test_name_is_the_kernels_then_lscpus_then_the_part_number() -> None:
    part = {"CPU implementer": "0x41", "CPU part": "0xd40"}
    assert cpu.name({"model name": "AMD EPYC"}, {"Model name": "other"}) == "AMD EPYC"
    assert cpu.name(part, {"Model name": "Neoverse-V1"}) == "Neoverse-V1"
    assert cpu.name(part, {"Model name": "-"}) == "Arm implementer 0x41 part 0xd40"
    assert cpu.name({}, {}) == "unknown"


def test_cpu_without_a_switch_cannot_go_offline(metal: Path) -> None:
    assert cpu.removable(metal) == (1, 2, 3)


def test_size_of_a_cache_is_in_bytes() -> None:
    assert (cache.parse_size("512K"), cache.parse_size("32M"), cache.parse_size("64")) == (524288, 33554432, 64)
    assert cache.parse_size("") is None
    assert cache.parse_size("many") is None


def test_cpu_that_does_not_tell_of_its_tlb_has_none() -> None:
    assert cache.tlbs({}) == ()
    assert cache.tlbs({"TLB size": "0 4K pages"}) == ()
