"""access: every family of ways that secret memory is asked about has its control."""

from __future__ import annotations

from bench.experiments.access import design
from bench.experiments.wish import Wish
from workloads.catalog import units

MADE = design(Wish())


def test_every_sentence_about_secret_memory_has_a_control_on_ordinary_memory() -> None:
    about = {proof.metric for proof in MADE.proofs if is_of(proof.conditions, "secret")}
    controlled = {proof.metric for proof in MADE.proofs if is_of(proof.conditions, "memfd")}
    # Files of all memory may leave out RAM for everybody; a call's flags have nothing to be compared with.
    assert about - controlled == {"reached_machine", "flag_taken", "flag_refused"}


def is_of(conditions: tuple[object, ...], backing: str) -> bool:
    return all(condition.get("backing") == backing for condition in conditions)  # type: ignore[attr-defined]


def test_metrics_of_the_experiment_have_a_place_in_a_result() -> None:
    """samples.parquet keeps the names of metrics in a dictionary of 8 bits, signed."""
    workloads = {condition.workload for condition in MADE.conditions}
    assert sum(len(units(name)) for name in workloads) <= 127
