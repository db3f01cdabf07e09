"""Exercises with their difficulty, and the lists of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    return copy_site("exercises", tmp_path)


def lists(page: BeautifulSoup) -> list[list[tuple[str, str]]]:
    """Text and address of each link, list by list: those of the pages and of their exercises."""
    return [
        [(link.text, str(link["href"])) for link in ul("a")]
        for ul in page.select("ul.exercise-list")
    ]


def test_exercises_are_listed_by_level_in_the_order_of_the_book(site: Site) -> None:
    build = site.build()
    assert build.status == 0, build.output
    assert lists(site.page("all")) == [
        [
            ("Second steps", "second.html"),
            ("Exercise 1: two", "second.html#ex-two"),
            ("First steps", "first.html"),
            ("Exercise 1: one", "first.html#ex-one"),
        ],
        [
            ("First steps", "first.html"),
            ("Exercise 2: all of \\(n\\)", "first.html#ex-all"),
        ],
    ]
    assert site.page("first").find(id="ex-one")


def test_exercises_stand_under_the_page_that_they_are_on(site: Site) -> None:
    assert site.build().status == 0
    under = site.page("all").select(".exercise-list ul")
    inner = [[link["href"] for link in ul("a")] for ul in under]
    assert inner == [["second.html#ex-two"], ["first.html#ex-one"], ["first.html#ex-all"]]


def test_stars_stand_behind_each_title(site: Site) -> None:
    assert site.build().status == 0
    titles = [title.text for title in site.page("first").select(".admonition-title")]
    assert titles == ["Exercise 1: one\xa0★", "Exercise 2: all of \\(n\\)\xa0★★★"]


def test_titles_are_translated(site: Site) -> None:
    build = site.build("km")
    assert build.status == 0, build.output
    assert lists(site.page("all", "km"))[0][3][0] == "លំហាត់ទី 1៖ មួយ"


def test_a_list_follows_its_exercises_and_only_them(site: Site) -> None:
    assert site.build().status == 0
    listing = site.folder / "build" / "en" / "html" / "all.html"
    before = listing.stat().st_mtime_ns
    site.edit("second.md", "Count.", "Count slowly.")
    assert site.build().status == 0
    assert listing.stat().st_mtime_ns == before
    site.edit("second.md", "level-1", "level-3")
    assert site.build().status == 0
    assert [len(links) for links in lists(site.page("all"))] == [2, 4]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (":name: ex-two\n", "", "has no name.\nAdd `:name: ex-…` under its title."),
        (" level-1", "", "has no level.\nAdd `level-1` (easy) or a higher one to its `:class:`"),
    ],
)
def test_what_is_missing_fails_the_build(site: Site, old: str, new: str, problem: str) -> None:
    site.edit("second.md", old, new)
    build = site.build()
    assert build.status != 0
    assert f"second.md:3: WARNING: This exercise {problem}" in build.output


def test_an_empty_list_fails_the_build(site: Site) -> None:
    site.edit("all.md", "{exercise-list} 3", "{exercise-list} 2")
    build = site.build()
    assert build.status != 0
    assert "all.md:10: WARNING: The book has no exercise of level 2." in build.output


def test_a_level_that_is_no_number_fails_the_build(site: Site) -> None:
    site.edit("all.md", "{exercise-list} 3", "{exercise-list} hard")
    build = site.build()
    assert build.status != 0
    assert "all.md:10: ERROR: 'hard' is no level" in build.output
    assert "Write a number from 1 on, such as 2." in build.output
