"""Nothing that a translator can send does harm: it is refused, or it is words on a page.

``CASES`` has what is tried in the messages of pages: the name of a case, which begins with the
kind of message, and the translation. Each case is a page of one site, which is built once in each
language. In them, ``SECRET`` is a file beside the site, and ``RUN`` a file that must not appear.
What the build did not refuse must be inert: the page has no element, attribute or address of those
that can do something but those that the same page has in the language of the original.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from catalogues import mistakes
from conftest import Site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inert import interface_harm

HEADER = 'msgid ""\nmsgstr ""\n"Language: km\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'

JINJA = "cycler.__init__.__globals__.os.system('touch RUN')"
PYTHON = "__import__('os').system('touch RUN')"
SETTINGS = "---\nmyst:\n  disable_syntax: []\n  enable_extensions: [substitution, html_image]\n"

#: Each macro is ten of the one before: a thousand million letters.
GROWING = (
    r"$\def\a{x}"
    + "".join(
        rf"\def\{new}{{" + rf"\{old}" * 10 + "}"
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + r"\j$"
)

# The page around each kind of message, which is "Some text." or part of it.
PAGES = {
    "text": "# A page\n\nSome text.\n\n(a-label)=\n## Another title\n",
    "marked": "# A page\n\nSee [this](#a-label), {ref}`it <a-label>`, `code`, $x$ and [s]{#span}."
    "\n\n(a-label)=\n## Another title\n",
    "title": "# Some text.\n\nMore.\n",
    "item": "# A page\n\n- Some text.\n",
    "quote": "# A page\n\n> Some text.\n",
    "cell": "# A page\n\n| A | B |\n|---|---|\n| Some text. | C |\n",
    "note": "# A page\n\n```{admonition} Some text.\nMore.\n```\n",
    "definition": "# A page\n\nA word\n: Some text.\n",
    "term": "# A page\n\n```{glossary}\nSome text.\n  More.\n```\n",
    "footnote": "# A page\n\nMore.[^a]\n\n[^a]: Some text.\n",
    "caption": "# A page\n\n```{figure} picture.png\n:alt: More.\n\nSome text.\n```\n",
    "alt": "# A page\n\n![Some text.](picture.png)\n",
    "toctree": "# A page\n\n```{toctree}\n:caption: Some text.\n\nhttps://example.org\n```\n",
    "meta": "---\nmyst:\n  html_meta:\n    description: Some text.\n---\n\n# A page\n",
    "math": "# A page\n\n$$\n\\frac{\\text{Some text.}}{2}\n$$\n",
}
#: The original of a kind, where it is another.
ORIGINALS = {
    "marked": "See [this](#a-label), {ref}`it <a-label>`, `code`, $x$ and [s]{#span}.",
    "math": "\\frac{\\text{Some text.}}{2}",
}

# What is tried, by kind; a "+" before the name says that no refusal is needed.
CASES: dict[str, str] = {
    # HTML and scripts
    "text +script": "<script>alert(1)</script>",
    "text +image with onerror": "x <img src=x onerror=alert(1)>",
    "text +svg": "x <svg/onload=alert(1)>",
    "text +iframe": 'x <iframe src="https://example.org"></iframe>',
    "text +base": 'x <base href="https://example.org/">',
    "text +meta refresh": 'x <meta http-equiv="refresh" content="0;url=https://example.org">',
    "text +form": 'x <form action="https://example.org"><input name="p"></form>',
    "text +style": "x <style>body{display:none}</style>",
    "text +link element": 'x <link rel="stylesheet" href="https://example.org/x.css">',
    "text +comment": "x <!-- <script>alert(1)</script> -->",
    "text +comment that never ends": "x <!--",
    "text +CDATA": "x <![CDATA[<script>alert(1)</script>]]>",
    "text +processing instruction": "x <?php system('touch RUN') ?>",
    "text +entities": "x &lt;script&gt;alert(1)&lt;/script&gt; &#60;img onerror=x&#62;",
    "text +code span": "x `<script>alert(1)</script>`",
    "text +closing tags": "x</p></div></main></body><script>alert(1)</script>",
    # addresses
    "text +javascript link": "[x](javascript:alert(1))",
    "text +javascript in capitals": "[x](<JaVaScRiPt&#58;alert(1)>)",
    "text javascript with a tab": "[x](java&#9;script:alert(1))",
    "text javascript with a newline": "[x](java&NewLine;script:alert(1))",
    "text +data link": "[x](data:text/html,<script>alert(1)</script>)",
    "text data picture as a link": "[x](data:image/png;base64,AAAA)",
    "text +vbscript link": "[x](vbscript:x)",
    "text +javascript autolink": "x <javascript:alert(1)>",
    "text +file link": "[x](file:///etc/passwd)",
    "text link to a file": "[x](SECRET)",
    "text link to a file above": "[x](../secret.txt)",
    "text link to the settings": "[x](conf.py)",
    "text path link": "[x](path:conf.py)",
    "text project link": "[x](project:conf.py)",
    "text inv link": "[x](inv:#x)",
    "text +reference definition": "[x]: javascript:alert(1)\n\n[x]",
    "text reference to a file": "[x]\n\n[x]: ../secret.txt",
    "text +address of the web": "x <https://example.org>",
    "text +title of an address": '[x](https://example.org "a\\" onclick=\\"x")',
    # pictures
    "text picture": "![x](picture.png)",
    "text picture above": "![x](../secret.png)",
    "text picture from the web": "![x](https://example.org/x.png)",
    "text +picture from a file address": "![](file:///etc/passwd)",
    "text svg in data": "![x](data:image/png;base64,PHN2Zz4=)",
    # attributes
    "text +attribute onclick": '[x](#a-label){onclick="alert(1)"}',
    "text attribute style": '[x](#a-label){style="position:fixed"}',
    "text +attribute on a span": "[x]{onmouseover=alert(1)}",
    "text class": "[x](#a-label){.headerlink}",
    "text label of another place": "[x]{#a-label}",
    "text attributes of code": "`x`{l=python onclick=x}",
    "text attributes of a picture": "![x](picture.png){onerror=alert(1) w=10000px}",
    # directives
    "text include": "```{include} SECRET\n```",
    "text include after words": "x\n```{include} SECRET\n```",
    "text literalinclude": "```{literalinclude} SECRET\n```",
    "text raw": "```{raw} html\n<script>alert(1)</script>\n```",
    "text raw from a file": "```{raw} html\n:file: SECRET\n```",
    "text raw in colons": ":::{raw} html\n<script>alert(1)</script>\n:::",
    "text colons after words": "x\n:::{raw} html\n<script>alert(1)</script>\n:::",
    "text eval-rst": "```{eval-rst}\n.. raw:: html\n   :file: SECRET\n```",
    "text csv-table": "```{csv-table}\n:file: SECRET\n```",
    "text code cell": f"```{{code-cell}}\n{PYTHON}\n```",
    "text notebook": f"---\nfile_format: mystnb\n---\n\n```{{code-cell}}\n{PYTHON}\n```",
    "text figure": "```{figure} ../secret.png\n```",
    "text image": "```{image} ../secret.png\n:target: javascript:alert(1)\n```",
    "text toctree": "```{toctree}\ntitle-0\n```",
    "text math label": "```{math}\n:label: a-label\nx\n```",
    "text glossary": "```{glossary}\nfalse\n: friend\n```",
    "text doctest": f"```{{testcode}}\n{PYTHON}\n```",
    "text nested in a quote": "> ```{include} SECRET\n> ```",
    "text nested in a list": "1. - ```{include} SECRET\n     ```",
    "text nested in a definition": "x\n: ```{include} SECRET\n  ```",
    "text nested in a footnote": "x[^e]\n\n[^e]: ```{include} SECRET\n    ```",
    "text second paragraph": "x\n\n```{include} SECRET\n```",
    "text role": "{include}`SECRET`",
    # roles
    "text download": "{download}`SECRET`",
    "text titled download": "{download}`x <SECRET>`",
    "text raw role": "{raw}`<script>alert(1)</script>`",
    "text eval": f"{{eval}}`{PYTHON}`",
    "text glue": "{glue}`x`",
    "text value": "{value}`x:999999999d`",
    "text math role": "{math}`\\href{javascript:alert(1)}{x}`",
    "text doc": "{doc}`../secret`",
    "text unknown role": "{unknown}`x`",
    "text sub-ref": "{sub-ref}`wordcount-words`",
    "text +wordy roles": '{abbr}`x (" onclick="alert(1))` {kbd}`<script>alert(1)</script>`',
    # templates and settings
    "text settings of the page": f"{SETTINGS}---\n\n<script>alert(1)</script>",
    "text settings with a suffix": f"{SETTINGS}---x\n\n<script>alert(1)</script>",
    "text settings with an odd start": SETTINGS.replace("---", "---x")
    + "...\n<img src=x onerror=x>",
    "text substitution": f"{SETTINGS}  substitutions:\n    x: y\n---\n\n{{{{ {JINJA} }}}}",
    "text odd substitution": SETTINGS.replace("---", "---x")
    + f"  substitutions: {{x: y}}\n---\n{{{{ {JINJA} }}}}",
    "text +jinja": f"{{{{ {JINJA} }}}} {{% include 'SECRET' %}}",
    "text +rst substitution": "|version| |x| %(x)s %s %n {0.__class__}",
    # other syntax of blocks
    "text target": "(a-label)=\nx",
    "text heading": "# x",
    "text underlined heading": "x\n===",
    "text block break": '+++ {"a": 1}\nx',
    "text line comment": "% x\nx",
    "text thematic break": "***",
    "text table": "| a |\n|---|\n| ![x](../secret.png) |",
    "text footnote": "x[^new]",
    "text block of math": "$$x$$ (a-label)\n",
    "text +literal block mark": "x ::",
    "text definition by noqa": "[x]\n\n[x]: ../secret.txt # noqa",
    "text +noqa": "x # noqa",
    # formulas within a line
    "text javascript in math": "$\\href{javascript:alert(1)}{x}$",
    "text url in math": "$\\url{javascript:alert(1)}$",
    "text data in math": "$\\htmlData{x=y}{x}$",
    "text class in math": "$\\class{x}{x}$ $\\id{a-label}{x}$",
    "text style in math": "$\\htmlStyle{position:fixed}{x}$",
    "text picture in math": "$\\includegraphics{https://example.org/x.png}$",
    "text +words in math": "$\\text{<script>alert(1)</script>}$",
    "text endless macro": "$\\def\\a{\\a\\a}\\a$",
    "text growing macros": GROWING,
    "text +deep math": "$" + "{" * 400 + "x" + "}" * 400 + "$",
    # size
    "text a megabyte": "x" * 1_000_000,
    "text +brackets": "[" * 900,
    "text +pictures that never end": "![" * 450,
    "text +backquotes": " ".join("`" * n for n in range(1, 40)),
    "text +stars": "*a_" * 300,
    "text +angles": "<a" * 450,
    "text +dollars": "$" * 900,
    "text +braces": "[x](#a-label)" + "{" * 800,
    "text +entities without end": "&#x" * 300,
    "text quote that ends too early": "> % x\n> ",
    "text deep quotes": ">" * 1000,
    "text deep lists": "- " * 500 + "x",
    # signs that can't be seen
    "text +direction": "x \u202e)1(trela\u202c",
    "text +zero width": "java\u200bscript",
    # in a paragraph that has links and roles itself
    "marked other address": "[x](../secret.txt) {ref}`it <a-label>`, `code`, $x$ and [s]{#span}.",
    "marked other role": "[x](#a-label) {download}`it <SECRET>`, `code`, $x$, [s]{#span}.",
    "marked name of a role": "[x](#a-label) {download}`a-label`, `code`, $x$, [s]{#span}.",
    "marked other label": "[x](#a-label) {ref}`it <a-label>`, `code`, $x$, [s]{#a-label}.",
    "marked target in words": "{ref}`<SECRET> <a-label>` {download}`SECRET <a-label>`",
    # in other places
    "title +script": "<script>alert(1)</script>",
    "title +end of the title": "x</title></h1><script>alert(1)</script>",
    "title +quotation marks": 'x" onclick="alert(1)" \' onclick=\'x',
    "title include": "```{include} SECRET\n```",
    "title jinja in settings": f"{SETTINGS}---\n# {{{{ {JINJA} }}}}",
    "title picture": "![x](../secret.png)",
    "item include": "```{include} SECRET\n```",
    "quote raw": "```{raw} html\n<script>alert(1)</script>\n```",
    "cell link": "[x](../secret.txt)",
    "note include": "```{include} SECRET\n```",
    "note +script": "<script>alert(1)</script>",
    "definition raw": ":::{raw} html\n<script>alert(1)</script>\n:::",
    "term include": "```{include} SECRET\n```",
    "term code span": "`[x](../secret.txt) : `",
    "term classifier": 'x : <script>alert(1)</script> : " onclick="x',
    "footnote link": "[x](../secret.txt)",
    "caption raw": "```{raw} html\n<script>alert(1)</script>\n```",
    "caption +script": "<script>alert(1)</script>",
    "alt +quotation marks": '" onerror="alert(1)"><script>alert(1)</script>',
    "alt +include": "```{include} SECRET\n```",
    "toctree +script": '"><script>alert(1)</script>{{ 1 }}',
    "meta +quotation marks": '"><script>alert(1)</script>',
    "math javascript": "\\href{javascript:alert(1)}{\\frac{\\text{x}}{2}}",
    "math picture": "\\includegraphics{https://example.org/x.png}",
    "math macro": "\\def\\a{\\a\\a}\\a \\frac{\\text{x}}{2}",
    "math within words": "\\frac{\\text{$\\href{javascript:alert(1)}{x}$}}{2}",
    "math +script in words": "\\frac{\\text{<script>alert(1)</script>}}{2}",
    "math end": "\\frac{\\text{x}}{2}</math><script>alert(1)</script>",
}

# The same in code, which all stands on one page; the line of code, its message, the translation.
CODE = [
    ('print("Text {}.")', "<script>alert(1)</script>"),
    ('print("Text {}.")', '")\n' + PYTHON + '\nprint("'),
    ('print(f"Text {} {{1}}.")', f"Text {{1}} {{{PYTHON}}}"),
    ('print(f"Text {} {{1}}.")', "{1!r:>999999999}"),
    ('print("""Text {}.""")', f'"""\n```\n\n```{{code-cell}}\n{PYTHON}\n```\n"""'),
    ("x = 1  # Text {}.", f"x\n{PYTHON}"),
    ("x = 1  # Text {}.", f"x\r{PYTHON}"),
    ("x = 1  # Text {}.", "```\n\n```{include} SECRET\n```"),
    ('print("Text {}.")', "\\N{BELL}\\x3cscript\\x3e\\"),
    ('print("%s Text {}." % 1)', "%999999999d x"),
    ('print("{{}} Text {}.".format(1))', "{0.__class__} x"),
    ('print("Text {}.")', "\u202e" + PYTHON),
]
#: Of a cell's options, on the same page.
OPTIONS = {
    "Show it.": '"><script>alert(1)</script><p onclick="x"',
    "An alt text.": '" onerror="alert(1)" x="',
    "A caption.": "```{include} SECRET\n```",
}


