"""One line in conf.py and `nox -s translate` start a language; the rest picks it up by itself.

A small book is translated into Lao, of which Sphinx has nothing, and French, of which it has a
part. Both are started as a person would: the line is the one that the error message shows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from first_visit import hosted
from playwright.sync_api import Browser, expect
from test_build_site import Project

PAGE = """\
---
file_format: mystnb
---

# A steep curve

There the {term}`slope` is positive.

This sentence waits for its translator.

```{code-cell} ipython3
# We print the slope
print("The slope is", 2)
```
"""

INDEX = """\
(contribute-translate)=
# A book

```{toctree}
page
```

```{glossary-csv} ../glossary.csv
```
"""

#: What the translators have done so far.
DONE = {
    "lo": {
        "A steep curve": "ເສັ້ນໂຄ້ງຊັນ",
        "There the {term}`slope` is positive.": "{term}`ຄວາມຊັນ <slope>` ເປັນບວກ.",
        "We print the slope": "ພິມຄວາມຊັນ",
        "The slope is": "ຄວາມຊັນແມ່ນ",
        "Search": "ຄົ້ນຫາ",
        "Skip to content": "ຂ້າມໄປເນື້ອໃນ",
        "Searching": "ກຳລັງຄົ້ນຫາ",
        "Search finished, found one page matching the search query.": "ພົບ ${resultCount} ໜ້າ",
    },
    "fr": {"A steep curve": "Une courbe raide", "Skip to content": "Aller au contenu"},
}

NAMES = {"en": "English", "km": "ភាសាខ្មែរ", "lo": "ລາວ", "fr": "français"}

LANGUAGES = list(NAMES)


class Book(Project):
    """A project in which commands are run as in the book's own folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        shutil.copy(ROOT / "noxfile.py", folder)
        for name in (".venv", "package-lock.json"):
            (folder / name).symlink_to(ROOT / name)
        self.page.write_text(PAGE, "utf-8")
        self.page.with_name("index.md").write_text(INDEX, "utf-8")

    def nox(self, session: str, *arguments: str) -> tuple[int, str]:
        """Run a session of nox; return its status and what was printed."""
        binaries = str(Path(sys.executable).parent)
        process = subprocess.run(
            [sys.executable, "-m", "nox", "-s", session, "--", *arguments],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return process.returncode, process.stdout

    def add_language(self, code: str) -> None:
        """Add to conf.py the line that nox asks for."""
        status, output = self.nox("translate", code)
        assert status == 1
        assert f"there is no language '{code}' in conf.py" in output
        (line,) = re.findall(rf'^    "{code}": .*$', output, re.MULTILINE)
        conf = self.folder / "conf.py"
        before = conf.read_text("utf-8")
        conf.write_text(before.replace("\n}", f"\n{line}\n}}", 1), "utf-8")
        assert len(conf.read_text("utf-8").splitlines()) == len(before.splitlines()) + 1

    def catalogues(self, code: str) -> dict[str, polib.POFile]:
        """The catalogues of a language by their names."""
        folder = self.folder / "docs" / code / "LC_MESSAGES"
        return {
            str(path.relative_to(folder)): polib.pofile(str(path), wrapwidth=79)
            for path in folder.rglob("*.po")
        }

    def translate(self, code: str, translations: dict[str, str]) -> None:
        """Fill in the catalogues; each translation has its place in one of them."""
        left = dict(translations)
        for catalogue in self.catalogues(code).values():
            for entry in catalogue:
                if entry.msgid_plural and entry.msgid in left:
                    entry.msgstr_plural[0] = left.pop(entry.msgid)
                elif entry.msgid in left:
                    entry.msgstr = left.pop(entry.msgid)
            catalogue.save()
        assert not left

    def parsed(self, path: str) -> BeautifulSoup:
        """A page of the site."""
        return BeautifulSoup((self.site / path).read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book in which two languages have been started, partly translated, and built."""
    book = Book(tmp_path_factory.mktemp("book"))
    for code in DONE:
        book.add_language(code)
    status, output = book.nox("translate", *DONE)
    assert status == 0, output
    for code, translations in DONE.items():
        book.translate(code, translations)
    status, output = book.nox("html")
    assert status == 0, output
    assert "WARNING" not in output
    return book


@pytest.mark.parametrize("code", DONE)
def test_every_page_and_the_interface_have_a_catalogue(book: Book, code: str) -> None:
    assert sorted(book.catalogues(code)) == ["index.po", "page.po", "sphinx.po"]


def test_only_what_sphinx_has_not_is_to_be_translated(book: Book) -> None:
    lao, french = ({e.msgid for e in book.catalogues(code)["sphinx.po"]} for code in DONE)
    assert "Skip to content" in lao & french
    assert "Search Page" in lao - french
    assert french < lao


def test_a_second_run_changes_nothing(book: Book) -> None:
    status, output = book.nox("translate", *DONE)
    assert status == 0
    assert "lo: nothing has changed.\nfr: nothing has changed.\n" in output


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_pages_lead_to_all_languages(book: Book, code: str) -> None:
    pages = sorted(path.name for path in (book.site / code).glob("*.html"))
    assert pages == ["genindex.html", "index.html", "page.html", "search.html"]
    for name in pages:
        page = book.parsed(f"{code}/{name}")
        assert page.html
        assert page.html["lang"] == code
        menu = page.select("nav.languages [lang]")
        assert {tag["lang"]: tag.text for tag in menu} == NAMES
        assert [tag["lang"] for tag in menu if tag.has_attr("aria-current")] == [code]
        alternates = {tag["hreflang"]: tag["href"] for tag in page.select("link[hreflang]")}
        others = {other: f"../{other}/{name}" for other in LANGUAGES}
        assert alternates == others | {"x-default": others["en"]}
        assert all((book.site / code / str(address)).is_file() for address in alternates.values())


@pytest.mark.parametrize("name", ["index.html", "404.html"])
def test_root_pages_lead_to_all_languages(book: Book, name: str) -> None:
    page = book.parsed(name)
    assert {tag["lang"]: tag.text for tag in page.select("main a")} == NAMES
    base = "/" if name == "404.html" else ""  # a host shows it under any address
    assert [a["href"] for a in page.select("main a")] == [f"{base}{c}/{name}" for c in LANGUAGES]
    assert str(LANGUAGES).replace("'", '"') in page.select("script")[0].text


def test_what_is_translated_is_shown_and_the_rest_is_english(book: Book) -> None:
    page = book.parsed("lo/page.html")
    assert page.title
    assert page.title.text == "ເສັ້ນໂຄ້ງຊັນ - Nudge"
    texts = [paragraph.text for paragraph in page.select("article p")]
    assert "ຄວາມຊັນ ເປັນບວກ." in texts
    assert "This sentence waits for its translator." in texts
    assert page.select("a.skip-to-content")[0].text.strip() == "ຂ້າມໄປເນື້ອໃນ"
    assert page.select("[placeholder]")[0]["placeholder"] == "ຄົ້ນຫາ"


def test_localised_code_is_executed(book: Book) -> None:
    page = book.parsed("lo/page.html")
    assert page.select("div.cell_output pre")[0].text == "ຄວາມຊັນແມ່ນ 2\n"
    assert page.select("div.cell_input .c1")[0].text == "# ພິມຄວາມຊັນ"


def test_words_that_sphinx_has_are_translated(book: Book) -> None:
    page = book.parsed("fr/page.html")
    assert page.select("a.skip-to-content")[0].text.strip() == "Aller au contenu"
    assert page.select("[placeholder]")[0]["placeholder"] == "Recherche"


def test_glossary_is_english_until_it_has_columns(book: Book) -> None:
    lao, english = (
        [entry.text for entry in book.parsed(f"{code}/index.html").select("dl.glossary dt")]
        for code in ("lo", "en")
    )
    assert lao == english
    (link,) = book.parsed("lo/page.html").select("article p a[href*=term-]")
    assert (link["href"], link.text) == ("index.html#term-slope", "ຄວາມຊັນ")


@pytest.mark.parametrize(
    ("code", "words", "found", "title"),
    [
        ("lo", "ເສັ້ນໂຄ້ງຊັນ", "ພົບ 2 ໜ້າ", "ເສັ້ນໂຄ້ງຊັນ"),  # the page, and the one that lists it
        ("fr", "courbe", "2 pages trouvées", "Une courbe raide"),
    ],
)
def test_search_finds_the_page(
    book: Book, browser: Browser, code: str, words: str, found: str, title: str
) -> None:
    with hosted(book.site) as address:
        page = browser.new_page()
        page.goto(f"{address}{code}/search.html?q={words}")
        expect(page.locator("#search-results")).to_contain_text(found)
        expect(page.locator("#search-results li a").first).to_have_text(title)
        page.close()
