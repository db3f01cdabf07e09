"""Tables that stand in a directive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import polib
import pytest

if TYPE_CHECKING:
    from conftest import Site


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    return copy_site("table-cells", tmp_path)


def test_a_table_in_a_directive_is_offered_to_translators(site: Site) -> None:
    build = site.build(builder="gettext")
    assert build.status == 0, build.output
    template = polib.pofile(str(site.folder / "build/en/gettext/index.pot"))
    texts = ["Signs", "sign", "meaning", "$h$", "the step $h$", "case", "up"]
    assert [entry.msgid for entry in template] == texts


def test_the_translation_stands_in_its_cell(site: Site) -> None:
    build = site.build("km")
    assert build.status == 0, build.output
    cells = [cell.text for cell in site.page("index", "km").select("th, td")]
    assert cells == ["សញ្ញា", "meaning", r"\(h\)", r"ជំហាន \(h\)", "case", "ឡើង"]
