"""access: who gets at the bytes of some memory, and how: every way is an attempt in processes of its own."""

from __future__ import annotations

from workloads.memory import Backing
from workloads.spec import Condition, Factor, Footprint, Metric, Workload

PAGE_BYTES = 4096
PAGES = 4
"""What one attempt has; one attempt at a time."""
PROCESS_BYTES = 4 << 20
"""What the processes of an attempt take for themselves."""
WHO = ("owner", "child", "other", "root")
KILLED, WITHOUT_EFFECT, NOT_HERE = 4096, 8192, 16384
"""The codes of native/way.h: 0 is reached, 1 to 4095 the errno of a refusal, others begin at these."""
SECONDS = {"root": 0.25}
USUAL_SECONDS = 0.12
"""A little more than was measured of a run, by who tries."""

WAYS: dict[str, dict[str, str]] = {
    "plain": {
        "load": "read it",
        "store": "write to it",
        "map_again": "map the descriptor again",
    },
    "copy": {
        "write": "write(2) from it",
        "read": "read(2) into it",
        "writev": "writev(2) from it",
        "readv": "readv(2) into it",
        "send": "send(2) from it",
        "recv": "recv(2) into it",
        "getrandom": "getrandom(2) into it",
        "futex_private": "private futex in it",
        "uring_write": "io_uring: write from it",
        "uring_read": "io_uring: read into it",
    },
    "pin": {
        "vmsplice": "vmsplice(2) into a pipe",
        "zerocopy": "send with MSG_ZEROCOPY",
        "futex_shared": "shared futex in it",
    },
    "dma": {
        "direct_write": "O_DIRECT: write from it",
        "direct_read": "O_DIRECT: read into it",
        "uring_registered": "io_uring: registered buffer",
        "xdp_umem": "AF_XDP: packet memory",
        "rdma": "RDMA: registered memory",
    },
    "guest": {
        "kvm_run": "KVM: a guest reads it",
        "kvm_prefault": "KVM: mapped ahead",
    },
    "descriptor": {
        "fd_read": "read(2) of the descriptor",
        "fd_write": "write(2) to the descriptor",
        "splice": "splice(2) of it",
        "sendfile": "sendfile(2) of it",
    },
    "outside": {
        "process_vm_readv": "process_vm_readv(2)",
        "process_vm_writev": "process_vm_writev(2)",
        "proc_mem_read": "read /proc/PID/mem",
        "proc_mem_write": "write /proc/PID/mem",
        "proc_fd": "open /proc/PID/fd/N",
        "proc_map_files": "open /proc/PID/map_files",
        "ptrace_peek": "ptrace: peek",
        "ptrace_poke": "ptrace: poke",
    },
    "takeover": {
        "pidfd_getfd": "take the descriptor, map it",
        "ptrace_call": "ptrace: owner hands it over",
    },
    "told": {
        "smaps": "find it in /proc/PID/smaps",
        "pagemap": "its frame in pagemap",
    },
    "core": {
        "core_flag": "meant for core files (smaps)",
        "core_dump": "in the core of a crash",
        "core_dodump": "the same after MADV_DODUMP",
    },
    "by_mapping": {
        "bpf_probe_read_user": "BPF: probe_read_user",
        "bpf_copy_from_user": "BPF: copy_from_user",
    },
    "kernel": {"direct_map": "BPF: by the direct map"},
    "machine": {
        "dev_mem": "read /dev/mem",
        "proc_kcore": "read /proc/kcore",
    },
    "after": {"after_free": "by the direct map, when freed"},
    "mapping": {
        "mlock": "mlock(2)",
        "munlock": "munlock(2)",
        "mremap_move": "mremap(2): move",
        "mremap_grow": "mremap(2): grow",
        "mremap_duplicate": "mremap(2): a second mapping",
        "mprotect_exec": "mprotect(2): executable",
        "map_private": "mmap(2): MAP_PRIVATE",
        "map_populate": "mmap(2): MAP_POPULATE",
        "ftruncate_grow": "ftruncate(2) again: grow",
        "ftruncate_shrink": "ftruncate(2) again: shrink",
        "fallocate": "fallocate(2)",
        "userfaultfd": "userfaultfd(2): register",
        "move_pages_where": "move_pages(2): where is it",
        "move_pages_migrate": "move_pages(2): other node",
    },
    "advice": {
        f"madvise_{name}": f"MADV_{name.upper()}"
        for name in (
            *("normal", "random", "sequential", "willneed", "dontneed", "free", "remove", "dontfork", "dofork"),
            *("mergeable", "unmergeable", "hugepage", "nohugepage", "dontdump", "dodump", "wipeonfork"),
            *("keeponfork", "cold", "pageout", "populate_read", "populate_write", "dontneed_locked", "collapse"),
            *("guard_install", "guard_remove"),
        )
    },
}
"""Every way by family, with a name for a person; the families are those of native/way.h."""


def footprint(condition: Condition) -> Footprint:
    """Return what a run takes: a few pages, one attempt at a time."""
    seconds = SECONDS.get(str(WORKLOAD.value(condition, "who")), USUAL_SECONDS)
    secret = WORKLOAD.value(condition, "backing") == Backing.SECRET.value
    return Footprint(PROCESS_BYTES, PAGES * PAGE_BYTES if secret else 0, seconds=seconds)


WORKLOAD = Workload(
    name="access",
    title="Who gets at the bytes, and how",
    metrics=(
        *(Metric(way, "1", f"what came of it: {told}") for family in WAYS.values() for way, told in family.items()),
        *(Metric(f"reached_{name}", "1", f"{name}: 1 for each of its ways that was reached") for name in WAYS),
        Metric("flag_taken", "1", "1 where memfd_secret takes no flag, and O_CLOEXEC"),
        Metric("flag_refused", "1", "1 for each other bit that memfd_secret refuses as a flag"),
    ),
    factors=(
        Factor("who", "who tries", "owner", WHO),
        Factor("guarded", "whether an owner that others look into forbids it (PR_SET_DUMPABLE)", "no", ("no", "yes")),
        Factor("backing", "kind of memory", "secret", tuple(b.value for b in Backing if b.page_bytes == PAGE_BYTES)),
    ),
    footprint=footprint,
)
