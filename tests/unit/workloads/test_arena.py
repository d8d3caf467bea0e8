"""What a run of arena takes."""

from __future__ import annotations

import pytest

from workloads.arena import BACKINGS, WAYS, WORKLOAD
from workloads.spec import Condition


@pytest.mark.parametrize("way", WAYS)
def test_only_what_is_held_at_a_time_counts_as_secret(way: str) -> None:
    taken = WORKLOAD.footprint(Condition.of("arena", way=way, held=10, requests=5000))
    assert taken.secret_bytes == 10 * 4096


@pytest.mark.parametrize("backing", [backing for backing in BACKINGS if backing != "secret"])
def test_ordinary_pages_are_no_secret_memory(backing: str) -> None:
    assert WORKLOAD.footprint(Condition.of("arena", backing=backing)).secret_bytes == 0


def test_busy_run_takes_room_for_what_comes_and_goes() -> None:
    quiet, busy = (WORKLOAD.footprint(Condition.of("arena", between=between)) for between in ("none", "busy"))
    assert busy.memory_bytes > quiet.memory_bytes
