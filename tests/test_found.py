"""What search engines and other sites read of the book, each with a real parser."""

from __future__ import annotations

import doctest
import urllib.robotparser
from pathlib import Path
from xml.etree import ElementTree

import build_site
import card
import open_graph
import pytest
from bs4 import BeautifulSoup
from conftest import SITE, Site
from PIL import Image
from test_browser import LANGUAGES, PAGES

URL = "https://book.example/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"

#: Pages that say something, in a language.
CONTENT = [page for page in PAGES if page[3:] not in build_site.NO_CONTENT and "/" in page]


def head(path: str, site: Path = SITE) -> BeautifulSoup:
    return BeautifulSoup((site / path).read_text("utf-8"), "html.parser")


def properties(page: BeautifulSoup) -> dict[str, str]:
    return {str(tag["property"]): str(tag["content"]) for tag in page.select("meta[property]")}


def test_examples() -> None:
    assert [doctest.testmod(module).failed for module in (open_graph, card)] == [0, 0]


@pytest.mark.parametrize("path", CONTENT)
def test_each_page_describes_itself_in_its_language(path: str) -> None:
    page = head(path)
    (description,) = page.select("meta[name=description]")
    assert 50 < len(str(description["content"])) < 320
    found = properties(page)
    assert found["og:description"] == description["content"]
    assert found["og:site_name"] == "Nudge"
    assert found["og:locale"] == {"en": "en_US", "km": "km_KH"}[path[:2]]
    assert found["og:title"] in page.find("h1").text  # type: ignore[union-attr]
    assert found["og:type"] == ("website" if path[3:] == "index.html" else "article")
    khmer = any("\u1780" <= letter <= "\u17ff" for letter in found["og:description"])
    assert khmer == path.startswith("km/")


def test_descriptions_differ() -> None:
    found = [properties(head(path))["og:description"] for path in CONTENT]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("path", [*CONTENT, "en/search.html", "km/genindex.html"])
def test_languages_of_a_page(path: str) -> None:
    links = {
        str(link["hreflang"]): str(link["href"])
        for link in head(path).select("link[rel=alternate]")
    }
    there = {
        name: str((SITE / path).parent.joinpath(address).resolve().relative_to(SITE))
        for name, address in links.items()
    }
    rest = path.partition("/")[2]
    assert there == {"en": f"en/{rest}", "km": f"km/{rest}", "x-default": f"en/{rest}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_picture(language: str) -> None:
    with Image.open(SITE / language / "_static" / "card.png") as picture:
        assert (picture.size, picture.format) == ((open_graph.WIDTH, open_graph.HEIGHT), "PNG")
    assert (SITE / language / "_static" / "card.png").stat().st_size < 100_000


def test_pictures_differ() -> None:
    one, other = [(SITE / language / "_static/card.png").read_bytes() for language in LANGUAGES]
    assert one != other


def test_icon() -> None:
    for path in ("index.html", "404.html", "en/index.html", "km/lessons/adam.html"):
        (icon,) = head(path).select("link[rel~=icon]")
        address = str(icon["href"])
        folder = SITE if address.startswith("/") else (SITE / path).parent
        file = folder / address.lstrip("/").partition("?")[0]
        assert ElementTree.parse(file).getroot().tag.endswith("svg")


# --- on a host ---------------------------------------------------------------------------------


@pytest.fixture
def hosted_root(tmp_path: Path) -> Path:
    """Return the root of the site as it is at an address."""
    for language in LANGUAGES:
        (tmp_path / language).symlink_to(SITE / language)
    build_site.write_root(tmp_path, URL)
    return tmp_path


def test_sitemap(hosted_root: Path) -> None:
    pages = ElementTree.parse(hosted_root / "sitemap.xml").getroot().findall(f"{SITEMAP}url")
    found = {page.findtext(f"{SITEMAP}loc"): page.findall(f"{XHTML}link") for page in pages}
    assert sorted(map(str, found)) == sorted(URL + path for path in CONTENT)
    for address, links in found.items():
        rest = str(address).removeprefix(URL)[3:]
        assert {link.get("hreflang"): link.get("href") for link in links} == {
            "en": f"{URL}en/{rest}",
            "km": f"{URL}km/{rest}",
            "x-default": f"{URL}en/{rest}",
        }


def test_robots_are_welcome(hosted_root: Path) -> None:
    parser = urllib.robotparser.RobotFileParser()
    parser.parse((hosted_root / "robots.txt").read_text("utf-8").splitlines())
    assert parser.can_fetch("any", f"{URL}km/lessons/adam.html")
    assert parser.site_maps() == [f"{URL}sitemap.xml"]


def test_first_page_on_a_host(hosted_root: Path) -> None:
    page = head("index.html", hosted_root)
    found = properties(page)
    assert found["og:url"] == URL
    assert found["og:image"] == f"{URL}en/_static/card.png"
    assert found["og:description"] == properties(head("en/index.html"))["og:description"]
    links = {str(a["hreflang"]): a["href"] for a in page.select("link[rel=alternate]")}
    assert links == {
        "en": f"{URL}en/index.html",
        "km": f"{URL}km/index.html",
        "x-default": URL,
    }
    not_found = head("404.html", hosted_root)
    assert [a["href"] for a in not_found.select("main a")] == [
        f"{URL}en/404.html",
        f"{URL}km/404.html",
    ]


def test_nothing_for_robots_where_there_is_no_address() -> None:
    assert not (SITE / "sitemap.xml").exists()
    assert not (SITE / "robots.txt").exists()


# --- the extension -----------------------------------------------------------------------------


def test_tags(site: Site) -> None:
    """Escaped, with whole addresses, and none where there is nothing to say."""
    with (site.folder / "conf.py").open("a") as file:
        file.write(
            'extensions += ["open_graph"]\nhtml_title = "A & B"\n'
            'html_baseurl = "https://book.example/en/"\nopen_graph_image = "_static/a.png"\n'
        )
    site.write(
        "page.md",
        "---\nmyst:\n  html_meta:\n    description: 'Of \"a\" < b.'\n---\n\n# The *first* `x`\n",
    )
    build = site.build()
    assert build.status == 0, build.output
    assert properties(site.page()) == {
        "og:type": "article",
        "og:site_name": "A & B",
        "og:title": "The first x",
        "og:description": 'Of "a" < b.',
        "og:locale": "en_US",
        "og:url": "https://book.example/en/page.html",
        "og:image": "https://book.example/en/_static/a.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": site.page("index").find("h1").text.rstrip("¶"),  # type: ignore[union-attr]
        "twitter:card": "summary_large_image",
    }
    assert "og:description" not in properties(site.page("index"))
    assert not properties(site.page("search"))


def test_card_holds_a_long_question(tmp_path: Path) -> None:
    card.draw("why " * 40, "Nudge", tmp_path / "card.png")
    with Image.open(tmp_path / "card.png") as picture:
        assert picture.size == (1200, 630)
