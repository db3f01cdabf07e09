"""How long after saving a translation a reader of the preview sees it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import polib
from first_visit import chromium
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGE, REPEATS = "lessons/derivatives", 5
MARK = "ឆ្កែ"  # a dog, of which the page has none
SERVERS = {"nudge": ["tools/live.py"], "sphinx-autobuild": ["-m", "sphinx_autobuild"]}


def copy_project(folder: Path) -> None:
    """Copy what a build needs, with the outputs of cells."""
    folders = ("docs", "extensions", "static", "templates", "tools", "build/fonts", "build/cache")
    for name in folders:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "conf.py", folder)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")


@contextmanager
def served(command: list[str], project: Path) -> Iterator[str]:
    """Serve the Khmer book, built already; yields its address."""
    log = project / "log.txt"
    with log.open("w") as file:
        process = subprocess.Popen(
            [
                *(sys.executable, *command),
                *("--port=0", "--watch=docs", "--ignore=*.mo", "--conf-dir=."),
                *("--define=language=km", "--define=preview=1"),
                *("--define=translation_status_follow=0", "docs/en", "build/live/html"),
            ],
            cwd=project,
            stdout=file,
            stderr=file,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    try:
        yield address_of(process, log)
    finally:
        end(process)


def address_of(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that a server writes into its log, as soon as it answers there.

    :raises RuntimeError: when it has ended, or has nothing to show
    """
    while process.poll() is None:
        if found := re.search(r"Serving on (http:[\w:/.]+)", log.read_text("utf-8")):
            try:
                urlopen(found[1]).close()
            except HTTPError:  # it answers, but the build has failed
                break
            except URLError:
                pass
            else:
                return found[1]
        time.sleep(0.1)
    raise RuntimeError(f"There is no preview:\n{log.read_text('utf-8')}")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server and the builds that it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def seconds(command: list[str]) -> list[float]:
    """The times from saving a message to its being on the page, in a browser that shows it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Path(folder)
        copy_project(project)
        catalogue = polib.pofile(
            str(project / "docs" / "km" / "LC_MESSAGES" / f"{PAGE}.po"), wrapwidth=79
        )
        browser = chromium(playwright)
        times = []
        with served(command, project) as address:
            page = browser.new_page()
            page.goto(f"{address}/{PAGE}.html")
            plain = next(
                entry
                for entry in catalogue.translated_entries()
                if page.get_by_text(entry.msgstr, exact=True).first.is_visible()
                and entry.msgstr.endswith("។")
            )
            for number in range(REPEATS + 1):
                plain.msgstr += MARK
                start = time.perf_counter()
                catalogue.save()
                page.get_by_text(MARK * (number + 1)).first.wait_for(timeout=120_000)
                times.append(time.perf_counter() - start)
                page.wait_for_load_state("networkidle")
        browser.close()
    return times[1:]  # warm


def previews() -> None:
    """Print the median times of this project's preview and of plain sphinx-autobuild."""
    print(f"\nsaved message visible in the preview, median of {REPEATS}")
    for name, command in SERVERS.items():
        print(f"{name:20} {statistics.median(seconds(command)):6.1f}s", flush=True)


if __name__ == "__main__":
    previews()
