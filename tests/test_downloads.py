"""Pages as notebooks and Python files: what is in them, and that they run outside Sphinx."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import downloads
import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbclient import NotebookClient
from nbformat import NotebookNode

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Site

BOOK = Path(__file__).parents[1] / "build" / "site"
LESSONS = sorted(BOOK.glob("*/lessons/*.ipynb"))
SUFFIXES = (".ipynb", ".py")
KHMER = re.compile("[\u1780-\u17ff]")

#: What only MyST understands, or only its writer meant.
MYST = re.compile(r"\{[a-z:-]+\}`|^:::|^```\{|^\([\w-]+\)=|^---$|\{value\}|glue\(", re.MULTILINE)


@pytest.fixture(scope="module")
def small(
    tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]
) -> Site:
    """Return the site test-downloads, built in both languages."""
    site = copy_site("downloads", tmp_path_factory.mktemp("downloads"))
    for language in ("en", "km"):
        build = site.build(language)
        assert build.status == 0, build.output
    return site


@pytest.fixture
def fresh(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return the site test-downloads, not built yet."""
    return copy_site("downloads", tmp_path)


def path(site: Site, name: str, language: str = "en") -> Path:
    return site.folder / "build" / language / "html" / name


def read(file: Path) -> NotebookNode:
    """Return a notebook that is valid as it stands in the file."""
    notebook = nbformat.reads(file.read_text("utf-8"), as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return notebook


def prose(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell: NotebookNode) -> str:
    return "".join(out.text for out in cell.outputs if out.get("name") == "stdout")


def shown(cell: NotebookNode) -> list[str]:
    """Return the text that is seen under a cell, but for what stands for a picture."""
    data = [out.data for out in cell.outputs if "data" in out]
    values = [item["text/plain"] for item in data if not any("image" in mime for mime in item)]
    return [text for text in [printed(cell), *values] if text]


def run(file: Path, folder: Path) -> NotebookNode:
    """Run a downloaded notebook from top to bottom in an empty folder."""
    notebook = read(Path(shutil.copy(file, folder)))
    for cell in code(notebook):
        cell.outputs = []
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources=resources, coalesce_streams=True
    )
    manager = client.create_kernel_manager()
    with tempfile.TemporaryDirectory() as sockets:  # over TCP, ipykernel 7 prints a warning
        manager.transport, manager.ip = "ipc", str(Path(sockets, "kernel"))
        client.execute()
    return notebook


