"""The site: whole or not at all, of sealed results alone, and nothing of a hostile one is obeyed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from html.parser import HTMLParser
from pathlib import Path

import pytest

from analysis.load import Result
from bench.error import LabError
from bench.run.journal import digest
from cli import site as module
from cli.site import publish
from tests.unit.analysis.synthetic import make
from tests.unit.bench.run.fake import environment, experiment
from workloads.spec import Condition

SCRIPT = "<script>alert(1)</script>"
ELSEWHERE = re.compile(r"""@import|url\(\s*["']?(?!#)|\b(?:src|srcset|action|poster|ping)\s*=""")


@pytest.fixture(autouse=True)
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write results in the test's own process: starting others takes seconds each."""

    class Pool:
        def __init__(self, *args: object, **named: object) -> None:
            pass

        def submit(self, work: Callable[..., object], *given: object) -> Future[object]:
            future: Future[object] = Future()
            try:
                future.set_result(work(*given))
            except Exception as error:  # noqa: BLE001 - as a process pool does
                future.set_exception(error)
            return future

        def shutdown(self, **named: object) -> None:
            pass

    monkeypatch.setattr("cli.crew.ProcessPoolExecutor", Pool)


def readings(condition: Condition, n: int) -> tuple[int, ...]:
    return tuple(1000 + 10 * n + k for k in range(5))


def made(folder: Path, *, sealed: bool = True) -> Result:
    return make(folder, experiment("anonymous"), readings, sealed=sealed)


def change_manifest(result: Result, **of: object) -> None:
    """Change a manifest and seal it again, as somebody would who means harm."""
    path = result.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | of))
    seal_again(result)


