"""The table of all translations, and the note on pages that are not translated to the end."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from bs4 import Tag
from conftest import ROOT, Build, Site

TITLE, FIRST, SECOND = "Slopes", "A slope is a number.", "A second paragraph."
DONE = {TITLE: "ចំណោត", FIRST: "ចំណោតជាចំនួន។", SECOND: "កថាខណ្ឌទីពីរ។"}


@pytest.fixture
def book(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-translation-status, of which nothing is translated."""
    return copy_site("translation-status", tmp_path)


def catalogue(
    book: Site,
    messages: dict[str, str],
    fuzzy: str = "",
    header: dict[str, str] | None = None,
    page: str = "page",
) -> None:
    """Write the Khmer catalogue of a page."""
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8"} | (header or {})
    for msgid, msgstr in messages.items():
        flags = ["fuzzy"] if msgid == fuzzy else []
        file.append(polib.POEntry(msgid=msgid, msgstr=msgstr, flags=flags))
    book.write(f"locale/km/LC_MESSAGES/{page}.po", str(file))


def build(book: Site, language: str = "en") -> Build:
    """Build the site, which gives no warning."""
    result = book.build(language)
    assert result.status == 0, result.output
    return result


def rows(book: Site, language: str = "en", table: str = "km") -> dict[str, list[str]]:
    """What stands in the table of a translation, by the first line of each row."""
    found = book.page("status", language).select(f"table#status-{table} tr")
    cells = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in found]
    return {head.split(" locale/")[0]: rest for head, *rest in cells}


def note(book: Site, language: str = "km", page: str = "page") -> Tag | None:
    return book.page(page, language).select_one(".translation-note")


def git(folder: Path, *arguments: str, day: str = "2026-11-20") -> None:
    """Run git as somebody else would, on that day."""
    identity = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in {"NAME": "A", "EMAIL": "a@b", "DATE": f"{day}T12:00:00Z"}.items()
    }
    environment = os.environ | identity | {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(folder), *arguments], env=environment, check=True)


def commit(book: Site, day: str) -> None:
    git(book.folder, "init", "--quiet")
    git(book.folder, "add", "--all", "*.md", "conf.py")
    git(book.folder, "commit", "--quiet", "--message", "Write", day=day)


# --- counts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "km"])
def test_table_is_the_same_in_all_languages(book: Site, language: str) -> None:
    messages = DONE | {"A fourth.": "ទីបួន។", SECOND: ""}
    catalogue(book, messages, fuzzy="A fourth.")
    catalogue(book, {"The book": "សៀវភៅ"}, page="index")
    build(book, language)
    title, book_title = ("ចំណោត", "សៀវភៅ") if language == "km" else (TITLE, "The book")
    assert rows(book, language) == {
        "Page": [
            *("Translated", "Fuzzy", "Untranslated"),
            *("Code messages", "Reviewed", "Original changed"),
        ],
        book_title: ["1 (100%)", "0", "0", "–", "not yet", "–"],
        title: ["2 (50%)", "1", "1", "–", "not yet", "–"],
        "Status": ["0 (0%)", "0", "1", "–", "not yet", "–"],  # it has no catalogue
        "All pages": ["3 (50%)", "1", "2", "–", "0/3", "–"],
    }
    assert rows(book, language, "fr")["All pages"] == ["0 (0%)", "0", "5", "–", "0/3", "–"]


def test_all_but_one_message_is_not_yet_100_percent(book: Site) -> None:
    catalogue(book, {f"Message {number}": "x" for number in range(299)} | {SECOND: ""})
    build(book)
    assert rows(book)[TITLE][:3] == ["299 (99%)", "0", "1"]


def test_messages_out_of_use_do_not_count(book: Site) -> None:
    catalogue(book, DONE)
    path = "locale/km/LC_MESSAGES/page.po"
    text = (book.folder / path).read_text("utf-8")
    book.write(path, text + '\n#. displayed string: print("x")\n#~ msgid "Old"\n#~ msgstr ""\n')
    build(book)
    assert rows(book)[TITLE][:4] == ["3 (100%)", "0", "0", "–"]


