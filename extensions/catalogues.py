"""Refuse catalogues that are not well formed, with file, line and remedy.

Sphinx compiles the ``.po`` files of the build's language through Babel, which passes over many
mistakes: a lost quotation mark silently drops a message. This extension reads them strictly
before Sphinx does, and each mistake is a warning (``catalogues.malformed``).

Without a build: ``python catalogues.py docs`` checks every catalogue below ``docs``.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import PoFileError, read_po
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

#: A line of a catalogue: a comment, nothing, or a keyword and a string in quotation marks.
#: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
LINE = re.compile(
    r"""\s*(\#.*
    |(msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)?\s*"([^"\\]|\\[abfnrtv"\\0-7x])*"\s*
    )?""",
    re.VERBOSE,
)


@dataclass
class Mistake:
    """What is wrong with a catalogue, where, and what to do."""

    catalogue: Path
    line: int
    text: str

    @property
    def location(self) -> str:
        return f"{self.catalogue}:{self.line}"

    def __str__(self) -> str:
        return f"{self.location}: {self.text}"


def mistakes(catalogue: Path) -> list[Mistake]:
    """All mistakes in a catalogue."""
    try:
        lines = catalogue.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        number = catalogue.read_bytes()[: error.start].count(b"\n") + 1
        return [Mistake(catalogue, number, "This line is not UTF-8.\nSave the file as UTF-8.")]
    found = [
        Mistake(
            catalogue,
            number,
            f"This line is not of the form of a catalogue:\n    {line}\n"
            'Put text between two quotation marks, and write \\" for a quotation mark within it.',
        )
        for number, line in enumerate(lines, 1)
        if not LINE.fullmatch(line.rstrip("\r"))
    ]
    return found or disorder(catalogue, lines)


def disorder(catalogue: Path, lines: list[str]) -> list[Mistake]:
    """Mistakes in the order of well-formed lines, such as a ``msgid`` without its ``msgstr``."""
    try:
        with catalogue.open("rb") as file:
            read_po(file, abort_invalid=True)
    except PoFileError as error:
        number = min(error.lineno + 1, len(lines))
        remedy = (
            "Restore the order: comments, msgid, msgstr, and an empty line after each message."
        )
        text = f"{error.args[0]}\n    {lines[number - 1]}\n{remedy}"
        return [Mistake(catalogue, number, text)]
    return []


def mistakes_below(folders: list[Path]) -> list[Mistake]:
    catalogues = [file for folder in folders for file in sorted(folder.rglob("*.po"))]
    return [mistake for catalogue in catalogues for mistake in mistakes(catalogue)]


def check(app: Sphinx) -> None:
    """Warn of each mistake in the catalogues of the build's language."""
    config = app.config
    folders = [app.srcdir / name / (config.language or "") for name in config.locale_dirs]
    for mistake in mistakes_below([Path(folder) for folder in folders]):
        logger.warning(
            "%s", mistake.text, location=mistake.location, type="catalogues", subtype="malformed"
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", check)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    found = mistakes_below([Path(name) for name in sys.argv[1:]])
    sys.exit("\n\n".join(map(str, found)) or 0)