# --- the oracle --------------------------------------------------------------------------------

ELEMENTS = {
    "script",
    "iframe",
    "object",
    "embed",
    "applet",
    "form",
    "input",
    "button",
    "textarea",
    "select",
    "meta",
    "base",
    "link",
    "style",
    "frame",
    "frameset",
    "audio",
    "video",
    "source",
    "track",
    "svg",
    "use",
    "foreignobject",
    "animate",
    "set",
    "portal",
    "template",
    "noscript",
    "dialog",
    "img",
    "image",
    "picture",
    "annotation-xml",
}
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "xlink:href",
    "background",
    "cite",
    "ping",
    "manifest",
    "longdesc",
    "usemap",
    "codebase",
}
WORDS = {"alt", "title", "aria-label", "content", "placeholder"}


def active(page: BeautifulSoup) -> Counter[str]:
    """Return all on a page that can do something."""
    found: Counter[str] = Counter()
    for tag in page.find_all(True):
        shown = {
            name: re.sub(r"\?v=\w+", "", " ".join(value) if isinstance(value, list) else value)
            for name, value in tag.attrs.items()
            if name not in WORDS
        }
        if tag.name in ELEMENTS:
            found[f"<{tag.name} {shown}>{tag.string if tag.name == 'script' else ''}"] += 1
        for name, value in shown.items():
            web = tag.name == "a" and re.match(r"https://example\.org|#", value)
            math_style = name == "style" and tag.find_parent(["math", "span", "div"])
            if name.startswith("on") or name in ("srcdoc", "id", "target", "is", "slot"):
                found[f"{name}={value}"] += 1
            if (name in ADDRESSES and not web) or (name == "style" and not math_style):
                found[f"<{tag.name} {name}={value}>"] += 1
            if name == "style" and re.search(r"url|position|expression|import|\\", value):
                found[f"<{tag.name} {name}={value}>"] += 1
    return found


