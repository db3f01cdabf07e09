"""Figures that one can touch: a custom element that takes the place of a code cell's picture.

A code cell draws the picture and says with what settings; a directive below it does the rest::

    ```{code-cell} ipython3
    ---
    mystnb:
      image: {alt: "The curve and a secant."}
      figure: {name: fig-secant, caption: "A secant."}
    ---
    settings = {"function": "square", "x": 1.0}
    draw(**settings)
    ```

    ```{code-cell} ipython3
    :tags: [remove-cell]
    glue("secant", settings, display=False)
    ```

    ```{widget} secant-tangent
    :figure: fig-secant
    :settings: secant

    function: Function
    square: x²
    …
    ```

The widget ``secant-tangent`` is two files of the folder ``widgets_path``: ``secant-tangent.js``
defines the custom element ``<secant-tangent>``, and ``secant-tangent.json`` says what it is made
of, see :class:`Definition`. Each name in it needs a label, words that are a message of the page's
catalogue. The words of a sentence may have ``{x}`` where a number goes.

Behind the picture, invisible, the page has all that the element shows (:data:`MARKUP`), but for
the drawing. So its place is as large as it will be, in any language and at any width, and nothing
moves when the script turns it on by the class ``ready``. The picture stays on paper, without
scripts, and in downloads.

A page loads the scripts of its own widgets, and before them the scripts and style sheets in
``widgets_common``; all are static files in the folder ``widgets``. They are published without
comments and needless spaces, so that these cost readers nothing.

Prose points into a widget: ``{set}`a tiny h <fig-secant?h=0.1>``` is a link to the figure, which
the script can turn into that state. What it does not name is as the settings say.

Whatever is wrong with labels, settings or links is an error or a warning (``widgets.settings``,
``widgets.link``) with file and line.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import rjsmin
from docutils import nodes
from docutils.nodes import Node, system_message
from docutils.parsers.rst.directives import unchanged_required
from jinja2 import Environment
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.writers.html5 import HTML5Translator
from value import values_of_page

logger = logging.getLogger(__name__)

#: What a setting may be: one of these words, a number from the first to the second, or true or
#: false.
Range = list[str] | list[float] | str


def gaps(words: str) -> Markup:
    """Make each gap for a number an element, for style sheets to keep room for it.

    >>> gaps("{x} < 1")
    Markup('<span>{x}</span> &lt; 1')
    """
    return Markup(re.sub(r"{\w+}", r"<span>\g<0></span>", escape(words, quote=False)))


ENVIRONMENT = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
ENVIRONMENT.filters["gaps"] = gaps
#: What each widget has. Classes, names and ``data-name`` are for style sheets and scripts.
MARKUP = ENVIRONMENT.from_string("""\
<{{ name }} class="widget" data-settings="{{ settings }}" data-state="{{ state }}" \
data-words="{{ words }}">
<div class="interactive">
<svg role="img"></svg>
<div class="controls">
{% for name, range in made_of.state.items() %}
<label><span>{{ labels[name] }}</span>
{% if range == "boolean" %}
<input type="checkbox" name="{{ name }}">
{% elif range[0] is string %}
<select name="{{ name }}">
{% for value in range %}
<option value="{{ value }}">{{ labels[value] }}</option>
{% endfor %}
</select>
{% else %}
<span class="slider"><input type="range" name="{{ name }}">\
<span class="number" aria-hidden="true"></span></span>
{% endif %}
</label>
{% endfor %}
<div class="buttons">
{% for name in made_of.buttons %}
<button type="button" name="{{ name }}">{{ labels[name] }}</button>
{% endfor %}
</div>
</div>
<dl>
{% for name in made_of.numbers %}
<div><dt>{{ labels[name] }}</dt><dd class="number" data-name="{{ name }}"></dd></div>
{% endfor %}
</dl>
<div class="sentences">
{% for name in made_of.sentences %}
<p data-name="{{ name }}" aria-hidden="true">{{ labels[name] | gaps }}</p>
{% endfor %}
<p role="status"></p>
</div>
</div>
""")


@dataclass
class Definition:
    """What a widget is made of; the members of its JSON file."""

    state: dict[str, Range]
    """What can be set, in the order of the controls: a list of words is a menu, a list of two
    numbers a slider between them, ``"boolean"`` a check box."""
    buttons: list[str]
    """Names of buttons."""
    numbers: list[str]
    """Names of the numbers in the table."""
    sentences: list[str]
    """Names of sentences that say what the picture shows, one at a time."""
    words: list[str] = field(default_factory=list)
    """Names of words in the drawing."""

    @classmethod
    def of(cls, app: Sphinx, name: str) -> Definition:
        """Read that of a widget; raises Problem if there is none of this name."""
        folder = Path(app.confdir, app.config.widgets_path)
        path = folder / f"{name}.json"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in folder.glob("*.json"))) or "none"
            raise Problem(f"There is no widget {name!r} (known: {known}).\nCorrect the name.")
        app.env.note_dependency(path)
        return cls(**json.loads(path.read_text("utf-8")))

    @property
    def labels(self) -> list[str]:
        """All that needs words, each once."""
        choices = [
            value
            for range in self.state.values()
            if isinstance(range, list)
            for value in range
            if isinstance(value, str)
        ]
        names = [*self.state, *choices, *self.buttons, *self.numbers, *self.sentences, *self.words]
        return list(dict.fromkeys(names))

    def check(self, settings: dict[str, Any]) -> None:
        """Raise Problem if a setting is none of the widget's, or not among its values."""
        for name, value in settings.items():
            if name not in self.state:
                raise Problem(
                    f"The widget has no setting {name!r}.\nIt has {', '.join(self.state)}."
                )
            match self.state[name]:
                case "boolean":
                    right, wanted = isinstance(value, bool), "true or false"
                case [float() | int() as low, high]:
                    number = isinstance(value, int | float) and not isinstance(value, bool)
                    right = number and low <= value <= high
                    wanted = f"a number from {low} to {high}"
                case choices:
                    right, wanted = value in choices, f"one of {', '.join(map(str, choices))}"
            if not right:
                raise Problem(f"The setting {name!r} is {value!r}.\nIt must be {wanted}.")

    def read(self, query: str) -> dict[str, Any]:
        """The settings of a link, as in ``h=0.1&function=sine``; raises Problem.

        >>> small = Definition({"h": [-2, 2], "trace": "boolean"}, [], [], [])
        >>> small.read("h=0.1&trace=true")
        {'h': 0.1, 'trace': True}
        """
        settings: dict[str, Any] = {}
        for name, text in parse_qsl(query, keep_blank_values=True):
            try:
                settings[name] = json.loads(text)
            except json.JSONDecodeError:
                settings[name] = text
        if not settings:
            raise Problem(
                "The link sets nothing.\n"
                "Write {set}`words <figure?name=value>`, or link the figure by its number."
            )
        self.check(settings)
        return settings


