"""Read a page again that was saved while Sphinx was reading it.

Sphinx notes when it *has* read a page, and reads it again when its file is newer than that. What
was saved between the reading and the note is older, and would wait until the next time that
somebody saves the page. Here the note is when the reading of all pages began.
"""

from __future__ import annotations

import time
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

MARGIN = 20_000
"""In microseconds, as are Sphinx's notes; clocks of file systems are that much coarser."""


class Reading:
    """The pages that are being read, and since when."""

    def begin(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        self.since = time.time_ns() // 1000 - MARGIN
        self.docnames = docnames

    def end(self, app: Sphinx, env: BuildEnvironment) -> None:
        for docname in self.docnames:
            if docname in env.all_docs:
                env.all_docs[docname] = min(env.all_docs[docname], self.since)


def setup(app: Sphinx) -> dict[str, Any]:
    reading = Reading()
    app.connect("env-before-read-docs", reading.begin, priority=100)  # before cells are executed
    app.connect("env-updated", reading.end)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