def inert(page: BeautifulSoup, original: BeautifulSoup) -> list[str]:
    """Return what a page can do and the original can't; the script of translations is ours."""
    more = active(page) - active(original)
    return [
        what
        for what in more
        if "_static/translations.js" not in what and "id=id" not in what and "footnote" not in what
    ]


def test_the_oracle_sees_what_is_active() -> None:
    for text in ("<script>x</script>", "<p onclick=x>", "<a href='javascript:x'>", "<img src=x>"):
        assert inert(BeautifulSoup(text, "html.parser"), BeautifulSoup("<p>", "html.parser")), text


# --- one site with all cases -------------------------------------------------------------------


def fill(text: str, folder: Path) -> str:
    return text.replace("SECRET", str(folder / "secret.txt")).replace("RUN", str(folder / "run"))


def catalogue(messages: dict[str, str]) -> str:
    entries = [polib.POEntry(msgid=old, msgstr=new) for old, new in messages.items()]
    return HEADER + "\n".join(map(str, entries))


def page_of(name: str) -> str:
    """Return the page of a case."""
    return f"{name.split()[0]}-{list(CASES).index(name)}"


def run(site: Site, language: str) -> str:
    """Build a language, in at most two minutes, and return what was printed."""
    process = site.start(language)
    try:
        return process.communicate(timeout=120)[0]
    finally:
        process.kill()


