"""Refuse catalogues that are not well formed, with file, line and remedy.

Sphinx compiles the ``.po`` files of the build's language through Babel, which passes over many
mistakes: a lost quotation mark silently drops a message. This extension reads them strictly
before Sphinx does and ends the build at the first sight of damage, with all mistakes in one list.

Without a build: ``python catalogues.py docs`` checks every catalogue below ``docs``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.pofile import PoFileError, read_po
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

#: A line of a catalogue: a comment, nothing, or a keyword and a string in quotation marks.
#: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
LINE = re.compile(
    r"""\s*(\#.*
    |(msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)?\s*"([^"\\]|\\[abfnrtv"\\0-7x])*"\s*
    )?""",
    re.VERBOSE,
)


def mistakes(catalogue: Path) -> list[str]:
    """What is wrong with a catalogue: ``file:line: …`` with the line and what to do."""
    try:
        lines = catalogue.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        number = catalogue.read_bytes()[: error.start].count(b"\n") + 1
        return [f"{catalogue}:{number}: This line is not UTF-8.\nSave the file as UTF-8."]
    found = [
        f"{catalogue}:{number}: This line is not of the form of a catalogue:\n    {line}\n"
        'Put text between two quotation marks, and write \\" for a quotation mark within it.'
        for number, line in enumerate(lines, 1)
        if not LINE.fullmatch(line.rstrip("\r"))
    ]
    return found or disorder(catalogue, lines)


def disorder(catalogue: Path, lines: list[str]) -> list[str]:
    """Mistakes in the order of well-formed lines, such as a ``msgid`` without its ``msgstr``."""
    try:
        with catalogue.open("rb") as file:
            read_po(file, abort_invalid=True)
    except PoFileError as error:
        number = min(error.lineno + 1, len(lines))
        return [
            f"{catalogue}:{number}: {error.args[0]}\n    {lines[number - 1]}\n"
            "Restore the order: comments, msgid, msgstr, and an empty line after each message."
        ]
    return []


def mistakes_below(folders: list[Path]) -> list[str]:
    catalogues = [file for folder in folders for file in sorted(folder.rglob("*.po"))]
    return [mistake for catalogue in catalogues for mistake in mistakes(catalogue)]


def check(app: Sphinx, config: Config) -> None:
    """End the build if a catalogue of its language is malformed.

    :raises ExtensionError: with one paragraph per mistake
    """
    found = mistakes_below([app.srcdir / name / config.language for name in config.locale_dirs])
    if found:
        raise ExtensionError("malformed catalogue\n" + "\n\n".join(found))


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", check)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit("\n\n".join(mistakes_below([Path(name) for name in sys.argv[1:]])) or 0)
