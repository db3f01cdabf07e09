"""Run in kernels by test_same_numbers.py: as docs/startup.py, but plots display their data.

Each line, point and contour of a figure is printed as JSON instead of being drawn.
"""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
from IPython import get_ipython
from matplotlib.figure import Figure

runpy.run_path(str(Path(__file__).parents[1] / "docs" / "startup.py"))


def data(figure: Figure) -> str:
    """The coordinates of all that is plotted, rounded to what a reader could ever see."""
    found: list[Any] = []
    for axes in figure.axes:
        found += [line.get_xydata() for line in axes.lines]
        for collection in axes.collections:
            found.append(collection.get_offsets())
            found += [path.vertices for path in collection.get_paths()]
        found += [patch.get_path().vertices for patch in axes.patches]
        found += [image.get_array() for image in axes.images]
        found += [[axes.get_xlim(), axes.get_ylim()]]
    rounded = [np.ma.filled(np.asarray(part, float), np.nan).round(9).tolist() for part in found]
    return json.dumps({"plotted": rounded})


formatters = get_ipython().display_formatter.formatters
formatters["image/svg+xml"].pop(Figure, None)
formatters["text/plain"].for_type(Figure, lambda figure, printer, _: printer.text(data(figure)))