class Hostile:
    """The site with all cases, built in both languages."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.malformed: dict[str, str] = {}
        folder = site.folder.parent
        (folder / "secret.txt").write_text("s3cret word")
        picture = bytes.fromhex(
            "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        )
        (folder / "secret.png").write_bytes(picture + b"s3cret word")
        (site.folder / "picture.png").write_bytes(picture)
        for name, translation in CASES.items():
            kind, page = name.split()[0], page_of(name)
            source, original, translation = (
                text.replace("a-label", f"a-label-{page}").replace("Some text", f"Text {page}")
                for text in (
                    PAGES[kind],
                    ORIGINALS.get(kind, "Some text."),
                    fill(translation, folder),
                )
            )
            site.write(f"{page}.md", source)
            text = HEADER + str(polib.POEntry(msgid=original, msgstr=translation))
            file = site.folder / "locale/km/LC_MESSAGES" / f"{page}.po"
            site.write(str(file.relative_to(site.folder)), text)
            if found := mistakes(file):  # with which nothing would be built
                self.malformed[name] = str(found[0])
                file.unlink()
        cells = [line.format(f"number {n}") for n, (line, _) in enumerate(CODE)]
        cells.append(
            ":tags: [hide-input]\n---\nmystnb:\n  code_prompt_show: Show it.\n  image:\n"
            "    alt: An alt text.\n  figure:\n    caption: A caption.\n---\n1"
        )
        cells[-1] = cells[-1].replace(":tags: [hide-input]\n---\n", "---\ntags: [hide-input]\n")
        site.write_cells("code", *cells)
        site.write("locale/km/LC_MESSAGES/code.po", catalogue(self.code_messages(folder)))
        site.edit("conf.py", '"furo"', '"basic"')  # which is faster
        self.en = run(site, "en")
        start = time.monotonic()
        self.km = run(site, "km")
        self.seconds = time.monotonic() - start

    @staticmethod
    def code_messages(folder: Path) -> dict[str, str]:
        messages = {}
        for n, (line, translation) in enumerate(CODE):
            original = re.sub(r"^x = 1  # |^print\(f?\"+|\"+( % 1|\.format\(1\))?\)$", "", line)
            original = original.format(f"number {n}")
            messages[original] = fill(translation, folder)
        return messages | {old: fill(new, folder) for old, new in OPTIONS.items()}


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]
) -> Hostile:
    return Hostile(copy_site("hostile", tmp_path_factory.mktemp("around")))


def test_the_build_ends_and_says_that_it_failed(hostile: Hostile) -> None:
    assert "build succeeded" in hostile.en, hostile.en
    assert "build finished with problems" in hostile.km, hostile.km[-3000:]
    assert hostile.seconds < 60


@pytest.mark.parametrize("name", CASES)
def test_message(hostile: Hostile, name: str) -> None:
    page = page_of(name)
    said = hostile.malformed.get(name, "")
    if not said:
        line = (
            f"{re.escape(page)}.po:\\d+: WARNING: This translation(?: of a formula)? is refused, "
        )
        tex = f"{re.escape(page)}.md:\\d+(?::<translated>:\\d+)?: WARNING: Temml cannot read"
        if found := re.search(f"{line}|{tex}", hostile.km):
            said = " ".join(hostile.km[found.start() :].split("\n", 6)[:6])
            assert re.search("What to do|Correct|change nothing", said)
    assert said or " +" in name, "not refused"
    assert inert(hostile.site.page(page, "km"), hostile.site.page(page, "en")) == []


def test_code(hostile: Hostile) -> None:
    pages = [hostile.site.page("code", language) for language in ("km", "en")]
    assert inert(*pages) == []
    counts = [len(page.select(".cell")) for page in pages]
    assert counts[0] == counts[1] == len(CODE) + 1
    refused = re.findall(r"code\.po:\d+: WARNING: This translation of a", hostile.km)
    assert len(refused) >= 7


def test_no_file_is_read_and_nothing_is_run(hostile: Hostile) -> None:
    assert not (hostile.site.folder.parent / "run").exists()
    for file in (hostile.site.folder / "build").rglob("*"):
        if file.is_file():
            assert b"s3cret word" not in file.read_bytes(), file
    assert "s3cret word" not in hostile.km


@pytest.mark.parametrize("name", ["genindex", "search", "index"])
def test_page_that_is_about_all_the_others(hostile: Hostile, name: str) -> None:
    assert inert(hostile.site.page(name, "km"), hostile.site.page(name, "en")) == []


def test_nothing_active_in_what_scripts_read(hostile: Hostile) -> None:
    """The search index has titles, which Sphinx's script escapes; it is data, nothing else."""
    text = (hostile.site.folder / "build/km/html/searchindex.js").read_text("utf-8")
    assert json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))


