"""A guest's files, brought here: below their folder, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from bench.guest.tree import plant
from bench.host import kernel, secret


def test_the_labs_own_readers_take_it_for_a_machine(tmp_path: Path) -> None:
    frames = {
        "file/proc/sys/kernel/osrelease": b"6.1.0-9\n",
        "folder/sys/module/secretmem": b"",
        "file/sys/module/secretmem/parameters/enable": b"N\n",
        "job/0/stdout": b"{}",
    }
    plant(frames, tmp_path)
    assert kernel.release(tmp_path) == "6.1.0-9"
    found = secret.collect(tmp_path)
    assert found.built and found.enabled is False
    assert sorted(path.name for path in tmp_path.iterdir()) == ["proc", "sys"]


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    root = tmp_path / "a" / "root"
    plant({"file/../../evil": b"x", "file//etc/evil": b"x", "folder/../evil": b"", "file/proc/../../evil": b"x"}, root)
    assert [path for path in tmp_path.rglob("*") if "evil" in path.name] == []
