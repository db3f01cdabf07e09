"""The built site in a real browser, served over HTTP as a host would."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import build_site
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, SITE
from first_visit import first_visit, hosted
from PIL import Image
from playwright.sync_api import Browser, Page, expect

LANGUAGES = ["en", "km"]
NAMES = {"en": "English", "km": "ភាសាខ្មែរ"}
PAGES = sorted(
    path
    for file in SITE.rglob("*.html")
    if (path := str(file.relative_to(SITE)))[3:] not in build_site.MOVED
)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", [path for path in PAGES if path != "index.html"])
def test_page_loads_clean(page: Page, address: str, path: str) -> None:
    """No console error, no failed request, none to another site, the right language."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((address, "data:"))
            else problems.append(f"leaves the site: {request.url}")
        ),
    )
    query = "?q=x" if path.endswith("search.html") else ""  # else that page is empty
    response = page.goto(path + query, wait_until="networkidle")
    assert response
    assert response.ok
    assert not problems
    if path.startswith(("en/", "km/")):
        expect(page.locator("html")).to_have_attribute("lang", path[:2])
        expect(page.get_by_role("main")).to_be_visible()


@pytest.mark.parametrize(
    "path", [path.removeprefix("en/") for path in PAGES if path.startswith("en/")]
)
@pytest.mark.parametrize(("start", "goal"), [("en", "km"), ("km", "en")])
def test_switcher_leads_to_the_same_page(page: Page, path: str, start: str, goal: str) -> None:
    page.goto(f"{start}/{path}")
    page.get_by_role("link", name=NAMES[goal]).click()
    page.wait_for_url(f"**/{goal}/{path}")
    expect(page.locator("html")).to_have_attribute("lang", goal)


@pytest.mark.parametrize(("start", "goal"), [("en", "km"), ("km", "en")])
def test_switcher_keeps_the_fragment(page: Page, start: str, goal: str) -> None:
    page.goto(f"{start}/lessons/derivatives.html#too-small")
    page.get_by_role("link", name=NAMES[goal]).click()
    page.wait_for_url(f"**/{goal}/lessons/derivatives.html#too-small")
    expect(page.locator("#too-small h2")).to_be_in_viewport()


