"""Code cells: what is executed and when, what is kept, and what is said when it goes wrong."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import polib
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Build, Site

ALL = ["data", "module", "plain"]
"""The pages with cells of the site test-cells; each notes in runs.txt that it runs."""


def executed(site: Site) -> list[str]:
    """Return the pages that were executed, once for each time, since this was last called."""
    runs = site.folder / "lessons" / "runs.txt"
    names = runs.read_text().split() if runs.exists() else []
    runs.unlink(missing_ok=True)
    return sorted(names)


def build_both(site: Site) -> None:
    """Build the site in English and in Khmer."""
    for language in ("en", "km"):
        build = site.build(language)
        assert build.status == 0, build.output


def shown(site: Site, name: str, language: str) -> str:
    """Return all text on a page, with the texts that stand for its pictures."""
    page = site.page(name, language)
    return "\n".join([page.text, *(str(image["alt"]) for image in page.find_all("img"))])


# --- what is executed after which change -------------------------------------------------------


@pytest.fixture(scope="module")
def first_build(
    tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]
) -> Site:
    """Return the built site that the tests change; there is a copy beside it."""
    site = copy_site("cells", tmp_path_factory.mktemp("built"))
    build_both(site)
    assert executed(site) == ALL  # once: both languages have the same code
    shutil.copytree(site.folder, site.folder.with_name("copy"))
    return site


@pytest.fixture
def built(first_build: Site) -> Site:
    """Return the site as it was after its first build."""
    folder = first_build.folder
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("copy"), folder)  # with the times of modification
    return first_build


@pytest.mark.parametrize(
    ("file", "old", "new", "pages", "page", "text"),
    [
        ("lessons/plain.md", "6 * 7", "6 * 70", ["plain"], "plain", "product 420"),
        ("lessons/helper.py", "return", "return 10 *", ["module"], "module", "twice 80"),
        ("lessons/deeper.py", "2", "2 + 1", ["module"], "module", "twice 12"),
        ("lessons/numbers.txt", "5", "5 6", ["data"], "data", "3 4 5 6"),
        ("startup.py", "morning", "evening", ALL, "data", "good evening"),
        ("font.ttf", "not", "not at all", ALL, "plain", "product 42"),
        ("lessons/plain.md", "Prose of", "Words on", [], "plain", "Words on the first page."),
        ("lessons/plain.md", "A square", "A box", [], "plain", "A box."),
        ("lessons/plain.md", "A dark square", "A dark box", [], "plain", "A dark box."),
        ("index.md", "A page", "The page", [], "index", "The page without cells"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_change_of_a_file(
    built: Site, file: str, old: str, new: str, pages: list[str], page: str, text: str
) -> None:
    built.edit(file, old, new)
    build_both(built)
    assert executed(built) == pages
    folder = "" if page == "index" else "lessons/"
    assert text in shown(built, folder + page, "en")


def test_no_change(built: Site) -> None:
    build_both(built)
    assert executed(built) == []
    assert "product 42" in shown(built, "lessons/plain", "en")


@pytest.mark.parametrize(
    ("old", "new"),
    [("ទំព័រទីមួយ", "ទំព័រទី១"), ("ការេមួយ", "ការេតូចមួយ"), ("ការេងងឹតមួយ", "ការេងងឹតតូចមួយ")],
)
def test_change_of_a_translation(built: Site, old: str, new: str) -> None:
    assert old in shown(built, "lessons/plain", "km")
    built.edit("locale/km/LC_MESSAGES/lessons/plain.po", old, new)
    build_both(built)
    assert executed(built) == []
    assert new in shown(built, "lessons/plain", "km")


def install_package(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the build find one more package."""
    site.write("packages/new-1.dist-info/METADATA", "Name: new\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(site.folder / "packages"))


def upgrade_python(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Python call itself a later version."""
    monkeypatch.setattr(sys, "version", re.sub(r"^(\d+)\.\d+", r"\1.99", sys.version))


@pytest.mark.parametrize("change", [install_package, upgrade_python])
def test_change_of_the_environment(
    built: Site,
    change: Callable[[Site, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change(built, monkeypatch)
    build_both(built)
    assert executed(built) == ALL


def test_upgrade_of_a_package(built: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    install_package(built, monkeypatch)
    build_both(built)
    executed(built)
    built.edit("packages/new-1.dist-info/METADATA", "Version: 1", "Version: 2")
    build_both(built)
    assert executed(built) == ALL


def test_return_to_what_was(built: Site) -> None:
    built.edit("lessons/plain.md", "6 * 7", "6 * 70")
    build_both(built)
    built.edit("lessons/plain.md", "6 * 70", "6 * 7")
    executed(built)
    build_both(built)
    assert executed(built) == []
    assert "product 42" in shown(built, "lessons/plain", "en")


# --- what a build does -------------------------------------------------------------------------


def test_outputs_are_on_the_page(built: Site) -> None:
    page = built.page("lessons/plain")
    assert page.select(".cell_output .highlight")[0].text == "product 42\n"
    figure = page.select("figure")[0]
    assert figure.select("img")[0]["alt"] == "A dark square."
    assert figure.select(".caption-text")[0].text == "A square."


def test_translated_figure(built: Site) -> None:
    figure = built.page("lessons/plain", "km").select("figure")[0]
    assert figure.select("img")[0]["alt"] == "ការេងងឹតមួយ។"
    assert figure.select(".caption-text")[0].text == "ការេមួយ។"


def test_gettext_executes_nothing(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> None:
    site = copy_site("cells", tmp_path)
    build = site.build(builder="gettext")
    assert build.status == 0, build.output
    assert executed(site) == []
    template = polib.pofile(str(site.folder / "build/en/gettext/lessons/plain.pot"))
    texts = {entry.msgid for entry in template}
    assert texts == {
        "A page of its own",
        "Prose of the first page.",
        "A square.",
        "A dark square.",
    }


SAVES = """
from pathlib import Path


def save(app, env, docnames):
    page = Path(app.srcdir, "page.md")
    page.write_text(page.read_text().replace("1 + 1", "{new}"))


def setup(app):
    app.connect("env-before-read-docs", save, priority=900)
"""


@pytest.mark.parametrize(("new", "status"), [("2 + 3", 0), ("2 / 0", 1)])
def test_page_saved_after_the_others_were_executed(site: Site, new: str, status: int) -> None:
    """It is executed when Sphinx reads it, or it would have no outputs and nobody would know."""
    with (site.folder / "conf.py").open("a") as file:
        file.write(SAVES.format(new=new))
    site.write_cells("page", "print(1 + 1)")
    build = site.build()
    assert build.status == status
    if status:
        assert "page.md:8: WARNING: This cell raised ZeroDivisionError" in build.output
    else:
        assert [cell.text for cell in site.page().select(".cell_output pre")] == ["5\n"]
    assert "executing page saved meanwhile: page" in build.output


def test_counts_and_progress(site: Site) -> None:
    site.write_cells("one", "1", "2")
    site.write_cells("two", "3")
    first = site.build()
    progress = re.findall(r"executing page (\d) of (\d): (\w+)", first.output)
    assert sorted(progress) in (
        [("1", "2", "one"), ("2", "2", "two")],
        [("1", "2", "two"), ("2", "2", "one")],
    )
    assert "cells: 3 executed, 0 from cache" in first.output
    site.write_cells("two", "4", "5", "6")
    second = site.build()
    assert "executing page 1 of 1: two" in second.output
    assert "cells: 3 executed, 2 from cache" in second.output
    counts = json.loads((site.folder / "build/en/doctrees/cells.json").read_text())
    assert counts == {"executed": 3, "cached": 2}


def test_pages_run_in_their_own_folder_and_kernel(site: Site) -> None:
    report = "import os; print(os.path.basename(os.getcwd()), 'secret' in dir()); secret = 1"
    site.write_cells("here/one", report)
    site.write_cells("there/two", report)
    site.write("page.md", "# Contents\n\n```{toctree}\nhere/one\nthere/two\n```\n")
    assert site.build().status == 0
    assert "here False\n" in site.page("here/one").text
    assert "there False\n" in site.page("there/two").text


def test_startup_leaves_no_names(site: Site) -> None:
    site.write("start.py", "import os\n\nname = os.environ['STARTED'] = 'yes'\n")
    site.write("conf.py", (site.folder / "conf.py").read_text() + "cells_startup = 'start.py'\n")
    site.write_cells("page", "import os\n\nprint(os.environ['STARTED'], 'name' in dir())")
    assert site.build().status == 0
    assert "yes False\n" in site.page().text


def test_cell_that_is_meant_to_fail(site: Site) -> None:
    site.write_cells("page", ":tags: [raises-exception]\n\n1 / 0", "print('went on')")
    build = site.build()
    assert build.status == 0, build.output
    assert "ZeroDivisionError: division by zero" in site.page().text
    assert "went on\n" in site.page().text


MEET = """\
from pathlib import Path
from time import sleep

Path("{own}.here").touch()
for _ in range(300):
    if Path("{other}.here").exists():
        break
    sleep(0.1)
else:
    raise TimeoutError("the other page does not run")
"""


def test_pages_run_at_the_same_time(site: Site) -> None:
    # Each page waits for the other: one after the other, the first would wait in vain.
    site.write_cells("one", MEET.format(own="one", other="two"))
    site.write_cells("two", MEET.format(own="two", other="one"))
    build = site.build()
    assert build.status == 0, build.output


# --- builds that run side by side, are killed, or fail -----------------------------------------


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something holds, but not for ever."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_two_builds_at_once(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> None:
    site = copy_site("cells", tmp_path)
    builds = [site.start("en"), site.start("km")]
    outputs = [build.communicate()[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], outputs
    assert executed(site) == ALL
    for language in ("en", "km"):
        assert "product 42" in shown(site, "lessons/plain", language)


@pytest.fixture
def killed(site: Site) -> Iterator[subprocess.Popen[str]]:
    """Kill a build after one page has been executed and while another is."""
    run = "print({!r}, file=open('runs.txt', 'a'))\n"
    wait = "from pathlib import Path\nfrom time import sleep\n\nwhile not Path('go').exists():\n"
    site.write_cells("quick", run.format("quick"))
    site.write_cells("slow", run.format("slow") + wait + "    sleep(0.1)\n\nprint('done')")
    build = site.start()
    runs = site.folder / "runs.txt"
    wait_for(lambda: runs.exists() and "slow" in runs.read_text())
    wait_for(lambda: list((site.folder / "build" / "cache").glob("*.json")))
    build.send_signal(signal.SIGKILL)
    build.communicate()
    yield build
    (site.folder / "go").touch()


def test_build_after_a_killed_one(site: Site, killed: subprocess.Popen[str]) -> None:
    assert killed.returncode == -signal.SIGKILL
    (site.folder / "go").touch()
    (site.folder / "runs.txt").unlink()
    build = site.build()
    assert build.status == 0, build.output
    assert (site.folder / "runs.txt").read_text().split() == ["slow"]
    assert "done\n" in site.page("slow").text


def test_failed_page_is_not_kept_and_others_are(site: Site) -> None:
    site.write_cells("good", "1")
    site.write_cells("bad", "1 / 0")
    assert site.build().status == 1
    second = site.build()
    assert second.status == 1
    assert "executing page 1 of 1: bad" in second.output
    site.write_cells("bad", "1 / 1")
    third = site.build()
    assert third.status == 0
    assert "cells: 1 executed, 1 from cache" in third.output


# --- what is said of a failure -----------------------------------------------------------------

OPTIONS = """\
---
tags: [hide-input]
mystnb:
  image:
    alt: Nothing
---
"""
STDERR = "import sys\n\nsys.stderr.write('look out')"
HELPED = "def half(x):\n    return x / 0\n\n\nprint('first')\nhalf(2)"

FAILURES = {
    "raises": (["x = 1", "y = 2\n1 / 0"], "1 / 0", "raised ZeroDivisionError", "Mend the cell"),
    "with options": ([f"{OPTIONS}x = 1\n\n1 / 0"], "1 / 0", "ZeroDivisionError", "Mend the cell"),
    "with short options": ([":tags: [a]\n\nx = 1\n1 / 0"], "1 / 0", "ZeroDivisionError", "Mend"),
    "in a function": ([HELPED], "half(2)", "raised ZeroDivisionError", "Mend the cell"),
    "does not parse": (["x = 1\ny = = 2"], "y = = 2", "SyntaxError", "Mend the cell"),
    "magic": (["%nonsense 1"], "%nonsense 1", "%nonsense", "Mend the cell"),
    "stderr": (["x = 1", STDERR], "import sys", "look out", "Remove what"),
    "warning": (["import warnings\nwarnings.warn('old')"], "import warnings", "old", "Remove"),
    "time limit": (["x = 1", "while True:\n    pass"], "while True:", "3 seconds", "Make it fast"),
    "dead kernel": (["import os\n\nos._exit(1)"], "import os", "kernel died", "Look for"),
}


@pytest.fixture(scope="module")
def failed(
    tmp_path_factory: pytest.TempPathFactory, copy_site: Callable[[str, Path], Site]
) -> tuple[Site, list[Build]]:
    """Return a site with a page for each failure, built twice."""
    site = copy_site("pages", tmp_path_factory.mktemp("failed"))
    site.write("conf.py", (site.folder / "conf.py").read_text() + "cells_timeout = 3\n")
    for name, (codes, *_) in FAILURES.items():
        site.write_cells(name, *codes)
    return site, [site.build(), site.build()]


def reports(build: Build, name: str, line: int) -> list[str]:
    """Return what a build says of cells at this line of a page."""
    return re.findall(rf"{name}\.md:{line}: WARNING: (.*?) \[cells\.cell]", build.output, re.S)


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("run", [0, 1], ids=["", "again"])
def test_failing_cell(failed: tuple[Site, list[Build]], name: str, run: int) -> None:
    site, builds = failed
    _, wrong, message, remedy = FAILURES[name]
    line = (site.folder / f"{name}.md").read_text().splitlines().index(wrong) + 1
    assert builds[run].status == 1
    (report,) = reports(builds[run], name, line)
    assert message in report
    assert f"→ {line:4} | {wrong}" in report
    assert remedy in report


def test_missing_data_file(site: Site) -> None:
    site.write_cells("page", "1")
    site.edit("page.md", "mystnb\n", "mystnb\ndata_files: [heights.csv]\n")
    for _ in range(2):
        build = site.build()
        assert build.status == 1
        assert "page.md:1: WARNING: " in build.output
        assert "declares the data file 'heights.csv'" in build.output
        assert "Correct the name under `data_files:`" in build.output
    site.write("heights.csv", "1.75\n")
    assert site.build().status == 0


def test_cells_without_front_matter(site: Site) -> None:
    site.write("page.md", "# A page\n\n```{code-cell} ipython3\n1\n```\n")
    for _ in range(2):
        build = site.build()
        assert build.status == 1
        assert "page.md:1: WARNING: " in build.output
        assert "has code cells that would not run" in build.output
        assert "Begin it with the front matter `file_format: mystnb`." in build.output
    site.write_cells("page", "1")
    assert site.build().status == 0


@pytest.mark.parametrize(
    ("startup", "messages"),
    [
        (None, ["start.py, which does not exist", "Correct the name; it is relative to conf.py"]),
        ("x = 1\n1 / 0\n", ["start.py failed; correct it", "ZeroDivisionError", "1 / 0"]),
    ],
    ids=["missing", "failing"],
)
def test_startup_file(site: Site, startup: str | None, messages: list[str]) -> None:
    site.write("conf.py", (site.folder / "conf.py").read_text() + "cells_startup = 'start.py'\n")
    site.write_cells("page", "1")
    if startup is not None:
        site.write("start.py", startup)
    for _ in range(2):
        build = site.build()
        assert build.status == 2
        for message in messages:
            assert message in build.output
    site.write("start.py", "x = 1\n")
    assert site.build().status == 0


def test_what_a_cell_prints_is_one_text_whenever_it_is_flushed(site: Site) -> None:
    site.write_cells(
        "page", "import sys\nfor n in range(3):\n    print(n)\n    sys.stdout.flush()"
    )
    build = site.build()
    assert build.status == 0, build.output
    assert [block.text for block in site.page().select(".cell_output pre")] == ["0\n1\n2\n"]
