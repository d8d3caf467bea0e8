"""The catalogue: each fear is whole, and names claims that the lab really makes, or says why it cannot."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from analysis.fear.catalog import FEARS
from analysis.fear.fear import Evidence, Fear
from bench.experiments.catalog import CATALOG
from bench.experiments.wish import Wish

ARTICLE = {"split-1g", "split-4k", "pool", "uncached", "locked-ram", "hibernation", "flags", "fork-exec",
           "kernel-blind", "syscalls", "dma", "demand", "neighbours"}  # fmt: skip
MADE = {entry.name: entry.design(Wish("full", cpus=2)) for entry in CATALOG}


def matched(evidence: Evidence) -> list[str]:
    known = [each for name, each in MADE.items() if fnmatchcase(name, evidence.experiment)]
    names = [item.name for each in known for item in (*each.claims, *each.proofs)]
    return [name for name in names if fnmatchcase(name, evidence.names)]


def test_every_claim_of_the_article_is_there_once() -> None:
    ids = [fear.id for fear in FEARS]
    assert set(ids) >= ARTICLE and len(ids) == len(set(ids))


@pytest.mark.parametrize("fear", FEARS, ids=lambda fear: fear.id)
def test_fear_names_claims_that_there_are_or_says_what_is_lacking(fear: Fear) -> None:
    deciding = [evidence for evidence in fear.evidence if evidence.decides]
    found = [bool(matched(evidence)) for evidence in deciding]
    assert fear.lacking or (found and all(found))
    assert not (fear.lacking and any(found)), "it can be measured by now: lacking is out of date"


@pytest.mark.parametrize("fear", FEARS, ids=lambda fear: fear.id)
def test_no_claim_both_decides_a_fear_and_stands_beside_it(fear: Fear) -> None:
    deciding = {name for evidence in fear.evidence if evidence.decides for name in matched(evidence)}
    beside = {name for evidence in fear.evidence if not evidence.decides for name in matched(evidence)}
    assert deciding & beside == set()


@pytest.mark.parametrize("fear", FEARS, ids=lambda fear: fear.id)
def test_meaning_takes_its_figures_from_the_data(fear: Fear) -> None:
    for sentence in (fear.meaning.supported, fear.meaning.refuted, fear.meaning.undecided):
        words = {"effect": "E", "readings": "R", "unseen": "U"}
        plain = sentence
        for name, word in words.items():
            plain = plain.replace(f"{{{name}}}", word)
        assert sentence.format(**words) == plain
    assert fear.lacking or (fear.meaning.supported and fear.meaning.refuted)
