"""What every lesson of the book owes its readers, seen on the built pages."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup, Tag
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
LESSONS = sorted(path.stem for path in (ROOT / "docs" / "en" / "lessons").glob("*.md"))

#: Terms that are also everyday words: a lesson links them where they are meant as terms.
EVERYDAY = {"data", "exercise", "formula", "input", "line", "mean", "output", "solution", "step"}


def article(language: str, lesson: str) -> Tag:
    html = (SITE / language / "lessons" / f"{lesson}.html").read_text("utf-8")
    found = BeautifulSoup(html, "html.parser").find(id="furo-main-content")
    assert isinstance(found, Tag)
    return found


def glossary() -> list[dict[str, str]]:
    with (ROOT / "docs" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_term_is_linked_at_its_first_use(lesson: str) -> None:
    page = article("en", lesson)
    for other in page.select("h1, h2, h3, h4, pre, code, math, summary, .admonition-title"):
        other.decompose()
    terms = [row["english"] for row in glossary()]
    missed = []
    for term in sorted(set(terms) - EVERYDAY):
        longer = [re.escape(other) for other in terms if term in other and term != other]
        used = re.compile(rf"(?<!-)\b{re.escape(term)}\b(?!-)", re.IGNORECASE)
        for text in page.find_all(string=True):
            links = [urldefrag(str(a["href"])).fragment for a in text.find_parents("a", href=True)]
            if f"term-{term.replace(' ', '-')}" in links:
                break
            rest = re.sub("|".join(longer), "", text) if longer else text
            if not links and used.search(rest):
                missed.append(f"{term}: {text}")
    assert not missed


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
