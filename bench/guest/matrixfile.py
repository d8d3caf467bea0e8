"""A matrix as a TOML file: read strictly, with what is near where a name is not known."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.error import LabError
from bench.experiments.catalog import names
from bench.guest.matrix import Cell, Kernel, Matrix
from bench.guest.sight import CHECKS

MOST_BYTES = 1 << 20
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,25}")
"""A cell's name is a folder's, and behind "guest." that of its machine in a result."""
WORD = re.compile(r"[!-~]+")
LEAST = {"cpus": 1, "memory_mib": 64, "blocks": 1, "pages": 1}
MOST = {"cpus": 64, "memory_mib": 1 << 20, "blocks": 1000, "pages": 1 << 20, "timeout_s": 3600.0}
TOP = ("format", "kernel", "defaults", "cell")


def read_matrix(path: Path) -> Matrix:
    """Return the matrix of a file; raises LabError (matrix-unreadable) that says where in it what is wrong."""
    try:
        data = path.read_bytes()
        if len(data) > MOST_BYTES:
            raise refused(path, "it is longer than 1 MB")
        return parse(tomllib.loads(data.decode()), path)
    except OSError as error:
        raise refused(path, error.strerror or str(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refused(path, str(error)) from None


def refused(path: Path, why: str, remedy: str = "") -> LabError:
    """Return the error for a file that is no matrix."""
    return LabError("matrix-unreadable", f"{path} is no matrix of kernels", why, remedy)


def parse(told: dict[str, Any], path: Path) -> Matrix:
    """Return the matrix that a file's tables tell; raises LabError."""
    known(told, TOP, "the file", path)
    defaults = table(told, "defaults", path)
    kernels, cells = table(told, "kernel", path), told.get("cell", [])
    if not isinstance(cells, list) or not cells:
        raise refused(path, "it has no [[cell]]")
    for name, each in kernels.items():
        known(each, Kernel.model_fields, f"kernel {name}", path)
    known(defaults, set(Cell.model_fields) - {"name"}, "[defaults]", path)
    for n, each in enumerate(cells, 1):
        known(each, Cell.model_fields, f"cell {n}", path)
    whole = {"format": told.get("format"), "kernels": kernels, "cells": [merged(defaults, each) for each in cells]}
    matrix = validated(whole, path)
    refuse_wrong(matrix, path)
    return matrix


def table(told: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    """Return a table of the file, empty where it has none."""
    found = told.get(name, {})
    if not isinstance(found, dict):
        raise refused(path, f"{name} is no table")
    return found


def merged(defaults: Mapping[str, Any], cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell with the defaults for what it does not say itself; what it expects comes beside theirs."""
    expect = [each.get("expect", {}) for each in (defaults, cell)]
    both = {"expect": expect[0] | expect[1]} if all(isinstance(each, dict) for each in expect) else {}
    return {**defaults, **cell, **both}


def known(told: Any, names: Iterable[str], where: str, path: Path) -> None:
    """Raise LabError where a table is none, or has a key that nobody knows."""
    if not isinstance(told, dict):
        raise refused(path, f"{where} is no table")
    for key in told:
        choose(key, names, f"{where}: there is no key", path)


def choose(word: str, names: Iterable[str], what: str, path: Path) -> None:
    """Raise LabError, with what is near, where a word is not among some names."""
    every = sorted(names)
    if word in every:
        return
    near = difflib.get_close_matches(word, every, n=1)
    raise refused(path, f"{what} {word!r}", f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(every)}")


def validated(whole: dict[str, Any], path: Path) -> Matrix:
    """Return the record, strictly: no number is taken for a text."""
    try:
        return Matrix.model_validate_json(as_json(whole), strict=True)
    except (ValidationError, TypeError) as error:
        if not isinstance(error, ValidationError):
            raise refused(path, str(error)) from None
        first = error.errors(include_url=False, include_input=False)[0]
        raise refused(path, f"{place(first['loc'])}: {first['msg']}") from None


def as_json(whole: dict[str, Any]) -> str:
    """Return tables of TOML as JSON; raises TypeError for a date, which no key of a matrix takes."""
    import json

    return json.dumps(whole)


def place(where: tuple[int | str, ...]) -> str:
    """Return the place of a value as a person finds it: "cell 2: memory_mib"."""
    if where[0] == "cells" and len(where) > 1:
        where = (f"cell {int(where[1]) + 1}", *where[2:])
    return ": ".join(map(str, where))


def refuse_wrong(matrix: Matrix, path: Path) -> None:
    """Raise LabError where a value cannot be meant: a name that is nobody's, twice the same cell, a size of none."""
    for name, kernel in matrix.kernels.items():
        if (kernel.path is None) == (kernel.package is None):
            raise refused(path, f"kernel {name}: it takes a path or a package, and one of them")
        for word in (kernel.package, kernel.release):
            if word is not None and not re.fullmatch(r"[a-z0-9][a-z0-9.+-]*", word):
                raise refused(path, f"kernel {name}: {word!r} names no package or release")
    seen: set[str] = set()
    for cell in matrix.cells:
        refuse_wrong_cell(cell, matrix, path)
        if cell.name in seen:
            raise refused(path, f"two cells have the name {cell.name!r}")
        seen.add(cell.name)


def refuse_wrong_cell(cell: Cell, matrix: Matrix, path: Path) -> None:
    """Raise LabError where a cell cannot be meant."""
    where = f"cell {cell.name!r}"
    if not NAME.fullmatch(cell.name):
        raise refused(path, f"{where}: a name is small letters, digits, dots and hyphens, at most 26")
    choose(cell.kernel, matrix.kernels, f"{where}: there is no kernel", path)
    for name in cell.experiments:
        choose(name, names(), f"{where}: there is no experiment", path)
    for name, value in cell.expect.items():
        choose(name, CHECKS, f"{where}: there is no check", path)
        choose(value, CHECKS[name].words, f"{where}: {name} is never", path)
    for word in (*cell.parameters, cell.cpu):
        if not WORD.fullmatch(word):
            raise refused(path, f"{where}: {word!r} is no word of a command line")
    for name, most in MOST.items():
        value, least = getattr(cell, name), LEAST.get(name, 1)
        if not least <= value <= most:
            raise refused(path, f"{where}: {name} is {value}; it may be {least} to {most:g}")
