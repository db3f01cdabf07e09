"""Messages without words, which nobody can translate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polib

if TYPE_CHECKING:
    from conftest import Site

SETTINGS = """
extensions.append("wordless")
myst_enable_extensions = ["dollarmath"]
"""
PAGE = """\
(top)=
# A page

| $x$ | `code` | words |
| --- | --- | --- |
| 3 | [](#top) | [a link](#top) |
| $x = 2$: `ok` | {ref}`top` | $x$ is 2 |
| $x_\\text{old}$ | | |

```{glossary}
limit
  What is approached.
```

{term}`limit`
"""


def test_translators_get_nothing_without_words(site: Site) -> None:
    conf = (site.folder / "conf.py").read_text("utf-8")
    site.write("conf.py", conf + SETTINGS)
    site.write("page.md", PAGE)
    build = site.build(builder="gettext")
    assert build.status == 0, build.output
    template = polib.pofile(str(site.folder / "build" / "en" / "gettext" / "page.pot"))
    assert {entry.msgid for entry in template} == {
        "A page",
        "words",
        "[a link](#top)",
        "$x$ is 2",
        r"$x_\text{old}$",
        "limit",
        "What is approached.",
        "{term}`limit`",
    }
    build = site.build("km")
    assert build.status == 0, build.output
    assert site.page("page", "km").find("td", string="3")
