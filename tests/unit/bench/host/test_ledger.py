"""The ledger is whole or not there, and believed only where it is one's own and of this boot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.host import ledger, process
from bench.host.ledger import Change, Ledger
from workloads.spec import Unsupported

CHANGES = (Change("CPU 1 online", "/sys/x", "1"), Change("mask", "/proc/y", "0-1", ours=False))


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    """Return a ledger in a folder of its own."""
    return Ledger(tmp_path / "ledger.json")


def test_page_comes_back_as_it_was_saved(book: Ledger) -> None:
    assert book.save(CHANGES) is None
    page = book.load()
    assert page is not None
    assert (page.changes, page.pid) == (CHANGES, os.getpid())
    assert ledger.has_living_owner(page)


def test_nothing_but_the_ledger_is_left_beside_it(book: Ledger) -> None:
    book.save(CHANGES)
    assert [path.name for path in book.path.parent.iterdir()] == ["ledger.json"]
    assert book.path.stat().st_mode & 0o777 == 0o600


def test_draft_left_by_a_killed_process_does_not_stop_the_next(book: Ledger) -> None:
    book.path.with_name(f"ledger.json.{os.getpid()}").write_text("half")
    assert book.save(CHANGES) is None


def test_ledger_of_an_earlier_boot_is_none(book: Ledger) -> None:
    book.save(CHANGES)
    content = json.loads(book.path.read_text())
    book.path.write_text(json.dumps({**content, "boot": "another"}))
    assert book.load() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": 2}', '{"format": 1, "changes": [{"odd": 1}]}'])
def test_file_that_is_no_ledger_is_none(book: Ledger, text: str) -> None:
    book.path.write_text(text)
    assert book.load() is None


def test_link_to_a_ledger_is_not_followed(book: Ledger, tmp_path: Path) -> None:
    book.save(CHANGES)
    (tmp_path / "link").symlink_to(book.path)
    assert Ledger(tmp_path / "link").load() is None


def test_ledger_of_somebody_else_is_not_believed(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    book.save(CHANGES)
    monkeypatch.setattr(os, "geteuid", lambda: book.path.stat().st_uid + 1)
    assert book.load() is None


def test_cleared_ledger_is_none_and_clearing_again_is_safe(book: Ledger) -> None:
    book.save(CHANGES)
    book.clear()
    book.clear()
    assert book.load() is None


def test_ledger_that_cannot_be_written_is_a_reason(tmp_path: Path) -> None:
    refused = Ledger(tmp_path / "absent" / "ledger.json").save(CHANGES)
    assert isinstance(refused, Unsupported)
    assert refused.slug == "ledger-unwritable"


def test_owner_that_ended_does_not_live(book: Ledger) -> None:
    book.save(CHANGES)
    page = book.load()
    assert page is not None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = process.start_ticks(child.pid)
    living = ledger.Page(page.boot, child.pid, started, ())
    assert ledger.has_living_owner(living)
    assert not ledger.has_living_owner(ledger.Page(page.boot, child.pid, (started or 0) + 1, ()))
    child.communicate(b"\n")
    assert not ledger.has_living_owner(living)


def test_ledger_of_an_ordinary_user_is_in_its_own_folder(tmp_path: Path) -> None:
    assert ledger.default_path(1000, {"XDG_RUNTIME_DIR": str(tmp_path)}) == tmp_path / "secretmem-lab-1000.json"
    assert ledger.default_path(1000, {}) == Path("/tmp/secretmem-lab-1000.json")
    assert ledger.default_path(1000, {"XDG_RUNTIME_DIR": "/absent"}) == Path("/tmp/secretmem-lab-1000.json")
