"""Playbooks: Ansible, called as a program, that reaches every host; what it may take of this machine is limited."""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.error import LabError
from bench.fleet import orphan
from bench.fleet.answer import Answer, last_line, read_answers

BOOKS = Path(__file__).parent
SSH = ("BatchMode=yes", "ControlMaster=no", "ConnectTimeout=10", "ServerAliveInterval=20", "ServerAliveCountMax=3")
"""No connection outlives its task, no password is asked for, and a host that vanished is noticed within a minute."""
FORKS = 25
LEAST_FILE_BYTES = 1 << 26
"""What Ansible itself may need for a file of its own."""
MOST_MEMORY_BYTES = 4 << 30
SETTINGS = {
    "ANSIBLE_SSH_ARGS": " ".join(f"-o {option}" for option in SSH),
    "ANSIBLE_SSH_EXECUTABLE": str(BOOKS / "ssh.sh"),
    "ANSIBLE_SFTP_EXECUTABLE": str(BOOKS / "sftp.sh"),
    "ANSIBLE_SSH_TRANSFER_METHOD": "sftp",  # others let a host choose names, or are read into memory
    "LAB_FLEET_PYTHON": sys.executable,
    "ANSIBLE_PIPELINING": "True",
    "ANSIBLE_SSH_USETTY": "False",  # a terminal would mix what a host says with its errors
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "True",
    "ANSIBLE_FORKS": str(FORKS),
    "ANSIBLE_NOCOLOR": "True",
    "ANSIBLE_DEPRECATION_WARNINGS": "False",
    "ANSIBLE_LOCALHOST_WARNING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
    "LC_ALL": "C.UTF-8",  # Ansible refuses to start in any other encoding
}


def require() -> None:
    """Raise LabError where Ansible or ssh is missing."""
    if importlib.util.find_spec("ansible") is None:
        why = "it is not needed to measure, and no call asked for it yet"
        raise LabError("ansible-missing", "Ansible is not installed here", why, "type LAB_FLEET=1 ./lab --help")
    if shutil.which("ssh") is None:
        raise LabError("ssh-missing", "there is no ssh here", remedy="install openssh-client, or openssh-clients")


def play(book: str, inventory: Path, staging: Path, given: Mapping[str, object], most_bytes: int) -> tuple[Answer, ...]:
    """Play a book over an inventory and return what each host answered.

    `staging` is an empty folder for what comes; whatever a host sends, no file gets larger than `most_bytes` or 64 MiB,
    no more is heard of what it says than ear.py lets through, and no connection outlives this. Raises LabError where
    the inventory cannot be read, or Ansible itself gives up.
    """
    report, variables = staging / "report.jsonl", staging / "variables.json"
    variables.write_text(json.dumps({**given, "report": str(report), "staging": str(staging)}))
    words = [sys.executable, "-P", "-m", "ansible", "playbook", "-i", str(inventory.resolve()), "-e", f"@{variables}"]
    environment = os.environ | SETTINGS | {"ANSIBLE_LOCAL_TEMP": str(staging / "tmp")}
    with (staging / "ansible.log").open("wb") as log, orphan.ended():
        subprocess.run(
            [*words, str(BOOKS / book)], cwd=BOOKS, env=environment, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, check=False, preexec_fn=lambda: limit(most_bytes),
        )  # fmt: skip
    if not report.exists():
        raise LabError("fleet-failed", f"nothing was done on {inventory}", fault(staging / "ansible.log"))
    answers = read_answers(report)
    if not answers and not given.get("spared"):
        raise LabError("fleet-failed", f"nothing was done on {inventory}", "it names no host")
    return answers


def limit(most_bytes: int) -> None:
    """Keep this process and its children from writing larger files, and from taking all memory."""
    file_bytes = max(most_bytes, LEAST_FILE_BYTES)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))


def fault(log: Path) -> str:
    """Return what Ansible says it stumbled over: its first line that begins so, else its last."""
    text = log.read_text(errors="replace")
    told = [line for line in text.splitlines() if line.startswith(("[ERROR]", "ERROR!", "fatal:"))]
    return last_line(told[0] if told else text)
