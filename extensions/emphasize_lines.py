"""Emphasise lines of a code cell, as Sphinx does those of a code block.

MyST-NB reads the option and does nothing with it (a request is open: `MyST-NB#324`_)::

    ```{code-cell} ipython3
    :emphasize-lines: 2,4-5
    ```

Lines are counted from 1, without the options. A number that is no line of the cell is a warning
(``emphasize_lines.range``).

.. _MyST-NB#324: https://github.com/executablebooks/MyST-NB/issues/324
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging, parselinenos

logger = logging.getLogger(__name__)


def emphasize_lines(app: Sphinx, doctree: nodes.document) -> None:
    """Hand the option of each code cell to the highlighter of its source."""
    for cell in doctree.findall(nodes.container):
        if "emphasize-lines" not in cell.get("cell_metadata", {}):
            continue
        code = next(cell.findall(nodes.literal_block))  # the source; outputs come later
        total = len(code.astext().splitlines())
        lines = numbers(str(cell["cell_metadata"]["emphasize-lines"]), total)
        if lines is None:
            logger.warning(
                "The option `emphasize-lines: %s` names no lines of this cell, which has %s.\n"
                "Write numbers and ranges from 1 on, such as `2,4-5`.",
                cell["cell_metadata"]["emphasize-lines"],
                total,
                location=code,
                type="emphasize_lines",
                subtype="range",
            )
        else:
            code["highlight_args"] = code.get("highlight_args", {}) | {"hl_lines": lines}


def numbers(option: str, total: int) -> list[int] | None:
    """The lines that the option names, counted from 1, or none if one of them is not there.

    >>> numbers("2,4-5", 5)
    [2, 4, 5]
    >>> numbers("6", 5) is numbers("last", 5) is None
    True
    """
    try:
        lines = [line + 1 for line in parselinenos(option, total)]
    except ValueError:
        return None
    return lines if lines and all(1 <= line <= total for line in lines) else None


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", emphasize_lines)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
