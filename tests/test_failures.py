"""Mistakes of authors and translators: the build fails, and fails again, until they are mended.

Its message names file and line, shows what stands there, and says what to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Build, Site


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-failures, whose only page is still to be written."""
    return copy_site("failures", tmp_path)


def report(build: Build, place: str) -> str:
    """Return all that a build says of a place, ``file:line``."""
    _, *found = build.output.split(f"{place}:")
    assert found, build.output
    return "".join(re.split(r"\n/.*: WARNING: ", text)[0] for text in found)


def fails_twice(site: Site, language: str, builder: str, place: str, messages: list[str]) -> None:
    """Build a site twice and check that both times it fails with these messages at this place."""
    for _ in range(2):
        build = site.build(language, builder)
        assert build.status > 0
        for message in messages:
            assert message in report(build, place)


# --- pages -------------------------------------------------------------------------------------

PAGE = """\
# A page

Some text.

{}

More text.
"""

# What stands on the page, what is right, the line of the fault within it, and what is said.
MISTAKES = {
    "link": (
        "As [we saw](#nowhere), it is steep.",
        "As we saw, it is steep.",
        1,
        ["'nowhere'", "   5 | As [we saw](#nowhere), it is steep.", "correct the name, or put"],
    ),
    "second link in a list": (
        "- One\n- Two, as [we saw](#nowhere)",
        "- One\n- Two, as we saw",
        2,
        ["'nowhere'", "   6 | - Two, as [we saw](#nowhere)", "correct the name, or put"],
    ),
    "page": (
        "As [we saw](missing.md), it is steep.",
        "As [we saw](index.md), it is steep.",
        1,
        ["'missing.md'", "   5 | As [we saw](missing.md)", "correct the name, or put"],
    ),
    "term": (
        "Its {term}`slop` is steep.",
        "Its {term}`slope` is steep.",
        1,
        ["'slop'", "   5 | Its {term}`slop` is steep.", "correct the name of the target"],
    ),
    "role": (
        "Its {trem}`slope` is steep.",
        "Its {term}`slope` is steep.",
        1,
        ["trem", "   5 | Its {trem}`slope` is steep.", "correct the MyST syntax"],
    ),
    "directive": (
        "```{nope}\nNote\n```",
        "```{note}\nNote\n```",
        1,
        ["nope", "   5 | ```{nope}", "correct the MyST syntax"],
    ),
    "formula": (
        r"Its slope is $\frac{1}{$.",
        r"Its slope is $\frac{1}{2}$.",
        1,
        [r"“\frac{1}{”", "Correct the TeX"],
    ),
    "display formula": (
        "$$\nx + \\nope\n$$",
        "$$\nx + y\n$$",
        1,
        [r"“x + \nope”", "Correct the TeX"],
    ),
    "doctest in a Python fence": (
        "```python\n>>> 1 + 1\n2\n```",
        "```{doctest}\n>>> 1 + 1\n2\n```",
        1,
        ["nothing tests it", "Write it in a fence that begins with ```{doctest}."],
    ),
    "doctest in a console fence": (
        "```pycon\n>>> 1 + 1\n2\n```",
        "```{doctest}\n>>> 1 + 1\n2\n```",
        1,
        ["nothing tests it", "Write it in a fence that begins with ```{doctest}."],
    ),
    "doctest without a fence": (
        ">>> 1 + 1\n2",
        "```{doctest}\n>>> 1 + 1\n2\n```",
        1,
        ["   5 | >>> 1 + 1", "nothing tests it", "Write it in a fence that begins with"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_page(site: Site, name: str) -> None:
    wrong, right, line, messages = MISTAKES[name]
    site.write("page.md", PAGE.format(wrong))
    fails_twice(site, "en", "html", f"page.md:{4 + line}", messages)
    site.write("page.md", PAGE.format(right))
    build = site.build()
    assert build.status == 0, build.output


@pytest.mark.parametrize("options", ["", ":options: +ELLIPSIS\n\n"], ids=["plain", "options"])
def test_failing_doctest(site: Site, options: str) -> None:
    block = f"```{{{{doctest}}}}\n{options}>>> half = 4 / 2\n>>> half\n{{}}\n```"
    site.write("page.md", PAGE.format(block.format("3.0")))
    line = (site.folder / "page.md").read_text().splitlines().index(">>> half") + 1
    messages = ["A doctest failed", "    half\n", "    3.0\n", "    2.0\n", "correct the code, or"]
    fails_twice(site, "en", "doctest", f"page.md:{line}", messages)
    site.write("page.md", PAGE.format(block.format("2.0")))
    build = site.build(builder="doctest")
    assert build.status == 0, build.output


def test_doctest_that_raises(site: Site) -> None:
    site.write("page.md", PAGE.format("```{doctest}\n>>> 1 / 0\n0\n```"))
    fails_twice(site, "en", "doctest", "page.md:6", ["ZeroDivisionError", "correct the code, or"])


def test_failing_testcode(site: Site) -> None:
    code = "```{testcode}\nprint(1 + 1)\n```\n\n```{testoutput}\n3\n```"
    site.write("page.md", PAGE.format(code))
    fails_twice(site, "en", "doctest", "page.md:6", ["print(1 + 1)", "correct the code, or"])


def test_pages_and_doctests_share_their_doctrees(site: Site) -> None:
    # A failed doctest makes the next HTML build fail no more than it should, and the other way.
    site.write("page.md", PAGE.format("```{doctest}\n>>> 1 + 1\n3\n```"))
    assert site.build().status == 0
    assert site.build(builder="doctest").status == 1
    assert site.build().status == 0
    assert site.build(builder="doctest").status == 1


# --- catalogues --------------------------------------------------------------------------------

HEADER = """\
msgid ""
msgstr ""
"Language: km\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

"""
GOOD = 'msgid "Some text."\nmsgstr "អត្ថបទខ្លះ។"\n'

# The catalogue after its header, the line of the fault within that, and what is said.
CATALOGUES = {
    "unterminated string": ('msgid "Some text."\nmsgstr "អត្ថបទខ្លះ។\n', 2, 'msgstr "អត្ថបទខ្លះ។'),
    "quotation mark within": ('msgid "Some text."\nmsgstr "អត្ថ"បទ"\n', 2, 'msgstr "អត្ថ"បទ"'),
    "unknown keyword": ('msgid "Some text."\nmsgtsr "អត្ថបទ"\n', 2, 'msgtsr "អត្ថបទ"'),
    "missing msgstr": (f'msgid "More text."\n\n{GOOD}', 1, 'msgid "More text."'),
    "missing msgstr at the end": (f'{GOOD}\nmsgid "More text."\n', 4, 'msgid "More text."'),
    "merge conflict": (
        'msgid "Some text."\n<<<<<<< HEAD\nmsgstr "ក"\n=======\nmsgstr "ខ"\n>>>>>>> other\n',
        2,
        "<<<<<<< HEAD",
    ),
    "not UTF-8": ('msgid "Some text."\nmsgstr "caf\udce9"\n', 2, "not UTF-8"),
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogue(site: Site, name: str) -> None:
    text, line, shown = CATALOGUES[name]
    site.write("page.md", PAGE.format("Last text."))
    catalogue = site.folder / "locale" / "km" / "LC_MESSAGES" / "page.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_bytes((HEADER + text).encode("utf-8", "surrogateescape"))
    place = f"{catalogue}:{line + HEADER.count(chr(10))}"
    remedy = {"not UTF-8": "Save the file as UTF-8", "missing": "Restore the order"}
    messages = [shown, remedy.get(name) or remedy.get(name.split()[0]) or "Put text between two"]
    fails_twice(site, "km", "html", place, messages)
    assert site.build("en").status == 0  # the other languages do not suffer
    catalogue.write_text(HEADER + GOOD, "utf-8")
    build = site.build("km")
    assert build.status == 0, build.output
    assert "អត្ថបទខ្លះ។" in site.page("page", "km").text


def test_all_mistakes_of_catalogues_at_once(site: Site) -> None:
    site.write("page.md", PAGE.format("Last text."))
    folder = "locale/km/LC_MESSAGES"
    site.write(f"{folder}/page.po", HEADER + 'msgid "a\nmsgid b"\n')
    site.write(f"{folder}/index.po", HEADER + "msgstr a\n")
    output = site.build("km").output
    for place in ("page.po:6", "page.po:7", "index.po:6"):
        assert f"{folder}/{place}: WARNING: This line is not of the form of a catalogue" in output


@pytest.mark.parametrize(
    ("original", "wrong", "right"),
    [
        ("See [this](#steep) now.", "មើល [នេះ](#nowhere) ឥឡូវ។", "មើល [នេះ](#steep) ឥឡូវ។"),
        ("A {term}`slope` here.", "{term}`ខ្មែរ <nowhere>` នេះ។", "{term}`ខ្មែរ <slope>` នេះ។"),
    ],
    ids=["link", "term"],
)
def test_broken_reference_in_a_translation(
    site: Site, original: str, wrong: str, right: str
) -> None:
    site.write("page.md", PAGE.format(f"(steep)=\n## Steep\n\n{original}"))
    catalogue = "locale/km/LC_MESSAGES/page.po"
    text = f'{HEADER}{GOOD}\nmsgid "{original}"\nmsgstr '
    site.write(catalogue, f'{text}"{wrong}"\n')
    shown = [f"   8 | {original}", f"Translated in {site.folder / catalogue}:9: {wrong}"]
    remedy = "What to do: correct the name"
    fails_twice(site, "km", "html", "page.md:8", ["'nowhere'", *shown, remedy])
    site.write(catalogue, f'{text}"{right}"\n')
    build = site.build("km")
    assert build.status == 0, build.output
