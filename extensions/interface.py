"""The words that themes and extensions write in English only, translated like the rest.

Most words of the interface pass through gettext, and a project translates them in its catalogue
``sphinx.po``. This extension sends the others there, too, as their authors would:

* names that a template has in plain HTML: ``aria-label="Toggle …"`` is read as
  ``aria-label="{{ _('Toggle …') }}"``, and the ``<title>`` of an icon likewise;
* words in a script that Sphinx fills in as a template, such as sphinx-copybutton's
  ``'copy': 'Copy'``;
* words of Sphinx's own scripts, such as the search. Sphinx has a second catalogue for them,
  ``sphinx.js``; here it is made from ``sphinx.po``;
* furo's "Toggle navigation of …", which is written in Python.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import polib
from jinja2.ext import Extension
from sphinx import package_dir
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation

#: Words in a template: an attribute's value or an icon's title, between what stands around it.
IN_HTML = re.compile(
    r"""((?:aria-label|alt|placeholder|title)="|<title>)([A-Z][^"<>{}]*)("|</title>)"""
)

#: Words in a script: a sentence or a name with a capital letter, in a table.
IN_SCRIPT = re.compile(r"""^(\s*'?\w+'?\s*: )'([A-Z][a-z][^'"\\{}]*)'(,?)$""", re.MULTILINE)

#: The name of an arrow in furo's navigation.
ARROW = re.compile(r"""(aria-label=(["']))Toggle navigation of (.*?)\2""")

SCRIPTS = package_dir / "themes" / "basic" / "static"

_ = get_translation("sphinx")


class Translate(Extension):
    """Sends the words of templates through gettext before Jinja compiles them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name is None:  # Sphinx gives no names to scripts
            return IN_SCRIPT.sub(r"""\1{{ _("\2")|tojson }}\3""", source)
        return IN_HTML.sub(r"""\1{{ _("\2")|e }}\3""", source)


def add_to_templates(app: Sphinx) -> None:
    if app.builder.format == "html":
        app.builder.templates.environment.add_extension(Translate)


def translate_navigation(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Translate the names of furo's arrows, which unfold a part of the navigation."""
    if tree := context.get("furo_navigation_tree"):
        words = html.escape(str(_("Toggle navigation of %s")))
        context["furo_navigation_tree"] = ARROW.sub(
            lambda arrow: arrow[1] + words.replace("%s", arrow[3]) + arrow[2], tree
        )


def make_sphinx_js(app: Sphinx, config: Config) -> None:
    """Write the catalogue of Sphinx's scripts, and let Sphinx find it before its own."""
    inside = Path(config.language, "LC_MESSAGES")
    catalogues = [app.srcdir / folder / inside / "sphinx.po" for folder in config.locale_dirs]
    script = "".join(script_catalogue(path) for path in catalogues if path.is_file())
    if not script:
        return
    own = Path(package_dir, "locale", inside, "sphinx.js")
    generated = Path(app.doctreedir, "interface")
    (generated / inside).mkdir(parents=True, exist_ok=True)
    (generated / inside / "sphinx.js").write_text(
        (own.read_text("utf-8") if own.is_file() else "") + script, "utf-8"
    )
    config.locale_dirs = [str(generated), *config.locale_dirs]


def script_catalogue(path: Path) -> str:
    """The messages of a catalogue that Sphinx's scripts use, for these."""
    scripts = "".join(file.read_text("utf-8") for file in SCRIPTS.glob("*.js"))
    used = re.findall(r'(?:\b_|gettext)\(\s*"([^"]+)"', scripts)
    catalogue = polib.pofile(str(path))
    messages = {
        entry.msgid: list(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
        for entry in catalogue.translated_entries()
        if entry.msgid in used
    }
    plural = re.search(r"plural=([^;]*)", catalogue.metadata.get("Plural-Forms", "plural=n != 1"))
    assert plural
    content = {
        "locale": path.parent.parent.name,
        "messages": messages,
        "plural_expr": f"+({plural[1].strip()})",  # an index; in JavaScript, n != 1 is no number
    }
    written = json.dumps(content, ensure_ascii=False, indent=1)
    return f"Documentation.addTranslations({written});\n" if messages else ""


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", make_sphinx_js)
    app.connect("builder-inited", add_to_templates)
    app.connect("html-page-context", translate_navigation, priority=900)  # after furo
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
