"""The direct map as the kernel tells of it."""

from __future__ import annotations

from workloads.instruments import directmap

MEMINFO = """\
MemTotal:       24684084 kB
DirectMap4k:       28672 kB
DirectMap2M:     2068480 kB
DirectMap1G:    25165824 kB
"""
VMSTAT = """\
pgfault 1889210
direct_map_level2_splits 4
direct_map_level3_splits 1
direct_map_level2_collapses 2
direct_map_level3_collapses 0
nr_unstable 0
"""


def test_direct_map_of_x86_is_read_whole() -> None:
    found = directmap.parse(MEMINFO, VMSTAT)
    assert found == directmap.DirectMap(28672 * 1024, 2068480 * 1024, 25165824 * 1024, 4, 1, 2, 0)
    assert found.counted


def test_direct_map_of_arm_is_none_throughout() -> None:
    found = directmap.parse("MemTotal:  4096 kB\nHugetlb:   0 kB\n", "pgfault 12\n")
    assert not found.counted
    assert set(found.as_counters().values()) == {None}


def test_older_kernel_counts_splits_but_no_collapses() -> None:
    found = directmap.parse("", "direct_map_level2_splits 4\ndirect_map_level3_splits 1\n")
    assert (found.level2_splits, found.level3_splits, found.level2_collapses) == (4, 1, None)


def test_cpu_without_gigabyte_pages_has_no_such_line() -> None:
    assert directmap.parse("DirectMap4k: 4 kB\nDirectMap2M: 8 kB\n", "").map_1g_bytes is None


def test_counters_carry_the_names_of_a_snapshot() -> None:
    assert list(directmap.parse(MEMINFO, VMSTAT).as_counters()) == [
        "direct_map_4k_bytes",
        "direct_map_2m_bytes",
        "direct_map_1g_bytes",
        "direct_map_level2_splits",
        "direct_map_level3_splits",
        "direct_map_level2_collapses",
        "direct_map_level3_collapses",
    ]
