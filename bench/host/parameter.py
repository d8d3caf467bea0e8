"""The kernel's command line, without what could name the machine, its owner or its secrets."""

from __future__ import annotations

import re

ALLOWED = {
    "mitigations": "mitigations pti nopti kpti spectre_v2 spectre_v2_user spectre_bhi nospectre_v1 nospectre_v2 "
    "spec_store_bypass_disable ssbd nossb l1tf mds tsx tsx_async_abort taa mmio_stale_data retbleed "
    "reg_file_data_sampling srbds gather_data_sampling spec_rstack_overflow indirect_target_selection tsa vmscape",
    "direct map": "nogbpages gbpages rodata kaslr nokaslr secretmem.enable secretmem_enable debug_pagealloc "
    "mem_encrypt nosmep nosmap nopcid noinvpcid nopku arm64.nobti",
    "huge pages": "hugepages hugepagesz default_hugepagesz hugetlb_cma hugetlb_free_vmemmap transparent_hugepage "
    "transparent_hugepage_shmem transparent_hugepage_tmpfs thp_anon thp_shmem",
    "pages": "init_on_alloc init_on_free init_mlocked_on_free page_poison page_owner page_alloc.shuffle slub_debug "
    "slab_debug slab_nomerge slub_nomerge vm_debug kmemleak",
    "memory": "mem memmap memtest movablecore kernelcore movable_node crashkernel cma vmalloc swapaccount "
    "cgroup_disable cgroup_enable psi deferred_init swiotlb iommu intel_iommu amd_iommu iommu.passthrough iommu.strict",
    "CPUs": "isolcpus nohz nohz_full rcu_nocbs rcu_nocb_poll irqaffinity nosmt maxcpus nr_cpus possible_cpus nosmp "
    "cpu0_hotplug preempt threadirqs skew_tick sched_vcpu_pack",
    "idle and speed": "idle processor.max_cstate intel_idle.max_cstate intel_pstate amd_pstate cpufreq.off "
    "cpufreq.default_governor",
    "time": "tsc notsc clocksource no-kvmclock no_timer_check",
    "virtual machine": "nopv nopvspin no-kvmapf no-steal-acc nested_pvm kvm.nx_huge_pages",
    "instruments": "lockdown nokprobes",
}
"""Names that bear on what is measured."""

ALLOWED_PREFIXES = ("page_reporting.", "kfence.", "kasan", "cpuidle", "haltpoll", "numa", "kvm_amd.", "kvm_intel.")
NORMAL = frozenset(name.replace("-", "_") for names in ALLOWED.values() for name in names.split())
TOKEN = re.compile(r'(?:[^\s"]|"[^"]*"?)+')


def split(command_line: str) -> tuple[str, ...]:
    """Split a command line into its parameters as the kernel does: at white space outside of double quotes."""
    return tuple(TOKEN.findall(command_line))


def is_allowed(parameter: str) -> bool:
    """Tell whether a parameter may be published; its name decides, and - and _ are one letter to the kernel."""
    name = parameter.strip('"').partition("=")[0].replace("-", "_")
    return name in NORMAL or name.startswith(ALLOWED_PREFIXES)


def select(command_line: str, keep_all: bool = False) -> tuple[tuple[str, ...], int]:
    """Return the parameters that may be published, in their order, and how many others there were.

    An allowlist, because the others can carry names, addresses and secrets. What stands after a bare `--` is meant for
    init: it is never kept but counted, unless `keep_all`.
    """
    parameters = split(command_line)
    if keep_all:
        return parameters, 0
    end = parameters.index("--") if "--" in parameters else len(parameters)
    kept = tuple(parameter for parameter in parameters[:end] if is_allowed(parameter))
    return kept, len([parameter for parameter in parameters if parameter != "--"]) - len(kept)
