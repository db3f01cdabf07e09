"""A role for numbers in prose: ``{value}`key``` shows what the page's own code has computed.

A cell names a result with MyST-NB's ``glue``, and the prose quotes it, with a format if need be
(the format specifications are Python's)::

    ```{code-cell} ipython3
    from myst_nb import glue

    glue("slope", (f(3) - f(1)) / (3 - 1), display=False)
    ```

    The slope is {value}`slope`, or {value}`slope:.3f`.

Unlike ``{glue:text}``, the role works inside translated paragraphs and needs no page name. Text
is shown as it is; numbers are set as in print: ``-4.3e-07`` becomes −4.3 × 10⁻⁷. A key that the
page does not define is a warning (``value.key``) with file and line.
"""

from __future__ import annotations

import ast
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.nodes import Node, system_message
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

logger = logging.getLogger(__name__)

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class value(nodes.Inline, nodes.Element):
    """Stands in the doctree for a value until translations have been applied."""


class ValueRole(SphinxRole):
    """``{value}`key``` or ``{value}`key:format```."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        key, _, spec = self.text.partition(":")
        node = value(self.rawtext, key=key.strip(), spec=spec.strip())
        self.set_source_info(node)
        return [node], []


def fill_values(app: Sphinx, doctree: nodes.document) -> None:
    """Replace every value node by its text, those in translated paragraphs included."""
    found = list(doctree.findall(value))
    if not found or app.builder.name == "gettext":
        return
    computed = values_of_page(app)
    for node in found:
        node.replace_self(nodes.Text(text_of(node, computed)))


def text_of(node: value, computed: dict[str, Any]) -> str:
    """The text that takes the place of ``node``."""
    key, spec = node["key"], node["spec"]
    try:
        return typeset(format(computed[key], spec))
    except KeyError:
        known = ", ".join(sorted(computed)) or "none"
        problem = (
            f"No cell of this page glues a value named {key!r} (known: {known}).\n"
            f'Correct the name, or add `glue("{key}", …, display=False)` to a cell.'
        )
    except (ValueError, TypeError) as error:
        problem = (
            f"The value {key!r} is {computed[key]!r}, which can't be formatted as {spec!r}: "
            f"{error}.\nUse a format of Python's format(), such as `.3f`."
        )
    logger.warning(problem, location=node, type="value", subtype="key")
    return f"{key}?"


def values_of_page(app: Sphinx) -> dict[str, Any]:
    """The glued values of the page that is being read, as Python objects where they are plain."""
    env = app.env
    keys = NbMetadataCollector.get_doc_data(env)[env.docname].get("glue", [])
    if not keys:  # MyST-NB does not remove the file when a page no longer glues anything
        return {}
    folder = Path(env.mystnb_config.output_folder)  # type: ignore[attr-defined]
    glued = json.loads((folder / f"{env.docname}.glue.json").read_text("utf-8"))
    return {key: parse(plain_text(glued[key]["data"])) for key in keys}


def plain_text(data: dict[str, str]) -> str:
    """The plain text in a MIME bundle; ``glue(…, display=False)`` prefixes the type's name."""
    return next(text for mime, text in data.items() if mime.endswith("text/plain"))


def parse(text: str) -> Any:
    """Turn the repr of a number or string, NumPy's scalars included, into the object.

    >>> parse("np.float64(0.5)"), parse("np.True_"), parse("'up'"), parse("[1 2]")
    (0.5, True, 'up', '[1 2]')
    """
    literal = re.sub(r"^np\.(?:\w+\((.*)\)|(True|False)_)$", r"\1\2", text)
    for read in (ast.literal_eval, float):  # float knows inf and nan
        with suppress(ValueError, SyntaxError):
            return read(literal)
    return text


def typeset(text: str) -> str:
    r"""Set a number as in print; other text stays as it is.

    >>> typeset("-4.3e-07"), typeset("0.250"), typeset("e-mail")
    ('−4.3\xa0×\xa010⁻⁷', '0.250', 'e-mail')
    """
    number = re.fullmatch(r"([+-]?[\d.,]+)(?:e([+-]?\d+))?(%?)", text)
    if number is None:
        return text
    mantissa, exponent, percent = number.groups()
    if exponent:
        mantissa += "\xa0×\xa010" + str(int(exponent)).translate(SUPERSCRIPTS)
    return mantissa.replace("-", "−") + percent


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(value)
    app.add_role("value", ValueRole())
    app.connect("doctree-read", fill_values, priority=400)  # before titles are collected
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
