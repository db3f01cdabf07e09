"""Run the code cells of MyST-NB pages: all cores, one cache, errors that name file and line.

MyST-NB reads and renders the pages; this extension takes over what lies between, the execution,
by way of MyST-NB's documented hook for readers (``nb_custom_formats``).

* Before Sphinx reads the pages, every page whose outputs are not known yet is executed, several
  at a time, each in a kernel of its own whose working directory is the page's folder.
* Outputs are kept in ``cells_cache``, one file per page, named by a hash of all that they
  depend on: the code, the modules and data files that the page uses, the Python version, the
  installed packages and the files in ``cells_depends``. Files are written under another name
  and renamed, so that builds that run side by side or are killed leave no half-written record.
  (jupyter-cache hashes the code alone, also re-executes a page whose caption changed, and its
  database is not safe for two builds that start together.)
* A cell that raises, writes to stderr or exceeds ``cells_timeout`` is a Sphinx warning with
  the page's file and line. Nothing of a failed page is kept.

A page names the data files that it reads in its front matter, relative to itself::

    ---
    file_format: mystnb
    data_files: [heights.csv]
    ---

Local modules are found from the page's ``import`` statements.

How many cells were executed and how many came from the cache is logged and, for an HTML build,
written to ``cells.json`` beside the doctrees.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import itertools
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

#: A record that no build has asked for in this many days is deleted.
KEEP_DAYS = 30

#: What stands for a plot where nothing is executed, so that its caption and alt text are seen.
BLANK = nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>", "text/plain": ""})


class CellError(Exception):
    """A code cell failed: ``index`` is its place in the notebook, ``line`` that in the cell."""

    def __init__(self, message: str, index: int, line: int = 1) -> None:
        super().__init__(message)
        self.index = index
        self.line = line


# --- a page ------------------------------------------------------------------------------------


@dataclass
class Page:
    """A page as a notebook without outputs, and what its outputs depend on."""

    docname: str
    path: Path
    text: str
    notebook: NotebookNode
    depends: list[Path] = field(default_factory=list)
    """Local modules and data files that the page uses."""

    @property
    def code_cells(self) -> list[NotebookNode]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    def line(self, index: int) -> int:
        """The line in the page on which the source of cell ``index`` begins."""
        below_fence = self.notebook.metadata["source_map"][index]
        lines = self.text.splitlines()
        first = self.notebook.cells[index].source.partition("\n")[0]
        for number, text in enumerate(lines[below_fence:], below_fence + 1):
            if text.strip() == first.strip():  # options may stand between fence and code
                return number
        return below_fence

    def key(self, environment: str) -> str:
        """Hash of all that the outputs depend on.

        Captions, alt texts and other cell options are not among it, only the tags.
        """
        code = [[cell.source, cell.metadata.get("tags", [])] for cell in self.code_cells]
        depends = [[path.name, digest_of_files([path])] for path in self.depends]
        kernel = self.notebook.metadata.get("kernelspec", {}).get("name", "")
        return digest([environment, self.docname, kernel, code, depends])


def read_page(env: BuildEnvironment, docname: str, text: str) -> Page:
    """Read the source ``text`` of a page, as left by the ``source-read`` handlers."""
    path = Path(env.doc2path(docname))
    notebook = read_myst_markdown_notebook(
        text,
        config=env.myst_config,  # type: ignore[attr-defined]  # set by MyST-Parser
        add_source_map=True,
        path=path,
    )
    correct_lines(notebook, text.splitlines())
    page = Page(docname, path, text, notebook)
    data = [path.parent / name for name in notebook.metadata.get("data_files", [])]
    for missing in [name for name in data if not name.is_file()]:
        logger.warning(
            f"The page's front matter declares the data file {missing.name!r}, which is not at "
            f"{missing}.\nCorrect the name under `data_files:`; it is relative to the page.",
            location=(docname, 1),
            type="cells",
            subtype="data",
        )
    sources = "\n".join(cell.source for cell in page.code_cells)
    modules = local_modules(TransformerManager().transform_cell(sources), path.parent)
    page.depends = sorted(modules) + [name for name in data if name.is_file()]
    return page


def correct_lines(notebook: NotebookNode, lines: list[str]) -> None:
    """Make the lines that warnings name right, however many blank lines stand above the text.

    MyST-NB drops these lines without counting them, and later adds 1 to all lines.
    """
    starts = notebook.metadata["source_map"]
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            blank = itertools.takewhile(lambda line: not line.strip(), lines[starts[index] :])
            starts[index] += len(list(blank)) - 1


def local_modules(source: str, folder: Path) -> set[Path]:
    """The Python files in ``folder`` that ``source`` imports, and those that these import.

    Code that does not parse imports nothing: running it will say what is wrong.
    """
    found: set[Path] = set()
    waiting = [source]
    while waiting:
        for name in imported_names(waiting.pop()):
            spec = PathFinder.find_spec(name, [str(folder)])
            if spec is None:
                continue
            packages = [Path(p) for p in spec.submodule_search_locations or []]
            files = [file for p in packages for file in p.rglob("*.py")]
            files += [Path(spec.origin)] if spec.origin else []
            waiting += [file.read_text("utf-8") for file in files if file not in found]
            found.update(files)
    return found


def imported_names(source: str) -> set[str]:
    """The top-level names of the modules that ``source`` imports."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


