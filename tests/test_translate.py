"""Catalogues are brought up to date without churn and without loss."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import polib
import pytest
from conftest import ROOT

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@dataclass
class Book:
    """Templates and catalogues in a folder of their own."""

    folder: Path

    def write_languages(self, *codes: str) -> None:
        (self.folder / "conf.py").write_text(f"languages = {dict.fromkeys(codes, 'a name')}\n")

    def template(self, page: str, *messages: str, line: int = 1) -> None:
        """Write the template of a page, whose messages stand from a line on."""
        path = self.folder / "pot" / f"{page}.pot"
        path.parent.mkdir(parents=True, exist_ok=True)
        entries = (
            f'#: ../../docs/en/{page}.md:{number}\nmsgid "{text}"\nmsgstr ""\n'
            for number, text in enumerate(messages, line)
        )
        path.write_text(HEADER + "\n".join(entries), "utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        script = ROOT / "tools" / "translate.py"
        command = [sys.executable, str(script), "pot", "docs", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True)

    def update(self, *arguments: str) -> str:
        run = self.run(*arguments)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def path(self, page: str) -> Path:
        return self.folder / "docs" / "km" / "LC_MESSAGES" / f"{page}.po"

    def catalogue(self, page: str) -> polib.POFile:
        return polib.pofile(str(self.path(page)))

    def translate(self, page: str, **translations: str) -> None:
        """Translate messages, each found by its first word."""
        catalogue = self.catalogue(page)
        for entry in catalogue:
            entry.msgstr = translations.get(entry.msgid.split()[0], entry.msgstr)
        catalogue.save()


@pytest.fixture
def book(tmp_path: Path) -> Book:
    book = Book(tmp_path)
    book.write_languages("en", "km")
    book.template("page", "One sentence about slopes.", "Two is another matter.")
    book.update()
    book.translate("page", One="មួយ", Two="ពីរ")
    book.update()  # in the form in which it stays
    return book


def test_new_language(book: Book) -> None:
    book.write_languages("en", "km", "fr")
    assert "docs/fr/LC_MESSAGES/page.po" in book.update("fr")
    catalogue = polib.pofile(str(book.folder / "docs/fr/LC_MESSAGES/page.po"))
    assert [entry.msgstr for entry in catalogue] == ["", ""]
    assert catalogue.metadata["Language"] == "fr"


def test_header_fields_stay(book: Book) -> None:
    """Such as that of a reviewer; see extensions/translation_status.py."""
    catalogue = book.catalogue("page")
    catalogue.metadata["X-Reviewed"] = "សុខ តារា, 2026-11-20"
    catalogue.save()
    book.template("page", "One sentence about slopes.", "Another message.")
    assert "page.po" in book.update()
    assert book.catalogue("page").metadata["X-Reviewed"] == "សុខ តារា, 2026-11-20"


def test_nothing_new_changes_nothing(book: Book) -> None:
    before = book.path("page").read_bytes()
    assert book.update() == "km: nothing has changed.\n"
    book.template("page", "One sentence about slopes.", "Two is another matter.", line=70)
    assert book.update() == "km: nothing has changed.\n"
    assert book.path("page").read_bytes() == before
    assert "#: docs/en/page.md\n" in before.decode()


def test_lines_wrapped_in_another_way_are_put_back(book: Book) -> None:
    before = book.path("page").read_text("utf-8")
    catalogue = polib.pofile(str(book.path("page")), wrapwidth=20)
    catalogue.save()
    assert book.path("page").read_text("utf-8") != before
    assert "page.po" in book.update("km")
    assert book.path("page").read_text("utf-8") == before


def test_a_copy_of_a_message_that_is_gone_is_not_kept(book: Book) -> None:
    book.translate("page", One="One sentence about slopes.")
    book.template("page", "Two is another matter.")
    book.update("km")
    assert [entry.msgid for entry in book.catalogue("page")] == ["Two is another matter."]


def test_changed_english_is_fuzzy_and_keeps_what_was_translated(book: Book) -> None:
    book.template("page", "One sentence about steep slopes.", "Two is another matter.")
    book.update()
    changed, same = book.catalogue("page")
    assert (changed.msgstr, changed.fuzzy) == ("មួយ", True)
    assert changed.previous_msgid == "One sentence about slopes."
    assert (same.msgstr, same.fuzzy) == ("ពីរ", False)
    before = book.path("page").read_bytes()
    book.update()  # the mark and the previous English stay till a translator has looked
    assert book.path("page").read_bytes() == before


def test_previous_english_saved_by_poedit_stays(book: Book) -> None:
    text = book.path("page").read_text("utf-8")
    old = 'msgid "Two is another matter."'
    book.path("page").write_text(
        text.replace(old, f'#, fuzzy\n#| msgid "Two was a matter."\n{old}'), "utf-8"
    )
    book.update()
    entry = book.catalogue("page")[1]
    assert entry.previous_msgid == "Two was a matter."
    assert entry.fuzzy


def test_only_a_typo(book: Book) -> None:
    book.template("page", "One sentance about slopes.", "Two is another matter.")
    book.update("--typo", "km")
    entry, _ = book.catalogue("page")
    assert (entry.msgstr, entry.fuzzy) == ("មួយ", False)


def test_the_same_english_elsewhere_is_translated_the_same(book: Book) -> None:
    book.template("other", "Two is another matter.", "New.")
    book.update()
    assert [entry.msgstr for entry in book.catalogue("other")] == ["ពីរ", ""]


def test_removed_sentence_comes_back(book: Book) -> None:
    book.template("page", "One sentence about slopes.")
    book.update()
    assert [entry.msgid for entry in book.catalogue("page").obsolete_entries()] == [
        "Two is another matter."
    ]
    book.template("page", "One sentence about slopes.", "Two is another matter.")
    book.update()
    assert [entry.msgstr for entry in book.catalogue("page")] == ["មួយ", "ពីរ"]


def test_removed_page_comes_back(book: Book) -> None:
    book.template("other", "Something else.")
    (book.folder / "pot" / "page.pot").unlink()
    assert "removed: docs/km/LC_MESSAGES/page.po" in book.update()
    assert not book.path("page").exists()
    book.template("again", "Two is another matter.")
    book.update()
    assert [entry.msgstr for entry in book.catalogue("again")] == ["ពីរ"]


def test_comments_of_translators_stay(book: Book) -> None:
    text = book.path("page").read_text("utf-8")
    book.path("page").write_text(text.replace("#: ", "# ពិនិត្យហើយ\n#: ", 1), "utf-8")
    book.update()
    assert book.catalogue("page")[0].tcomment == "ពិនិត្យហើយ"


def test_malformed_catalogue(book: Book) -> None:
    with book.path("page").open("a", encoding="utf-8") as file:
        file.write("\nmsgid unquoted\n")
    before = book.path("page").read_bytes()
    run = book.run()
    assert run.returncode != 0
    assert "page.po:" in run.stderr
    assert "msgid unquoted" in run.stderr
    assert "Put text between two quotation marks" in run.stderr
    assert "Traceback" not in run.stderr
    assert book.path("page").read_bytes() == before


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("lo", 'add this line to `languages` there, and run this again:\n    "lo": "ລາວ",\n'),
        ("pt_BR", '\n    "pt_BR": "português (Brasil)",\n'),
        ("kjg", '\n    "kjg": "its own name for itself",\n'),
        ("Lao", "'Lao' is not the code of a language; codes are like km, fr or pt_BR.\n"),
        ("../km", "'../km' is not the code of a language"),
        ("en", "the pages are written in 'en'; name one of the others.\n"),
    ],
)
def test_language_that_can_not_be_translated(book: Book, code: str, message: str) -> None:
    run = book.run("km", code)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("translate: ")
    assert message in run.stderr
    assert [path.name for path in (book.folder / "docs").iterdir()] == ["km"]


# --- the interface -----------------------------------------------------------------------------

PLURAL = 'msgid "found one page"\nmsgid_plural "found ${n} pages"\nmsgstr[0] ""\nmsgstr[1] ""\n'


@pytest.fixture
def interface(book: Book) -> Book:
    """Return a book with an interface, of which Sphinx has the first word in French."""
    book.template("sphinx", "Search", "Skip to content")
    with (book.folder / "pot" / "sphinx.pot").open("a", encoding="utf-8") as file:
        file.write(f"\n{PLURAL}")
    return book


def test_what_sphinx_has_translated_need_not_be_again(interface: Book) -> None:
    interface.write_languages("en", "km", "fr")
    interface.update()
    french = polib.pofile(str(interface.folder / "docs/fr/LC_MESSAGES/sphinx.po"))
    khmer = interface.catalogue("sphinx")  # of which Sphinx has nothing
    assert [entry.msgid for entry in french] == ["Skip to content", "found one page"]
    assert [entry.msgid for entry in khmer] == ["Search", *(entry.msgid for entry in french)]


def test_own_translation_of_what_sphinx_has_translated_stays(interface: Book) -> None:
    interface.write_languages("en", "fr")
    interface.update()
    path = interface.folder / "docs/fr/LC_MESSAGES/sphinx.po"
    with path.open("a", encoding="utf-8") as file:
        file.write('\nmsgid "Search"\nmsgstr "Chercher"\n')
    interface.update()
    assert [entry.msgstr for entry in polib.pofile(str(path))] == ["Chercher", "", ""]
    assert interface.update() == "fr: nothing has changed.\n"


@pytest.mark.parametrize(("code", "forms"), [("km", ["a"]), ("fr", ["a", "b"])])
def test_plural_forms_are_those_of_the_language(
    interface: Book, code: str, forms: list[str]
) -> None:
    interface.write_languages("en", code)
    interface.update()
    path = interface.folder / "docs" / code / "LC_MESSAGES" / "sphinx.po"
    catalogue = polib.pofile(str(path))
    assert catalogue.metadata["Plural-Forms"].startswith(f"nplurals={len(forms)};")
    assert len(catalogue[-1].msgstr_plural) == len(forms)
    catalogue[-1].msgstr_plural = dict(enumerate(forms))
    catalogue.save()
    interface.update()
    assert interface.update() == f"{code}: nothing has changed.\n"
    assert list(polib.pofile(str(path))[-1].msgstr_plural.values()) == forms


def test_interface_follows_its_template(interface: Book) -> None:
    interface.update()
    catalogue = interface.catalogue("sphinx")
    catalogue[0].msgstr, catalogue[2].msgstr_plural = "ស្វែងរក", {0: "${n} ទំព័រ"}
    catalogue.save()
    interface.template("sphinx", "Skip to content", "Menu")
    interface.update()
    catalogue = interface.catalogue("sphinx")
    assert [entry.msgid for entry in catalogue if not entry.obsolete] == [
        "Skip to content",
        "Menu",
    ]
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == ["Search", "found one page"]
    assert catalogue[-1].msgstr_plural == {0: "${n} ទំព័រ"}
    assert interface.update() == "km: nothing has changed.\n"
