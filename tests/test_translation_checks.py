"""What translators get wrong is found, and what is right is not."""

from __future__ import annotations

import doctest
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
import translation_checks
from conftest import ROOT, Site
from translation_checks import CHECKS, Check, Place, checks_of, findings, rows_of, use

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
SETTINGS = runpy.run_path(str(ROOT / "conf.py"))

# For each check: the original, wrong translations and what is said of them, right translations.
PAIRS: list[tuple[str, str, dict[str, str], list[str]]] = [
    (
        "numbers",
        "From 1 to −3.5 in ten steps, 1,000 times.",
        {
            "ពី 1 ដល់ −3.5 ក្នុង 10 ជំហាន 100 ដង។": "The number 1000 of the original is missing.",
            "ពី 1 ដល់ 3.5 ក្នុង 10 ជំហាន 1000 ដង។": "The number -3.5 of the original is missing.",
            "ពី 1 ដល់ −3.5 ក្នុង 12 ជំហាន 1000 ដង។": "The number 12 is not in the original.",
            "ពី ១ ដល់ −៣.៦ ក្នុង ១០ ជំហាន ១០០០ ដង។": "The number -3.5 of the original is missing.",
        },
        [
            "ពី 1 ដល់ −3.5 ក្នុង 10 ជំហាន 1,000 ដង។",
            "ពី 1 ដល់ -3.5 ក្នុងដប់ជំហាន 1000 ដង។",
            "ពី ១ ដល់ −៣.៥ ក្នុង ១០ ជំហាន ១០០០ ដង។",
        ],
    ),
    (
        "numbers",
        "1. Derivatives",
        {"មេរៀនទី 2៖ ដេរីវេ": "The number 1 of the original is missing."},
        ["មេរៀនទី 1៖ ដេរីវេ"],
    ),
    (
        "numbers",
        "At {value}`x:.2f`, the second derivative of $x^3$ is 6 metres per second.",
        {"ត្រង់ {value}`x:.2f` ដេរីវេទី 2 នៃ $x^3$ គឺ 7 ម៉ែត្រក្នុង 1 វិនាទី។": "The number 6 of"},
        ["ត្រង់ {value}`x:.2f` ដេរីវេទី 2 នៃ $x^3$ គឺ 6 ម៉ែត្រក្នុង 1 វិនាទី។"],
    ),
    (
        "formulas",
        "The slope of $f(x) = x^2$ at $x$ is $2x$.",
        {
            "មេគុណប្រាប់ទិសនៃ $f(x) = x^3$ ត្រង់ $x$ គឺ $2x$។": "The formula $f(x)=x^2$ of the",
            "មេគុណប្រាប់ទិសនៃ $f(x) = x^2$ គឺ $2x$។": "The formula $x$ of the original is missing.",
            "មេគុណប្រាប់ទិសនៃ $f(x) = x^2$ ត្រង់ $x$ គឺ $2x$ ឬ $y$។": "$y$ is not in the original",
        },
        [
            "ត្រង់ $x$ មេគុណប្រាប់ទិសនៃ $f(x)=x^2$ គឺ $2x$។",
            "យក $x$ មួយ។ ត្រង់ $x$ មេគុណប្រាប់ទិសនៃ $f(x) = x^2$ គឺ $2x$។",
        ],
    ),
    (
        "formulas",
        r"m = \frac{\text{rise}}{\text{run}}",
        {r"m = \frac{\text{កំណើនផ្ដេក}}{\text{កំណើនឈរ}} + 1": "differs from the original"},
        [r"m = \frac{\text{កំណើនឈរ}}{\text{កំណើនផ្ដេក}}"],
    ),
    (
        "dollar",
        "Take $x$ and $y$.",
        {"យក $x និង $y$។": "A $ has no partner.", "យក $x$ និង y$។": "A $ has no partner."},
        ["យក $y$ និង $x$។"],
    ),
    (
        "marks",
        "It is **steep** and *high*, see `f`.",
        {
            "វា**ចោត ហើយខ្ពស់ មើល `f`។": "A ** would appear",
            "វា **«ចោត»**ណាស់ មើល `f`។": "A ** would appear",
            "វា **ចោត** ហើយ*ខ្ពស់ មើល `f`។": "A * would appear",
            "វា **ចោត** មើល `f។": "A ` would appear",
        },
        ["វា **ចោត** ហើយ **ខ្ពស់** មើល `f`។", "វា**ចោត**ណាស់ មើល `f`។"],
    ),
    (
        "roles",
        "A {term}`limit` is {value}`x:.2f`, see {numref}`fig-v`.",
        {
            "{term}`លីមីត <limit>` គឺ {value}`x:.3f` មើល {numref}`fig-v`។": "{value}`x:.2f` of the",
            "{term}`លីមីត <limits>` គឺ {value}`x:.2f` មើល {numref}`fig-v`។": "{term}`limit` of the",
            "{term}`លីមីត` គឺ {value}`x:.2f` មើល {numref}`fig-v`។": "{term}`limit` of the original",
            "{term}`លីមីត <limit>` គឺ {value}`x:.2f`។": "{numref}`fig-v` of the original is missing",
            "{term}`លីមីត <limit>` {value}`x:.2f` {numref}`fig-v` {value}`y`": "{value}`y` is not",
        },
        [
            "{term}`លីមីត <limit>` គឺ {value}`x:.2f` មើល {numref}`fig-v`។",
            "មើល {numref}`រូប <fig-v>`៖ {term}`លីមីត\n<limit>` គឺ {value}`x:.2f`។",
        ],
    ),
    (
        "roles",
        "Now {set}`make h tiny <fig-a?h=0.01>`.",
        {
            "{set}`ដាក់ h តូច <fig-a?h=0.1>` ឥឡូវ។": "The role {set}`fig-a?h=0.01` of the original",
            "{set}`fig-b?h=0.01` ឥឡូវ។": "The role {set}`fig-a?h=0.01` of the original",
        },
        ["ឥឡូវ {set}`ដាក់ h តូច <fig-a?h=0.01>`។"],
    ),
    (
        "gaps",
        "At x = {x} the slope is {slope}.",
        {
            "ត្រង់ x = {y} មេគុណប្រាប់ទិសគឺ {slope}។": "The gap {x} of the original is missing.",
            "ត្រង់ x = {x} មេគុណប្រាប់ទិសគឺ 2។": "The gap {slope} of the original is missing.",
            "ត្រង់ x = {x} មេគុណប្រាប់ទិសគឺ {slope} ({h})។": "The gap {h} is not in the original.",
        },
        ["មេគុណប្រាប់ទិសគឺ {slope} ត្រង់ x = {x}។"],
    ),
    (
        "links",
        "See [this page](#a) and [](#b).",
        {
            "មើល [ទំព័រនេះ](#c) និង [](#b)។": "The address #a of the original is missing.",
            "មើល [ទំព័រនេះ] (#a) និង [](#b)។": "The address #a of the original is missing.",
            "មើល [ទំព័រនេះ](#a)។": "The address #b of the original is missing.",
            "[ទំព័រនេះ](#a) [](#b) [x](https://x.org)": "https://x.org is not in the original.",
        },
        ["មើល [](#b) និង [ទំព័រនេះ](#a)។"],
    ),
    (
        "footnotes",
        "So it is.[^why]",
        {
            "ដូច្នេះ។": "The footnote [^why] of the original is missing.",
            "ដូច្នេះ។[^why] ហើយ។[^why]": "[^why] is not in the original, or less often.",
            "ដូច្នេះ។[^why][^how]": "The footnote [^how] is not in the original.",
        },
        ["ដូច្នេះ[^why]។"],
    ),
    (
        "labels",
        "The [rise]{#rise} and ![a plot](a.svg){#fig}.",
        {
            "កំណើនឈរ និង ![ក្រាប](a.svg){#fig}។": "The label {#rise} of the original is missing.",
            "[កំណើនឈរ]{#rise} និង ![ក្រាប](a.svg)។": "The label {#fig} of the original is missing.",
            "[កំណើនឈរ]{#rise} ![ក្រាប](a.svg){#fig} [ក]{#a}": "The label {#a} is not in the",
        },
        ["![ក្រាប](a.svg){#fig} និង [កំណើនឈរ]{#rise}។"],
    ),
    (
        "code",
        "Call `print` with `x`.",
        {
            "ហៅ `Print` ជាមួយ `x`។": "The code `print` of the original is missing.",
            "ហៅ `print` ជាមួយ x។": "The code `x` of the original is missing.",
            "ហៅ `print` ជាមួយ `x` និង `y`។": "The code `y` is not in the original.",
        },
        ["ជាមួយ `x` ហៅ `print`។", "`print`៖ ហៅ `print` ជាមួយ `x`។"],
    ),
    (
        "html",
        "Two < three",
        {
            "ពីរ <script>alert()</script>": "The HTML <script> is not in the original.",
            "<b>ពីរ</b> < បី": "The HTML <b> is not in the original.",
            "ពីរ<br/>បី": "The HTML <br/> is not in the original.",
        },
        ["ពីរ < បី", "ពីរ < បី > មួយ", "`<b>`"],
    ),
    (
        "addresses",
        "See the page.",
        {
            "មើល https://example.org/a": "https://example.org/a is not in the original.",
            "មើល www.example.org": "The address www.example.org is not in the original.",
            "ចុច javascript:alert(1)": "javascript:alert(1) is not in the original.",
        },
        ["មើលទំព័រ។", "មើល `https://example.org`"],
    ),
    (
        "invisible",
        "Two steps",
        {
            "ពីរ\u200bជំហាន": "ZERO WIDTH SPACE (U+200B), after ពីរ.",
            "\ufeffពីរជំហាន": "(U+FEFF), at the beginning.",
            "ពីរ \u202eជំហាន": "RIGHT-TO-LEFT OVERRIDE (U+202E)",
            "ពីរ\u00adជំហាន": "SOFT HYPHEN (U+00AD)",
            "ពីរ\u17b4ជំហាន": "(U+17B4)",
            "ពីរ&#8203;ជំហាន": "ZERO WIDTH SPACE (U+200B), after ពីរ.",
        },
        ["ពីរជំហាន", "ពីរ\u00a0ជំហាន", "ពីរ\nជំហាន"],
    ),
    (
        "paragraphs",
        "One. Two.",
        {"មួយ។\n\nពីរ។": "the rest would be dropped", "មួយ។\n- ពីរ។": "would be dropped"},
        ["មួយ។ ពីរ។", "មួយ។\nពីរ។"],
    ),
    (
        "misread",
        "1. First step",
        {
            "1. ជំហានទីមួយ": "It would be read as an ordered list,",
            "- ជំហានទីមួយ": "It would be read as a bullet list,",
            "# ជំហានទីមួយ": "It would be read as a heading,",
            "> ជំហានទីមួយ": "It would be read as a blockquote,",
        },
        ["ជំហានទី 1", r"1\. ជំហានទីមួយ", r"\- ជំហានទីមួយ", "−1 ជំហាន", "#ជំហានទីមួយ", "-3"],
    ),
    (
        "references",
        "See [this](#a).",
        {
            "មើល [នេះ][a]។": "The link [នេះ][a] would appear",
            "មើល [នេះ][]។": "The link [នេះ][] would appear",
            "[a]: #a": "The link [a]: would appear",
        },
        ["មើល [នេះ](#a)។", "`x[0][1]` [នេះ](#a)"],
    ),
    (
        "placeholders",
        "Section %s of %s",
        {"ផ្នែកទី %s": "placeholders are unbalanced", "ផ្នែក %s %d": "placeholder 2"},
        ["ផ្នែកទី %s នៃ %s"],
    ),
    (
        "spelling",
        "a",
        {
            "ម្តង": "It has the spelling ម្តង; write the subscript DA",
            "ការផ្លាស់ប្តូរ": "It has the spelling ប្តូរ; write the subscript DA",
            "ចាប់ផ្តើម": "It has the spelling ផ្តើម; write the subscript DA",
            "រូបមន្ដ": "It has the spelling មន្ដ; write the subscript TA",
            "បន្ដ": "It has the spelling បន្ដ; write the subscript TA",
            "វិធីសាស្រ្ត": "write the subscript RO",
            "ឲ្យ": "write ឱ្យ",
            "ឡើងរឺចុះ": "write ឬ",
            "៣ ជំហាន": "It has the spelling ៣; write the digits",
            "លេីក": "write the one vowel ើ",
            "ពេារ": "write the one vowel ោ",
            "ចំាំ": "write",
            "អនុគមន៏": "write គមន៍",
        },
        ["ម្ដង ប្ដូរ ចាប់ផ្ដើម រូបមន្ត បន្ត អនុវត្ត វិធីសាស្ត្រ ឱ្យ ឬ 3 លើក ចាំ អនុគមន៍ ស្រឺត", "`ម្តង`"],
    ),
    (
        "glossary",
        "each iteration of the model",
        {
            "ជំហាននីមួយៗ": 'For "iteration" it has ជំហាន; the glossary has ការធ្វើឡើងវិញ.',
            "ការធ្វើឡើងវិញនៃម៉ូដែល": 'For "model" it has ម៉ូដែល; the glossary has ម៉ូឌែល.',
        },
        ["ការធ្វើឡើងវិញនីមួយៗនៃម៉ូឌែល", "ការធ្វើឡើងវិញ `ម៉ូដែល`"],
    ),
    (
        "glossary",
        "The {term}`derivatives <derivative>` of a step at each iteration",
        {
            "{term}`derivative <derivative>` នៃជំហាន": 'For "derivative" it has derivative;',
            "Derivative derivative នៃជំហាន": 'For "derivative" it has derivative;',
        },
        [
            "{term}`ដេរីវេ <derivative>` នៃជំហាន",
            "ដេរីវេ (derivative) នៃជំហាន",
            "`derivative` $derivative$ [ដេរីវេ](#derivative)",
        ],
    ),
    (
        "glossary",
        "a `model` of moderate `iteration`, hyperparameters, supermodel",
        {},
        ["ជំហាន ម៉ូដែល parameter"],
    ),
    (
        "english",
        "One step to the right, and the line climbs by `m` in *Gradient Descent*.",
        {
            "One step to the right, and បន្ទាត់ឡើង": 'It still has "One step to the right and".',
            "ទៅស្ដាំ and the **line climbs** by `m`": 'has "and the line climbs by".',
            "one step to the RIGHT ទៅ": 'It still has "one step to the RIGHT".',
        },
        [
            "ទៅស្ដាំមួយជំហាន បន្ទាត់ឡើង `m` ក្នុង **Gradient Descent**។",
            "ទៅស្ដាំ (step to the) `one step to the right`",
        ],
    ),
    (
        "english",
        "See your work",
        {"See your work": "It is still the original."},
        ["មើលការងាររបស់អ្នក"],
    ),
    (
        "english",
        "In *The Value of Adaptive Methods* they are *often much worse than SGD*.",
        {
            "ក្នុង **The Value of Adaptive** វិធី": 'has "The Value of Adaptive".',
            "ក្នុង **the value of adaptive methods**": 'has "the value of adaptive methods".',
            "**The Value of Adaptive Methods** often much worse than": 'has "often much worse',
        },
        ["ក្នុង **The Value of Adaptive Methods** វាច្រើនតែអន់ជាង SGD"],
    ),
    (
        "english",
        "*[](#a)* One step to the right",
        {"*[](#a)* One step to the right": 'It still has "One step to the right".'},
        ["*[](#a)* ទៅស្ដាំមួយជំហាន"],
    ),
    (
        "english",
        "The Value of Adaptive Methods",
        {"The Value of Adaptive Methods": 'It still has "The Value of Adaptive Methods".'},
        ["តម្លៃនៃវិធីសម្របខ្លួន"],
    ),
    ("english", "Momentum, RMSProp, Adam", {}, ["Momentum RMSProp និង Adam"]),
    ("english", "Neural Network, Gradient Descent", {}, ["Neural Network, Gradient Descent"]),
]