# --- hashes ------------------------------------------------------------------------------------


def digest(value: Any) -> str:
    """A hash of anything that JSON can hold."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def digest_of_files(paths: list[Path]) -> str:
    return digest([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])


@cache
def installed_packages() -> tuple[str, ...]:
    return tuple(sorted(f"{dist.name}=={dist.version}" for dist in distributions()))


def environment_digest(app: Sphinx) -> str:
    """A hash of what the outputs of every page depend on."""
    patterns = app.config.cells_depends
    files: list[Path] = [file for name in patterns for file in sorted(app.confdir.glob(name))]
    if startup := startup_file(app):
        files.append(startup)
    return digest([sys.version, installed_packages(), digest_of_files(files)])


# --- the cache ---------------------------------------------------------------------------------


@dataclass
class Store:
    """Executed pages by key: the outputs of each code cell and the kernel's ``language_info``."""

    folder: Path

    def path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def load(self, key: str) -> dict[str, Any] | None:
        """The record under ``key``, or None; what was used lately is kept longest."""
        try:
            record = json.loads(self.path(key).read_text("utf-8"))
        except FileNotFoundError:
            return None
        os.utime(self.path(key))
        return record

    def save(self, key: str, record: dict[str, Any]) -> None:
        unfinished = self.path(f"{key}.{os.getpid()}").with_suffix(".tmp")
        unfinished.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
        os.replace(unfinished, self.path(key))  # noqa: PTH105  Sphinx's paths have str.replace

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Let one build at a time work on ``key``; others wait and then find the record."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{key}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def prune(self) -> None:
        """Delete what has not been used for ``KEEP_DAYS`` days."""
        oldest = time.time() - KEEP_DAYS * 24 * 3600
        for file in self.folder.glob("*"):
            if file.stat().st_mtime < oldest:
                file.unlink(missing_ok=True)  # another build may have been faster


# --- execution ---------------------------------------------------------------------------------


def execute(page: Page, startup: Path | None, timeout: int) -> dict[str, Any]:
    """Run the cells of a page in a new kernel and return the record for the store.

    :param startup: Python file run before the page's own cells, to which it leaves no names
    :param timeout: seconds that one cell may take
    :raises CellError: when a cell raises, writes to stderr or takes too long
    """
    notebook = nbformat.from_dict(page.notebook)
    client = NotebookClient(
        notebook,
        timeout=timeout,
        coalesce_streams=True,  # kernels cut a text in two whenever they happen to flush it
        shutdown_kernel="immediate",  # it has nothing to lose, and interrupting it is noisy
        kernel_name=notebook.metadata.get("kernelspec", {}).get("name", "python3"),
        resources={"metadata": {"path": str(page.path.parent)}},
    )
    manager = client.create_kernel_manager()
    with tempfile.TemporaryDirectory() as sockets:
        # Files as sockets: no ports to clash over, and ipykernel 7 warns of unencrypted TCP.
        manager.transport, manager.ip = "ipc", str(Path(sockets, "kernel"))
        return run_cells(client, notebook, startup)


def run_cells(
    client: NotebookClient, notebook: NotebookNode, startup: Path | None
) -> dict[str, Any]:
    """Run all code cells in a new kernel; see :func:`execute`."""
    with client.setup_kernel():
        assert client.kc is not None
        if startup:
            code = f"__import__('runpy').run_path({str(startup)!r})"
            reply = ask(client, client.kc.execute(code, silent=True))
            if reply["status"] == "error":
                problem = without_colours("\n".join(reply["traceback"]))
                raise ExtensionError(f"{startup} failed; correct it.\n{problem}")
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                run_cell(client, cell, index)
        language_info = ask(client, client.kc.kernel_info())["language_info"]
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    return {"outputs": outputs, "language_info": language_info}


