"""The menu of languages: the same page in each, from wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from sphinx.util.docutils import patch_docutils

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.testing.util import SphinxTestApp


@pytest.mark.sphinx(testroot="languages-menu")
@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize(
    ("builder", "name", "file", "urls"),
    [
        ("html", "index", "index.html", "../{}/index.html"),
        ("html", "page", "lessons/deep/page.html", "../../../{}/lessons/deep/page.html"),
        ("html", "genindex", "genindex.html", "../{}/genindex.html"),
        ("html", "search", "search.html", "../{}/search.html"),
        ("dirhtml", "index", "index.html", "../{}/"),
        ("dirhtml", "page", "lessons/deep/page/index.html", "../../../../{}/lessons/deep/page/"),
    ],
)
def test_menu(
    make_app: Callable[..., SphinxTestApp],
    app_params: tuple,
    builder: str,
    name: str,
    file: str,
    urls: str,
    language: str,
) -> None:
    _, kwargs = app_params
    with patch_docutils():
        app = make_app(builder, **kwargs, confoverrides={"language": language})
        app.build()
    assert not app.warning.getvalue()
    page = BeautifulSoup((app.outdir / file).read_text("utf-8"), "html.parser")
    menu = page.select("a.language")
    assert [(link["lang"], link.text) for link in menu] == [
        ("en", "English"),
        ("km", "ភាសាខ្មែរ"),
        ("pt-BR", "português"),
    ]
    assert [link["href"] for link in menu] == [urls.format(code) for code in ("en", "km", "pt_BR")]
    alternates = page.select("link[rel=alternate][hreflang]")
    assert [(link["hreflang"], link["href"]) for link in alternates] == [
        *((link["lang"], link["href"]) for link in menu),
        ("x-default", menu[0]["href"]),
    ]
    assert [link["lang"] for link in menu if link.has_attr("aria-current")] == [language]


@pytest.mark.sphinx(
    testroot="languages-menu", confoverrides={"html_baseurl": "https://example.org/book/en/"}
)
def test_whole_addresses(app: SphinxTestApp) -> None:
    with patch_docutils():
        app.build()
    page = BeautifulSoup((app.outdir / "lessons/deep/page.html").read_text("utf-8"), "html.parser")
    assert [link["href"] for link in page.select("link[hreflang]")] == [
        f"https://example.org/book/{code}/lessons/deep/page.html"
        for code in ("en", "km", "pt_BR", "en")
    ]
