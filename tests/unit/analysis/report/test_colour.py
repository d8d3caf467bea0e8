"""Colours of text: at least 4.5 to 1 against what is behind it, on light, on dark and on paper (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import analysis.report

FOLDER = Path(analysis.report.__file__).parent
LEAST = 4.5
TEXTS, GROUNDS = ("ink", "soft", "good", "bad", "open"), ("paper", "wash")
LIGHT, DARK, PRINT = re.findall(r":root \{(.*?)\}", (FOLDER / "page.css").read_text(), re.DOTALL)


def colours(rule: str) -> dict[str, str]:
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", rule))


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_what_the_standard_says_it_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("rule", [LIGHT, DARK, PRINT], ids=["light", "dark", "print"])
def test_text_of_a_page_can_be_read(rule: str, text: str, ground: str) -> None:
    found = colours(rule)
    assert contrast(found[text], found[ground]) >= LEAST


def test_text_on_paper_can_be_read() -> None:
    template = (FOLDER / "print.typ").read_text()
    named = re.findall(r'rgb\("(#[0-9a-f]{6})"\)', template)
    greys = [f"#{round(int(share) * 2.55):02x}" * 1 for share in re.findall(r"fill: luma\((\d+)%\)", template)]
    assert named and greys
    assert min(contrast(each, "#ffffff") for each in [*named, *(grey + grey[1:] * 2 for grey in greys)]) >= LEAST
