"""The index: filters offer what there is, every result has its row, and nothing in it is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from analysis.site.entry import Answer, Download, Entry, LeftOut, SiteFile
from analysis.site.index import index

EVIL = "</script><script>alert(1)</script>\"' onload=x {{ 7 * 7 }}"


class Reader(HTMLParser):
    """Gathers the elements of a page and the names of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}


def file(name: str) -> Download:
    return Download(name=name, size_bytes=2048, sha256="0" * 64)


def entry(folder: str = "0" * 16, **of: object) -> Entry:
    fear = Answer(name="page-cost", text="The price of a page", outcome="supported", said="It is dearer.")
    usual: dict[str, object] = {
        "folder": folder, "experiment": "page_cost", "profile": "quick", "question": "What does it cost?",
        "machine": "here", "kernel": "6.18", "cpu": "A CPU", "created": "2026-01-02T03:04:05+00:00", "commit": "0123",
        "made": 2, "planned": 3, "fears": (fear,), "answers": (Answer(name="touch", text="It is.", outcome="refuted"),),
        "report": file("report.html"), "verdicts": file("verdicts.json"), "downloads": (file("seal.json"),),
        "made_by": "1",
    }  # fmt: skip
    return Entry.model_validate(usual | of)


def page(*entries: Entry, left_out: tuple[LeftOut, ...] = ()) -> str:
    return index(SiteFile(entries=entries, left_out=left_out))


def options(html: str, name: str) -> list[str]:
    inside = re.findall(rf'<select id="{name}".*?</select>', html, re.DOTALL)[0]
    return re.findall(r'<option value="([^"]+)"', inside)


def test_filters_offer_what_there_is_once() -> None:
    html = page(entry(), entry("1" * 16, machine="there"), entry("2" * 16, kernel="6.5"))
    assert options(html, "machine") == ["here", "there"] and options(html, "kernel") == ["6.18", "6.5"]
    assert options(html, "fear") == ["page-cost"] and options(html, "claim") == ["touch"]


def test_rows_hold_what_the_filters_look_for() -> None:
    html = page(entry(machine="a b"))
    assert '<tr data-machine="a b" data-kernel="6.18">' in html
    assert 'data-fear="page-cost"' in html and 'data-claim="touch"' in html


def test_filters_are_hidden_until_the_script_runs() -> None:
    assert '<form id="filters" hidden>' in page(entry()) and "form.hidden = false" in page(entry())


def test_what_a_result_holds_is_text_wherever_it_stands() -> None:
    names = ("experiment", "profile", "question", "machine", "kernel", "cpu", "created", "commit")
    answer = Answer(name=EVIL, text=EVIL, outcome="supported", said=EVIL)
    html = page(
        entry(**dict.fromkeys(names, EVIL), fears=(answer,), answers=(answer,), downloads=(file(EVIL),)),
        left_out=(LeftOut(name=EVIL, why=EVIL),),
    )
    reader = Reader()
    reader.feed(html)
    assert reader.elements.count("script") == 1 and "onload" not in reader.attributes and "{{ 7 * 7 }}" in html


def test_only_our_own_script_may_run() -> None:
    policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', page(entry()))[0]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-")
    assert "'unsafe-inline'" not in policy.split("script-src")[1]


def test_fears_are_told_with_how_many_results_say_what() -> None:
    wrong = Answer(name="page-cost", text="The price of a page", outcome="refuted", said="It is dearer.")
    html = page(entry(), entry("1" * 16), entry("2" * 16, fears=(wrong,)))
    assert "right in 2 results, wrong in 1 result" in html and html.count("It is dearer.") == 1


def test_an_empty_site_says_why() -> None:
    html = page(left_out=(LeftOut(name="a/b", why="it is damaged"),))
    assert "a/b: it is damaged" in html and "What was feared" not in html


def test_a_row_says_what_came_of_how_many_claims() -> None:
    outcomes = ("undecided", "supported", "supported", "not run")
    claims = tuple(Answer(name=f"c{n}", text="It is.", outcome=each) for n, each in enumerate(outcomes))
    assert "4 claims: 2 supported, 1 undecided, 1 not run" in page(entry(answers=claims))
    assert "<summary>0 claims" not in page(entry(answers=(), fears=()))
