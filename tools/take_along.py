"""Make two files of each language to take along: ``python tools/take_along.py build/site``.

``nudge-<language>.zip`` is the site in one language, which works from a folder, the search and the
figures to touch, too. ``nudge-<language>.pdf`` is all its pages as one document, printed by
Chromium without scripts: so a figure to touch is its picture. Folded solutions are open, folded
code is left out.

The first page of each language then says where they are and how large. Its template leaves a
comment for this, with the words for the links: ``<!-- take-along {"zip": "…", "pdf": "…"} -->``.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pikepdf
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import sync_playwright

FIRST = "index.html"
COMMENT = re.compile(r"<!-- take-along (\{.*?\}) -->")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

#: What leads from one language to others, which are not taken along.
OTHERS = re.compile(
    r'<nav class="languages".*?</nav>|<link rel="alternate" hreflang=[^>]*>\n?', re.DOTALL
)

#: What is of no use on paper.
NOT_PRINTED = "script, details.hide, .headerlink, .downloads, .interactive, .copybtn, .backlinks"

#: Attributes that name elements of the page.
NAMING = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers")

FOOTER = (
    '<div style="width: 100%; text-align: center; font: 8pt sans-serif">'
    '<span class="pageNumber"></span></div>'
)


class NoBrowser(Exception):
    """There is no Chromium to print with."""


# --- the zip -----------------------------------------------------------------------------------


def pack(folder: Path, target: Path) -> None:
    """Put the site of a language into a zip, in a folder of the zip's own name.

    The same site gives the same bytes.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            content = path.read_bytes()
            if path.suffix == ".html":
                text = COMMENT.sub("", OTHERS.sub("", content.decode()))
                content = text.encode()
            name = f"{target.stem}/{path.relative_to(folder).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


# --- the document ------------------------------------------------------------------------------


@dataclass
class Page:
    """A page of a site."""

    path: str
    """Relative to the folder of the language."""
    soup: BeautifulSoup

    @property
    def following(self) -> str:
        """The path of the page that a reader comes to next, or nothing."""
        link = self.soup.select_one("link[rel=next]")
        return urljoin(self.path, str(link["href"])) if link else ""

    def name(self, part: str = "") -> str:
        """The name, in a document of all pages, of a part of this one; without one, of it all."""
        return name_of(self.path, part)


def name_of(path: str, part: str) -> str:
    """The name of a part of a page in a document of all pages.

    >>> name_of("lessons/adam.html", "the-race")
    'lessons-adam--the-race'
    """
    return f"{posixpath.splitext(path)[0].replace('/', '-')}--{part}"


def pages_of(folder: Path) -> Iterator[Page]:
    """The pages of a language in the order of the book."""
    path = FIRST
    while path:
        page = Page(path, BeautifulSoup((folder / path).read_text("utf-8"), "html.parser"))
        yield page
        path = page.following


def document(folder: Path) -> str:
    """All pages of a language as one, with links that lead to places within it.

    Addresses are relative to the folder.
    """
    pages = list(pages_of(folder))
    paths = {page.path for page in pages}
    head = "".join(str(link) for link in style_sheets(pages))
    body = "".join(part(page, paths) for page in pages)
    html = pages[0].soup.select_one("html")
    assert html
    title = pages[0].soup.select_one("meta[property='og:site_name']")
    return (
        f'<!doctype html><html class="no-js" lang="{html["lang"]}"><head><meta charset="utf-8">'
        f"<title>{escape(str(title['content'])) if title else ''}</title>{head}</head>"
        f"<body>{body}</body></html>"
    )


def style_sheets(pages: list[Page]) -> Iterator[Tag]:
    """The style sheets of all pages, each once, with inline ones."""
    seen = set()
    for page in pages:
        for sheet in page.soup.select("head link[rel=stylesheet], head style"):
            if sheet.get("href"):
                sheet["href"] = urljoin(page.path, str(sheet["href"]))
            if str(sheet) not in seen:
                seen.add(str(sheet))
                yield sheet


