"""Draw the picture that other sites show beside a link to the book.

It is the valley of the first page, under the book's question in the language of the reader.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, DPI = 1200, 630, 100  # in pixels; Open Graph's usual size


def draw(question: str, name: str, path: Path) -> None:
    """Draw a card.

    :param question: the book's question, in one language
    :param name: of the book
    :param path: of the picture, a PNG of 1200 × 630 pixels
    """
    palette = dict(
        re.findall(r"--([\w-]+): (#\w+);", (ROOT / "static" / "palette.css").read_text("utf-8"))
    )
    font_manager.fontManager.addfont(ROOT / "build" / "fonts" / "NotoSansKhmer.ttf")
    with mpl.rc_context({"font.family": ["DejaVu Sans", "Noto Sans Khmer"]}):
        figure = plt.figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 0.56))
        x = np.linspace(-4.45, 4.45, 300)
        steps = -4.3 * 0.72 ** np.arange(12)  # gradient descent on x², α = 0.14
        axes.plot(x, x**2, color=palette["curve"], linewidth=7, solid_capstyle="round")
        axes.plot(steps, steps**2, "o-", color=palette["secant"], linewidth=2.5, markersize=13)
        axes.plot(steps[-1], steps[-1] ** 2, "o", color=palette["point"], markersize=26)
        axes.set_ylim(-2.5, 21)
        axes.axis("off")
        figure.text(0.06, 0.9, name, color=palette["curve"], size=30, va="top")
        figure.text(
            *(0.06, 0.77, "\n".join(lines(question))),
            **{"color": palette["ink"], "size": 34, "va": "top", "linespacing": 1.35},
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Software": None})
        plt.close(figure)


def lines(question: str, width: int = 30) -> list[str]:
    """Break a question into lines at spaces; Khmer letters below others take no width.

    >>> lines("If I nudge this number, what happens to the result?")
    ['If I nudge this number, what', 'happens to the result?']
    """
    return textwrap.wrap(question, width)
