"""One refusal, many causes: each has its own name and its own line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.host import refusal
from bench.host.bpf import STEPS, Evidence, collect, diagnose
from bench.host.privilege import Privilege
from workloads.program import Refused

Plant = Callable[[dict[str, str]], Path]
ALL = Privilege(frozenset({"sys_admin", "bpf", "perfmon"}), False)
NONE = Privilege(frozenset(), False)


def evidence(**other: Any) -> Evidence:
    """Return a machine on which nothing speaks against BPF, but for what is given."""
    plain = {"architecture": "x86_64", "superuser": True, "privilege": ALL, "lockdown": "none"}
    return Evidence(**{**plain, "bpf": True, "btf": True, **other})


CAUSES = [
    ("bpf-built", "ENOSYS", {"architecture": "aarch64"}, "bpf-architecture", "nothing"),
    ("bpf-built", "ENOSYS", {}, "bpf-not-built", "clang"),
    ("bpf-load", "ENOSYS", {"bpf": False}, "bpf-not-built", "CONFIG_BPF_SYSCALL"),
    ("bpf-load", "EPERM", {"privilege": NONE, "superuser": False}, "bpf-unprivileged", "sudo"),
    ("bpf-load", "EPERM", {"privilege": NONE}, "bpf-no-capability", "--cap-add BPF"),
    ("bpf-load", "EPERM", {"privilege": Privilege(frozenset({"bpf"}), False)}, "bpf-no-capability", "PERFMON"),
    ("bpf-load", "EOPNOTSUPP", {"lockdown": "confidentiality"}, "bpf-locked-down", "lockdown=integrity"),
    ("bpf-load", "EOPNOTSUPP", {"btf": False}, "bpf-no-btf", "CONFIG_DEBUG_INFO_BTF"),
    ("bpf-load", "EPERM", {"privilege": Privilege(ALL.capabilities, True)}, "bpf-filtered", "seccomp"),
    ("bpf-load", "EOPNOTSUPP", {}, "bpf-refused", "5.17"),
    ("bpf-run", "EOPNOTSUPP", {"lockdown": "integrity"}, "bpf-refused", "5.17"),
    ("pagemap", "EPERM", {"privilege": Privilege(frozenset({"bpf", "perfmon"}), False)}, "pagemap-hidden", "SYS_ADMIN"),
    ("iomem", "EPERM", {"superuser": False}, "pagemap-hidden", "sudo"),
    ("direct-map", "EOPNOTSUPP", {}, "direct-map-not-found", "report"),
]


@pytest.mark.parametrize(("step", "name", "found", "slug", "word"), CAUSES)
def test_cause_is_named_apart_with_its_line(step: str, name: str, found: dict[str, Any], slug: str, word: str) -> None:
    named = diagnose(Refused(step, name, "the direct map cannot be read"), evidence(**found))
    assert named.slug == slug
    assert word in named.remedy and named.reason


@pytest.mark.parametrize("step", STEPS)
def test_a_run_s_refusal_is_told_as_the_doctor_tells_it(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = evidence(btf=False)
    monkeypatch.setattr("bench.host.bpf.collect", lambda *_: seen)
    refused = Refused(step, "EOPNOTSUPP", "no")
    assert refusal.explain(refused) == diagnose(refused, seen)


def test_evidence_is_read_from_the_machine(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t000000c000000000\nSeccomp:\t2\n",
            "sys/kernel/security/lockdown": "none integrity [confidentiality]\n",
            "sys/kernel/btf/vmlinux": "x",
            "proc/sys/kernel/unprivileged_bpf_disabled": "2\n",
        }
    )
    seen = collect(root)
    assert (seen.superuser, seen.capable, seen.lockdown, seen.bpf, seen.btf) == (
        False, True, "confidentiality", True, True,
    )  # fmt: skip
    assert seen.privilege.filtered


def test_a_machine_that_says_nothing_has_nothing(plant: Plant) -> None:
    seen = collect(plant({"proc/self/status": "Uid:\t0\t0\t0\t0\n"}))
    assert (seen.superuser, seen.capable, seen.lockdown, seen.bpf, seen.btf) == (True, False, "none", False, False)
