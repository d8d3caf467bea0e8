"""The group: whatever the command, what a killed run left changed is put back first."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest

from bench.error import LabError
from bench.host import ledger
from bench.host.ledger import Change, Ledger
from cli import app


@pytest.fixture
def left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a setting that a process which is gone has changed and not put back."""
    setting, book = tmp_path / "online", Ledger(tmp_path / "ledger.json")
    setting.write_text("0\n")
    book.save((Change("CPU 1 online", str(setting), "1"),))
    page = json.loads(book.path.read_text())
    book.path.write_text(json.dumps(page | {"pid": 2**22 + 1, "started_ticks": 1}))
    for module in (app, ledger):
        monkeypatch.setattr(module, "default_path", lambda: book.path)
    return setting


@pytest.mark.parametrize("words", [["list"], ["run", "--resume", "--seed", "1"]])
def test_any_command_puts_back_what_a_killed_run_left(left: Path, words: list[str], capsys) -> None:
    with contextlib.suppress(LabError):  # how the command itself ends does not matter
        app.app.main(words, standalone_mode=False)
    assert left.read_text().strip() == "1"
    assert "CPU 1 online is 1 again" in capsys.readouterr().err
    assert not left.with_name("ledger.json").exists()
