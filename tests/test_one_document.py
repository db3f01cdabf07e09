"""Translated pages keep nothing of the documents that their messages were parsed as."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Site

CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Some *words*."
msgstr "ពាក្យ *ខ្លះ*។"
"""


def test_all_nodes_of_a_translated_page_belong_to_it(site: Site) -> None:
    conf = (site.folder / "conf.py").read_text("utf-8")
    site.write("conf.py", f"{conf}\nextensions.append('one_document')\n")
    site.write("page.md", "# A page\n\nSome *words*.\n")
    site.write("locale/km/LC_MESSAGES/page.po", CATALOGUE)
    build = site.build("km")
    assert build.status == 0, build.output
    assert site.page("page", "km").find("em", string="ខ្លះ")
    pickled = (site.folder / "build" / "km" / "doctrees" / "page.doctree").read_bytes()
    page = pickle.loads(pickled)
    assert {id(node.document) for node in page.findall()} == {id(page)}
