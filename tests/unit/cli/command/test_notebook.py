"""notebook: a server for this machine alone, with a token whatever a configuration says, that ends with Ctrl-C."""

from __future__ import annotations

import importlib.util
import os
import pty
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.error import LabError
from cli.command import notebook
from cli.place import CHECKOUT

OPEN = "c.{0}.token = ''\nc.{0}.password = ''\nc.ServerApp.ip = '0.0.0.0'\n"
ADDRESS = re.compile(r"http://([^:/\s]+):(\d+)/lab\?token=(\w+)\s")


def ask(*words: str) -> None:
    notebook.command.main(list(words), standalone_mode=False)


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that the command would become; the process stays as it is."""
    words: list[str] = []
    monkeypatch.chdir(CHECKOUT)
    monkeypatch.setattr(os, "environ", dict(os.environ) | {"JUPYTER_TOKEN": "", "HOME": "/home/somebody"})
    monkeypatch.setattr(os, "execv", lambda program, argv: words.extend(argv))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    return words


def test_without_jupyterlab_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(LabError, match=r"type LAB_NOTEBOOK=1 \./lab .*jupyterlab-missing"):
        ask()


def test_it_listens_on_loopback_and_opens_the_folder_of_the_notebooks(became: list[str]) -> None:
    ask("--no-browser", "--port", "8899")
    assert became[:4] == [sys.executable, "-P", "-m", "jupyterlab"]
    assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.port=8899", "--no-browser"} <= set(became)
    assert f"--ServerApp.root_dir={CHECKOUT / 'notebooks'}" in became and Path.cwd() == CHECKOUT / "notebooks"


def test_no_word_on_the_command_line_which_all_can_see_is_a_token(became: list[str]) -> None:
    ask()
    assert [word for word in became if "token" in word.lower()] == []


def test_a_configuration_is_kept_out_and_the_editors_settings_stay(became: list[str]) -> None:
    ask()
    assert "JUPYTER_TOKEN" not in os.environ and os.environ["JUPYTER_NO_CONFIG"] == "1"
    assert os.environ["JUPYTER_CONFIG_DIR"] != "/home/somebody/.jupyter"
    assert os.environ["JUPYTERLAB_SETTINGS_DIR"] == "/home/somebody/.jupyter/lab/user-settings"


def test_root_is_told_what_that_means(became: list[str], capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    for user, told in ((0, True), (1000, False)):
        became.clear()
        monkeypatch.setattr(os, "geteuid", lambda user=user: user)
        ask()
        assert ("runs as root" in capsys.readouterr().err, "--allow-root" in became) == (told, told)


def read_until(terminal: int, wanted: re.Pattern[str], seconds: float) -> tuple[str, re.Match[str] | None]:
    """Return what a terminal shows until something stands there or the time is over."""
    text, end = "", time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            text += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            break
        if found := wanted.search(text):
            return text, found
    return text, None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A server on a terminal, of somebody whose configuration opens it to everyone without a token."""
    for name in ("jupyter_config", "jupyter_server_config", "jupyter_lab_config"):
        (tmp_path / f"{name}.py").write_text(OPEN.format("ServerApp") + OPEN.format("IdentityProvider"))
    variables = {"JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    ours, theirs = pty.openpty()
    begin = "import os, fcntl, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(*{!r})"
    words = [sys.executable, "-P", "-m", "cli", "notebook", "--no-browser"]
    started = subprocess.Popen(
        [sys.executable, "-c", begin.format((sys.executable, words))],
        stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | variables | {"JUPYTER_TOKEN": ""},
    )  # fmt: skip
    os.close(theirs)
    try:
        yield started, ours
    finally:
        started.kill()
        started.wait()
        os.close(ours)


def status(address: str) -> int:
    """Return how a server answers; it says its address a moment before it listens there."""
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.mark.optional("JupyterLab is installed by ./lab notebook alone")
def test_server_lets_nobody_in_without_its_token_and_ends_with_ctrl_c(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    if importlib.util.find_spec("jupyterlab") is None:
        pytest.skip("JupyterLab is not installed")
    process, terminal = server
    shown, found = read_until(terminal, ADDRESS, 60)
    assert found, shown
    host, port, token = found.groups()
    contents = f"http://127.0.0.1:{port}/api/contents/1_first_look.py?type=notebook"
    assert (host, status(contents), status(f"{contents}&token={token}")) == ("127.0.0.1", 403, 200)
    os.write(terminal, b"\x03")
    read_until(terminal, re.compile("$^"), 20)  # to its end
    assert process.wait(timeout=20) == 0
