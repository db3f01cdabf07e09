r"""Translate the words in display formulas, and keep formulas without words out of the catalogues.

Sphinx offers every display formula to translators, but puts a translated one on the page as
``\[::\]`` (it parses the translation as if it were reStructuredText). Here only formulas with
words, as in ``\frac{\text{rise}}{\text{run}}``, are offered, and their translations stand on the
page as they are written: they must be the formulas of the originals, but for the words. One that
is not is refused, with a warning (``formulas.refused``).
"""

from __future__ import annotations

import gettext
import re
from typing import Any

from catalogues import catalogue_of, place
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain

logger = logging.getLogger(__name__)

WORDS = re.compile(r"\\(text|mbox|textbf|textit|textrm)\s*\{")


class TranslateFormulas(SphinxTransform):
    """Replace each formula by its translation and hide it from Sphinx's own machinery."""

    default_priority = 18  # before sphinx.transforms.i18n.Locale, and whoever prepares for it

    def apply(self, **kwargs: Any) -> None:
        for formula in self.document.findall(nodes.math_block):
            words = WORDS.search(formula.astext())
            formula["translatable"] = bool(words) and self.app.builder.name == "gettext"
            if words:
                formula.children = [nodes.Text(self.translation(formula.astext()))]

    def translation(self, formula: str) -> str:
        """What the page's catalogues in the language of the build say; else the formula itself."""
        domain = docname_to_domain(self.env.docname, self.config.gettext_compact)
        for folder in self.config.locale_dirs:
            catalogue = gettext.translation(
                domain, self.env.srcdir / folder, [self.config.language], fallback=True
            )
            found = catalogue.gettext(formula)
            if bare(found) != bare(formula):
                logger.warning(
                    "This translation of a formula is refused, and the original stays:\n    %s\n"
                    r"In the catalogue, change nothing but the words in \text{…}, and write there "
                    "no backslash, brace or dollar sign.",
                    found[:300],
                    location=place(catalogue_of(self.app, self.env.docname), formula),
                    type="formulas",
                    subtype="refused",
                )
            elif found != formula:
                return found
        return formula


def bare(formula: str) -> str:
    r"""A formula without spaces and words.

    >>> bare(r"\frac{\text{rise}}{2 x}")
    '\\frac{\\text{}}{2x}'
    """
    return re.sub(r"\s+", "", re.sub(WORDS.pattern + r"[^{}\\$%]*\}", r"\\\1{}", formula))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_transform(TranslateFormulas)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
