"""A page that is saved while it is read."""

from __future__ import annotations

import pytest
from conftest import Site

SAVES = """

def save(app, docname, source):
    if docname == "page" and "First" in source[0]:  # what Sphinx has read already
        app.env.doc2path(docname).write_text("# Second\\n")


def setup(app):
    app.connect("source-read", save)
"""


@pytest.mark.parametrize("extension", [True, False])
def test_what_is_saved_meanwhile_is_in_the_next_build(site: Site, extension: bool) -> None:
    """And would not be without the extension."""
    with (site.folder / "conf.py").open("a") as file:
        file.write('extensions.append("saved_meanwhile")\n' if extension else "")
        file.write(SAVES)
    site.write("page.md", "# First\n")
    shown = []
    for _ in range(3):
        build = site.build()
        assert build.status == 0, build.output
        shown.append(site.page().find("h1").text[:5])  # type: ignore[union-attr]
    assert shown == (["First", "Secon", "Secon"] if extension else ["First"] * 3)
    assert "0 added, 0 changed, 0 removed" in build.output
