"""A fear: a sentence that somebody said of secret memory, with what was published on it and which claims answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sense = Literal["for", "against"]
Rule = Literal["any", "all"]


@dataclass(frozen=True, slots=True)
class Published:
    """A figure or statement of somebody else, with its source; nothing here was measured by this lab.

    `brief` is the same in a few words, for a table; where there is none, it is short already.
    """

    said: str
    source: str
    address: str = ""
    brief: str = ""

    @property
    def short(self) -> str:
        """Return it in a few words."""
        return self.brief or self.said


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims or proofs of one experiment, by a pattern of their names as in fnmatch.

    `sense`: whether the fear is right where they are supported ("for"), or wrong ("against"). What does not decide is
    shown beside.
    """

    experiment: str
    names: str
    sense: Sense = "for"
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an outcome means for a reader, in a sentence each, into which figures of the data are put.

    `{effect}` is the ratio of the claim that decided with its interval, `{readings}` how many readings proofs rest on,
    `{unseen}` what could not have been seen.
    """

    supported: str = ""
    refuted: str = ""
    undecided: str = "The data leave it open: {unseen}."


@dataclass(frozen=True, slots=True)
class Fear:
    """One thing that was said.

    `rule` says how several claims amount to one outcome: right where any of them says so (something gets slower), or
    only where all of them do (nobody can read it). `lacking` says why no claim answers it, where none does.
    """

    id: str
    title: str
    said: str
    source: str
    address: str
    published: tuple[Published, ...]
    rule: Rule
    evidence: tuple[Evidence, ...]
    meaning: Meaning
    lacking: str = ""
