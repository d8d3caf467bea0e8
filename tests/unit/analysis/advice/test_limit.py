"""Limits: the number at which each stops is the last that fits, and what happens there is told as it was found."""

from __future__ import annotations

import pytest

from analysis.advice.layout import layout
from analysis.advice.limit import MEMLOCK, NOFILE, USUAL, binding, most, stops
from analysis.advice.way import WAYS
from analysis.advice.wish import Wish
from tests.unit.analysis.advice.lived import limits

KEYS = Wish(secrets=1000, size_bytes=32)


@pytest.mark.parametrize(
    ("way", "limit", "secrets"),
    [
        ("file_each", NOFILE, 1021),
        ("arena", MEMLOCK, 262_144),
        ("arena_guarded", MEMLOCK, 2048),
        ("mmap_mlock", MEMLOCK, 2048),
    ],
)
def test_first_limit_and_the_number_that_still_fits(way: str, limit: str, secrets: int) -> None:
    found = binding(stops(way, KEYS, limits()), limits())
    assert (found.limit, found.most_secrets) == (limit, secrets)


@pytest.mark.parametrize("way", [way.name for way in WAYS])
def test_one_more_than_fits_does_not_fit(way: str) -> None:
    stop = stops(way, KEYS, limits())[0]
    held = [layout(way, Wish(secrets=stop.most_secrets + more, size_bytes=32)).locked_bytes for more in (0, 1)]
    assert held[0] <= 8 << 20 < held[1]


def test_exempt_process_is_stopped_by_other_limits_and_is_told_the_usual_one() -> None:
    free = limits(exempt=True, descriptors=None, mappings=None)
    found = stops("arena_pages", KEYS, free)
    assert found[0].limit == USUAL
    assert found[0].most_secrets == 2048
    assert binding(found, free).limit == "all memory"


def test_a_secret_larger_than_the_limit_fits_not_once() -> None:
    assert stops("file_each", Wish(secrets=1, size_bytes=1 << 30), limits())[0].most_secrets == 0


@pytest.mark.parametrize(("regime", "word"), [("mmap", "EAGAIN"), ("fault", "SIGBUS"), ("unknown", "doctor")])
def test_what_happens_at_the_limit_is_told_by_where_it_is_checked(regime: str, word: str) -> None:
    assert word in stops("arena", KEYS, limits(regime=regime))[0].happens
    assert "ENOMEM" in stops("mmap_mlock", KEYS, limits(regime=regime))[0].happens


def test_most_is_the_last_that_fits() -> None:
    assert most(lambda n: n <= 17) == 17
    assert most(lambda n: n == 0) == 0
