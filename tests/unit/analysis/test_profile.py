"""A profile: which kind of work a stack is, and shares whose intervals rest on processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.load import load
from analysis.profile import breakdown, breakdowns, faults, group_of
from bench.error import LabError
from bench.model.codec import encode
from bench.model.profile import Profile, Sampled, Stack
from bench.run.journal import PROFILE
from tests.unit.analysis.sampled import PROCESSES, profile, sampled
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import condition, experiment
from workloads.spec import Condition

EXPERIMENT = experiment("anonymous_locked", "secret")
SECRET = condition("secret")


@pytest.mark.parametrize(
    ("group", "frames"),
    [
        ("flush", "secretmem_fault;flush_tlb_kernel_range;on_each_cpu_cond_mask;smp_call_function_many_cond"),
        ("flush", "flush_tlb_kernel_range;smp_call_function_many_cond;x2apic_send_IPI;native_write_msr"),
        ("flush", "flush_tlb_kernel_range;smp_call_function_many_cond;kvm_send_ipi_mask;__send_ipi_mask"),
        ("clear", "__alloc_frozen_pages_noprof;get_page_from_freelist;clear_page_erms"),
        ("clear", "shmem_fault;shmem_get_folio_gfp;clear_page_rep"),
        ("direct_map", "secretmem_fault;set_direct_map_invalid_noflush;__change_page_attr_set_clr;_raw_spin_unlock"),
        ("direct_map", "set_direct_map_invalid_noflush;__change_page_attr_set_clr;lookup_address_in_pgd_attr"),
        ("allocation", "secretmem_fault;folio_alloc_noprof;alloc_pages_mpol;__alloc_frozen_pages_noprof"),
        ("allocation", "get_page_from_freelist;__rmqueue_pcplist;__list_del_entry_valid_or_report"),
        ("accounting", "filemap_add_folio;__mem_cgroup_charge;charge_memcg;memcg1_commit_charge"),
        ("accounting", "filemap_add_folio;__folio_batch_add_and_move;folio_batch_move_lru;_raw_spin_unlock_irqrestore"),
        ("accounting", "shmem_fault;shmem_get_folio_gfp;shmem_alloc_and_add_folio;shmem_add_to_page_cache"),
        ("accounting", "do_anonymous_page;mlock_new_folio;mlock_folio_batch;_raw_spin_unlock_irq"),
        ("rest", "asm_exc_page_fault;exc_page_fault;lock_vma_under_rcu;mas_walk"),
        ("rest", "do_fault;finish_fault;set_pte_range"),
        ("rest", "shmem_get_folio_gfp;shmem_alloc_and_add_folio"),
        ("interrupts", "smp_call_function_many_cond;native_write_msr;asm_sysvec_apic_timer_interrupt;handle_softirqs"),
        ("interrupts", "asm_exc_page_fault;irqentry_exit_to_user_mode;schedule;__schedule;finish_task_switch"),
    ],
)
def test_a_stack_is_of_the_kind_that_its_functions_say(group: str, frames: str) -> None:
    assert group_of(frames.split(";")) == group


def test_shares_add_up_and_are_those_of_the_samples() -> None:
    found = breakdown(sampled(SECRET))
    assert found is not None
    assert (found.samples, found.processes) == (100 * PROCESSES, PROCESSES)
    assert {name: round(share.value, 9) for name, share in found.shares.items()} == {
        "flush": 0.7, "direct_map": 0.1, "clear": 0.1, "allocation": 0.0, "accounting": 0.05, "rest": 0.05,
        "interrupts": 0.0,
    }  # fmt: skip


def test_an_interval_is_as_wide_as_processes_differ_and_not_as_samples_are_few() -> None:
    alike = breakdown(sampled(SECRET))
    frames = [stack.frames for stack in sampled(SECRET).stacks]
    apart = [Stack(frames=frames[0], counts=(20, 90) * 4), Stack(frames=frames[-1], counts=(80, 10) * 4)]
    different = breakdown(sampled(SECRET).model_copy(update={"stacks": tuple(apart)}))
    assert alike is not None and different is not None
    same, wide = alike.shares["flush"].interval, different.shares["flush"].interval
    assert same.high - same.low == pytest.approx(0)
    assert wide.low < 0.4 and wide.high > 0.7
    assert wide.replicates == PROCESSES


def test_samples_outside_of_a_page_fault_do_not_count() -> None:
    stacks = {"asm_sysvec_apic_timer_interrupt;handle_softirqs": 5, "asm_exc_page_fault;exc_page_fault": 3}
    assert [int(counts.sum()) for counts in faults(sampled(SECRET, stacks)).values()] == [3 * PROCESSES]


@pytest.mark.parametrize("stacks", [{"entry_SYSCALL_64": 4}, {"exc_page_fault": 0}, {"": 1}])
def test_a_condition_without_a_sample_in_a_fault_has_no_breakdown(stacks: dict[str, int]) -> None:
    assert breakdown(sampled(SECRET, stacks)) is None


def test_a_condition_without_processes_has_no_breakdown() -> None:
    none = Sampled(condition=SECRET, processes=0, event="", stacks=(), elsewhere=())
    assert breakdowns(Profile(frequency_hz=1, conditions=(none,))) == ()
    assert breakdowns(None) == ()


def readings(condition: Condition, n: int) -> tuple[int, ...]:
    return (1000, 1100, 1200)


def test_a_profile_is_loaded_with_its_result(tmp_path: Path) -> None:
    result = make(tmp_path, EXPERIMENT, readings, sealed=False)
    assert result.profile is None
    (result.path / PROFILE).write_bytes(encode(profile(EXPERIMENT)))
    assert load(result.path).profile == profile(EXPERIMENT)


TWICE = Profile(frequency_hz=1, conditions=(sampled(SECRET),) * 2)
UNPLANNED = Profile(frequency_hz=1, conditions=(sampled(condition("memfd")),))
UNEVEN = Profile(frequency_hz=1, conditions=(sampled(SECRET).model_copy(update={"elsewhere": (1,)}),))
NEGATIVE = Profile(frequency_hz=1, conditions=(sampled(SECRET, {"exc_page_fault": -1}),))
HUGE = Profile(frequency_hz=1, conditions=(sampled(SECRET, {"exc_page_fault": 1 << 70}),))


@pytest.mark.parametrize("lie", [TWICE, UNPLANNED, UNEVEN, NEGATIVE])
def test_a_profile_that_contradicts_the_plan_or_itself_is_refused(tmp_path: Path, lie: Profile) -> None:
    result = make(tmp_path, EXPERIMENT, readings, sealed=False)
    (result.path / PROFILE).write_bytes(encode(lie))
    with pytest.raises(LabError, match="result-inconsistent"):
        load(result.path)


def test_a_profile_with_numbers_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    result = make(tmp_path, EXPERIMENT, readings, sealed=False)
    (result.path / PROFILE).write_bytes(encode(HUGE))
    with pytest.raises(LabError, match="result-unreadable"):
        load(result.path)


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"frequency_hz":1,"conditions":1}'])
def test_what_is_no_profile_is_refused(tmp_path: Path, data: bytes) -> None:
    result = make(tmp_path, EXPERIMENT, readings, sealed=False)
    (result.path / PROFILE).write_bytes(data)
    with pytest.raises(LabError, match="result-unreadable"):
        load(result.path)
