"""The pyperf hook records what changed, in metadata that pyperf accepts."""

from __future__ import annotations

import pytest
from pyperf._metadata import parse_metadata

from bench.run import pyperf_hook
from bench.run.pyperf_hook import DirectMapHook
from workloads.instruments import directmap
from workloads.instruments.directmap import DirectMap

BEFORE = DirectMap(4096, 1 << 30, None, 4, 0, 0, 0)
AFTER = DirectMap(2 << 20, 1 << 20, None, 9, 1, 0, 0)


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[DirectMap]:
    """Let the direct map be read as the two states, in their order."""
    left = [BEFORE, AFTER]
    monkeypatch.setattr(directmap, "read", lambda: left.pop(0))
    return left


def test_hook_reads_before_the_first_value_and_at_the_end_only(states: list[DirectMap]) -> None:
    hook = DirectMapHook()
    assert len(states) == 2
    for _ in range(3):
        with hook:
            assert len(states) == 1
    metadata: dict[str, int | str] = {"loops": 1}
    hook.teardown(metadata)
    assert states == []
    assert (metadata["direct_map_level2_splits_made"], metadata["direct_map_level3_splits_made"]) == (5, 1)
    assert (metadata["direct_map_4k_bytes_before"], metadata["direct_map_4k_bytes_after"]) == (4096, 2 << 20)
    assert metadata["loops"] == 1


def test_what_is_not_counted_is_left_out() -> None:
    assert not [name for name in pyperf_hook.describe(BEFORE, AFTER) if "1g" in name]


def test_kernel_that_tells_nothing_says_so() -> None:
    silent = DirectMap(None, None, None, None, None, None, None)
    assert pyperf_hook.describe(silent, silent) == {"direct_map": pyperf_hook.ABSENT}


def test_pyperf_accepts_the_metadata() -> None:
    for found in (pyperf_hook.describe(BEFORE, AFTER), {"direct_map": pyperf_hook.ABSENT}):
        assert parse_metadata(dict(found)) == found


def test_process_without_a_value_adds_nothing() -> None:
    metadata: dict[str, int | str] = {}
    DirectMapHook().teardown(metadata)
    assert metadata == {}
