"""The kernel's version, boot and build."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bench.host import kernel, machine


@pytest.mark.parametrize(("release", "numbers"), [("6.12.48-amd64", (6, 12)), ("5.14", (5, 14)), ("odd", (0, 0))])
def test_version_is_the_two_leading_numbers(release: str, numbers: tuple[int, int]) -> None:
    assert kernel.version(release) == numbers


def test_boot_is_short_steady_and_not_the_boot_id(metal: Path) -> None:
    assert kernel.boot(metal) == kernel.boot(metal)
    assert len(kernel.boot(metal)) == 12
    assert kernel.boot(metal) not in kernel.boot_id(metal).replace("-", "")


def test_other_boot_has_another_name(metal: Path) -> None:
    before = kernel.boot(metal)
    (metal / kernel.BOOT_ID).write_text("99999999-2222-3333-4444-555555555555\n")
    assert kernel.boot(metal) != before


def test_build_option_is_y_n_or_unknown(metal: Path) -> None:
    assert kernel.build_option("CONFIG_SECRETMEM", metal) is None
    (metal / "boot").mkdir()
    (metal / "boot/config-6.12.48-amd64").write_text("CONFIG_SECRETMEM=y\n# CONFIG_X is not set\n")
    assert kernel.build_option("CONFIG_SECRETMEM", metal) == "y"
    assert kernel.build_option("CONFIG_X", metal) == "n"
    (metal / "proc/config.gz").write_bytes(gzip.compress(b"CONFIG_SECRETMEM=m\n"))
    assert kernel.build_option("CONFIG_SECRETMEM", metal) == "m"


def test_machine_is_named_by_its_id_without_showing_it(metal: Path) -> None:
    name = machine.name(metal)
    assert len(name) == 8
    assert set(name) <= set("0123456789abcdef")
    assert name not in "0123456789abcdef0123456789abcdef"


def test_machines_that_were_booted_from_one_image_have_names_of_their_own(metal: Path) -> None:
    before = machine.name(metal)
    (metal / "proc/meminfo").write_text("MemTotal:  1 kB\n")
    assert machine.name(metal) != before


@pytest.mark.parametrize("text", ["", "uninitialized\n"])
def test_machine_without_id_is_named_by_its_hardware(metal: Path, text: str) -> None:
    (metal / "etc/machine-id").write_text(text)
    before = machine.name(metal)
    (metal / "proc/meminfo").write_text("MemTotal:  1 kB\n")
    assert machine.name(metal) != before
