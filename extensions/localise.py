"""Code cells in the reader's language: what is shown, executed and cached is the localised code.

For projects with MyST-NB. Three lines of configuration::

    extensions = ["myst_nb", "localise"]
    locale_dirs = ["locale"]
    gettext_compact = False

**Extraction.** The gettext builder adds to each page's template, in page order, the comments,
docstrings and displayed strings of its code cells, the captions, alt texts and titles in the
cells' options, and the comments of its ``{doctest}`` blocks.

**Application.** Before a page is read, in a build of another language, the translations in its
catalogue take the places of their originals. Line numbers stay, and so does everything that
depends on them. Each swap is proved to change nothing but text; one that can't be is refused with
the catalogue's file and line, and the original stays (warning ``localise.refused``). See
:mod:`code_messages`.

**In a cell**, an author can say what this extension can't know::

    ```{code-cell}
    :translate: [units]      # what is assigned to these variables is displayed later
    :keep: ["ReLU"]          # these texts are not to be translated

**Report.** A build ends with the counts of cells and of messages. They are also in
``env.metadata`` under ``localise``, and count in Sphinx's ``|translation progress|``.

Settings: ``localise_calls`` and ``localise_keywords`` add to the calls and keyword arguments that
display text; see :data:`code_messages.CALLS` for their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from doctest import DocTestParser
from pathlib import Path
from typing import Any, ClassVar

import polib
from code_messages import CALLS, KEYWORDS, Message, NotPython, Refusal, extract, localise
from docutils import nodes
from markdown_it.renderer import RendererHTML
from myst_nb.core.read import is_myst_markdown_notebook
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain

logger = logging.getLogger(__name__)

#: Tags of cells of which readers see no code, or nothing at all.
HIDDEN_CODE = {"remove-input", "remove-cell"}
HIDDEN = {"remove-cell"}


# --- cells of a page ---------------------------------------------------------------------------


@dataclass
class Cell:
    """A code cell of a page."""

    line: int
    """Of the page, from 1, on which its code begins."""
    source: str
    options: dict[str, Any]

    def option(self, name: str) -> list[str]:
        """A list of names, also where a single one is given."""
        value = self.options.get(name) or []
        return [str(item) for item in (value if isinstance(value, list) else [value])]

    @property
    def tags(self) -> set[str]:
        return set(self.option("tags"))


class AnyOptions:
    """Stands for a directive that takes any option, as MyST-NB reads its cells."""

    option_spec: ClassVar = {"any": True}
    required_arguments = 0
    optional_arguments = 1
    has_content = True


def cells_of(text: str, env: BuildEnvironment) -> Iterator[Cell]:
    """The code cells of a page, as MyST-NB finds them: fences that are nested in nothing."""
    if not is_myst_markdown_notebook(text):
        return
    config = env.myst_config  # type: ignore[attr-defined]  # set by MyST-Parser
    config = replace(config, disable_syntax=[*config.disable_syntax, "inline"])
    depth = 0
    for item in create_md_parser(config, RendererHTML).parse(text + "\n"):
        depth += item.nesting
        if depth == 0 and item.type == "fence" and item.info.startswith("{code-cell}"):
            parsed = parse_directive_text(
                AnyOptions,  # type: ignore[arg-type]
                first_line="",
                content=item.content,
                validate_options=False,
            )
            assert item.map
            start = item.map[0] + 2 + parsed.body_offset
            yield Cell(start, "\n".join(parsed.body), parsed.options)


def options_of(app: Sphinx, cell: Cell) -> Iterator[tuple[str, str]]:
    """What in the options of a cell is text: what it is, and what it says."""
    options = cell.options.get(app.config.nb_cell_metadata_key) or {}
    caption = str((options.get("figure") or {}).get("caption", ""))
    yield from (("caption", " ".join(part.split())) for part in re.split(r"\n\s*\n", caption))
    yield "alt text", str((options.get("image") or {}).get("alt", ""))
    yield "title of folded code", options.get("code_prompt_show", "")
    yield "title of folded code", options.get("code_prompt_hide", "")


def messages_of(app: Sphinx, cell: Cell) -> list[Message]:
    """The messages of a cell that a reader can see.

    :raises NotPython: when the cell can't be read
    """
    if cell.tags & HIDDEN:
        return []
    found = extract(
        cell.source,
        names=cell.option("translate"),
        keep=cell.option("keep"),
        calls=CALLS | app.config.localise_calls,
        keywords=KEYWORDS | set(app.config.localise_keywords),
    )
    shown = not cell.tags & HIDDEN_CODE
    return [message for message in found if shown or message.kind == "displayed string"]


# --- doctests of a page ------------------------------------------------------------------------


def doctests_of(document: nodes.document) -> Iterator[tuple[nodes.literal_block, Cell]]:
    """The ``{doctest}`` blocks of a page that can be read, each with its code as a cell."""
    for node in document.findall(nodes.literal_block):
        if node.get("testnodetype") == "doctest":
            with suppress(ValueError):  # the doctest builder says what is wrong
                yield node, Cell((node.line or 0) + 1, code_of(node.astext()), {})


def code_of(text: str) -> str:
    """The code of a doctest, on its lines; those of what it prints are empty.

    >>> code_of(">>> 1 + 1  # one and one\\n2")
    '1 + 1  # one and one\\n'
    """
    lines = [""] * len(text.split("\n"))
    for example in DocTestParser().get_examples(text):
        source = example.source.rstrip("\n").split("\n")
        lines[example.lineno : example.lineno + len(source)] = source
    return "\n".join(lines)


def with_code(text: str, code: str) -> str:
    """A doctest with other code.

    >>> with_code(">>> 1 + 1  # one and one\\n2", "1 + 1  # twice one\\n")
    '>>> 1 + 1  # twice one\\n2'
    """
    text = text.expandtabs()  # as the parser does
    pairs = zip(text.split("\n"), code_of(text).split("\n"), code.split("\n"), strict=True)
    return "\n".join(line.removesuffix(old) + new for line, old, new in pairs)


def comments_of(doctest: Cell) -> list[Message]:
    """What is translated of a doctest; its strings may belong to what it prints.

    :raises NotPython: when it can't be read
    """
    return [message for message in extract(doctest.source) if message.kind == "code comment"]


# --- application -------------------------------------------------------------------------------


@dataclass
class Tally:
    """What was done on a page."""

    cells: int = 0
    identical: int = 0
    """Cells whose code is the original's but for text; the rest could not be read."""
    applied: int = 0
    untranslated: int = 0
    refused: int = 0


