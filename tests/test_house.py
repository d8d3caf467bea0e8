"""The house, held on the tree itself: the sizes, names and directions that CONTRIBUTING.md states."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("workloads", "bench", "analysis", "cli")
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
FORBIDDEN = {"utils", "util", "helpers", "helper", "misc", "common"}
NO_WORKLOADS = {"native", "bpf", "probe", "atlas", "follower", "guest", "holder"}
HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "matplotlib", "pyperf", "jinja2")
C_START = re.compile(r"^[A-Za-z_].*\(")


def sources(*kinds: str, folders: tuple[str, ...] = (*FLOORS, "tests", "benchmarks", "notebooks")) -> list[Path]:
    return sorted(path for folder in folders for kind in kinds for path in (ROOT / folder).rglob(f"*.{kind}"))


def named(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def python_functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def c_functions(text: str) -> Iterator[tuple[str, int]]:
    """Yield the functions of a C file laid out by clang-format: they start in column 0 and end with a brace there."""
    start, name = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if C_START.match(line) and not line.rstrip().endswith(";"):
            start, name = number, line
        elif line == "}" and start:
            yield name, number - start + 1
            start = 0


def is_public(name: str) -> bool:
    return not name.startswith("_")


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Yield public functions, classes and methods without a docstring; what is inside a function is its own affair."""
    if tree.body and not ast.get_docstring(tree):
        yield "the module"
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    scopes += [node for node in tree.body if isinstance(node, ast.ClassDef) and is_public(node.name)]
    for scope in scopes:
        for node in scope.body:
            if (
                isinstance(node, ast.FunctionDef | ast.ClassDef)
                and is_public(node.name)
                and not ast.get_docstring(node)
            ):
                yield node.name


@pytest.mark.parametrize("path", named([*sources("py", "c", "h"), ROOT / "lab", *(ROOT / "requirements").glob("*.sh")]))
def test_file_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", named(sources("py", "c", "h")))
def test_functions_are_short(path: Path) -> None:
    text = path.read_text()
    functions = python_functions(ast.parse(text)) if path.suffix == ".py" else c_functions(text)
    assert [(name, length) for name, length in functions if length > LONGEST_FUNCTION] == []


def test_c_function_counter_counts() -> None:
    text = "static int f(int a)\n{\n\treturn a;\n}\n\nint g(int a,\n      int b)\n{\n}\nint h(void);\nstruct s {\n};\n"
    assert [length for _, length in c_functions(text)] == [4, 4]


@pytest.mark.parametrize("path", named(sources("py", folders=FLOORS)))
def test_public_names_have_docstrings(path: Path) -> None:
    assert list(undocumented(ast.parse(path.read_text()))) == []


def test_no_file_is_named_after_nothing() -> None:
    assert [path for path in sources("py", "c", "h") if path.stem in FORBIDDEN] == []


def test_packages_say_that_they_are_typed() -> None:
    assert [name for name in FLOORS if not (ROOT / name / "py.typed").exists()] == []


def test_imports_go_only_downward() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_the_command_line_prints() -> None:
    prints = re.compile(r"^\s*(print|click\.echo)\(", re.MULTILINE)
    quiet = list(sources("py", folders=("workloads", "bench", "analysis")))
    assert [path for path in quiet if prints.search(path.read_text())] == []


def test_notebooks_import_nothing_below_the_analysis() -> None:
    imports = re.compile(r"^\s*(?:from|import) (?:workloads|bench|cli)\b", re.MULTILINE)
    assert [path for path in sources("py", folders=("notebooks",)) if imports.search(path.read_text())] == []


def test_unit_tests_mirror_the_tree() -> None:
    unit = ROOT / "tests" / "unit"
    folders = {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}
    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_every_workload_is_in_the_catalog_and_has_a_test() -> None:
    catalog = (ROOT / "workloads" / "catalog.py").read_text()
    tests = "\n".join(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    programs = {path.parent.name for path in (ROOT / "workloads").glob("*/*.c")} - NO_WORKLOADS
    assert programs
    assert [name for name in programs if f"{name}.WORKLOAD" not in catalog] == []
    assert [name for name in programs if f"test_{name}" not in tests] == []


def test_start_imports_nothing_heavy() -> None:
    look = f"import sys, cli.__main__; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("\n", "")
