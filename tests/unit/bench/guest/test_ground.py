"""The ground of a cell: one at a time makes it, and a place that cannot be written is a reason."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bench.guest.ground import alone, find_ground
from bench.guest.matrix import Kernel
from workloads.spec import Unsupported

PATIENCE_S = 0.2


def test_second_waits_for_the_first(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with alone(tmp_path / "store"):
            order.append("second")

    other = threading.Thread(target=second)
    with alone(tmp_path / "store"):
        other.start()
        other.join(PATIENCE_S)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_store_that_cannot_be_made_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "qemu-system-x86_64").write_text("")
    (tmp_path / "qemu-system-x86_64").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_ground(Kernel(path="vmlinuz"), tmp_path, tmp_path / "qemu-system-x86_64" / "store")
    assert isinstance(found, Unsupported) and "cannot be written" in found.reason
