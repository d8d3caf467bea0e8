"""RLIMIT_MEMLOCK and a wish give what fits, or why nothing does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.host import limit
from workloads.spec import Unsupported

MIB = 1 << 20


def memlock(soft: int | None, hard: int | None = None, bypassed: bool = False, regime: str = "mmap") -> dict[str, Any]:
    """Return a probe answer."""
    scope = {"mmap": "process", "fault": "user"}.get(regime, "unknown")
    return {"soft_bytes": soft, "hard_bytes": hard, "bypassed": bypassed, "regime": regime, "scope": scope}


def test_exempt_process_gets_the_whole_wish() -> None:
    assert limit.allowed_bytes(memlock(8 * MIB, bypassed=True), 1 << 40) == 1 << 40


def test_unlimited_process_gets_the_whole_wish() -> None:
    assert limit.allowed_bytes(memlock(None), 1 << 40) == 1 << 40


def test_wish_within_the_limit_is_met() -> None:
    assert limit.allowed_bytes(memlock(8 * MIB), 4 * MIB) == 4 * MIB


@pytest.mark.parametrize("regime", ["mmap", "fault"])
def test_wish_beyond_the_limit_shrinks_to_it(regime: str) -> None:
    assert limit.allowed_bytes(memlock(8 * MIB, regime=regime), 64 * MIB) == 8 * MIB


def test_limit_in_the_middle_of_a_page_gives_whole_pages() -> None:
    assert limit.allowed_bytes(memlock(10_000), MIB) == 8192


@pytest.mark.parametrize("soft", [0, 4095])
def test_limit_below_a_page_is_refused_with_reason_and_line(soft: int) -> None:
    found = limit.allowed_bytes(memlock(soft, hard=0), MIB)
    assert isinstance(found, Unsupported)
    assert (found.slug, found.remedy) == ("limit-too-low", "sudo prlimit --pid $$ --memlock=1048576:1048576")
    assert str(soft) in found.reason


def test_wish_for_nothing_is_met_under_any_limit() -> None:
    assert limit.allowed_bytes(memlock(0), 0) == 0


def test_raising_within_the_hard_limit_needs_no_root() -> None:
    assert limit.raise_line(memlock(0, hard=8 * MIB), 2 * MIB) == "ulimit -l 2048"
    assert limit.raise_line(memlock(0, hard=None), 2 * MIB) == "ulimit -l 2048"
    assert limit.raise_line(memlock(0, hard=MIB), 2 * MIB).startswith("sudo ")


def test_description_says_where_it_is_checked_and_who_shares_it() -> None:
    assert limit.describe(memlock(8 * MIB)) == "8 MiB for each process, checked when memory is mapped"
    assert "of a user, checked when a page is touched" in limit.describe(memlock(8 * MIB, regime="fault"))
    assert limit.describe(memlock(None, bypassed=True)).startswith("unlimited")
    assert "exempt" in limit.describe(memlock(MIB, bypassed=True))


@given(st.integers(4096, 1 << 40), st.integers(1, 1 << 40))
def test_what_is_allowed_never_exceeds_wish_or_limit(soft: int, wish: int) -> None:
    found = limit.allowed_bytes(memlock(soft), wish)
    assert isinstance(found, Unsupported) or found <= min(soft, wish)