def test_code_messages_are_those_of_localise(book: Site) -> None:
    book.write_cells("page", 'print("steep")  # says it\nprint("level")')
    book.edit("page.md", "# A page", "(help)=\n# A page\n\nsteep")
    assert book.build("pot", "gettext").status == 0
    template = polib.pofile(str(book.folder / "build/pot/gettext/page.pot"))
    khmer = {"steep": "ចោត", "says it": "និយាយ"}
    for entry in template:
        entry.msgstr = khmer.get(entry.msgid, "")
    book.write("locale/km/LC_MESSAGES/page.po", str(template))
    build(book)
    assert rows(book)["A page"][:4] == ["2 (50%)", "0", "2", "2/3"]
    assert rows(book)["All pages"][3] == "2/3"


def test_sphinx_counts_the_same_paragraphs(book: Site) -> None:
    catalogue(book, DONE | {SECOND: ""})
    build(book, "km")
    assert rows(book, "km")["ចំណោត"][:3] == ["2 (66%)", "0", "1"]
    assert sphinx_count(book) == {"translated": 2, "total": 3}


def test_sphinx_never_marks_a_picture_as_translated(book: Site) -> None:
    """The reason for not taking Sphinx's count; if this fails, Sphinx has learned it."""
    book.write("hill.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    book.edit("page.md", SECOND, "![A hill](hill.svg)")
    picture = "![A hill](hill.svg)"
    catalogue(book, {TITLE: "ចំណោត", FIRST: "ចំនួន។", picture: picture, "A hill": "ភ្នំ"})
    build(book, "km")
    assert book.page("page", "km").select("img[alt=ភ្នំ]")
    assert sphinx_count(book) == {"translated": 3, "total": 4}
    assert rows(book, "km")["ចំណោត"][:3] == ["4 (100%)", "0", "0"]
    assert note(book) is None


def sphinx_count(book: Site) -> dict[str, int]:
    doctree = book.folder / "build" / "km" / "doctrees" / "page.doctree"
    return pickle.loads(doctree.read_bytes())["translation_progress"]


def test_translators_get_nothing_of_the_table(book: Site) -> None:
    assert book.build(builder="gettext").status == 0
    template = polib.pofile(str(book.folder / "build/en/gettext/status.pot"))
    assert [entry.msgid for entry in template] == ["Status"]


# --- the table as HTML -------------------------------------------------------------------------


def test_header_cells_say_what_they_head(book: Site) -> None:
    build(book)
    table = book.page("status").select_one("table#status-km")
    assert table
    assert [th["scope"] for th in table.select("thead th")] == ["col"] * 7
    assert [th["scope"] for th in table.select("tbody th")] == ["row"] * 4
    labels = [th.text for th in table.select("thead th")][1:]
    for row in table.select("tbody tr"):
        assert [td["data-label"] for td in row.select("td")] == labels
        assert [td.get("class") == ["number"] for td in row.select("td")] == [True] * 4 + [
            False
        ] * 2


def test_pages_and_catalogues_are_linked(book: Site) -> None:
    build(book)
    head = book.page("status").select("table#status-km tbody th")[1]
    assert [a["href"] for a in head.select("a")] == ["page.html"]
    assert head.select_one("code").text == "locale/km/LC_MESSAGES/page.po"  # type: ignore[union-attr]
    conf = (book.folder / "conf.py").read_text("utf-8")
    address = "https://forge.example/book/{path}"
    book.write("conf.py", f"{conf}\ntranslation_status_url = {address!r}\n")
    build(book)
    head = book.page("status").select("table#status-km tbody th")[1]
    assert [a["href"] for a in head.select("a:has(code)")] == [
        "https://forge.example/book/locale/km/LC_MESSAGES/page.po"
    ]


# --- the note ----------------------------------------------------------------------------------


def test_note_on_an_incomplete_page(book: Site) -> None:
    catalogue(book, DONE, fuzzy=SECOND)
    build(book, "km")
    found = note(book)
    assert found
    assert found.select("p")[-1].text == (
        "66% of this page is translated; the rest is still in the original language. You can help."
    )
    assert [a["href"] for a in found.select("a")] == ["#help"]
    assert [a["href"] for a in note(book, page="index").select("a")] == ["page.html#help"]  # type: ignore[union-attr]
    title = book.page("page", "km").select_one("h1")
    assert title
    assert "translation-note" in title.find_next_sibling()["class"]  # type: ignore[index]


def test_note_on_a_page_without_a_translation(book: Site) -> None:
    catalogue(book, dict.fromkeys(DONE, ""))
    build(book, "km")
    for page in ("page", "index"):  # with a catalogue, and without one
        assert "This page is not translated yet" in note(book, page=page).text  # type: ignore[union-attr]


def test_note_is_in_the_language_of_the_page(book: Site) -> None:
    message = "This page is not translated yet; it is in the original language."
    words = {message: "មិនទាន់បកប្រែ។", "You can help.": "អ្នកអាចជួយ។"}
    catalogue(book, words | {"Untranslated": "នៅសល់"}, page="sphinx")
    build(book, "km")
    assert note(book).select("p")[-1].text == "មិនទាន់បកប្រែ។ អ្នកអាចជួយ។"  # type: ignore[union-attr]
    assert "នៅសល់" in rows(book, "km")["Page"]


def test_no_note_where_nothing_is_missing(book: Site) -> None:
    catalogue(book, DONE)
    book.write("empty.md", "---\norphan: true\n---\n")
    for language in ("en", "km"):
        build(book, language)
        assert note(book, language) is None
        assert note(book, language, "empty") is None
    assert note(book, "en", "index") is None
    assert note(book, "km", "index")


def test_page_without_a_title_has_the_note_on_top(book: Site) -> None:
    book.write("untitled.md", "---\norphan: true\n---\n\nText.\n")
    build(book, "km")
    body = book.page("untitled", "km").select_one("div.body")
    assert body
    assert "translation-note" in body.find_next(["div", "p"])["class"]  # type: ignore[index]


def test_search_does_not_find_the_words_of_the_note(book: Site) -> None:
    build(book, "km")
    script = (book.folder / "build/km/html/searchindex.js").read_text("utf-8")
    index = json.loads(script.removeprefix("Search.setIndex(").removesuffix(")"))
    assert "paragraph" in index["terms"]
    assert "help" not in index["terms"]


def test_help_that_leads_nowhere_is_a_warning(book: Site) -> None:
    book.edit("page.md", "(help)=\n", "")
    result = book.build("km")
    assert result.status == 1
    assert "undefined label: 'help'" in result.output


# --- reviews and dates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "messages", "review", "count"),
    [
        ("2026-11-20", DONE, "Sok Dara 2026-11-20", "1/3"),
        ("2026-11-21", DONE, "Sok Dara 2026-11-20 (out of date)", "0/3"),
        ("2026-11-20", DONE | {SECOND: ""}, "Sok Dara 2026-11-20 (out of date)", "0/3"),
    ],
)
def test_review_holds_until_something_changes(
    book: Site, day: str, messages: dict[str, str], review: str, count: str
) -> None:
    catalogue(book, messages, header={"X-Reviewed": "Sok Dara, 2026-11-20"})
    commit(book, day)
    build(book)
    assert rows(book)[TITLE][4:] == [review, day]
    assert rows(book)["All pages"][4:] == [count, day]


