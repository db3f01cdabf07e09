"""Code in the reader's language, from the template to the page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import polib
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from conftest import Build, Site


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-localise, which has no page but one so far."""
    return copy_site("localise", tmp_path)


def write(site: Site, text: str) -> None:
    """Write the page."""
    site.write("page.md", f"---\nfile_format: mystnb\n---\n\n# A page\n\n{text}\n")


def translate(site: Site, translations: dict[str, str], *, fuzzy: Sequence[str] = ()) -> None:
    """Write the catalogue of the page."""
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "km"}
    for msgid, msgstr in translations.items():
        flags = ["fuzzy"] if msgid in fuzzy else []
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr, flags=flags))
    site.write("locale/km/LC_MESSAGES/page.po", str(catalogue))


def template(site: Site) -> polib.POFile:
    """Extract the messages; return those of the page."""
    build = site.build(builder="gettext")
    assert build.status == 0, build.output
    return polib.pofile(str(site.folder / "build/en/gettext/page.pot"))


def build_km(site: Site) -> Build:
    build = site.build("km")
    assert build.status == 0, build.output
    return build


def code(site: Site, language: str = "km") -> list[str]:
    """Return the code that the page shows."""
    return [cell.text for cell in site.page("page", language).select(".cell_input pre")]


def output(site: Site, language: str = "km") -> list[str]:
    """Return what the page's cells have put out."""
    return [cell.text for cell in site.page("page", language).select(".cell_output pre")]


def counted(site: Site, language: str) -> dict[str, int]:
    """Return how many cells the last build has executed, and how many it had in its cache."""
    file = site.folder / "build" / language / "doctrees" / "cells.json"
    return json.loads(file.read_text("utf-8"))


CELL = """\
x = 2  # a number
print(f"x is {x}")"""

KHMER = {"a number": "លេខមួយ", "x is {x}": "x ស្មើ {x}"}


# --- localised code ----------------------------------------------------------------------------


def test_the_localised_code_is_shown_and_executed(site: Site) -> None:
    site.write_cells("page", CELL)
    translate(site, KHMER)
    assert site.build().status == 0
    build = build_km(site)
    assert code(site, "en") == [f"{CELL}\n"]
    assert output(site, "en") == ["x is 2\n"]
    assert code(site) == ['x = 2  # លេខមួយ\nprint(f"x ស្មើ {x}")\n']
    assert output(site) == ["x ស្មើ 2\n"]
    assert "code messages (km): 2 applied, 0 untranslated, 0 refused" in build.output
    assert "the code of 1 of 1 cells is identical to the original's" in build.output


@pytest.mark.parametrize("mode", ["cache", "force"])
def test_with_mystnb_alone(site: Site, mode: str) -> None:
    site.edit("conf.py", '"cells", ', "")
    site.edit("conf.py", "gettext_uuid = False", f"nb_execution_mode = {mode!r}")
    site.write_cells("page", CELL)
    translate(site, KHMER)
    build = build_km(site)
    assert output(site) == ["x ស្មើ 2\n"]
    assert "code messages (km): 2 applied, 0 untranslated, 0 refused" in build.output


def test_what_is_executed_again(site: Site) -> None:
    site.write_cells("page", CELL)
    translate(site, KHMER | {"A page": "ទំព័រមួយ"})
    assert site.build().status == 0
    build_km(site)
    assert counted(site, "en") == counted(site, "km") == {"executed": 1, "cached": 0}
    translate(site, KHMER | {"A page": "ទំព័រទីមួយ"})  # prose
    build_km(site)
    assert "ទំព័រទីមួយ" in site.page("page", "km").text
    assert counted(site, "km") == {"executed": 0, "cached": 1}
    translate(site, KHMER | {"x is {x}": "{x} គឺ x"})  # code
    build_km(site)
    assert output(site) == ["2 គឺ x\n"]
    assert counted(site, "km") == {"executed": 1, "cached": 0}


@pytest.mark.parametrize("same", [True, False])
def test_code_without_translation_shares_the_record(site: Site, same: bool) -> None:
    site.write_cells("page", CELL)
    translate(site, {text: text if same else "" for text in KHMER} | {"A page": "ទំព័រមួយ"})
    assert site.build().status == 0
    build = build_km(site)
    assert counted(site, "km") == {"executed": 0, "cached": 1}
    assert output(site) == ["x is 2\n"]
    assert f"{2 * same} applied, {2 * (not same)} untranslated" in build.output


