"""The extension ``widgets`` on a tiny site with a lamp."""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import polib
import pytest
import widgets
from conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bs4 import Tag
    from conftest import Site


@pytest.fixture
def lamp(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-widgets, not built yet."""
    return copy_site("widgets", tmp_path)


def built(site: Site, language: str = "en") -> Tag:
    """Build a site; return the widget of its page."""
    build = site.build(language)
    assert build.status == 0, build.output
    element = site.page("page", language).select_one("figure lamp")
    assert element
    return element


def test_markup_has_all_that_the_figure_shows(lamp: Site) -> None:
    element = built(lamp)
    assert element.parent
    assert element.parent["id"] == "fig-lamp"
    assert json.loads(str(element["data-settings"])) == {"colour": "red", "power": 40, "on": True}
    assert json.loads(str(element["data-state"])) == {
        "colour": ["red", "blue"],
        "power": [0, 100],
        "on": "boolean",
    }
    assert json.loads(str(element["data-words"])) == {"axis": "watts"}
    controls = [
        (label.text.split("\n")[0], control.name, control["name"], control.get("type"))
        for label in element.select("label")
        for control in label.select("input, select")
    ]
    assert controls == [
        ("The colour", "select", "colour", None),
        ("Power", "input", "power", "range"),
        ("On", "input", "on", "checkbox"),
    ]
    options = [(option["value"], option.text) for option in element.select("option")]
    assert options == [("red", "red & warm"), ("blue", "blue")]
    assert [(b["name"], b.text) for b in element.select("button")] == [("blink", "Blink")]
    assert element.select_one("dt", text="light")
    assert element.select_one("dd[data-name=light]")
    sentence = element.select_one(".sentences [data-name=told]")
    assert sentence
    assert sentence.text == "With {power} watts it gives {light}: “enough”."
    assert [gap.text for gap in sentence.select("span")] == ["{power}", "{light}"]


def test_picture_stays_and_is_loaded_only_where_it_is_seen(lamp: Site) -> None:
    picture = built(lamp).select_one("lamp > img, lamp > .container img")
    assert picture
    assert picture["alt"] == "A lamp."
    assert picture["loading"] == "lazy"


def test_labels_are_translated(lamp: Site) -> None:
    element = built(lamp, "km")
    assert [span.text for span in element.select("label > span:first-child")] == [
        "ពណ៌",
        "Power",
        "On",
    ]
    assert element.select("option")[0].text == "ក្រហម & ក្តៅ"
    assert json.loads(str(element["data-words"])) == {"axis": "វ៉ាត់"}
    assert "ភ្លឺ {light} ដោយ {power} វ៉ាត់។" in element.text


def test_catalogue_offers_exactly_the_labels(lamp: Site) -> None:
    assert lamp.build(builder="gettext").status == 0
    template = polib.pofile(str(lamp.folder / "build" / "en" / "gettext" / "page.pot"))
    text = (lamp.folder / "page.md").read_text("utf-8").splitlines()
    start = text.index("colour: The colour")
    labels = [line.partition(": ")[2] for line in text[start : text.index("```", start)]]
    lines = {entry.msgid: int(entry.occurrences[0][1]) for entry in template}
    assert lines.keys() - set(labels) == {"A lamp", "It is on.", text[-1]}
    assert [lines[label] for label in labels] == list(range(start + 1, start + 1 + len(labels)))


def test_scripts_are_loaded_where_they_are_used(lamp: Site) -> None:
    built(lamp)
    scripts = [str(tag["src"]) for tag in lamp.page().select("script[src*=widgets]")]
    assert [script.split("?")[0] for script in scripts] == [
        "_static/widgets/common.js",
        "_static/widgets/lamp.js",
    ]
    assert all(tag.has_attr("defer") for tag in lamp.page().select("script[src*=widgets]"))
    assert lamp.page().select("link[href*='widgets/common.css']")
    assert "widgets/" not in str(lamp.page("index"))


def test_files_are_published_without_comments(lamp: Site) -> None:
    built(lamp)
    folder = lamp.folder / "build" / "en" / "html" / "_static" / "widgets"
    short = (folder / "common.js").read_text("utf-8")
    assert short == '"use strict";function at(url){return`${url} // is no comment`;}'
    style = (folder / "common.css").read_text("utf-8")
    assert style == ".widget :is(p,a){display:grid;top:0}"


@pytest.mark.parametrize(("language", "words"), [("en", "make it blue"), ("km", "ដូរទៅពណ៌ខៀវ")])
def test_link_into_a_figure(lamp: Site, language: str, words: str) -> None:
    built(lamp, language)
    (link,) = lamp.page("page", language).select("a[data-set]")
    assert link.text == words
    assert link["href"] == "#fig-lamp"
    assert link["data-set"] == "#fig-lamp?colour=blue&power=2.5"


# What to replace on the page, by what, the text of the line that is named, and what is said.
MISTAKES = [
    ("} lamp\n", "} lam\n", "```{widget}", ["no widget 'lam' (known: lamp)", "Correct the name"]),
    (":figure: fig-lamp\n", "", "```{widget}", [":figure:` is missing", "Add it"]),
    (":settings: lamp\n", "", "```{widget}", [":settings:` is missing", "Add it"]),
    (":settings: lamp", ":setings: lamp", ":setings", ["key: 'setings' (allowed: ['figure', 's"]),
    (":figure: fig-lamp", ":figure: fig-x", "```{widget}", ["no figure 'fig-x'", "Write in"]),
    (":settings: lamp", ":settings: x", "```{widget}", ["glues the settings 'x'", "Add `glue("]),
    ('"red", "power"', '"rde", "power"', "```{widget}", ["'colour' is 'rde'", "red, blue"]),
    ('"power": 40', '"power": 400', "```{widget}", ["'power' is 400", "from 0 to 100"]),
    ('"power": 40', '"power": True', "```{widget}", ["'power' is True", "from 0 to 100"]),
    ('"on": True', '"on": 1', "```{widget}", ["'on' is 1", "true or false"]),
    (', "on": True', "", "```{widget}", ["The settings lack on", "Add"]),
    ('"on": True', '"on": True, "off": 1', "```{widget}", ["no setting 'off'", "colour, power"]),
    ("blue: blue\n", "", "```{widget}", ["labels lack blue", "Write `name: words`"]),
    ("blue: blue", "blue:", "```{widget}", ["labels lack blue", "Write `name: words`"]),
    ("blue: blue", "blue: blue\ngreen: x", "```{widget}", ["for nothing, green", "Write `name"]),
    ("{light}", "{lihgt}", "```{widget}", ["no number for {lihgt}", "'told'", "There are"]),
    ("fig-lamp?colour", "fig-x?colour", "Now", ["figure 'fig-x' (known: fig-lamp)", "Correct"]),
    ("colour=blue", "colour=green", "Now", ["'colour' is 'green'", "one of red, blue"]),
    ("power=2.5", "power=1e3", "Now", ["'power' is 1000.0", "from 0 to 100"]),
    ("power=2.5", "powr=1", "Now", ["no setting 'powr'", "It has colour, power, on"]),
    ("?colour=blue&power=2.5", "", "Now", ["sets nothing", "Write {set}`"]),
]


@pytest.mark.parametrize(("old", "new", "start", "messages"), MISTAKES)
def test_mistake(lamp: Site, old: str, new: str, start: str, messages: list[str]) -> None:
    lamp.edit("page.md", old, new)
    build = lamp.build()
    assert build.status == 1
    lines = (lamp.folder / "page.md").read_text("utf-8").splitlines()
    named = re.search(r"page\.md:(\d+): (?:WARNING|ERROR)", build.output)
    assert named, build.output
    assert lines[int(named[1]) - 1].startswith(start)
    for message in messages:
        assert message in build.output


def test_new_definition_reaches_the_page(lamp: Site) -> None:
    built(lamp)
    lamp.edit("static/widgets/lamp.json", "[0, 100]", "[0, 30]")
    build = lamp.build()
    assert build.status == 1
    assert "'power' is 40" in build.output
    lamp.edit("page.md", '"power": 40', '"power": 4')
    assert json.loads(str(built(lamp)["data-state"]))["power"] == [0, 30]


def test_removed_widget_takes_its_scripts_with_it(lamp: Site) -> None:
    built(lamp)
    text = (lamp.folder / "page.md").read_text("utf-8")
    lamp.write("page.md", text[: text.index("```{widget}")])
    assert lamp.build().status == 0
    assert "widgets/" not in str(lamp.page())


def test_parallel_build(lamp: Site) -> None:
    for number in range(6):  # Sphinx reads fewer pages than that in one process
        lamp.write(f"extra{number}.md", f"---\norphan: true\n---\n\n# Extra {number}\n")
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-j", "2", *lamp.arguments("en", "html")],
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "extensions")},
    )
    assert lamp.page().select("figure > lamp.widget")
    assert lamp.page().select("script[src*='lamp.js']")


@pytest.mark.parametrize("builder", ["doctest", "latex", "text"])
def test_other_builders_have_the_picture_and_the_words(lamp: Site, builder: str) -> None:
    build = lamp.build(builder=builder)
    assert build.status == 0, build.output
    assert built(lamp)  # over the same doctrees
    if builder == "text":
        text = (lamp.folder / "build" / "en" / "text" / "page.txt").read_text("utf-8")
        assert "Now make it blue." in text
        assert "The colour" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Now make it blue."), ("km", "ដូរទៅពណ៌ខៀវ ឥឡូវ។")]
)
@pytest.mark.parametrize("suffix", [".ipynb", ".py"])
def test_downloads_have_the_cell_and_plain_words(
    lamp: Site, language: str, words: str, suffix: str
) -> None:
    built(lamp, language)
    file = lamp.folder / "build" / language / "html" / f"page{suffix}"
    text = file.read_text("utf-8")
    if suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    assert words in text
    assert "SVG(" in text
    for gone in ("{set}", "{widget}", "fig-lamp", "colour=", "The colour", "Blink"):
        assert gone not in text


def test_examples_in_docstrings() -> None:
    results = doctest.testmod(widgets)
    assert results.attempted > 0
    assert not results.failed
