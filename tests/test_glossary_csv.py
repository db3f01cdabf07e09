"""The directive ``glossary-csv``: one file, a glossary in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polib
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Site


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-glossary-csv."""
    return copy_site("glossary-csv", tmp_path)


def entries(site: Site, language: str) -> list[list[str]]:
    """Return the terms of the glossary, each with the paragraphs of its definition."""
    build = site.build(language)
    assert build.status == 0, build.output
    glossary = site.page("index", language).select("dl.glossary")[0]
    return [
        [term.text.strip("¶"), *(paragraph.text for paragraph in definition.select("p"))]
        for term, definition in zip(glossary.select("dt"), glossary.select("dd"), strict=True)
    ]


def test_english(site: Site) -> None:
    assert entries(site, "en") == [
        ["Limit", "លីមីត", "What values come near to."],
        ["slope", "មេគុណប្រាប់ទិស", "How steep, as a number."],
        ["value", "តម្លៃ", "A number."],
        ["worth", "តម្លៃ", "Another number."],
    ]
    page = site.page("index")
    assert [word.text for word in page.select("dd em")] == ["steep"]  # Markdown
    (link,) = page.select("dd a")
    assert link["href"] == "#term-value"


def test_khmer(site: Site) -> None:
    assert entries(site, "km") == [
        ["តម្លៃ", "value", "លេខមួយ។"],
        ["តម្លៃ", "worth", "លេខមួយទៀត។"],
        ["មេគុណប្រាប់ទិស", "slope", "ភាពចោតជាលេខ។"],
        ["លីមីត", "Limit", "តម្លៃដែលខិតជិត។"],
    ]


def test_language_without_columns_has_the_first_one(site: Site) -> None:
    assert entries(site, "fr") == entries(site, "en")


def test_what_is_not_translated_yet_is_shown_in_the_first_language(site: Site) -> None:
    site.edit("terms.csv", "worth,តម្លៃ", "worth,")
    site.edit("terms.csv", "លេខមួយ។", "")
    assert entries(site, "km") == [
        ["worth", "លេខមួយទៀត។"],
        ["តម្លៃ", "value", "A number."],
        ["មេគុណប្រាប់ទិស", "slope", "ភាពចោតជាលេខ។"],
        ["លីមីត", "Limit", "តម្លៃដែលខិតជិត។"],
    ]


@pytest.mark.parametrize("language", ["en", "km"])
def test_links_by_every_name(site: Site, language: str) -> None:
    entries(site, language)
    page = site.page("index", language)
    links = page.select("section li a")
    assert [(link.text, link["href"]) for link in links] == [
        ("slope", "#term-slope"),
        ("limits", "#term-Limit"),
        ("លីមីត", "#term-Limit"),
        ("ផ្លូវ", "#term-slope"),
        ("តម្លៃ", "#term-value"),  # the first of two
        ("worth", "#term-worth"),
    ]
    assert {link["href"] for link in links} <= {f"#{term['id']}" for term in page.select("dt")}


def test_terms_are_not_offered_to_translators(site: Site) -> None:
    build = site.build(builder="gettext")
    assert build.status == 0, build.output
    template = polib.pofile(str(site.folder / "build/en/gettext/index.pot"))
    links = [entry.msgid for entry in template if entry.msgid.startswith("{term}")]
    assert [entry.msgid for entry in template] == ["Words", *links]


def test_change_of_the_file_reaches_the_page(site: Site) -> None:
    entries(site, "en")
    site.edit("terms.csv", "Another number", "One more number")
    assert ["worth", "តម្លៃ", "One more number."] in entries(site, "en")


def test_missing_column(site: Site) -> None:
    site.edit("conf.py", '"khmer"', '"kmer"')
    build = site.build()
    assert build.status == 1
    assert "index.md:3: ERROR: conf.py names in `glossary_csv_columns` the column 'kmer'" in (
        build.output
    )
    assert "terms.csv has not" in build.output


def test_missing_file(site: Site) -> None:
    (site.folder / "terms.csv").rename(site.folder / "words.csv")
    for _ in range(2):
        build = site.build()
        assert build.status == 1
        assert "index.md:3: ERROR: Can't read the glossary" in build.output
        assert "terms.csv" in build.output
        assert "Correct its path" in build.output
    (site.folder / "words.csv").rename(site.folder / "terms.csv")
    assert site.build().status == 0
