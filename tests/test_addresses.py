"""Addresses last: a page that has moved leaves a page that leads to it.

``addresses.txt`` lists each address that a page of the book has ever had. Lines are added to it,
never taken away.
"""

from __future__ import annotations

import runpy

import pytest
from conftest import ROOT, SITE, Site
from playwright.sync_api import Browser
from test_browser import LANGUAGES

PUBLISHED = set((ROOT / "tests" / "addresses.txt").read_text("utf-8").split())
SETTINGS = runpy.run_path(str(ROOT / "conf.py"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_once_published_leads_to_a_page(language: str) -> None:
    folder = SITE / language
    now = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert not PUBLISHED - now, "name where these have gone, in conf.py: rediraffe_redirects"
    assert not now - PUBLISHED, "new addresses: add them to tests/addresses.txt"


# --- a page that moves -------------------------------------------------------------------------


@pytest.fixture
def moved(site: Site) -> Site:
    """Return a site whose page ``old`` became ``lessons/new``, with the settings of the book."""
    names = ("rediraffe_template", "content_security_policy")
    settings = "\n".join(f"{name} = {SETTINGS[name]!r}" for name in names)
    with (site.folder / "conf.py").open("a") as file:
        file.write(
            'extensions += ["content_security_policy", "sphinxext.rediraffe"]\n'
            f"{settings}\n"
            'rediraffe_redirects = {"old": "part/newer", "part/newer": "lessons/new"}\n'
        )
    site.write("page.md", "# A page\n")
    site.write("lessons/new.md", "---\norphan: true\n---\n# New\n\n(far)=\n## Far\n\nText.\n")
    return site


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("old", ["old", "part/newer"])
def test_a_page_that_has_moved_is_found(
    browser: Browser, moved: Site, old: str, scripts: bool
) -> None:
    """With and without scripts; with them, the place in the page and the query are kept."""
    build = moved.build()
    assert build.status == 0, build.output
    html = moved.folder / "build" / "en" / "html"
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(f"{(html / old).as_uri()}.html?q=1#far")
    new = f"{(html / 'lessons/new.html').as_uri()}"
    page.wait_for_url(f"{new}?q=1#far" if scripts else new)
    assert page.title().startswith("New")
    assert not refused
    context.close()


def test_what_is_at_an_old_address(moved: Site) -> None:
    """For search engines the new address, for readers a link, and the policy of each page."""
    moved.build()
    page = moved.page("part/newer")
    assert page.select("link[rel=canonical]")[0]["href"] == "../lessons/new.html"
    assert page.select("body a")[0]["href"] == "../lessons/new.html"
    assert page.select("meta[http-equiv=Content-Security-Policy]")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("old", "gone", "old.html redirects to gone.html but"),
        ("page", "lessons/new", "page.html redirects to lessons/new.html but"),
        ("old", "old", "circular redirect"),
    ],
)
def test_a_wrong_redirect_fails_the_build(moved: Site, old: str, new: str, said: str) -> None:
    moved.edit("conf.py", '"lessons/new"}', f'"lessons/new", "{old}": "{new}"}}')
    build = moved.build()
    assert build.status
    assert said in build.output
