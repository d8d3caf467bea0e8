"""./lab publish"""

from __future__ import annotations

from pathlib import Path

import click

from bench.error import LabError
from cli.place import PUBLISHED, experiments, unpublished

EPILOG = """
The site is static and needs no server: open FOLDER/index.html, or copy FOLDER to where pages are served. A page that
neither its result nor the lab has changed for is taken over from the site that is there.

\b
Examples:
  ./lab publish                       results/ to results/local/site
  ./lab publish /tmp/site             to a folder of your own
  ./lab publish --from results/local /tmp/mine
  ./lab publish --report              docs/report/ anew, from results/
"""


@click.command("publish", epilog=EPILOG)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--from", "source", type=click.Path(exists=True, file_okay=False, path_type=Path), default=PUBLISHED,
              metavar="RESULTS", help="Whose results [results/].")  # fmt: skip
@click.option("--anew", is_flag=True, help="Take nothing over from the site that is there.")
@click.option("--report", is_flag=True,
              help="Not a site: the report as a repository shows it, in Markdown [to docs/report/].")  # fmt: skip
def command(folder: Path | None, source: Path, anew: bool, report: bool) -> None:
    """Write a static site of all results: an index with filters, each report, the data to download, how to cite.

    FOLDER appears whole or not at all; only a site is ever replaced. What cannot be shown (unfinished, damaged) is
    left out and named, in the index too; the status is then 1.
    """
    found = experiments(source)
    if not found:
        raise LabError("no-results", f"there is no result in {source}", remedy="make one with ./lab run, ./lab archive")
    if report:
        from cli.edition import EDITION, renew

        click.echo(f"report: {renew(found, folder or EDITION)}")
        return
    write_site(found, folder or unpublished() / "site", anew=anew)


def write_site(found: list[Path], target: Path, *, anew: bool) -> None:
    """Write the site of some results and say what is in it."""
    from cli.site import INDEX, publish

    site = publish(found, target, anew=anew)
    for each in site.left_out:
        click.echo(f"left out: {each.name}: {each.why}", err=True)
    click.echo(f"site of {len(site.entries)} results: {target / INDEX}")
    if site.left_out:
        raise click.exceptions.Exit(1)