def test_no_label_is_taken_from_another_page(hostile: Hostile) -> None:
    names = [
        {line for line in inventory(hostile.site, language) if " std:label " in line}
        for language in ("en", "km")
    ]
    labels = [{line.split()[0] for line in lines} for lines in names]
    assert labels[1] == labels[0] != set()


def inventory(site: Site, language: str) -> list[str]:
    data = (site.folder / "build" / language / "html" / "objects.inv").read_bytes()
    return zlib.decompress(data.split(b"\n", 4)[4]).decode().splitlines()


# --- files ---------------------------------------------------------------------------------------

GOOD = 'msgid "Some text."\nmsgstr "x"\n'


def header(name: str, value: str) -> bytes:
    return (
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"{name}: {value}\\n"\n\n{GOOD}'
    ).encode()


# What is in the file, the line that is named, and a part of what is said.
FILES: dict[str, tuple[bytes, int, str]] = {
    "latin 1": (HEADER.encode() + b'msgid "a"\nmsgstr "caf\xe9"\n', 7, "Save the file as UTF-8"),
    "utf-16": ((HEADER + GOOD).encode("utf-16"), 1, "Save the file as UTF-8"),
    "utf-16 without mark": ((HEADER + GOOD).encode("utf-16-le"), 1, "not of the form"),
    "overlong form": (HEADER.encode() + b'msgid "a"\nmsgstr "\xc0\xbcscript"\n', 7, "not UTF-8"),
    "surrogate": (HEADER.encode() + b'msgid "a"\nmsgstr "\xed\xa0\x80"\n', 7, "not UTF-8"),
    "NUL": (HEADER.encode() + b'msgid "a"\nmsgstr "\x00"\n', 7, "can't be seen"),
    "NUL in a comment": (HEADER.encode() + b"# \x00\n", 6, "can't be seen"),
    "escape sequence of a terminal": (HEADER.encode() + b'msgid "\x1b[2J"\n', 6, r"\x1b[2J"),
    "line separator": ((HEADER + 'msgid "a\u2028"\n').encode(), 6, "can't be seen"),
    "next line": ((HEADER + "# a\x85msgid\n").encode(), 6, "can't be seen"),
    "form feed": (HEADER.encode() + b"# a\x0cmsgid\n", 6, "can't be seen"),
    "escape by number": (HEADER.encode() + rb'msgid "\x3c\74"' + b"\n", 6, "not of the form"),
    "message in a comment": (
        HEADER.encode() + b"# a\rmsgid <\r" + GOOD.encode(),
        7,
        "not of the form",
    ),
    "never ending string": (HEADER.encode() + b'msgid "a\nmsgstr "b"\n', 6, "not of the form"),
    "conflict": (HEADER.encode() + b"<<<<<<< HEAD\n" + GOOD.encode(), 6, "not of the form"),
    "twice": ((HEADER + GOOD + "\n" + GOOD).encode(), 9, "is in line 6, too"),
    "two headers": ((HEADER + GOOD + "\n" + HEADER).encode(), 9, "is in line 1, too"),
    "no msgid": ((HEADER + 'msgstr "x"\n').encode(), 6, "Restore the order"),
    "unknown keyword": ((HEADER + 'domain "x"\n').encode(), 6, "not of the form"),
    "number of a plural": ((HEADER + 'msgstr[99999999] "x"\n').encode(), 6, "not of the form"),
    "utf-7": (HEADER.replace("UTF-8", "utf-7").encode() + GOOD.encode(), 2, "charset=UTF-8"),
    "unknown charset": (HEADER.replace("UTF-8", "x").encode(), 2, "charset=UTF-8"),
    "charset of two lines": (
        header("Content-Type", "text/plain; charset=unicode_escape"),
        2,
        "charset=UTF-8",
    ),
    "plural that calls": (
        header("Plural-Forms", "nplurals=2; plural=__import__('os').system('x');"),
        2,
        "no valid plural",
    ),
    "plural of script": (
        header("Plural-Forms", "nplurals=1; plural=fetch(n);"),
        2,
        "no valid plural",
    ),
    "plural that is deep": (
        header("Plural-Forms", f"nplurals=1; plural={'(' * 5000}n{')' * 5000};"),
        2,
        "no valid plural",
    ),
    "plural that is long": (
        header("Plural-Forms", f"nplurals=1; plural={'n+' * 5000}n**9;"),
        2,
        "no valid plural",
    ),
    "number of plurals": (
        header("Plural-Forms", "nplurals=999999999; plural=0;"),
        2,
        "not of its form",
    ),
    "date": (header("POT-Creation-Date", "yesterday"), 1, "Correct its header"),
    "long": ((HEADER + f'msgid "a"\nmsgstr "{"x" * 5000}"\n').encode(), 7, "Shorten it"),
    "very long": (b"# x\n" * 600_000, 1, "Remove what is not of the page"),
}