def run_script(file: Path, folder: Path) -> str:
    """Run a downloaded Python file, in which any warning is an error; return what it prints."""
    environment = {name: text for name, text in os.environ.items() if name != "DISPLAY"}
    result = subprocess.run(
        [sys.executable, "-W", "error", str(file)],
        cwd=folder,
        env=environment | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


each_lesson = pytest.mark.parametrize(
    "lesson", LESSONS, ids=[f"{file.parts[-3]} {file.stem}" for file in LESSONS]
)


# --- a small site ------------------------------------------------------------------------------


def test_prose_becomes_plain_markdown(small: Site) -> None:
    assert prose(read(path(small, "lesson.ipynb"))) == [
        r"""# A limit

The limit of $a_n$ is **not** always *reached*. It costs \$3 and 2 \* 3 \_ units.""",
        "The last is −0.25, see Fig. 1 and No code.",
        "**Fig. 1** A line, $y = |x|$.",
        r"""## A step

$$
\begin{aligned}a &= b \\
&= c\end{aligned}
$$

$$
x = \begin{bmatrix} 1 \\ 2 \end{bmatrix} \tag{1}
$$

By (1):

| n | text |
| :---: | --- |
| $\vert x\vert$ | `a` |

1. one

   ```python
   x = 1
   ```

2. two

   - deep

1\. no list

> **The `trap`**
>
> Watch $h$.
>
> - inside

> **Note**
>
> A note.

<details>
<summary>Solution &amp; more</summary>

The answer:

```python
>>> 1 + 1
2
```

</details>""",
        "***\n\nSmall site. © its authors",
    ]


def test_translated_page_is_a_translated_notebook(small: Site) -> None:
    notebook = read(path(small, "lesson.ipynb", "km"))
    assert prose(notebook)[0] == "# លីមីត\n\nលីមីត នៃ $a_n$ **មិន** ប្រាកដ។"
    first, half, *_ = code(notebook)
    assert first.source == (small.folder / "first_cell.py").read_text("utf-8").strip()
    assert 'print("ពាក់កណ្ដាល៖", [half(n) for n in range(3)])  # នៃមួយ' in half.source
    assert printed(half) == "ពាក់កណ្ដាល៖ [1.0, 0.5, 0.25]\n"


def test_notebook_has_the_cells_that_the_page_shows(small: Site) -> None:
    cells = code(read(path(small, "lesson.ipynb")))
    assert [cell.source.splitlines()[-1] for cell in cells] == [
        'print("halves:", [half(n) for n in range(3)])  # of one',
        cells[1].source.splitlines()[-1],
        "half(1)",
        "1 / 0",
        "sum(half(n) for n in range(9))",
    ]
    assert [shown(cell) for cell in cells] == [
        ["halves: [1.0, 0.5, 0.25]\n"],
        [],  # a picture
        ["0.5"],
        [],  # what is not to be seen
        ["1.996"],
    ]
    folded = [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in cells]
    assert folded == [False, True, True, False, False]


def test_metadata_opens_in_jupyter_and_colab(small: Site) -> None:
    notebook = read(path(small, "lesson.ipynb"))
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec == {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    assert notebook.metadata.language_info.name == "python"
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.colab == {"name": "lesson.ipynb", "provenance": []}


def test_same_bytes_in_every_build(small: Site) -> None:
    names = ["lesson.ipynb", "lesson.py"]
    before = [path(small, name).read_bytes() for name in names]
    shutil.rmtree(small.folder / "build" / "en")
    assert small.build().status == 0
    assert [path(small, name).read_bytes() for name in names] == before


def test_a_cell_has_the_same_id_in_every_language(small: Site) -> None:
    en, km = (read(path(small, "lesson.ipynb", name)).cells for name in ("en", "km"))
    assert [cell.id for cell in km if cell.id not in {cell.id for cell in en}] == [km[1].id]
    assert [cell.id for cell in en] == [cell.id for cell in [km[0], *km[2:]]]


@pytest.mark.parametrize("language", ["en", "km"])
def test_both_files_run(small: Site, language: str, tmp_path: Path) -> None:
    file = path(small, "lesson.ipynb", language)
    expected = code(read(file))
    ran = code(run(file, tmp_path))
    failed = next(cell for cell in ran if cell.source == "1 / 0")
    assert failed.outputs[0].ename == "ZeroDivisionError"
    failed.outputs = []
    assert list(map(shown, ran)) == list(map(shown, expected))
    script = run_script(path(small, "lesson.py", language), tmp_path)
    assert script == "".join(map(printed, expected))


def test_script_comments_out_what_is_not_python(small: Site) -> None:
    script = path(small, "lesson.py").read_text("utf-8")
    assert "\n# %%\n# 1 / 0\n" in script  # fails, as it is meant to
    assert "\n# %%\n# %precision 3\nsum(" in script
    assert "\n# %% [markdown]\n# ## A step\n#\n# $$\n" in script
    assert downloads.plain_python("%%bash\nls -l") == "# %%bash\n# ls -l"
    assert downloads.plain_python("a = (7\n% 2)") == "a = (7\n% 2)"


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(downloads) == (0, 3)


def test_script_shows_plots() -> None:
    cell = downloads.Cell("id", "plt.plot([1])", code=True, draws=True)
    assert downloads.script_cell(cell) == "# %%\nplt.plot([1])\nplt.show()"


def test_page_links_its_downloads(small: Site) -> None:
    links = small.page("lesson").select("a[download]")
    assert [(link["href"], link.text) for link in links] == [
        ("lesson.ipynb", "Download notebook"),
        ("lesson.py", "Download Python file"),
    ]


@pytest.mark.parametrize("name", ["plain", "index", "search"])
def test_page_without_code_has_none(small: Site, name: str) -> None:
    assert not small.page(name).select("a[download]")
    assert not path(small, f"{name}.ipynb").exists()


def test_links_into_the_book_need_its_address(fresh: Site) -> None:
    fresh.write(
        "deep/page.md", "---\nfile_format: mystnb\n---\n# P\n{ref}`lesson`, {term}`limit`\n\n"
    )
    with (fresh.folder / "deep/page.md").open("a") as file:
        file.write("[out](https://example.org/a) [mail](<https://example.org/a b(c)>)\n")
        file.write("\n```{code-cell} ipython3\n1\n```\n")
    fresh.edit("index.md", "plain\n", "plain\ndeep/page\n")
    fresh.edit("conf.py", "numfig = True", 'numfig = True\nhtml_baseurl = "https://b.org/en/"')
    build = fresh.build()
    assert build.status == 0, build.output
    page, end = prose(read(path(fresh, "deep/page.ipynb")))
    assert "[A limit](https://b.org/en/lesson.html#lesson)" in page
    assert "[limit](https://b.org/en/plain.html#term-limit)" in page
    assert "[out](https://example.org/a)" in page
    assert "[mail](https://example.org/a%20b(c))" in page.replace("<", "").replace(">", "")
    assert "[Small site](https://b.org/en/deep/page.html)" in end


def test_name_from_a_cell_that_is_left_out(fresh: Site) -> None:
    fresh.write_cells(
        "lesson",
        "n, m = 1, 2",
        ":tags: [remove-cell]\nn, m, hidden = 3, 4, 5",
        "m = 1\ndef f():\n    return m + hidden",
        "for hidden in range(2):\n    n += hidden",
        "print(n)",
    )
    build = fresh.build()
    assert build.status
    warnings = re.findall(r"lesson.md:(\d+): WARNING: This cell needs '(\w+)'", build.output)
    assert [name for _, name in warnings] == ["hidden", "n"]
    assert build.output.count("[downloads.name]") == 2


def test_files_go_with_their_page_and_its_code(fresh: Site) -> None:
    fresh.write_cells("other", "1")
    fresh.write_cells("lesson", "1")
    fresh.edit("index.md", "plain\n", "plain\nother\n")
    assert fresh.build().status == 0
    files = [path(fresh, f"{name}{suffix}") for name in ("other", "lesson") for suffix in SUFFIXES]
    assert all(file.exists() for file in files)
    fresh.edit("index.md", "other\n", "")
    (fresh.folder / "other.md").unlink()
    fresh.write("lesson.md", "# No code any more\n")
    build = fresh.build()
    assert build.status == 0, build.output
    assert not any(file.exists() for file in files)


def test_first_cell_that_changes_or_is_missing(fresh: Site) -> None:
    assert fresh.build("km").status == 0
    fresh.write("first_cell.py", "first = 1\n")
    assert fresh.build("km").status == 0
    assert code(read(path(fresh, "lesson.ipynb", "km")))[0].source == "first = 1"
    (fresh.folder / "first_cell.py").unlink()
    build = fresh.build("km")
    assert build.status
    assert "first_cell.py, which does not exist" in build.output


def test_with_myst_nb_alone(fresh: Site) -> None:
    fresh.write(
        "conf.py", 'extensions = ["myst_nb", "downloads"]\ntemplates_path = ["templates"]\n'
    )
    fresh.write_cells("index", "print(6 * 7)", "6 * 7")
    for name in ("lesson.md", "plain.md"):
        (fresh.folder / name).unlink()
    build = fresh.build()
    assert build.status == 0, build.output
    cells = code(read(path(fresh, "index.ipynb")))
    assert list(map(shown, cells)) == [["42\n"], ["42"]]


# --- the lessons of the book -------------------------------------------------------------------


def page_of(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.with_suffix(".html").read_text("utf-8"), "html.parser")


@each_lesson
def test_lesson_offers_its_downloads(lesson: Path) -> None:
    links = page_of(lesson).select("p.downloads a[download]")
    assert [link["href"] for link in links] == [lesson.name, f"{lesson.stem}.py"]
    assert all(link.text.strip() for link in links)
    assert bool(KHMER.search(links[0].text)) is ("km" in lesson.parts)


@each_lesson
def test_lesson_is_plain_markdown(lesson: Path) -> None:
    for text in prose(read(lesson)):
        assert not MYST.search(text)
        for token in MarkdownIt().enable("table").use(dollarmath_plugin).parse(text):
            for child in token.children or []:
                assert child.type != "text" or not re.search(r"[*`$]|\|", child.content), text
        assert "km" not in lesson.parts or KHMER.search(text)


@each_lesson
def test_lesson_has_its_headings_and_formulas(lesson: Path) -> None:
    text = "\n\n".join(prose(read(lesson)))
    headings = [heading.text.removesuffix("¶") for heading in page_of(lesson).select("h1, h2, h3")]
    found = re.findall("(?m)^#+ (.+)", text)
    assert [heading.replace("’", "'") for heading in found] == [
        heading.replace("’", "'") for heading in headings
    ]
    tex = MarkdownIt().enable("table").use(dollarmath_plugin).parse(text)
    formulas = [token for token in tex if token.type == "math_block"]
    formulas += [t for token in tex for t in token.children or [] if t.type == "math_inline"]
    assert len(formulas) == len(page_of(lesson).select("article .math"))


@each_lesson
def test_lesson_runs_and_prints_what_its_page_shows(lesson: Path, tmp_path: Path) -> None:
    page = page_of(lesson)
    ran = code(run(lesson, tmp_path))
    texts = [text for cell in ran for text in shown(cell)]
    assert texts == [block.text for block in page.select("div.cell_output pre")]
    assert texts == [text for cell in code(read(lesson)) for text in shown(cell)]
    outputs = [out for cell in ran for out in cell.outputs]
    assert not [out for out in outputs if out.get("name") == "stderr"]
    pictures = [out for out in outputs if "image/png" in out.get("data", {})]
    assert len(pictures) == len(page.select("div.cell_output img"))


@each_lesson
def test_lesson_runs_as_a_script(lesson: Path, tmp_path: Path) -> None:
    expected = "".join(map(printed, code(read(lesson))))
    assert run_script(lesson.with_suffix(".py"), tmp_path) == expected
