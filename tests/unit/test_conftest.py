"""The rule of tests/conftest.py, tried on small test files in a session of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import BUILD, group, turn

pytest_plugins = ["pytester"]
HERE = Path(__file__).resolve().parents[1]
TESTS = """
import pytest
def test_skips_inside(): pytest.skip("no such feature")
@pytest.mark.skipif(True, reason="never here")
def test_skips_by_mark(): pass
@pytest.mark.optional("needs a second machine")
def test_may_skip(): pytest.skip("one machine")
@pytest.mark.xfail(strict=True, reason="known")
def test_is_expected_to_fail(): assert False
"""


@pytest.fixture
def session(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\nmarkers = optional(reason): may be skipped\n")
    pytester.makeconftest((HERE / "conftest.py").read_text())
    return pytester


def test_skip_stays_a_skip_by_default(session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAB_REQUIRE_ALL", raising=False)
    session.makepyfile(TESTS)
    session.runpytest_subprocess().assert_outcomes(skipped=3, xfailed=1)


@pytest.mark.parametrize("words", [(), ("-n", "2", "--dist=loadscope")], ids=["one by one", "several at once"])
def test_skip_fails_with_its_reason_when_all_is_required(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LAB_REQUIRE_ALL", "1")
    session.makepyfile(TESTS)
    result = session.runpytest_subprocess(*words)
    result.assert_outcomes(failed=1, errors=1, skipped=1, xfailed=1)  # a mark skips in the set-up: an error
    result.stdout.fnmatch_lines_random(["*allows no skip*no such feature*", "*allows no skip*never here*"])


def test_module_that_skips_itself_fails_when_all_is_required(
    session: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_REQUIRE_ALL", "1")
    session.makepyfile("import pytest\npytest.skip('not here', allow_module_level=True)")
    result = session.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*allows no skip*not here*"])


def test_tests_of_the_kernel_are_made_one_after_the_other_and_last() -> None:
    kernel = {path for path in (HERE / "kernel").glob("test_*.py") if path != HERE / BUILD}
    others = {*HERE.rglob("test_*.py")} - kernel
    assert {group(path) for path in kernel} == {"kernel"}
    assert "kernel" not in {group(path) for path in others}
    assert max(map(turn, others)) < min(map(turn, kernel))


def test_tests_of_a_file_stay_together() -> None:
    files = [*(HERE / "unit").rglob("test_*.py")]
    assert len({group(path) for path in files}) == len(files)


def test_optional_without_a_reason_is_refused(session: pytest.Pytester) -> None:
    session.makepyfile("import pytest\n@pytest.mark.optional\ndef test_x(): pass")
    assert session.runpytest_subprocess().ret == pytest.ExitCode.USAGE_ERROR