@pytest.fixture(autouse=True)
def checks() -> dict[str, Check]:
    """Return the checks of the book."""
    use(SETTINGS)
    return checks_of(SETTINGS, ROOT, "km")


@pytest.mark.parametrize(("name", "msgid", "wrong", "right"), PAIRS)
def test_pairs(
    checks: dict[str, Check], name: str, msgid: str, wrong: dict[str, str], right: list[str]
) -> None:
    for msgstr, said in wrong.items():
        assert said in (checks[name](msgid, msgstr) or "nothing"), msgstr
    for msgstr in right:
        assert checks[name](msgid, msgstr) is None, msgstr


def test_every_check_has_pairs_and_a_remedy(checks: dict[str, Check]) -> None:
    assert {name for name, *_ in PAIRS} == set(checks)
    assert {*checks, "two_ways"} == set(CHECKS)


def test_examples() -> None:
    use({"myst_enable_extensions": ["attrs_inline", "dollarmath"]})
    assert doctest.testmod(translation_checks).failed == 0


# --- catalogues --------------------------------------------------------------------------------


@pytest.fixture
def find(checks: dict[str, Check], tmp_path: Path) -> Callable[..., list[str]]:
    """Return a function that writes catalogues and finds, in ``name:line check`` each."""

    def find(**catalogues: str) -> list[str]:
        for name, text in catalogues.items():
            (tmp_path / f"{name}.po").write_text(HEADER + text, "utf-8")
        return [f"{Path(item.location).name} {item.check}" for item in findings(tmp_path, checks)]

    return find