def test_review_of_a_page_whose_history_is_unknown(book: Site) -> None:
    catalogue(book, DONE, header={"X-Reviewed": "សុខ តារា, 2026-11-20"})
    build(book)
    assert rows(book)[TITLE][4:] == ["សុខ តារា 2026-11-20", "–"]


@pytest.mark.parametrize("header", ["Sok Dara", ", 2026-11-20", "Sok Dara, 20.11.2026", "A, B"])
def test_malformed_review(book: Site, header: str) -> None:
    catalogue(book, DONE, header={"X-Reviewed": header})
    result = book.build()
    assert result.status == 1
    assert "locale/km/LC_MESSAGES/page.po:5: WARNING" in result.output
    assert "X-Reviewed: Sok Dara, 2026-11-20 [translation_status.review]" in result.output


def test_each_page_has_the_day_of_its_last_commit(book: Site) -> None:
    commit(book, "2026-11-01")
    book.edit("page.md", SECOND, "Another.")
    commit(book, "2026-11-09")
    book.write("ទំព័រ.md", "---\norphan: true\n---\n\n# New\n")
    commit(book, "2026-11-05")
    book.write("draft.md", "---\norphan: true\n---\n\n# Draft\n")
    build(book)
    days = {page: row[5] for page, row in rows(book).items()}
    assert days == {
        "Page": "Original changed",
        "The book": "2026-11-01",
        TITLE: "2026-11-09",
        "Status": "2026-11-01",
        "New": "2026-11-05",
        "Draft": "–",
        "All pages": "2026-11-09",
    }


