"""A menu that leads to the same page in the other languages, also when Sphinx can't know them.

``languages_menu`` maps the code of each language to its own name for itself. A template gets, as
``languages_menu``, a list with ``code``, ``name``, ``url`` and ``current`` for each of them; all
builds are expected side by side, as ``…/en/`` and ``…/km/``.

Search engines get the same list as ``<link rel="alternate" hreflang="…">``, with whole addresses
if ``html_baseurl`` (which ends with the language of the build) is set.
"""

from __future__ import annotations

import html
from typing import Any

from sphinx.application import Sphinx


def add_menu(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Hand the menu of this page to its template, and the alternates to its head."""
    config = app.config
    page = app.builder.get_target_uri(pagename)
    out = "../" * (page.count("/") + 1)
    base = config.html_baseurl.removesuffix("/").removesuffix(config.language or "") or out
    context["languages_menu"] = [
        {
            "code": code,
            "name": name,
            "url": f"{out}{code}/{page}",
            "current": code == config.language,
        }
        for code, name in config.languages_menu.items()
    ]
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<link rel="alternate" hreflang="{code}" href="{html.escape(f"{base}{code}/{page}")}">\n'
        for code in config.languages_menu
    )


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("languages_menu", {}, "html", dict)
    app.connect("html-page-context", add_menu)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
