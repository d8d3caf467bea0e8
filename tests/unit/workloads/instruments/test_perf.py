"""What perf prints: a few samples of a real run are folded as the golden text says, and nothing else is let through."""

from __future__ import annotations

import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from workloads.instruments import perf
from workloads.instruments.perf import fold
from workloads.spec import Failed

ROOT = Path(__file__).resolve().parents[4]
GOLDEN = ROOT / "tests" / "golden"
TOUCHING = ("region_touch", "touch_and_time")
RECORDED = (GOLDEN / "perf_script.txt").read_text()
NOT_ALLOWED = "Error:\nAccess to performance monitoring is limited.\nConsider adjusting perf_event_paranoid setting\n"


def test_recorded_samples_fold_as_the_golden_text_says() -> None:
    folded = fold(RECORDED, TOUCHING)
    text = "".join(f"{';'.join(stack)} {count}\n" for stack, count in sorted(folded.stacks.items()))
    golden = GOLDEN / "perf_folded.txt"
    if os.environ.get("LAB_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


def test_event_and_samples_outside_of_the_touches_are_told() -> None:
    folded = fold(RECORDED, TOUCHING)
    assert (folded.event, folded.elsewhere) == ("cpu-clock", 2)
    assert folded.stacks.total() == RECORDED.count("cpu-clock") - 2


def test_a_compiler_s_copy_of_a_function_has_the_function_s_name() -> None:
    text = "cycles:k: \n\tffff1 set_ptes.isra.0\n\tffff2 handle_mm_fault\n\t4acd touch_and_time.constprop.0\n\n"
    assert list(fold(text, TOUCHING).stacks) == [("touch_and_time", "handle_mm_fault", "set_ptes")]


def test_a_stack_starts_with_the_innermost_touch() -> None:
    text = "cycles: \n\tffff1 handle_mm_fault\n\t2 region_touch\n\t3 region_touch\n\t4 main\n\n"
    assert list(fold(text, TOUCHING).stacks) == [("region_touch", "handle_mm_fault")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "no sample at all",
        "\tffff1 region_touch\n",
        "cycles: \n\n",
        "\x00\x01",
        "cycles\n\tx region_touch\n",
    ],
)
def test_what_is_no_sample_of_a_touch_gives_no_stack(text: str) -> None:
    assert not fold(text, TOUCHING).stacks


def test_names_that_are_none_are_not_let_through() -> None:
    text = "cycles: \n\tffff1 a;b\n\tffff2 <script>\n\tffff3 [unknown]\n\tnonsense\n\t5 region_touch\n\n"
    assert list(fold(text, TOUCHING).stacks) == [("region_touch", *["unknown"] * 4)]


def test_the_touching_functions_are_those_of_the_programs() -> None:
    native = (ROOT / "workloads/native/memory.c").read_text() + (
        ROOT / "workloads/fault_latency/fault_latency.c"
    ).read_text()
    assert all(f"{name}(" in native for name in TOUCHING)


def test_hidden_addresses_are_noticed_and_a_single_one_is_enough(tmp_path: Path) -> None:
    listed = tmp_path / "kallsyms"
    listed.write_text("0000000000000000 T _stext\n" * 3)
    assert not perf.are_addresses_shown(listed)
    listed.write_text("0000000000000000 A fixed_percpu_data\nffffffff81000000 T _stext\n")
    assert perf.are_addresses_shown(listed)
    assert not perf.are_addresses_shown(tmp_path / "absent")


def test_perf_that_is_not_installed_is_named_with_its_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert perf.obstacle() == perf.MISSING
    assert "linux-perf" in perf.MISSING.remedy and "dnf install perf" in perf.MISSING.remedy


def test_a_kernel_that_refuses_is_told_from_perf_that_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def ended(status: int, said: str, printed: bytes = b"") -> object:
        made = CompletedProcess((), status, printed, said.encode())
        monkeypatch.setattr(perf, "run_to_end", lambda *_: made)
        return perf.record(("true",), tmp_path / "data", 99, 1)

    assert ended(255, NOT_ALLOWED) == perf.REFUSED
    failed = ended(129, "\nevent syntax error: 'x'\n")
    assert isinstance(failed, Failed) and failed.slug == "perf-failed" and "event syntax error" in failed.reason
    assert isinstance(ended(3, "", b"{}"), CompletedProcess)
    assert isinstance(ended(-11, ""), CompletedProcess)


def test_perf_takes_no_settings_of_a_person_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_PARENT_PID", "1")
    settings = perf.environment()
    assert settings["PERF_CONFIG"] == "/dev/null" and "LAB_PARENT_PID" not in settings
