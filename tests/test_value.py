"""The role ``value``: numbers in prose that the page's own cells have computed."""

from __future__ import annotations

import doctest
import re
from typing import TYPE_CHECKING

import pytest
import value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bs4 import BeautifulSoup
    from conftest import Site

TIMES = "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def pages(
    tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]
) -> dict[str, BeautifulSoup]:
    """Return the page of the site test-value in each language."""
    site = copy_site("value", tmp_path_factory.mktemp("value"))
    pages = {}
    for language in ("en", "km"):
        build = site.build(language)
        assert build.status == 0, build.output
        pages[language] = site.page("index", language)
    return pages


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    """Return the texts of some parts of a page."""
    return [element.text for element in page.select(selector)]


def test_numbers_are_set_as_in_print(pages: dict[str, BeautifulSoup]) -> None:
    assert texts(pages["en"], "div.body li") == [
        "−0.25",
        "−0.250",
        "−0.25",
        "+0.1",
        "12.5%",
        f"−4.3{TIMES}10⁻⁷",
        f"−4.30{TIMES}10⁻⁷",
        f"−4{TIMES}10⁻⁷",
        "12345",
        "12,345",
        f"1.2{TIMES}10⁴",
        "  e-mail",
    ]


def test_places_in_english(pages: dict[str, BeautifulSoup]) -> None:
    page = pages["en"]
    assert texts(page, "h1") == ["From −0.25 to e-mail¶"]
    assert texts(page, "title")[0].startswith("From −0.25 to e-mail")
    assert texts(page, ".caption-text") == ["The slope is −0.25."]
    assert texts(page, "td") == ["the first, exact", "−0.2"]
    sentence = "Text e-mail, a truth True, a limit inf, shown 7."
    assert sentence in texts(page, "section > p")


def test_places_in_khmer(pages: dict[str, BeautifulSoup]) -> None:
    page = pages["km"]
    assert texts(page, "h1") == ["ពី −0.25 ដល់ e-mail¶"]
    assert texts(page, "title")[0].startswith("ពី −0.25 ដល់ e-mail")
    assert texts(page, ".caption-text") == ["មេគុណប្រាប់ទិសគឺ −0.25។"]
    assert texts(page, "td") == ["the first, exact", "ប្រហែល −0.2"]
    assert f"អត្ថបទ e-mail លេខ 7 និង −4.3{TIMES}10⁻⁷។" in texts(page, "section > p")


def test_new_value_reaches_the_prose(site: Site) -> None:
    code = 'from myst_nb import glue\n\nglue("x", {}, display=False)'
    prose = "\nIt is {value}`x`.\n"
    for number in (1, 2):
        site.write_cells("page", code.format(number))
        site.write("page.md", (site.folder / "page.md").read_text() + prose)
        assert site.build().status == 0
        assert f"It is {number}." in site.page().text


@pytest.mark.parametrize(
    ("role", "messages"),
    [
        (
            "{value}`slop`",
            ["named 'slop' (known: angle, slope)", "Correct the name, or add `glue("],
        ),
        (
            "{value}`slope:.3q`",
            ["'slope' is 0.5", "formatted as '.3q'", "Use a format of Python's"],
        ),
        ("{value}`angle:.1f`", ["'angle' is 'right'", "formatted as '.1f'", "Use a format"]),
    ],
)
def test_mistake(site: Site, role: str, messages: list[str]) -> None:
    glue = 'from myst_nb import glue\n\nglue("slope", 0.5, display=False)\n'
    site.write_cells("page", glue + 'glue("angle", "right", display=False)')
    correct = (site.folder / "page.md").read_text() + "\nThe slope is {value}`slope`.\n"
    site.write("page.md", correct.replace("{value}`slope`", role))
    line = len(correct.splitlines())
    for _ in range(2):
        build = site.build()
        assert build.status == 1
        (warning,) = re.findall(
            r"page\.md:(\d+): WARNING: (.*?) \[value\.key]", build.output, re.S
        )
        assert int(warning[0]) == line
        for message in messages:
            assert message in warning[1]
    site.write("page.md", correct)
    assert site.build().status == 0


def test_page_without_values_says_so(site: Site) -> None:
    site.write_cells("page", "1")
    site.write("page.md", (site.folder / "page.md").read_text() + "\nIt is {value}`x`.\n")
    assert "No cell of this page glues a value named 'x' (known: none)." in site.build().output


def test_examples_in_docstrings() -> None:
    results = doctest.testmod(value)
    assert results.attempted > 0
    assert not results.failed
