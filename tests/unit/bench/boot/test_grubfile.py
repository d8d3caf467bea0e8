"""grub.cfg: the entry that booted, with other words, and nothing else of the file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bench.boot.grubfile import block, booted, entries, with_block, with_words, without_block
from tests.unit.bench.boot.paper import GRUB_CFG, ONE, TWO, WORDS

CHECK = shutil.which("grub-script-check") or shutil.which("grub2-script-check")


def test_entries_are_found_in_submenus_too() -> None:
    assert [entry.kernel for entry in entries(GRUB_CFG)] == ["/vmlinuz-6.12", "/vmlinuz-6.1", "/vmlinuz-6.12"]


def test_the_entry_that_booted_is_that_of_its_kernel_and_words() -> None:
    usual, rescue = booted(GRUB_CFG, WORDS), booted(GRUB_CFG, ("BOOT_IMAGE=/vmlinuz-6.12", "root=UUID=1234", "single"))
    assert usual and "gbpages" in usual.words and rescue and "single" in rescue.words
    assert booted(GRUB_CFG, ("BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.12", *WORDS[1:])) == usual


@pytest.mark.parametrize(
    "words", [("root=UUID=1234",), ("BOOT_IMAGE=/vmlinuz-7.0", "ro"), ("BOOT_IMAGE=/vmlinuz-6.1", "ro")]
)
def test_no_entry_is_taken_for_another_kernel_or_for_a_rescue(words: tuple[str, ...]) -> None:
    assert booted(GRUB_CFG, words) is None


def test_words_are_put_in_and_taken_out_and_the_default_is_left_alone() -> None:
    entry = booted(GRUB_CFG, WORDS)
    assert entry
    lines = list(with_words(entry, TWO))
    assert "\tlinux\t/vmlinuz-6.12 root=UUID=1234 ro quiet $vt_handoff nogbpages" in lines
    assert "\tinitrd\t/initrd.img-6.12" in lines and "\tsavedefault" not in lines
    assert "\tlinux\t/vmlinuz-6.12 root=UUID=1234 ro quiet gbpages $vt_handoff" in list(with_words(entry, ONE))


@pytest.mark.parametrize("before", ["", "menuentry 'mine' {\n}\n", "# no newline"])
def test_a_block_goes_in_once_and_comes_out_without_a_trace(before: str) -> None:
    entry = booted(GRUB_CFG, WORDS)
    assert entry
    ours = block(entry, (ONE, TWO))
    once = with_block(before, ours)
    assert with_block(once, ours) == once and once.count(ours) == 1
    assert without_block(once).rstrip("\n") == before.rstrip("\n")


@pytest.mark.optional("grub-script-check comes with GRUB, which a machine without boot loader lacks")
@pytest.mark.skipif(CHECK is None, reason="grub-script-check is not installed")
def test_grub_itself_reads_what_is_written(tmp_path: Path) -> None:
    entry = booted(GRUB_CFG, WORDS)
    assert entry and CHECK
    (tmp_path / "custom.cfg").write_text(block(entry, (ONE, TWO)))
    subprocess.run([CHECK, tmp_path / "custom.cfg"], check=True)
