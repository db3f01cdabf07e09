"""Citations in the language of the page."""

from __future__ import annotations

import pytest
from conftest import Site

BIB = """
@misc{two, author={Ada One and Bo Two}, title={A}, year={2001}}
@misc{many, author={Ada One and Bo Two and Cy Three}, title={B}, year={2002}}
"""

INTERFACE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "and"
msgstr "និង"

msgid "et al."
msgstr "និងអ្នកដទៃ"
"""


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("and", "et al.")), ("km", ("និង", "និងអ្នកដទៃ"))]
)
def test_words_between_names(site: Site, language: str, words: tuple[str, str]) -> None:
    with (site.folder / "conf.py").open("a") as file:
        file.write('extensions += ["citations"]\nbibtex_bibfiles = ["works.bib"]\n')
        file.write('bibtex_reference_style = "translated"\n')
    site.write("works.bib", BIB)
    site.write("locale/km/LC_MESSAGES/sphinx.po", INTERFACE)
    site.write("page.md", "# A page\n\n{cite:t}`two`; {cite:t}`many`\n\n```{bibliography}\n```\n")
    build = site.build(language)
    assert build.status == 0, build.output
    text = site.page("page", language).text
    assert f"One {words[0]} Two [" in text
    assert f"; One {words[1]} [" in text
