"""Why a reserved range cannot be mapped: each cause apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.host.physical import STEPS, Evidence, collect, diagnose
from workloads.program import Refused

OPEN, LOCKED = Evidence("none"), Evidence("integrity")
CAUSES = [
    ("range", "EOPNOTSUPP", OPEN, "range-unnamed"),
    ("reserved", "EACCES", OPEN, "range-refused"),
    ("reserved", "EPERM", OPEN, "not-permitted"),
    ("dev-mem", "ENODEV", OPEN, "devmem-absent"),
    ("dev-mem", "ENODEV", LOCKED, "devmem-absent"),
    ("dev-mem", "EACCES", OPEN, "not-permitted"),
    ("dev-mem", "EPERM", OPEN, "not-permitted"),
    ("dev-mem", "EPERM", LOCKED, "devmem-locked"),
]


@pytest.mark.parametrize(("step", "errno_name", "seen", "slug"), CAUSES)
def test_cause_is_named_with_a_reason_and_a_remedy(step: str, errno_name: str, seen: Evidence, slug: str) -> None:
    found = diagnose(Refused(step, errno_name, "its sentence"), seen)
    assert step in STEPS and found.slug == slug and found.remedy
    assert "its sentence" in found.reason


@pytest.mark.parametrize(
    ("lockdown", "seen"), [("[none] integrity", OPEN), ("none [integrity] confidentiality", LOCKED), (None, OPEN)]
)
def test_evidence_is_read_from_the_kernel(lockdown: str | None, seen: Evidence, tmp_path: Path) -> None:
    if lockdown:
        (tmp_path / "sys/kernel/security").mkdir(parents=True)
        (tmp_path / "sys/kernel/security/lockdown").write_text(lockdown + "\n")
    assert collect(tmp_path) == seen
