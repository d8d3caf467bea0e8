"""The executor's pure parts: flags, CPUs, and what is refused before anything is started."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from bench.run.executor import NativeExecutor, flags, usable
from bench.run.plan import start_seconds
from bench.run.state import needs
from tests.unit.bench.run.fake import condition
from workloads.catalog import find
from workloads.spec import Condition, Unsupported

REFUSAL = Unsupported("memory-too-small", "no room")


def test_flags_name_every_program_factor_and_no_host_factor() -> None:
    words = flags(find("fault_latency"), (condition("secret", online_cpus=1),), (1, 0))
    assert dict(zip(words[::2], words[1::2], strict=True)) == {
        "--backing": "secret",
        "--pages": "4",
        "--threads": "1",
        "--others": "idle",
        "--history": "reused",
        "--cpus": "1,0",
    }


def test_with_cpus_offline_the_lowest_are_used() -> None:
    assert usable((3, 2, 1, 0), condition("secret")) == (3, 2, 1, 0)
    assert usable((3, 2, 1, 0), condition("secret", online_cpus=2)) == (0, 1)


def test_only_what_needs_the_host_changed_changes_it() -> None:
    assert not needs(condition("secret"))
    assert needs(condition("hugetlb_2m")) and needs(condition("secret", online_cpus=1))


def test_patience_grows_with_what_a_trial_takes() -> None:
    executor = NativeExecutor((0,), lambda need: None, contextlib.nullcontext, 60.0)
    small, large = condition("secret"), condition("secret", pages=1 << 21)  # 8 GB of secret memory
    assert 60 < executor.patience_s((small,)) < 65
    assert executor.patience_s((large,)) > 60 + 3 * start_seconds((large,)) > 300


@contextlib.contextmanager
def obstacle(_: Condition) -> Iterator[Unsupported | None]:
    yield REFUSAL


def test_a_refusal_of_the_reserve_or_of_the_host_starts_no_program(tmp_path: Path) -> None:
    by_reserve = NativeExecutor((0,), lambda need: REFUSAL if need > 1 else None, contextlib.nullcontext, 1.0)
    by_host = NativeExecutor((0,), lambda need: None, obstacle, 1.0)
    for executor in (by_reserve, by_host):
        assert executor.execute((condition("secret"),), tmp_path / "draft") == REFUSAL
    assert list(tmp_path.iterdir()) == []
