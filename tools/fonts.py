"""Make the fonts of the site and of its plots from the npm packages in package.json.

    python tools/fonts.py node_modules build/fonts

=============================== ========= ======================================================
web/fonts/stix-two-math.woff2   the site  STIX Two Math, only what school and ML mathematics use
web/fonts/noto-sans-khmer.woff2 the site  Noto Sans Khmer, all weights, as it is
web/fonts/language-names.woff2  the site  Noto Sans Khmer, only the names in the language menu
NotoSansKhmer.ttf               plots     Noto Sans Khmer, weight 400: Matplotlib reads no woff2,
                                          and of a variable font only the default weight
=============================== ========= ======================================================

The math font must have an OpenType MATH table, without which brackets and roots do not grow:
@fontsource/libertinus-math has lost its own, @fontsource/stix-two-math has kept it.

Fonts newer than what they are made from, this script included, are left alone. The same packages
give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import runpy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MATH = "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"
KHMER = "@fontsource-variable/noto-sans-khmer/files/noto-sans-khmer-khmer-wght-normal.woff2"

# Sizes and pieces of brackets, roots, arrows … come along by themselves, by the MATH table.
MATH_CHARACTERS = (
    # Text inside formulas
    (" ", "~"),
    "\N{NO-BREAK SPACE}¬°±·×÷–—‘’“”…",
    # Accents, as Temml writes them
    "`´¨¯ˆˇ˘˙˚˜‾",
    # Greek, upright and as browsers find it before they slant it
    ("Α", "Ω"),
    ("α", "ω"),
    "ϑϕϖϰϱϵ",
    # Letters with meaning, some of which fill gaps in the alphabets below
    "ℂℋℐℑℒℓℕℙℚℛℜℝℤℬℰℱℳℎℏℵ∂",
    # Alphabets: bold, italic (a variable's normal shape), bold italic, script capitals,
    # double-struck capitals, bold Greek, italic Greek, bold italic Greek, bold digits
    ("𝐀", "𝒁"),
    ("𝒜", "𝒵"),
    ("𝔸", "𝕐"),
    "𝟙",
    ("𝚨", "𝛡"),
    ("𝛢", "𝜛"),
    ("𝜜", "𝝕"),
    ("𝟎", "𝟗"),
    # Operators and relations
    ("∀", "∗"),
    "∘√∝∞∠∣∤∥∦∧∨∩∪∫∬∭∮∴∵∶∷∼≃≅≈≐≔≕≜≝≟≠≡≢≤≥≦≧≪≫≮≯≰≱≲≳≺≻⊂⊃⊄⊆⊇⊈⊊⊎⊓⊔",
    "⊕⊖⊗⊘⊙⊢⊤⊥⊨⊻⋀⋁⋂⋃⋄⋅⋆⋮⋯⋰⋱⨀⨁⨂⩽⩾⪯⪰",
    "′″‴",
    # Arrows
    "←↑→↓↔↕↖↗↘↙↛↝↠↦↩↪⇀⇁⇄⇌⇐⇑⇒⇓⇔⇕⇏⟵⟶⟷⟸⟹⟺⟼",
    # Delimiters and what stretches above and below
    "‖⌈⌉⌊⌋⟦⟧⟨⟩⏜⏝⏞⏟⎴⎵",
    # Shapes
    "□■△▽◦○●✓",
)


class Font(NamedTuple):
    """A font to make: from which file, into which, and how."""

    source: str
    target: str
    make: Callable[[Path, Path], object]


def characters(*groups: str | tuple[str, str]) -> Iterator[int]:
    """Yield the code points of strings, and of ranges given by their first and last character."""
    for group in groups:
        if isinstance(group, tuple):
            first, last = map(ord, group)
            yield from range(first, last + 1)
        else:
            yield from map(ord, group)


def subset_math(source: Path, target: Path) -> None:
    """Write the part of a math font that any formula may need, as woff2."""
    subset_math_to(set(characters(*MATH_CHARACTERS)), source, target)


def subset_math_to(unicodes: set[int], source: Path, target: Path) -> None:
    """Write the part of a math font that has these characters, as woff2.

    A browser slants a variable by taking the letter of the italic alphabet, so that goes along.
    """
    slanted = characters(("𝐴", "𝑧"), "ℎ", ("𝛢", "𝜛"))
    unicodes |= {code for code in slanted if ord(normalize("NFKC", chr(code))) in unicodes}
    font = TTFont(source, recalcTimestamp=False)
    mend_right_arrow(font)
    mend_radicals(font)
    options = Options(
        flavor="woff2",
        layout_features=[],
        hinting=False,  # STIX's hints deform the theta, and screens do well without
        notdef_outline=True,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes)
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def mend_right_arrow(font: TTFont) -> None:
    r"""Let ``\xrightarrow`` grow in Chromium.

    In STIX Two Math 2.12, the head of a long right arrow has its two connectors swapped: it says
    that its tip joins the shaft. Chromium then keeps the arrow short.
    """
    variants = font["MATH"].table.MathVariants
    for construction in variants.HorizGlyphConstruction:
        if construction.GlyphAssembly is None:
            continue
        last = construction.GlyphAssembly.PartRecords[-1]
        if last.glyph == "uni2192.var" and last.StartConnectorLength == 0:
            last.StartConnectorLength, last.EndConnectorLength = last.EndConnectorLength, 0


def mend_radicals(font: TTFont) -> None:
    r"""Make all sizes of the root sign as wide as the smallest.

    The taller ones of STIX Two Math are wider. Chromium keeps room for the widest and leaves what
    is not used as a gap after the root: ``\sqrt{2}  x``.
    """
    radical = font.getBestCmap()[ord("√")]
    variants = font["MATH"].table.MathVariants
    index = variants.VertGlyphCoverage.glyphs.index(radical)
    construction = variants.VertGlyphConstruction[index]
    taller = {record.VariantGlyph for record in construction.MathGlyphVariantRecord} - {radical}
    pieces = {record.glyph for record in construction.GlyphAssembly.PartRecords}
    width, _ = font["hmtx"][radical]
    for name in taller | pieces:
        old_width, bearing = font["hmtx"][name]
        scale = width / old_width
        glyph = font["glyf"][name]
        glyph.coordinates.scale((scale, 1))
        glyph.coordinates.toInt()
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = width, round(bearing * scale)


def subset_names(source: Path, target: Path) -> None:
    """Write the letters of the languages' names, so that the menu alone needs no whole font."""
    languages = runpy.run_path(str(Path(__file__).parents[1] / "conf.py"))["languages"]
    font = instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": 400})
    subsetter = Subsetter(Options(flavor="woff2", hinting=False))
    subsetter.populate(text="".join(languages.values()))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(target)