WRONG = 'msgid "Take $x$."\nmsgstr "យក $y$។"\n\n'


def test_line_of_the_message(find: Callable[..., list[str]]) -> None:
    assert find(page=f"{WRONG}#: page.md\n{WRONG.replace('Take', 'Use')}") == [
        "page.po:6 formulas",
        "page.po:10 formulas",
    ]


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("# checked: formulas\n", []),
        ("# Both are right.\n# checked: numbers, formulas\n", []),
        ("# checked: formulas because it is an example\n", []),
        ("# checked: numbers\n", ["page.po:7 formulas"]),
        ("#, fuzzy\n", []),
    ],
)
def test_exceptions(find: Callable[..., list[str]], mark: str, expected: list[str]) -> None:
    assert find(page=mark + WRONG) == expected


def test_not_translated_and_out_of_use(find: Callable[..., list[str]]) -> None:
    obsolete = "".join(f"#~ {line}\n" for line in WRONG.splitlines() if line)
    assert find(page=f'msgid "Take $x$."\nmsgstr ""\n\n{obsolete}') == []


def test_two_ways(find: Callable[..., list[str]]) -> None:
    one, two = (f'msgid "Solution"\nmsgstr "{text}"\n' for text in ("ដំណោះស្រាយ", "ចម្លើយ"))
    assert find(a=one, b=one) == []
    assert find(a=one, b=two) == ["b.po:6 two_ways"]
    assert find(a=one, b=f"# checked: two_ways\n{two}") == []
    assert find(a=f'msgctxt "verb"\n{two}', b=one) == []


