"""A build that failed, or was killed, fails again until its cause is mended.

Sphinx shows a page's warnings only when it reads or writes that page. So a build with ``-W`` that
fails and is run again, unchanged, finds nothing to read and succeeds. Here each build leaves a
note beside its doctrees and removes it when it ends well; a build that finds the note of an
earlier one starts from fresh doctrees. (Executed cells are kept elsewhere, so this is cheap.)
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

NOTE = "unfinished"


def begin(app: Sphinx, config: Config) -> None:
    """Forget the environment that an unfinished build left, before Sphinx loads it."""
    app.doctreedir.mkdir(parents=True, exist_ok=True)
    note = app.doctreedir / NOTE
    if note.exists():
        (app.doctreedir / "environment.pickle").unlink(missing_ok=True)
    note.touch()


def end(app: Sphinx, exception: Exception | None) -> None:
    failed = app.statuscode or (app._fail_on_warnings and app._warncount)
    if exception is None and not failed:
        (app.doctreedir / NOTE).unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", begin)
    app.connect("build-finished", end, priority=900)  # after whatever may still warn
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
