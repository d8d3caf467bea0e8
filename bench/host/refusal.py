"""What a native program's refusal means on this machine: the reason, and the way out."""

from __future__ import annotations

from pathlib import Path

from bench.host import bpf, hibernation, physical, secret
from bench.host.cpu import ROOT
from workloads.program import Refused
from workloads.spec import Unsupported

LOCKING = ("mlock", "mlock2")


def explain(refused: Refused, root: Path = ROOT, architecture: str | None = None) -> Unsupported:
    """Return the reason for a refusal; memfd_secret(2) and BPF have several each, told apart by the host's state.

    `root` and `architecture` are those of the machine that refused, where it is not this one.
    """
    if refused.step == "memfd_secret":
        entry = {"step": refused.step, "errno_name": refused.errno_name, "message": refused.message}
        return secret.diagnose(entry, secret.collect(root))
    if refused.step in bpf.STEPS:
        return bpf.diagnose(refused, bpf.collect(root, architecture))
    if refused.step == hibernation.STEP:
        return hibernation.diagnose(refused, hibernation.collect(root))
    if refused.step in physical.STEPS:
        return physical.diagnose(refused, physical.collect(root))
    return explain_memory(refused)


def explain_memory(refused: Refused) -> Unsupported:
    """Return the reason for a refusal of memory, from the step and the errno alone."""
    text, name = f"{refused.message} ({refused.step}: {refused.errno_name})", refused.errno_name
    if refused.step == "fresh":
        return Unsupported("no-fresh-memory", text, "reboot, or allow more locked memory: ulimit -l unlimited, or root")
    if refused.step == "split-budget":
        reason = "the budget for splits of the direct map is spent: nothing more is split for good"
        return Unsupported("split-budget-spent", reason, "a larger --split-budget, in a run of its own")
    if refused.step == "cgroup":
        return Unsupported("cgroup-absent", text, "run on the host, as root, with a memory cgroup")
    if refused.step == "ground":
        return Unsupported("no-fresh-memory", text, "a larger --split-budget, more free memory, or reboot")
    if name in ("EAGAIN", "EFAULT") or (refused.step in LOCKING and name in ("ENOMEM", "EPERM")):
        return Unsupported("limit-reached", text, "raise RLIMIT_MEMLOCK: ulimit -l, or run as root")
    if name == "ENOMEM":
        return Unsupported("no-memory", text, "free memory; huge pages want sysctl vm.nr_hugepages=16, or root")
    if name in ("EPERM", "EACCES"):
        return Unsupported("not-permitted", text, "run as root, or outside of the container")
    return Unsupported("not-supported", text)
