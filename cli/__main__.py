"""Where a command starts, and the one place where an error becomes a line and an exit status."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import click

from bench.error import LabError
from bench.text import one_line
from cli.app import app

FAILED, INTERRUPTED = 1, 130


class Terminated(BaseException):
    """SIGTERM or SIGHUP, which end a run as Ctrl-C does: everything is put back first."""


def terminate(number: int, frame: FrameType | None) -> NoReturn:
    """Turn a signal into the exception that unwinds the run."""
    raise Terminated(signal.Signals(number).name)


def main() -> int:
    """Run the command line; returns the exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, terminate)
    return guarded(lambda: app.main(sys.argv[1:] or ["--help"], prog_name="./lab", standalone_mode=False))


def guarded(command: Callable[[], object]) -> int:
    """Call a command and cross every error into one line on stderr."""
    try:
        status = command()
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return complain(error.format_message(), error.exit_code)
    except LabError as error:
        return complain(str(error), FAILED)
    except BrokenPipeError:
        return end_of_pipe()
    except (KeyboardInterrupt, click.exceptions.Abort):
        return complain("stopped by Ctrl-C", INTERRUPTED)
    except Terminated as end:
        return complain(f"stopped by {end}", INTERRUPTED)
    except OSError as error:
        return complain(f"{error.filename or 'the system'}: {error.strerror or error}", FAILED)
    except Exception as error:  # noqa: BLE001 - the last line of defence: never a traceback
        return surprise(error)


def complain(message: str, status: int) -> int:
    """Print one line that says what went wrong, and pass the status on."""
    print(f"lab: {one_line(message)}", file=sys.stderr)
    return status


def surprise(error: Exception) -> int:
    """Report what nobody foresaw in one line; with LAB_DEBUG set, show where it came from instead."""
    if os.environ.get("LAB_DEBUG"):
        raise error
    what = f"this is a fault of the lab: {type(error).__name__}: {error}"
    return complain(f"{what}; run it again with LAB_DEBUG=1 and report what that prints [internal-error]", FAILED)


def end_of_pipe() -> int:
    """End quietly when whoever read our output has gone, and keep the interpreter from complaining at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
