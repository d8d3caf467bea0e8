"""The heavy part as Ibis expressions: from readings to one row a block of each question, in integers alone.

Nothing here is a float, so that no order of summation matters and every engine gives the same digits. A quantile is an
order statistic, as in cells.py: the smallest value that at least its share of the readings does not exceed. It is found
by counting, from how often each value occurs, and so needs no order among equals.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

SHARES = {"p50": (1, 2), "p90": (9, 10), "p99": (99, 100), "p99.9": (999, 1000)}
"""Shares as fractions, so that a rank is exact."""
STATISTICS = ("mean", *SHARES)
"""As they are numbered in the plan."""
SIDES = 4
"""Baseline, treatment, and the two of a control."""
RUN = ("result", "run", "metric")
BLOCK = ("result", "question", "block")
PLAN = {
    "key": "int32",
    "result": "int32",
    "run": "int32",
    "metric": "string",
    "question": "int32",
    "side": "int32",
    "block": "int32",
    "statistic": "int32",
    "expected": "int64",
}
"""What is looked up: a row says that a metric of a run is a side of a question, and how many readings it must have.

`key` numbers the runs' metrics (RUN), so that readings are sorted by one number and not by three columns.
"""


def per_run(samples: ir.Table, plan: ir.Table) -> ir.Table:
    """Return a row for every key of the plan that has readings: how many, their sum, the least, and the quantiles."""
    wanted = samples.join(plan.select("key", *RUN).distinct(), list(RUN)).select("key", "value")
    counted = wanted.group_by(["key", "value"]).agg(times=wanted.count())
    placed = counted.mutate(
        upto=counted["times"].sum().over(ibis.cumulative_window(group_by="key", order_by="value")),
        whole=counted["times"].sum().over(ibis.window(group_by="key")),
    )
    quantiles = {
        name: placed["value"].min(where=placed["upto"] * below >= placed["whole"] * above)
        for name, (above, below) in SHARES.items()
    }
    return placed.group_by("key").agg(
        readings=placed["times"].sum(),
        total=(placed["value"] * placed["times"]).sum(),
        least=placed["value"].min(),
        **quantiles,
    )


def per_block(samples: ir.Table, plan: ir.Table) -> ir.Table:
    """Return a row for every result, question and block: a fraction of integers for each side, 0 / 0 where it has none.

    `amiss` counts what the plan names and the samples do not have so, with as many readings and none of them negative.
    """
    runs = per_run(samples, plan)
    joined = plan.left_join(runs, "key").drop("key_right")
    is_amiss = (joined["readings"].fill_null(0) != joined["expected"]) | (joined["least"].fill_null(-1) < 0)
    told = joined.mutate(
        above=ibis.cases(
            *((joined["statistic"] == n, joined["total" if n == 0 else name]) for n, name in enumerate(STATISTICS))
        ),
        below=(joined["statistic"] == 0).ifelse(joined["readings"], 1),
        amiss=is_amiss.ifelse(1, 0),
    )
    fractions = {
        f"{part}{side}": told[part].max(where=told["side"] == side).fill_null(0)
        for side in range(SIDES)
        for part in ("above", "below")
    }
    return told.group_by(list(BLOCK)).agg(amiss=told["amiss"].sum(), **fractions)
