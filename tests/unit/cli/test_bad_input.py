"""Bad results, as every command meets them: a clear note or a refusal in one line, nothing obeyed, nothing outside."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.load import Result
from bench.run.journal import digest
from cli.__main__ import guarded
from cli.app import app
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import condition, experiment
from workloads.spec import Condition

EVIL = "<script>alert(1)</script>\"'\n=1+1,é\x1b[2J\ufffe#panic(1)$"
"""Markup for a page, a table, a terminal, an XML that cannot hold it, and paper: typst fails where it obeys a panic."""
HUGE = 10**400
Json = dict[str, Any]
Mutation = Callable[[Json, list[Json]], None]
BOTH = {"baseline": condition("anonymous_locked"), "treatment": condition("secret")}
CLAIM = {"name": "touch", "text": "It costs.", "metric": "first_touch", "statistic": "p50", "relation": "greater",
         "smallest_effect": 0.1, **BOTH}  # fmt: skip


def known(of: Condition, n: int) -> tuple[int, ...]:
    return tuple((9000 if of.get("backing") == "secret" else 2000) + 10 * n + k for k in range(4))


def sealed(folder: Path) -> Result:
    asked = experiment("anonymous_locked", "secret", blocks=4).model_validate(
        experiment("anonymous_locked", "secret", blocks=4).model_dump() | {"claims": (CLAIM,)}
    )
    return make(folder, asked, known)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another result, to compare with."""
    return sealed(tmp_path_factory.mktemp("good")).path


def changed(folder: Path, mutate: Mutation) -> Path:
    """Return a result whose files were changed by somebody who knows how to seal."""
    path = sealed(folder).path
    manifest = json.loads((path / "manifest.json").read_text())
    runs = [json.loads(line) for line in (path / "runs.jsonl").read_text().splitlines()]
    mutate(manifest, runs)
    (path / "manifest.json").write_text(json.dumps(manifest))
    (path / "runs.jsonl").write_text("".join(json.dumps(run) + "\n" for run in runs))
    return sealed_again(path, runs)


def sealed_again(path: Path, runs: list[Json]) -> Path:
    seal = json.loads((path / "seal.json").read_text())
    readings = sum(run["samples"]["readings"] for run in runs if run["samples"])
    seal |= {"sha256": {name: digest(path / name) for name in seal["sha256"]}, "runs": len(runs), "readings": readings}
    (path / "seal.json").write_text(json.dumps(seal))
    return path


def drop(path: Path, gone: set[int]) -> None:
    """Take the readings of some runs out."""
    table = pq.read_table(path / "samples.parquet")
    pq.write_table(
        table.filter(pa.array([run not in gone for run in table["run"].to_pylist()])), path / "samples.parquet"
    )


def commands(path: Path, good: Path) -> Iterator[tuple[str, ...]]:
    """Yield every command that reads a result."""
    where = str(path)
    yield "show", where
    for form in ("html", "md", "pdf", "json"):
        yield "report", where, "--format", form, "-o", f"{where}.{form}"
    yield "compare", str(good), where
    yield "compare", where, str(good), "--json"
    yield from (("export", where, form, "-o", f"{where}.{form}") for form in ("csv", "pyperf"))