@dataclass
class Build:
    """The running build: what of it is asked for more than once."""

    pages: dict[tuple[str, str], tuple[str, Tally]] = field(default_factory=dict)
    entries: dict[str, dict[str, polib.POEntry]] = field(default_factory=dict)


_build = Build()


def begin(app: Sphinx) -> None:
    _build.pages.clear()
    _build.entries.clear()


def localise_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the translated code in place of the original; a ``source-read`` handler."""
    text = source[0]
    if app.builder.name == "gettext" or not is_myst_markdown_notebook(text):
        return
    if (docname, text) not in _build.pages:
        _build.pages[docname, text] = localised(app, docname, text)
    source[0], tally = _build.pages[docname, text]
    app.env.metadata[docname]["localise"] = asdict(tally)


def localised(app: Sphinx, docname: str, text: str) -> tuple[str, Tally]:
    """The page with its code localised, and what was done; warns of what was refused."""
    lines = text.split("\n")
    tally = Tally()
    expected: list[str] = []
    for cell in cells_of(text, app.env):
        tally.cells += 1
        expected.append(cell.source)
        try:
            source = localised_code(app, docname, cell, messages_of(app, cell), tally)
        except NotPython as error:
            logger.info(
                "%s:%s: left as it is, %s", app.env.doc2path(docname), cell.line, error.args[0]
            )
            continue
        tally.identical += 1
        refuse_unknown(app, docname, cell)
        expected[-1] = source
        new = source.split("\n")
        lines[cell.line - 1 : cell.line - 1 + len(new)] = new
    page = "\n".join(lines)
    if [cell.source for cell in cells_of(page, app.env)] != expected:
        # what is proved of each cell is worth nothing if the page has others
        raise ExtensionError(f"{docname}: the page with localised code has other cells; a bug")
    return page, tally


def localised_code(
    app: Sphinx, docname: str, cell: Cell, messages: list[Message], tally: Tally
) -> str:
    """The code of a cell with its translations; counts them, and warns of what was refused."""
    entries = entries_for(app, docname)
    translations = {msgid: entry.msgstr for msgid, entry in entries.items()}
    result = localise(cell.source, translations, messages)
    tally.applied += len(result.applied)
    tally.untranslated += len(result.untranslated)
    tally.refused += len(result.refused)
    for refusal in result.refused:
        line = entries[refusal.message.text].linenum
        warn(app, docname, cell, refusal, f"{catalogue_of(app, docname)}:{line}")
    return result.source


def entries_for(app: Sphinx, docname: str) -> dict[str, polib.POEntry]:
    """What is translated of a page and not fuzzy, by msgid."""
    if docname not in _build.entries:
        entries = translated_entries(catalogue_of(app, docname))
        _build.entries[docname] = {entry.msgid: entry for entry in entries}
    return _build.entries[docname]


def translated_entries(catalogue: Path | None) -> list[polib.POEntry]:
    """The messages that are translated and not fuzzy; none of a catalogue that can't be read."""
    if catalogue is None:
        return []
    try:
        return polib.pofile(str(catalogue)).translated_entries()
    except (OSError, UnicodeDecodeError) as error:
        logger.warning(
            "This catalogue can't be read, so the code stays as it is: %s\nCorrect its syntax.",
            error,
            location=f"{catalogue}:1",
            type="localise",
            subtype="catalogue",
        )
        return []


