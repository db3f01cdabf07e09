"""The policy that each page carries, and what browsers make of it."""

from __future__ import annotations

import doctest
import re
import runpy

import content_security_policy
import pytest
from conftest import ROOT, SITE, Site
from content_security_policy import protect, source_of
from playwright.sync_api import Browser, expect
from test_browser import LANGUAGES

POLICY: dict[str, str] = runpy.run_path(str(ROOT / "conf.py"))["content_security_policy"]


def test_examples() -> None:
    assert doctest.testmod(content_security_policy).failed == 0


def test_policy_of_the_book_lets_in_nothing_else() -> None:
    assert (
        POLICY.items()
        >= {
            "default-src": "'self'",
            "script-src": "'self'",
            "style-src": "'self'",
            "style-src-attr": "'unsafe-inline'",
            "img-src": "'self' data:",
            "object-src": "'none'",
            "base-uri": "'none'",
        }.items()
    )
    assert "unsafe" not in "".join(POLICY[name] for name in POLICY if name != "style-src-attr")


def test_inline_scripts_and_style_sheets_are_named() -> None:
    page = (
        "<html><head><title>&lt;script&gt;</title><script src='a.js'></script>"
        "<script>a < b && c</script><style>p > a {}</style></head>"
        "<body><script>\n  é\n</script><script>a < b && c</script></body></html>"
    )
    found = protect(page, {"script-src": "'self'", "style-src": "'none'"})
    (content,) = re.findall(
        '<head><meta http-equiv="Content-Security-Policy" content="(.*?)">', found
    )
    wanted = ["a < b && c", "\n  é\n"]
    assert content == (
        f"script-src 'self' {' '.join(map(source_of, wanted))}; "
        f"style-src 'none' {source_of('p > a {}')}"
    )
    assert protect(found, {"script-src": "'self'"}) == found


def test_pages_written_again_are_protected_once(site: Site) -> None:
    with (site.folder / "conf.py").open("a") as file:
        file.write('extensions += ["content_security_policy"]\n')
        file.write("content_security_policy = {'default-src': \"'self'\"}\n")
    for text in ("one", "two"):
        site.write("page.md", f"# A page\n\n{text}\n")
        assert site.build().status == 0
        for name in ("page", "index", "search"):
            assert str(site.page(name)).count("Content-Security-Policy") == 1


def test_every_page_of_the_book_is_protected() -> None:
    pages = list(SITE.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        head = path.read_text("utf-8").partition("<script")[0]
        assert head.count("Content-Security-Policy") == 1, path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("origin", ["http", "file"])
def test_scripts_of_others_do_not_run(
    browser: Browser, address: str, language: str, origin: str
) -> None:
    """The page's own run, over HTTP and from a file."""
    base = address if origin == "http" else f"{SITE.as_uri()}/"
    context = browser.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text))
    page.goto(f"{base.rstrip('/')}/{language}/lessons/derivatives.html")
    expect(page.locator("secant-tangent.ready")).to_be_attached()
    assert page.evaluate("document.body.dataset.theme") == "auto"
    assert not [text for text in refused if "Content Security Policy" in text]
    for attack in (
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        "document.body.append(s)",
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')",
        "setTimeout('window.ran = 1')",
        "document.body.insertAdjacentHTML('beforeend', '<a id=bad href=\"javascript:ran = 1\">x');"
        "document.getElementById('bad').click()",
    ):
        refused.clear()
        page.evaluate(f"() => {{ {attack} }}")
        page.wait_for_timeout(200)
        assert page.evaluate("window.ran") is None
        assert any("Content Security Policy" in text for text in refused)
    context.close()
