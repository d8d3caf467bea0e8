"""A study: a result with everything that a report says of it, computed once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.canary import disturbed
from analysis.cells import Cell, cells
from analysis.consistency import strange
from analysis.emulation import NOTE, emulated
from analysis.load import Result
from analysis.proof import Finding, examine
from analysis.report import claims
from analysis.report.inline import html
from analysis.residue import mixture, residue
from analysis.steady.steadiness import Steadiness, steadiness
from analysis.stopping import Stop, stop
from analysis.verdict import Verdict, judge
from bench.model.note import Note
from bench.model.profile import Profile
from workloads.spec import Condition


@dataclass(frozen=True)
class Study:
    """A result, its cells, what came of its claims and proofs, and the runs (plan indices) that something disturbed."""

    result: Result
    cells: tuple[Cell, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    disturbed: frozenset[int]

    @property
    def blocks(self) -> int:
        """Return how many blocks there are; where the data decided that, as many as were made."""
        return self.stop.blocks if self.stop else self.result.manifest.experiment.blocks

    @property
    def planned(self) -> int:
        """Return how many runs there are to be."""
        return self.blocks * len(self.result.manifest.experiment.conditions)

    @property
    def stop(self) -> Stop | None:
        """Return how a run ended that was to end by itself, None where its number of blocks was fixed."""
        return stop(self.result, self.verdicts)

    @property
    def made(self) -> int:
        """Return how many runs gave readings."""
        return sum(run.status == "ok" for run in self.result.runs)

    @property
    def folder(self) -> str:
        """Return the name of the result's folder."""
        return self.result.path.resolve().name

    @cached_property
    def steady(self) -> Steadiness:
        """Return how steady the claims are in the order of runs and readings; reads the samples once more."""
        return steadiness(self)

    def runs_of(self, conditions: Collection[Condition]) -> tuple[int, ...]:
        """Return the runs (plan indices) of some conditions that gave readings."""
        return tuple(sorted(index for each in set(conditions) for index in self._runs.get(each, ())))

    @cached_property
    def _runs(self) -> dict[Condition, list[int]]:
        """The runs that gave readings, by condition: of thousands, and asked for by every claim."""
        found: dict[Condition, list[int]] = {}
        for run in (run for run in self.result.runs if run.status == "ok"):
            found.setdefault(run.trial.condition, []).append(run.trial.index)
        return found

    def _repr_html_(self) -> str:
        """Show in a notebook what came of the claims and proofs."""
        return "".join(map(html, claims.parts((self,))))


@dataclass(frozen=True, slots=True)
class Missing:
    """Runs that could not be made for one reason: how many, of which conditions."""

    status: str
    note: Note
    runs: int
    conditions: tuple[Condition, ...]


def study(result: Result) -> Study:
    """Return the study of a result; of an emulated machine without times, and so without what claims rest on."""
    claims = result.manifest.experiment.claims
    if emulated(result.manifest.environment):
        refused = tuple(Verdict(claim, "not run", None, None, (NOTE.text,)) for claim in claims)
        return Study(result, (), refused, examine(result), frozenset())
    found = cells(result)
    verdicts = tuple(judge(claim, found, result) for claim in claims)
    return Study(result, found, verdicts, examine(result), disturbed(result))


def missing(results: Sequence[Result]) -> tuple[Missing, ...]:
    """Return the runs that could not be made, grouped by status and reason, in the order in which they came."""
    groups: dict[tuple[str, Note], list[Condition]] = {}
    for run in (run for result in results for run in result.runs if run.status != "ok"):
        for note in run.notes or (Note(slug="no-reason", text="no reason was recorded"),):
            groups.setdefault((run.status, note), []).append(run.trial.condition)
    return tuple(Missing(*key, len(found), tuple(dict.fromkeys(found))) for key, found in groups.items())


def remarks(results: Sequence[Result]) -> tuple[tuple[Note, int], ...]:
    """Return what the results do not share, and the notes of manifests, of what varied and of runs: each how often."""
    counted: dict[Note, int] = dict.fromkeys(mixture(results), 1)
    for result in results:
        made = (note for run in result.runs if run.status == "ok" for note in run.notes)
        times = (NOTE,) if emulated(result.manifest.environment) else ()
        amiss = strange(result.manifest, result.runs)
        for note in (*times, *amiss, *result.manifest.notes, *residue(result), *made, *profile_notes(result.profile)):
            counted[note] = counted.get(note, 0) + 1
    return tuple(counted.items())


def profile_notes(profile: Profile | None) -> tuple[Note, ...]:
    """Return what a profile says of itself and of its conditions."""
    return () if profile is None else (*profile.notes, *(note for each in profile.conditions for note in each.notes))
