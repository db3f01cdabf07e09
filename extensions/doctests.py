"""Doctests that no one forgets: what looks like one is run, and a failure says where it is.

``sphinx.ext.doctest`` tests ``{doctest}`` and ``{testcode}`` blocks only and passes over ``>>>``
in any other fence without a word. Here such a block is a warning (``doctest.untested``), and a
failing block is one too (``doctest.failed``), with file, line, the example and what to do.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.doctest import DocTestBuilder
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)


class RefuseUntested(SphinxTransform):
    """Warn of ``>>>`` where nothing runs it."""

    default_priority = 900

    def apply(self, **kwargs: Any) -> None:
        for node in self.document.findall(looks_like_doctest):
            logger.warning(
                "This looks like a doctest, but nothing tests it.\n"
                "Write it in a fence that begins with ```{doctest}.",
                location=node,
                type="doctest",
                subtype="untested",
            )


def looks_like_doctest(node: nodes.Node) -> bool:
    if isinstance(node, nodes.block_quote):  # a bare >>> is a quote in a quote in a quote
        return isinstance(node.parent, nodes.block_quote) and isinstance(
            node.parent.parent, nodes.block_quote
        )
    if not isinstance(node, nodes.literal_block | nodes.doctest_block) or "testnodetype" in node:
        return False
    output = getattr(node.parent, "attributes", {}).get("nb_element") == "cell_code_output"
    return not output and bool(re.search(r"^\s*>>> ", node.astext(), re.MULTILINE))


class Builder(DocTestBuilder):
    """Sphinx's doctest builder, with failures as warnings that name file and line."""

    def _warn_out(self, text: str) -> None:
        """Turn Python's report of one failed example into a warning.

        Python writes ``File "page.md", line 12, in default``, relative to the sources.
        """
        self.outfile.write(text)
        match = re.search(r'File "([^"\n]+)", line (\d+|\?), in [^\n]*\n(.*)', text, re.DOTALL)
        if match is None:
            logger.info(text, nonl=True)
            return
        path = Path(self.srcdir, match[1])
        line = self.line_of_example(path, match[3], 0 if match[2] == "?" else int(match[2]))
        logger.warning(
            "A doctest failed.\n%s\nWhat to do: correct the code, or, if the new result is right, "
            "what is expected.",
            match[3].rstrip(),
            location=f"{path}:{line}",
            type="doctest",
            subtype="failed",
        )

    @staticmethod
    def line_of_example(path: Path, report: str, near: int) -> int:
        """The line of the failed example: Sphinx's count is off by the options of the block."""
        example = re.search(r"Failed example:\n    ([^\n]*)", report)
        code = example[1].strip() if example else ""
        lines = enumerate(path.read_text("utf-8").splitlines(), 1)
        same = [number for number, line in lines if line.strip().removeprefix(">>> ") == code]
        return min(same, key=lambda number: abs(number - near), default=near)


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("sphinx.ext.doctest")
    app.add_builder(Builder, override=True)
    app.add_transform(RefuseUntested)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
