"""The book as one zip and as one PDF: what they hold, and that they work without a network."""

from __future__ import annotations

import doctest
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import build_site
import pikepdf
import pytest
import take_along
from bs4 import BeautifulSoup
from conftest import SITE
from playwright.sync_api import Browser, expect
from test_browser import LANGUAGES

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the site, with the files to take along.

    They are made in a process of their own, as ``nox -s book`` does: this one may already drive a
    browser, and Playwright takes only one at a time.
    """
    site = tmp_path_factory.mktemp("taken") / "site"
    shutil.copytree(SITE, site)
    subprocess.run([sys.executable, take_along.__file__, site], check=True)
    return site


def test_examples() -> None:
    assert doctest.testmod(take_along).failed == 0


# --- the first page ----------------------------------------------------------------------------


@each_language
def test_first_page_says_where_they_are_and_how_large(site: Path, language: str) -> None:
    page = BeautifulSoup((site / language / "index.html").read_text("utf-8"), "html.parser")
    links = page.select("p.downloads a[download]")
    assert [link["href"] for link in links] == [
        f"../nudge-{language}.zip",
        f"../nudge-{language}.pdf",
    ]
    for link in links:
        file = (site / language / str(link["href"])).resolve()
        size = file.stat().st_size / 1e6
        assert 0.1 < size < 8
        assert f"({size:.1f} MB)" in link.text


@each_language
def test_first_page_is_silent_where_they_are_not(browser: Browser, language: str) -> None:
    page = browser.new_page()
    page.goto((SITE / language / "index.html").as_uri())
    expect(page.locator("p.downloads")).to_be_hidden()
    page.close()


# --- the zip -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unpacked(site: Path) -> dict[str, Path]:
    """Return the folders of the languages, each as a reader has unpacked it."""
    folders = {}
    for language in LANGUAGES:
        target = site.parent / "unpacked" / language
        with zipfile.ZipFile(site / f"nudge-{language}.zip") as archive:
            assert archive.testzip() is None
            assert all(name.startswith(f"nudge-{language}/") for name in archive.namelist())
            archive.extractall(target)
        folders[language] = target / f"nudge-{language}"
    return folders


@each_language
def test_zip_leads_to_nothing_that_it_has_not(unpacked: dict[str, Path], language: str) -> None:
    folder = unpacked[language]
    pages = {path: path.read_text("utf-8") for path in folder.rglob("*.html")}
    assert len(pages) > 15
    for path, text in pages.items():
        assert "take-along" not in text
        page = BeautifulSoup(text, "html.parser")
        for element in page.select("[href], [src]"):
            address = str(element.get("href") or element.get("src")).partition("#")[0]
            address = address.partition("?")[0]
            if address and not address.startswith(("http", "data:", "mailto:")):
                assert (path.parent / address).resolve().is_relative_to(folder), address
                assert (path.parent / address).exists(), address


@each_language
def test_zip_works_from_a_folder(
    unpacked: dict[str, Path], browser: Browser, language: str
) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    folder = unpacked[language]
    page.goto((folder / "index.html").as_uri())
    expect(page.locator("nav.languages")).to_have_count(0)
    page.goto((folder / "lessons" / "adam.html").as_uri())
    expect(page.locator("optimizer-race.ready")).to_be_attached()
    query = {"en": "derivative", "km": "ដេរីវេ"}[language]
    page.goto(f"{(folder / 'search.html').as_uri()}?q={query}")
    expect(page.locator("#search-results li").first).to_be_visible()
    context.close()


def test_same_site_gives_the_same_zip(site: Path, tmp_path: Path) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        take_along.pack(site / "km", tmp_path / folder / "book.zip")
    one, other = [(tmp_path / f / "book.zip").read_bytes() for f in ("one", "other")]
    assert one == other


# --- the PDF -----------------------------------------------------------------------------------


@each_language
def test_pages_of_the_document_are_those_of_the_site(site: Path, language: str) -> None:
    paths = [page.path for page in take_along.pages_of(site / language)]
    assert paths[:2] == ["index.html", "lessons/derivatives.html"]
    folder = site / language
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert set(paths) == written - build_site.NO_CONTENT


@each_language
def test_links_of_the_document_stay_inside(site: Path, language: str) -> None:
    document = BeautifulSoup(take_along.document(site / language), "html.parser")
    names = [str(element["id"]) for element in document.select("[id]")]
    assert len(set(names)) == len(names)
    inside = [str(a["href"]) for a in document.select("a[href^='#']")]
    assert len(inside) > 300
    assert {href.removeprefix("#") for href in inside} <= set(names)
    others = [str(a["href"]) for a in document.select("a[href]:not([href^='#'])")]
    assert all(address.startswith(("http", "mailto:")) for address in others)
    assert not document.select("script, .interactive, details:not([open])")
    for picture in document.select("img"):
        assert (site / language / str(picture["src"])).is_file()


@each_language
def test_pdf(site: Path, language: str) -> None:
    """Bookmarks of all pages, links to places within, and no picture made of pixels."""
    pages = list(take_along.pages_of(site / language))
    with pikepdf.open(site / f"nudge-{language}.pdf") as pdf:
        with pdf.open_outline() as outline:
            bookmarks = [item.title for item in outline.root]
            assert sum(len(item.children) for item in outline.root) > 60
        for page, bookmark in zip(pages, bookmarks, strict=True):
            heading = page.soup.select_one("h1")
            assert heading
            assert heading.text.startswith(bookmark.strip()[:20])
        assert pdf.Root.Lang == language
        assert len(pdf.pages) > 100
        links = [link for sheet in pdf.pages for link in sheet.get("/Annots", [])]
        inside = [str(link.Dest) for link in links if "/Dest" in link]
        assert len(inside) > 300
        assert set(inside) <= set(pdf.Root.Dests.keys())
        outside = [str(link.A.URI) for link in links if "/A" in link]
        assert all(address.startswith("http") for address in outside)
        assert len(inside) + len(outside) == len(links)
        kinds = [item.get("/Subtype") for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        assert pikepdf.Name.Image not in kinds


# --- what may go wrong -------------------------------------------------------------------------


def test_without_chromium_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en").mkdir()
    words = json.dumps({"zip": "A", "pdf": "B"})
    page = f"<html lang=en><h1>Book</h1><article>x</article><!-- take-along {words} -->"
    (tmp_path / "en" / "index.html").write_text(page, "utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="install it with `apt-get install chromium`"):
        take_along.main(tmp_path)
    assert (tmp_path / "en" / "index.html").read_text("utf-8") == page
    assert not (tmp_path / "en" / "whole-book.html").exists()
