"""Compare this project with two peers on the same pages, in one run: ``nox -s bench``.

The pages are ten with four code cells each, made here. Built are

* **nudge**: this project's extensions, *both* languages, as ``nox`` builds them;
* **jupyter-book**: Jupyter Book 1, one language;
* **myst-nb**: plain Sphinx with MyST-NB and its cache, one language;

in five situations: nothing there yet (cold), outputs of cells kept (warm), nothing changed, one
paragraph edited, one cell edited. The figures are wall and CPU seconds, the memory of the largest
process, and the cells that ran, which the cells themselves count. What is printed are ratios to
Jupyter Book, each the median of ``REPEATS`` runs; they mean something only within one run.

Then each page of the book is visited in a browser for the first time, over HTTP with gzip: bytes
and requests until it has been scrolled to its end. Then the work of a frame of each widget, and
what queries in Khmer find, with ours and with Sphinx's own search. Last comes the preview: the
time from saving a translation until a browser shows it, with ours and with plain
sphinx-autobuild.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polib
from first_visit import first_visits
from frames import frames
from khmer_search_quality import khmer_search
from saved_message import previews

ROOT = Path(__file__).resolve().parent.parent
PAGES, CELLS, REPEATS = 10, 4, 3
PEER = ["jupyter-book==1.0.4.post1", "matplotlib", "numpy"]  # in an environment of its own

PAGE = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# Page {page}

A paragraph about $x^{page}$ and its slope.
"""
CELL = """
Cell {cell} of page {page} follows.

```{{code-cell}} ipython3
import os
import matplotlib.pyplot as plt
import numpy as np

with open(os.environ["COUNT"], "a") as file:
    print("{page}", file=file)
x = np.linspace(0, {cell}, 200)
print("the mean of page {page} is", x.mean())  # a comment
plt.plot(x, x**2, label="a curve")
plt.xlabel("time");
```
"""


@dataclass
class Figures:
    """What one build took."""

    wall: float
    cpu: float
    memory: float
    """MiB, of the largest process."""
    cells: int


def write_pages(folder: Path) -> None:
    """The pages, an index, and the Khmer of what their cells display."""
    folder.mkdir(parents=True)
    names = [f"page{number:02}" for number in range(1, PAGES + 1)]
    for number, name in enumerate(names, 1):
        cells = "".join(CELL.format(page=number, cell=cell) for cell in range(1, CELLS + 1))
        (folder / f"{name}.md").write_text(PAGE.format(page=number) + cells, "utf-8")
        write_catalogue(folder.parent / "locale" / "km" / "LC_MESSAGES" / f"{name}.po", number)
    toctree = "\n".join(names)
    (folder / "index.md").write_text(f"# Index\n\n```{{toctree}}\n{toctree}\n```\n", "utf-8")


def write_catalogue(path: Path, number: int) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "km"}
    for original, translation in [
        (f"the mean of page {number} is", f"មធ្យមនៃទំព័រ {number} គឺ"),
        ("a comment", "កំណត់សម្គាល់"),
        ("a curve", "ខ្សែកោង"),
        ("time", "ពេល"),
    ]:
        catalogue.append(polib.POEntry(msgid=original, msgstr=translation))
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


# --- the builders ------------------------------------------------------------------------------


def nudge(work: Path) -> list[list[str]]:
    """One command for each language; they run at the same time."""
    return [
        [
            *(sys.executable, "-m", "sphinx", "-q", "-b", "html", "-j", "auto"),
            *("-c", str(ROOT), "-d", str(work / language / "doctrees")),
            *("-D", f"language={language}", "-D", f"locale_dirs={work / 'locale'}"),
            *("-D", f"cells_cache={work / 'cache'}", "-D", "languages_menu.en=English"),
            *("-D", "translation_status_help="),  # there is no such page
            *(str(work / "pages"), str(work / language / "html")),
        ]
        for language in ("en", "km")
    ]


def jupyter_book(work: Path) -> list[list[str]]:
    (work / "_config.yml").write_text("title: Bench\nexecute:\n  execute_notebooks: cache\n")
    chapters = "".join(f"  - file: pages/page{n:02}\n" for n in range(1, PAGES + 1))
    (work / "_toc.yml").write_text(f"format: jb-book\nroot: pages/index\nchapters:\n{chapters}")
    program = ROOT / "build" / "bench" / "peer" / "bin" / "jupyter-book"
    return [[str(program), "build", "-q", "--path-output", str(work / "out"), str(work)]]