def seal_again(result: Result) -> None:
    seal = json.loads((result.path / "seal.json").read_text())
    seal["sha256"] = {name: digest(result.path / name) for name in seal["sha256"]}
    (result.path / "seal.json").write_text(json.dumps(seal))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class Links(HTMLParser):
    """Gathers where a page leads to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "xlink:href")]


def test_a_result_has_its_report_its_data_and_its_citation(tmp_path: Path) -> None:
    site = publish([made(tmp_path / "results").path], tmp_path / "site")
    (entry,), page = site.entries, (tmp_path / "site" / "index.html").read_text()
    assert site.left_out == ()
    assert [each.name for each in entry.downloads] == ["manifest.json", "runs.jsonl", "samples.parquet", "seal.json"]
    for each in (*entry.downloads, entry.report, entry.verdicts):
        assert digest(tmp_path / "site" / entry.folder / each.name) == each.sha256
    assert "The secretmem-lab authors (2026)" in page
    assert f"[data set {entry.folder}]" in page


def test_every_link_of_a_page_leads_to_what_is_in_the_site(tmp_path: Path) -> None:
    publish([made(tmp_path / "results").path], tmp_path / "site")
    for page in (tmp_path / "site").rglob("*.html"):
        links = Links(page).found
        assert [link for link in links if not link.startswith("#") and not (page.parent / link).is_file()] == []
        assert ELSEWHERE.search(page.read_text()) is None
    assert len(Links(tmp_path / "site" / "index.html").found) == 7


def test_a_script_in_a_name_is_text(tmp_path: Path) -> None:
    result = made(tmp_path / "results")
    hostile = environment().model_copy(update={"cpu": SCRIPT, "kernel": SCRIPT}).model_dump(mode="json")
    change_manifest(result, machine=f'"{SCRIPT}', environment=hostile)
    assert len(publish([result.path], tmp_path / "site").entries) == 1
    for page in (tmp_path / "site").rglob("*.html"):
        assert SCRIPT not in page.read_text()


def test_a_path_in_a_name_leads_nowhere(tmp_path: Path) -> None:
    result = made(tmp_path / "results")
    change_manifest(result, machine="../../escaped", commit="/etc/passwd")
    (entry,) = publish([result.path], tmp_path / "out" / "site").entries
    assert re.fullmatch(r"[0-9a-f]{16}", entry.folder)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["site"]
    assert not (tmp_path / "escaped").exists()


@pytest.mark.parametrize("name", ["../../escaped", "/etc/hostname", "report.html"])
def test_a_seal_that_names_other_files_is_refused(tmp_path: Path, name: str) -> None:
    result = made(tmp_path / "results")
    seal = json.loads((result.path / "seal.json").read_text())
    seal["sha256"][name] = "0" * 64
    (result.path / "seal.json").write_text(json.dumps(seal))
    site = publish([result.path], tmp_path / "out" / "site")
    assert ["names other files" in each.why for each in site.left_out] == [True]
    assert sorted(everything(tmp_path / "out")) == ["site/index.html", "site/site.json"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    result = made(tmp_path / "results")
    (tmp_path / "elsewhere").write_bytes((result.path / "runs.jsonl").read_bytes())
    (result.path / "runs.jsonl").unlink()
    (result.path / "runs.jsonl").symlink_to(tmp_path / "elsewhere")
    site = publish([result.path], tmp_path / "site")
    assert site.entries == () and "is a link" in site.left_out[0].why


@pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity", "1" + "0" * 400, "1" + "0" * 5000])
def test_a_number_that_nobody_measured_keeps_no_other_result_out(tmp_path: Path, number: str) -> None:
    whole, hostile = made(tmp_path / "a"), made(tmp_path / "b")
    change_manifest(whole, machine="other")
    path = hostile.path / "manifest.json"
    path.write_text(path.read_text().replace('"memory_bytes":17179869184', f'"memory_bytes":{number}'))
    assert number in path.read_text()
    seal_again(hostile)
    site = publish([hostile.path, whole.path], tmp_path / "site")
    assert [entry.machine for entry in site.entries][-1:] == ["other"] and len(site.entries) + len(site.left_out) == 2


def test_what_is_not_whole_is_left_out_and_named(tmp_path: Path) -> None:
    whole, half = made(tmp_path / "a"), made(tmp_path / "b", sealed=False)
    damaged = made(tmp_path / "c")
    with (damaged.path / "runs.jsonl").open("a") as file:
        file.write("\n")
    site = publish([whole.path, half.path, damaged.path], tmp_path / "site")
    said = sorted(re.findall(r"\[([a-z-]+)\]", " ".join(each.why for each in site.left_out)))
    assert len(site.entries) == 1 and said == ["result-damaged", "result-unfinished"]
    page = (tmp_path / "site" / "index.html").read_text()
    assert all(slug in page for slug in said) and str(tmp_path) not in page


def test_a_copy_of_a_result_is_shown_once(tmp_path: Path) -> None:
    result = made(tmp_path / "results")
    copy = shutil.copytree(result.path, tmp_path / "copies" / result.path.parent.name / result.path.name)
    site = publish([result.path, copy], tmp_path / "site")
    assert len(site.entries) == 1 and "already" in site.left_out[0].why


def test_the_same_results_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a"), made(tmp_path / "b")
    change_manifest(other, machine="other")
    publish([one.path, other.path], tmp_path / "first")
    publish([other.path, one.path], tmp_path / "second")
    assert everything(tmp_path / "first") == everything(tmp_path / "second")


def test_a_report_is_written_again_only_where_result_or_code_changed(tmp_path: Path, monkeypatch) -> None:
    result, drawn = made(tmp_path / "results"), []
    page = module.put.__globals__["page"]
    monkeypatch.setattr(page, "write", lambda report, home: str(drawn.append(report) or len(drawn)))
    first = publish([result.path], tmp_path / "site")
    assert publish([result.path], tmp_path / "site") == first and len(drawn) == 1
    publish([result.path], tmp_path / "site", anew=True)
    assert len(drawn) == 2
    monkeypatch.setattr("cli.source.checksum", lambda: "another")
    publish([result.path], tmp_path / "site")
    assert len(drawn) == 3
    change_manifest(result, machine="other")
    publish([result.path], tmp_path / "site")
    assert len(drawn) == 4


def test_a_report_that_somebody_changed_in_the_site_is_not_taken_over(tmp_path: Path) -> None:
    result = made(tmp_path / "results")
    (entry,) = publish([result.path], tmp_path / "site").entries
    report = tmp_path / "site" / entry.folder / "report.html"
    before = report.read_bytes()
    report.write_text("nonsense")
    publish([result.path], tmp_path / "site")
    assert report.read_bytes() == before


@pytest.mark.parametrize("holds", [(), ("notes.txt",), ("index.html",), ("site.json", "notes.txt")])
def test_a_folder_that_is_not_a_site_is_left_alone(tmp_path: Path, holds: tuple[str, ...]) -> None:
    (tmp_path / "site").mkdir()
    for name in holds:
        (tmp_path / "site" / name).write_text("mine")
    with pytest.raises(LabError, match="site-exists"):
        publish([made(tmp_path / "results").path], tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == sorted(holds)


def test_a_link_to_a_site_is_left_alone(tmp_path: Path) -> None:
    result = made(tmp_path / "results")
    publish([result.path], tmp_path / "site")
    (tmp_path / "link").symlink_to(tmp_path / "site")
    with pytest.raises(LabError, match="site-exists"):
        publish([result.path], tmp_path / "link")


def test_the_former_site_stays_where_the_new_one_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = made(tmp_path / "results")
    publish([result.path], tmp_path / "out" / "site")
    before = everything(tmp_path / "out")

    def fail(site: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "index", fail)
    with pytest.raises(KeyboardInterrupt):
        publish([result.path], tmp_path / "out" / "site")
    assert everything(tmp_path / "out") == before and len(list((tmp_path / "out").iterdir())) == 1


def test_nothing_stays_where_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="results-unwritable"):
        publish([made(tmp_path / "results").path], tmp_path / "file" / "site")
