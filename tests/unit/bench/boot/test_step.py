"""The next step: what a series does after whatever happened, in whatever boot it finds itself."""

from __future__ import annotations

from bench.boot.step import LEFT, NOT_NEW, Ask, Check, Done, Measure, Settle, Spoil, next_step
from bench.model.boot import BootEvent
from tests.unit.bench.boot.paper import event, plan

PLAN = plan(blocks=1)
FIRST = [event("asked", 0, "a"), event("booted", 0, "b"), event("measured", 0, "b")]
SECOND = [event("asked", 1, "b"), event("booted", 1, "c"), event("measured", 1, "c")]


def test_a_series_asks_for_its_first_boot() -> None:
    assert next_step(PLAN, (), "a") == Ask(0, again=False)


def test_a_boot_that_has_asked_asks_again_until_it_ends() -> None:
    assert next_step(PLAN, FIRST[:1], "a") == Ask(0, again=True)


def test_the_boot_after_it_is_checked_then_measured() -> None:
    assert next_step(PLAN, FIRST[:1], "b") == Check(0)
    assert next_step(PLAN, FIRST[:2], "b") == Measure(0)


def test_a_boot_that_was_left_before_it_was_measured_does_not_count() -> None:
    assert next_step(PLAN, FIRST[:2], "c") == Spoil(0, LEFT)


def test_the_same_boot_does_not_count_twice() -> None:
    assert next_step(PLAN, [*FIRST, SECOND[0]], "b") == Ask(1, again=True)
    assert next_step(PLAN, [*FIRST, SECOND[0]], "a") == Spoil(1, NOT_NEW)


def test_what_is_spoiled_is_asked_for_again_but_not_for_ever() -> None:
    spoiled = [event("asked", 0, "a"), event("spoiled", 0, "b")]
    assert next_step(PLAN, spoiled, "b") == Ask(0, again=False)
    assert next_step(PLAN, spoiled * 2, "b") == Ask(0, again=False)
    assert next_step(PLAN, spoiled * 3, "b") == Settle("gave-up", ())


def test_tries_are_counted_for_each_boot_anew() -> None:
    spoiled = [event("asked", 0, "a"), event("spoiled", 0, "b")] * 2
    again = [event("asked", 1, "b"), event("spoiled", 1, "d")]
    assert next_step(PLAN, [*spoiled, *FIRST, *again], "d") == Ask(1, again=False)


def test_all_measured_is_put_back_once() -> None:
    every = [*FIRST, *SECOND]
    assert next_step(PLAN, every, "c") == Settle("complete", ())
    assert next_step(PLAN, every, "d") == Settle("complete", ())  # killed before it was put back
    ended = event("ended", 2, "c").model_copy(update={"outcome": "complete"})
    assert next_step(PLAN, [*every, ended], "c") == Done()


def test_the_clock_decides_nothing() -> None:
    back = [each.model_copy(update={"at": f"{2026 - n}-01-01T00:00:00+00:00"}) for n, each in enumerate(FIRST)]
    assert [next_step(PLAN, back[:n], "b") for n in range(4)] == [next_step(PLAN, FIRST[:n], "b") for n in range(4)]


def test_every_prefix_of_every_log_has_a_next_step() -> None:
    logs: list[BootEvent] = [*FIRST, *SECOND]
    for length in range(len(logs) + 1):
        for boot in ("a", "b", "c", "fresh"):
            assert next_step(PLAN, logs[:length], boot) is not None
