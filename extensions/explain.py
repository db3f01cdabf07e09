"""Warnings that show the line and say what to do.

Sphinx names the file and the line of a problem. This extension adds the offending line and, for
the kinds of warning in ``explain_remedies``, what to do about it::

    docs/en/limits.md:12: WARNING: 'myst' cross-reference target not found: 'secants'
         12 | as [the figure](#secants) shows.
    What to do: correct the name, or put `(name)=` on a line above the target.

In a build of a translation, a problem in a translated paragraph also names the catalogue and the
line of the message.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import polib
from catalogues import catalogue_of
from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE, WarningStreamHandler

#: Remedies by warning type; ``type.subtype`` goes before ``type``.
REMEDIES = {
    "myst.xref_missing": "correct the name, or put `(name)=` on a line above the target.",
    "myst.xref_ambiguous": "several targets have this name; say which kind, or rename one.",
    "myst.header": "headings must not skip a level: use one `#` fewer.",
    "ref": "correct the name of the target, or add the target.",
    "toc": "correct the page's path in the toctree, or list the page in one.",
    "misc": "correct the role, directive or option named here; see the syntax of MyST.",
    "myst": "correct the MyST syntax of this line.",
    "mystnb": "correct the code cell or its options.",
    "i18n": "make the roles and links of the translation the same as those of the original.",
    "docutils": "correct the syntax of this line; a missing blank line is a common cause.",
}


class Explain(logging.Filter):
    """Appends the source line and a remedy to each warning that has a location."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self.app = app

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        message = logging.LogRecord.getMessage(record)  # without the location
        where = re.match(r"(.+?\.\w+):(\d+)", str(getattr(record, "location", None) or ""))
        code = self.code(Path(where[1]), int(where[2])) if where else ""
        remedy = self.remedy(record)
        if code.strip() not in message:  # some warnings bring their own excerpt
            message += code
        record.msg, record.args = message + (f"\nWhat to do: {remedy}" if remedy else ""), ()
        return True

    def remedy(self, record: logging.LogRecord) -> str:
        remedies = REMEDIES | self.app.config.explain_remedies
        kind, subkind = getattr(record, "type", ""), getattr(record, "subtype", "")
        return remedies.get(f"{kind}.{subkind}") or remedies.get(kind) or ""

    def code(self, path: Path, line: int) -> str:
        """The line, and where it is translated, the place of the translation."""
        try:
            text = path.read_text("utf-8").splitlines()[line - 1]
        except (OSError, IndexError, UnicodeDecodeError):
            return ""
        return f"\n  {line:4} | {text}" + self.translation(path, text)

    def translation(self, path: Path, text: str) -> str:
        """Catalogue and line of the message that begins with ``text``."""
        docname = self.app.project.path2doc(str(path))
        if not text.strip() or docname is None:
            return ""
        catalogue = catalogue_of(self.app, docname)
        try:
            entries = polib.pofile(str(catalogue))
        except (OSError, UnicodeDecodeError):  # malformed, of which there is a warning of its own
            return ""
        for entry in entries:
            if entry.translated() and text.strip() in entry.msgid:
                return f"\nTranslated in {catalogue}:{entry.linenum}: {entry.msgstr}"
        return ""


def listen(app: Sphinx) -> None:
    for handler in logging.getLogger(NAMESPACE).handlers:
        if isinstance(handler, WarningStreamHandler):
            handler.addFilter(Explain(app))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("explain_remedies", {}, "", dict)
    app.connect("builder-inited", listen)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