@pytest.mark.parametrize("name", FILES)
def test_file(name: str, tmp_path: Path) -> None:
    content, line, words = FILES[name]
    file = tmp_path / "page.po"
    file.write_bytes(content)
    start = time.monotonic()
    (first, *_) = mistakes(file)
    assert time.monotonic() - start < 2
    assert f"{file}:{line}: " in str(first), str(first)
    assert words in str(first)
    assert all(c.isprintable() or c == "\n" for c in str(first))
    assert len(str(first)) < 800


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + (HEADER + GOOD).encode(),
        (HEADER + GOOD).replace("\n", "\r\n").encode(),
        (HEADER + GOOD).replace("\n", "\r").encode(),
        (HEADER.replace("\n", "\r\n") + GOOD).encode(),
        (HEADER + GOOD + '\n#~ msgid "Some text."\n#~ msgstr "<script>"\n').encode(),
        (HEADER + 'msgctxt "a"\n' + GOOD + "\n" + GOOD).encode(),
        GOOD.encode(),
    ],
    ids=["BOM", "CRLF", "CR", "mixed", "obsolete", "context", "no header"],
)
def test_odd_file_that_is_read_well(content: bytes, site: Site) -> None:
    site.write("page.md", PAGES["text"])
    site.write("locale/km/LC_MESSAGES/page.po", "")
    (site.folder / "locale/km/LC_MESSAGES/page.po").write_bytes(content)
    build = site.build("km")
    assert build.status == 0, build.output
    assert site.page("page", "km").select("section > p")[0].text == "x"


def stops(site: Site, path: Path, words: str) -> str:
    """Check that a site is not built, for this reason; return what was printed."""
    start = time.monotonic()
    output = run(site, "km")
    assert time.monotonic() - start < 30
    assert f"{path}:1: WARNING: " in output, output
    assert words in output
    assert "reading sources" not in output
    return output


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "page.po"])
def test_catalogue_that_leads_elsewhere(site: Site, target: str) -> None:
    file = site.folder / "locale/km/LC_MESSAGES/page.po"
    file.parent.mkdir(parents=True)
    file.symlink_to(target)
    assert "root:" not in stops(site, file, "Put the catalogue itself here")


