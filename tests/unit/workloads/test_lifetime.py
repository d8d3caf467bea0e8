"""What runs of lifetime, memlock and hibernation take."""

from __future__ import annotations

import pytest

from workloads.hibernation import WORKLOAD as HIBERNATION
from workloads.lifetime import HANDED_ON, LIVES, WORKLOAD
from workloads.memlock import ATTEMPTS
from workloads.memlock import WORKLOAD as MEMLOCK
from workloads.spec import Condition


@pytest.mark.parametrize("life", LIVES)
def test_area_is_there_once_at_a_time_however_often_it_is_made(life: str) -> None:
    few, many = (Condition.of("lifetime", life=life, pages=100, repeats=count) for count in (1, 50))
    assert WORKLOAD.footprint(few).secret_bytes == WORKLOAD.footprint(many).secret_bytes == 409_600


def test_each_time_that_it_is_made_takes_its_time_and_secret_memory_more() -> None:
    def seconds(**factors: object) -> float:
        return WORKLOAD.footprint(Condition.of("lifetime", pages=2048, **factors)).seconds

    assert seconds(repeats=1) == 0 < seconds(repeats=2) < seconds(repeats=4)
    assert seconds(repeats=4, backing="secret") > seconds(repeats=4, backing="memfd_locked")


def test_ordinary_memory_is_no_secret_memory() -> None:
    assert WORKLOAD.footprint(Condition.of("lifetime", backing="memfd_locked")).secret_bytes == 0


def test_lives_that_are_handed_on_are_lives() -> None:
    assert set(HANDED_ON) < set(LIVES)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_attempts_take_no_secret_memory_that_the_caller_s_limit_would_have_to_hold(attempt: str) -> None:
    assert MEMLOCK.footprint(Condition.of("memlock", attempt=attempt)).secret_bytes == 0


def test_one_page_is_enough_to_ask_about_hibernation() -> None:
    assert HIBERNATION.footprint(Condition.of("hibernation")).secret_bytes == 4096
