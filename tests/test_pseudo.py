"""The book in the pseudo-language: what is still plain English on its pages can't be translated.

In the pseudo-language every letter of a message has an accent, so that a word without any has
passed by the catalogues. Either it is on the short list below, with the reason, or it is a fault.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

import pseudo
import pytest
from bs4 import BeautifulSoup
from bs4.element import PreformattedString
from conftest import ROOT
from first_visit import hosted
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, expect

HTML = ROOT / "build" / "pseudo" / "html"

#: What may be plain, as CSS selectors, and why.
PLAIN = {
    "script, style": "are not shown",
    "code, pre": "are code; the comments and outputs of cells are looked at apart",
    "math :not(mtext)": "is a formula; its words are looked at",
    "div.citation": "is cited as it was published",
    "dl.glossary": "comes from docs/glossary.csv, where each language has its columns",
    "nav.languages [lang]": "is a language's own name for itself",
}

#: Names of things, which translators may keep; words of Python and names of functions in outputs.
NAMES = {"Nudge", "ReLU", "RMSProp", "Adam", "True", "False", "nan"}
NAMES |= {"sin", "cos", "tan", "arctan", "ln", "log", "ex"}

#: Authors in a sentence that cites them; fields that a script fills, names of files, and formulas,
#: which are plain text in what the search shows of a page.
CITED = re.compile(r"[A-Z]\w+(?: ⟦\S+⟧ [A-Z]\w+| <em>⟦[^⟧]+⟧</em>) \[")
NOT_WORDS = re.compile(r"\{\w+\}|\S+/\S+\.po|\b\w=[\w+−]+")

#: What readers see or hear that is not text between tags: CSS selectors and attributes.
ATTRIBUTES = {
    "[alt]": "alt",
    "[aria-label]": "aria-label",
    "[aria-description]": "aria-description",
    "[data-tooltip]": "data-tooltip",
    "[placeholder]": "placeholder",
    "[title]:not([href*='references.html#'])": "title",  # what is cited is, as it was published
    "[type=submit], [type=button]": "value",
    # but not a kind of page, a language or an address, which are codes
    "meta[name=description], meta[property$=title], meta[property$=description], "
    "meta[property$=alt]": "content",
}

#: What readers see of cells and doctests but their code.
IN_CELLS = "div.cell_output pre, div.cell_input .c1, div.cell_input .sd, .highlight-pycon .c1"


def texts(page: BeautifulSoup) -> Iterator[str]:
    """All that readers see or hear of a page, but for what is on the list."""
    listed = {id(tag) for tag in page.select(", ".join(PLAIN))}
    for text in page.find_all(string=True):
        hidden = isinstance(text, PreformattedString)  # a comment
        if not hidden and not any(id(tag) in listed for tag in text.parents):
            yield text
    for selector, attribute in ATTRIBUTES.items():
        yield from (str(tag.get(attribute, "")) for tag in page.select(selector))
    yield from (tag.text for tag in page.select(IN_CELLS))


def plain(html: str) -> list[str]:
    """The texts of a page with words that could not be translated."""
    found = []
    for text in texts(BeautifulSoup(CITED.sub("[", html), "html.parser")):
        letters = re.findall(r"[^\W\d_]{2,}", NOT_WORDS.sub("", text))
        words = {word for word in letters if word.isascii()}
        if words - NAMES:
            found.append(" ".join(text.split()))
    return found


@pytest.fixture(scope="session")
def log() -> str:
    """Build the book in the pseudo-language, as a person would, and return Sphinx's log."""
    subprocess.run([ROOT / "nox", "-s", "html", "--", "pseudo"], check=True)
    return (HTML.parent / "html.log").read_text("utf-8")


@pytest.mark.usefixtures("log")
def test_all_text_is_translated() -> None:
    pages = sorted(HTML.rglob("*.html"))
    assert len(pages) == len([*(ROOT / "docs" / "en").rglob("*.md"), "genindex", "search"])
    assert not {
        str(path.relative_to(HTML)): found
        for path in pages
        if (found := plain(path.read_text("utf-8")))
    }


@pytest.mark.usefixtures("log")
def test_notebooks_are_translated() -> None:
    notebooks = sorted(HTML.rglob("*.ipynb"))
    assert notebooks
    for notebook in notebooks:
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                text = re.sub(r"\$+[^$]+\$+", "", "".join(cell["source"]))  # formulas
                assert not plain(MarkdownIt().enable("table").render(text))


def test_all_words_of_the_code_are_translated(log: str) -> None:
    """Those in plots, too, where they are drawn as shapes."""
    assert re.search(r"code messages .* [1-9]\d* applied, 0 untranslated, 0 refused", log)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("lessons/derivatives.html", "⟦Çöþý ţö çļîþƀöåŕð⟧"),
        (f"search.html?q={quote(pseudo.accent('slope'))}", r"ƒöûñð \d+ þåĝéš"),
        ("search.html?q=nowhere", "ðîð ñöţ ṁåţçĥ"),
    ],
)
def test_what_scripts_write_is_translated(browser: Browser, path: str, written: str) -> None:
    with hosted(HTML) as address:
        page = browser.new_page()
        page.goto(address + path, wait_until="networkidle")
        expect(page.locator("body")).to_contain_text(re.compile(written))
        assert not plain(page.content())
        page.close()


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("**Two** {term}`limits <limit>`", "⟦**Ţŵö** {term}`ļîṁîţš <limit>`⟧"),
        ("the {term}`limit` is {value}`n:.2f`", "⟦ţĥé {term}`ļîṁîţ <limit>` îš {value}`n:.2f`⟧"),
        ("[one](#one), [](#two)", "⟦[öñé](#one), [](#two)⟧"),
        ("if $x = y$ and `z`", "⟦îƒ $x = y$ åñð `z`⟧"),
        ("  one: {one:.2f}, %.2f\n", "  ⟦öñé: {one:.2f}, %.2f⟧\n"),
        ("%(n)s <b>of</b> ${all} &amp; %s", "⟦%(n)s <b>öƒ</b> ${all} &amp; %s⟧"),
        (r"\frac{\text{rise}}{x}", r"\frac{\text{ŕîšé}}{x}"),
    ],
)
def test_pseudo(message: str, translation: str) -> None:
    assert pseudo.pseudo(message) == translation
