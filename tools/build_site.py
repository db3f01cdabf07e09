"""Build the site: ``python tools/build_site.py en km``.

Each language is built by a Sphinx of its own, all at the same time, and the doctests of the
first language run once. Only when everything has passed, the result takes the place of
``build/site``, in one step; until then, and for ever if something fails, the last good site
stays as it is.

``SITE_URL``, if it is set, is the address at which the site will stand. A host shows ``404.html``
under any address, so that page can't find its way without; and what search engines read, such as
the sitemap, has whole addresses, and is made only then.

The log of each Sphinx run is in ``build/<language>/<builder>.log``; on the screen are progress,
warnings and errors.
"""

from __future__ import annotations

import ctypes
import fcntl
import html
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import card
import fonts
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "extensions"))
from catalogues import mistakes_below  # noqa: E402
from content_security_policy import protect  # noqa: E402

BUILD = ROOT / "build"
SITE = BUILD / "site"
SETTINGS = runpy.run_path(str(ROOT / "conf.py"))
LANGUAGES: dict[str, str] = SETTINGS["languages"]
SOURCE = next(iter(LANGUAGES))  # the language that the pages are written in

URL = os.environ.get("SITE_URL", "")

MOVED = {f"{page}.html" for page in SETTINGS["rediraffe_redirects"]}  # lead elsewhere
NO_CONTENT = {"404.html", "genindex.html", "search.html"} | MOVED  # not for the sitemap

NOT_PUBLISHED = (".buildinfo*", "_rediraffe_redirected.json")  # what builds keep for the next

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # <fcntl.h>, <linux/fs.h>


class BuildError(Exception):
    """A step of the build failed; what was wrong has been printed."""


