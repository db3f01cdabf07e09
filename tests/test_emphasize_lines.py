"""Lines of code cells that are emphasised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    return copy_site("emphasize-lines", tmp_path)


def test_the_lines_that_the_option_names_are_marked(site: Site) -> None:
    build = site.build()
    assert build.status == 0, build.output
    marked = site.page("index").select(".cell_input .hll")
    assert [line.text for line in marked] == ["a = 1\n", "c = a + b  # ①\n"]
    assert not site.page("index").select(".cell_output .hll")


def test_a_range_without_an_end_goes_to_the_last_line(site: Site) -> None:
    site.edit("index.md", "1,3", "2-")
    assert site.build().status == 0
    assert len(site.page("index").select(".hll")) == 3


@pytest.mark.parametrize("option", ["5", "0", "last"])
def test_a_number_that_is_no_line_fails_the_build(site: Site, option: str) -> None:
    site.edit("index.md", "1,3", option)
    build = site.build()
    assert build.status != 0
    assert f"WARNING: The option `emphasize-lines: {option}` names no lines" in build.output
    assert "which has 4.\nWrite numbers and ranges" in build.output
    assert "[emphasize_lines.range]" in build.output