def test_words_in_code(find: Callable[..., list[str]]) -> None:
    """No Markdown, and fields are proved elsewhere; but there are numbers, terms and spelling."""
    comment = "#. displayed string: print(...)\n"
    right = 'msgid "- **h** {x:.2f} $ at 2"\nmsgstr "- *h* ត្រង់ 2 {x:.2f}"\n'
    assert find(page=comment + right) == []
    wrong = 'msgid "model at 2"\nmsgstr "ម៉ូដែល\u200bម្តង"\n'
    assert find(page=comment + wrong) == [
        f"page.po:7 {name}" for name in ("numbers", "invisible", "spelling", "glossary")
    ]


def test_interface(find: Callable[..., list[str]]) -> None:
    wrong = '#, python-format\nmsgid "Section %s <b>"\nmsgstr "ផ្នែកម្តង"\n'
    assert find(sphinx=wrong) == ["sphinx.po:7 placeholders", "sphinx.po:7 spelling"]
    assert find(sphinx='msgid "Note"\nmsgstr "ចំណាំ"\n') == []


# --- a build, and the book ---------------------------------------------------------------------


def test_build(site: Site) -> None:
    site.edit("conf.py", '"catalogues"', '"catalogues", "translation_checks"')
    site.write("page.md", "# A page\n\nSee [the other one](index.md), `x` and more.\n")
    entry = 'msgid "See [the other one](index.md), `x` and more."\nmsgstr "%s"\n'
    catalogue = site.folder / "locale" / "km" / "LC_MESSAGES" / "page.po"
    site.write("locale/km/LC_MESSAGES/page.po", HEADER + entry % "មើល [ទំព័រ](page.md) `x`។")
    for _ in range(2):
        build = site.build("km")
        assert build.status > 0
        for words in (
            f"{catalogue}:6: WARNING: The address index.md of the original is missing.",
            "msgid:  See [the other one](index.md), `x` and more.",
            "msgstr: មើល [ទំព័រ](page.md) `x`។",
            "What to do: translate the words of [words](address), and copy the address.",
            '"# checked: links"',
            "[translation.links]",
        ):
            assert words in build.output
    site.write("locale/km/LC_MESSAGES/page.po", HEADER + entry % "មើល [ទំព័រ](index.md) `x`។")
    build = site.build("km")
    assert build.status == 0, build.output


