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

What the words are, the build itself says: with ``-D interface_template=folder/sphinx.pot``, a
fresh build in the original language, in one process, writes all that it has asked gettext for into
this template. (It can't know what Sphinx looked up when it was imported: the names of a domain's
objects, such as functions, which only the reference of a program shows.)
"""

from __future__ import annotations

import html
import json
import re
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import polib
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import Extension
from sphinx import package_dir
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation, translators

#: Words in a template: an attribute's value or an icon's title, between what stands around it.
IN_HTML = re.compile(
    r"""((?:aria-label|alt|placeholder|title)="|<title>)([A-Z][^"<>{}]*)("|</title>)"""
)

#: Words in a script: a sentence or a name with a capital letter, in a table. A script that brings
#: some languages with it has a table for each, and only the English one is the original.
IN_SCRIPT = re.compile(
    r"""
      ^\s*'(?!en\b)[a-z]{2}(?:[-_]\w+)?'\s*:\s*\{[^{}]*\}
    | ^(?P<before>\s*'?\w+'?\s*:\ )'(?P<words>[A-Z][a-z][^'"\\{}]*)'(?P<after>,?)$
    """,
    re.VERBOSE | re.MULTILINE,
)

#: The name of an arrow in furo's navigation.
ARROW = re.compile(r"""(aria-label=(["']))Toggle navigation of (.*?)\2""")

SCRIPTS = package_dir / "themes" / "basic" / "static"

#: What ``Documentation.addTranslations`` does, but for making a function of a string, which a
#: Content-Security-Policy forbids. The result is an index; in JavaScript, n != 1 is no number.
CATALOGUE = """\
Object.assign(Documentation.TRANSLATIONS, %s);
Documentation.LOCALE = %s;
Documentation.PLURAL_EXPR = (n) => +(%s);
"""

#: A message in a script, and its plural if it has one.
ASKED_BY_SCRIPT = re.compile(r'(?:\b_|gettext)\(\s*"([^"]+)"(?:,\s*"([^"]+)")?')

_ = get_translation("sphinx")


class Translate(Extension):
    """Sends the words of templates through gettext before Jinja compiles them."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name is None:  # Sphinx gives no names to scripts
            return IN_SCRIPT.sub(in_script, source)
        return IN_HTML.sub(r"""\1{{ _("\2")|e }}\3""", source)


def in_script(match: re.Match[str]) -> str:
    """Words in a script, as a call of gettext; the tables of other languages stay."""
    before, words, after = match.group("before", "words", "after")
    return f'{before}{{{{ _("{words}")|tojson }}}}{after}' if words else match[0]


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
    messages: dict[str, str | list[str]] = {}
    plural = "n != 1"
    own = Path(package_dir, "locale", inside, "sphinx.js")
    if own.is_file():
        written = json.loads(own.read_text("utf-8").partition("(")[2].rpartition(")")[0])
        messages, plural = written["messages"], written["plural_expr"]
    for folder in config.locale_dirs:
        if (path := Path(app.srcdir, folder, inside, "sphinx.po")).is_file():
            catalogue = polib.pofile(str(path))
            messages |= messages_of_scripts(catalogue)
            found = re.search(r"plural=([^;]*)", catalogue.metadata.get("Plural-Forms", ""))
            plural = found[1].strip() if found else plural
    if not messages:
        return
    generated = Path(app.doctreedir, "interface")
    (generated / inside).mkdir(parents=True, exist_ok=True)
    script = CATALOGUE % (*map(json_of, (messages, config.language)), plural)
    (generated / inside / "sphinx.js").write_text(script, "utf-8")
    config.locale_dirs = [str(generated), *config.locale_dirs]


def json_of(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def messages_of_scripts(catalogue: polib.POFile) -> dict[str, str | list[str]]:
    """The messages of a catalogue that Sphinx's scripts use."""
    used = dict(asked_by_scripts())
    return {
        entry.msgid: list(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr
        for entry in catalogue.translated_entries()
        if entry.msgid in used
    }


def asked_by_scripts() -> list[tuple[str, str]]:
    """The messages of Sphinx's scripts, each with its plural or nothing."""
    scripts = "".join(file.read_text("utf-8") for file in SCRIPTS.glob("*.js"))
    return ASKED_BY_SCRIPT.findall(scripts)


class Asked(NullTranslations):
    """Stands for the original language's catalogue, and takes down what is looked up in it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = dict(asked_by_scripts())

    def gettext(self, message: str) -> str:
        self.messages.setdefault(message, "")
        return message

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        self.messages[singular] = plural
        return super().ngettext(singular, plural, n)


def listen(app: Sphinx, config: Config) -> None:
    """Begin to take down the messages of the interface, if a template of them is wanted."""
    if config.interface_template:
        app.translator = translators["general", "sphinx"] = Asked()


def write_template(app: Sphinx, exception: Exception | None) -> None:
    """Write the template of the interface, in an order that no page changes."""
    if exception or not isinstance(app.translator, Asked):
        return
    template = Catalog(fuzzy=False)
    for message, plural in app.translator.messages.items():
        if message:  # the empty one is the header of a catalogue
            template.add((message, plural) if plural else message)
    path = Path(app.config.interface_template)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, template, sort_output=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("interface_template", "", "", str)
    app.connect("config-inited", listen, priority=50)  # before any setting is translated
    app.setup_extension("catalogues")  # for a plural in a header becomes a script
    app.connect("config-inited", make_sphinx_js)
    app.connect("builder-inited", add_to_templates)
    app.connect("html-page-context", translate_navigation, priority=900)  # after furo
    app.connect("build-finished", write_template)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
