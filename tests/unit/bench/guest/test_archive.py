"""The archive: which of this machine's repositories has the distribution's own packages."""

from __future__ import annotations

from pathlib import Path

from bench.guest.archive import Source, main_source, options, sources

KEY = "/usr/share/keyrings/k.gpg"
TEXT = f"""\
Packages|http://one.example/debian-security/|{KEY}|main|bookworm-security
Packages|http://one.example/debian/|{KEY}|main|bookworm
Packages|http://one.example/debian/|{KEY}|main|bookworm
Translations|http://one.example/debian/|{KEY}|main|bookworm
Packages|http://two.example/strange/|$(SIGNED_BY)|contrib|bookworm
a line of another kind
"""


def test_repositories_are_read_each_once() -> None:
    assert [source.release for source in sources(TEXT)] == ["bookworm-security", "bookworm", "bookworm"]


def test_the_distributions_own_is_neither_security_nor_a_strangers() -> None:
    assert main_source(sources(TEXT)) == Source("http://one.example/debian/", KEY, "main", "bookworm")
    assert main_source(()) is None


def test_apt_is_kept_in_a_folder_of_its_own() -> None:
    words = options(Path("/store"), "arm64")
    for name in ("Dir::State::Lists=/store/lists", "Dir::Cache=/store/cache", "Dir::Etc::SourceParts=-"):
        assert words[words.index(name) - 1] == "-o"
