"""The outcome of a run: its results' reports, and the table that says the same in a terminal."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.load import load
from analysis.report.summary import summary
from cli.command.report import write as write_report


def tell(folders: list[Path]) -> None:
    """Write each result's own report and that of all of them, and print the table."""
    results = [load(folder) for folder in folders]
    for result in results:
        write_report((result,), result.path / "report.html")
    click.echo(summary(results))
    for folder in folders:
        click.echo(f"result: {folder}")
    click.echo(f"report: {write_report(results) if len(folders) > 1 else folders[0] / 'report.html'}")