def test_glossary_that_changes_is_held_against_pages_that_do_not(site: Site) -> None:
    site.edit("conf.py", '"catalogues"', '"catalogues", "translation_checks"')
    with (site.folder / "conf.py").open("a") as file:
        file.write(
            'translation_checks_glossary = "terms.csv"\n'
            'translation_checks_columns = {"source": "en", "km": "km", "forbidden": "no"}\n'
        )
    site.write("terms.csv", "en,km,no\nstep,ជំហាន,\n")
    site.write("page.md", "# A page\n\nOne step.\n")
    site.write("locale/km/LC_MESSAGES/page.po", HEADER + 'msgid "One step."\nmsgstr "មួយកាច់"\n')
    assert site.build("km").status == 0
    site.write("terms.csv", "en,km,no\nstep,ជំហាន,កាច់\n")
    build = site.build("km")
    assert 'page.po:6: WARNING: For "step" it has កាច់' in build.output
    assert build.status


def test_one_original_in_two_ways_is_found_though_one_page_is_as_it_was(site: Site) -> None:
    site.edit("conf.py", '"catalogues"', '"catalogues", "translation_checks"')
    for name, word in {"page": "ជំហាន", "second": "ជំហាន"}.items():
        site.write(f"{name}.md", f"---\norphan: true\n---\n\n# The {name}\n\nOne step.\n")
        entry = f'msgid "One step."\nmsgstr "{word}"\n'
        site.write(f"locale/km/LC_MESSAGES/{name}.po", HEADER + entry)
    assert site.build("km").status == 0
    site.edit("locale/km/LC_MESSAGES/page.po", "ជំហាន", "កាច់")
    build = site.build("km")
    assert "second.po:6: WARNING: In" in build.output
    assert build.status


