"""CITATION.cff as version 1.2.0 of the Citation File Format has it, and saying what the rest of the tree says."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = {"authors", "cff-version", "message", "title"}
KNOWN = REQUIRED | {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url",
    "preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url",
    "version",
}  # fmt: skip
"""The keys of a file, from the format's schema guide; no other is allowed."""
REFERENCE = {"type", "title", "authors"}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    return found


def test_it_has_what_the_format_asks_for_and_nothing_that_it_does_not_know(told: dict[str, Any]) -> None:
    assert set(told) >= REQUIRED
    assert sorted(set(told) - KNOWN) == []
    assert told["cff-version"] == "1.2.0" and told["type"] in ("software", "dataset")
    texts = ("message", "title", "abstract", "version", "date-released", "license")
    assert [name for name in texts if not (isinstance(told[name], str) and told[name].strip())] == []


def test_authors_and_references_have_names(told: dict[str, Any]) -> None:
    people = [*told["authors"], *(author for each in told["references"] for author in each["authors"])]
    assert (
        people and [each for each in people if not {"name", "family-names", "given-names", "alias"} & set(each)] == []
    )
    assert [each for each in told["references"] if not set(each) >= REFERENCE] == []
    assert len(told["keywords"]) == len(set(told["keywords"])) > 0


def test_it_says_what_the_project_and_its_changes_say(told: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    released = re.search(rf"^## {re.escape(told['version'])}, (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert (told["version"], told["license"]) == (project["version"], project["license"])
    assert released and date.fromisoformat(told["date-released"]).isoformat() == released[1]
