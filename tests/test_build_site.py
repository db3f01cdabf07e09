"""tools/build_site.py: a new site takes the place of the last good one, whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import build_site
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]

PAGE = """\
---
file_format: mystnb
---

# A page

```{code-cell} ipython3
from pathlib import Path
from time import sleep

Path("started").touch()
while Path("wait").exists():
    sleep(0.1)
```

Some text.
"""


class Project:
    """A project with our tools and a book of two pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "build" / "site"
        self.page = folder / "docs" / "en" / "page.md"
        for name in ("extensions", "static", "templates", "tools"):
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "conf.py", folder)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        self.page.parent.mkdir(parents=True)
        no_texts = shutil.ignore_patterns("LC_MESSAGES", "__pycache__")
        shutil.copytree(ROOT / "docs" / "km", folder / "docs" / "km", ignore=no_texts)
        shutil.copy(ROOT / "docs" / "glossary.csv", folder / "docs")
        (folder / "docs" / "references.bib").touch()
        (folder / "docs" / "startup.py").touch()
        # The note on untranslated pages leads to this label.
        (self.page.parent / "index.md").write_text(
            "(contribute-translate)=\n# A book\n\n```{toctree}\npage\n```\n"
        )
        self.page.write_text(PAGE)

    def start(self, *languages: str) -> subprocess.Popen[str]:
        """Start to build the site, in a process group of its own, as a shell would."""
        return subprocess.Popen(
            [sys.executable, "tools/build_site.py", *languages],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def build(self, *languages: str) -> tuple[int, list[str]]:
        """Build the site and return the exit status and the lines that were printed."""
        process = self.start(*languages)
        output, _ = process.communicate()
        return process.returncode, output.splitlines()

    def files(self) -> dict[Path, bytes]:
        """Return the whole published site."""
        files = [path for path in self.site.rglob("*") if path.is_file()]
        return {path.relative_to(self.site): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project whose site has been built."""
    project = Project(tmp_path_factory.mktemp("project"))
    status, lines = project.build()
    assert status == 0, lines
    assert lines[-1] == "Open build/site/index.html in a browser."
    steps = [line.split()[:-2] for line in lines[-6:-1]]
    assert steps == [["fonts"], ["html", "(en)"], ["html", "(km)"], ["doctest"], ["publish"]]
    assert (project.folder / "build" / "cells.txt").read_text() in (
        "cells: 1 executed, 1 from cache",  # the languages have the same code
        "cells: 2 executed, 0 from cache",
    )
    return project


@pytest.fixture
def project(built: Project) -> Project:
    """Return the built project with its pages as they were at first."""
    built.page.write_text(PAGE)
    return built


def test_the_site_is_complete(project: Project) -> None:
    files = {str(path) for path in project.files()}
    assert {"index.html", ".nojekyll", "en/page.html", "km/page.html"} <= files
    assert not [name for name in files if "doctree" in name or ".buildinfo" in name]
    assert sorted(path.name for path in (project.folder / "build").glob("site*")) == ["site"]


@pytest.mark.parametrize(
    ("fault", "step", "message"),
    [
        ("See [that](#nowhere).", "html (en), html (km)", "page.md:18: WARNING: 'myst'"),
        ("```{doctest}\n>>> 1 + 1\n3\n```", "doctest", "page.md:19: WARNING: A doctest failed."),
    ],
    ids=["html", "doctest"],
)
def test_failed_build(project: Project, fault: str, step: str, message: str) -> None:
    before = project.files()
    project.page.write_text(f"{PAGE}\n{fault}\n")
    for _ in range(2):
        status, lines = project.build()
        assert status == 1
        assert message in "\n".join(lines)
        last = (
            f"site: {step} failed, for the reasons above. build/site is still the last good one."
        )
        assert lines[-1] == last
        assert project.files() == before


@pytest.fixture
def running(project: Project) -> Iterator[subprocess.Popen[str]]:
    """Start a build and return it while it executes a page that does not end."""
    started, wait = project.page.with_name("started"), project.page.with_name("wait")
    started.unlink(missing_ok=True)
    wait.touch()
    new = PAGE.replace("while", f"# {time.time()}\nwhile")  # it has to be executed
    project.page.write_text(new.replace("Some text", "New text"))
    process = project.start()
    while not started.exists():
        assert process.poll() is None
        time.sleep(0.05)
    yield process
    wait.unlink(missing_ok=True)


def test_interrupted_build(project: Project, running: subprocess.Popen[str]) -> None:
    before = project.files()
    os.killpg(running.pid, signal.SIGINT)  # as Ctrl-C does
    output, _ = running.communicate(timeout=30)  # it does not wait for the page
    assert output.splitlines()[-1] == "site: interrupted; build/site is as it was."
    assert "Traceback" not in output
    assert running.returncode == 1
    assert project.files() == before


def test_killed_build(project: Project, running: subprocess.Popen[str]) -> None:
    before = project.files()
    running.kill()
    project.page.with_name("wait").unlink()  # its children live on
    running.communicate()  # until they end
    assert running.returncode == -signal.SIGKILL
    assert project.files() == before
    status, lines = project.build()
    assert status == 0, lines
    page = BeautifulSoup(project.files()[Path("en/page.html")], "html.parser")
    assert "New text." in page.text


def test_one_language(project: Project) -> None:
    project.build()
    before = project.files()
    project.page.write_text(PAGE.replace("Some text", "Other text"))
    (project.folder / "build" / "en" / "html" / "page.html").write_text("Left by a failed build")
    status, lines = project.build("km")
    assert status == 0, lines
    after = project.files()
    changed = {
        path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    assert Path("km/page.html") in changed
    assert {path.parts[0] for path in changed} == {"km"}


def test_removed_page(project: Project) -> None:
    more = project.page.with_name("more.md")
    more.write_text("---\norphan: true\n---\n\n# More\n")
    assert project.build("en")[0] == 0
    assert Path("en/more.html") in project.files()
    more.unlink()
    assert project.build("en")[0] == 0
    assert Path("en/more.html") not in project.files()


def test_unknown_language(project: Project) -> None:
    assert project.build("en", "xx") == (
        1,
        ["site: there is no language 'xx' in conf.py; choose among en, km."],
    )


# --- exchange ----------------------------------------------------------------------------------


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders with a file in each."""
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
    return tmp_path / "new", tmp_path / "old"


def test_exchange(folders: tuple[Path, Path]) -> None:
    new, old = folders
    build_site.exchange(new, old)
    assert (old / "index.html").read_text() == "new"
    assert (new / "index.html").read_text() == "old"


def test_exchange_with_nothing(folders: tuple[Path, Path]) -> None:
    new, old = folders
    shutil.rmtree(old)
    build_site.exchange(new, old)
    assert (old / "index.html").read_text() == "new"
    assert not new.exists()


def test_exchange_is_one_step(folders: tuple[Path, Path]) -> None:
    new, old = folders
    enough = threading.Event()

    def exchange_often() -> None:
        while not enough.is_set():
            build_site.exchange(new, old)

    thread = threading.Thread(target=exchange_often)
    thread.start()
    try:
        seen = [(old / "index.html").read_text() for _ in range(3000)]  # it is always there
    finally:
        enough.set()
        thread.join()
    assert set(seen) == {"new", "old"}
