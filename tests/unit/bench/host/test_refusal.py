"""Why a native program was refused: every cause apart from the others, from the step and the errno alone."""

from __future__ import annotations

import pytest

from bench.host.refusal import explain_memory
from workloads.program import Refused

CAUSES = [
    ("mmap", "EAGAIN", "limit-reached"),  # secret memory beyond the limit, before the fix of CVE-2026-93243
    ("touch", "EFAULT", "limit-reached"),  # and after it
    ("mlock", "ENOMEM", "limit-reached"),
    ("mlock", "EPERM", "limit-reached"),  # a limit of zero
    ("mlock2", "ENOMEM", "limit-reached"),
    ("mlock2", "EAGAIN", "limit-reached"),
    ("fresh", "EOPNOTSUPP", "no-fresh-memory"),
    ("fresh", "EAGAIN", "no-fresh-memory"),  # the limit leaves no room for the plug: more of it is a way out
    ("mmap", "ENOMEM", "no-memory"),  # no huge pages in the pool
    ("malloc", "ENOMEM", "no-memory"),
    ("mmap", "EPERM", "not-permitted"),
    ("memfd_create", "EACCES", "not-permitted"),
    ("memfd_create", "ENOSYS", "not-supported"),
    ("mlock2", "ENOSYS", "not-supported"),
    ("madvise", "EOPNOTSUPP", "not-supported"),
    ("mmap", "ENODEV", "not-supported"),
]


@pytest.mark.parametrize(("step", "errno_name", "slug"), CAUSES)
def test_refusal_of_memory_names_its_cause(step: str, errno_name: str, slug: str) -> None:
    reason = explain_memory(Refused(step, errno_name, "the memory could not be had"))
    assert reason.slug == slug


@pytest.mark.parametrize(("step", "errno_name", "slug"), CAUSES)
def test_reason_says_step_errno_and_the_program_s_own_sentence(step: str, errno_name: str, slug: str) -> None:
    reason = explain_memory(Refused(step, errno_name, "its sentence")).reason
    assert all(part in reason for part in (step, errno_name, "its sentence"))


def test_whatever_can_be_helped_has_a_remedy() -> None:
    remedies = {slug: explain_memory(Refused(step, name, "")).remedy for step, name, slug in CAUSES}
    assert [slug for slug, remedy in remedies.items() if not remedy] == ["not-supported"]