def test_folder_that_leads_elsewhere(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder = site.folder / "locale/km/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "pages").symlink_to(tmp_path / "elsewhere")
    stops(site, folder / "pages", "put catalogues themselves here")


def compile_catalogue(folder: Path, name: str, text: str) -> Path:
    """Write a compiled catalogue, newer than everything else."""
    source = folder / "other.txt"
    source.write_text(text, "utf-8")
    file = folder / f"{name}.mo"
    with source.open(encoding="utf-8") as po, file.open("wb") as mo:
        write_mo(mo, read_po(po, "km"))
    source.unlink()
    os.utime(file, (2e9, 2e9))
    return file


@pytest.mark.parametrize("name", ["page", "sphinx", "nothing"])
def test_compiled_catalogue(site: Site, name: str) -> None:
    """Sphinx would take it for the catalogue itself, as it is newer."""
    site.write("page.md", PAGES["text"])
    for source in ("page", "sphinx"):
        site.write(f"locale/km/LC_MESSAGES/{source}.po", HEADER + GOOD)
    folder = site.folder / "locale/km/LC_MESSAGES"
    stops(
        site,
        compile_catalogue(folder, name, HEADER + GOOD.replace('"x"', '"y"')),
        "Remove it; Sphinx makes it anew",
    )
    (folder / f"{name}.mo").write_bytes(b"\xde\x12\x04\x95" + b"\xff" * 40)
    os.utime(folder / f"{name}.mo", (2e9, 2e9))
    stops(site, folder / f"{name}.mo", "Remove it; Sphinx makes it anew")
    (folder / f"{name}.mo").unlink()
    for _ in range(2):  # with what Sphinx makes, too
        build = site.build("km")
        assert build.status == 0, build.output


def test_script_among_catalogues(site: Site) -> None:
    site.write("locale/km/LC_MESSAGES/sphinx.js", "alert(1)")
    stops(site, site.folder / "locale/km/LC_MESSAGES/sphinx.js", "translate sphinx.po instead")


def test_catalogue_of_no_page_and_removed_translations(site: Site) -> None:
    """They are checked for their form, and nothing else reads them."""
    attack = HEADER + str(
        polib.POEntry(msgid="Some text.", msgstr="```{include} /etc/passwd\n```")
    )
    site.write("page.md", PAGES["text"])
    site.write("locale/km/LC_MESSAGES/gone.po", attack)
    site.write("locale/km/removed.po", attack)
    build = site.build("km")
    assert build.status == 0, build.output
    site.write("locale/km/removed.po", "<<<<<<<\n")
    stops(site, site.folder / "locale/km/removed.po", "not of the form")


def test_definition_in_the_glossary(
    copy_site: Callable[[str, Path], Site], tmp_path: Path
) -> None:
    site = copy_site("glossary-csv", tmp_path)
    (tmp_path / "secret.txt").write_text("s3cret word")
    attack = f"```{{include}} {tmp_path / 'secret.txt'}\n```"
    site.edit("terms.csv", "លេខមួយ។", f'"{attack}"')
    build = site.build("km")
    assert build.status == 1
    for words in ("terms.csv:4: WARNING: This definition is refused", "Write one paragraph"):
        assert words in build.output
    page = site.page("index", "km").text
    assert "A number." in page
    assert "s3cret" not in page


# --- the interface -------------------------------------------------------------------------------

# The original, and what is tried.
INTERFACE = [
    ("Search", "<script>alert(1)</script>"),
    ("Search", 'x" onfocus="alert(1)" autofocus="'),
    ("Search", "x <!--"),
    ("Search", "x > y"),
    ("Search", "{{ cycler.__init__ }}"),
    ("Search", "{% include 'x' %}"),
    ("Search", "${document.cookie}"),
    ("Search", "x" * 5000),
    ("Search", "%s"),
    ("Search", "%(copyright)s"),
    ("Hide Search Matches", "<img src=x onerror=alert(1)>"),
    ("Section %s", "%999999999s"),
    ("Section %s", "%s %s"),
    ("Section %s", "x"),
    ("Section %(name)s", "%(other)s"),
    ("Section {0}", "{0.__class__}"),
    ('Made with <a href="https://a.org/">Sphinx</a>', 'x <a href="javascript:x">Sphinx</a>'),
    ('Made with <a href="https://a.org/">Sphinx</a>', '<a href="https://a.org/" onclick=x>S</a>'),
    ("Show it", "<b>x</b>"),
]


@pytest.mark.parametrize(("msgid", "msgstr"), INTERFACE)
def test_interface(msgid: str, msgstr: str) -> None:
    assert re.match("it has", interface_harm([msgid], msgstr) or "")
    assert (
        interface_harm([msgid], msgid.replace("Section", "ផ្នែក").replace("Search", "រក'")) is None
    )


def test_interface_of_a_site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> None:
    site = copy_site("hostile", tmp_path)
    file = "locale/km/LC_MESSAGES/sphinx.po"
    site.write("page.md", PAGES["text"])
    site.write(file, catalogue({"Copy": "x", "Search": '" onclick="alert(1)'}))
    output = run(site, "km")
    assert f'{site.folder / file}:10: it has ", and the original has not' in output, output
    assert "What to do: write words" in output
    assert not (site.folder / "build/km/html/index.html").exists()
    words = {"Search": "រក {'x'} `y` &lt;", "Copy": "x';alert(1)//", "nobody": "y &amp;"}
    site.write(file, catalogue({**words, "Searching": "\\u003cx"}).replace("{'x'}", ""))
    assert site.build("en").status == 0
    build = site.build("km")
    assert build.status == 0, build.output
    assert inert(site.page("index", "km"), site.page("index", "en")) == []


# --- a fuzzer ------------------------------------------------------------------------------------

#: Pieces that mean something to one of the readers.
PIECES: list[str] = [
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:x'>",
        "<!--",
    ),
    *(
        "[x](javascript:alert(1))",
        "[x](../secret.txt)",
        "[x](conf.py)",
        "![x](../secret.png)",
    ),
    *(
        "<javascript:x>",
        "<https://example.org>",
        "[x](<../secret.txt>)",
        "[x][y]",
        "[y]: conf.py",
    ),
    *(
        "[x](data:image/png;base64,AA)",
        "[x](#a-label)",
        "[x]",
        "(../secret.txt)",
        "{#a-label}",
    ),
    *(
        "{onclick=x}",
        "{.c style=x}",
        "{#fig}",
        "{download}`../secret.txt`",
        "{ref}`x <index>`",
    ),
    *(
        "{raw}`<b>`",
        f"{{eval}}`{PYTHON}`",
        "{include}`SECRET`",
        "{sub}`x`",
        '{abbr}`x (y" z)`',
    ),
    *(
        "```{include} SECRET",
        "```{raw} html",
        ":::{raw} html",
        "```{code-cell}",
        "```{eval-rst}",
    ),
    *(
        "```",
        ":::",
        "~~~",
        "````",
        ".. raw:: html",
        PYTHON,
        "{{ 1 }}",
        "{% x %}",
        "|x|",
        SETTINGS,
    ),
    *(
        "---",
        "...",
        "+++",
        "(a-label)=",
        "% x",
        "# x",
        "===",
        "> ",
        "- ",
        "1. ",
        "\t",
        "    ",
        "***",
    ),
    *(
        "$",
        "$$",
        "$x$",
        "\\href{javascript:x}{x}",
        "\\def\\a{\\a\\a}\\a",
        "\\text{",
        "\\url{x}",
        "}",
    ),
    *(
        "[^a]",
        "[^b]: x",
        ": x",
        "| a | b |",
        "|---|---|",
        "\\",
        "`",
        "``",
        "*",
        "**",
        "_",
        "<",
        ">",
    ),
    *(
        "&lt;",
        "&#x6a;",
        "&NewLine;",
        '"',
        "'",
        "::",
        "# noqa",
        "ខ្មែរ",
        "\u200b",
        "\u202e",
        "x",
        "%s",
    ),
    *(
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "!",
        "{term}`",
        "{value}`",
        "{ref}`",
        "\r",
        "\xa0",
        " : ",
    ),
]
SEPARATORS = ["", "", " ", "\n", "\n\n", "\n> ", "\n  "]
translations = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(SEPARATORS)), min_size=1, max_size=9
).map(lambda pairs: "".join(piece + separator for piece, separator in pairs).rstrip("\n"))

#: All kinds of messages, on one page for each batch.
PAGE = """\
---
file_format: mystnb
kernelspec:
  name: python3
  language: python
myst:
  html_meta:
    description: Number 0.
---

# Number 1.

Number 2. See [](#a-label), {{ref}}`it <a-label>`, {{download}}`picture.png` and ![x](picture.png).

- Number 3.

> Number 4.

| A | B |
|---|---|
| Number 5. | C |

A word
: Number 6.[^a]

[^a]: Number 7.

```{{figure}} picture.png
:alt: Number 8.

Number 9.
```

```{{admonition}} Number 10.
Number 11.
```

$$
\\frac{{\\text{{Number 12.}}}}{{2}}
$$

```{{glossary}}
Number 13.
  Number 14.
```

```{{code-cell}} ipython3
print("Number 15.")  # Number 16.
```

(a-label)=
## Number 17.

{paragraphs}
"""
SPECIAL = {
    2: "Number 2. See [](#a-label), {ref}`it <a-label>`, {download}`picture.png` and "
    "![x](picture.png).",
    6: "Number 6.[^a]",
    12: "\\frac{\\text{Number 12.}}{2}",
}
BATCH = 60

PROFILE = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
#: How often more than in the suite; for a long run by hand.
TIMES = int(os.environ.get("HOSTILE_TIMES", "1"))


