"""The catalog: one list, in which every name is one and every default is one that may be chosen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import workloads
from workloads.catalog import CATALOG, find
from workloads.spec import Condition, Workload

FOLDER = Path(workloads.__file__).parent
EACH = pytest.mark.parametrize("workload", CATALOG, ids=lambda workload: str(workload.name))


def test_find_returns_the_workload_of_a_name() -> None:
    assert all(find(workload.name) is workload for workload in CATALOG)


def test_find_knows_no_other_name() -> None:
    with pytest.raises(KeyError):
        find("no_such_workload")


def test_names_are_given_once() -> None:
    assert len({workload.name for workload in CATALOG}) == len(CATALOG)


@EACH
def test_workload_has_a_program_of_its_name(workload: Workload) -> None:
    assert (FOLDER / workload.name / f"{workload.name}.c").is_file()


@EACH
def test_default_is_among_the_choices(workload: Workload) -> None:
    assert [f.name for f in workload.factors if f.choices and f.default not in f.choices] == []


@EACH
def test_factors_and_metrics_are_named_once_and_as_words(workload: Workload) -> None:
    for names in ([f.name for f in workload.factors], [m.name for m in workload.metrics]):
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)


@EACH
def test_program_names_every_metric_in_its_source(workload: Workload) -> None:
    source = "".join(path.read_text() for path in (FOLDER / workload.name).glob("*.c"))
    assert [m.name for m in workload.metrics if f'"{m.name}"' not in source] == []


@EACH
def test_value_is_the_condition_s_or_else_the_default(workload: Workload) -> None:
    factor = workload.factors[0]
    assert workload.value(Condition.of(workload.name), factor.name) == factor.default
    assert workload.value(Condition.of(workload.name, **{factor.name: 7}), factor.name) == 7
