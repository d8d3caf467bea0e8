"""The commands by name, each imported only when it is called: `./lab --help` must not wait for numpy."""

from __future__ import annotations

import difflib
import importlib

import click

from bench.host.ledger import belongings_path, default_path

COMMANDS = {
    "run": "Measure this machine and write a report.",
    "plan": "Plan an experiment whose conditions are boots of this machine.",
    "doctor": "Say what this machine can measure, and what would change each no.",
    "validate": "Say how often this lab would cry wolf on this machine.",
    "atlas": "Show how the kernel maps all memory for itself: a summary and a picture.",
    "fleet": "Measure many hosts, by Ansible, and fetch what they measured.",
    "setup": "Install what some experiments need: the servers beside secret memory.",
    "kernels": "Boot other kernels in qemu, and say what each supports and does.",
    "list": "List the experiments, their conditions and their claims.",
    "show": "Print a result as a table.",
    "compare": "Say what changed between two results of the same experiment.",
    "across": "Say what the results of many machines hold together.",
    "report": "Write the report of one or several results as one HTML file.",
    "advise": "Say what holding secrets costs here, by each way of holding them, and which to take.",
    "publish": "Write a static site of all results, or the report that a repository shows.",
    "export": "Export a result for other programs (pyperf, csv).",
    "notebook": "Open the notebooks in JupyterLab: questions to results, yours too.",
    "archive": "Copy a finished result to results/, where git sees it.",
    "test": "Check the code and run the tests.",
}
EPILOG = """
\b
Examples:
  ./lab run                      a few minutes of measuring, then a report
  ./lab run --dry-run            what that would do, and take
  ./lab doctor                   what can be measured here
  ./lab show                     the newest result again
"""


class Commands(click.Group):
    """A group that knows its commands' names without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cli.command.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or say what is near it."""
        if args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands and their one line each."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
def app() -> None:
    """Measure memfd_secret(2): what secret memory costs the process that holds it, and everybody else."""
    if default_path().exists() or belongings_path().exists():
        put_back()
    tidy_up()


def put_back() -> None:
    """Put back what a run that was killed had changed on the machine, take away what it had made, and say so."""
    from bench.host import belonging, tuning

    for note in (*tuning.recover(), *belonging.recover()):
        click.echo(f"{note.text} [{note.slug}]", err=True)


def tidy_up() -> None:
    """Take away what a killed command left: of a site or a report where those are by default, of a run in /var/tmp."""
    from bench.host import hold
    from cli.place import CHECKOUT, unpublished
    from cli.swap import sweep

    for path in (*sweep(unpublished()), *sweep(CHECKOUT / "docs"), *hold.sweep()):
        click.echo(f"{path} was removed: an earlier command was killed [belonging-removed]", err=True)