def test_fuzzy_empty_and_obsolete_translations_stay_english(site: Site) -> None:
    site.write_cells("page", CELL + '\nprint("obsolete text")')
    translate(site, KHMER | {"a number": ""}, fuzzy=["x is {x}"])
    with (site.folder / "locale/km/LC_MESSAGES/page.po").open("a", encoding="utf-8") as file:
        file.write('\n#~ msgid "obsolete text"\n#~ msgstr "ចាស់"\n')
    build = build_km(site)
    assert output(site) == ["x is 2\nobsolete text\n"]
    assert "0 applied, 3 untranslated, 0 refused" in build.output


def test_lines_stay_where_they_are(site: Site) -> None:
    write(
        site,
        """\
```{code-cell}
---
mystnb:
  number_source_lines: true
---

# A comment
# of two lines
print('''one
two''',  # first
      "three "
      # why
      "four")
```

Between.

   ```{code-cell}
   :tags: [a-tag]

   print("five")

   ```

```{code-block} python
:emphasize-lines: 2

x = 1
print("not a cell")
```

```{code-cell}
1 / 0
```""",
    )  # fmt: skip
    khmer = {
        "A comment of two lines": "មតិមួយ",
        "one\ntwo": "មួយ",
        "first": "ទីមួយ",
        "three four": "បី \"បួន'\n",
        "why": "ហេតុអ្វី",
        "five": "ប្រាំ",
    }
    translate(site, khmer)
    english, build = site.build(), site.build("km")
    for run in (english, build):  # of the cell that fails; it is the same line
        assert re.findall(r"page\.md:(\d+)", run.output) == ["39"], run.output
    site.edit("page.md", "1 / 0", "1")
    build_km(site)
    shown = code(site)
    assert [text.count("\n") for text in shown[:2]] == [7, 1]
    assert shown[0].split("\n")[3] == "4''',  # ទីមួយ"  # with its number
    assert output(site)[:2] == ["មួយ បី \"បួន'\n", "ប្រាំ\n"]
    (emphasised,) = site.page("page", "km").select(".hll")
    assert emphasised.text.strip() == 'print("not a cell")'
    messages = {entry.msgid: entry.occurrences for entry in template(site)}
    assert [messages[text][0][1] for text in khmer] == ["13", "15", "16", "17", "18", "27"]


@pytest.mark.parametrize(
    "attack",
    [
        "one\n```\n\n```{code-cell}\nprint('attack')",
        "```\n\n```{code-cell}\nprint('attack')",
        "```\nattack",
        "one\n   ~~~\n`````\n:::",
    ],
)
def test_a_fence_in_a_translation_does_not_end_the_cell(site: Site, attack: str) -> None:
    site.write_cells("page", 'print("""one\ntwo\nthree\nfour""")')
    translate(site, {"one\ntwo\nthree\nfour": attack})
    build_km(site)
    assert len(code(site)) == 1
    assert output(site) == [attack + "\n"]


@pytest.mark.parametrize(
    ("tags", "messages"),
    [
        ("", ["a comment", "a text"]),
        ("hide-input", ["a comment", "a text"]),
        ("remove-output", ["a comment", "a text"]),
        ("remove-input", ["a text"]),
        ("remove-cell", []),
    ],
)
def test_hidden_cells(site: Site, tags: str, messages: list[str]) -> None:
    site.write_cells("page", f':tags: [{tags}]\n\nprint("a text")  # a comment')
    assert sorted(entry.msgid for entry in template(site)) == sorted(["A page", *messages])
    translate(site, {"a text": "អត្ថបទ", "a comment": "មតិ"})
    assert f"{len(messages)} applied, 0 untranslated" in build_km(site).output


def test_options_of_a_cell(site: Site) -> None:
    site.write_cells(
        "page",
        ':translate: units\n:keep: ["ReLU"]\n\nunits = ["metres", "ReLU"]\nprint("ReLU", *units)',
    )
    assert [entry.msgid for entry in template(site)] == ["A page", "metres"]
    translate(site, {"metres": "ម៉ែត្រ", "ReLU": "រេលូ"})
    build_km(site)
    assert output(site) == ["ReLU ម៉ែត្រ ReLU\n"]


