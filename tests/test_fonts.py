"""The fonts made from the npm packages: complete enough, and the same each time."""

from __future__ import annotations

import importlib.util
import os
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "node_modules"


@pytest.fixture(scope="session")
def fonts() -> ModuleType:
    """Return tools/fonts.py as a module."""
    spec = importlib.util.spec_from_file_location("fonts", ROOT / "tools" / "fonts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def folder(fonts: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the fonts made."""
    folder = tmp_path_factory.mktemp("fonts")
    assert len(fonts.make_fonts(PACKAGES, folder)) == len(fonts.FONTS)
    return folder


@pytest.fixture(scope="session")
def math(folder: Path) -> TTFont:
    """Return the math font."""
    return TTFont(folder / "web" / "fonts" / "stix-two-math.woff2")


def test_matplotlib_finds_the_khmer_font(folder: Path) -> None:
    path = folder / "NotoSansKhmer.ttf"
    fresh = font_manager.FontManager()  # other tests have told the common one of the book's font
    fresh.addfont(path)
    assert fresh.findfont("Noto Sans Khmer", fallback_to_default=False) == str(path)
    font = TTFont(path)
    assert "fvar" not in font
    assert {ord(letter) for letter in "កខគ្រាំ៖។០៩"} <= font.getBestCmap().keys()
    assert {"GSUB", "GPOS"} <= set(font.keys())


def test_web_khmer_font_is_the_packages_own(fonts: ModuleType, folder: Path) -> None:
    made = folder / "web" / "fonts" / "noto-sans-khmer.woff2"
    assert made.read_bytes() == (PACKAGES / fonts.KHMER).read_bytes()


def test_math_font_is_small(folder: Path) -> None:
    assert (folder / "web" / "fonts" / "stix-two-math.woff2").stat().st_size < 60_000


def test_math_font_has_the_characters(math: TTFont) -> None:
    assert {ord(character) for character in "x𝑥ℎ𝜃𝜽𝐰ℝℒ𝟙∑∂∇≤→⟶‖⟨⏟√∞"} <= math.getBestCmap().keys()


@pytest.mark.parametrize("character", "()[]{}|‖√⟨⟩⌊⌋")
def test_math_font_grows_upwards(math: TTFont, character: str) -> None:
    variants = math["MATH"].table.MathVariants
    assert math.getBestCmap()[ord(character)] in variants.VertGlyphCoverage.glyphs


@pytest.mark.parametrize("character", "←→⇒⏞⏟")
def test_math_font_grows_sideways(math: TTFont, character: str) -> None:
    variants = math["MATH"].table.MathVariants
    index = variants.HorizGlyphCoverage.glyphs.index(math.getBestCmap()[ord(character)])
    parts = variants.HorizGlyphConstruction[index].GlyphAssembly.PartRecords
    # Where two pieces join, both must be willing to overlap.
    for left, right in pairwise(parts):
        overlap = min(left.EndConnectorLength, right.StartConnectorLength)
        assert overlap >= variants.MinConnectorOverlap


def test_root_signs_are_equally_wide(math: TTFont) -> None:
    variants = math["MATH"].table.MathVariants
    index = variants.VertGlyphCoverage.glyphs.index(math.getBestCmap()[ord("√")])
    records = variants.VertGlyphConstruction[index].MathGlyphVariantRecord
    assert len(records) > 3
    assert len({math["hmtx"][record.VariantGlyph][0] for record in records}) == 1


def test_same_bytes_each_time(fonts: ModuleType, folder: Path, tmp_path: Path) -> None:
    for made in fonts.make_fonts(PACKAGES, tmp_path):
        assert made.read_bytes() == (folder / made.relative_to(tmp_path)).read_bytes()


def test_only_what_is_out_of_date_is_made(fonts: ModuleType, tmp_path: Path) -> None:
    math, *_ = fonts.make_fonts(PACKAGES, tmp_path)
    assert fonts.make_fonts(PACKAGES, tmp_path) == []
    os.utime(math, (0, 0))
    assert fonts.make_fonts(PACKAGES, tmp_path) == [math]
    assert not [path for path in tmp_path.rglob("*") if path.suffix.strip(".").isdigit()]


def test_missing_package(fonts: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"Run `npm ci` first"):
        fonts.make_fonts(tmp_path, tmp_path)
