"""The languages of the book show the same numbers: each page is run in each language.

Compared are, cell by cell, the numbers that are printed and the data of all that is plotted. A
cell that is meant to differ, because it computes with words, has the tag ``differs``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import cells
import numpy as np
import pytest
from myst_nb.core.read import is_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "en"
PAGES = sorted(
    str(path.relative_to(DOCS).with_suffix(""))
    for path in DOCS.rglob("*.md")
    if is_myst_markdown_notebook(path.read_text("utf-8"))
)


def numbers(outputs: list[dict[str, Any]]) -> list[Any]:
    """All numbers in the outputs of one cell, printed or plotted."""
    found: list[Any] = []
    for output in outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        if text.startswith('{"plotted"'):
            found.append(json.loads(text)["plotted"])
        else:
            found += re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)
    return found


def read(docname: str, language: str, folder: Path) -> cells.Page:
    """Read a page in one language, its cells translated and not run yet."""
    with patch_docutils(str(ROOT)), docutils_namespace():
        app = Sphinx(
            str(DOCS),
            str(ROOT),
            str(folder / language / "html"),
            str(folder / language / "doctrees"),
            "html",
            {"language": language},
            status=None,
        )
        app.builder.compile_update_catalogs()
        page = cells.read_source(docname)
    assert page
    return page


def run(docname: str, language: str, folder: Path) -> list[list[Any]]:
    """Run a page in one language; the numbers of each cell that is not meant to differ."""
    page = read(docname, language, folder)
    record = cells.execute(page, ROOT / "tests" / "figure_data.py", 60)
    return [
        numbers(outputs)
        for cell, outputs in zip(page.code_cells, record["outputs"], strict=True)
        if "differs" not in cell.metadata.get("tags", [])
    ]


@pytest.mark.parametrize("docname", PAGES)
def test_both_languages_compute_the_same(docname: str, tmp_path: Path) -> None:
    english = run(docname, "en", tmp_path)
    khmer = run(docname, "km", tmp_path)
    plots = [part for cell in english for part in cell if isinstance(part, list)]
    assert all(np.size(np.concatenate(plot, axis=None)) > 4 for plot in plots)
    assert plots
    assert khmer == english
