"""sphinx-autobuild with builds that start at once: ``python tools/live.py`` and its arguments.

sphinx-autobuild starts a new Python for each build, whose imports take longer than the build of
one page does, and has no option against that. Here it has imported everything before, and its
builds are forks of it.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
import runpy
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from copy import deepcopy
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

from myst_parser.mdit_to_docutils import base
from sphinx.cmd.build import main as sphinx_build
from sphinx_autobuild import build, server
from sphinx_autobuild.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
BEGAN = time.time()
sys.path.append(str(ROOT / "extensions"))
import catalogues  # noqa: E402
import cells  # noqa: E402
import preview  # noqa: E402


def import_all() -> None:
    """Import what builds need; nothing is built here, so that forks begin with no old texts."""
    settings = runpy.run_path("conf.py")
    for name in (*settings["extensions"], settings["html_theme"], "sphinx.builders.html"):
        import_module(name)
    cells.installed_packages()  # remembered, and so are well-formed catalogues
    gc.freeze()


def remember_settings() -> None:
    """MyST-Parser reads each message as a document, and docutils makes its settings anew."""
    default = cache(base.get_default_settings)
    base.get_default_settings = lambda *parts: deepcopy(default(*parts))


def run(command: list[str], *, check: bool) -> None:
    """Run ``python -m sphinx build …`` as ``subprocess.run`` would, but in a fork."""
    forget_outdated()
    # Here, so that forks need not look again at the catalogues that are as they were.
    if found := catalogues.mistakes_below([ROOT / "docs"]):
        show(found, Path(command[-1]))
        print("live: the pages stay as they were until this is mended.")
        if check:
            raise subprocess.CalledProcessError(1, command)
        return
    process = multiprocessing.Process(target=run_sphinx, args=[command[4:]])
    process.start()
    process.join()
    if check and process.exitcode:
        raise subprocess.CalledProcessError(process.exitcode, command)


def forget_outdated() -> None:
    """Let Sphinx compile again what was saved while it was compiled, and so is older than that.

    What it has compiled here of a catalogue that is gone since, no build would accept.
    """
    for binary in (ROOT / "docs").rglob("*.mo"):
        language = binary.relative_to(ROOT / "docs").parts[0]
        if not binary.with_suffix(".po").is_file():
            outdated = binary.stat().st_mtime > BEGAN
        else:
            outdated = not catalogues.compiled(binary, language)
        if outdated:
            binary.unlink()


def run_sphinx(arguments: list[str]) -> None:
    gc.disable()  # it would take a fifth of the time of a process that ends soon
    sys.exit(sphinx_build(arguments))


def show(mistakes: list[catalogues.Mistake], pages: Path) -> None:
    """Put what is wrong with catalogues, so that no build can begin, on pages built before.

    It stands on the page of its catalogue, or on the first one.
    """
    by_page = defaultdict(list)
    for mistake in mistakes:
        print(mistake, end="\n\n")
        name = Path(re.sub(r".*/LC_MESSAGES/|:\d+$", "", mistake.location))
        page = pages / name.with_suffix(".html")
        by_page[page if page.exists() else pages / "index.html"].append(mistake)
    for page, found in by_page.items():
        notes = [(mistake.location, mistake.text) for mistake in found]
        preview.put(preview.box(notes, ROOT), page)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    import_all()
    remember_settings()
    # sphinx-autobuild starts a process for each change, which knows nothing of the one before.
    process = ProcessPoolExecutor(max_workers=1)
    server.ProcessPoolExecutor = lambda: nullcontext(process)
    # Only there: others, the kernels of code cells among them, need the real one.
    build.subprocess = SimpleNamespace(run=run, CalledProcessError=subprocess.CalledProcessError)
    main()
