"""The matrix: what came of each attempt in all runs, in words."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from analysis.access import Matrix, matrix, word
from tests.unit.analysis.plots.made import access_result, measured, refused, removal_result
from workloads.spec import Condition


@pytest.fixture
def found(tmp_path: Path) -> Matrix:
    made = matrix(access_result(tmp_path, blocks=2))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("way", "code", "told"),
    [
        ("load", 0, "works"),
        ("vmsplice", 14, "EFAULT"),
        ("vmsplice", 4000, "errno 4000"),
        ("load", 4096 + 7, "SIGBUS"),
        ("load", 4096 + 63, "signal 63"),
        ("core_dump", 8192, "nothing"),
        ("kvm_run", 16384 + 13, "(EACCES)"),
        ("after_free", 61, "zero"),
        ("fd_read", 61, "ENODATA"),
    ],
)
def test_code_is_told_as_a_word(way: str, code: int, told: str) -> None:
    assert word(way, code) == told


def test_cell_holds_secret_and_ordinary_memory(found: Matrix) -> None:
    assert found.pair("owner", "vmsplice") == "EFAULT / works"
    assert found.pair("root", "after_free") == "zero / works"
    assert found.pair("root", "store") == "SIGBUS / SIGBUS"


def test_what_was_not_tried_says_why_and_what_is_not_for_somebody_is_empty(found: Matrix) -> None:
    assert found.pair("owner", "rdma") == "(ENODEV)"
    assert found.pair("other", "rdma") == found.pair("other", "load") == ""


def test_guarded_owner_is_another_column(found: Matrix) -> None:
    assert (found.pair("other", "pidfd_getfd"), found.pair("guarded", "pidfd_getfd")) == (
        "works / works",
        "EPERM / EPERM",
    )


def test_ways_stand_by_family_in_the_order_of_the_workload(found: Matrix) -> None:
    families = dict(found.ways)
    assert list(families)[:3] == ["plain", "copy", "pin"]
    assert families["plain"] == ("load", "store")


def test_outcomes_that_differ_are_all_told() -> None:
    mixed = Matrix("root", {("owner", "secret", "load"): Counter({"works": 9, "SIGBUS": 1})})
    assert mixed.told("owner", "secret", "load") == "SIGBUS 1x, works 9x"


def test_who_could_not_try_is_no_column(tmp_path: Path) -> None:
    usual = measured()

    def answer(condition: Condition, samples: Path) -> object:
        return refused(condition, samples) if condition.get("who") == "root" else usual(condition, samples)

    made = matrix(access_result(tmp_path, blocks=1, answer=answer))
    assert made is not None and made.whose == ("owner", "child", "other", "guarded")


def test_other_results_have_none(tmp_path: Path) -> None:
    assert matrix(removal_result(tmp_path, blocks=1)) is None
    assert matrix(access_result(tmp_path, blocks=1, answer=refused)) is None
