"""Programs are found by any of their names, the newest first, and what is missing has the line that installs it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.server import package
from bench.server.catalog import CATALOG, NAMES, find
from bench.server.spec import Program
from workloads.spec import Unsupported


def plant(path: Path) -> Path:
    """Make an empty program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder in PATH of a machine whose package manager is apt-get and whose user is root."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(package.os, "geteuid", lambda: 0)
    plant(tmp_path / "bin" / "apt-get")
    return tmp_path / "bin"


def test_program_has_the_name_that_this_distribution_gives_it(bare: Path) -> None:
    either = Program(("redis-server", "valkey-server"), {})
    assert package.locate(either) is None
    valkey = plant(bare / "valkey-server")
    assert package.locate(either) == str(valkey)
    redis = plant(bare / "redis-server")
    assert package.locate(either) == str(redis)


def test_newest_version_comes_first_and_before_path(bare: Path, tmp_path: Path) -> None:
    plant(bare / "postgres")
    for version in ("9.6", "15", "10"):
        plant(tmp_path / "versions" / version / "bin" / "postgres")
    pattern = f"{str(tmp_path).lstrip('/')}/versions/*/bin"
    found = package.locate(Program(("postgres",), {}, (pattern,)))
    assert found == str(tmp_path / "versions" / "15" / "bin" / "postgres")


def test_line_names_each_package_once_and_sudo_where_it_is_wanted(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = [Program((name,), {"apt-get": "postgresql"}) for name in ("postgres", "initdb")]
    line = "apt-get install -y --no-install-recommends postgresql"
    assert package.install_line(programs) == line
    monkeypatch.setattr(package.os, "geteuid", lambda: 1000)
    assert package.install_line(programs) == f"sudo {line}"


def test_line_of_another_package_manager_is_its_own(bare: Path) -> None:
    (bare / "apt-get").unlink()
    plant(bare / "dnf")
    assert package.install_line([Program(("wrk",), {"apt-get": "a", "dnf": "b"})]).endswith("install_weak_deps=False b")
    (bare / "dnf").unlink()
    assert package.install_line([Program(("wrk",), {}), Program(("nginx",), {})]) == "install wrk and nginx"


def test_server_without_its_programs_is_unsupported_with_the_line(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "locate", lambda program: None)
    for server in CATALOG:
        refusal = package.find_programs(server)
        assert isinstance(refusal, Unsupported) and refusal.slug == "server-missing"
        assert "apt-get install" in refusal.remedy


def test_every_server_is_known_to_both_package_managers() -> None:
    assert NAMES == ("redis", "postgresql", "nginx")
    assert find("compute") is None
    for server in CATALOG:
        assert find(server.name) is server
        assert all(program.packages.keys() == package.INSTALL.keys() for program in server.programs)


def test_programs_that_are_there_are_found(bare: Path) -> None:
    assert shutil.which("apt-get") == str(bare / "apt-get")
    for name in ("redis-server", "valkey-benchmark"):
        plant(bare / name)
    redis = find("redis")
    assert redis is not None
    expected = {"redis-server": str(bare / "redis-server"), "redis-benchmark": str(bare / "valkey-benchmark")}
    assert package.find_programs(redis) == expected
