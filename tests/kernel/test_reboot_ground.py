"""The machine that reboots: what GRUB is told to boot once it boots once, and what was synced stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.reboot_ground import Ground, GuestFailed, ground

ONCE = """
if [ "$(wc -l </mnt/boots)" = 1 ]; then
    grub-editenv /boot/grub/grubenv set next_entry=nogbpages && systemctl reboot && sleep 60
elif [ "$(wc -l </mnt/boots)" = 2 ]; then
    reboot
else
    ./lab list && build/native/bin/removal --pages 16
fi
"""


@pytest.fixture
def machine(tmp_path: Path) -> Ground:
    """A machine that is off."""
    return ground(tmp_path)


def test_one_shot_choice_holds_for_one_boot_and_the_lab_runs_in_the_guest(machine: Ground) -> None:
    said = machine.run(ONCE)
    boots = machine.boots()
    assert ["nogbpages" in boot.parameters for boot in boots] == [False, True, False], said
    assert [bool(boot.map_1g_kb) for boot in boots] == [True, False, True]
    assert len({boot.boot_id for boot in boots}) == 3
    assert machine.environment() == {"next_entry": ""}
    assert "ground: service ended with 0" in said and '"program":"removal"' in said


def test_what_was_synced_survives_a_cut_of_the_power_and_the_guest_cannot_write_to_this_host(machine: Ground) -> None:
    with machine.started("echo held >/mnt/held && sync && echo there; sleep 60") as guest:
        guest.until("there", 60)
        guest.cut()
    mark = Path(f"/{machine.folder.parent.name}-{machine.folder.name}")
    said = machine.run(f"cat /mnt/held; mount -o remount,rw / && touch {mark} || echo refused")
    assert "held" in said and "refused" in said and not mark.exists()
    assert len(machine.boots()) == 2


def test_guest_that_hangs_fails_with_the_end_of_its_console(machine: Ground) -> None:
    with pytest.raises(GuestFailed, match=r"had not ended after 15 s(.|\n)*ground: boot 1 begins(.|\n)*I hang"):
        machine.run("echo I hang; sleep 1000", limit_s=15)
