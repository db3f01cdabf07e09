"""The math renderer ``mathml``: what Temml makes of TeX, and what is said when it cannot."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import mathml
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import ROOT, ROOTS
from sphinx.errors import ExtensionError
from sphinx.util.console import strip_escape_sequences

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.testing.util import SphinxTestApp


def page(app: SphinxTestApp, name: str = "index") -> BeautifulSoup:
    """Return a page that *app* has written."""
    return BeautifulSoup((app.outdir / f"{name}.html").read_text("utf-8"), "html.parser")


def one(element: Tag, selector: str) -> Tag:
    """Return the one part of *element* that *selector* finds."""
    (found,) = element.select(selector)
    return found


def displays(app: SphinxTestApp) -> list[Tag]:
    """Return the displays of the page ``index``, in order."""
    return page(app).select("div.math")


def shape(element: Tag) -> str:
    """Return an element without attributes and white space: ``<mi>x</mi>``."""
    return re.sub(r"<(\w+)[^>]*>|\s+", lambda tag: f"<{tag[1]}>" if tag[1] else "", str(element))


def test_examples() -> None:
    assert doctest.testmod(mathml).failed == 0


@pytest.mark.parametrize(
    ("tex", "spaced"),
    [
        ("x =", '<mi>x</mi><mo rspace="0">=</mo></mrow></math>'),
        ("a + b + \\cdots = c", "<mo>⋯</mo><mo>=</mo></mrow><mrow><mi>c</mi>"),
    ],
)
def test_spaces_around_relations(tex: str, spaced: str) -> None:
    temml = mathml.temml(ROOT / "node_modules" / "temml")
    assert spaced in temml.mathml(tex, display=False)
    temml.close()


@pytest.mark.sphinx("html", testroot="mathml")
def test_math_in_a_line(app: SphinxTestApp) -> None:
    app.build()
    assert shape(one(page(app), "span.math > math")) == (
        "<math><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>∈</mo></mrow>"
        "<mrow><mi>ℝ</mi></mrow></math>"
    )
    assert not app.warning.getvalue()


#: What is written, and what then stands before, in and after the part that stays together.
TOUCHING = {
    "of $x$. Then": ("of ", "_.", " Then"),
    "នៃ $x$។": ("នៃ ", "_។", ""),
    "the $x$-axis is": ("the ", "_-axis", " is"),
    "so “($x$)”, or": ("so ", "“(_)”,", " or"),
    "ក្នុង$x$៖ ដែល": ("ក្នុង", "_៖", " ដែល"),
    "a $n$th step": ("a ", "_th", " step"),
    "from ($x$ to": ("from ", "(_", " to"),
    "ក្នុង$x$ដែល": ("ក្នុង", "", "ដែល"),
    "of $x$ (here)": ("of ", "", " (here)"),
    "**$x$**, then": ("", "", ", then"),
}


def test_what_touches_math_stays_with_it(
    make_app: Callable[..., SphinxTestApp], tmp_path: Path
) -> None:
    folder = shutil.copytree(ROOTS / "test-mathml", tmp_path / "site")
    (folder / "more.md").write_text("# More\n\n" + "\n\n".join(TOUCHING), "utf-8")
    app = make_app("html", srcdir=folder)
    app.build()
    paragraphs = page(app, "more").select("section > p")
    for paragraph, (before, together, after) in zip(paragraphs, TOUCHING.values(), strict=True):
        one(paragraph, "span.math").replace_with("_")
        unbroken = paragraph.select_one("span.unbroken")
        assert (unbroken.text if unbroken else "") == together
        assert paragraph.text == before + (together or "_") + after


@pytest.mark.sphinx("html", testroot="mathml")
@pytest.mark.parametrize(
    ("index", "expected"),
    [
        pytest.param(1, "<mrow><mi>x</mi></mrow>", id="boxed"),
        pytest.param(2, "<mover><mi>y</mi><mo>ˆ</mo></mover>", id="hat"),
        pytest.param(
            3,
            "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mrow><mo>=</mo><mi>b</mi></mrow></mtd></mtr>"
            "<mtr><mtd><mrow></mrow></mtd><mtd><mrow><mo>=</mo><mi>c</mi></mrow></mtd></mtr></mtable>",
            id="aligned",
        ),
        pytest.param(
            4,
            "<mrow><mo>[</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr>"
            "<mtr><mtd><mn>3</mn></mtd><mtd><mn>4</mn></mtd></mtr></mtable><mo>]</mo></mrow>",
            id="bmatrix",
        ),
        pytest.param(7, "<mtext>ខ្មែរ</mtext>", id="Khmer text"),
    ],
)
def test_constructs(app: SphinxTestApp, index: int, expected: str) -> None:
    app.build()
    assert shape(one(displays(app)[index], "math")) == f"<math>{expected}</math>"


@pytest.mark.sphinx("html", testroot="mathml")
def test_boxes_arrows_and_strokes(app: SphinxTestApp) -> None:
    app.build()
    _, boxed, _, _, _, arrow, cancel, *_ = displays(app)
    assert "border:1px solid" in one(boxed, "math > mrow")["style"]
    assert one(arrow, "mover > mo[stretchy=true]").text == "→"
    assert one(arrow, "mtext").text == "step"
    assert one(cancel, "menclose")["notation"] == "updiagonalstrike"


@pytest.mark.sphinx("html", testroot="mathml")
def test_lines_and_paragraphs_are_rows(app: SphinxTestApp) -> None:
    app.build()
    *_, lines, paragraphs, ams = displays(app)
    for display in (lines, paragraphs, ams):
        assert len(display.find_all("mtr")) == 2
        assert len(display.find_all("mtable")) == 1


@pytest.mark.sphinx("html", testroot="mathml")
def test_numbered_equation_is_linked(app: SphinxTestApp) -> None:
    app.build()
    step = displays(app)[0]
    assert step["id"] == "equation-step"
    number = one(step, "span.eqno")
    assert number.text.startswith("(1)")
    assert one(number, "a")["href"] == "#equation-step"
    # Outside of what scrolls
    assert not number.find_parent(class_="math-scroll")
    reference = one(page(app, "more"), "a[href$='#equation-step']")
    assert reference.text == "(1)"
    # amsmath's environments are numbered by Sphinx too, others are not.
    numbered = [len(display.select(".eqno")) for display in displays(app)]
    assert numbered == [1, *[0] * 9, 1]


@pytest.mark.sphinx("html", testroot="mathml-malformed")
def test_malformed_formula_is_located(app: SphinxTestApp) -> None:
    app.build()
    warnings = strip_escape_sequences(app.warning.getvalue()).splitlines()
    expected = [
        (5, "a & b", "Expected 'EOF', got '&' at position 3"),
        (7, r"x + \undefined", r"Unsupported function name: \undefined at position 5"),
        (12, r"\frac{1}{", "Unexpected end of input"),
        (14, "ខ្មែរ", "used in math mode at position 1"),
    ]
    for warning, (line, tex, reason) in zip(warnings, expected, strict=True):
        assert warning.startswith(f"{app.srcdir / 'index.md'}:{line}: WARNING: ")
        assert f"“{tex}”" in warning
        assert reason in warning
        assert mathml.SUPPORTED in warning
        assert warning.endswith("[mathml.formula]")
    # The page shows what was written.
    codes = [code.text for code in page(app).select(".math code")]
    assert codes == [tex for _, tex, _ in expected]


@pytest.mark.sphinx(
    "html", testroot="mathml-malformed", srcdir="strict", exception_on_warning=True
)
def test_malformed_formula_fails_a_strict_build(app: SphinxTestApp) -> None:
    with pytest.raises(Exception, match="Temml cannot read “a & b”"):
        app.build()


def test_pages_written_in_parallel(make_app: Callable[..., SphinxTestApp], tmp_path: Path) -> None:
    # Sphinx shares out more than five pages only.
    names = [f"page{number}" for number in range(8)]
    for number, name in enumerate(names):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\n$x^{number}$\n")
    (tmp_path / "index.md").write_text("\n".join(["# Pages\n", "```{toctree}", *names, "```"]))
    (tmp_path / "conf.py").write_text("extensions = ['myst_parser', 'mathml']")
    temml = Path(__file__).parents[1] / "node_modules" / "temml"
    app = make_app(
        "html",
        srcdir=tmp_path,
        parallel=2,
        confoverrides={"mathml_temml": str(temml), "myst_enable_extensions": ["dollarmath"]},
    )
    app.build()
    assert not app.warning.getvalue()
    for number, name in enumerate(names):
        assert one(page(app, name), "msup").text == f"x{number}"


@pytest.mark.sphinx("html", testroot="mathml", confoverrides={"mathml_temml": "nowhere"})
def test_missing_temml(make_app: Callable[..., SphinxTestApp], app_params: tuple) -> None:
    args, kwargs = app_params
    with pytest.raises(ExtensionError, match=r"no Temml in .*nowhere\. Run `npm ci`"):
        make_app(*args, **kwargs)


@pytest.mark.sphinx("text", testroot="mathml", confoverrides={"mathml_temml": "nowhere"})
def test_other_builders_need_no_temml(app: SphinxTestApp) -> None:
    app.build()


def test_node_that_dies_is_reported(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "temml.cjs").write_text("process.exit(3)")
    with pytest.raises(ExtensionError, match=r"node ended with status 3 at the formula 'x\^2'"):
        mathml.Temml(tmp_path).mathml("x^2", display=False)