def ask(client: NotebookClient, request: str) -> dict[str, Any]:
    """The content of the kernel's reply to a message that has been sent to it."""
    reply = client.wait_for_reply(request)
    if reply is None:
        raise ExtensionError("The Jupyter kernel does not answer; run the build again.")
    return reply["content"]


def run_cell(client: NotebookClient, cell: NotebookNode, index: int) -> None:
    """Run one cell; see :func:`execute`."""
    try:
        client.execute_cell(cell, index, store_history=True)
    except CellTimeoutError:
        message = (
            f"This cell ran longer than {client.timeout} seconds and was stopped.\n"
            "Make it faster, or raise `cells_timeout` in conf.py."
        )
        raise CellError(message, index) from None
    except DeadKernelError:
        message = "The kernel died in this cell.\nLook for a lack of memory or a call of exit()."
        raise CellError(message, index) from None
    except CellExecutionError as error:
        message = (
            f"This cell raised {error.ename}: {error.evalue}\n"
            "Mend the cell, or give it the tag `raises-exception` if it is meant to fail."
        )
        raise CellError(message, index, line_of_error(error.traceback)) from None
    stderr = "".join(out.text for out in cell.outputs if out.get("name") == "stderr").strip()
    if stderr:
        message = (
            f"This cell wrote to stderr:\n{stderr}\n"
            "Remove what the message complains about; a page shows no warnings to its readers."
        )
        raise CellError(message, index)


def without_colours(traceback: str) -> str:
    """IPython's ``traceback`` as plain text."""
    return re.sub(r"\x1b\[[0-9;]*m", "", traceback)


def line_of_error(traceback: str) -> int:
    """The line of the cell that IPython's ``traceback`` points at first."""
    match = re.search(r"Cell In\[\d+\], line (\d+)", without_colours(traceback))
    return int(match[1]) if match else 1


def excerpt(source: str, line: int, first: int) -> str:
    """The lines of a cell around ``line``, numbered from ``first``, with an arrow at ``line``."""
    numbered = list(enumerate(source.splitlines(), 1))[max(0, line - 4) : line + 2]
    return "\n".join(
        f"{'→' if number == line else ' '} {first + number - 1:4} | {text}"
        for number, text in numbered
    )


def report(page: Page, error: CellError) -> None:
    """Warn of a failed cell with the page's file and line and the code."""
    first = page.line(error.index)
    code = excerpt(page.notebook.cells[error.index].source, error.line, first)
    logger.warning(
        f"{error}\n{code}",
        location=(page.docname, first + error.line - 1),
        type="cells",
        subtype="cell",
    )


# --- Sphinx ------------------------------------------------------------------------------------


@dataclass
class Build:
    """The running build."""

    app: Sphinx
    environment: str = ""
    """Hash of what the outputs of every page depend on."""
    executed: set[str] = field(default_factory=set)
    """The pages that this build has executed."""
    waiting: dict[tuple[str, str], Page] = field(default_factory=dict)
    """By name and text, the pages read for execution, till Sphinx reads them."""

    @property
    def store(self) -> Store:
        return Store(self.app.confdir / self.app.config.cells_cache)

    def record(self, page: Page) -> dict[str, Any] | None:
        return self.store.load(page.key(self.environment))


#: A global, because MyST-NB hands a reader the text of a page and nothing else.
_build: Build


def configure_mystnb(app: Sphinx, config: Config) -> None:
    """Make MyST-NB read Markdown through :func:`read_with_outputs` and execute nothing itself."""
    global _build
    _build = Build(app)
    config.nb_custom_formats = {".md": (f"{__name__}.read_with_outputs", {}, False)}
    config.nb_execution_mode = "off"


def startup_file(app: Sphinx) -> Path | None:
    name = app.config.cells_startup
    return app.confdir / name if name else None


def prepare(app: Sphinx) -> None:
    """Compute once what the keys of all pages share."""
    startup = startup_file(app)
    if startup and not startup.is_file():
        raise ExtensionError(
            f"conf.py gives as `cells_startup` the file {startup}, which does not exist.\n"
            "Correct the name; it is relative to conf.py."
        )
    _build.environment = environment_digest(app)


