"""Kernels in the store: known for a day without a question, and better old than none."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bench.guest.package import FRESH_S, Resolved, Unpacked, fetch, place
from workloads.spec import Unsupported

KERNEL = Resolved(package="linux-image-6.12.9-cloud-amd64", version="1:6.12.9-1")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store that holds what linux-image-x of trixie stood for, on a machine without apt."""
    place(KERNEL, "amd64", tmp_path).write_bytes(b"kernel")
    (tmp_path / "linux-image-x_trixie_amd64.json").write_text(KERNEL.model_dump_json())
    return tmp_path


def test_what_was_looked_up_today_is_not_looked_up_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = fetch("linux-image-x", "trixie", "x86_64", store)
    assert isinstance(found, Unpacked) and (found.package, found.version) == (KERNEL.package, KERNEL.version)
    assert found.path.read_bytes() == b"kernel"


def test_an_old_kernel_serves_where_no_newer_can_be_had(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    long_ago = time.time() - 2 * FRESH_S
    os.utime(store / "linux-image-x_trixie_amd64.json", (long_ago, long_ago))
    assert isinstance(fetch("linux-image-x", "trixie", "x86_64", store), Unpacked)


@pytest.mark.parametrize(("release", "architecture"), [("bookworm", "x86_64"), ("trixie", "aarch64")])
def test_another_release_or_architecture_is_another_kernel(
    release: str, architecture: str, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    found = fetch("linux-image-x", release, architecture, store)
    assert isinstance(found, Unsupported) and found.slug == "kernel-package-missing" and "apt-get" in found.reason


def test_note_that_cannot_be_read_is_none(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    (store / "linux-image-x_trixie_amd64.json").write_text("{")
    assert isinstance(fetch("linux-image-x", "trixie", "x86_64", store), Unsupported)
