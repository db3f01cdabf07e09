"""Refuse catalogues that are not well formed, with file, line and remedy.

Sphinx compiles the ``.po`` files of the build's language through Babel, which passes over many
mistakes: a lost quotation mark silently drops a message. This extension reads them strictly
before Sphinx does. Each mistake is a warning (``catalogues.malformed``), and with one the build
ends before any page is read: what readers of catalogues understand differently, no check of
translations could be trusted with.

Refused are also links to other files, sizes that no translation has, headers that Sphinx would
choke on, and a compiled catalogue (``.mo``) that is not what its ``.po`` gives: Sphinx prefers the
compiled one.

Without a build: ``python catalogues.py docs`` checks every catalogue below ``docs``.
"""

from __future__ import annotations

import gettext
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import polib
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import PoFileError, read_po
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain

logger = logging.getLogger(__name__)

#: A line of a catalogue: a comment, nothing, or a keyword and a string in quotation marks. The
#: escapes are those that all programs read alike, and no control character is written as it is.
#: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
LINE = re.compile(
    r"""[ ]*(\#[^\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]*
    |(?P<keyword>msgctxt|msgid|msgid_plural|msgstr(\[\d\])?)?[ ]*
     "(?P<text>([^"\\\0-\x1f\x7f-\x9f\u2028\u2029]|\\[nrt"\\])*)"[ ]*
    )?""",
    re.VERBOSE,
)

ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

#: The largest catalogue, in bytes; that of a long page is a twentieth of it.
LARGEST = 2_000_000

ORDER = "Restore the order: comments, msgid, msgstr, and an empty line after each message."

NPLURALS = re.compile(r"nplurals *= *[1-9] *")


def longest(msgid: str) -> int:
    """The most characters that a translation may have; parsers take ever longer for long ones."""
    return 1000 + 4 * len(msgid)


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
    if catalogue.is_symlink() or not catalogue.is_file():
        text = "This is no file of its own, but leads elsewhere.\nPut the catalogue itself here."
        return [Mistake(catalogue, 1, text)]
    if catalogue.stat().st_size > LARGEST:
        text = f"This catalogue has more than {LARGEST} bytes.\nRemove what is not of the page."
        return [Mistake(catalogue, 1, text)]
    return mistakes_in(catalogue, catalogue.read_bytes())


@lru_cache(maxsize=1000)  # a preview looks at all catalogues each time one of them is saved
def mistakes_in(catalogue: Path, content: bytes) -> list[Mistake]:
    """All mistakes in a file of this content."""
    try:
        text = content.decode("utf-8-sig")  # as Sphinx reads it
        lines = StringIO(text, newline=None).read().split("\n")
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        return [Mistake(catalogue, number, "This line is not UTF-8.\nSave the file as UTF-8.")]
    found = [
        Mistake(
            catalogue,
            number,
            f"This line is not of the form of a catalogue:\n    {shown(line)}\n"
            'Put text between two quotation marks, write \\" for a quotation mark within it and '
            "\\n for a line break, and no other sign that can't be seen.",
        )
        for number, line in enumerate(lines, 1)
        if not LINE.fullmatch(line)
    ]
    return found or [*unfit(catalogue, lines)] or disorder(catalogue, lines)


def shown(line: str) -> str:
    """A line as a message can show it, on any terminal.

    >>> shown('msgid "\\x1b[1mA')
    'msgid "\\\\x1b[1mA'
    """
    short = line if len(line) < 200 else f"{line[:200]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def strings(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Line, keyword and text of each string of well-formed lines."""
    number, keyword, text = 0, "", ""
    for here, line in enumerate([*lines, 'end ""'], 1):
        match = LINE.fullmatch(line)
        if match and match["text"] is None:
            continue
        if match and not match["keyword"]:
            text += unescape(match["text"])
            continue
        if keyword:
            yield number, keyword, text
        if match:
            number, keyword, text = here, str(match["keyword"]), unescape(match["text"])


