"""Pages that the search offers to a reader for whom it has found nothing.

    search_suggestions = ["glossary", "syllabus"]

On the page ``search``, templates find those of them that the project has as
``search_suggestions``: the address and the title of each, in the language of the site.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def add_suggestions(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if pagename == "search":
        context["search_suggestions"] = [
            {"url": context["pathto"](name), "title": app.env.titles[name].astext()}
            for name in app.config.search_suggestions
            if name in app.env.titles
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("search_suggestions", [], "html", frozenset({list, tuple}))
    app.connect("html-page-context", add_suggestions)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
