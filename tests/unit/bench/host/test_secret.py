"""One errno, many reasons: each gets its own slug and its own way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.host.secret import Evidence, collect, diagnose

Plant = Callable[[dict[str, str]], Path]


def refusal(step: str = "memfd_secret", errno_name: str = "ENOSYS") -> dict[str, Any]:
    """Return the probe's entry of a secret backing that does not work."""
    return {"name": "secret", "supported": False, "step": step, "errno_name": errno_name, "message": "no"}


def evidence(**other: Any) -> Evidence:
    """Return a current kernel with the call built in and on, except for what is given."""
    plain = {"release": "6.12.1", "built": True, "enabled": True, "command_line": (), "filtered": False}
    return Evidence(**{**plain, **other})


@pytest.mark.parametrize(
    ("entry", "found", "slug", "word"),
    [
        (refusal(), evidence(release="5.10.0-30", built=False, enabled=None), "secret-kernel-too-old", "5.14"),
        (refusal(), evidence(built=False, enabled=None), "secret-not-built", "CONFIG_SECRETMEM"),
        (refusal(), evidence(enabled=False), "secret-disabled", "secretmem.enable=1"),
        (refusal(), evidence(release="6.1.0", enabled=None), "secret-disabled", "secretmem.enable=1"),
        (refusal(), evidence(release="6.1.0", enabled=True), "secret-direct-map-fixed", "rodata=full"),
        (refusal(), evidence(filtered=True), "secret-filtered", "seccomp"),
        (refusal(errno_name="EPERM"), evidence(), "secret-filtered", "seccomp"),
        (refusal(), evidence(release="5.10.0", built=False, filtered=True), "secret-kernel-too-old", "5.14"),
        (refusal("mmap", "EAGAIN"), evidence(), "secret-limit", "ulimit -l"),
        (refusal("touch", "SIGBUS"), evidence(), "secret-limit", "ulimit -l"),
        (refusal("ftruncate", "EIO"), evidence(), "secret-refused", "report"),
    ],
)
def test_refusal_is_named_apart(entry: dict[str, Any], found: Evidence, slug: str, word: str) -> None:
    named = diagnose(entry, found)
    assert named.slug == slug
    assert word in named.remedy


@pytest.mark.parametrize(
    ("line", "release", "on"),
    [
        ((), "6.1.0", False),
        ((), "6.5.0", True),
        (("secretmem.enable=1",), "6.1.0", True),
        (("secretmem_enable=y",), "6.1.0", True),
        (("secretmem.enable=0",), "6.12.0", False),
        (("secretmem.enable=1", "secretmem.enable=0"), "6.12.0", False),
    ],
)
def test_unreadable_switch_is_told_from_command_line_and_default(line: tuple[str, ...], release: str, on: bool) -> None:
    assert evidence(enabled=None, command_line=line, release=release).is_enabled() is on


def test_readable_switch_counts_before_the_command_line() -> None:
    assert evidence(enabled=True, command_line=("secretmem.enable=0",)).is_enabled()


def test_evidence_is_read_from_the_machine(plant: Plant) -> None:
    root = plant(
        {
            "sys/module/secretmem/parameters/enable": "N\n",
            "proc/sys/kernel/osrelease": "6.12.1\n",
            "proc/cmdline": "quiet secretmem.enable=0\n",
            "proc/self/status": "Seccomp:\t2\n",
        }
    )
    assert collect(root) == Evidence("6.12.1", True, False, ("quiet", "secretmem.enable=0"), True)
