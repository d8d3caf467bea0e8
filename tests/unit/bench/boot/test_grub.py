"""GRUB below a folder, with its own grub-editenv: chosen for one boot, and everything as it was afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.boot.grub import Grub, tool
from bench.error import LabError
from tests.unit.bench.boot.paper import GRUB_CFG, ONE, TWO, WORDS, grub_root

KINDS = (ONE, TWO)
OTHERS = "menuentry 'mine' {\n\ttrue\n}\n"
pytestmark = [
    pytest.mark.optional("grub-editenv comes with GRUB, which a machine without boot loader lacks"),
    pytest.mark.skipif(tool() is None, reason="grub-editenv is not installed"),
]


def grub(folder: Path, custom: str | None = None) -> Grub:
    return Grub(folder / "found.json", grub_root(folder, custom=custom))


def files(of: Grub) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in of.folder.iterdir()}


@pytest.mark.parametrize("chosen", [None, "", "theirs"])
@pytest.mark.parametrize("custom", [None, "", OTHERS, "# no newline"])
def test_everything_is_put_back_as_it_was_read(tmp_path: Path, custom: str | None, chosen: str | None) -> None:
    loader = grub(tmp_path, custom)
    if chosen is not None:
        loader.edit("set", f"next_entry={chosen}")
    before = files(loader)
    loader.prepare(KINDS)
    loader.arm(TWO)
    assert loader.variables()["next_entry"] == "secretmem-lab-2m" and "nogbpages" in loader.custom.read_text()
    loader.edit("set", "next_entry=")  # as GRUB does when it boots
    assert loader.restore() == () and files(loader) == before
    assert loader.restore() == () and files(loader) == before


def test_a_choice_of_somebody_else_is_put_back(tmp_path: Path) -> None:
    loader = grub(tmp_path)
    loader.edit("set", "next_entry=theirs")
    before = files(loader)
    loader.prepare(KINDS)
    loader.arm(ONE)
    loader.edit("set", "next_entry=")  # as GRUB does when it boots
    loader.restore()
    assert files(loader) == before


def test_entries_that_went_are_written_again_and_what_others_wrote_stays(tmp_path: Path) -> None:
    loader = grub(tmp_path, OTHERS)
    loader.prepare(KINDS)
    loader.custom.write_text("# somebody's\n")
    loader.arm(TWO)
    assert "secretmem-lab-2m" in loader.custom.read_text()
    assert [note.slug for note in loader.restore()] == ["boot-custom-changed"]
    assert loader.custom.read_text() == "# somebody's\n"


def test_a_choice_that_grub_did_not_clear_is_cleared_and_told(tmp_path: Path) -> None:
    loader = grub(tmp_path)
    loader.prepare(KINDS)
    assert loader.disarm() == ()
    loader.arm(TWO)
    assert [note.slug for note in loader.disarm()] == ["boot-not-one-shot"] and not loader.variables()


def test_it_can_be_used_where_all_is_there(tmp_path: Path) -> None:
    assert grub(tmp_path).obstacle() is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grub.cfg": None}, "no .*grub.cfg"),
        ({"grub.cfg": GRUB_CFG.replace("next_entry", "other")}, "next_entry"),
        ({"grub.cfg": GRUB_CFG.replace("custom.cfg", "other.cfg")}, "custom.cfg"),
        ({"grub.cfg": 'set superusers="root"\n' + GRUB_CFG}, "password"),
        ({"grub.cfg": GRUB_CFG.replace("vmlinuz-6.12", "vmlinuz-6.13")}, "no entry"),
        ({"grubenv": None}, "grubenv"),
    ],
)
def test_why_it_cannot_be_used_is_said(tmp_path: Path, change: dict[str, str | None], said: str) -> None:
    loader = grub(tmp_path)
    for name, text in change.items():
        path = loader.folder / name
        path.unlink()
        if text is not None:
            path.write_text(text)
    found = loader.obstacle()
    assert found and found.slug == "grub-unusable" and re.search(said, found.reason)


def test_a_boot_that_grub_did_not_make_is_none_of_its(tmp_path: Path) -> None:
    loader = Grub(tmp_path / "found.json", grub_root(tmp_path, words=WORDS[1:]))
    assert loader.obstacle() is not None


def test_a_full_boot_leaves_everything_as_it_was(tmp_path: Path) -> None:
    loader = grub(tmp_path, OTHERS)
    before = files(loader)
    (loader.folder / "custom.cfg.draft").mkdir()  # nothing can be written beside it, whoever tries
    with pytest.raises(LabError, match="boot-unwritable"):
        loader.prepare(KINDS)
    (loader.folder / "custom.cfg.draft").rmdir()
    assert files(loader) == before
