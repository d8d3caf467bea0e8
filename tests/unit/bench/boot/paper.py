"""A series on paper: a plan of two kinds, boots that were seen, and GRUB's files in a folder."""

from __future__ import annotations

from pathlib import Path

from bench.boot.happening import happened
from bench.boot.kind import X86
from bench.boot.order import drawn
from bench.boot.sight import Sight
from bench.model.boot import BootClaim, BootEvent, BootPlan, Event

GIB = 1 << 30
ONE, TWO, FOUR = X86
WORDS = ("BOOT_IMAGE=/vmlinuz-6.12", "root=UUID=1234", "ro", "quiet")
MAPS = {"1g": {"1g": 14 * GIB, "2m": GIB, "4k": GIB}, "2m": {"1g": 0, "2m": 15 * GIB, "4k": GIB}}
GRUB_CFG = """\
if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="0"
fi
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1234' {
\tload_video
\tinsmod ext2
\tsearch --no-floppy --fs-uuid --set=root 1234
\tsavedefault
\techo\t'Loading Linux 6.12 ...'
\tlinux\t/vmlinuz-6.12 root=UUID=1234 ro  quiet gbpages $vt_handoff
\tinitrd\t/initrd.img-6.12
}
submenu 'Advanced options' $menuentry_id_option 'gnulinux-advanced-1234' {
\tmenuentry 'Debian GNU/Linux, with Linux 6.1 (recovery mode)' {
\t\tlinux\t/vmlinuz-6.1 root=UUID=1234 ro single
\t}
\tmenuentry 'Debian GNU/Linux, with Linux 6.12 (recovery mode)' {
\t\tlinux\t/vmlinuz-6.12 root=UUID=1234 ro single
\t}
}
if [ -f  ${config_directory}/custom.cfg ]; then
  source ${config_directory}/custom.cfg
elif [ -z "${config_directory}" -a -f  $prefix/custom.cfg ]; then
  source $prefix/custom.cfg
fi
"""


def sight(boot: str, kind: str = "", release: str = "6.12") -> Sight:
    """Return a boot of a kind, the usual one where none is named."""
    words = WORDS + (("nogbpages",) if kind == "2m" else ())
    return Sight(boot, release, words, MAPS[kind or "1g"], "meminfo")


def plan(blocks: int = 2, claims: tuple[BootClaim, ...] = (), tries: int = 3, seed: int = 1) -> BootPlan:
    """Return a plan of boots with 1 GB entries and boots without."""
    return BootPlan(
        created="2026-01-02T03:04:05+00:00",
        commit="0123456789",
        machine="tester",
        name="tester",
        architecture="x86_64",
        kernel="6.12",
        boot="planned",
        words=("whole_boot",),
        experiments=("whole_boot",),
        kinds=(ONE, TWO),
        blocks=blocks,
        seed=seed,
        order=drawn(("1g", "2m"), blocks, seed),
        tries=tries,
        loader="manual",
        claims=claims,
    )


def event(what: Event, place: int, boot: str) -> BootEvent:
    """Return an event of a boot."""
    return happened(what, place, sight(boot))


def grub_root(folder: Path, *, custom: str | None = None, words: tuple[str, ...] = WORDS) -> Path:
    """Write what GRUB has below /boot, and the command line of the boot that it made; returns the root."""
    boot = folder / "boot/grub"
    boot.mkdir(parents=True)
    (boot / "grub.cfg").write_text(GRUB_CFG)
    head = "# GRUB Environment Block\n"
    (boot / "grubenv").write_text(head + "#" * (1024 - len(head)))
    if custom is not None:
        (boot / "custom.cfg").write_text(custom)
    (folder / "proc").mkdir()
    (folder / "proc/cmdline").write_text(" ".join(words) + "\n")
    return folder
