"""What every lesson of the book owes its readers, seen on the built pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urldefrag

import first_uses
import pytest
from bs4 import BeautifulSoup, Tag
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
LESSONS = sorted(path.stem for path in (ROOT / "docs" / "en" / "lessons").glob("*.md"))


def article(language: str, lesson: str) -> Tag:
    html = (SITE / language / "lessons" / f"{lesson}.html").read_text("utf-8")
    found = BeautifulSoup(html, "html.parser").find(id="furo-main-content")
    assert isinstance(found, Tag)
    return found


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_term_is_linked_at_its_first_use(lesson: str) -> None:
    assert not list(first_uses.wrong_terms(f"lessons/{lesson}"))


def test_no_symbol_is_used_before_it_is_introduced() -> None:
    assert not list(first_uses.wrong_symbols())


@pytest.mark.parametrize("lesson", LESSONS)
def test_khmer_lesson_links_the_same_terms(lesson: str) -> None:
    def terms(language: str) -> list[str]:
        links = [str(a["href"]) for a in article(language, lesson).select("a[href*='#term-']")]
        return sorted(urldefrag(link).fragment for link in links)

    assert terms("km") == terms("en")


@pytest.mark.parametrize("lesson", LESSONS)
def test_both_languages_have_the_same_fragments(lesson: str) -> None:
    def ids(language: str) -> list[str]:
        return [str(tag["id"]) for tag in article(language, lesson).find_all(id=True)]

    assert ids("km") == ids("en")


@pytest.mark.parametrize("lesson", LESSONS)
def test_both_languages_state_the_same_values(lesson: str) -> None:
    """Cell outputs, and the formulas and tables around them, hold the same numbers."""

    def outputs(language: str) -> list[list[str]]:
        blocks = article(language, lesson).select("div.cell_output pre")
        return [re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", block.text) for block in blocks]

    assert outputs("km") == outputs("en")


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("language", ["en", "km"])
def test_every_figure_has_caption_name_and_alt_text(language: str, lesson: str) -> None:
    images = article(language, lesson).select("div.cell_output img")
    assert images
    for image in images:
        figure = image.find_parent("figure")
        assert figure
        assert str(figure["id"]).startswith("fig-")
        assert figure.find("figcaption")
        assert len(str(image["alt"])) > 20


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_math_font_as_published_draws_roots(language: str) -> None:
    """A root's sign is in no formula's text: the browser draws it for the element."""
    font = TTFont(SITE / language / "_static" / "fonts" / "stix-two-math.woff2")
    sign = font.getBestCmap()[ord("√")]
    assert sign in font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
