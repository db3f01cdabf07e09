"""The plots of the book: their letters, their colours, and that they are the same each time."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import cells
import nbformat
import pytest
import uharfbuzz as harfbuzz

ROOT = Path(__file__).parents[1]
FONT = ROOT / "build" / "fonts" / "NotoSansKhmer.ttf"
TITLE = "ខ្សែកោងប៉ះបន្ទាត់ស្រួច"  # subscripts, a vowel before its consonant, a register shifter
PLOT = f"""
import matplotlib.pyplot as plt
plt.plot([0, 1], [0, 1])
plt.title({TITLE!r});
"""


def draw(plot: str | None = None) -> str:
    """The plot as the book draws it, in a kernel of its own."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(plot or PLOT)])
    page = cells.Page("plot", ROOT / "docs" / "plot.md", "", notebook)
    record = cells.execute(page, ROOT / "docs" / "startup.py", 60)
    (output,) = record["outputs"][0]
    return output["data"]["image/svg+xml"]


@pytest.fixture(scope="module")
def svg() -> str:
    return draw()


@pytest.fixture(scope="module")
def shaped() -> tuple[harfbuzz.Buffer, int]:
    """The title as HarfBuzz shapes it, and the units in which the font is drawn."""
    face = harfbuzz.Face(harfbuzz.Blob.from_file_path(str(FONT)))
    buffer = harfbuzz.Buffer()
    buffer.add_str(TITLE)
    buffer.guess_segment_properties()
    harfbuzz.shape(harfbuzz.Font(face), buffer)
    return buffer, face.upem


def test_khmer_is_shaped_as_harfbuzz_shapes_it(
    svg: str, shaped: tuple[harfbuzz.Buffer, int]
) -> None:
    expected = [f"{info.codepoint:x}" for info in shaped[0].glyph_infos]
    assert len(expected) < len(TITLE)  # or nothing would have been joined
    assert re.findall(r'href="#NotoSansKhmer-Regular-([0-9a-f]+)"', svg) == expected


def test_glyphs_stand_where_harfbuzz_puts_them(
    svg: str, shaped: tuple[harfbuzz.Buffer, int]
) -> None:
    """Marks over and under their consonants, in proportion to the font's size."""
    buffer, units = shaped
    pen, expected = 0, []
    for position in buffer.glyph_positions:
        expected.append(pen + position.x_offset)
        pen += position.x_advance
    uses = re.findall(
        r'#NotoSansKhmer-Regular-[0-9a-f]+"(?: transform="translate\(([-\d.]+))?', svg
    )
    drawn = [float(x or 0) for x in uses]
    scale = drawn[-1] / expected[-1]
    assert drawn == pytest.approx([x * scale for x in expected], abs=scale * units / 66)


def test_same_bytes_each_time(svg: str) -> None:
    assert draw() == svg


def test_plot_follows_the_colours_of_its_page(svg: str) -> None:
    """Ink is the page's; the background is the page's; there is no bitmap and no font to load."""
    root = ElementTree.fromstring(svg)
    assert "currentColor" in svg
    assert "prefers-color-scheme:dark" in svg
    assert not [tag for tag in root.iter() if tag.tag.endswith(("image", "text", "font"))]


@pytest.mark.parametrize(("label", "turned"), [("J", False), ("θ₂", False), ("loss", True)])
def test_symbols_beside_an_axis_stand_upright(label: str, turned: bool) -> None:
    plot = PLOT.replace("plt.title", f"plt.ylabel({label!r}), plt.title")
    assert ("rotate(-90)" in draw(plot)) == turned


def test_letter_that_no_font_has_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "PLOT", PLOT.replace(TITLE, "ढाल"))
    with pytest.raises(cells.CellError) as error:
        draw()
    assert "DEVANAGARI LETTER DDHA" in str(error.value)
    assert "Add one that has it to docs/startup.py" in str(error.value)


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("background", ["#ffffff", "#131416"])
def test_palette_stands_out_in_light_and_dark(background: str) -> None:
    palette = dict(
        re.findall(r"--([\w-]+): (#\w+);", (ROOT / "static" / "palette.css").read_text())
    )
    for name in ("curve", "secant", "tangent", "point"):
        light, dark = sorted([luminance(palette[name]), luminance(background)], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, name
