"""Installing starts no service, leaves a policy that was there, and says what to type where it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.error import LabError
from bench.server import install
from bench.server.spec import Program

WRK = Program(("wrk",), {"apt-get": "wrk", "dnf": "wrk"})
CALL = '#!/bin/sh\necho "$@" >> {log}; [ ! -e {policy} ] || echo policy >> {log}\n{then}\n'


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a machine on paper where wrk alone is missing and nobody is anything but root."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.delenv("LAB_NO_INSTALL", raising=False)
    monkeypatch.setattr(install, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr(install, "lacking", lambda servers: (WRK,))
    monkeypatch.setattr(install, "manager", lambda: "apt-get")
    monkeypatch.setattr(install, "locate", lambda program: str(tmp_path / "bin" / "wrk"))
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)
    monkeypatch.setattr(install, "listeners", set)
    return tmp_path


def plant_manager(machine: Path, then: str = "") -> Path:
    """Make a package manager that writes down how it is called, and return where."""
    log, program = machine / "log", machine / "bin" / "apt-get"
    program.write_text(CALL.format(log=log, policy=machine / "policy-rc.d", then=then))
    program.chmod(0o755)
    return log


def test_missing_program_is_installed_under_a_policy_that_goes_again(machine: Path) -> None:
    log = plant_manager(machine)
    assert install.install() == (WRK,)
    call, policy = log.read_text().splitlines()
    assert call.startswith("install -y") and call.endswith(" wrk")
    assert policy == "policy"
    assert not (machine / "policy-rc.d").exists()


def test_policy_that_was_there_stays_as_it_was(machine: Path) -> None:
    plant_manager(machine)
    (machine / "policy-rc.d").write_text("mine")
    install.install()
    assert (machine / "policy-rc.d").read_text() == "mine"


def test_old_lists_are_brought_up_to_date_and_it_is_tried_again(machine: Path) -> None:
    log = plant_manager(machine, f'[ "$1" = update ] && touch {machine / "fresh"}; [ -e {machine / "fresh"} ]')
    assert install.install() == (WRK,)
    assert [line.split()[0] for line in log.read_text().splitlines() if line != "policy"] == [
        "install",
        "update",
        "install",
    ]


def test_failure_says_what_to_type(machine: Path) -> None:
    plant_manager(machine, "exit 1")
    with pytest.raises(LabError, match="type: apt-get install") as error:
        install.install()
    assert error.value.slug == "server-missing"
    assert not (machine / "policy-rc.d").exists()


@pytest.mark.parametrize(("user", "variable"), [(1000, ""), (0, "1")])
def test_nothing_is_installed_where_it_may_not_be(
    machine: Path, monkeypatch: pytest.MonkeyPatch, user: int, variable: str
) -> None:
    log = plant_manager(machine)
    monkeypatch.setenv("LAB_NO_INSTALL", variable)
    monkeypatch.setattr(install.os, "geteuid", lambda: user)
    with pytest.raises(LabError, match="apt-get install"):
        install.install()
    assert not log.exists()


def test_service_that_listens_afterwards_is_told(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_manager(machine)
    seen = iter(({"0100007F:0035"}, {"0100007F:0035", "00000000:0050"}))
    monkeypatch.setattr(install, "listeners", lambda: next(seen))
    with pytest.raises(LabError, match="port 80") as error:
        install.install()
    assert error.value.slug == "service-started"


def test_nothing_missing_is_nothing_done(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = plant_manager(machine)
    monkeypatch.setattr(install, "lacking", lambda servers: ())
    assert install.install() == ()
    assert not log.exists()
