"""Markup of Sphinx, furo and MyST-NB that axe-core or the HTML validator finds wrong, put right.

* A caption in furo's navigation is a heading, and a heading needs a level.
* ``doc-biblioentry`` is a deprecated role (DPUB-ARIA 1.1), and a list may hold list items only.
* Sphinx writes its own mark ``translated`` into translated ``<meta>`` elements.
* MyST-NB writes a paragraph into the ``<summary>`` of a folded cell, and names the summary
  "Toggle hidden content" for screen readers, in the place of the words that everybody else sees.
"""

from __future__ import annotations

import re
from typing import Any

from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

#: Patterns and what takes their places, by the name of a part of the page.
CORRECTIONS = {
    "body": [
        (r' role="doc-biblioentry"', ""),
        (r'<div role="list" class="citation-list">', "<div>"),
    ],
    "furo_navigation_tree": [(r'role="heading"', 'role="heading" aria-level="2"')],
    "metatags": [(r' translated="\w+"', "")],
}

SUMMARY = [(r' aria-label="Toggle hidden content"', ""), (r"<(/?)p\b", r"<\1span")]


def correct(text: str, corrections: list[tuple[str, str]]) -> str:
    for pattern, replacement in corrections:
        text = re.sub(pattern, replacement, text)
    return text


def correct_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    for part, corrections in CORRECTIONS.items():
        if context.get(part):
            context[part] = correct(context[part], corrections)


def visit_summary(self: HTML5Translator, node: HideCodeCellNode) -> None:
    start = len(self.body)
    visit_HideCellInput(self, node)
    self.body[start:] = [correct(part, SUMMARY) for part in self.body[start:]]


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(visit_summary, depart_HideCellInput))
    app.connect("html-page-context", correct_page, priority=900)  # after the theme
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