def myst_nb(work: Path) -> list[list[str]]:
    conf = 'extensions = ["myst_nb"]\nhtml_theme = "furo"\nnb_execution_mode = "cache"\n'
    (work / "conf.py").write_text(conf + 'myst_enable_extensions = ["dollarmath"]\n')
    return [
        [
            *(sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(work)),
            *("-d", str(work / "out" / "doctrees")),
            *(str(work / "pages"), str(work / "out" / "html")),
        ]
    ]


def forget_pages(work: Path) -> None:
    """Remove what was built but for the outputs of cells."""
    for path in (
        "en",
        "km",
        "out/_build/html",
        "out/_build/.doctrees",
        "out/html",
        "out/doctrees",
    ):
        shutil.rmtree(work / path, ignore_errors=True)


def edit_paragraph(work: Path) -> None:
    edit(work / "pages" / "page03.md", "A paragraph", "A good paragraph")


def edit_cell(work: Path) -> None:
    edit(work / "pages" / "page04.md", "x = np", "y = 1\nx = np")


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


def nothing(work: Path) -> None:
    pass


SITUATIONS: dict[str, Callable[[Path], None]] = {
    "cold": nothing,
    "warm": forget_pages,
    "nothing changed": nothing,
    "one paragraph": edit_paragraph,
    "one cell": edit_cell,
}
BUILDERS = {"nudge (2 languages)": nudge, "jupyter-book": jupyter_book, "myst-nb": myst_nb}


# --- measuring ---------------------------------------------------------------------------------


def measure(commands: list[list[str]], count: Path) -> Figures:
    """Run commands side by side in a process of its own, whose children's usage is theirs."""
    count.write_text("")
    start = time.perf_counter()
    usages = []
    with ThreadPoolExecutor() as pool:
        usages = list(pool.map(lambda command: run(command, count), commands))
    return Figures(
        wall=time.perf_counter() - start,
        cpu=sum(usage.ru_utime + usage.ru_stime for usage in usages),
        memory=max(usage.ru_maxrss for usage in usages) / 1024,
        cells=len(count.read_text().splitlines()),
    )


def run(command: list[str], count: Path) -> resource.struct_rusage:
    """Run one command; what it and all its descendants used."""
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, env=os.environ | {"COUNT": str(count)}, stdout=log, stderr=log
        ) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            log.seek(0)
            sys.exit(f"bench: this build failed: {' '.join(command)}\n{log.read()}")
    return usage


def rounds(builder: Callable[[Path], list[list[str]]]) -> Iterator[tuple[str, Figures]]:
    """Build in each situation, one after the other, on fresh pages."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_pages(work / "pages")
        for situation, prepare in SITUATIONS.items():
            prepare(work)
            yield situation, measure(builder(work), work / "count.txt")


def make_peer() -> None:
    """Install Jupyter Book into an environment of its own; it needs an older Sphinx."""
    folder = ROOT / "build" / "bench" / "peer"
    if not (folder / "bin" / "jupyter-book").exists():
        print("installing Jupyter Book 1 …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "-q", *PEER], check=True)


def main() -> None:
    make_peer()
    results: dict[tuple[str, str], list[Figures]] = {}
    for _ in range(REPEATS):
        for name, builder in BUILDERS.items():
            for situation, figures in rounds(builder):
                results.setdefault((situation, name), []).append(figures)
    print(f"{PAGES} pages, {PAGES * CELLS} cells, {os.cpu_count()} cores, median of {REPEATS}\n")
    print(f"{'':16} {'':20} {'wall':>14} {'CPU':>14} {'memory':>14} {'cells':>6}")
    for situation in SITUATIONS:
        base = results[situation, "jupyter-book"]
        for name in BUILDERS:
            mine = results[situation, name]
            columns = [
                column(mine, base, unit) for unit in (("wall", "s"), ("cpu", "s"), ("memory", "M"))
            ]
            print(f"{situation:16} {name:20} {' '.join(columns)} {mine[0].cells:6}")
    print()
    first_visits(ROOT / "build" / "site")
    print()
    frames(ROOT / "build" / "site")
    print()
    khmer_search(ROOT / "build" / "site")
    print()
    previews()


def column(mine: list[Figures], base: list[Figures], unit: tuple[str, str]) -> str:
    """A median, and in brackets its ratio to Jupyter Book's."""
    value, other = (
        statistics.median(getattr(figures, unit[0]) for figures in runs) for runs in (mine, base)
    )
    return f"{value:6.1f}{unit[1]} ({value / other:4.2f})"


if __name__ == "__main__":
    main()
