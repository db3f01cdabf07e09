"""``nox -s live``: what is saved is on its page, and so is why something is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from saved_message import address_of, end
from test_build_site import ROOT, Project

PAGE = """\
---
file_format: mystnb
---

# A page

The slope of $x^2$ is steep.

```{code-cell} ipython3
print(f"the slope is {2 * 3}")
```
"""
CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "The slope of $x^2$ is steep."
msgstr "ជម្រាលនៃ $x^2$ ចោត។"

#. displayed string: print(f"the slope is {2 * 3}")
msgid "the slope is {2 * 3}"
msgstr "ជម្រាលគឺ {2 * 3}"
"""
NAME = "docs/km/LC_MESSAGES/page.po"

expect.set_options(timeout=90_000)  # the machine may be busy; nothing here is about speed


class Live(Project):
    """A project of three pages that ``nox -s live -- km`` serves."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for name in ("noxfile.py", "package-lock.json"):
            shutil.copy2(ROOT / name, folder)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        self.index = self.page.with_name("index.md")
        self.index.write_text(
            "(contribute-translate)=\n# A book\n\n```{toctree}\npage\nother\n```\n"
        )
        self.page.with_name("other.md").write_text("# Another page\n\nSome text.\n")
        self.page.write_text(PAGE)
        self.catalogue = folder / NAME
        self.catalogue.parent.mkdir()
        self.catalogue.write_text(CATALOGUE)
        self.log = folder / "log.txt"

    def serve(self) -> subprocess.Popen[bytes]:
        """Start the session, in a process group of its own, as a shell would."""
        path = f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}"
        with self.log.open("w") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "nox", "-s", "live", "--", "km"],
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PATH": path, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )

    def save(self, old: str, new: str) -> None:
        """Save the good catalogue, but for one replacement."""
        assert CATALOGUE.count(old) == 1
        self.catalogue.write_text(CATALOGUE.replace(old, new))

    def written(self) -> dict[str, int]:
        """When each page of the book was written."""
        html = self.folder / "build" / "live" / "km" / "html"
        return {
            name: (html / f"{name}.html").stat().st_mtime_ns for name in ("index", "page", "other")
        }


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Live, str]]:
    """Return a project and the address at which it is served."""
    project = Live(tmp_path_factory.mktemp("live"))
    process = project.serve()
    try:
        yield project, address_of(process, project.log)
    finally:
        end(process)


@pytest.fixture
def project(live: tuple[Live, str]) -> Live:
    return live[0]


@pytest.fixture
def page(live: tuple[Live, str], browser: Browser) -> Iterator[Page]:
    """Return the page as it was at first, in a browser."""
    project, address = live
    project.page.write_text(PAGE)
    project.catalogue.write_text(CATALOGUE)
    page = browser.new_page()
    page.goto(f"{address}/page.html")
    expect(page.get_by_text("ជម្រាលគឺ 6", exact=True)).to_be_visible()
    expect(page.get_by_text("ចោត។")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    yield page
    page.close()


def box(page: Page) -> Locator:
    return page.get_by_role("alert")


def test_a_saved_message_is_shown_and_only_its_page_is_written(page: Page, project: Live) -> None:
    before = project.written()
    project.save("ចោត។", "ចោតណាស់។")
    expect(page.get_by_text("ចោតណាស់។")).to_be_visible()
    after = project.written()
    assert [name for name in after if after[name] != before[name]] == ["page"]


def test_saved_english_is_shown(page: Page, project: Live) -> None:
    project.page.write_text(PAGE + "\nOne more paragraph.\n")
    expect(page.get_by_text("One more paragraph.")).to_be_visible()


def test_a_lost_formula_is_on_the_page_until_it_is_mended(page: Page, project: Live) -> None:
    project.save("នៃ $x^2$ ", "")
    expect(box(page)).to_contain_text(f"{NAME}:5")
    expect(box(page)).to_contain_text("The formula $x^2$ of the original is missing.")
    expect(box(page)).to_contain_text("msgid: The slope of $x^2$ is steep.")
    expect(box(page)).to_contain_text("msgstr: ជម្រាលចោត។")
    expect(box(page)).to_contain_text("What to do: copy each formula as it is")
    assert f"{NAME}:5: WARNING: The formula $x^2$" in project.log.read_text()
    project.catalogue.write_text(CATALOGUE)
    expect(box(page)).to_have_count(0)
    expect(page.get_by_text("ចោត។")).to_be_visible()


def test_a_message_of_code_that_is_refused(page: Page, project: Live) -> None:
    project.save("ជម្រាលគឺ {2 * 3}", "ជម្រាលគឺ {2 * 4}")
    expect(box(page)).to_contain_text(f"{NAME}:7")
    expect(box(page)).to_contain_text("2 * 4")
    expect(page.get_by_text("the slope is 6", exact=True)).to_be_visible()


def test_a_malformed_catalogue(page: Page, project: Live) -> None:
    project.save('"ជម្រាលនៃ $x^2$ ចោត។"', '"ជម្រាលនៃ $x^2$ ចោត។')
    expect(box(page)).to_contain_text(f"{NAME}:5")
    expect(box(page)).to_contain_text("Put text between two quotation marks")
    project.catalogue.write_text(CATALOGUE)
    expect(box(page)).to_have_count(0)


def test_a_warning_from_reading_stays_while_its_page_is_not_read(
    page: Page, project: Live
) -> None:
    project.page.write_text(PAGE + "\n```{nonsense}\n```\n")
    expect(box(page)).to_contain_text("docs/en/page.md:13")
    expect(box(page)).to_contain_text("nonsense")
    project.index.write_text(project.index.read_text().replace("A book", "The book"))
    page.goto(page.url.replace("page.html", "index.html"))
    expect(page.get_by_role("heading", name="The book")).to_be_visible()
    expect(box(page)).to_have_count(0)
    page.goto(page.url.replace("index.html", "page.html"))
    expect(box(page)).to_contain_text("nonsense")


def test_a_reference_that_is_mended_on_another_page(page: Page, project: Live) -> None:
    other = project.page.with_name("other.md")
    project.page.write_text(PAGE + "\nSee [that](#there).\n")
    expect(box(page)).to_contain_text("'there'")
    expect(box(page)).to_contain_text("What to do: correct the name")
    other.write_text("(there)=\n" + other.read_text())
    expect(box(page)).to_have_count(0)


def test_a_cell_that_fails(page: Page, project: Live) -> None:
    project.page.write_text(PAGE.replace("2 * 3", "2 / 0"))
    expect(box(page)).to_contain_text("docs/en/page.md:10")
    expect(box(page)).to_contain_text("This cell raised ZeroDivisionError")


def test_what_belongs_to_no_page_is_on_the_first(page: Page, project: Live) -> None:
    interface = project.catalogue.with_name("sphinx.po")
    page.goto(page.url.replace("page.html", "index.html"))
    expect(box(page)).to_have_count(0)
    interface.write_text('msgid "Search"\nmsgstr "ស្វែងរក\n')
    expect(box(page)).to_contain_text("sphinx.po:2")
    interface.unlink()
    expect(box(page)).to_have_count(0)


def test_what_was_compiled_of_a_catalogue_that_is_gone_hinders_nobody(
    page: Page, project: Live
) -> None:
    """A build that was running has compiled it just before it was removed."""
    compiled = project.catalogue.with_name("sphinx.mo")
    shutil.copyfile(project.catalogue.with_suffix(".mo"), compiled)
    project.save("ចោត។", "ចោតណាស់។")
    expect(page.get_by_text("ចោតណាស់។")).to_be_visible()
    assert not compiled.exists()


def test_the_menu_of_languages_that_are_not_served_is_hidden(page: Page) -> None:
    expect(page.get_by_role("link", name="Another page").first).to_be_visible()
    expect(page.locator("nav.languages")).to_have_count(0)
