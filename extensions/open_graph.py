"""What other sites show of a page that somebody links to: title, description and a picture.

Each page gets the tags of the `Open Graph protocol <https://ogp.me>`__ in its own language. The
description is the page's ``<meta name="description">``, which MyST has from ``html_meta`` in the
front matter and which is translated as all messages are. (sphinxext-opengraph takes the first
words of the text instead, formulas included, and may cut a Khmer word in two.)

``open_graph_image`` is a picture, relative to the site, with 1200 × 630 pixels. Addresses must be
whole, so pages have their own and the picture's only where ``html_baseurl`` is set.
"""

from __future__ import annotations

from html import escape
from typing import Any

from babel.core import get_global, parse_locale
from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx

WIDTH, HEIGHT = 1200, 630


def add_tags(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if doctree is None:  # a page that is no document, such as the search
        return
    config, base = app.config, app.config.html_baseurl
    language = config.language or "en"
    tags = {
        "og:type": "website" if pagename == config.root_doc else "article",
        "og:site_name": config.html_title,
        "og:title": Markup(context["title"]).striptags(),
        "og:description": description_of(doctree),
        "og:locale": with_territory(language),
    }
    if base:
        tags["og:url"] = base + app.builder.get_target_uri(pagename)
    if base and config.open_graph_image:
        tags |= {
            "og:image": base + config.open_graph_image,
            "og:image:width": str(WIDTH),
            "og:image:height": str(HEIGHT),
            "og:image:alt": app.env.titles[config.root_doc].astext(),
            "twitter:card": "summary_large_image",
        }
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<meta property="{name}" content="{escape(content)}">\n'
        for name, content in tags.items()
        if content
    )


def description_of(doctree: nodes.document) -> str:
    """The description of a page; nothing if it has none."""
    found = (meta for meta in doctree.findall(nodes.meta) if meta.get("name") == "description")
    return next((str(meta["content"]) for meta in found), "")


def with_territory(language: str) -> str:
    """A language as Open Graph has it, with the country where it is most spoken.

    >>> with_territory("km"), with_territory("pt_BR")
    ('km_KH', 'pt_BR')
    """
    likely = str(get_global("likely_subtags").get(language, language))
    name, territory, *_ = parse_locale(likely)
    return f"{name}_{territory}" if territory else name


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("open_graph_image", "", "html", str)
    app.connect("html-page-context", add_tags)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
