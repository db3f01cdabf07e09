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
is; those of other languages than the first are translations, and refused where
:func:`inert.harm` finds something (``glossary_csv.refused``). The other languages' words for the
term stand behind it. Where a language has one word for two terms, the word leads to the first.

What a language has not, a cell or all columns, is shown in the first language.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from catalogues import shown
from docutils import nodes
from inert import harm
from markdown_it.renderer import RendererHTML
from myst_parser.parsers.mdit import create_md_parser
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_id

logger = logging.getLogger(__name__)


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
        if missing := {name for pair in columns.values() for name in pair}.difference(*rows[:1]):
            raise self.error(
                f"conf.py names in `glossary_csv_columns` the column {min(missing)!r}, which "
                f"{relative} has not.\nAdd it to the first line of the file, or correct its name."
            )
        first = next(iter(columns.values()))
        own = columns.get(self.config.language or "", first)
        for row in rows:
            row.update(
                {mine: row[mine] or row[other] for mine, other in zip(own, first, strict=True)}
            )
        term, definition = own
        self.refuse_harm(path, rows, first[1], definition)
        items = nodes.definition_list(classes=["glossary"])
        for row in sorted(rows, key=lambda row: row[term].casefold()):
            names = [row[name] for name, _ in columns.values() if row[name]]
            items += self.item(row[term], names, row[definition])
        glossary = addnodes.glossary("", items, sorted=False)
        for node in glossary.findall(nodes.TextElement):
            node["translatable"] = False  # the file holds every language already
        return [glossary]

    def refuse_harm(self, path: str, rows: list[dict[str, str]], source: str, column: str) -> None:
        """Put the original in the place of each translated definition that is more than words."""
        parser = create_md_parser(self.env.myst_config, RendererHTML)  # type: ignore[attr-defined]
        for row in rows:
            sentence = harm(row[source], row[column], parser)
            if sentence and row[column] != row[source]:
                logger.warning(
                    "This definition is refused, and the original stays: %s.\n    %s\n"
                    "Write one paragraph of words, with the marks of the original.",
                    *(sentence, shown(row[column])),
                    location=f"{path}:{line_of(path, row[column])}",
                    type="glossary_csv",
                    subtype="refused",
                )
                row[column] = row[source]

    def item(self, title: str, names: list[str], definition: str) -> nodes.definition_list_item:
        """One entry, under all its ``names``; the first gives the address, in every language."""
        term = nodes.term("", title)
        term["ids"] = [make_id(self.env, self.state.document, "term", names[0])]
        self.state.document.note_explicit_target(term)
        standard = self.env.domains.standard_domain
        for name in names:
            if ("term", name) not in standard.objects:
                standard.note_object("term", name, term["ids"][0], term)
        body = nodes.definition()
        if others := ", ".join(name for name in names if name != title):
            body += nodes.paragraph("", others, classes=["translation"])
        body += self.parse_text_to_nodes(definition)
        return nodes.definition_list_item("", term, body)


def line_of(path: str, text: str) -> int:
    """The line of a file that has the first line of a text."""
    lines = Path(path).read_text("utf-8").splitlines()
    first = text.replace('"', '""').partition("\n")[0]
    return next((n for n, line in enumerate(lines, 1) if first in line), 1)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("glossary_csv_columns", {}, "env", dict)
    app.add_directive("glossary-csv", GlossaryCsv)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
