"""Records to bytes and back: the one place where what a file holds becomes a value, or an error that says why not."""

from __future__ import annotations

import re
from typing import TypeVar

from pydantic import ValidationError

from bench.error import LabError
from bench.model.record import Record

R = TypeVar("R", bound=Record)
EXCERPT = 80
TOO_LONG = re.compile(rb"[:,\[]\s*-?[0-9]{20}")
"""A number beyond 64 bits: Python reads it, and nothing else can work with it."""


def encode(record: Record) -> bytes:
    """Return a record as one line of JSON with its newline."""
    return record.model_dump_json().encode() + b"\n"


def decode(kind: type[R], data: bytes, source: str) -> R:
    """Return the record that `data` holds; `source` names the file for the person.

    Raises LabError where the data are no such record: truncated, foreign, or written by a newer version.
    """
    if TOO_LONG.search(data):
        raise unreadable(kind, source, "a number in it is beyond all measure")
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise unreadable(kind, source, f"{place}: {first['msg'][:EXCERPT]}") from None


def unreadable(kind: type[Record], source: str, why: str) -> LabError:
    """Return the error for data that are no such record."""
    return LabError("result-unreadable", f"{source} is not a {kind.__name__} that this version can read", why)
