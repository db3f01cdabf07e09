"""Words that no line cuts, and that stay text for all else."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
import whole_words
from conftest import ROOT, SITE, Site
from playwright.sync_api import Browser, Page, expect
from whole_words import mark_page, pattern_of

WORD = "សមីការ"
TEXT = f"គេសរសេរ{WORD}បន្ទាត់"


def test_examples() -> None:
    assert doctest.testmod(whole_words).failed == 0


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p title='កូដ'>a</p>", "<p title='កូដ'>a</p>"),
        ("<pre>កូដ<b>កូដ</b></pre>កូដ", "<pre>កូដ<b>កូដ</b></pre>[កូដ]"),
        ("<math><mtext>កូដ</mtext></math> កូដ", "<math><mtext>កូដ</mtext></math> [កូដ]"),
        ("<option>កូដ</option>", "<option>កូដ</option>"),
        ("<preface>កូដ</preface>", "<preface>[កូដ]</preface>"),
        ("ស្កូដ ្កូដ កូដូ", "ស្កូដ ្កូដ កូដូ"),  # a part of other clusters
        ("កូដកូដ &amp; កូដ។", "[កូដ][កូដ] &amp; [កូដ]។"),
        ("កូដង់", "[កូដង់]"),  # the longer one
    ],
)
def test_where_words_are_marked(html: str, marked: str) -> None:
    found = mark_page(html, pattern_of(["កូដ", "កូដង់"]))
    assert found == marked.replace("[", '<span class="whole">').replace("]", "</span>")


@pytest.fixture
def words(site: Site) -> Site:
    """Return a site with a Khmer page, and the settings of the book."""
    with (site.folder / "conf.py").open("a") as file:
        file.write(
            'extensions += ["whole_words", "content_security_policy"]\n'
            'whole_words = {"km": "words.txt"}\n'
            'content_security_policy = {"script-src": "\'self\'"}\n'
        )
    site.write("words.txt", f"{WORD}\nកូដ\n")
    site.write("page.md", f"# A page\n\n{TEXT}\n")
    return site


def widths_that_cut(page: Page, selector: str) -> list[int]:
    """At which widths of the page the word stands on two lines."""
    page.add_style_tag(content=".whole { white-space: nowrap }")
    return page.evaluate(
        """([selector, word]) => {
          const paragraph = document.querySelector(selector);
          const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
          while (!texts.nextNode().data.includes(word));
          const range = document.createRange();
          const start = texts.currentNode.data.indexOf(word);
          range.setStart(texts.currentNode, start);
          range.setEnd(texts.currentNode, start + word.length);
          const cut = [];
          for (let width = 60; width < 400; width += 2) {
            paragraph.style.width = `${width}px`;
            const lines = new Set([...range.getClientRects()].map((box) => box.top));
            if (lines.size > 1) cut.push(width);
          }
          return cut;
        }""",
        [selector, WORD],
    )


def test_no_line_cuts_a_word(browser: Browser, words: Site) -> None:
    """As it would without the extension, in the English build of the same page."""
    cut = {}
    for language in ("en", "km"):
        assert words.build(language).status == 0
        page = browser.new_page()
        page.goto((words.folder / "build" / language / "html" / "page.html").as_uri())
        cut[language] = widths_that_cut(page, ".body p")
        page.close()
    assert cut["en"]
    assert not cut["km"]


def test_what_was_searched_is_marked_whole(browser: Browser, words: Site) -> None:
    assert words.build("km").status == 0
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    address = (words.folder / "build/km/html/page.html").as_uri()
    page.goto(address)
    expect(page.locator("span.whole")).to_have_text([WORD])
    page.goto(f"{address}?highlight={WORD}បន្ទាត់")
    expect(page.locator("span.highlighted")).to_have_text([f"{WORD}បន្ទាត់"])
    assert not refused
    page.close()


def test_a_new_word_reaches_pages_that_have_not_changed(words: Site) -> None:
    words.write("page.md", "# A page\n\nគេសរសេរកូដ\n")
    words.write("words.txt", WORD)
    assert words.build("km").status == 0
    assert not words.page("page", "km").select(".whole")
    words.write("words.txt", f"{WORD}\nកូដ\n")
    assert words.build("km").status == 0
    assert [word.text for word in words.page("page", "km").select(".whole")] == ["កូដ"]


@pytest.mark.parametrize("line", ["two words", "&lt;", "<b>", "a|b", "x\u200b"])
def test_what_is_no_word_is_named(words: Site, line: str) -> None:
    words.write("words.txt", f"{WORD}\n{line}\n")
    build = words.build("km")
    assert build.status == 2
    assert f"{words.folder / 'words.txt'}:2: write one word in each line" in build.output


def test_a_missing_list_is_named(words: Site) -> None:
    (words.folder / "words.txt").unlink()
    build = words.build("km")
    assert build.status == 2
    assert "whole_words: [Errno 2] No such file or directory" in build.output
    assert "words.txt" in build.output
    assert words.build("en").status == 0


def test_pages_of_other_languages_have_no_script(words: Site) -> None:
    assert words.build("en").status == 0
    script = Path(whole_words.SCRIPT).read_text("utf-8")
    assert script not in (words.folder / "build/en/html/page.html").read_text("utf-8")


def test_the_words_of_the_book_are_used() -> None:
    """A word that no page has any more can leave the list."""
    pages = "".join(path.read_text("utf-8") for path in (SITE / "km").rglob("*.html"))
    words = (ROOT / "docs" / "km" / "whole_words.txt").read_text("utf-8").split()
    assert not [word for word in words if f'<span class="whole">{word}</span>' not in pages]
