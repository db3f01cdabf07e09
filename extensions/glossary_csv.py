"""A glossary page from one CSV file, in the language of the build.

::

    ```{glossary-csv} ../glossary.csv
    ```

``glossary_csv_columns`` says for each language which columns hold the term and its definition::

    glossary_csv_columns = {
        "en": ("english", "definition_en"),
        "km": ("khmer", "definition_km"),
    }

Each row becomes a term of Sphinx's own glossary, under its name in every language, so that
``{term}`limit``` and ``{term}`លីមីត <limit>``` both lead to it. Definitions are parsed as the page
is. The other languages' words for the term stand behind it. Where a language has one word for
two terms, the word leads to the first.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_id


class GlossaryCsv(SphinxDirective):
    """The directive ``glossary-csv``; its argument is the file, relative to the page."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            with Path(path).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        except OSError as error:
            raise self.error(f"Can't read the glossary: {error}.\nCorrect its path.") from error
        columns = self.config.glossary_csv_columns
        own, definition = columns.get(self.config.language) or next(iter(columns.values()))
        items = nodes.definition_list(classes=["glossary"])
        for row in sorted(rows, key=lambda row: row[own].casefold()):
            names = [row[term] for term, _ in columns.values()]
            items += self.item(row[own], names, row[definition])
        glossary = addnodes.glossary("", items, sorted=False)
        for node in glossary.findall(nodes.TextElement):
            node["translatable"] = False  # the file holds every language already
        return [glossary]

    def item(self, title: str, names: list[str], definition: str) -> nodes.definition_list_item:
        """One entry, under all its ``names``; the first gives the address, in every language."""
        term = nodes.term("", title)
        term["ids"] = [make_id(self.env, self.state.document, "term", names[0])]
        self.state.document.note_explicit_target(term)
        standard = self.env.domains.standard_domain
        for name in names:
            if ("term", name) not in standard.objects:
                standard.note_object("term", name, term["ids"][0], term)
        others = nodes.paragraph(
            "", ", ".join(name for name in names if name != title), classes=["translation"]
        )
        return nodes.definition_list_item(
            "", term, nodes.definition("", others, *self.parse_text_to_nodes(definition))
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("glossary_csv_columns", {}, "env", dict)
    app.add_directive("glossary-csv", GlossaryCsv)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
