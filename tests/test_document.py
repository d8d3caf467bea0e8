"""The documents, held against the code: every slug explained, every link leading somewhere, one version."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.advice.advice import Advice
from analysis.report.acrossfile import AcrossFile
from analysis.report.verdictfile import VerdictFile
from bench.guest.record import MatrixReport
from bench.model.atlas import AtlasFile
from bench.model.boot import BootEvent, BootPlan
from bench.model.manifest import Manifest, Seal
from bench.model.profile import Profile
from bench.model.run import Run

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("workloads", "bench", "analysis", "cli")
SAYS = {"Unsupported", "Failed", "Note", "LabError"}
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
        *(ROOT / "notebooks").glob("*.md"),
    ]
)
REQUIREMENTS = ROOT / "requirements"
LOCKS = ("run", "dev", "notebook", "fleet", "across", "spark", "uv")


def trees() -> Iterator[ast.Module]:
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            yield ast.parse(path.read_text())


def strings(node: ast.AST) -> Iterator[str]:
    """Yield what a slug can be: a constant, or either side of a choice between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from strings(node.body)
        yield from strings(node.orelse)


def spoken(node: ast.AST) -> Iterator[str]:
    """Yield the slugs that one node of the code speaks: the first argument of a reason, or slug = "..."."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SAYS and node.args:
            yield from strings(node.args[0])
        for keyword in node.keywords:
            if keyword.arg == "slug":
                yield from strings(keyword.value)
    elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "slug":
        yield from strings(node.value)


def documented() -> list[str]:
    return re.findall(r"^### `([a-z0-9-]+)`$", (ROOT / "docs" / "messages.md").read_text(), re.MULTILINE)


def test_every_slug_is_explained() -> None:
    slugs = {slug for tree in trees() for node in ast.walk(tree) for slug in spoken(node)} - {""}
    assert slugs
    assert sorted(slugs - set(documented())) == []


def test_every_explained_slug_is_spoken() -> None:
    said = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    bracketed = " ".join(text for text in said if isinstance(text, str))
    assert [slug for slug in documented() if slug not in said and f"[{slug}]" not in bracketed] == []


def test_slugs_are_explained_once_and_in_order() -> None:
    sections = (ROOT / "docs" / "messages.md").read_text().split("\n## ")
    for section in sections:
        slugs = re.findall(r"^### `([a-z0-9-]+)`$", section, re.MULTILINE)
        assert slugs == sorted(slugs)
    assert len(documented()) == len(set(documented()))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_readme_begins_with_the_two_commands() -> None:
    lines = [line.strip() for line in (ROOT / "README.md").read_text().splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    assert [line.split("#")[0].strip() for line in lines[1:] if not line.startswith("```")][:2] == [
        "./lab run",
        "./lab test",
    ]


@pytest.mark.parametrize(
    "kind",
    [Manifest, Run, Profile, Seal, AtlasFile, VerdictFile, Advice, MatrixReport, AcrossFile, BootPlan, BootEvent],
    ids=lambda kind: kind.__name__.lower(),
)
def test_schema_is_current(kind: Any) -> None:
    written = json.loads((ROOT / "docs" / "schema" / f"{kind.__name__.lower()}.json").read_text())
    assert written == kind.model_json_schema(mode="serialization"), "write it again with python docs/schema/write.py"


def test_version_is_the_same_everywhere() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9][^\\\n]*", (REQUIREMENTS / f"{name}.txt").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_each_package_with_a_hash_and_names_no_registry(name: str) -> None:
    lock = (REQUIREMENTS / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--index|--find-links", lock)


@pytest.mark.parametrize("name", LOCKS)
def test_lock_answers_what_is_asked_for(name: str) -> None:
    asked = re.findall(r"^[a-z][a-z0-9-]*", (REQUIREMENTS / f"{name}.in").read_text(), re.MULTILINE)
    locked = {pin.split("==")[0] for pin in pins(name)}
    assert asked
    assert sorted(set(asked) - locked) == []


@pytest.mark.parametrize("name", ["dev", "notebook", "across", "spark"])
def test_other_locks_have_the_versions_that_are_measured_with(name: str) -> None:
    assert pins("run") <= pins(name)


@pytest.mark.parametrize("name", ["notebook", "across", "spark"])
def test_locks_have_the_versions_that_are_tested_with(name: str) -> None:
    tested, opened = ({pin.split(" ")[0] for pin in pins(each)} for each in ("dev", name))
    shared = {pin.split("==")[0] for pin in tested} & {pin.split("==")[0] for pin in opened}
    assert shared
    assert [pin for pin in tested ^ opened if pin.split("==")[0] in shared] == []


def test_files_name_no_registry_and_not_the_home_of_root() -> None:
    tracked = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    marks = re.compile(r"pypi" + r"\.org|files\.python" + r"hosted|/root/\.")
    texts = [path for path in map(ROOT.joinpath, tracked.split("\0")) if path.is_file() and path.suffix != ".parquet"]
    assert [str(path) for path in texts if marks.search(path.read_text(errors="replace"))] == []


def test_readme_leaves_how_much_is_split_to_the_dry_run() -> None:
    told = (ROOT / "README.md").read_text()
    assert "`./lab run --dry-run` says how much" in told
    assert not re.search(r"splits up to about \d", told)
