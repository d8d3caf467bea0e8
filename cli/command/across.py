"""./lab across"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

EPILOG = """
FOLDER is a result, or a folder that has results anywhere below it, whoever sent them. What cannot be taken in
(unfinished, damaged, emulated, a copy) is left out and named.

On a Spark cluster the folders have to be where its workers see them by the same path; LAB_SPARK=1 installs PySpark,
which needs Java. The answers are the same to the last digit.

\b
Examples:
  ./lab across results/local/fleet                        what holds on all of these machines
  ./lab across A B C -o across.html --json across.json    as a page, and for programs
  LAB_SPARK=1 ./lab across --engine spark://head:7077 /shared/results
"""


@click.command("across", epilog=EPILOG)
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--engine", default="duckdb", show_default=True, metavar="NAME",
              help="What goes through the readings: duckdb, or a Spark master as spark://HOST:PORT.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write a page there too.")  # fmt: skip
@click.option("--json", "as_json", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write it for a program there too.")  # fmt: skip
def command(folders: tuple[Path, ...], engine: str, output: Path | None, as_json: Path | None) -> None:
    """Say what many results of many machines hold together: what is so everywhere, and what it depends on.

    Kinds of machine are a random effect; flush class (IPI, INVLPGB, TLBI), CPUs, virtualisation and kernel are what
    may make a difference. No more than some results are in memory at a time.
    """
    from analysis.across.connection import connected
    from analysis.across.source import Skipped, take
    from analysis.across.survey import survey
    from analysis.report.across import document, text
    from bench.run.journal import replace
    from cli import crew

    results = gathered(folders)
    click.echo(f"{len(results):,} results found", err=True)
    with connected(engine) as connection:
        taken = crew.each(take, results, lambda path: Skipped(path, f"{crew.KILLED} [process-killed]"))
        with click.progressbar(length=len(results), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            found = survey(connection, taken, bar.update)
    click.echo(text(found))
    if output:
        from analysis.report import page

        replace(output, page.write(document(found)).encode())
        click.echo(f"page: {output}")
    if as_json:
        from analysis.report.acrossfile import across_file

        replace(as_json, across_file(found).model_dump_json(indent=1).encode() + b"\n")
        click.echo(f"json: {as_json}")


def gathered(folders: Sequence[Path]) -> list[Path]:
    """Return the results in some folders, each once and in the order of their names; raises LabError without one."""
    from analysis.place import within
    from bench.error import LabError

    found = {path.resolve(): path for folder in folders for path in within(folder)}
    if not found:
        raise LabError(
            "no-results", f"there is no result in {', '.join(map(str, folders))}", remedy="name their folder"
        )
    return sorted(found.values())
