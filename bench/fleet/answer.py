"""What a host answered: one line of its own, or what Ansible says of it. Untrusted, and so read narrowly."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from bench.text import one_line

HostState = Literal["started", "running", "finished", "failed", "broken-off", "absent", "unreachable"]
LINE = re.compile(r"fleet ([a-z-]{1,16}) (\d{1,15})(?: (.*))?", re.ASCII)
LONGEST = 300
SLUGS = {
    "failed": "host-failed",
    "broken-off": "host-broken-off",
    "absent": "host-absent",
    "unreachable": "host-unreachable",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How the suite stands on a host, and why; `parcel_text` says why its parcel did not come, "" where it did."""

    host: str
    state: HostState
    text: str = ""
    parcel_text: str = ""


def read_answers(report: Path) -> tuple[Answer, ...]:
    """Return the answers that the playbook wrote down, a line of JSON each."""
    return tuple(answer(json.loads(line)) for line in report.read_text().splitlines() if line.startswith("{"))


def answer(said: dict[str, object]) -> Answer:
    """Return what a host said, or why it said nothing that this version understands."""
    host, parcel_text = str(said["host"]), last_line(said["parcel_message"])
    if said["unreachable"]:
        return Answer(host, "unreachable", last_line(said["message"]))
    found = LINE.fullmatch(last_line(said["stdout"]))
    if found and found[1] in get_args(HostState):
        return Answer(host, found[1], found[3] or "", parcel_text)  # type: ignore[arg-type]
    why = last_line(said["stderr"]) or last_line(said["stdout"]) or last_line(said["message"])
    return Answer(host, "failed", why or "it did not answer")


def last_line(text: object) -> str:
    """Return the last line that says something, as a terminal may show it, cut where it gets long."""
    lines = [line for line in str(text).splitlines() if line.strip()]
    return one_line(lines[-1])[:LONGEST] if lines else ""