def pages_to_read_again(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Iterator[str]:
    """Every page with cells, when something changed that all outputs depend on."""
    if getattr(env, "cells_environment", None) != _build.environment:
        yield from (name for name, data in env.metadata.items() if data.get("code_cells"))
    env.cells_environment = _build.environment  # type: ignore[attr-defined]


def execute_pages(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute, several at a time, the pages among ``docnames`` that the store does not hold."""
    if app.builder.name == "gettext":
        return
    pages = [page for page in map(read_source, docnames) if page and page.code_cells]
    waiting = [page for page in pages if not _build.record(page)]

    def run(number: int, page: Page) -> CellError | None:
        return execute_once(page, f"{number} of {len(waiting)}")

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            errors = list(pool.map(run, range(1, len(waiting) + 1), waiting))
        except KeyboardInterrupt:
            os._exit(130)  # else the threads would wait for their cells; kernels see it and end
    for page, error in zip(waiting, errors, strict=True):
        if error:
            report(page, error)


def execute_once(page: Page, number: str) -> CellError | None:
    """Execute a page and store its outputs, unless another build has been faster.

    :param number: of the page among those that are executed, for the screen
    :returns: the error of its cells, if there is one
    """
    app = _build.app
    key = page.key(_build.environment)
    with _build.store.lock(key):
        if _build.record(page):
            return None
        logger.info(f"executing page {number}: {page.docname}")
        try:
            record = execute(page, startup_file(app), app.config.cells_timeout)
        except CellError as error:
            return error
        _build.store.save(key, record)
    _build.executed.add(page.docname)
    return None


def read_source(docname: str) -> Page | None:
    """Read a page before Sphinx does; None for pages that MyST-NB would not execute."""
    app = _build.app
    path = Path(app.env.doc2path(docname))
    source = [path.read_text("utf-8-sig")] if path.suffix == ".md" else [""]
    if not is_myst_markdown_notebook(source[0]):
        return None
    app.events.emit("source-read", docname, source)
    page = _build.waiting[docname, source[0]] = read_page(app.env, docname, source[0])
    return page


def read_with_outputs(text: str) -> NotebookNode:
    """Reader for MyST-NB: the page that Sphinx is reading now, as an executed notebook."""
    env = _build.app.env
    page = _build.waiting.pop((env.docname, text), None) or read_late(text)
    for path in page.depends:
        env.note_dependency(os.path.relpath(path, env.srcdir))
    env.metadata[env.docname]["code_cells"] = len(page.code_cells)
    page.notebook.metadata["language_info"] = {"name": "text"}  # till a kernel has said
    if not is_myst_markdown_notebook(text):
        refuse_cells(page)
    elif _build.app.builder.name == "gettext":
        for cell in page.code_cells:
            cell.outputs = [BLANK] if "mystnb" in cell.metadata else []
    elif record := _build.record(page):
        page.notebook.metadata["language_info"] = nbformat.from_dict(record["language_info"])
        for cell, outputs in zip(page.code_cells, record["outputs"], strict=True):
            cell.outputs = nbformat.from_dict(outputs)
    return page.notebook


def read_late(text: str) -> Page:
    """Read, and execute, a page that was saved after the others had been executed."""
    app = _build.app
    page = read_page(app.env, app.env.docname, text)
    runs = is_myst_markdown_notebook(text) and app.builder.name != "gettext"
    if runs and page.code_cells and (error := execute_once(page, "saved meanwhile")):
        report(page, error)
    return page


def refuse_cells(page: Page) -> None:
    """A page without the front matter of a notebook looks right but would run nothing."""
    if page.code_cells:
        logger.warning(
            "This page has code cells that would not run.\n"
            "Begin it with the front matter `file_format: mystnb`.",
            location=(page.docname, 1),
            type="cells",
            subtype="format",
        )


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Count the cells and clear old records out of the store."""
    if exception or app.builder.format != "html":
        return
    cells = {name: data.get("code_cells", 0) for name, data in app.env.metadata.items()}
    executed = sum(cells.get(name, 0) for name in _build.executed)
    count = {"executed": executed, "cached": sum(cells.values()) - executed}
    (app.doctreedir / "cells.json").write_text(json.dumps(count), "utf-8")
    logger.info("cells: %(executed)s executed, %(cached)s from cache", count)
    _build.store.prune()


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("myst_nb")
    app.add_config_value("cells_cache", "build/cache", "", str)  # relative to conf.py
    app.add_config_value("cells_depends", [], "", list)  # files, as patterns, of all pages
    app.add_config_value("cells_startup", "", "", str)  # Python file run before each page
    app.add_config_value("cells_timeout", 60, "", int)  # seconds for one cell
    app.connect("config-inited", configure_mystnb, priority=100)  # before MyST-NB reads it
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", pages_to_read_again)
    app.connect("env-before-read-docs", execute_pages)
    app.connect("build-finished", finish)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