def part(page: Page, paths: set[str]) -> str:
    """The article of a page as a part of the document."""
    article = page.soup.select_one("article")
    assert article
    del article["id"]  # the same on all pages
    for element in article.select(NOT_PRINTED):
        element.decompose()
    for folded in article.select("details"):
        folded["open"] = ""
    for element in article.select("[id]"):
        element["id"] = page.name(str(element["id"]))
    for attribute in NAMING:
        for element in article.select(f"[{attribute}]"):
            names = str(element[attribute]).split()
            element[attribute] = " ".join(map(page.name, names))
    for link in article.select("a[href]"):
        lead(link, page, paths)
    for picture in article.select("img[src]"):
        picture["src"] = urljoin(page.path, str(picture["src"]))
    return f'<div id="{page.name()}" class="page-of-book">{article}</div>'


def lead(link: Tag, page: Page, paths: set[str]) -> None:
    """Let a link lead to a place of the document, if it is one; other files are left behind."""
    address = urlsplit(str(link["href"]))
    if address.scheme or address.netloc:
        return
    path = posixpath.normpath(urljoin(page.path, address.path)) if address.path else page.path
    if path in paths:
        link["href"] = f"#{name_of(path, address.fragment)}"
    else:
        del link["href"]


def print_documents(documents: dict[Path, Path]) -> None:
    """Print HTML documents as PDF files, given by the former.

    :raises NoBrowser: when there is no Chromium
    """
    browsers = [found for name in BROWSERS if (found := shutil.which(name))]
    if not browsers:
        raise NoBrowser
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers[0], args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_context(java_script_enabled=False).new_page()
        for source, target in documents.items():
            page.goto(source.resolve().as_uri(), wait_until="load")
            printed = page.pdf(
                format="A4",
                outline=True,
                tagged=True,
                display_header_footer=True,
                header_template="<span></span>",
                footer_template=FOOTER,
                margin={"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
            )
            compress(printed, target)
        browser.close()


def compress(printed: bytes, target: Path) -> None:
    """Write a PDF in a third of its size: Chromium does not compress what structures a document.

    Readers see the first page before the rest has come.
    """
    with pikepdf.open(BytesIO(printed)) as pdf:
        pdf.save(
            target,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=True,
            linearize=True,
        )


# --- the first page ----------------------------------------------------------------------------


def offer(page: Path, files: dict[str, Path]) -> None:
    """Link files on a first page, with their sizes, in the place of the comment there."""

    def links(comment: re.Match[str]) -> str:
        words = json.loads(comment[1])
        return "".join(
            f'<a href="../{file.name}" download>{escape(words[kind])} '
            f"({file.stat().st_size / 1e6:.1f} MB)</a>\n"
            for kind, file in files.items()
        )

    new = page.with_suffix(".new")
    new.write_text(COMMENT.sub(links, page.read_text("utf-8")), "utf-8")
    new.replace(page)


def take_along(site: Path, target: Path) -> dict[str, dict[str, Path]]:
    """Make the files of all languages of a site in the folder ``target``; returns them.

    :raises NoBrowser: when there is no Chromium
    """
    languages = sorted(path.parent.name for path in site.glob(f"*/{FIRST}"))
    made = {}
    documents = {}
    for language in languages:
        folder = site / language
        files = {kind: target / f"nudge-{language}.{kind}" for kind in ("zip", "pdf")}
        pack(folder, files["zip"])
        source = folder / "whole-book.html"
        source.write_text(document(folder), "utf-8")
        documents[source] = files["pdf"]
        made[language] = files
    try:
        print_documents(documents)
    finally:
        for source in documents:
            source.unlink()
    return made


def main(site: Path) -> None:
    try:
        made = take_along(site, site)
    except NoBrowser:
        sys.exit("take_along: there is no Chromium; install it with `apt-get install chromium`.")
    for language, files in made.items():
        offer(site / language / FIRST, files)
        for file in files.values():
            print(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
