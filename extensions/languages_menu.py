"""A menu that leads to the same page in the other languages, also when Sphinx can't know them.

``languages_menu`` maps the code of each language to its own name for itself. A template gets, as
``languages_menu``, a list with ``code``, ``name``, ``url`` and ``current`` for each of them; all
builds are expected side by side, as ``…/en/`` and ``…/km/``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def add_menu(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Hand the menu of this page to its template."""
    page = app.builder.get_target_uri(pagename)
    out = "../" * (page.count("/") + 1)
    context["languages_menu"] = [
        {
            "code": code,
            "name": name,
            "url": f"{out}{code}/{page}",
            "current": code == app.config.language,
        }
        for code, name in app.config.languages_menu.items()
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("languages_menu", {}, "html", dict)
    app.connect("html-page-context", add_menu)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