class widget(nodes.General, nodes.Element):
    """Holds the labels, as paragraphs to be translated, until the page has been read."""


class interactive(nodes.General, nodes.Element):
    """The custom element, with the picture in it."""


class set_link(nodes.Inline, nodes.TextElement):
    """A link that puts a widget of the page into a state."""


class Problem(Exception):
    """What is wrong with a widget, and what to do."""


# --- in the source -----------------------------------------------------------------------------


class WidgetDirective(SphinxDirective):
    """The directive ``widget``; its argument is the name, its body the labels."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"figure": unchanged_required, "settings": unchanged_required}

    def run(self) -> list[Node]:
        try:
            labels = self.labels(Definition.of(self.env.app, self.arguments[0]))
            for option in self.option_spec or ():
                if option not in self.options:
                    raise Problem(f"The option `:{option}:` is missing.\nAdd it.")
        except Problem as problem:
            raise self.error(str(problem)) from problem
        node = widget("", name=self.arguments[0], **self.options)
        self.set_source_info(node)
        for name, (words, line) in labels.items():
            paragraph = nodes.paragraph(words, words, label=name)
            paragraph.source, paragraph.line = node.source, line
            node += paragraph
        return [node]

    def labels(self, made_of: Definition) -> dict[str, tuple[str, int]]:
        """The words of each label, with their lines; raises Problem if they are not right."""
        labels = {}
        start = self.lineno + self.content_offset + 1  # MyST counts from the directive
        for line, text in enumerate(self.content, start):
            if text.strip():
                name, _, words = text.partition(":")
                labels[name.strip()] = (words.strip(), line)
        given = {name for name, (words, _) in labels.items() if words}
        for what, names in {
            "lack": [name for name in made_of.labels if name not in given],
            "have, for nothing,": [name for name in labels if name not in made_of.labels],
        }.items():
            if names:
                raise Problem(
                    f"The labels {what} {', '.join(names)}.\n"
                    f"Write `name: words`, one a line, for {', '.join(made_of.labels)}."
                )
        known = [*made_of.state, *made_of.numbers]
        for name, (words, _) in labels.items():
            if unknown := [gap for gap in re.findall(r"{(\w*)}", words) if gap not in known]:
                raise Problem(
                    f"There is no number for {{{unknown[0]}}} in the label {name!r}.\n"
                    f"There are {', '.join(known)}."
                )
        return labels


class SetRole(ReferenceRole):
    """The role ``set``: ``{set}`words <figure?name=value>```."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        figure, _, query = self.target.partition("?")
        node = set_link(self.rawtext, self.title, figure=figure, query=query)
        self.set_source_info(node)
        return [node], []


# --- on the page -------------------------------------------------------------------------------


def place_widgets(app: Sphinx, doctree: nodes.document) -> None:
    """Put each widget around its picture, and look at what prose links to."""
    if app.builder.name == "gettext":
        return
    placed: dict[str, Definition] = {}
    for node in list(doctree.findall(widget)):
        node.parent.remove(node)
        made_of = placed[node["figure"]] = Definition.of(app, node["name"])
        try:
            place(app, doctree, node, made_of)
        except Problem as problem:
            warn(problem, node, "settings")
            continue
        app.env.metadata[app.env.docname].setdefault("widgets", []).append(node["name"])
    for link in doctree.findall(set_link):
        try:
            check_link(link, placed)
        except Problem as problem:
            warn(problem, link, "link")


