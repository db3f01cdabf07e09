"""How far each page is translated: a table of all pages, and a note on pages that are not done.

::

    extensions = ["translation_status"]
    translation_status_languages = {"en": "English", "km": "ភាសាខ្មែរ"}  # the first is the original
    translation_status_help = "translate"  # label of the page that says how to help; optional
    translation_status_url = "https://forge.example/nudge/blob/main/{path}"  # optional

**The table.** The directive ``translation-status`` writes a table for each translation, in the
builds of all languages alike: how many messages of each page are translated, fuzzy and
untranslated; how many of its code messages (see :mod:`localise`) are translated; who has reviewed
it; when the original last changed; and the catalogue's path from the folder of ``conf.py``, which
is a link if ``translation_status_url`` is set. Dates come from git, so there are none (a dash)
outside a repository, and none in a shallow clone, which does not know them. A preview that is to
build one page at a time sets ``translation_status_follow = False``: then the table stays as it was
when it was first made.

**The note.** A translated page whose catalogue is not complete says so under its title. The note
has the class ``translation-note``, and the search does not find its words.

**Reviews.** Who vouches for a translation says so in the header of its catalogue::

    "X-Reviewed: Sok Dara, 2026-11-20\\n"

The table shows name and day. It adds "out of date" when the original has changed after that day,
or when a message is fuzzy or untranslated. A header of another form is a warning
(``translation_status.review``).

**Counts** are those of the catalogues (polib's, which are also gettext's and sphinx-intl's).
Sphinx counts too, but something else: the places of a page that show a translation. So a message
that stands twice counts twice, and Sphinx 9.0 never marks alt texts of pictures and captions of
toctrees as translated: a finished page with a picture stays below 100 % for ever. Fuzzy is not
apart from untranslated, and other languages than that of the build are unknown. Only for a page
without a catalogue, the messages are those that Sphinx finds on it, words in code left out.

The words of the table and the note are translated in the catalogue ``sphinx.po``.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import date
from os.path import relpath
from pathlib import Path
from typing import Any, get_args

import polib
from catalogues import catalogue_of
from code_messages import Kind
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import get_translation
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import extract_messages
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

_ = get_translation("sphinx")

#: The field in a catalogue's header that says who has reviewed it, and when.
REVIEWED = "X-Reviewed"

#: The columns of the table that hold numbers.
NUMBERS = range(1, 5)

#: Shown where there is nothing, or nothing is known.
NONE = "–"

PARTLY = "%s of this page is translated; the rest is still in the original language."
NOT_AT_ALL = "This page is not translated yet; it is in the original language."
HELP = "You can help."
NOT_YET = "not yet"
OUT_OF_DATE = "out of date"

#: Words that a build of the original may not show, with the title of the note, which is Sphinx's.
SELDOM = ("Note", PARTLY, NOT_AT_ALL, HELP, NOT_YET, OUT_OF_DATE)


# --- what is known -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """The counts of a page in one language, and its review."""

    translated: int = 0
    fuzzy: int = 0
    untranslated: int = 0
    code: int = 0
    code_translated: int = 0
    reviewer: str = ""
    reviewed: str = ""
    """The day of the review, as 2026-11-20; empty if there was none."""

    @property
    def total(self) -> int:
        return self.translated + self.fuzzy + self.untranslated

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all."""
        return 100 * self.translated // self.total if self.total else 100

    def out_of_date(self, changed: str) -> bool:
        """Whether the review does not cover the page as it is.

        :param changed: the day of the last change of the original; empty if it is not known
        """
        return self.translated < self.total or changed > self.reviewed


def status_of(path: Path) -> Status | None:
    """What a catalogue says; None if there is none or it is malformed, as Sphinx reports."""
    try:
        catalogue = polib.pofile(str(path))
    except (OSError, UnicodeDecodeError):
        return None
    code = [entry for entry in catalogue if is_code(entry) and not entry.obsolete]
    name, day = review_of(catalogue, path)
    return Status(
        translated=len(catalogue.translated_entries()),
        fuzzy=len(catalogue.fuzzy_entries()),
        untranslated=len(catalogue.untranslated_entries()),
        code=len(code),
        code_translated=len([entry for entry in code if entry.translated()]),
        reviewer=name,
        reviewed=day,
    )


def is_code(entry: polib.POEntry) -> bool:
    """Whether :mod:`localise` has found the message in a cell; its comments say where."""
    return any(line.startswith(get_args(Kind)) for line in entry.comment.splitlines())


