"""A Content-Security-Policy in each page, which any static host can serve.

Browsers then run no script and apply no style sheet but the site's own, whatever a page came to
hold: with the settings ::

    content_security_policy = {"default-src": "'self'", "script-src": "'self'"}

each page has ::

    <meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' …">

where the hashes of the page's own inline scripts and style sheets, which a theme has written, are
added to ``script-src`` and ``style-src``. A script that comes into a page in any other way, or is
changed after the build, has no hash there, and does not run.

See the `recommendation of the W3C <https://www.w3.org/TR/CSP3/>`__. What only a server can say,
such as ``frame-ancestors``, is of no use here.
"""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

META = '<meta http-equiv="Content-Security-Policy" content="'
HEAD = "<head>"
DIRECTIVES = {"script": "script-src", "style": "style-src"}


class Inline(HTMLParser):
    """Collects the inline scripts and style sheets of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: dict[str, list[str]] = defaultdict(list)
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DIRECTIVES and "src" not in dict(attrs):
            self.within = DIRECTIVES[tag]
            self.found[self.within].append("")

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within:
            self.found[self.within][-1] += data


def source_of(text: str) -> str:
    """How a policy names an inline script or style sheet.

    >>> source_of("alert(1)")
    "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    """
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def protect(page: str, policy: Mapping[str, str]) -> str:
    """Put a policy at the beginning of a page's head, if there is none yet.

    >>> print(protect("<head></head>", {"style-src": "'self'"})[6:-7])
    <meta http-equiv="Content-Security-Policy" content="style-src 'self'">
    """
    if META in page:
        return page
    inline = Inline()
    inline.feed(page)
    allowed = [
        " ".join([name, sources, *dict.fromkeys(map(source_of, inline.found[name]))])
        for name, sources in policy.items()
    ]
    return page.replace(HEAD, f'{HEAD}{META}{escape("; ".join(allowed), quote=False)}">', 1)


def protect_pages(app: Sphinx, exception: Exception | None) -> None:
    policy = app.config.content_security_policy
    if exception or not policy or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text("utf-8")
        if (protected := protect(page, policy)) != page:
            path.write_text(protected, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("content_security_policy", {}, "html", dict)
    app.connect("build-finished", protect_pages, priority=900)  # after others that write pages
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
