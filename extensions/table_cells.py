"""Offer translators the tables that stand in a directive, as all others.

Sphinx translates a paragraph only if it knows its source. MyST-Parser gives none to the paragraphs
of a table's cells: they have that of the document, unless the table is parsed on its own, as in
``{table}``, in an admonition or in a card. Here they get the source of their table.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class SourceOfCells(SphinxTransform):
    """Give each paragraph of a table that has no source and line those of the table."""

    default_priority = 5  # before those of sphinx.transforms.i18n

    def apply(self, **kwargs: Any) -> None:
        for table in self.document.findall(nodes.table):
            for paragraph in table.findall(nodes.paragraph):
                if not paragraph.source:
                    paragraph.source, paragraph.line = table.source, table.line


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(SourceOfCells)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