def called(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = guarded(lambda: app.main(list(words), standalone_mode=False))
    out, err = capsys.readouterr()
    return status, out, err


def at(*keys: str | int, value: object) -> Mutation:
    """Return a mutation that sets one field of the manifest."""

    def mutate(manifest: Json, runs: list[Json]) -> None:
        place: Any = manifest
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return mutate


def of_runs(*keys: str, value: object) -> Mutation:
    """Return a mutation that sets one field of every run."""

    def mutate(manifest: Json, runs: list[Json]) -> None:
        for run in runs:
            at(*keys, value=value)(run, [])

    return mutate


def renamed(workload: str, backing: str) -> Mutation:
    def mutate(manifest: Json, runs: list[Json]) -> None:
        conditions = [*manifest["experiment"]["conditions"], *(run["trial"]["condition"] for run in runs)]
        for each in conditions:
            each["workload"] = workload
            each["factors"] = [[n, backing if (n, v) == ("backing", "secret") else v] for n, v in each["factors"]]
        manifest["experiment"]["claims"] = []

    return mutate


def worded_pages(manifest: Json, runs: list[Json]) -> None:
    for each in [*manifest["experiment"]["conditions"], *(run["trial"]["condition"] for run in runs)]:
        each["factors"] = [[name, "many" if name == "pages" else value] for name, value in each["factors"]]


REFUSED: dict[str, tuple[Mutation, str]] = {
    "newer": (at("format", value=3), "result-newer"),
    "unknown workload": (renamed("nowhere", "secret"), "result-inconsistent"),
    "words for numbers": (worded_pages, "result-inconsistent"),
    "words that a terminal obeys": (renamed("fault_latency", EVIL), "result-inconsistent"),
    "a number beyond measure": (at("environment", "memory_bytes", value=HUGE), "result-unreadable"),
    "a count beyond measure": (of_runs("native", "canary_before", "spin_ns", value=HUGE), "result-unreadable"),
    "not a number": (at("experiment", "claims", 0, "smallest_effect", value=float("nan")), "result-unreadable"),
    "without bounds": (of_runs("native", "clock", "hz", value=float("inf")), "result-unreadable"),
    "an effect below nothing": (at("experiment", "claims", 0, "smallest_effect", value=-1), "result-inconsistent"),
    "more than certain": (at("experiment", "claims", 0, "confidence", value=1.5), "result-inconsistent"),
    "half a character": (at("environment", "cpu", value="\ud800"), "result-unreadable"),
    "an unknown key": (at("environment", "host_name", value="mine"), "result-unreadable"),
    "lines that are gone": (lambda manifest, runs: runs.__delitem__(slice(-2, None)), "samples-unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_believed_is_refused_in_one_line_by_every_command(
    name: str, tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mutate, slug = REFUSED[name]
    path = changed(tmp_path / "bad", mutate)
    for words in commands(path, good):
        status, out, err = called(words, capsys)
        assert (status, out, err.count("\n")) == (1, "", 1), words
        assert f"[{slug}]" in err, (words, err)
    assert sorted(each.name for each in (tmp_path / "bad" / "page_cost").iterdir()) == ["made"]


@pytest.mark.parametrize("file", ["manifest.json", "runs.jsonl", "samples.parquet"])
def test_an_edit_without_a_new_seal_is_refused_by_every_command(
    file: str, tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sealed(tmp_path).path
    (path / file).write_bytes((path / file).read_bytes().replace(b"secret", b"public"))
    (path / file).write_bytes((path / file).read_bytes() + b" ")
    for words in commands(path, good):
        status, out, err = called(words, capsys)
        assert (status, out, err.count("\n")) == (1, "", 1) and "result-" in err, words


def test_a_seal_that_counts_otherwise_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sealed(tmp_path).path
    seal = json.loads((path / "seal.json").read_text()) | {"runs": 7}
    (path / "seal.json").write_text(json.dumps(seal))
    status, _, err = called(("show", str(path)), capsys)
    assert status == 1 and "sealed with 7 runs" in err and "result-inconsistent" in err


def test_a_file_without_an_end_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sealed(tmp_path).path
    (path / "runs.jsonl").unlink()
    (path / "runs.jsonl").symlink_to("/dev/zero")
    (path / "seal.json").unlink()
    status, _, err = called(("show", str(path)), capsys)
    assert status == 1 and "no regular file" in err


def lost(manifest: Json, runs: list[Json]) -> None:
    """Take a run out of the first block and one out of the second, as if a disk had lost them."""
    del runs[3]
    del runs[0]


def pooled(manifest: Json, runs: list[Json]) -> None:
    """Put runs of elsewhere in: the later blocks stand in another order than the seed's."""
    for first, second in zip(runs[4::2], runs[5::2], strict=True):
        one, other = first["trial"], second["trial"]
        one["condition"], other["condition"] = other["condition"], one["condition"]


def crashed(manifest: Json, runs: list[Json]) -> None:
    note = {"slug": "crashed", "text": "the program crashed", "remedy": ""}
    for run in (run for run in runs if dict(run["trial"]["condition"]["factors"])["backing"] == "secret"):
        run |= {"status": "failed", "samples": None, "native": None, "notes": [note]}


def without_control(manifest: Json, runs: list[Json]) -> None:
    manifest["experiment"]["claims"][0]["control"] = ["user_4k", "user_2m"]


def emulated(manifest: Json, runs: list[Json]) -> None:
    manifest["environment"] |= {"virtualisation": "qemu", "cpu": "QEMU TCG CPU version 2.5+"}


NOTED: dict[str, tuple[Mutation, str]] = {
    "missing blocks": (lost, r"2 of 4 blocks lack some of their runs.*blocks-incomplete"),
    "pooled by hand": (pooled, r"\d of 8 runs are not where the plan's seed has them.*plan-differs"),
    "failed runs": (crashed, r"the program crashed"),
    "no control": (without_control, r"no readings of its control, user_4k"),
    "emulated": (emulated, r"emulated by a program"),
}


@pytest.mark.parametrize("name", NOTED)
def test_what_is_to_be_known_stands_in_the_table_and_in_the_report(
    name: str, tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mutate, words = NOTED[name]
    path = changed(tmp_path, mutate)
    indices = {json.loads(line)["trial"]["index"] for line in (path / "runs.jsonl").read_text().splitlines()
               if json.loads(line)["samples"]}  # fmt: skip
    drop(path, set(range(8)) - indices)
    sealed_again(path, [json.loads(line) for line in (path / "runs.jsonl").read_text().splitlines()])
    for command in commands(path, good):
        status, out, err = called(command, capsys)
        assert "internal-error" not in err and (status == 0 or err.count("\n") == 1), (command, err)
        if command[0] == "show" or command[1:4:2] == (str(path), "html"):
            told = out if command[0] == "show" else Path(command[-1]).read_text()
            assert re.search(words, " ".join(re.sub(r"<[^>]*>|&#39;", "'", told).split()).replace("''", "'")), command


def test_times_of_an_emulated_machine_are_exported_with_a_note_and_not_compared_with_real_ones(
    tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = changed(tmp_path, emulated)
    for form in ("csv", "pyperf"):
        status, _, err = called(("export", str(path), form, "-o", str(tmp_path / form)), capsys)
        assert status == 0 and "[emulated]" in err
    assert "emulated" in (tmp_path / "pyperf").read_text()
    status, _, err = called(("compare", str(good), str(path)), capsys)
    assert status == 1 and "one emulated and one real" in err


HOSTILE: dict[str, Mutation] = {
    "cpu": at("environment", "cpu", value=EVIL),
    "kernel": at("environment", "kernel", value=EVIL),
    "machine": at("machine", value=f"../../{EVIL}"),
    "experiment": at("experiment", "name", value="../../../climb"),
    "question": at("experiment", "question", value=EVIL),
    "claim": at("experiment", "claims", 0, "text", value=EVIL),
    "note": at("notes", value=[{"slug": EVIL, "text": EVIL, "remedy": EVIL}]),
    "commit": at("commit", value=EVIL),
    "settings": of_runs("native", "settings", value={"backing": EVIL}),
    "factor": renamed("fault_latency", '=<script>alert(1)</script>"'),
    "largest": at("environment", "memory_bytes", value=10**19 - 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_result_holds_is_obeyed_or_written_outside(
    name: str, tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = changed(tmp_path / "a" / "b" / "c", HOSTILE[name])
    before = {each for each in tmp_path.rglob("*") if path not in each.parents}
    for words in commands(path, good):
        status, out, err = called(words, capsys)
        assert status == 0 or (err.count("\n") == 1 and "internal-error" not in err), (words, err)
        assert "\x1b" not in out + err, words
    made = {each for each in tmp_path.rglob("*") if path not in each.parents} - before
    forms = {"html", "md", "pdf", "json", "csv", "pyperf"}
    assert {each.parent for each in made} == {path.parent} and {each.suffix[1:] for each in made} == forms
    assert "<script" not in Path(f"{path}.html").read_text()
    assert Path(f"{path}.pdf").read_bytes().startswith(b"%PDF-")
    assert not re.search(r"(?<!\\)<script|^=1", Path(f"{path}.md").read_text(), re.MULTILINE)
    json.loads(Path(f"{path}.json").read_text())
    with Path(f"{path}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert {len(row) for row in rows} == {6} and not any(cell[:1] in "=+@" for row in rows[1:] for cell in row if cell)