def catalogue_of(app: Sphinx, docname: str) -> Path | None:
    """The page's catalogue in the language of the build, if there is one."""
    domain = docname_to_domain(docname, app.config.gettext_compact)
    for folder in app.config.locale_dirs:
        path = app.srcdir / folder / (app.config.language or "") / "LC_MESSAGES" / f"{domain}.po"
        if path.is_file():
            return Path(path)
    return None


def warn(app: Sphinx, docname: str, cell: Cell, refusal: Refusal, location: str) -> None:
    message = refusal.message
    logger.warning(
        "This translation of a %s can't stand: %s.\n  original:    %s\n  translation: %s\n"
        "  code:        %s  (%s:%s)",
        message.kind,
        refusal.reason,
        message.text,
        refusal.translation,
        message.code,
        app.env.doc2path(docname),
        cell.line + message.line - 1,
        location=location,
        type="localise",
        subtype="refused",
    )


# --- extraction --------------------------------------------------------------------------------


def add_to_templates(app: Sphinx, exception: Exception | None) -> None:
    """Add the messages of the cells to the templates that the gettext builder has written."""
    if exception or app.builder.name != "gettext":
        return
    for docname in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(docname))
        text = path.read_text("utf-8-sig") if path.suffix == ".md" else ""
        doctests = [cell for _, cell in doctests_of(app.env.get_doctree(docname))]
        found = [*entries_of(app, docname, text), *entries_of_doctests(doctests)]
        template = app.outdir / f"{docname_to_domain(docname, app.config.gettext_compact)}.pot"
        if found and template.is_file():
            merge(template, found)


def entries_of(app: Sphinx, docname: str, text: str) -> Iterator[polib.POEntry]:
    """What a translator gets to see of each message of a page."""
    for cell in cells_of(text, app.env):
        for what, words in options_of(app, cell):
            if words:
                yield polib.POEntry(msgid=words, comment=what, linenum=cell.line - 1)
        try:
            messages = messages_of(app, cell)
        except NotPython as error:
            logger.info(
                "%s:%s: nothing to translate, %s",
                app.env.doc2path(docname),
                cell.line,
                error.args[0],
            )
            continue
        refuse_unknown(app, docname, cell)
        yield from (entry_of(cell, message) for message in messages)


def entries_of_doctests(doctests: list[Cell]) -> Iterator[polib.POEntry]:
    for doctest in doctests:
        with suppress(NotPython):  # the doctest builder says what is wrong
            yield from (entry_of(doctest, message) for message in comments_of(doctest))


def entry_of(cell: Cell, message: Message) -> polib.POEntry:
    comment = f"{message.kind}: {message.code}"
    if message.fields:
        comment += f"\nfields: {' '.join(dict.fromkeys(message.fields))}"
    return polib.POEntry(
        msgid=message.text,
        comment=comment,
        linenum=cell.line + message.line - 1,
        flags=[message.flag] if message.flag else [],
    )


def refuse_unknown(app: Sphinx, docname: str, cell: Cell) -> None:
    """Warn of names and texts in a cell's options that the cell has not."""
    unknown = [
        name
        for name in cell.option("translate")
        if not re.search(rf"\b{re.escape(name)}\b", cell.source)
    ]
    if keep := set(cell.option("keep")):
        cell = replace(cell, options=cell.options | {"keep": [], "tags": []})
        unknown += sorted(keep - {message.text for message in messages_of(app, cell)})
    for name in unknown:
        logger.warning(
            "This cell's options speak of %r, which is no name or text to be translated in the "
            "cell.\nCorrect or remove it.",
            name,
            location=(docname, cell.line),
            type="localise",
            subtype="option",
        )