def catalogue_of(app: Sphinx, docname: str, language: str | None = None) -> Path:
    """The catalogue of a page in a language, that of the build if none is given.

    If there is none, it is where it would belong.
    """
    domain = docname_to_domain(docname, app.config.gettext_compact)
    inside = Path(language or app.config.language or "", "LC_MESSAGES", f"{domain}.po")
    paths = [Path(app.srcdir, folder, inside) for folder in app.config.locale_dirs or [""]]
    return next((path for path in paths if path.is_file()), paths[-1])


def place(catalogue: Path, msgid: str) -> str:
    """File and line of the translation of a message."""
    found = False
    for number, keyword, text in strings(catalogue.read_text("utf-8-sig").split("\n")):
        if found and keyword.startswith("msgstr"):
            return f"{catalogue}:{number}"
        found = (found and keyword != "msgid") or (keyword == "msgid" and text == msgid)
    return f"{catalogue}:1"


def unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), text)


def unfit(catalogue: Path, lines: list[str]) -> Iterator[Mistake]:
    """What well-formed strings may not say: the same message twice, too much, a wrong header."""
    first: dict[tuple[str, str], int] = {}
    context, msgid, before = "", "", ""
    for number, keyword, text in strings(lines):
        if not follows(keyword, before):
            wrong = f"There is no msgid to this:\n    {shown(lines[number - 1])}\n{ORDER}"
            yield Mistake(catalogue, number, wrong)
        before = keyword
        if keyword == "msgctxt":
            context = text
        elif keyword == "msgid":
            msgid = text
            line = first.setdefault((context, msgid), number)
            if line != number:
                wrong = f"This message is in line {line}, too.\nRemove one of the two."
                yield Mistake(catalogue, number, wrong)
            context = ""
        elif keyword.startswith("msgstr") and msgid == "":
            if problem := unfit_header(text):
                yield Mistake(catalogue, number, problem)
        elif keyword.startswith("msgstr") and len(text) > longest(msgid):
            yield Mistake(
                catalogue,
                number,
                f"This translation has {len(text)} characters, its original {len(msgid)}.\n"
                f"Shorten it to {longest(msgid)} or fewer.",
            )


def follows(keyword: str, before: str) -> bool:
    """Whether a string is in its place; Babel looks after those that are missing."""
    if keyword in ("msgstr", "msgid_plural"):
        return before == "msgid"
    if keyword.startswith("msgstr["):
        return before in ("msgid_plural", f"msgstr[{int(keyword[7]) - 1}]")
    return True


def unfit_header(text: str) -> str | None:
    """What is wrong with a header.

    >>> unfit_header("Plural-Forms: nplurals=1; plural=0;\\n")
    >>> unfit_header("Plural-Forms: nplurals=1; plural=alert(1);\\n").splitlines()[0]
    'The header Plural-Forms has no valid plural: alert(1)'
    """
    for line in text.split("\n"):
        name, _, value = (part.strip() for part in line.partition(":"))
        match name.lower():
            case "content-type":
                charset = value.lower().partition("charset=")[2].strip()
                if charset not in ("utf-8", "utf8"):
                    return (
                        f"The header Content-Type gives another encoding: {shown(value)}\n"
                        "Write: Content-Type: text/plain; charset=UTF-8"
                    )
            case "plural-forms":
                number, _, rule = value.partition(";")
                plural = rule.partition("=")[2].strip().removesuffix(";").strip()
                if not NPLURALS.fullmatch(number) or not rule.strip().startswith("plural"):
                    return (
                        f"The header Plural-Forms is not of its form: {shown(value)}\n"
                        "Write, for instance: Plural-Forms: nplurals=1; plural=0;"
                    )
                try:
                    gettext.c2py(plural)  # as gettext reads it
                except ValueError:
                    return (
                        f"The header Plural-Forms has no valid plural: {shown(plural)}\n"
                        "Write, for instance: Plural-Forms: nplurals=1; plural=0;"
                    )
    return None


