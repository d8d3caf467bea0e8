"""Make an experiment fit the machine: what the limit or the memory does not allow is shrunk, and it is said."""

from __future__ import annotations

from dataclasses import dataclass

from bench.model.claim import Claim, Proof
from bench.model.experiment import Experiment
from bench.model.note import Note
from bench.run.plan import footprint
from workloads.spec import Condition

Scale = tuple[tuple[str, int], ...]
"""The factors that scale a condition's memory, with their values."""
MIB = 1 << 20
RAISE_LIMIT = "raise the limit (ulimit -l) or run as root with CAP_IPC_LOCK"
SMALLEST = {"count": 1, "pages": 1, "chunk": 1, "size": 4096}
"""The scaling factors in the order in which they give way, each with the value below which it does not go."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A bound that is too low: of what, how many bytes are needed and how many may be had, and what raises it."""

    what: str
    need_bytes: int
    bound_bytes: int
    remedy: str


@dataclass(frozen=True, slots=True)
class Room:
    """How much a single run may take, in bytes; None where there is no bound."""

    memory_bytes: int | None = None
    secret_bytes: int | None = None

    def lack(self, condition: Condition) -> Lack | None:
        """Return the bound that a run of the condition would not keep, None where it keeps both."""
        taken = footprint(condition)
        bounds = (
            ("secret memory", taken.secret_bytes, self.secret_bytes, RAISE_LIMIT),
            ("memory", taken.memory_bytes, self.memory_bytes, "free memory"),
        )
        over = (Lack(what, need, bound, remedy) for what, need, bound, remedy in bounds if bound is not None)
        return next((lack for lack in over if lack.need_bytes > lack.bound_bytes), None)


def fit(experiment: Experiment, room: Room) -> tuple[Experiment, tuple[Note, ...]]:
    """Return the experiment made to fit, and a note for every scale that gave way.

    Conditions of the same scale shrink together, so that backings stay comparable; claims follow their conditions.
    """
    groups = by_scale(experiment.conditions)
    sizes = {key: largest(members, room) for key, members in groups.items()}
    notes = tuple(shrunk(key, sizes[key], groups[key], room) for key in groups if sizes[key] != key[1])
    fitted = {c: resized(c, sizes[c.workload, scale(c)]) for c in experiment.conditions}
    changes = {
        "conditions": tuple(dict.fromkeys(fitted.values())),
        "claims": tuple(follow(claim, fitted) for claim in experiment.claims),
        "proofs": tuple(follow_proof(proof, fitted) for proof in experiment.proofs),
    }
    return experiment.model_copy(update=changes), notes


def scale(condition: Condition) -> Scale:
    """Return a condition's scaling factors, in the order in which they give way."""
    values = dict(condition.factors)
    return tuple((name, value) for name in SMALLEST if isinstance(value := values.get(name), int))


def resized(condition: Condition, values: Scale) -> Condition:
    """Return the condition at another scale."""
    return Condition.of(condition.workload, **(dict(condition.factors) | dict(values)))


def by_scale(conditions: tuple[Condition, ...]) -> dict[tuple[str, Scale], list[Condition]]:
    """Return the conditions grouped by workload and scale."""
    groups: dict[tuple[str, Scale], list[Condition]] = {}
    for condition in conditions:
        groups.setdefault((condition.workload, scale(condition)), []).append(condition)
    return groups


def largest(members: list[Condition], room: Room) -> Scale:
    """Return the largest scale, by halving, at which all members fit.

    Where none does, the scale stays as it is: the refusal of what was planned is recorded then.
    """
    values: Scale | None = scale(members[0])
    while values is not None and any(room.lack(resized(member, values)) for member in members):
        values = halved(values)
    return scale(members[0]) if values is None else values


def halved(values: Scale) -> Scale | None:
    """Return the scale with its first factor that can still give way halved, or None at the smallest scale."""
    for name, value in values:
        if value > SMALLEST[name]:
            return tuple((n, max(SMALLEST[n], v // 2) if n == name else v) for n, v in values)
    return None


def follow(claim: Claim, fitted: dict[Condition, Condition]) -> Claim:
    """Return the claim about the conditions as they were made to fit."""
    ends = {"baseline": claim.baseline, "treatment": claim.treatment}
    return claim.model_copy(update={end: fitted.get(condition, condition) for end, condition in ends.items()})


def follow_proof(proof: Proof, fitted: dict[Condition, Condition]) -> Proof:
    """Return the proof about the conditions as they were made to fit."""
    about = tuple(dict.fromkeys(fitted.get(condition, condition) for condition in proof.conditions))
    return proof.model_copy(update={"conditions": about})


def shrunk(key: tuple[str, Scale], new: Scale, members: list[Condition], room: Room) -> Note:
    """Return the note that says what gave way, and to what."""
    workload, old = key
    before, after = (" ".join(f"{name}={value}" for name, value in values) for values in (old, new))
    lacks = {lack.what: lack for member in members if (lack := room.lack(member))}
    bounds = " and ".join(f"{lack.bound_bytes / MIB:.1f} MiB of {what}" for what, lack in lacks.items())
    return Note(
        slug="shrunk-to-fit",
        text=f"{workload} was planned with {before} and is run with {after}: a run may take {bounds}.",
        remedy=" and ".join(lack.remedy for lack in lacks.values()),
    )
