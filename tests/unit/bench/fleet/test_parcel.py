"""A parcel that an enemy packed: nothing is written but files of results, and nothing outside of its folder."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from bench.error import LabError
from bench.fleet import parcel
from bench.fleet.parcel import unpack

RESULT = "page_cost/20261125T160922Z-f9e572cd-e72ec26f30"
MANIFEST = f"{RESULT}/manifest.json"


def member(name: str, kind: bytes = tarfile.REGTYPE, **more: object) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.size = kind, 3 if kind in (tarfile.REGTYPE, tarfile.AREGTYPE) else 0
    for key, value in more.items():
        setattr(found, key, value)
    return found


def packed(folder: Path, *members: tarfile.TarInfo, form: int = tarfile.USTAR_FORMAT) -> Path:
    path = folder / "parcel.tar"
    with tarfile.open(path, "w", format=form) as tar:
        for each in members:
            tar.addfile(each, io.BytesIO(b"abc") if each.size else None)
    return path


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def test_files_of_results_are_unpacked_each_into_its_result(tmp_path: Path, into: Path) -> None:
    other = "copies/20261125T160922Z-box.1-unknown"
    files = [f"{name}/{file}" for name in (RESULT, other) for file in ("manifest.json", "seal.json")]
    assert unpack(packed(tmp_path, *map(member, files)), into) == (into / RESULT, into / other)
    assert sorted(str(path.relative_to(into)) for path in into.rglob("*.json")) == sorted(files)
    assert (into / MANIFEST).read_bytes() == b"abc"


@pytest.mark.parametrize(
    "name",
    [
        f"../{MANIFEST}", f"/{MANIFEST}", f"./{MANIFEST}", MANIFEST.replace("page_cost", ".."),
        f"{RESULT}/../manifest.json",
        f"{RESULT}/raw/0.u64", f"{RESULT}/report.html", f"{RESULT}/manifest.json\n", "manifest.json", f"{RESULT}/",
        MANIFEST.replace("f9e572cd", "a/../../b"), MANIFEST.replace("20261125", "\u0662" * 8), "",
    ],
)  # fmt: skip
def test_any_other_name_is_refused_and_nothing_is_written(tmp_path: Path, into: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    sent = packed(tmp_path, member(name), form=tarfile.GNU_FORMAT)
    with pytest.raises(LabError, match=r"is no file of a result.*parcel-refused"):
        unpack(sent, into)
    assert sorted(tmp_path.rglob("*")) == sorted([*before, sent])


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_whatever_is_no_plain_file_is_refused(tmp_path: Path, into: Path, kind: bytes) -> None:
    with pytest.raises(LabError, match="parcel-refused"):
        unpack(packed(tmp_path, member(MANIFEST, kind, linkname="/etc/passwd")), into)
    assert list(into.iterdir()) == []


def test_sparse_file_which_would_be_larger_than_it_came_is_refused(tmp_path: Path, into: Path) -> None:
    headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 40)}
    sent = packed(tmp_path, member(MANIFEST, pax_headers=headers), form=tarfile.PAX_FORMAT)
    with pytest.raises(LabError, match="parcel-refused"):
        unpack(sent, into)
    assert list(into.iterdir()) == []


def test_file_that_is_there_twice_is_refused(tmp_path: Path, into: Path) -> None:
    with pytest.raises(LabError, match=r"File exists.*parcel-refused"):
        unpack(packed(tmp_path, member(MANIFEST), member(MANIFEST)), into)


def test_too_many_files_are_refused(tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcel, "MOST_MEMBERS", 1)
    with pytest.raises(LabError, match="more than 1 files"):
        unpack(packed(tmp_path, member(MANIFEST), member(f"{RESULT}/seal.json")), into)


@pytest.mark.parametrize("cut", [100, 513])
def test_parcel_that_is_cut_short_is_refused(tmp_path: Path, into: Path, cut: int) -> None:
    sent = packed(tmp_path, member(MANIFEST, size=3), member(f"{RESULT}/seal.json"))
    sent.write_bytes(sent.read_bytes()[:cut])
    with pytest.raises(LabError, match="parcel-refused"):
        unpack(sent, into)


@pytest.mark.parametrize("text", [b"", b"not a tar file at all", b"\x1f\x8b" + b"0" * 600, b"\xff" * 2048])
def test_what_is_no_parcel_is_refused(tmp_path: Path, into: Path, text: bytes) -> None:
    (tmp_path / "parcel.tar").write_bytes(text)
    with pytest.raises(LabError, match="parcel-refused"):
        unpack(tmp_path / "parcel.tar", into)