def review_of(catalogue: polib.POFile, path: Path) -> tuple[str, str]:
    """Who has reviewed a catalogue and when; two empty strings if nobody has."""
    field = catalogue.metadata.get(REVIEWED, "").strip()
    name, _comma, day = (part.strip() for part in field.rpartition(","))
    if not field or (name and is_day(day)):
        return name, day
    lines = path.read_text("utf-8").splitlines()
    number = next(number for number, line in enumerate(lines, 1) if REVIEWED in line)
    logger.warning(
        "This is no name and day: %s\nWrite them as in: %s: Sok Dara, 2026-11-20",
        field,
        REVIEWED,
        location=f"{path}:{number}",
        type="translation_status",
        subtype="review",
    )
    return "", ""


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def last_changes(folder: Path) -> dict[str, str]:
    """The days on which the files below a folder last changed, by their paths from it.

    Empty outside a git repository, and in a shallow clone: its oldest commit seems to have
    changed everything.
    """
    try:
        if git(folder, "rev-parse", "--is-shallow-repository").strip() != "false":
            return {}
        log = git(folder, "log", "--format=%x00%cs", "--name-only", "--relative", "--", ".")
    except (OSError, subprocess.CalledProcessError):
        return {}
    days: dict[str, str] = {}
    for commit in log.split("\0")[1:]:
        day, *files = commit.split("\n")
        days |= {file: max(day, days.get(file, "")) for file in files}
    return days


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "core.quotePath=off", *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, encoding="utf-8", errors="replace"
    ).stdout


def translations(app: Sphinx) -> dict[str, str]:
    """The languages that the pages are translated into, and their names."""
    return dict(list(app.config.translation_status_languages.items())[1:])


@dataclass
class Facts:
    """All that the tables show and that is not in the pages themselves."""

    statuses: dict[tuple[str, str], Status | None]
    """By language and page."""
    changes: dict[str, str]
    """Days, by page."""


def collect(app: Sphinx) -> Facts:
    pages = sorted(app.env.found_docs)
    days = last_changes(app.srcdir)
    return Facts(
        {
            (language, page): status_of(catalogue_of(app, page, language))
            for language in translations(app)
            for page in pages
        },
        {page: days.get(app.env.doc2path(page, base=False).as_posix(), "") for page in pages},
    )