@pytest.fixture(scope="module")
def victim(
    tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]
) -> Site:
    """Return a site with a page that has all kinds of messages, built in its own language."""
    site = copy_site("hostile", tmp_path_factory.mktemp("fuzzed"))
    (site.folder.parent / "secret.txt").write_text("s3cret word")
    (site.folder.parent / "secret.png").write_text("s3cret word")
    (site.folder / "picture.png").write_text("")
    site.edit("conf.py", '"furo"', '"basic"')
    site.edit("conf.py", '    "cells",\n', "")
    site.edit("conf.py", "gettext_compact = False", 'nb_execution_mode = "off"')
    paragraphs = "\n\n".join(f"Number {n}." for n in range(18, BATCH))
    site.write("page.md", PAGE.format(paragraphs=paragraphs))
    build = site.build("en")
    assert build.status == 0, build.output
    return site


refused: Counter[str] = Counter()


@settings(PROFILE, max_examples=20 * TIMES)
@given(st.lists(translations, min_size=BATCH, max_size=BATCH))
def test_no_batch_of_translations_does_harm(victim: Site, batch: list[str]) -> None:
    """Sixty translations go through a whole build: catalogue, transforms, writer, page.

    They are put together of what means something to MyST, HTML, Jinja, TeX, Python or Sphinx, and
    stand for each kind of message: titles, paragraphs, items, quotes, table cells, definitions,
    footnotes, captions, alt texts, admonitions, formulas, terms, code, ``<meta>``. The page is
    held against the same page in the language of the original, as above; no file is read, nothing
    is run, and each build ends in time and without a traceback.
    """
    folder = victim.folder.parent
    messages = {SPECIAL.get(n, f"Number {n}."): fill(text, folder) for n, text in enumerate(batch)}
    victim.write("locale/km/LC_MESSAGES/page.po", catalogue(messages))
    if mistakes(victim.folder / "locale/km/LC_MESSAGES/page.po"):
        messages = {old: new.replace("\xa0", " ") for old, new in messages.items()}
        victim.write("locale/km/LC_MESSAGES/page.po", catalogue(messages))
    shutil.rmtree(victim.folder / "build/km", ignore_errors=True)
    start = time.monotonic()
    build = victim.build("km")
    assert time.monotonic() - start < 30
    assert "Traceback" not in build.output, build.output
    assert "no page was read" not in build.output, build.output
    refused["all"] += BATCH
    refused["refused"] += build.output.count(" is refused, and the original stays")
    assert inert(victim.page("page", "km"), victim.page("page", "en")) == []
    index = inert(victim.page("genindex", "km"), victim.page("genindex", "en"))
    assert [what for what in index if not what.startswith("id=")] == []  # of the first letters
    assert not (folder / "run").exists()
    for file in (victim.folder / "build").rglob("*"):
        if file.is_file():
            assert b"s3cret word" not in file.read_bytes(), file


def test_batches_were_not_all_refused() -> None:
    """The test before this one would show little if hardly a translation had been accepted."""
    if refused:
        assert 0.2 < refused["refused"] / refused["all"] < 0.8


@settings(PROFILE, max_examples=1500 * TIMES)
@given(
    st.sampled_from(["Search", "Section %s", "%(name)s <b>x</b>", "{0} of ${n}"]),
    st.lists(
        st.sampled_from([*PIECES, "%s", "%d", "%(name)s", "<b>", "</b>", "%", "{0}", "${n}"])
    ),
)
def test_no_interface_string_does_harm(msgid: str, pieces: list[str]) -> None:
    """What is accepted can stand in a template as it is, and be filled in."""
    msgstr = "".join(pieces)
    if interface_harm([msgid], msgstr):
        return
    template = '<p title="{0}" id="p">{0}</p>'
    new, old = (
        BeautifulSoup(template.replace("{0}", text), "html.parser") for text in (msgstr, msgid)
    )
    assert inert(new, old) == []
    assert len(new.find_all()) <= len(old.find_all())
    if "%s" in msgid:
        assert len(msgstr % "x") < 2000
    elif "%(" in msgid:
        assert len(msgstr % {"name": "x"}) < 2000


FOLDER = Path(tempfile.mkdtemp())
LINES: list[str] = [
    *(
        'msgid "a"',
        'msgstr "b"',
        'msgid ""',
        'msgstr ""',
        '"c\\n"',
        "",
        "# x",
        "#, fuzzy",
        "#~ msgid",
    ),
    *(
        'msgctxt "c"',
        'msgid_plural "as"',
        'msgstr[0] "b"',
        'msgstr[1] "b"',
        "#: x:1",
        "#| msgid",
    ),
    *(
        'msgid "d"',
        'msgstr "e\\\\"',
        'msgstr "\\"',
        '"',
        "msgid",
        "#\rmsgid",
        'msgstr "\\x41"',
        "\t",
    ),
    *(
        'msgid "f"',
        'msgstr "g\\""',
        'msgstr "\\"h\\r"',
        '#~ msgstr "x"',
        "\ufeff",
        "\x0c",
        "\x85",
    ),
    *('msgstr "Plural-Forms: nplurals=2; plural=n>1;\\n"', '"Content-Type: text/plain\\n"'),
]


@settings(PROFILE, max_examples=1500 * TIMES)
@given(st.lists(st.sampled_from(LINES), max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_all_readers_read_the_same(lines: list[str], end: str) -> None:
    """Babel, which Sphinx uses, and polib, which checks and code messages use."""
    file = FOLDER / "page.po"
    file.write_text(end.join(lines), "utf-8", newline="")
    if mistakes(file):
        return
    with file.open(encoding="utf-8-sig") as text:
        babel = {
            (message.context or "", message.id): message.string
            for message in read_po(text, "km")
            if message.id and isinstance(message.id, str)
        }
    polibs = {
        (entry.msgctxt or "", entry.msgid): entry.msgstr
        for entry in polib.pofile(str(file))
        if not entry.obsolete and not entry.msgid_plural
    }
    assert babel == polibs