def place(app: Sphinx, doctree: nodes.document, node: widget, made_of: Definition) -> None:
    """Put a custom element around the picture of a figure; raises Problem."""
    figure = doctree.ids.get(nodes.make_id(node["figure"]))
    if not isinstance(figure, nodes.figure):
        raise Problem(
            f"This page has no figure {node['figure']!r}.\n"
            "Write in the option `:figure:` the name that a cell gives to its figure."
        )
    settings = values_of_page(app).get(node["settings"])
    if not isinstance(settings, dict):
        raise Problem(
            f"No cell of this page glues the settings {node['settings']!r}.\n"
            f'Add `glue("{node["settings"]}", {{…}}, display=False)` to a cell.'
        )
    made_of.check(settings)
    if missing := [name for name in made_of.state if name not in settings]:
        raise Problem(f"The settings lack {', '.join(missing)}.\nAdd them.")
    labels = {child["label"]: child.astext() for child in node.findall(nodes.paragraph)}
    data = {
        "settings": settings,
        "state": made_of.state,
        "words": {name: labels[name] for name in made_of.words},
    }
    html = MARKUP.render(
        {key: json.dumps(value, ensure_ascii=False) for key, value in data.items()},
        name=node["name"],
        made_of=made_of,
        labels=labels,
    )
    for image in figure.findall(nodes.image):
        image["loading"] = "lazy"  # hence not at all where the widget works
    element = interactive("", name=node["name"], html=html)
    picture = figure[0]
    figure.replace(picture, element)
    element += picture


def check_link(link: set_link, placed: dict[str, Definition]) -> None:
    """Raise Problem if a link leads to no widget of the page, or to no state of it."""
    if link["figure"] not in placed:
        known = ", ".join(placed) or "none"
        raise Problem(
            f"No widget of this page has the figure {link['figure']!r} (known: {known}).\n"
            "Correct the name before the question mark."
        )
    placed[link["figure"]].read(link["query"])


def warn(problem: Problem, node: Node, subtype: str) -> None:
    logger.warning("%s", problem, location=node, type="widgets", subtype=subtype)


def visit_interactive(self: HTML5Translator, node: interactive) -> None:
    self.body.append(node["html"])


def depart_interactive(self: HTML5Translator, node: interactive) -> None:
    self.body.append(f"</{node['name']}>")


def visit_set_link(self: HTML5Translator, node: set_link) -> None:
    address = f"#{nodes.make_id(node['figure'])}"
    query = escape(node["query"])
    self.body.append(f'<a href="{address}" data-set="{address}?{query}">')


def depart_set_link(self: HTML5Translator, node: set_link) -> None:
    self.body.append("</a>")


def pass_by(self: Any, node: Node) -> None:
    """Write what the node holds, and nothing of its own."""


def shorten_files(app: Sphinx) -> None:
    """Let files without comments and needless spaces take the place of the static files."""
    if app.builder.format != "html":
        return
    folder = Path(app.doctreedir, "static")
    (folder / "widgets").mkdir(parents=True, exist_ok=True)
    for shorten, files in {rjsmin.jsmin: "*.js", short_style: "*.css"}.items():
        for file in Path(app.confdir, app.config.widgets_path).glob(files):
            (folder / "widgets" / file.name).write_text(shorten(file.read_text("utf-8")), "utf-8")
    app.config.html_static_path.append(str(folder))  # what comes later takes the place


def short_style(style: str) -> str:
    """A style sheet without comments and needless spaces.

    >>> short_style("a :is(b, i) { top: 0; left: calc(1px + 2px) } /* needed */")
    'a :is(b,i){top:0;left:calc(1px + 2px)}'
    """
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", re.sub(r"(?s)/\*.*?\*/", "", style)).strip()


def add_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the scripts of a page's widgets, and what they have in common, on that page only."""
    names = dict.fromkeys(app.env.metadata[pagename].get("widgets", []))
    for file in [*app.config.widgets_common, *(f"{name}.js" for name in names)] if names else []:
        if file.endswith(".css"):
            app.add_css_file(f"widgets/{file}")
        else:
            app.add_js_file(f"widgets/{file}", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("value")
    app.add_config_value("widgets_path", "static/widgets", "env", str)
    app.add_config_value("widgets_common", [], "html", list)
    app.add_node(widget)
    by = (pass_by, pass_by)
    app.add_node(interactive, html=(visit_interactive, depart_interactive), latex=by, text=by)
    app.add_node(set_link, html=(visit_set_link, depart_set_link), latex=by, text=by)
    app.add_directive("widget", WidgetDirective)
    app.add_role("set", SetRole())
    app.connect("builder-inited", shorten_files)
    app.connect("doctree-read", place_widgets)
    app.connect("html-page-context", add_scripts)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