@pytest.mark.parametrize("option", ["translate: [nits]", "keep: [RELU]", "translate: ['a.(']"])
@pytest.mark.parametrize("builder", ["html", "gettext"])
def test_options_that_name_what_is_not_there(site: Site, option: str, builder: str) -> None:
    site.write_cells("page", f':{option}\n\nunits = "metres"\nprint("ReLU")')
    build = site.build(builder=builder)
    assert build.status == 1
    (name,) = re.findall(r"\w[\w.(]+", option)[1:]
    assert f"page.md:10: WARNING: This cell's options speak of '{name}'" in build.output
    assert build.output.count("options speak of") == 1


def test_calls_and_keywords_are_settings(site: Site) -> None:
    site.write_cells(
        "page", 'def say(*a, **k): pass\nsay("one", "two", words="three", remark="four")'
    )
    assert [entry.msgid for entry in template(site)] == ["A page", "one", "three", "four"]


def test_magics(site: Site) -> None:
    site.write_cells("page", '%matplotlib inline\n!echo "shell text"\nprint("a text")  # comment')
    assert [entry.msgid for entry in template(site)] == ["A page", "a text", "comment"]
    translate(site, {"a text": "អត្ថបទ", "shell text": "ខុស"})
    build_km(site)
    assert output(site) == ["shell text\nអត្ថបទ\n"] or output(site)[-1] == "អត្ថបទ\n"


def test_cells_that_cannot_be_read(site: Site) -> None:
    site.write_cells("page", '%%bash\necho "a text"', 'print("a text")')
    translate(site, {"a text": "អត្ថបទ"})
    build = build_km(site)
    assert output(site) == ["a text\n", "អត្ថបទ\n"]
    assert build.output.count("page.md:8: left as it is, line 1 is a magic") == 1
    assert "the code of 1 of 2 cells is identical" in build.output
    gettext = site.build(builder="gettext")
    assert gettext.output.count("page.md:8: nothing to translate, line 1 is a magic") == 1


# --- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "msgid", "msgstr", "reason"),
    [
        (CELL, "x is {x}", "x ស្មើ {y}", "copied as they are"),
        (CELL, "x is {x}", "x", "the field {x} is missing"),
        (CELL, "a number", "លេខ\nprint('attack')", "line break"),
        (CELL, "a number", "លេខ \u202e", "RIGHT-TO-LEFT OVERRIDE"),
        ('print("%d apples" % 2)', "%d apples", "ប៉ោម %s", "the field %d is missing"),
    ],
)
def test_refused_translations(site: Site, cell: str, msgid: str, msgstr: str, reason: str) -> None:
    site.write_cells("page", "# first cell", cell)
    translate(site, {"first cell": "ទីមួយ", msgid: msgstr})
    po = site.folder / "locale/km/LC_MESSAGES/page.po"
    (entry,) = [entry for entry in polib.pofile(str(po)) if entry.msgid == msgid]
    build = site.build("km")
    assert build.status == 1  # with -W
    assert build.output.count("can't stand") == 1  # though the page is read twice
    assert f"{po}:{entry.linenum}: WARNING: This translation of a" in build.output
    for part in (reason, f"original:    {msgid}", f"translation: {msgstr}", "[localise.refused]"):
        assert part in build.output
    kind = "code comment" if msgid == "a number" else "displayed string"
    assert f"translation of a {kind} can't stand" in build.output
    line = 12 + (msgid == "x is {x}")
    assert re.search(rf"code:        .*\(.*page\.md:{line}\)", build.output)


def test_refused_translations_leave_the_english_text(site: Site) -> None:
    site.edit(
        "conf.py", 'html_theme = "basic"', 'html_theme = "basic"\nsuppress_warnings = ["localise"]'
    )
    site.write_cells("page", CELL)
    translate(site, KHMER | {"x is {x}": "{__import__('os').system('touch attacked')}"})
    build = build_km(site)
    assert code(site) == ['x = 2  # លេខមួយ\nprint(f"x is {x}")\n']
    assert output(site) == ["x is 2\n"]
    assert "1 applied, 0 untranslated, 1 refused" in build.output
    assert not list(site.folder.rglob("attacked"))


