"""The reader of atlases: whatever its program does, what comes back is a value and nothing of it stays behind."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.unit.workloads.mapped import atlas, line
from workloads.atlas import Atlas
from workloads.instruments.atlas import Answer, Reader
from workloads.program import Refused
from workloads.spec import Failed

PLAIN = atlas("1G", "2M", "4K:512", "2M:261632")
REFUSAL = (
    '{"format":1,"program":"atlas","status":"unsupported","step":"bpf-load","errno":1,"errno_name":"EPERM",'
    '"message":"the direct map cannot be read"}'
)


def program(folder: Path, script: str) -> Path:
    """Write a program that stands for the real one; it leaves its pid behind. Returns its folder."""
    (folder / "told").write_bytes(line(PLAIN) + b"\n" + PLAIN.raw())
    (folder / "atlas").write_text(f"#!/bin/sh\necho $$ > {folder}/pid\n{script}\n")
    (folder / "atlas").chmod(0o755)
    return folder


def ask(folder: Path, times: int = 1, timeout_s: float = 20.0) -> list[Answer]:
    """Ask a reader so often, and hold that its program is gone afterwards."""
    with Reader(timeout_s, folder) as reader:
        answers = [reader.take() for _ in range(times)]
        pid = int((folder / "pid").read_text())
    assert not Path("/proc", str(pid)).exists()
    return answers


def failed(answer: Answer) -> str:
    """Return the slug of a failure."""
    assert isinstance(answer, Failed), answer
    return answer.slug


def test_every_question_is_answered_by_one_program(tmp_path: Path) -> None:
    script = f'echo started >> {tmp_path}/starts; while read -r line; do cat "{tmp_path}/told"; done'
    answers = ask(program(tmp_path, script), 3)
    assert [isinstance(a, Atlas) and a.name() == PLAIN.name() for a in answers] == [True] * 3
    assert (tmp_path / "starts").read_text() == "started\n"


def test_a_refusal_is_told_now_and_later(tmp_path: Path) -> None:
    answers = ask(program(tmp_path, f"echo '{REFUSAL}'; exit 3"), 2)
    assert answers == [Refused("bpf-load", "EPERM", "the direct map cannot be read")] * 2


def test_a_refusal_that_comes_before_the_question_is_heard(tmp_path: Path) -> None:
    with Reader(20.0, program(tmp_path, f"echo '{REFUSAL}'; exit 3")) as reader:
        for _ in range(200):
            if (tmp_path / "pid").exists():
                break
            time.sleep(0.01)
        time.sleep(0.1)
        assert isinstance(reader.take(), Refused)


def test_a_program_that_hangs_is_given_up(tmp_path: Path) -> None:
    begun = time.monotonic()
    answers = ask(program(tmp_path, "sleep 60"), 3, timeout_s=0.5)
    assert [failed(answer) for answer in answers] == ["timed-out"] * 3
    assert time.monotonic() - begun < 10


def test_a_program_that_hangs_amid_an_atlas_is_given_up(tmp_path: Path) -> None:
    script = f'read -r line; head -c 100 "{tmp_path}/told"; sleep 60'
    assert failed(ask(program(tmp_path, script), timeout_s=0.5)[0]) == "timed-out"


def test_a_program_that_never_ends_after_its_refusal_is_given_up(tmp_path: Path) -> None:
    assert failed(ask(program(tmp_path, f"echo '{REFUSAL}'; sleep 60"), timeout_s=0.5)[0]) == "timed-out"


def test_a_program_that_dies_is_told_by_its_signal(tmp_path: Path) -> None:
    answer = ask(program(tmp_path, "read -r line; kill -SEGV $$"))[0]
    assert isinstance(answer, Failed) and answer.slug == "crashed" and "SIGSEGV" in answer.reason


@pytest.mark.parametrize(
    "script",
    [
        "exit 0",
        "exit 3",
        "echo not json",
        "head -c 200000 /dev/zero",
        'read -r line; head -c -5 "$(dirname $0)/told"',
        'read -r line; echo "{\\"status\\":\\"ok\\"}"',
        'read -r line; sed "s/2m/3m/" "$(dirname $0)/told"',
    ],
)
def test_a_program_that_tells_nonsense_is_a_failure(tmp_path: Path, script: str) -> None:
    assert failed(ask(program(tmp_path, script))[0]) in ("report-unreadable", "crashed")


def test_a_program_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with Reader(folder=tmp_path) as reader:
        assert failed(reader.take()) == "not-started"


def test_a_program_ends_with_an_exception_too(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Reader(20.0, program(tmp_path, "cat > /dev/null")) as reader:
        assert reader is not None
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        raise RuntimeError
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()


def test_no_descriptor_is_left(tmp_path: Path) -> None:
    folder = program(tmp_path, f'while read -r line; do cat "{tmp_path}/told"; done')
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        ask(folder)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
