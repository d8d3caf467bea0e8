"""An entry: what the index says of one result, and where its report and its data are."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from analysis.fear.column import columns
from analysis.report.study import Study
from analysis.verdict import Outcome
from bench.model.record import Record

Digits = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
"""The name of a result's folder in a site: the first digits of its seal's checksum, and never what a result says."""


class Download(Record):
    """One file beside a report: its name, its size and its SHA-256."""

    name: str
    size_bytes: int
    sha256: str


class Answer(Record):
    """A claim or a proof by its name, its sentence, and what came of it; of a fear `text` is the title."""

    name: str
    text: str
    outcome: Outcome
    said: str = ""


class Entry(Record):
    """One result; `made_by` tells the code that wrote its report from any other, `report` and `verdicts` are its own.

    `downloads` are the files of the result itself, as they were sealed.
    """

    folder: Digits
    experiment: str
    profile: str
    question: str
    machine: str
    kernel: str
    cpu: str
    created: str
    commit: str
    made: int
    planned: int
    fears: tuple[Answer, ...]
    answers: tuple[Answer, ...]
    report: Download
    verdicts: Download
    downloads: tuple[Download, ...]
    made_by: str

    @property
    def citation(self) -> str:
        """Return how to cite the result."""
        return (
            f"The secretmem-lab authors ({self.created[:4]}). {self.experiment}, measured {self.created} on machine "
            f"{self.machine} (Linux {self.kernel}) at commit {self.commit} [data set {self.folder}]. secretmem-lab."
        )


class LeftOut(Record):
    """A result that is not in a site: the folder it lies in, and why."""

    name: str
    why: str


class SiteFile(Record):
    """site.json: what is in a site, the newest first, and what was left out; a folder that has it is a site."""

    format: int = 1
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]


def entry(study: Study, folder: str, written: tuple[Download, Download], data: tuple[Download, ...], by: str) -> Entry:
    """Return the entry of a study; `written` are its report and its verdicts, `by` the code that wrote them."""
    manifest = study.result.manifest
    (column,) = columns([study])
    return Entry(
        folder=folder,
        experiment=manifest.experiment.name,
        profile=manifest.experiment.profile,
        question=manifest.experiment.question,
        machine=manifest.machine,
        kernel=manifest.environment.kernel,
        cpu=manifest.environment.cpu,
        created=manifest.created,
        commit=manifest.commit,
        made=study.made,
        planned=study.planned,
        fears=tuple(
            Answer(name=ruling.fear.id, text=ruling.fear.title, outcome=ruling.outcome, said=ruling.fear.said)
            for ruling in column.rulings
            if ruling.outcome != "not run"
        ),
        answers=(
            *(Answer(name=v.claim.name, text=v.claim.text, outcome=v.outcome) for v in study.verdicts),
            *(Answer(name=f.proof.name, text=f.proof.text, outcome=f.outcome) for f in study.findings),
        ),
        report=written[0],
        verdicts=written[1],
        downloads=data,
        made_by=by,
    )
