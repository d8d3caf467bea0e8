"""The ledger: what was changed on this machine and how it was before, on disk before each change."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.host import kernel, process
from bench.host.cpu import ROOT
from workloads.spec import Unsupported

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Change:
    """One setting as it was read; `ours` tells a value that was then written from one that may change on the side."""

    name: str
    path: str
    before: str
    ours: bool = True


@dataclass(frozen=True, slots=True)
class Belonging:
    """Something that the lab made and that is to go with it: a folder, or a process that ends by the signal `stop`.

    A process is named by its pid and its start (clock ticks since boot) together; a folder has neither.
    """

    name: str
    folder: str = ""
    pid: int = 0
    started_ticks: int = 0
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """What a ledger holds, in its order, the boot that it belongs to, and the process that made it."""

    boot: str
    pid: int
    started_ticks: int | None
    changes: tuple[Change, ...]
    belongings: tuple[Belonging, ...] = ()


def default_path(uid: int | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return where a user's ledger stands: memory that is gone after a reboot, as the settings are."""
    uid = os.geteuid() if uid is None else uid
    folders = [Path("/run")] if uid == 0 else [Path(environ["XDG_RUNTIME_DIR"])] if "XDG_RUNTIME_DIR" in environ else []
    folder = next((folder for folder in folders if os.access(folder, os.W_OK)), Path("/tmp"))
    return folder / f"secretmem-lab-{uid}.json"


def belongings_path() -> Path:
    """Return where the ledger of what the lab has made stands, beside that of what it has changed."""
    path = default_path()
    return path.with_name(f"{path.stem}-belongings{path.suffix}")


class Ledger:
    """One file, replaced whole: a reader finds the old page or the new one, never half of one."""

    def __init__(self, path: Path | None = None, root: Path = ROOT) -> None:
        """Use the user's own ledger unless a test gives another `path` and another `root` for /proc."""
        self.path = default_path() if path is None else path
        self.root = root

    def load(self) -> Page | None:
        """Return the page that was left, None where there is none of this boot.

        A file that is a link, that belongs to somebody else or that is not a ledger counts as none: /tmp is open to
        all, and what a ledger says gets written to /sys.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(descriptor, encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
                return None
            page = parse(file.read())
        return page if page and page.boot == kernel.boot_id(self.root) else None

    def save(self, changes: tuple[Change, ...], belongings: tuple[Belonging, ...] = ()) -> Unsupported | None:
        """Write what this process changed and made, and wait for the disk; Unsupported (ledger-unwritable) if not."""
        pid = os.getpid()
        page = Page(kernel.boot_id(self.root), pid, process.start_ticks(pid), changes, belongings)
        try:
            self._replace(json.dumps({"format": FORMAT, **asdict(page)}).encode())
        except OSError as error:
            reason = f"the ledger of changed settings cannot be written: {error}; nothing was changed"
            return Unsupported("ledger-unwritable", reason, f"make {self.path.parent} writable and free space on it")
        return None

    def clear(self) -> None:
        """Remove the file; one that stays is harmless, it asks for what is already so."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _replace(self, content: bytes) -> None:
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        with contextlib.suppress(OSError):  # some file systems cannot sync a folder
            os.fsync(folder)
        os.close(folder)


def parse(text: str) -> Page | None:
    """Read a page, None where the text is not one of this format."""
    try:
        content: dict[str, Any] = json.loads(text)
        if content.pop("format") != FORMAT:
            return None
        changes = tuple(Change(**change) for change in content.pop("changes"))
        belongings = tuple(Belonging(**each) for each in content.pop("belongings", ()))
        return Page(**content, changes=changes, belongings=belongings)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def has_living_owner(page: Page, root: Path = ROOT) -> bool:
    """Tell whether the process that wrote a page still runs: pid and start time together name it for good."""
    return page.started_ticks is not None and process.start_ticks(page.pid, root) == page.started_ticks
