"""What all tests share: tiny sites to build, and the finished pages to look at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright
from sphinx.cmd.build import main as sphinx_build
from sphinx.config import Config
from sphinx.locale import translators

ROOT = Path(__file__).parents[1]
ROOTS = ROOT / "tests" / "roots"
SITE = ROOT / "build" / "site"

pytest_plugins = ["sphinx.testing.fixtures"]

sys.path[:0] = [str(ROOT / name) for name in ("extensions", "tools", "benchmarks")]


@dataclass
class Build:
    """How a run of sphinx-build ended, and all that it printed."""

    status: int
    output: str


@dataclass
class Site:
    """A site that a test builds, as the book is built, changes, and builds again."""

    folder: Path

    def arguments(self, language: str, builder: str) -> list[str]:
        """The arguments of sphinx-build, as in tools/build_site.py."""
        build = self.folder / "build" / language
        return [
            *("-W", "-n", "--no-color"),
            *("-b", builder),
            *("-c", str(self.folder)),
            *("-d", str(build / "doctrees")),
            *("-D", f"language={language}"),
            *(str(self.folder), str(build / builder)),
        ]

    def build(self, language: str = "en", builder: str = "html") -> Build:
        """Run sphinx-build in a fork of this process, which has imported everything already."""
        log = self.folder / "build.log"
        arguments = self.arguments(language, builder)
        process = get_context("fork").Process(target=lambda: sys.exit(run_anew(arguments, log)))
        process.start()
        process.join(300)
        process.kill()
        assert process.exitcode is not None, "the build hangs"
        return Build(process.exitcode, log.read_text("utf-8"))

    def start(self, language: str = "en") -> subprocess.Popen[str]:
        """Start sphinx-build in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "sphinx", *self.arguments(language, "html")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "extensions")},
        )

    def page(self, name: str = "page", language: str = "en") -> BeautifulSoup:
        """Return a page that was written."""
        file = self.folder / "build" / language / "html" / f"{name}.html"
        return BeautifulSoup(file.read_text("utf-8"), "html.parser")

    def write(self, name: str, text: str) -> None:
        """Write a file of the site."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace ``old``, which stands once in a file of the site."""
        text = (self.folder / name).read_text("utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def write_cells(self, name: str, *cells: str) -> None:
        """Write a page with these code cells."""
        fences = "".join(f"\n```{{code-cell}} ipython3\n{cell}\n```\n" for cell in cells)
        self.write(f"{name}.md", f"---\nfile_format: mystnb\n---\n\n# A page\n{fences}")


def pytest_configure(config: pytest.Config) -> None:
    """Overlook that the web server of the browser tests is a thread; the builds ignore it."""
    config.addinivalue_line("filterwarnings", "ignore:.*use of fork:DeprecationWarning")


def run_anew(arguments: list[str], log: Path) -> int:
    """Run sphinx-build as a process does that has not run it before."""
    sys.modules["cells"].installed_packages.cache_clear()  # tests install some
    return run_sphinx(arguments, log)


def run_sphinx(arguments: list[str], log: Path) -> int:
    """Run sphinx-build, write down all that it prints, and return its status."""
    with (
        log.open("w", encoding="utf-8") as file,
        redirect_stdout(file),
        redirect_stderr(file),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # other people's use of what Sphinx is going to drop
        return sphinx_build(arguments)


@contextmanager
def sphinx_as_it_was() -> Iterator[None]:
    """Take back what a build in this process adds to Sphinx's default settings and languages."""
    shared = (Config.config_values["source_suffix"].default, translators)
    before = [dict(kept) for kept in shared]
    yield
    for kept, old in zip(shared, before, strict=True):
        kept.clear()
        kept.update(old)


@pytest.fixture(autouse=True)
def _sphinx_as_it_was() -> Iterator[None]:
    with sphinx_as_it_was():
        yield


@pytest.fixture(scope="session")
def rootdir() -> Path:
    """Where ``@pytest.mark.sphinx(testroot=…)`` looks for sites."""
    return ROOTS


@pytest.fixture(scope="session")
def copy_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Site]:
    """Return a function that copies the site tests/roots/test-<name> into a folder."""

    def copy(name: str, folder: Path) -> Site:
        return Site(Path(shutil.copytree(ROOTS / f"test-{name}", folder / name)))

    # Import everything that builds need, so that their processes, forks of this one, have it.
    site = copy("pages", tmp_path_factory.mktemp("imported"))
    site.write("page.md", "# A page\n")
    with sphinx_as_it_was():
        run_sphinx(site.arguments("en", "html"), site.folder / "build.log")
    return copy


@pytest.fixture
def site(copy_site: Callable[[str, Path], Site], tmp_path: Path) -> Site:
    """Return a site that has our extensions for texts and cells and, so far, no page but one."""
    return copy_site("pages", tmp_path)


# --- in a browser ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    names = ["chromium", "chromium-browser", "google-chrome"]
    found = [path for name in names if (path := shutil.which(name))]  # noxfile.py looks first
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found[0],
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the book at a free port."""
    assert SITE.exists(), "There is no site yet: run ./nox first."
    from first_visit import hosted  # found only now

    with hosted(SITE) as address:
        yield address
