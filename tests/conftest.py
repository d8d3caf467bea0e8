"""What holds for every test: LAB_REQUIRE_ALL=1 fails a skip, and tests of the kernel are never made side by side."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # no test fails because the machine is busy
HERE = Path(__file__).resolve().parent
BUILD = "kernel/test_native_build.py"
"""It mostly compiles, for minutes; what it runs is indifferent to what else runs."""
STRICT = os.environ.get("LAB_REQUIRE_ALL") == "1"
"""Set in CI, whose machine has all that the tests ask for: there a skip is something that broke."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse an `optional` mark that does not say why; put the tests that take long first, those of the kernel last."""
    for item in items:
        mark = item.get_closest_marker("optional")
        if mark is not None and not (mark.args or mark.kwargs.get("reason")):
            raise pytest.UsageError(f"{item.nodeid}: optional(reason) without a reason")
    items.sort(key=lambda item: turn(item.path))


def group(path: Path) -> str:
    """Return which tests are made one after the other, by one process: a file's, and all that want the machine."""
    place = str(path.relative_to(HERE)) if path.is_relative_to(HERE) else path.name
    folder = place.partition("/")[0]
    return folder if folder in ("kernel", "setup") and place != BUILD else place


class Together(LoadScopeScheduling):
    """Gives each process whole groups, in their order: what is of one group is never made side by side."""

    def _split_scope(self, nodeid: str) -> str:
        return group(HERE.parent / nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """Have several processes make the tests; a mark `xdist_group` is of no effect with pytest 9.2 and xdist 3.8."""
    return Together(config, log)


def turn(path: Path) -> int:
    """Return the place of a file's tests in the order of all: what builds, what computes, what wants the machine."""
    return {"setup": 0, BUILD: 1, "kernel": 3}.get(group(path), 2)


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
