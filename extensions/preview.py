"""Show the warnings of a page on the page itself, for those who see only the preview.

With ``-D preview=1``, a box at the top of each page has the warnings that name its source or its
catalogue, as they are in the terminal; those that belong to no page are on the first one. A box
goes when its cause is mended, and it stays in builds that don't read its page again.

Templates have ``preview``, which is true then. Boxes are complete if one process writes all pages.

Pages have no Content-Security-Policy then: the server adds a script that loads them again.

Put this extension behind those that add to warnings, and before those that warn as soon as they
are set up: what is logged earlier is in the terminal only.
"""

from __future__ import annotations

import html
import json
import logging
import os
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.build_phase import BuildPhase
from sphinx.util.i18n import docname_to_domain
from sphinx.util.logging import NAMESPACE, WarningStreamHandler

#: Where the box of a page stands, and what may stand there.
PLACE = "<!-- preview -->{}<!-- /preview -->"
BOX = """\
<div class="admonition error" role="alert" lang="en" translate="no">
<p class="admonition-title">To be mended on this page</p>
{notes}</div>
"""
NOTE = """\
<p><code>{location}</code></p>
<pre style="white-space: pre-wrap; font-size: smaller; line-height: 1.6">{text}</pre>
"""

#: Where a warning is, and what it says.
Note = tuple[str, str]


class Preview(logging.Filter):
    """Collects warnings as they pass on their way to the terminal, and puts them on pages.

    Sphinx holds back the warnings of reading and of writing until all pages are read or written.
    So the boxes are filled last.
    """

    def __init__(self, app: Sphinx, builder: StandaloneHTMLBuilder) -> None:
        super().__init__()
        self.app = app
        self.builder = builder
        self.file = Path(app.doctreedir, "preview.json")
        self.contents = contents(app.env)
        self.now: list[Note] = []
        # By page, the warnings from when it was read and written last, in whichever build.
        self.read: dict[str, list[Note]] = {}
        self.written: dict[str, list[Note]] = {}
        if self.file.exists():
            for kept, known in zip(
                (self.read, self.written), json.loads(self.file.read_text("utf-8")), strict=True
            ):
                kept.update({page: [(a, b) for a, b in notes] for page, notes in known.items()})

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno >= logging.WARNING:
            message = logging.LogRecord.getMessage(record)  # without the location
            self.add((str(getattr(record, "location", None) or ""), message))
        return True

    def add(self, note: Note) -> None:
        phase, pages = self.builder.phase, self.pages(note)
        if phase is BuildPhase.CONSISTENCY_CHECK:
            return  # it is about the book; no one could say when it is mended
        if phase is BuildPhase.INITIALIZATION or not pages:
            self.now.append(note)
            return
        kept = self.read if phase is BuildPhase.READING else self.written
        for page in pages:
            kept.setdefault(page, []).append(note)

    def pages(self, note: Note) -> list[str]:
        """The pages that a warning belongs to, by their source or catalogue."""
        app = self.app
        where = re.match(r"(.+?\.\w+)(:|$)", note[0])
        path = Path(where[1]).absolute() if where else Path()
        domains = {
            path.relative_to(folder).with_suffix("").as_posix()
            for name in app.config.locale_dirs
            if path.is_relative_to(
                folder := Path(app.srcdir, name, app.config.language, "LC_MESSAGES")
            )
        }
        compact = app.config.gettext_compact
        page = app.project.path2doc(str(path))
        return [
            name
            for name in app.env.found_docs
            if name == page or docname_to_domain(name, compact) in domains
        ]

    def of(self, page: str) -> list[Note]:
        """The warnings of a page, each once; the first page has those of no page, too."""
        others = [[], [page]] if page == self.app.config.root_doc else [[page]]
        now = [note for note in self.now if self.pages(note) in others]
        return list(dict.fromkeys(now + self.read.get(page, []) + self.written.get(page, [])))

    # --- handlers of Sphinx's events, in their order ---------------------------------------------

    def forget(self, app: Sphinx, env: BuildEnvironment, page: str) -> None:
        """Forget what was said of a page that is going to be read."""
        self.read.pop(page, None)

    def outdated(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Pages that warned when they were written: what mends them may be elsewhere."""
        return [page for page, notes in self.written.items() if notes and page in env.found_docs]

    def keep_others(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Don't write the pages again that list a page in their toctree, if they list the same.

        What Sphinx keeps for the next build has been saved before this event.
        """
        for page, listed in contents(env).items():
            if self.contents.get(page) == listed:
                env.files_to_rebuild.pop(page, None)

    def make_place(
        self, app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
    ) -> None:
        """Make a place for the box on a page that is being written."""
        context["preview"] = True
        if doctree is not None:  # else it is the search, for instance
            self.written.pop(page, None)
            context["body"] = PLACE.format("") + context["body"]

    def fill(self, app: Sphinx, exception: Exception | None) -> None:
        """Put the boxes on all pages, and keep what the next build must know."""
        for page in app.env.found_docs:
            put(box(self.of(page), app.confdir), self.builder.get_output_path(page))
        unfinished = self.file.with_suffix(".tmp")  # whoever ends the build now leaves a whole one
        unfinished.write_text(json.dumps([self.read, self.written]), "utf-8")
        unfinished.replace(self.file)


def box(notes: list[Note], folder: Path) -> str:
    """What stands at the top of a page; places are given from a folder on."""
    shown = "".join(
        NOTE.format(
            location=html.escape(where.replace(f"{folder}{os.sep}", "")), text=html.escape(text)
        )
        for where, text in notes
    )
    return BOX.format(notes=shown) if notes else ""


def put(box: str, file: Path) -> None:
    """Put a box in its place on a page, in place of the one that is there."""
    before = file.read_text("utf-8") if file.exists() else ""
    place = re.compile(PLACE.format(".*?"), re.DOTALL)
    after = place.sub(PLACE.format(box).replace("\\", r"\\"), before, count=1)
    if after != before:
        file.write_text(after, "utf-8")


def contents(env: BuildEnvironment) -> dict[str, str]:
    """What a toctree can list of each page."""
    return {page: toc.astext() for page, toc in env.tocs.items()}


def begin(app: Sphinx) -> None:
    """Listen to warnings from now on."""
    if not app.config.preview or not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    preview = Preview(app, app.builder)
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(preview)
    app.connect("env-purge-doc", preview.forget)
    app.connect("env-updated", preview.outdated)
    app.connect("env-check-consistency", preview.keep_others)
    app.connect("html-page-context", preview.make_place)
    app.connect("build-finished", preview.fill, priority=900)  # after whatever may still warn


def let_in(app: Sphinx, config: Config) -> None:
    if config.preview and "content_security_policy" in config:
        config.content_security_policy = {}


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("preview", False, "html", bool)
    app.connect("config-inited", let_in)
    app.connect("builder-inited", begin)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
