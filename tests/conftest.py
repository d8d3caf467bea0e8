"""What holds for every test: LAB_REQUIRE_ALL=1 turns a skip into a failure that shows the reason."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

STRICT = os.environ.get("LAB_REQUIRE_ALL") == "1"
"""Set in CI, whose machine has all that the tests ask for: there a skip is something that broke."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse an `optional` mark that does not say why."""
    for item in items:
        mark = item.get_closest_marker("optional")
        if mark is not None and not (mark.args or mark.kwargs.get("reason")):
            raise pytest.UsageError(f"{item.nodeid}: optional(reason) without a reason")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skipped where all is required, unless it is marked optional."""
    report = yield
    if STRICT and item.get_closest_marker("optional") is None:
        fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips itself as a whole where all is required."""
    report = yield
    if STRICT:
        fail_skip(report)
    return report


def fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure; an expected failure is no skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"LAB_REQUIRE_ALL=1 allows no skip: {reason}"