# --- templates ---------------------------------------------------------------------------------

PAGE = """\
First paragraph.

```{code-cell}
# A comment
print("%d apples" % 2)
print(f"{1 + 1} pears", f"{2:.1f} plums")
```

shared

```{code-cell}
print("shared")  # shared
```

Last paragraph."""


def test_templates(site: Site) -> None:
    write(site, PAGE)
    found = template(site)
    assert [(entry.msgid, entry.flags) for entry in found] == [
        ("A page", []),
        ("First paragraph.", []),
        ("A comment", []),
        ("%d apples", ["python-format"]),
        ("{1 + 1} pears", []),
        ("{2:.1f} plums", ["python-brace-format"]),
        ("shared", []),
        ("Last paragraph.", []),
    ]
    comments = {entry.msgid: entry.comment for entry in found}
    assert comments["First paragraph."] == ""
    assert comments["A comment"] == "code comment: # A comment"
    assert comments["{1 + 1} pears"] == (
        'displayed string: print(f"{1 + 1} pears", f"{2:.1f} plums")\nfields: {1 + 1}'
    )
    assert comments["shared"].split("\n") == [
        'displayed string: print("shared")  # shared',
        'code comment: print("shared")  # shared',
    ]
    places = {entry.msgid: entry.occurrences for entry in found}
    assert [line for _, line in places["shared"]] == ["15", "18", "18"]
    assert {name for occurrences in places.values() for name, _ in occurrences} == {
        places["A page"][0][0]
    }


def test_templates_are_the_same_each_time(site: Site) -> None:
    write(site, PAGE)
    first = str(template(site))
    assert str(template(site)) == first
    site.edit("page.md", "First", "The first")
    again = template(site)
    assert [entry.msgid for entry in again].count("A comment") == 1
    assert str(again) != first


def test_templates_without_places(site: Site) -> None:
    site.edit("conf.py", "gettext_uuid = False", "gettext_uuid = False\ngettext_location = False")
    write(site, PAGE)
    assert {"A page", "A comment", "shared"} <= {entry.msgid for entry in template(site)}


def test_text_that_is_prose_and_code(site: Site) -> None:
    write(site, PAGE)
    translate(site, {"shared": "រួម"})
    assert "2 applied, 4 untranslated" in build_km(site).output
    page = site.page("page", "km")
    assert "រួម" in [paragraph.text for paragraph in page.select("p")]
    assert code(site)[1] == 'print("រួម")  # រួម\n'


