"""Citations in the language of the page: *Tieleman and Hinton [9]*, *Goyal et al. [3]*.

sphinxcontrib-bibtex writes the words between the names in English. Here they are messages of the
interface, "and" and "et al."; all else is as with its own style ``label``. In ``conf.py``::

    extensions = ["citations"]
    bibtex_reference_style = "translated"

See `Custom Inline Citation References
<https://sphinxcontrib-bibtex.readthedocs.io/en/latest/usage.html#custom-inline-citation-references>`__.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pybtex.richtext import Tag, Text
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinxcontrib.bibtex.plugin import register_plugin
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.label import LabelReferenceStyle


def translated_names() -> PersonStyle:
    """How names are put together in the language of the build."""
    last = f" {_('and')} "
    others = Text(" ", Tag("em", _("et al.")))
    return PersonStyle(sep2=last, last_sep=f",{last}", other=others)


@dataclass
class TranslatedReferenceStyle(LabelReferenceStyle):
    """Labels as references, with translated words between names."""

    person: PersonStyle = field(default_factory=translated_names)


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinxcontrib.bibtex")
    register_plugin(
        "sphinxcontrib.bibtex.style.referencing", "translated", TranslatedReferenceStyle
    )
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
