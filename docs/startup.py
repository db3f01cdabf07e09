"""Run in every kernel before a page's first cell: how the book's plots look.

Plots are SVG with text as paths: sharp at any size, and every letter of every script is there.
Lines and letters are drawn in ``INK``, which becomes the colour that the reader's light or dark
page calls for. The same figure gives the same bytes in every build.
"""

import io
import re
import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython import get_ipython
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).parent.parent
FONT = ROOT / "build" / "fonts" / "NotoSansKhmer.ttf"
PALETTE = dict(re.findall(r"--([\w-]+): (#\w+);", (ROOT / "static" / "palette.css").read_text()))

INK = PALETTE["ink"]
STYLE = (
    f"<style>svg{{color:{INK}}}"
    f"@media(prefers-color-scheme:dark){{svg{{color:{PALETTE['ink-in-the-dark']}}}}}</style>"
)

PLACE = re.compile(r' (d|x|y)="[^"]*"|translate\([^)]*\)')
NOT_SEEN = re.compile(r'<!--.*?-->|(?<=<g) id="\w+"|\n\s*(?=<)')  # a tenth of a picture's weight
LETTER = re.compile(r' d="([^"]*)" transform="scale\(0\.015625\)"')

font_manager.fontManager.addfont(FONT)
mpl.rcParams.update(
    {
        "axes.edgecolor": INK,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.prop_cycle": mpl.cycler(
            color=[PALETTE[name] for name in ("curve", "secant", "tangent", "point")]
        ),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "figure.figsize": (6.4, 3.8),
        "figure.facecolor": "none",
        "font.family": ["DejaVu Sans", "Noto Sans Khmer"],
        "font.size": 11,
        "grid.alpha": 0.2,
        "grid.color": INK,
        "legend.facecolor": "none",
        "legend.frameon": False,
        "lines.linewidth": 2,
        "patch.edgecolor": INK,
        "svg.fonttype": "path",
        "svg.hashsalt": "nudge",
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
)


def formatted(message: Warning | str, *rest, _plain=warnings.formatwarning, **more) -> str:
    """A warning as the build shows it, with the remedy for letters that would become boxes."""
    remedy = (
        "The fonts of the plots have no such letter. Add one that has it to docs/startup.py, "
        "beside Noto Sans Khmer.\n"
    )
    return _plain(message, *rest, **more) + remedy * ("missing from font" in str(message))


warnings.formatwarning = formatted


def svg(figure: Figure) -> str:
    """The figure as SVG whose ink follows the colour scheme of the page around it."""
    for axes in figure.axes:
        upright(axes)
    file = io.StringIO()
    nothing = dict.fromkeys(["Creator", "Date", "Format", "Type"])
    figure.savefig(file, format="svg", bbox_inches="tight", metadata=nothing)
    head, tag, body = NOT_SEEN.sub("", file.getvalue()).partition("<defs>")
    body = PLACE.sub(shorter, LETTER.sub(coarser, body))
    return (head + STYLE + tag + body).replace(f": {INK}", ": currentColor")


def upright(axes: Axes) -> None:
    """Let a symbol beside an axis stand as in the text: L or J on its side is hard to read."""
    if axes.name != "3d" and len(axes.get_ylabel()) <= 2:
        axes.yaxis.label.set(rotation=0, horizontalalignment="right", verticalalignment="center")
        axes.yaxis.labelpad = 8


def shorter(place: re.Match[str]) -> str:
    """A path or place to a hundredth of a point, which is finer than any screen."""
    rounded = re.sub(r"(\.\d\d)\d+", r"\1", place[0])
    return re.sub(r"\s+(?=[A-Zz\"])|(?<=[A-Z])\s", "", rounded) if place[1] == "d" else rounded


def coarser(letter: re.Match[str]) -> str:
    """The outline of a letter to a 200th of its size; letters are most of what a plot weighs."""
    outline = re.sub(r"-?[\d.]+", lambda number: str(round(float(number[0]) / 32)), letter[1])
    return f' d="{outline}" transform="scale(0.5)"'


plt.figure()  # makes IPython install its own formatters, which then are replaced
plt.close("all")
formatters = get_ipython().display_formatter.formatters
formatters["image/png"].pop(Figure, None)
formatters["image/svg+xml"].for_type(Figure, svg)