def update(site: Site) -> str:
    """Run ``sphinx-intl update``; return the catalogue of the page."""
    template(site)
    command = [sys.executable, "-m", "sphinx_intl", "update"]
    options = ["-p", "build/en/gettext", "-d", "locale", "-l", "km"]
    run = subprocess.run([*command, *options], cwd=site.folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return (site.folder / "locale/km/LC_MESSAGES/page.po").read_text("utf-8")


def test_round_trip_through_sphinx_intl(site: Site) -> None:
    write(site, PAGE + '\n\n```{code-cell}\nprint("""a "quoted"\\tword \\\\\nand more""")\n```')
    update(site)
    po = site.folder / "locale/km/LC_MESSAGES/page.po"
    catalogue = polib.pofile(str(po))
    khmer = {
        "A comment": "មតិ",
        "%d apples": "ប៉ោម %d",
        "{1 + 1} pears": "ប៊ែរ {1 + 1}",
        'a "quoted"\tword \\\nand more': 'ពាក្យ "នេះ"\t\\\nផង',
    }
    for entry in catalogue:
        entry.msgstr = khmer.get(entry.msgid, "")
    assert {entry.msgid for entry in catalogue.translated_entries()} == set(khmer)
    catalogue.save()
    update(site)
    kept = polib.pofile(str(po))
    assert [(e.msgid, e.msgstr, e.flags, e.comment) for e in kept] == [
        (e.msgid, e.msgstr, e.flags, e.comment) for e in catalogue
    ]
    first = po.read_text("utf-8")
    assert update(site) == first
    build_km(site)
    assert output(site)[0].startswith("ប៉ោម 2\nប៊ែរ 2")
    assert output(site)[-1] == 'ពាក្យ "នេះ"\t\\\nផង\n'


# --- doctests ----------------------------------------------------------------------------------

DOCTEST = """\
- A list.

  ```{doctest}
  >>> n = 0  # a number
  >>> for x in range(3):  # at each step
  ...     # add it up,
  ...     # all of it
  ...     n += x
  ...
  >>> print("# no comment", n)  # doctest: +NORMALIZE_WHITESPACE
  # no comment 3
  ```"""

STEPS = {"a number": "លេខមួយ", "at each step": "រាល់ជំហាន", "add it up, all of it": "បូកវា ទាំងអស់"}


@pytest.fixture
def doctested(site: Site) -> Site:
    """Return a site that runs doctests, and has some on a page without cells."""
    site.edit("conf.py", '"cells",', '"cells", "doctests",')
    site.write("page.md", f"# A page\n\n{DOCTEST}\n")
    return site


def test_comments_of_doctests_are_messages(doctested: Site) -> None:
    found = {entry.msgid: entry for entry in template(doctested)}
    assert list(found) == ["A page", "A list.", *STEPS]
    assert found["a number"].comment == "code comment: n = 0  # a number"
    assert [line for _, line in found["add it up, all of it"].occurrences] == ["8"]


def test_comments_of_doctests_are_translated(doctested: Site) -> None:
    translate(doctested, STEPS)
    build = build_km(doctested)
    expected = """\
>>> n = 0  # លេខមួយ
>>> for x in range(3):  # រាល់ជំហាន
...     # បូកវា
...     # ទាំងអស់
...     n += x
...
>>> print("# no comment", n)
# no comment 3
"""
    (shown,) = doctested.page("page", "km").select(".highlight-pycon pre")
    assert shown.text == expected
    assert shown.select(".c1")  # coloured as code
    assert "code messages (km): 3 applied, 0 untranslated, 0 refused" in build.output
    build = doctested.build("km", "doctest")
    assert build.status == 0, build.output


def test_a_comment_cannot_change_a_doctest(doctested: Site) -> None:
    translate(doctested, STEPS | {"a number": "លេខ\n>>> print('attack')"})
    build = doctested.build("km")
    assert build.status == 1
    po = doctested.folder / "locale/km/LC_MESSAGES/page.po"
    (entry,) = [entry for entry in polib.pofile(str(po)) if entry.msgid == "a number"]
    assert f"{po}:{entry.linenum}: WARNING: This translation of a code comment" in build.output
    assert "page.md:6)" in build.output


@pytest.mark.parametrize("code", [">>>no space", ">>> 1 +\n", ">>> x = (\n...y)"])
def test_doctests_that_can_not_be_read_are_left(doctested: Site, code: str) -> None:
    doctested.write("page.md", f"# A page\n\n```{{doctest}}\n{code}  # one\n```\n")
    assert [entry.msgid for entry in template(doctested)] == ["A page"]
    build_km(doctested)
    build = doctested.build("km", "doctest")
    assert build.status == 1
    assert "page.md" in build.output


# --- report ------------------------------------------------------------------------------------


def test_progress_counts_messages_of_code(site: Site) -> None:
    site.write_cells("page", CELL)
    progress = "Progress: {sub-ref}`translation progress`"
    site.edit("page.md", "# A page\n", f"# A page\n\n{progress}\n\nProse.\n")
    found: list[float] = []
    for code_messages in ({}, KHMER):
        translate(site, code_messages | {"Prose.": "អត្ថបទ។"})
        build_km(site)
        found += map(float, re.findall(r"Progress: (.*)%", site.page("page", "km").text))
    one, three = found
    assert round(three / one, 2) == 3


def test_the_report_counts_all_pages(site: Site) -> None:
    site.write_cells("page", CELL)
    site.write_cells("second", "# two\n# lines", "print(1)")
    translate(site, KHMER)
    expected = "code messages (km): 2 applied, 1 untranslated, 0 refused; the code of 3 of 3 cells"
    assert expected in build_km(site).output
    site.write_cells("second", "# other\n# lines", "print(1)")  # the first is not read again
    assert expected in build_km(site).output


def test_the_language_of_the_original_reports_nothing(site: Site) -> None:
    site.write_cells("page", CELL)
    translate(site, KHMER)
    build = site.build()
    assert build.status == 0
    assert "code messages" not in build.output
