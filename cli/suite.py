"""A suite: the words for `./lab run`, as typed for another machine, understood as that command understands them."""

from __future__ import annotations

from bench.error import LabError
from bench.experiments.catalog import select
from bench.experiments.wish import DEFAULT_PAGES, Wish
from bench.fleet.job import Job, refuse_words
from bench.run.plan import estimate
from cli.command import run

OURS = {"resume": "it goes on by itself", "dry_run": "type it there", "results": "each host has a folder for them",
        "machine": "hosts would share the name", "profile_kernel": "it is for one machine",
        "go_on": "a series of boots is planned there", "reboot": "the same"}  # fmt: skip
"""Options of `./lab run` that a fleet does not pass on, and why."""
CPUS, SPARE_S = 4, 20.0
"""For the forecast alone: so many CPUs are assumed there, and so long for what comes before and after the runs."""


def understand(fleet: str, words: tuple[str, ...]) -> tuple[Job, float]:
    """Return the job that some words stand for, and how long it takes, about, in seconds.

    Raises what `./lab run` would raise for them, and LabError for options that a fleet has its own way with.
    """
    context = run.command.make_context("./lab run", list(words))
    typed = run.typed(context)
    for name, why in OURS.items():
        if name in typed:
            raise LabError("fleet-words", f"{typed[name]} is not passed on to hosts", why, "leave it out")
    given = context.params
    experiments: tuple[str, ...] = given["experiments"]
    run.refuse_two_numbers(given["blocks"], given["until"], given["max_blocks"])
    options = tuple(word for word in words if word not in (*experiments, "--"))
    refuse_words(options)
    return Job(fleet, options, experiments), SPARE_S + seconds(given)


def seconds(given: dict[str, object]) -> float:
    """Return a generous guess of how long the runs take, from what `./lab run` understood."""
    pages = given["pages"] or DEFAULT_PAGES
    wish = Wish(given["profile"], CPUS, pages, given["split_budget"])  # type: ignore[arg-type]
    chosen = select(given["experiments"], wish)  # type: ignore[arg-type]
    blocks = given["blocks"] or (given["until"] and (given["max_blocks"] or run.MAX_BLOCKS))
    return sum(estimate(each.model_copy(update={"blocks": blocks} if blocks else {})).seconds for each in chosen)