def test_term_that_a_language_has_not_yet_forbids_nothing(tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text("english,lao,forbidden\nslope,,slant\nstep,ບາດ,pace\n")
    settings = {
        "translation_checks_glossary": "terms.csv",
        "translation_checks_columns": {"source": "english", "lo": "lao", "forbidden": "forbidden"},
    }
    assert [row.source for row in rows_of(settings, tmp_path, "lo")] == ["step"]
    assert list(rows_of(settings, tmp_path, "fr")) == []


def test_book_has_no_mistake() -> None:
    run = subprocess.run(
        [sys.executable, "extensions/translation_checks.py", "docs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_mistakes_in_the_book_would_be_found(checks: dict[str, Check]) -> None:
    """Every formula, role, link, code span and number of the lesson is watched."""
    source = ROOT / "docs" / "km" / "LC_MESSAGES" / "lessons" / "derivatives.po"
    entries = polib.pofile(str(source)).translated_entries()
    pages = [entry for entry in entries if Place(source, 0, entry).kind == "page"]
    for name, pattern, new in [
        ("formulas", r"\$(?=[^$])", r"$x"),
        ("roles", r"\{value\}`", "{value}`un"),
        ("links", r"\]\(", "](un"),
        ("code", r"(?<!\})`(?=[a-z]+`)", "`un"),
        ("numbers", r"(?<= )\d+(?= )", "7777"),
    ]:
        changed = [
            (entry, re.sub(pattern, new, entry.msgstr, count=1))
            for entry in pages
            if re.search(pattern, entry.msgstr) and (name != "numbers" or "$" not in entry.msgstr)
        ]
        assert changed, name
        for entry, msgstr in changed:
            assert checks[name](entry.msgid, msgstr), msgstr
