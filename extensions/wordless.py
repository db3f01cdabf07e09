r"""Keep what has no words out of the catalogues: a table's cell that is only a formula, a number,
a piece of code, a computed value or a reference without a text of its own. (Some formulas have
words: ``\theta_\text{old}``.)

A translator could only copy it. On the page it stays as it is in every language.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from formulas import WORDS
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform


class LeaveOutWordless(SphinxTransform):
    """Say of each text without words that it is not to be translated."""

    default_priority = 18  # before sphinx.transforms.i18n.Locale, and whoever prepares for it

    def apply(self, **kwargs: Any) -> None:
        for text in self.document.findall(nodes.TextElement):
            if not has_words(text):
                text["translatable"] = False


def has_words(node: nodes.Node) -> bool:
    """Whether a translator has anything to translate in a node.

    >>> has_words(nodes.paragraph("", "", nodes.math("", "x"), nodes.Text(": 2")))
    False
    >>> has_words(nodes.paragraph("", "", nodes.math("", "x"), nodes.Text(" is 2")))
    True
    """
    if isinstance(node, nodes.Text):
        return any(character.isalpha() for character in node)
    if isinstance(node, nodes.math):
        return bool(WORDS.search(node.astext()))
    if isinstance(node, nodes.literal):
        return False
    if isinstance(node, pending_xref) and not node.get("refexplicit"):
        return bool(node["reftype"] == "term")  # the others take the words of what they lead to
    return isinstance(node, nodes.image | nodes.raw) or any(map(has_words, node.children))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(LeaveOutWordless)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
