"""Roles and names that axe-core finds wrong in the pages of Sphinx and furo, put right.

* A caption in furo's navigation is a heading, and a heading needs a level.
* ``doc-biblioentry`` is a deprecated role (DPUB-ARIA 1.1), and a list may hold list items only.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx


def correct_body(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Correct what is in the body and in the navigation of a page."""
    if body := context.get("body"):
        body = re.sub(r' role="doc-biblioentry"', "", body)
        context["body"] = re.sub(r'<div role="list" class="citation-list">', "<div>", body)
    if tree := context.get("furo_navigation_tree"):
        context["furo_navigation_tree"] = tree.replace(
            'role="heading"', 'role="heading" aria-level="2"'
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("html-page-context", correct_body, priority=900)  # after the theme
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
