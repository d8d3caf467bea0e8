"""The heavy part: order statistics and sums in integers, the same as numpy's of the same readings."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.across.embedded import embedded
from analysis.across.engine import Engine
from analysis.across.expression import PLAN, SHARES, per_run
from analysis.cells import at

TYPES = {"int32": pa.int32(), "int64": pa.int64(), "string": pa.string()}
LISTS = st.lists(st.integers(0, 1 << 40) | st.integers(0, 3), min_size=1, max_size=300)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return embedded(tmp_path_factory.mktemp("scratch"))


def asked(engine: Engine, runs: list[list[int]]) -> list[dict[str, int]]:
    """Return what the engine says of some runs, in their order."""
    numbers = np.repeat(np.arange(len(runs), dtype=np.int32), [len(run) for run in runs])
    table = pa.table(
        {
            "result": np.zeros(len(numbers), np.int32),
            "run": numbers,
            "metric": ["m"] * len(numbers),
            "value": np.concatenate(runs).astype(np.int64),
        }
    )
    row = {"result": 0, "metric": "m", "question": 0, "side": 0, "block": 0, "statistic": 0, "expected": 0}
    rows = {
        name: pa.array([n if name in ("run", "key") else row[name] for n in range(len(runs))], TYPES[kind])
        for name, kind in PLAN.items()
    }
    found = engine.run(per_run(engine.take(table), engine.take(pa.table(rows)))).to_pylist()
    return sorted(found, key=lambda each: int(each["key"]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(LISTS, min_size=1, max_size=4))
def test_quantiles_are_the_order_statistics_of_the_analysis_and_sums_are_whole(
    engine: Engine, runs: list[list[int]]
) -> None:
    found = asked(engine, runs)
    assert len(found) == len(runs)
    for each, values in zip(found, runs, strict=True):
        ordered = np.sort(np.array(values, dtype=np.float64))
        assert each["readings"] == len(values)
        assert each["total"] == sum(values)
        assert each["least"] == min(values)
        for name, (above, below) in SHARES.items():
            rank = -(-len(values) * above // below)
            assert each[name] == sorted(values)[rank - 1]
            assert each[name] == at(ordered, above / below)


def test_sum_beyond_64_bits_is_an_error_and_not_another_sum(engine: Engine) -> None:
    with pytest.raises(engine.errors):
        asked(engine, [[(1 << 63) - 1, (1 << 63) - 1]])


def test_rows_that_nobody_asked_for_are_not_counted(engine: Engine) -> None:
    columns = {"result": pa.array([0, 0], pa.int32()), "run": pa.array([0, 1], pa.int32()), "metric": ["m", "m"]}
    samples = engine.take(pa.table(columns | {"value": pa.array([5, 7])}))
    numbers = {name: pa.array([n], pa.int32()) for name, n in (("key", 3), ("result", 0), ("run", 1))}
    plan = pa.table(numbers | {"metric": ["m"]})
    rows = engine.run(per_run(samples, engine.take(plan))).to_pylist()
    assert [(row["key"], row["readings"], row["p50"]) for row in rows] == [(3, 1, 7)]