def test_switcher_works_on_a_phone(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto("en/lessons/derivatives.html")
    page.locator("label.nav-overlay-icon").click()
    page.get_by_role("link", name=NAMES["km"]).click()
    page.wait_for_url("**/km/lessons/derivatives.html")
    context.close()


def parsed(path: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")


@cache
def fragments(path: str) -> set[str]:
    """The ids of a page; most pages are linked from hundreds of places."""
    return {str(element["id"]) for element in parsed(path).select("[id]")}


@pytest.mark.parametrize("path", [path for path in PAGES if path != "404.html"])
def test_links_within_the_site_lead_somewhere(path: str) -> None:
    """Each address names a file of the site, and each fragment an element in it."""
    base = f"http://site/{path}"
    for element in parsed(path).select("[href], [src]"):
        link = str(element.get("href") or element.get("src"))
        if urlsplit(link).scheme:
            continue
        address, fragment = urldefrag(urljoin(base, link))
        target = unquote(urlsplit(address).path).lstrip("/")
        assert (SITE / target).is_file(), f"{path} links to {link}"
        if fragment:
            assert unquote(fragment) in fragments(target), f"{path} links to {link}"


@pytest.mark.parametrize(("locale", "goal"), [("km-KH", "km"), ("en-GB", "en")])
def test_root_chooses_the_language(browser: Browser, address: str, locale: str, goal: str) -> None:
    context = browser.new_context(base_url=address, locale=locale)
    page = context.new_page()
    page.goto("/")
    page.wait_for_url(f"**/{goal}/index.html")
    context.close()


def test_root_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name=NAMES["km"]).click()
    expect(page.locator("html")).to_have_attribute("lang", "km")
    context.close()


def test_a_missing_page_is_explained_in_its_language(page: Page) -> None:
    page.goto("404.html?km/")  # the host shows this page; the script looks at the path only
    expect(page.get_by_role("link", name=NAMES["km"])).to_be_visible()
    page.goto("km/404.html")
    expect(page.locator("html")).to_have_attribute("lang", "km")


def test_khmer_is_set_in_the_font_of_the_site(page: Page) -> None:
    page.goto("km/lessons/derivatives.html", wait_until="networkidle")
    loaded = page.evaluate(
        "[...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)"
    )
    assert "Noto Sans Khmer" in " ".join(loaded)


AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
TWO_FRAMES = "done => requestAnimationFrame(() => requestAnimationFrame(done))"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: What is looked at in each scheme. In the dark, only colours are others than in the light, and
#: those of formulas are the colours of the text around them.
LOOKED_AT = {
    "light": ("document", WCAG),
    "dark": ("{ exclude: [['math']] }", ["color-contrast"]),
}


@pytest.mark.parametrize("path", [path for path in PAGES if path != "index.html"])
def test_accessible(page: Page, path: str) -> None:
    """axe-core finds no violation of WCAG 2.2 AA: wide and narrow, light and dark."""
    page.goto(path, wait_until="load")
    page.evaluate(AXE)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(f"() => new Promise({TWO_FRAMES})")  # till the page knows of it
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            where, rules = LOOKED_AT[scheme]
            result = page.evaluate(f"rules => axe.run({where}, {{ runOnly: rules }})", rules)
            found = [
                f"{violation['id']}: {node['html']}: {node['failureSummary']}"
                for violation in result["violations"]
                for node in violation["nodes"]
            ]
            assert not found, f"{width}px, {scheme}: {found}"


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_no_wider_than_a_phone(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(path, wait_until="load")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lesson", sorted(path.stem for path in SITE.glob("en/lessons/*.html")))
@pytest.mark.parametrize(("language", "limit", "first"), [("en", 200, 150), ("km", 257, 210)])
def test_weight_of_a_first_visit(
    browser: Browser, lesson: str, language: str, limit: int, first: int
) -> None:
    """All that a student's phone has to fetch for a lesson, in KB; 57 are the Khmer font.

    The first lesson, which most readers open first, has a limit of its own.
    """
    with hosted(SITE) as address:
        sizes = first_visit(browser, f"{address}{language}/lessons/{lesson}.html")
    assert len(sizes) > 10
    assert sum(sizes) / 1000 <= (first if lesson == "derivatives" else limit)


SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((e) => e.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_moves_when_fonts_arrive(
    browser: Browser, address: str, language: str, width: int
) -> None:
    """Cumulative layout shift (https://web.dev/articles/cls) of a first visit, the best of three:
    on a busy machine the browser may come to the fonts late."""
    shifts = []
    for _ in range(3):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.add_init_script(SHIFTS)
        page.goto(f"{address}{language}/lessons/derivatives.html", wait_until="networkidle")
        shifts.append(sum(page.evaluate("window.shifts")))
        context.close()
    assert min(shifts) < 0.02


@pytest.mark.parametrize("language", LANGUAGES)
def test_lesson_without_javascript(browser: Browser, address: str, language: str) -> None:
    """Text, formulas and plots are there; folded code and solutions open; the menu leads on."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{language}/lessons/derivatives.html")
    expect(page.locator("math").first).to_be_visible()
    expect(page.locator("figure img").first).to_be_visible()
    folds = page.locator("details.hide"), page.locator("details.sd-dropdown")
    for folded in (some.filter(has=page.locator("pre")).first for some in folds):
        folded.locator("summary").click()
        expect(folded.locator("pre").first).to_be_visible()
    other = "km" if language == "en" else "en"
    page.get_by_role("link", name=NAMES[other]).click()
    expect(page.locator("html")).to_have_attribute("lang", other)
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_lesson_on_paper(page: Page, language: str) -> None:
    """Menus stay away, text and plots are black on white, and no line is cut off."""
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 900})  # about A4 without its margins
    page.goto(f"{language}/lessons/derivatives.html", wait_until="networkidle")
    expect(page.locator(".sidebar-drawer")).to_be_hidden()
    expect(page.locator(".downloads")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light"
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    cut = page.locator("pre").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth)")
    assert not cut


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_plots_follow_the_switch_of_the_theme(
    browser: Browser, address: str, theme: str, system: str
) -> None:
    """The ink of a plot stands out from the page, whatever the system prefers."""
    context = browser.new_context(base_url=address, color_scheme=system)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.goto("en/lessons/derivatives.html", wait_until="networkidle")
    picture = page.locator("figure img").first.screenshot()
    pixels = Image.open(io.BytesIO(picture)).convert("L")
    background = pixels.getpixel((0, 0))
    darkest, lightest = pixels.getextrema()
    context.close()
    assert isinstance(background, int)
    if theme == "light":
        assert background > 240
        assert darkest < 60
    else:
        assert background < 40
        assert lightest > 190


#: Words of the interface that are the same in Khmer.
SAME_IN_KHMER = {"nudge", "furo", "english", "notebook", "relu", "python", "mit", "cc", "by"}


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("km/")])
def test_no_english_is_left_in_the_khmer_interface(page: Page, path: str) -> None:
    """All that stands around the article, and all names that only screen readers say.

    Names inside the article, such as alt texts, may hold words of the lesson that Khmer takes from
    English (Adam, Sigmoid), so they need only be Khmer sentences: if the page does not say itself
    that it is not translated to the end, and but for works cited, which keep their own language.
    """
    page.goto(path, wait_until="load")
    said = page.evaluate(
        """() => {
          const named = ["aria-label", "title", "placeholder", "alt"];
          const article = document.querySelector("article");
          const names = (elements) =>
            elements.flatMap((e) => named.map((a) => e.getAttribute(a))).filter(Boolean);
          const elements = [...document.querySelectorAll(named.map((a) => `[${a}]`).join())];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          const texts = [];
          while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            const hidden = parent.closest("article, script, style, noscript");
            if (!hidden) texts.push(walker.currentNode.data);
          }
          const around = elements.filter((e) => !article?.contains(e));
          const within = elements.filter(
            (e) => article?.contains(e) && !e.matches('[href*="references.html#"]')
          );
          const unfinished = article?.querySelector(".translation-note");
          return {
            around: [...names(around), ...texts],
            within: unfinished ? [] : names(within),
          };
        }"""
    )
    titles = {
        str(link.get("title") or link.text)
        for link in parsed(path).select(
            ".sidebar-tree a, .toc-tree a, .related-pages a, link[rel=next], link[rel=prev]"
        )
    }
    words = {
        word
        for text in said["around"]
        if text not in titles and "fig-" not in text
        for word in re.findall(r"[A-Za-z]{2,}", text)
    }
    assert not {word for word in words if word.lower() not in SAME_IN_KHMER}
    assert not [
        text
        for text in said["within"]
        if re.search("[A-Za-z]{2}", text) and not re.search("[\u1780-\u17ff]", text)
    ]