def merge(template: Path, found: list[polib.POEntry]) -> None:
    """Add entries to a template, in the order of the page; what is there already is kept once."""
    catalogue = polib.pofile(str(template), wrapwidth=76)
    known = {entry.msgid: entry for entry in catalogue}
    page = next((name for entry in catalogue for name, _ in entry.occurrences), template.stem)
    for entry in found:
        place = (page, str(entry.linenum))
        if entry.msgid in known:
            other = known[entry.msgid]
            other.occurrences.append(place)
            other.comment = "\n".join(filter(None, [other.comment, entry.comment]))
        else:
            entry.occurrences = [place]
            known[entry.msgid] = entry
            catalogue.append(entry)
    catalogue.sort(key=first_line)
    catalogue.save()


def first_line(entry: polib.POEntry) -> int:
    """Where an entry stands first; the first line, where templates do not say."""
    return min((int(line or 0) for _, line in entry.occurrences), default=0)


# --- doctests and titles of folded cells -------------------------------------------------------


class LocaliseDoctests(SphinxTransform):
    """Put the translated comments of doctests in the places of their originals."""

    default_priority = 20  # that of sphinx.transforms.i18n.Locale

    def apply(self, **kwargs: Any) -> None:
        app, docname = self.env.app, self.env.docname
        if app.builder.name == "gettext":
            return
        tally = Tally(**self.env.metadata[docname].get("localise", {}))
        for node, cell in doctests_of(self.document):
            with suppress(NotPython):
                code = localised_code(app, docname, cell, comments_of(cell), tally)
                node.rawsource = with_code(node.astext(), code)
                node[:] = [nodes.Text(node.rawsource)]
        if tally != Tally():
            self.env.metadata[docname]["localise"] = asdict(tally)


class TranslateTitles(SphinxTransform):
    """Translate what stands on folded cells; captions and alt texts are Sphinx's own affair."""

    default_priority = 20  # that of sphinx.transforms.i18n.Locale

    def apply(self, **kwargs: Any) -> None:
        folded = [node for node in self.document.findall(nodes.container) if "hide_mode" in node]
        if not folded:
            return
        entries = entries_for(self.env.app, self.env.docname)
        for node in folded:
            for name in ("prompt_show", "prompt_hide"):
                if entry := entries.get(node[name]):
                    node[name] = entry.msgstr


# --- report ------------------------------------------------------------------------------------


class CountInProgress(SphinxTransform):
    """Count the messages of cells in Sphinx's translation progress."""

    default_priority = 26  # just after sphinx.transforms.i18n.TranslationProgressTotaliser

    def apply(self, **kwargs: Any) -> None:
        tally = self.env.metadata[self.env.docname].get("localise")
        progress = self.document.get("translation_progress")
        if tally and progress:
            progress["translated"] += tally["applied"]
            progress["total"] += tally["applied"] + tally["untranslated"] + tally["refused"]


def report(app: Sphinx, exception: Exception | None) -> None:
    """Say what was done in this language."""
    if exception or app.builder.name in ("gettext", "doctest"):
        return
    pages = {
        name: data["localise"] for name, data in app.env.metadata.items() if "localise" in data
    }
    tallies = list(pages.values())
    if not any(catalogue_of(app, name) for name in pages):  # the language of the original
        return
    total = {name: sum(tally[name] for tally in tallies) for name in tallies[0]}
    logger.info(
        "code messages (%s): %d applied, %d untranslated, %d refused; "
        "the code of %d of %d cells is identical to the original's",
        app.config.language,
        total["applied"],
        total["untranslated"],
        total["refused"],
        total["identical"],
        total["cells"],
    )


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("myst_nb")
    app.add_config_value("localise_calls", {}, "env", dict)
    app.add_config_value("localise_keywords", [], "env", list)
    app.add_transform(LocaliseDoctests)
    app.add_transform(TranslateTitles)
    app.add_transform(CountInProgress)
    app.connect("builder-inited", begin)
    app.connect("source-read", localise_page)
    app.connect("build-finished", add_to_templates, priority=400)  # before others count warnings
    app.connect("build-finished", report)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
