"""Why hibernation is not offered: each cause apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.host.hibernation import STEP, Evidence, collect, diagnose
from workloads.program import Refused

CAUSES = [
    ("ENOSYS", Evidence("none", switched_off=False), "hibernation-not-built"),
    ("EOPNOTSUPP", Evidence("integrity", switched_off=False), "hibernation-locked-down"),
    ("EOPNOTSUPP", Evidence("none", switched_off=True), "hibernation-off"),
    ("EOPNOTSUPP", Evidence("none", switched_off=False), "hibernation-taken"),
]


@pytest.mark.parametrize(("errno_name", "seen", "slug"), CAUSES)
def test_cause_is_named_with_a_reason_and_a_remedy(errno_name: str, seen: Evidence, slug: str) -> None:
    found = diagnose(Refused(STEP, errno_name, "its sentence"), seen)
    assert found.slug == slug and found.reason and found.remedy


@pytest.mark.parametrize(
    ("cmdline", "lockdown", "seen"),
    [
        ("quiet", "[none] integrity confidentiality", Evidence("none", switched_off=False)),
        ("quiet nohibernate", "none [integrity] confidentiality", Evidence("integrity", switched_off=True)),
        ("hibernate=no", None, Evidence("none", switched_off=True)),
        ("resume=/dev/nohibernate", None, Evidence("none", switched_off=False)),
    ],
)
def test_evidence_is_read_from_the_kernel(cmdline: str, lockdown: str | None, seen: Evidence, tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cmdline").write_text(cmdline + "\n")
    if lockdown:
        (tmp_path / "sys/kernel/security").mkdir(parents=True)
        (tmp_path / "sys/kernel/security/lockdown").write_text(lockdown + "\n")
    assert collect(tmp_path) == seen
