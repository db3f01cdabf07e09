"""Markup that axe-core or the HTML validator would find wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def book(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    site = copy_site("valid-html", tmp_path)
    build = site.build("km")
    assert build.status == 0, build.output
    return site


def test_markup(book: Site) -> None:
    page = book.page("index", "km")
    summary = page.find("summary")
    assert summary
    assert not summary.has_attr("aria-label")  # the words in it are its name
    assert "Show code cell source" in summary.text
    assert not summary.find("p")
    description = page.find("meta", attrs={"name": "description"})
    assert description
    assert description["content"] == "ទំព័រមួយ។"
    assert not description.has_attr("translated")
    captions = page.select(".sidebar-tree [role=heading]")
    assert [caption["aria-level"] for caption in captions] == ["2"]
