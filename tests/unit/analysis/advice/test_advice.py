"""The advice: what results tell stands in it with its source, what they lack is named with what to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.advice.advice import Advice, advise, beyond
from analysis.advice.protection import at_limit, forked
from analysis.advice.rule import recommend
from analysis.advice.source import refuse_mixture
from analysis.advice.time import cost
from analysis.advice.wish import Wish
from analysis.report.study import Study, study
from bench.error import LabError
from tests.unit.analysis.advice.lived import known, limits
from tests.unit.analysis.plots.made import (
    fragmentation_result,
    page_cost_result,
    refused,
    removal_result,
    secret_life_result,
)
from tests.unit.bench.run.fake import environment

KEYS = Wish(secrets=1000, size_bytes=32)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> list[Study]:
    folder = tmp_path_factory.mktemp("results")
    made = [make(folder) for make in (secret_life_result, fragmentation_result, page_cost_result)]
    return [study(result) for result in (*made, removal_result(folder, least=10))]


@pytest.fixture(scope="module")
def advice(studies: list[Study]) -> Advice:
    return advise(studies, KEYS, limits())


def test_every_way_of_small_keys_has_a_time_from_a_named_result(advice: Advice) -> None:
    assert [holding.way for holding in advice.holdings if not holding.cost] == []
    assert [origin.result for origin in advice.origins] == [
        f"{name}/one" for name in ("secret_life", "fragmentation", "page_cost", "removal")
    ]
    assert advice.lacking == ()


def test_file_each_takes_the_sum_of_its_phases(advice: Advice) -> None:
    found = advice.of("file_each").cost
    assert found is not None
    assert found.each.value_ns == pytest.approx(6 * 4000, rel=0.1)


def test_split_is_what_a_touch_takes_longer(advice: Advice) -> None:
    assert advice.split is not None
    assert advice.split.value_ns == pytest.approx(2 * 1.6 * 15000, rel=0.3)


def test_splits_lie_between_none_and_one_a_page(advice: Advice) -> None:
    assert {rate.ground for rate in advice.rates} == {"as_found", "used_up"}
    found = advice.of("file_each").splits
    assert found is not None
    assert found.packed_regions == 2
    assert found.worst_regions == 1000
    assert all(0 <= low <= value <= high <= 1000 for value, low, high in found.natural.values())
    assert advice.of("mmap_mlock").splits is None


def test_what_was_not_measured_is_named_with_what_to_run(studies: list[Study]) -> None:
    found = advise(studies[3:], KEYS, limits())
    assert [gap.run for gap in found.lacking] == [
        f"./lab run {n}" for n in ("secret_life", "fragmentation", "page_cost")
    ]
    assert all(holding.cost is None and "./lab run secret_life" in holding.lacking for holding in found.holdings)
    assert (found.reuse, found.split, found.rates, found.fork) == (None, None, (), None)


def test_beyond_the_quick_profile_the_full_one_is_named(studies: list[Study]) -> None:
    found = advise(studies, Wish(secrets=1, size_bytes=1 << 25), limits())
    assert "measured up to 1 MB alone: ./lab run secret_life --profile full" in found.of("file_each").lacking


def test_way_whose_parts_share_no_block_says_that_it_was_not_measured_at_this_size() -> None:
    apart = known()
    apart["mmap_mlock"] = {1: {"lock": {99: 1.0}}}
    assert cost(apart, "malloc_mlock", Wish(secrets=1, size_bytes=32)) is None
    assert "not measured at this size" in beyond(apart, "malloc_mlock", Wish(secrets=1, size_bytes=32))


def test_result_without_a_run_tells_no_time_and_stops_nobody(tmp_path: Path) -> None:
    found = advise([study(secret_life_result(tmp_path, answer=refused))], KEYS, limits())
    assert all("not measured" in holding.lacking for holding in found.holdings)


def test_emulated_machine_tells_no_time(tmp_path: Path) -> None:
    played = environment().model_copy(update={"cpu": "QEMU TCG CPU version 2.5+"})
    found = advise([study(secret_life_result(tmp_path, environment=played))], KEYS, limits())
    assert found.of("file_each").cost is None
    assert "emulated" in found.lacking[-1].why


def test_results_of_two_machines_are_refused(studies: list[Study], tmp_path: Path) -> None:
    other = study(secret_life_result(tmp_path, machine="another"))
    with pytest.raises(LabError, match="several machines"):
        refuse_mixture([studies[0], other])
    refuse_mixture(studies)


def test_arena_is_advised_first_and_a_page_each_only_for_who_must_be_apart(advice: Advice) -> None:
    told = recommend(advice)
    assert told[0].startswith("Hold them in one secret arena: 32 KB locked, 1 descriptor")
    assert told[1].startswith("Only if a fault in the use of one secret must not reach the next")
    assert "guard" in told[1]


def test_what_does_not_fit_is_held_encrypted_or_the_limit_is_raised(studies: list[Study]) -> None:
    told = recommend(advise(studies, Wish(secrets=1000, size_bytes=100_000), limits()))
    assert told[0].startswith("This does not fit: even packed")
    assert "83 secrets" in told[0]
    assert "ulimit -l 97660" in told[-1]


def test_exempt_process_is_told_what_others_need(studies: list[Study]) -> None:
    told = recommend(advise(studies, KEYS, limits(exempt=True)))
    assert "ulimit -l 32" in told[-1]


@pytest.mark.parametrize(("regime", "word"), [("mmap", "touched or not"), ("fault", "SIGBUS"), ("unknown", "doctor")])
def test_limit_is_told_as_it_was_found(studies: list[Study], regime: str, word: str) -> None:
    assert word in " ".join(at_limit(advise(studies, KEYS, limits(regime=regime))))


def test_fork_is_told_with_what_was_proven_and_measured(advice: Advice) -> None:
    told = " ".join(forked(advice))
    assert "shared with a child" in told
    assert "a child alone still had" in told
    assert "A fork with 64 pages of secret memory mapped took" in told