def test_a_shallow_clone_knows_no_days(book: Site, tmp_path: Path) -> None:
    commit(book, "2026-11-01")
    book.edit("page.md", SECOND, "Another.")
    commit(book, "2026-11-09")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth=1", book.folder.as_uri(), str(clone))
    build(Site(clone))
    assert {row[5] for row in rows(Site(clone)).values()} == {"Original changed", "–"}


def test_without_git_there_are_no_days(book: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(book, "2026-11-01")
    monkeypatch.setenv("PATH", "")
    build(book)
    assert rows(book)[TITLE][5] == "–"


# --- builds ------------------------------------------------------------------------------------


def test_table_follows_what_changes_elsewhere(book: Site) -> None:
    catalogue(book, DONE | {SECOND: ""})
    commit(book, "2026-11-01")
    for language in ("en", "km"):
        build(book, language)
    assert note(book)
    catalogue(book, DONE)
    later = (book.folder / "build/km/doctrees/page.doctree").stat().st_mtime + 10
    os.utime(book.folder / "locale/km/LC_MESSAGES/page.po", (later, later))
    catalogue(book, {"The book": "សៀវភៅ"}, page="index")  # a new one
    for language in ("en", "km"):
        build(book, language)
        title, book_title = ("ចំណោត", "សៀវភៅ") if language == "km" else (TITLE, "The book")
        assert rows(book, language)[title][:3] == ["3 (100%)", "0", "0"]
        assert rows(book, language)[book_title][:3] == ["1 (100%)", "0", "0"]
    assert note(book) is None
    assert note(book, page="index") is None
    git(book.folder, "commit", "--quiet", "--amend", "--no-edit", day="2026-11-30")
    build(book)
    assert rows(book)[TITLE][5] == "2026-11-30"


def test_table_need_not_follow_in_a_preview(book: Site) -> None:
    book.write(
        "conf.py", (book.folder / "conf.py").read_text() + "translation_status_follow = 0\n"
    )
    catalogue(book, DONE | {SECOND: ""})
    build(book)
    before = rows(book)[TITLE]
    catalogue(book, DONE)
    build(book)
    assert rows(book)[TITLE] == before != ["–"] * len(before)


def test_a_new_title_reaches_the_table(book: Site) -> None:
    build(book)
    book.edit("page.md", TITLE, "Steepness")
    build(book)
    assert "Steepness" in rows(book)


def test_nothing_is_read_when_nothing_has_changed(book: Site) -> None:
    catalogue(book, DONE)
    build(book)
    assert "0 added, 0 changed, 0 removed" in build(book).output


def test_parallel_build(book: Site) -> None:
    catalogue(book, DONE | {SECOND: ""})
    command = [sys.executable, "-m", "sphinx", *book.arguments("km", "html"), "-j", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "extensions")}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert rows(book, "km")["ចំណោត"][:3] == ["2 (66%)", "0", "1"]
    assert rows(book, "km")["Status"][:3] == ["0 (0%)", "0", "1"]
    assert note(book)


@pytest.mark.parametrize("text", [b'msgid "Slopes"\nsomething\n', b'msgid "\xff"\n'])
def test_malformed_catalogue_counts_as_none(book: Site, text: bytes) -> None:
    """That it is malformed is said by the extension ``catalogues``."""
    path = book.folder / "locale" / "km" / "LC_MESSAGES" / "page.po"
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    build(book)
    assert rows(book)[TITLE][:3] == ["0 (0%)", "0", "3"]
