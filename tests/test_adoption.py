"""The project of docs/en/contribute/localise.md, step by step as the page says."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import polib
from bs4 import BeautifulSoup
from conftest import ROOT

GUIDE = (ROOT / "docs" / "en" / "contribute" / "localise.md").read_text("utf-8")
PAGE = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# A page

```{code-cell} ipython3
# Say hello
print("good morning")
```

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  code_prompt_show: "Show how it is drawn"
  image: {alt: "A line that rises"}
  figure: {caption: "A rising line."}
---
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```
"""
KHMER = {
    "A page": "ទំព័រមួយ",
    "Say hello": "និយាយសួស្ដី",
    "good morning": "អរុណសួស្ដី",
    "Show how it is drawn": "បង្ហាញរបៀបគូរ",
    "A line that rises": "បន្ទាត់ដែលឡើង",
    "A rising line.": "បន្ទាត់ឡើង។",
}


def block(language: str) -> str:
    """The first code block of a language in the guide."""
    found = re.search(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def run(command: str, folder: Path) -> None:
    program, *arguments = shlex.split(command)
    path = Path(sys.executable).parent / program
    subprocess.run([path, *arguments], cwd=folder, check=True, capture_output=True)


def test_another_project_adopts_the_extension(tmp_path: Path) -> None:
    (tmp_path / "extensions").mkdir()
    for name in ("localise.py", "code_messages.py"):
        shutil.copy(ROOT / "extensions" / name, tmp_path / "extensions")
    conf = block("python")
    assert len([line for line in conf.splitlines() if line]) < 10
    (tmp_path / "conf.py").write_text(conf)
    (tmp_path / "index.md").write_text(PAGE)
    extract, update, build = block("sh").splitlines()

    run(extract, tmp_path)
    run(update, tmp_path)
    catalogue = polib.pofile(str(tmp_path / "locale/km/LC_MESSAGES/index.po"))
    assert {entry.msgid for entry in catalogue} == set(KHMER)
    for entry in catalogue:
        entry.msgstr = KHMER[entry.msgid]
    catalogue.save()
    run(build, tmp_path)

    page = BeautifulSoup((tmp_path / "build/html/index.html").read_text("utf-8"), "html.parser")
    code = page.select_one("div.cell_input")
    assert code
    assert "# និយាយសួស្ដី" in code.text
    printed = page.select_one("div.cell_output")
    assert printed
    assert printed.text.strip() == "អរុណសួស្ដី"
    picture = page.select_one("figure img")
    assert picture
    assert picture["alt"] == "បន្ទាត់ដែលឡើង"
    assert "បង្ហាញរបៀបគូរ" in page.select("summary")[0].text
    assert "បន្ទាត់ឡើង។" in page.select("figcaption")[0].text