def sphinx(builder: str, language: str, *options: str, folder: Path | None = None) -> float:
    """Run one Sphinx build and return how many seconds it took.

    :param options: more options of sphinx-build
    :param folder: where to build, if not in ``build/<language>``
    :raises BuildError: when Sphinx finds any error or warning
    """
    start = time.perf_counter()
    folder = folder or BUILD / language
    command = [
        *(sys.executable, "-m", "sphinx"),
        *("-b", builder),
        "-W",  # a warning is an error
        "-n",  # a reference that leads nowhere is a warning
        *("-j", "auto"),
        *("-c", str(ROOT)),
        *("-d", str(folder / "doctrees")),
        *("-D", f"language={language}"),
        *("-D", f"html_baseurl={URL}{language}/" if URL else "html_baseurl="),
        *options,
        *(str(ROOT / "docs" / SOURCE), str(folder / builder)),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / f"{builder}.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            if line.startswith("executing page"):
                print(f"{language}: {line}", end="", flush=True)
            elif line.startswith("code messages"):
                print(line, end="", flush=True)
    if process.returncode:
        raise BuildError(f"{builder} ({language})")
    return time.perf_counter() - start


def forget_removed_pages(language: str) -> None:
    """Delete what was made of pages whose source is gone; Sphinx would leave it."""
    folder = BUILD / language
    for doctree in (folder / "doctrees").rglob("*.doctree"):
        page = doctree.relative_to(folder / "doctrees").with_suffix("")
        if not (ROOT / "docs" / SOURCE / f"{page}.md").exists():
            (folder / "html" / f"{page}.html").unlink(missing_ok=True)
            doctree.unlink()


def build(languages: list[str]) -> dict[str, float]:
    """Build the languages side by side, and run the doctests once; seconds by step.

    :raises BuildError: when a step failed, after all have ended
    """
    # Sphinx reads the catalogue of the interface before any extension could look at it.
    if found := mistakes_below([ROOT / "docs" / language for language in languages]):
        print("\n\n".join(map(str, found)))
        raise BuildError("catalogues")
    for language in languages:
        forget_removed_pages(language)
    with ThreadPoolExecutor() as pool:
        sites = {language: pool.submit(sphinx, "html", language) for language in languages}
        steps = {f"html ({language})": future for language, future in sites.items()}
        if SOURCE in sites and not sites[SOURCE].exception():
            steps["doctest"] = pool.submit(sphinx, "doctest", SOURCE)
    if failed := [step for step, future in steps.items() if future.exception()]:
        for step in failed:
            if not isinstance(error := steps[step].exception(), BuildError):
                raise error or AssertionError(step)
        raise BuildError(", ".join(failed))
    return {step: future.result() for step, future in steps.items()}


def publish(languages: list[str]) -> None:
    """Put the languages just built, and the others as they last were, in place of the site."""
    new = BUILD / "site.new"
    shutil.rmtree(new, ignore_errors=True)  # what a killed build left
    new.mkdir()
    for language in LANGUAGES:
        built = BUILD / language / "html" if language in languages else SITE / language
        if built.is_dir():
            shutil.copytree(built, new / language, ignore=shutil.ignore_patterns(*NOT_PUBLISHED))
            trim(new / language)
            words = open_graph(new / language / "index.html")
            picture = new / language / SETTINGS["open_graph_image"]
            card.draw(words["og:title"], words["og:site_name"], picture)
    write_root(new, URL)
    (new / ".nojekyll").touch()  # GitHub Pages would hide the folders that begin with _
    exchange(new, SITE)
    shutil.rmtree(new, ignore_errors=True)  # the site that was


def open_graph(page: Path) -> dict[str, str]:
    """What a page says of itself to other sites."""
    tags = re.findall(r'<meta property="([\w:]+)" content="(.*?)">', page.read_text("utf-8"))
    return {name: html.unescape(content) for name, content in tags}


def write_root(new: Path, url: str) -> None:
    """Write what stands beside the languages: the pages that lead to them, and files for robots.

    :param url: the address of the site; without it, there are no files for robots
    """
    templates = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "root"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    source = next(new / code for code in LANGUAGES if (new / code).is_dir())
    found = {str(path.relative_to(source)) for path in source.rglob("*.html")}
    for name in templates.list_templates():
        if not url and not name.endswith(".html"):
            continue
        text = templates.get_template(name).render(
            languages=LANGUAGES,
            source=SOURCE,
            url=url,
            pages=sorted(found - NO_CONTENT),
            description=open_graph(source / "index.html").get("og:description", ""),
        )
        (new / name).write_text(protect(text, SETTINGS["content_security_policy"]), "utf-8")


def trim(folder: Path) -> None:
    """Leave out what no page of a language uses: old pictures, and letters of the math font."""
    pages = "".join(page.read_text("utf-8") for page in folder.rglob("*.html"))
    for picture in (folder / "_images").glob("*"):
        if picture.name not in pages:
            picture.unlink()
    formulas = "".join(re.findall(r"<math.*?</math>", pages, re.DOTALL))
    letters = set(map(ord, html.unescape(re.sub(r"<[^>]*>", "", formulas) + "√")))  # <msqrt>
    font = folder / "_static" / "fonts" / "stix-two-math.woff2"
    fonts.subset_math_to(letters, ROOT / "node_modules" / fonts.MATH, font)


def exchange(new: Path, old: Path) -> None:
    """Make ``new`` take the place of the folder ``old`` in one step.

    Where the system can't exchange two folders (it is not Linux), ``old`` is away for an instant.
    """
    if not old.exists():
        new.rename(old)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(new), os.fsencode(old)
    if not hasattr(libc, "renameat2") or libc.renameat2(
        AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE
    ):
        aside = old.with_suffix(".old")
        old.rename(aside)
        new.rename(old)
        aside.rename(new)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let a second build wait for the first."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def cells(languages: list[str]) -> str:
    """How many cells of the languages were executed and how many came from the cache."""
    counts = [
        json.loads((BUILD / language / "doctrees" / "cells.json").read_text("utf-8"))
        for language in languages
    ]
    executed, cached = (sum(count[kind] for count in counts) for kind in ("executed", "cached"))
    return f"cells: {executed} executed, {cached} from cache"


def main(languages: list[str]) -> None:
    if unknown := [name for name in languages if name not in LANGUAGES]:
        known = ", ".join(LANGUAGES)
        sys.exit(f"site: there is no language {unknown[0]!r} in conf.py; choose among {known}.")
    (BUILD / "cells.txt").unlink(missing_ok=True)
    with one_at_a_time():
        start = time.perf_counter()
        fonts.make_fonts(ROOT / "node_modules", BUILD / "fonts")
        seconds = {"fonts": time.perf_counter() - start}
        try:
            seconds |= build(languages)
        except BuildError as error:
            sys.exit(
                f"site: {error} failed, for the reasons above. "
                + ("build/site is still the last good one." if SITE.exists() else "")
            )
        start = time.perf_counter()
        publish(languages)
        seconds["publish"] = time.perf_counter() - start
        (BUILD / "cells.txt").write_text(cells(languages), "utf-8")
    for step, duration in seconds.items():
        print(f"  {step:12} {duration:6.1f} s")
    print(f"Open {(SITE / 'index.html').relative_to(ROOT)} in a browser.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:] or list(LANGUAGES))
    except KeyboardInterrupt:
        sys.exit("site: interrupted; build/site is as it was.")
