"""Counters are read out of texts of both architectures; what is not counted is None and not 0."""

from __future__ import annotations

import pytest

from workloads.instruments import counters

X86_INTERRUPTS = """\
           CPU0       CPU1       
 24:          1          0  IO-APIC   5-edge      ACPI:Ged
 31:          0        212 PCI-MSIX-0000:00:01.0   3-edge      virtio0-stats
LOC:      21309      25931   Local timer interrupts
RES:       5110       3371   Rescheduling interrupts
CAL:      28269      21222   Function call interrupts
TLB:       2100       2065   TLB shootdowns
ERR:          0
MIS:          0
"""  # noqa: W291  # the kernel ends the first line with blanks

ARM_INTERRUPTS = """\
           CPU0       CPU1       CPU2       CPU3
 11:       2601       2030       1576       1614     GICv3  30 Level     arch_timer
 14:        365        540        411        424     GICv3  79 Level     timer@306a0000
IPI0:      7001       8002       9003         4       Rescheduling interrupts
IPI1:       101        202        303         4       Function call interrupts
IPI2:         0          0          0         0       CPU stop interrupts
IPI3:         0          0          0         0       CPU stop (for crash dump) interrupts
IPI4:         0          0          0         0       Timer broadcast interrupts
IPI5:        11         12         13        14       IRQ work interrupts
Err:          0
"""

NEWER_ARM_INTERRUPTS = """\
           CPU0       CPU1
IPI0:         5          6       CPU wake-up interrupts
IPI1:        70         80       Rescheduling interrupts
IPI2:         1          2       Function call interrupts
"""

STAT = """\
cpu  5940 0 2306 203891 184 0 48 284 0 0
cpu0 2005 0 1032 103130 7 0 8 128 0 0
cpu1 3935 0 1273 100760 176 0 39 156 0 0
intr 129902 0 0 0
ctxt 218436
btime 1795482193
"""


def test_interrupts_of_x86_are_summed_over_cpus() -> None:
    found = counters.parse_interrupts(X86_INTERRUPTS)
    assert found == {"interrupts_cal": 49491, "interrupts_tlb": 4165, "interrupts_res": 8481}


def test_interrupts_of_arm_are_known_by_their_words_and_shootdowns_are_not_counted() -> None:
    found = counters.parse_interrupts(ARM_INTERRUPTS)
    assert found == {"interrupts_cal": 610, "interrupts_tlb": None, "interrupts_res": 24010}


def test_interrupts_of_arm_are_found_when_their_numbers_change() -> None:
    found = counters.parse_interrupts(NEWER_ARM_INTERRUPTS)
    assert (found["interrupts_cal"], found["interrupts_res"]) == (3, 150)


def test_interrupts_of_one_cpu_kernel_are_not_counted() -> None:
    assert set(counters.parse_interrupts("           CPU0\n  0:   12   timer\n").values()) == {None}


def test_stat_gives_steal_of_all_cpus_and_context_switches() -> None:
    assert counters.parse_stat(STAT) == {"steal_ticks": 284, "context_switches": 218436}


def test_stat_without_steal_column_gives_none() -> None:
    assert counters.parse_stat("cpu  1 2 3 4\n")["steal_ticks"] is None


def test_meminfo_is_in_bytes_and_secret_memory_is_none_where_kernel_is_silent() -> None:
    found = counters.parse_meminfo("MemTotal:  100 kB\nMemFree:   10 kB\nMemAvailable:   20 kB\n")
    assert found == {"memory_free_bytes": 10240, "memory_available_bytes": 20480, "secret_memory_bytes": None}


def test_secret_memory_is_read_where_kernel_reports_it() -> None:
    assert counters.parse_meminfo("Secretmem:  8 kB\n")["secret_memory_bytes"] == 8192


def test_vmstat_tells_keys_from_longer_keys() -> None:
    text = "pgfault 7\npgmajfault 1\nthp_fault_alloc 3\nthp_fault_alloc_x 9\ncompact_stall 0\n"
    found = counters.parse_vmstat(text)
    assert found == {"pgfault": 7, "pgmajfault": 1, "thp_fault_alloc": 3, "compact_stall": 0}


@pytest.mark.parametrize("parse", [counters.parse_meminfo, counters.parse_vmstat, counters.parse_interrupts])
def test_empty_text_counts_nothing(parse: object) -> None:
    assert callable(parse)
    assert set(parse("").values()) == {None}


def test_snapshot_has_every_name_even_where_nothing_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "read_text", lambda path: "")
    found = counters.snapshot()
    assert set(found.values()) == {None}
    assert {"direct_map_4k_bytes", "direct_map_level3_splits", "pgfault", "interrupts_tlb", "steal_ticks"} <= set(found)