def read_again(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The pages with the table, if anything in it may have changed."""
    known = getattr(env, "translation_status", None)
    if app.builder.name == "gettext" or (known and not app.config.translation_status_follow):
        return []
    facts = collect(app)
    env.translation_status = facts  # type: ignore[attr-defined]
    if facts == known and not (added or changed or removed):
        return []
    return [page for page in env.found_docs if "translation_status" in env.metadata[page]]


# --- the note ----------------------------------------------------------------------------------


def add_note(app: Sphinx, doctree: nodes.document) -> None:
    """Count the messages of a page, and say under its title if some are not translated."""
    page, language = app.env.docname, app.config.language
    messages = len({message for _node, message in extract_messages(doctree)})
    app.env.metadata[page]["messages"] = messages
    if app.builder.name == "gettext" or language == original(app):
        return
    found = status_of(catalogue_of(app, page))
    status = found or Status(untranslated=messages)
    if status.percent < 100:
        title = doctree.next_node(nodes.title)
        place = title.parent if title else doctree
        place.insert(place.index(title) + 1 if title else 0, note(app, page, status))


def original(app: Sphinx) -> str:
    """The language in which the pages are written."""
    return next(iter(app.config.translation_status_languages), app.config.language)


def note(app: Sphinx, page: str, status: Status) -> nodes.note:
    """What is on top of an incomplete page."""
    words = _(PARTLY) if status.translated else _(NOT_AT_ALL)
    paragraph = nodes.paragraph("", str(words).replace("%s", f"{status.percent}%"))
    if label := app.config.translation_status_help:
        paragraph += nodes.Text(" ")
        paragraph += addnodes.pending_xref(
            "",
            nodes.inline("", str(_(HELP))),
            refdomain="std",
            reftype="ref",
            reftarget=label,
            refexplicit=True,
            refwarn=True,
            refdoc=page,
        )
    return nodes.note("", paragraph, classes=["translation-note", "no-search"])


def ask_for_words(app: Sphinx) -> None:
    """Ask for all words in each build, so that who listens for their catalogue hears of them."""
    for words in SELDOM:
        str(_(words))


# --- the table ---------------------------------------------------------------------------------


class status_tables(nodes.General, nodes.Element):
    """Stands for the tables until all pages are read."""


class status_cell(nodes.entry):
    """A cell of the table; where the table is narrow, its ``label`` stands beside it."""


class TranslationStatus(SphinxDirective):
    """The directive ``translation-status``."""

    def run(self) -> list[nodes.Node]:
        self.env.metadata[self.env.docname]["translation_status"] = True
        return [status_tables()]


def fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the tables; translators get nothing of them."""
    languages = {} if app.builder.name == "gettext" else translations(app)
    for placeholder in list(doctree.findall(status_tables)):
        placeholder.replace_self(
            [table(app, docname, code, name) for code, name in languages.items()]
        )


def table(app: Sphinx, docname: str, language: str, name: str) -> nodes.table:
    """The table of one language, as the page ``docname`` shows it."""
    env = app.env
    facts: Facts = env.translation_status  # type: ignore[attr-defined]
    labels = [
        str(_("Page")),
        str(_("Translated")),
        str(_("Fuzzy")),
        str(_("Untranslated")),
        str(_("Code messages")),
        str(_("Reviewed")),
        str(_("Original changed")),
    ]
    rows: list[list[list[nodes.Node]]] = []
    statuses: list[Status] = []
    reviewed = 0
    for page in in_order(env):
        status = facts.statuses[language, page] or Status(
            untranslated=env.metadata[page]["messages"]
        )
        changed = facts.changes[page]
        statuses.append(status)
        reviewed += bool(status.reviewed) and not status.out_of_date(changed)
        rows.append(
            [
                [link(app, docname, page), path(app, language, page)],
                *counts(status),
                review(status, changed),
                text(changed or NONE),
            ]
        )
    everything = [
        text(str(_("All pages"))),
        *counts(total(statuses)),
        text(f"{reviewed}/{len(statuses)}"),
        text(max(facts.changes.values()) or NONE),
    ]
    head = [text(label) for label in labels]
    columns = [nodes.colspec(colwidth=1, stub=int(label == labels[0])) for label in labels]
    return nodes.table(
        "",
        nodes.title("", name),
        nodes.tgroup(
            "",
            *columns,
            nodes.thead("", row(labels, head)),
            nodes.tbody("", *(row(labels, cells) for cells in [*rows, everything])),
            cols=len(labels),
        ),
        classes=["translation-status", "colwidths-auto"],
        ids=[f"status-{language}"],
    )


def in_order(env: BuildEnvironment) -> list[str]:
    """All pages, as they follow each other in the toctrees, and then the others."""
    return list(dict.fromkeys([*env.collect_relations(), *sorted(env.found_docs)]))


def row(labels: list[str], cells: list[list[nodes.Node]]) -> nodes.row:
    """A row with these cells."""
    return nodes.row(
        "",
        *(
            status_cell("", *cell, label=label, classes=["number"] if column in NUMBERS else [])
            for column, (label, cell) in enumerate(zip(labels, cells, strict=True))
        ),
    )


def text(words: str) -> list[nodes.Node]:
    return [nodes.paragraph("", words)]


def counts(status: Status) -> list[list[nodes.Node]]:
    return [
        text(f"{status.translated} ({status.percent}%)"),
        text(str(status.fuzzy)),
        text(str(status.untranslated)),
        text(f"{status.code_translated}/{status.code}" if status.code else NONE),
    ]


def total(statuses: list[Status]) -> Status:
    return Status(
        *(
            sum(getattr(status, name) for status in statuses)
            for name in ("translated", "fuzzy", "untranslated", "code", "code_translated")
        )
    )


def review(status: Status, changed: str) -> list[nodes.Node]:
    """Who has reviewed a page, when, and whether this still holds."""
    if not status.reviewed:
        return text(str(_(NOT_YET)))
    lines = [status.reviewer, status.reviewed]
    if status.out_of_date(changed):
        lines.append(f"({_(OUT_OF_DATE)})")
    return [nodes.paragraph("", line) for line in lines]


def link(app: Sphinx, docname: str, page: str) -> nodes.paragraph:
    """The title of a page, which leads to it."""
    address = app.builder.get_relative_uri(docname, page)
    title = app.env.titles[page].astext()
    return nodes.paragraph("", "", nodes.reference("", title, refuri=address, internal=True))


def path(app: Sphinx, language: str, page: str) -> nodes.paragraph:
    """The path of a catalogue, as a link if it has an address."""
    name = Path(relpath(catalogue_of(app, page, language), app.confdir)).as_posix()
    code: nodes.Element = nodes.literal("", name)
    if url := app.config.translation_status_url:
        code = nodes.reference("", "", code, refuri=url.format(path=name))
    return nodes.paragraph("", "", code, classes=["path"])


def visit_cell(self: HTML5Translator, node: status_cell) -> None:
    """Write a cell with its label, and a header with its scope."""
    self.visit_entry(node)
    scope = "col" if isinstance(node.parent.parent, nodes.thead) else "row"
    attributes = {"<th": f' scope="{scope}"', "<td": f' data-label="{self.attval(node["label"])}"'}
    self.body[-1] = re.sub(r"^<t[hd]", lambda tag: tag[0] + attributes[tag[0]], self.body[-1])


def depart_cell(self: HTML5Translator, node: status_cell) -> None:
    self.depart_entry(node)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("translation_status_languages", {}, "env", dict)
    app.add_config_value("translation_status_help", "", "env", str)
    app.add_config_value("translation_status_url", "", "env", str)
    app.add_config_value("translation_status_follow", default=True, rebuild="", types=bool)
    app.add_node(status_tables)
    app.add_node(status_cell, html=(visit_cell, depart_cell))
    app.add_directive("translation-status", TranslationStatus)
    app.connect("builder-inited", ask_for_words)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-read", add_note)
    app.connect("doctree-resolved", fill_in)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
