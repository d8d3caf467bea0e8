"""A result as comma-separated values: every reading in a line, for whatever reads nothing better."""

from __future__ import annotations

from pathlib import Path

from analysis.load import Result, readings

FORMULA = ("=", "+", "-", "@")
HEADER = "run,block,condition,metric,seq,value\n"


def write(result: Result, target: Path) -> None:
    """Write every reading in the unit of its metric, a run at a time; threads of a run stand one behind the other."""
    with target.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for run, by_metric in readings(result):
            for metric, ns in by_metric.items():
                start = f"{run.trial.index},{run.trial.block},{quoted(run.trial.condition.label())},{quoted(metric)}"
                file.writelines(f"{start},{seq},{value}\n" for seq, value in enumerate(ns.tolist()))


def quoted(text: str) -> str:
    """Return a text as one cell: on one line, and nothing that a spreadsheet would take for a formula."""
    line = " ".join(text.split())
    plain = f"'{line}" if line[:1] in FORMULA else line
    return plain if plain.isidentifier() else '"{}"'.format(plain.replace('"', '""'))
