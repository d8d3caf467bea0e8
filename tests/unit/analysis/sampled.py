"""Made-up profiles: stacks as a real one has them, with counts that are known."""

from __future__ import annotations

from bench.model.experiment import Experiment
from bench.model.profile import Profile, Sampled, Stack
from bench.run.profile import FENTRY, explained
from workloads.spec import Condition

PROCESSES = 8
FAULT = "asm_exc_page_fault;exc_page_fault;handle_mm_fault;__handle_mm_fault"
FLUSH = f"{FAULT};do_fault;__do_fault;secretmem_fault;flush_tlb_kernel_range;on_each_cpu_cond_mask"
SECRET = {
    f"{FLUSH};smp_call_function_many_cond": 40,
    f"{FLUSH};smp_call_function_many_cond;x2apic_send_IPI;native_write_msr": 30,
    f"{FAULT};do_fault;__do_fault;secretmem_fault;folio_alloc_noprof;get_page_from_freelist;clear_page_erms": 10,
    f"{FAULT};do_fault;__do_fault;secretmem_fault;set_direct_map_invalid_noflush;__change_page_attr_set_clr": 10,
    f"{FAULT};do_fault;__do_fault;secretmem_fault;filemap_add_folio;__mem_cgroup_charge": 5,
    FAULT: 5,
}
"""Samples a process, 100 in all."""
ORDINARY = {
    f"{FAULT};do_anonymous_page;vma_alloc_folio_noprof;get_page_from_freelist;clear_page_erms": 30,
    f"{FAULT};do_anonymous_page": 20,
}


def profile(experiment: Experiment) -> Profile:
    """Return a profile of every condition of an experiment that would have one."""
    conditions = tuple(sampled(each) for each in explained(experiment))
    return Profile(frequency_hz=9973, conditions=conditions, notes=(FENTRY,))


def sampled(condition: Condition, stacks: dict[str, int] | None = None) -> Sampled:
    """Return the samples of a condition, the same in every process."""
    usual = SECRET if condition.get("backing") == "secret" else ORDINARY
    rows = {f"region_touch;{frames}": count for frames, count in (stacks or usual).items()}
    return Sampled(
        condition=condition,
        processes=PROCESSES,
        event="cpu-clock",
        stacks=tuple(Stack(frames=frames, counts=(count,) * PROCESSES) for frames, count in rows.items()),
        elsewhere=(7,) * PROCESSES,
    )