def disorder(catalogue: Path, lines: list[str]) -> list[Mistake]:
    """Mistakes in the order of well-formed lines, such as a ``msgid`` without its ``msgstr``."""
    try:
        babel = read_po(StringIO("\n".join(lines)), abort_invalid=True)
        entries = polib.pofile(str(catalogue))
    except PoFileError as error:
        number = min(error.lineno + 1, len(lines))
        text = f"{error.args[0]}\n    {lines[number - 1]}\n{ORDER}"
        return [Mistake(catalogue, number, text)]
    except OSError as error:  # polib's
        number = int((re.search(r"\(line (\d+)\)", str(error)) or ["", "1"])[1])
        text = f"This line can't be read:\n    {shown(lines[number - 1])}\n{ORDER}"
        return [Mistake(catalogue, number, text)]
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # Babel's own
        text = f"This catalogue can't be read: {error}\nCorrect its header. {ORDER}"
        return [Mistake(catalogue, 1, text)]
    one = {(m.context, m.id): m.string for m in babel if m.id and isinstance(m.id, str)}
    other = {
        (entry.msgctxt, entry.msgid): entry.msgstr
        for entry in entries
        if not entry.obsolete and not entry.msgid_plural
    }
    if one != other:
        text = f"Programs read this catalogue in two ways.\nCorrect its header. {ORDER}"
        return [Mistake(catalogue, 1, text)]
    return []


def strangers(folder: Path) -> Iterator[Mistake]:
    """What lies among catalogues and is none, but would be used or lead elsewhere."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and path.suffix != ".po":
            text = "This leads elsewhere.\nRemove it; put catalogues themselves here."
            yield Mistake(path, 1, text)
        elif path.suffix == ".js":
            text = "Sphinx would publish this script.\nRemove it; translate sphinx.po instead."
            yield Mistake(path, 1, text)
        elif path.suffix == ".mo" and not compiled(path, folder.parent.name):
            text = (
                "This is not what the .po file beside it gives.\nRemove it; Sphinx makes it anew."
            )
            yield Mistake(path, 1, text)


def compiled(path: Path, language: str) -> bool:
    """Whether a compiled catalogue is what its ``.po`` gives, or will be made anew from that."""
    source = path.with_suffix(".po")
    if not source.is_file():
        return False
    if mistakes(source) or source.stat().st_mtime > path.stat().st_mtime:
        return True  # Sphinx compiles it, or nothing is built
    return gives(source.read_bytes(), path.read_bytes(), language)


@lru_cache(maxsize=1000)
def gives(source: bytes, binary: bytes, language: str) -> bool:
    """Whether a catalogue, compiled, is this binary one."""
    catalogue = read_po(StringIO(source.decode("utf-8-sig")), language)
    try:
        there = texts(BytesIO(binary))
    except (OSError, ValueError, LookupError, TypeError, struct.error):
        return False
    for use_fuzzy in (False, True):  # a setting of Sphinx
        expected = BytesIO()
        write_mo(expected, catalogue, use_fuzzy)
        expected.seek(0)
        if texts(expected) == there:
            return True
    return False


def texts(file: BytesIO) -> dict[str, Any]:
    """The translations in a compiled catalogue."""
    return {str(message.id): message.string for message in read_mo(file) if message.id}


def mistakes_below(folders: list[Path]) -> list[Mistake]:
    """All mistakes in the catalogues below folders, and what is there besides."""
    found: list[Mistake] = []
    for folder in folders:
        catalogues = sorted(folder.rglob("*.po"))
        found += [mistake for catalogue in catalogues for mistake in mistakes(catalogue)]
        found += [
            mistake for inside in folder.rglob("LC_MESSAGES") for mistake in strangers(inside)
        ]
    return found


def check(app: Sphinx, config: Config) -> None:
    """Warn of each mistake in the catalogues of the build's language.

    :raises ExtensionError: when there is one
    """
    folders = [app.srcdir / name / (config.language or "") for name in config.locale_dirs]
    found = mistakes_below([Path(folder) for folder in folders])
    for mistake in found:
        logger.warning(
            "%s", mistake.text, location=mistake.location, type="catalogues", subtype="malformed"
        )
    if found:
        raise ExtensionError("The catalogues have mistakes, so no page was read. Correct them.")


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("config-inited", check, priority=50)  # before anybody reads them
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    found = mistakes_below([Path(name) for name in sys.argv[1:]])
    sys.exit("\n\n".join(map(str, found)) or 0)
