"""./lab atlas"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.machine import held

if TYPE_CHECKING:
    from workloads.atlas import Atlas

UNSUPPORTED = 3
"""As the native programs say it: this machine does not offer it."""
EPILOG = """
\b
Examples:
  ./lab atlas                              how the direct map is made up, and a picture
  ./lab atlas --json before.json           keep its state ...
  ./lab atlas --json after.json
  ./lab atlas --diff before.json after.json   ... and say what happened meanwhile
  ./lab atlas --watch                      say it as it happens, until Ctrl-C
"""


@click.command("atlas", epilog=EPILOG)
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Where to draw it: .svg or .png.")
@click.option("--json", "document", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True), help="Write it.")
@click.option("--watch", type=click.FloatRange(0.05), is_flag=False, flag_value=1.0, metavar="[SECONDS]",
              help="Look again every so often [1] and print what changed.")  # fmt: skip
@click.option("--diff", nargs=2, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="A B",
              help="Compare two JSON files.")  # fmt: skip
def command(picture: Path | None, document: Path | None, watch: float | None, diff: tuple[Path, Path] | None) -> None:
    """Show how the kernel maps all memory for itself: the direct map, read from inside by BPF programs.

    Prints what it is made of and draws it: a row for each gigabyte, a cell for each 2 MB, by default to
    results/local/atlas.svg. Where the map cannot be read it says why, and what /proc tells instead, and ends with 3.
    """
    refuse_together(picture, document, watch, diff)
    if diff:
        show_difference(diff, picture)
    elif watch:
        from cli.watch import watch_map

        raise click.exceptions.Exit(0 if watch_map(watch) else UNSUPPORTED)
    else:
        with held():
            shown = show(picture, document)
        raise click.exceptions.Exit(0 if shown else UNSUPPORTED)


def refuse_together(picture: Path | None, document: Path | None, watch: float | None, diff: object) -> None:
    """Raise UsageError for options that do not go together, or a picture of a kind that is not known."""
    if (watch and (picture or document or diff)) or (diff and document):
        raise click.UsageError("--watch stands alone, and --diff goes with --picture only")
    if picture and picture.suffix not in (".svg", ".png"):
        raise click.UsageError(f"--picture writes .svg or .png, and not {picture.suffix or 'a file without a suffix'}")


def show(picture: Path | None, document: Path | None) -> bool:
    """Print, draw and write the map as it is now; returns whether it could be read."""
    from analysis.report.atlas import summary
    from bench.run.cartographer import ask_atlas
    from cli.document import write
    from cli.fallback import instead, kernel_says
    from workloads.atlas import Atlas

    taken, told = ask_atlas(), kernel_says()
    if not isinstance(taken, Atlas):
        for line in instead(taken, told):
            click.echo(line, err=document is not None)
        return False
    if document is not None:
        write(document, taken, told)
    if str(document) == "-":
        return True
    for line in summary(taken, told):
        click.echo(line)
    if document is not None:
        click.echo(f"json: {document}")
    click.echo(f"picture: {drawn(taken, picture)}")
    return True


def drawn(taken: Atlas, picture: Path | None) -> Path:
    """Draw a map and return where; matplotlib is imported only here, after all that there is to read is printed."""
    from cli.chartroom import draw

    return draw(taken, picture)


def show_difference(files: tuple[Path, Path], picture: Path | None) -> None:
    """Print and draw what happened between two states that lie in files."""
    from analysis.report.atlas import changes
    from cli.document import read_state

    before, after = map(read_state, files)
    lines = list(changes(before, after))
    if not lines:
        click.echo("nothing changed")
        return
    for line in lines:
        click.echo(line)
    from cli.chartroom import draw_difference

    click.echo(f"picture: {draw_difference(before, after, picture)}")
