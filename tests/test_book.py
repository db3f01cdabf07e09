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
    return page(language, f"lessons/{lesson}")


def page(language: str, docname: str) -> Tag:
    html = (SITE / language / f"{docname}.html").read_text("utf-8")
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
def test_the_index_lists_each_exercise_once_under_its_stars(language: str) -> None:
    exercises = {
        f"lessons/{lesson}.html#{exercise['id']}": exercise.select(".level")[0].text.strip()
        for lesson in LESSONS
        for exercise in article(language, lesson).select(".admonition.exercise")
    }
    listed = [
        (str(link["href"]), re.sub("[^★]", "", section.select("h2")[0].text))
        for section in page(language, "exercises").select("section section")
        for link in section.select("li li a")
    ]
    assert sorted(listed) == sorted(exercises.items())


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_exercise_has_a_hint_and_a_solution_that_is_tested(lesson: str) -> None:
    exercises = article("en", lesson).select(".admonition.exercise")
    assert exercises
    for exercise in exercises:
        hint, solution = exercise.find_next_siblings("details", limit=2)
        titles = [fold.select(".sd-summary-text")[0].text for fold in (hint, solution)]
        assert titles == ["Hint", "Solution"], exercise["id"]
        assert solution.select(".highlight-pycon"), exercise["id"]


@pytest.mark.parametrize(
    ("docname", "results"),
    [
        ("lessons/rules", ["1.7632"]),
        ("lessons/gradients", ["3.0553 1.8003", "3.0000 2.0000", "23.66", "0.338", "0.99662"]),
        (
            "lessons/gradient-descent",
            ["20", "76 4.3e-07", "2.0, 1.6, 1.28", "500 1.9738 0.0946", "2729 2.0000 0.0000"],
        ),
        ("lessons/adam", ["4.2130 4.0447", "8520 10813", "30.797", "2.292", "1.437", "0.0081"]),
        ("lessons/adam", ["0.6753", "3285 3285", "299 299", "322 7339"]),
        ("syllabus", ["66.0"]),
    ],
)
def test_what_earlier_material_had_wrong_is_pinned_by_a_doctest(
    docname: str, results: list[str]
) -> None:
    """Readers see the test; test_optimizers.py has the same numbers from another program."""
    outputs = [span.text for span in page("en", docname).select(".highlight-pycon .go")]
    whole = [re.compile(rf"(?<![\d.]){re.escape(result)}(?![\d.])") for result in results]
    assert not [number.pattern for number in whole if not any(map(number.search, outputs))]


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_weeks_of_the_syllabus_are_those_of_its_code(language: str) -> None:
    """The code gives the headings their weeks; the numbers of the lists are typed."""
    syllabus = page(language, "syllabus")
    code = syllabus.select(".cell_input")[0].text
    headed: list[int] = []
    listed: list[int] = []
    reading: list[int] = []
    for week_list in syllabus.select("ol"):
        heading = week_list.find_previous("h3")
        assert heading
        ends = [int(number) for number in re.findall(r"\d+", heading.text)]
        headed += range(ends[0], ends[-1] + 1)
        weeks = list(enumerate(week_list("li"), int(str(week_list.get("start", "1")))))
        listed += [week for week, _ in weeks]
        reading += [week for week, topics in weeks if topics.select("a[href^=lessons]")]
    assert listed == headed == list(range(1, 21))
    assert f"reading = {reading} " in code


def test_the_syllabus_names_each_lesson() -> None:
    links = page("en", "syllabus").select("ol a[href^=lessons]")
    assert {urldefrag(str(a["href"])).url for a in links} == {f"lessons/{x}.html" for x in LESSONS}


def test_both_languages_state_the_same_numbers_in_the_syllabus() -> None:
    def numbers(language: str) -> list[str]:
        return sorted(re.findall(r"\d+(?:[.,]\d+)?", page(language, "syllabus").text))

    assert {"22", "66"} < set(numbers("en"))
    assert numbers("km") == numbers("en")


@pytest.mark.parametrize("language", ["en", "km"])
def test_the_math_font_as_published_draws_roots(language: str) -> None:
    """A root's sign is in no formula's text: the browser draws it for the element."""
    font = TTFont(SITE / language / "_static" / "fonts" / "stix-two-math.woff2")
    sign = font.getBestCmap()[ord("√")]
    assert sign in font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
