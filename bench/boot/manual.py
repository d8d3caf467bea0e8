"""The loader that is a person: told what to type in the boot menu, and looked after in the boot that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.model.boot import Kind
from bench.model.note import Note
from workloads.spec import Unsupported


@dataclass(frozen=True, slots=True)
class Manual:
    """Changes nothing, and so has nothing to put back."""

    name: str = "manual"
    alone: bool = False

    def obstacle(self) -> Unsupported | None:
        """Return None: a person can be asked on every machine."""
        return None

    def changes(self, kinds: Sequence[Kind]) -> tuple[str, ...]:
        """Return that nothing is changed."""
        return ("nothing on disk: you choose each boot in the boot menu",)

    def prepare(self, kinds: Sequence[Kind]) -> None:
        """Do nothing."""

    def arm(self, kind: Kind) -> None:
        """Do nothing: what comes next is told."""

    def disarm(self) -> tuple[Note, ...]:
        """Return nothing: there is no choice to take back."""
        return ()

    def restore(self) -> tuple[Note, ...]:
        """Return nothing: what is typed in a boot menu holds for one boot."""
        return ()

    def told(self, kind: Kind) -> tuple[str, ...]:
        """Return what to type."""
        add = f"add at its end:  {' '.join(kind.add)}" if kind.add else "add nothing to it"
        drop = f"; take away, if they are there:  {' '.join(kind.remove)}" if kind.remove else ""
        return (
            "reboot this machine; in the boot menu stand on the entry that you always boot and press e",
            f"find the line that begins with linux (or options) and {add}{drop}",
            "boot with Ctrl-X (systemd-boot: Enter); what you typed holds for this one boot",
            "once it is up, type: ./lab run --continue",
        )
