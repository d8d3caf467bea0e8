"""./lab report"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from analysis.load import Result
from analysis.plots.canvas import narrow
from analysis.report.block import Document
from analysis.report.outline import document
from bench.run.journal import replace
from cli.gallery import hang
from cli.place import everywhere, find, newest, series, unpublished
from cli.shelf import loaded, tell

FORMATS = ("html", "md", "pdf", "json")
EPILOG = """
RESULT is a result's folder, or an experiment's name for its newest result. Of a series of boots, which stands alone,
there is Markdown with one figure.

\b
Examples:
  ./lab report                                    the newest of each experiment, as a page
  ./lab report results/*/* -o all.html            machines and kernels side by side
  ./lab report --format pdf page_cost             on paper
  ./lab report --format md --figures figures -o REPORT.md   for a repository
  ./lab report --format json -o -                 the verdicts, for a program
"""


@click.command("report", epilog=EPILOG)
@click.argument("results", metavar="[RESULT]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True,
              help="A page, Markdown, paper, or the verdicts for a program.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
              help="Where to write it; - is stdout [default: results/local/report.FORMAT].")  # fmt: skip
@click.option("--figures", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Write every figure there too, as SVG and PNG, for one column of a paper and for two.")  # fmt: skip
def command(results: tuple[str, ...], form: str, output: Path | None, figures: Path | None) -> None:
    """Write what was feared of memfd_secret and what one or several results say to it, into one file.

    Results of several machines or kernels get a column each and are never pooled. Without RESULT, the report is of the
    newest result of each experiment. One that cannot be read is left out and named where there are others; the
    status is then 1.
    """
    if boots := [path for each in results if (path := series(each))]:
        report_series(boots, results, form, output)
        return
    found, wrong = loaded(tuple(map(find, results)) or newest())
    target = write(found, output, form, figures)
    if str(target) != "-":
        click.echo(f"report: {target}")
    if figures:
        click.echo(f"figures: {figures}", err=str(target) == "-")
    tell(wrong)


def report_series(boots: Sequence[Path], results: Sequence[str], form: str, output: Path | None) -> None:
    """Write the report of one series of boots; raises UsageError where more than that was asked for."""
    from cli.bootreport import write as write_series

    if len(results) > 1 or form not in ("html", "md"):  # html is the default, and means the only form that there is
        raise click.UsageError("a series of boots has a report of its own, in Markdown")
    click.echo(f"report: {write_series(boots[0], output)}")


def write(
    results: Sequence[Result], output: Path | None = None, form: str = "html", figures: Path | None = None
) -> Path:
    """Write the report of some results and return where; by default beside the results that are not published."""
    target = output or unpublished() / f"report.{form}"
    data = made(results, everywhere(), form, target, figures)
    if str(target) == "-":
        click.echo(data, nl=False)
    else:
        replace(target, data)
    return target


def made(
    results: Sequence[Result], validations: Sequence[Path], form: str, target: Path, figures: Path | None
) -> bytes:
    """Return a report as the bytes of a file, and write its figures where they are wanted."""
    report = document(results, validations) if figures or form != "json" else None
    pictures = hang(report, for_columns(results, validations), figures, target) if figures and report else {}
    if report is None or form == "json":
        from analysis.report.verdictfile import verdict_file

        return verdict_file(results, validations).model_dump_json(indent=2).encode() + b"\n"
    if form == "pdf":
        from analysis.report.paper import pdf

        return pdf(report)
    if form == "md":
        from analysis.report import markdown

        return markdown.write(report, pictures).encode()
    from analysis.report import page

    return page.write(report).encode()


def for_columns(results: Sequence[Result], validations: Sequence[Path]) -> Document:
    """Return a report whose figures are drawn for one column of a paper."""
    with narrow():
        return document(results, validations)
