"""A fleet: the suite begun on its hosts, what they send looked at and taken in, and how they stand, in words."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from analysis.plots.duration import count_text
from bench.error import LabError
from bench.fleet.answer import LONGEST, Answer
from bench.fleet.arrival import keep
from bench.fleet.job import Job
from bench.fleet.playbook import play
from bench.fleet.roll import FETCHED, NAME, Roll, Standing, newest, read_roll, standing, write_roll
from bench.text import one_line
from cli.place import unpublished
from cli.quarantine import Quarantine
from cli.suite import understand

NOTHING_BYTES = 0
"""What hosts may send where nothing is fetched from them."""
OVERTIME, A_DAY_S = 10, 86_400
"""So many times the forecast a host that is waited for may measure: beyond that it is taken to hang."""


def fleet_name(inventory: Path) -> str:
    """Return the name of an inventory's fleet, which begins its folders' names; raises LabError where it cannot."""
    if not NAME.fullmatch(inventory.stem):
        raise LabError("fleet-words", f"{inventory.stem!r} cannot name a fleet", "letters, digits and ._- only")
    return inventory.stem


def fleets() -> Path:
    """Return where the folders of fleets are: one for each suite, in it the roll, and one for each host."""
    return unpublished() / "fleet"


def known(inventory: Path, words: tuple[str, ...]) -> tuple[Path, Roll]:
    """Return the folder and the roll of the suite that the words name, else of the one that was begun last."""
    fleet = fleet_name(inventory)
    folder = fleets() / understand(fleet, words)[0].name if words else newest(fleets(), fleet)
    roll = read_roll(folder)
    if roll is None:
        raise LabError("fleet-unknown", "this suite was not begun", remedy="begin it with ./lab fleet run INVENTORY")
    return folder, roll


def begin(inventory: Path, words: tuple[str, ...]) -> Roll:
    """Begin a suite on every host that neither measures nor is done, and write down what each answered."""
    job, takes_s = understand(fleet_name(inventory), words)
    folder, now = fleets() / job.name, datetime.now(UTC)
    before = read_roll(folder)
    hosts = before.hosts if before else {}
    roll = Roll(fleet=job.fleet, options=job.options, experiments=job.experiments,
                begun=now.isoformat(timespec="seconds"), hosts=hosts)  # fmt: skip
    spared = {*roll.left_alone(now), *(set(hosts) - set(roll.lacking()))}
    given = {"chosen": ":!".join(("all", *sorted(spared))), "names": f"{NAME.pattern}$", "spared": len(spared),
             "job": job.name, "words": " ".join(job.words)}  # fmt: skip
    with staging(folder) as draft:
        answers = play("start.yml", inventory, draft, given, NOTHING_BYTES)
    due = datetime.now(UTC) + timedelta(seconds=takes_s)
    kept = {name: host for name, host in hosts.items() if name in spared}  # the others are asked, or named no more
    roll = roll.model_copy(update={"hosts": kept | {answer.host: standing(answer, due) for answer in answers}})
    write_roll(folder, roll)
    return roll


@contextlib.contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give an empty folder for what comes from hosts, on the file system where it is to stay, for a while."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".draft-", dir=folder) as draft:
        yield Path(draft)


def sleep_until_due(roll: Roll) -> None:
    """Sleep until no host is expected to measure."""
    now = datetime.now(UTC)
    dues = [datetime.fromisoformat(roll.hosts[name].due or "") for name in roll.left_alone(now)]
    left_s = (max(dues) - now).total_seconds() if dues else 0.0
    if left_s > 0:
        click.echo(f"{count_text(len(dues), 'host')} should be measuring: asking nobody for {left_s:.0f} s", err=True)
        time.sleep(left_s)


def overtime_s(job: Job) -> int:
    """Return for how long hosts are waited for, in whole seconds."""
    try:
        return OVERTIME * int(understand(job.fleet, job.words)[1])
    except (LabError, click.ClickException):  # words of another version
        return A_DAY_S


def collect(
    inventory: Path, folder: Path, roll: Roll, chosen: list[str], most_bytes: int, patience_s: int, *, wait: bool
) -> Roll:
    """Fetch from some hosts and take in what can be believed; returns how all stand then.

    One that has neither answered nor sent its parcel after `patience_s` each is given up.
    """
    if not chosen:
        return roll
    given = {"job": roll.job.name, "chosen": chosen, "wait": wait, "most_bytes": most_bytes,
             "answer_s": patience_s + (overtime_s(roll.job) if wait else 0), "fetch_s": patience_s}  # fmt: skip
    with staging(folder) as draft, Quarantine(most_bytes) as quarantine:
        answers = {answer.host: answer for answer in play("fetch.yml", inventory, draft, given, most_bytes)}
        for number, name in enumerate(chosen):
            if name in answers:
                unpacked = draft / f"{number}.unpacked"
                stands = take_in(answers[name], draft / f"{number}.tar", unpacked, folder / name, quarantine)
            else:
                stands = Standing(state="absent", text="the inventory does not name it any more", slug="host-absent")
            roll = roll.with_host(name, stands)
            write_roll(folder, roll)
    return roll


def take_in(answer: Answer, parcel: Path, unpacked: Path, host: Path, quarantine: Quarantine) -> Standing:
    """Take in what one host sent, as far as it can be believed, and return how the host stands."""
    stands = standing(answer, None)
    if answer.parcel_text or not parcel.exists():
        if answer.state != "finished":
            return stands
        why = answer.parcel_text or f"there is nothing in it, or more than {quarantine.most_bytes} bytes"
        if parcel.exists() and parcel.stat().st_size >= quarantine.most_bytes:  # cut off there, whatever was said of it
            why = f"it is larger than {quarantine.most_bytes} bytes"
        return Standing(state="not fetched", text=why, slug="parcel-missing")
    sound, wrong = sift(parcel, unpacked, host, quarantine)
    if wrong:
        return Standing(state="refused", text=told(wrong), slug="parcel-refused", results=sound)
    return stands.model_copy(update={"results": sound} | ({"state": FETCHED} if answer.state == "finished" else {}))


def sift(parcel: Path, unpacked: Path, host: Path, quarantine: Quarantine) -> tuple[int, list[str]]:
    """Keep the results of a parcel that can be believed; returns how many, and why others were refused."""
    unpacked.mkdir()
    if parcel.stat().st_size > quarantine.most_bytes:
        return 0, [f"it is larger than {quarantine.most_bytes} bytes"]
    try:
        looked = quarantine.look(parcel, unpacked)
    except LabError as error:
        return 0, [reason(error)]
    kept, wrong = 0, list(looked.refused)
    for result in looked.sound:
        try:
            keep(result, host)
            kept += 1
        except LabError as error:
            wrong.append(reason(error))
    return kept, wrong


def told(wrong: list[str]) -> str:
    """Say why results of a host are refused: the first reason, cut where it gets long, and how many there are more."""
    more = f" (and {len(wrong) - 1:,} more)" if wrong[1:] else ""
    return one_line(wrong[0])[:LONGEST] + more


def reason(error: LabError) -> str:
    """Return why something was refused; raises the error where it is not the host that is to blame."""
    if error.slug != "parcel-refused":
        raise error
    return error.why


def lines(roll: Roll) -> Iterator[str]:
    """Yield how each host stands, in a line, and then all of them."""
    for name, host in sorted(roll.hosts.items()):
        results = f", {count_text(host.results, 'result')}" if host.results else ""
        text = f": {host.text}" if host.text else ""
        yield one_line(f"{name}: {host.state}{results}{text}{f' [{host.slug}]' if host.slug else ''}")
    counts = Counter(host.state for host in roll.hosts.values())
    yield f"{count_text(len(roll.hosts), 'host')}: {', '.join(f'{n} {state}' for state, n in sorted(counts.items()))}"
    dues = [roll.hosts[name].due or "" for name in roll.left_alone(datetime.now(UTC))]
    if dues:
        yield f"measuring until about {datetime.fromisoformat(max(dues)):%H:%M:%S} UTC; then ./lab fleet fetch"
    yield f"results: {fleets() / roll.job.name}"
