"""./lab notebook"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from bench.error import LabError
from cli.count import Count
from cli.place import CHECKOUT

NOTEBOOKS = CHECKOUT / "notebooks"
LOOPBACK = "127.0.0.1"
EDITOR = {"SETTINGS": "user-settings", "WORKSPACES": "workspaces"}
EPILOG = """
\b
The notebooks, each a question; the first line of each names the result:
  1_first_look      what was asked, what came out, how sure that is
  2_direct_map      what secret memory does to the kernel's own map
  3_neighbours      what one process's secrets do to everybody else
  4_machines        the same experiment on several machines
  5_own_question    from loading to a verdict, in ten cells

\b
Examples:
  ./lab notebook                         open them in a browser; Ctrl-C ends it
  ./lab notebook --no-browser            print the address, to be opened elsewhere
  ssh -L 8888:127.0.0.1:8888 HOST        then on HOST: ./lab notebook --no-browser

They read results and touch no machine. Without Linux, see notebooks/README.md.
"""


@click.command("notebook", epilog=EPILOG)
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@click.option("--port", type=Count(1), help="Where to listen [default: 8888, or the next that is free].")
def command(no_browser: bool, port: int | None) -> None:
    """Open the notebooks in JupyterLab, which the first call installs (about 60 packages).

    It listens on this machine alone, and lets in whoever has the token that is in the address it prints. Ctrl-C ends
    it with everything that it started. Changes that you save are changes of this checkout: copy a notebook to keep it.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        why = "it is not needed to measure, and no call asked for it yet"
        remedy = "type LAB_NOTEBOOK=1 ./lab --help, which installs it"
        raise LabError("jupyterlab-missing", "JupyterLab is not installed here", why, remedy)
    if os.geteuid() == 0:
        click.echo("JupyterLab runs as root: whoever has its address has this machine. Better as a user.", err=True)
    sys.stdout.flush()
    os.environ.update(apart(os.environ))
    if not os.environ.get("JUPYTER_TOKEN"):
        os.environ.pop("JUPYTER_TOKEN", None)  # empty, it would switch the token off
    os.chdir(NOTEBOOKS)
    os.execv(sys.executable, server(no_browser=no_browser, port=port))


def apart(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that keep a person's server configuration out, and the settings of the editor in.

    A configuration may have switched off the token, or opened the server to the network.
    """
    theirs = Path(environ.get("JUPYTER_CONFIG_DIR") or Path.home() / ".jupyter")
    kept = {f"JUPYTERLAB_{name}_DIR": theirs / "lab" / folder for name, folder in EDITOR.items()}
    kept |= {"JUPYTER_CONFIG_DIR": theirs / "secretmem-lab"}
    return {"JUPYTER_NO_CONFIG": "1"} | {name: str(path) for name, path in kept.items()}


def server(*, no_browser: bool, port: int | None) -> list[str]:
    """Return the words that become the server; its connections to kernels are no network ports."""
    own = [f"--ServerApp.ip={LOOPBACK}", "--ServerApp.allow_remote_access=False", "--KernelManager.transport=ipc"]
    own += ["--ServerApp.jpserver_extensions={'jupyterlab_jupytext': True}"]  # which opens .py files as notebooks
    own += ["--ServerApp.answer_yes=True", "--log-level=WARN"]
    own += [f"--ServerApp.root_dir={NOTEBOOKS}", f"--LabApp.app_settings_dir={NOTEBOOKS / '.jupyterlab'}"]
    own += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"] if port else []
    own += ["--no-browser"] if no_browser else []
    own += ["--allow-root"] if os.geteuid() == 0 else []
    return [sys.executable, "-P", "-m", "jupyterlab", *own]