def regular_ttf(source: Path, target: Path) -> None:
    """Write weight 400 of a variable font as TrueType."""
    font = TTFont(source, recalcTimestamp=False)
    instantiateVariableFont(font, {"wght": 400}, inplace=True)
    font.flavor = None
    font.save(target)


FONTS = (
    Font(MATH, "web/fonts/stix-two-math.woff2", subset_math),
    Font(KHMER, "web/fonts/noto-sans-khmer.woff2", shutil.copyfile),
    Font(KHMER, "web/fonts/language-names.woff2", subset_names),
    Font(KHMER, "NotoSansKhmer.ttf", regular_ttf),
)


def make_fonts(packages: Path, folder: Path) -> list[Path]:
    """Make what is missing or out of date in *folder*; return the paths of the fonts made.

    Raises FileNotFoundError, saying what to do, if a package is not in *packages*.
    """
    made = []
    for font in FONTS:
        source, target = packages / font.source, folder / font.target
        if not source.is_file():
            raise FileNotFoundError(f"There is no {source}. Run `npm ci` first.")
        if not is_current(target, source, Path(__file__)):
            target.parent.mkdir(parents=True, exist_ok=True)
            # Another build may be reading or making the same font: it must never meet half of it.
            draft = target.with_name(f"{target.name}.{os.getpid()}")
            font.make(source, draft)
            draft.replace(target)
            made.append(target)
    return made


def is_current(target: Path, *sources: Path) -> bool:
    """Tell whether *target* is newer than each of its *sources*."""
    return target.is_file() and all(
        target.stat().st_mtime_ns > source.stat().st_mtime_ns for source in sources
    )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make the fonts of the site and of its plots.")
    parser.add_argument("packages", type=Path, help="where npm installs: node_modules")
    parser.add_argument("folder", type=Path, help="where the fonts go: build/fonts")
    arguments = parser.parse_args()
    try:
        made = make_fonts(arguments.packages, arguments.folder)
    except FileNotFoundError as error:
        parser.exit(1, f"{error}\n")
    for path in made:
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
