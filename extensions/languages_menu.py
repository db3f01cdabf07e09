"""A menu that leads to the same page in the other languages, also when Sphinx can't know them.

``languages_menu`` maps the code of each language to its own name for itself. A template gets, as
``languages_menu``, a list with ``tag``, ``name``, ``url`` and ``current`` for each of them; all
builds are expected side by side, as ``…/en/`` and ``…/km/``. The tag is the code as HTML writes
it: ``pt-BR`` for ``pt_BR``.

Search engines get the same list as ``<link rel="alternate" hreflang="…">``, with the first
language for readers of any other (``x-default``), and with whole addresses if ``html_baseurl``
(which ends with the language of the build) is set.
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
            "tag": tag(code),
            "name": name,
            "url": f"{out}{code}/{page}",
            "current": code == config.language,
        }
        for code, name in config.languages_menu.items()
    ]
    alternates = {tag(code): html.escape(f"{base}{code}/{page}") for code in config.languages_menu}
    if alternates:
        alternates["x-default"] = next(iter(alternates.values()))
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<link rel="alternate" hreflang="{language}" href="{address}">\n'
        for language, address in alternates.items()
    )


def tag(code: str) -> str:
    """A language's code in HTML, https://www.rfc-editor.org/info/bcp47"""
    return code.replace("_", "-")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("languages_menu", {}, "html", dict)
    app.connect("html-page-context", add_menu)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
