r"""Refuse translations that are more than words, before anything reads them.

A translator sends catalogues, and Sphinx parses each translation as a page of its own: one that
holds a directive would read files, one that begins with front matter would change the parser's
settings, and a link to a local file would publish that file. Here a translation of a paragraph or
title is a paragraph, too, and has no role, address, picture, label or other syntax that its
original has not, but addresses of the web and simple marks. Interface strings (``sphinx.po``),
which themes write into their templates unescaped, have no tag, quotation mark or field that the
original has not.

What is refused stays in the original's language, with a warning (``inert.refused``) that names the
catalogue's file and line. It is not for the translator to say that an exception is justified, as
it is with :mod:`translation_checks`, which have the same mistakes in view, and many more.

Translations are looked at where they are used: just before Sphinx's own transform would parse
them, with the original as it stands on the page. So it does not matter by which file or comment a
translation has come.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import polib
from catalogues import longest, place, shown
from docutils import nodes
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.parsers.mdit import create_md_parser
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.i18n import parse_noqa
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain
from sphinx.util.nodes import extract_messages

logger = logging.getLogger(__name__)

#: Tokens that do nothing but set words.
HARMLESS = {
    *("paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak"),
    *("strong_open", "strong_close", "em_open", "em_close", "s_open", "s_close", "span_open"),
    *("span_close", "link_open", "link_close", "code_inline", "math_inline"),
    *("math_inline_double",),
}

#: Roles that only set words.
WORDY = {"abbr", "guilabel", "kbd", "menuselection", "sub", "sup"}

#: Roles of the form ``{role}`words <target>```, whose target alone must be the original's.
TITLED = {"any", "doc", "eq", "numref", "ref", "term", "set"}  # the last one of widgets

#: Addresses that a translator may add: they read no file and run no script.
WEB = re.compile(r"(https?://|mailto:|#)[^\s\x00-\x1f]*", re.IGNORECASE)

EMPTY_LINE = re.compile(r"\n\s*\n")

#: What in an interface string is more than words.
ACTIVE = re.compile(r"<[^<>]*>|[<>\"]|%\([^()]*\)\S|%[^a-zA-Z%]*.|%|\$?\{[^{}]*\}|[{}]", re.DOTALL)

#: Those of them that must not be missing: the program fills them in.
FIELD = re.compile(r"%\([^()]*\)\S|%[^a-zA-Z%]*[a-zA-Z]")

#: The form of a date, which has fields of its own; each language chooses.
DATE = re.compile(r"(%-?[AaBbdmYyHMSpI]|[ ,./:-])+")

#: What Sphinx takes from a catalogue as it is, without parsing it; writers escape it.
PLAIN = (nodes.meta, nodes.image, addnodes.translatable)

# --- the syntax of a text ------------------------------------------------------------------------


def syntax(tokens: list[Token]) -> Iterator[str]:
    """All in a text that does more than set words, each as it would be shown."""
    for token in tokens:
        for name, value in token.attrs.items():
            if name in ("href", "src"):
                yield f"the address {value}" if name == "href" else f"the picture {value}"
            elif name not in ("title", "alt"):
                yield f"the attribute {name}={value}"
        match token.type:
            case "myst_role":
                yield from role(token.meta["name"], token.content)
            case "footnote_ref":
                yield f"the footnote [^{token.meta['label']}]"
            case "image":
                yield from syntax(token.children or [])
            case _ if token.type not in HARMLESS and token.nesting >= 0:
                name = token.type.removesuffix("_open").replace("_", " ")
                yield f"the {name} {token.content}"
        if token.type != "image":
            yield from syntax(token.children or [])


def role(name: str, content: str) -> Iterator[str]:
    """A role, without words that are to be translated."""
    if name in WORDY:
        return
    titled = re.fullmatch(r"[^<>]*<([^<>]*)>", content, re.DOTALL)
    target = titled[1] if titled and name in TITLED else content
    yield f"the role {{{name}}}`{' '.join(target.split())}`"


def harm(msgid: str, msgstr: str, parser: MarkdownIt) -> str | None:
    """Say what in a translation is more than words, and not in the original.

    >>> from markdown_it import MarkdownIt
    >>> harm("See it", "# [a](../conf.py)", MarkdownIt())
    'it has the heading, and the original has not'
    """
    if len(msgstr) > longest(msgid):
        return f"it has {len(msgstr)} characters, more than any translation needs"
    if msgstr.lstrip().startswith("---"):
        return "it begins with ---, as settings of a page do"
    if EMPTY_LINE.search(msgstr.strip()) and not EMPTY_LINE.search(msgid.strip()):
        return "it has more than one paragraph, and the original has not"
    allowed = set(syntax(parser.parse(msgid)))
    read = parse_noqa(msgstr)[0]  # Sphinx cuts its mark off, which can make another text of it
    try:
        tokens = [*parser.parse(msgstr), *parser.parse(read)]
    except IndexError:  # of plug-ins of the parser that look beyond the end
        return "MyST can't read it"
    for found in syntax(tokens):
        if found in allowed:
            continue
        kind, _, address = found.removeprefix("the ").partition(" ")
        if kind == "address" and WEB.fullmatch(address):
            continue
        return f"it has {shown(found.strip())}, and the original has not"
    return None


# --- texts of pages ------------------------------------------------------------------------------


class Refuse(SphinxTransform):
    """Take from the page's catalogue what is refused, before Sphinx looks into it."""

    default_priority = 19  # just before sphinx.transforms.i18n.Locale

    def apply(self, **kwargs: Any) -> None:
        loaded = list(self.catalogues())
        if not loaded:
            return
        parser = create_md_parser(self.env.myst_config, RendererHTML)  # type: ignore[attr-defined]
        for node, msgid in extract_messages(self.document):
            for path, translations in loaded:
                msgstr = translations.get(msgid, msgid)
                if msgstr == msgid or isinstance(node, PLAIN):
                    continue
                sentence = harm(msgid, msgstr, parser)
                if isinstance(node, nodes.term) and " : " in msgstr:
                    # the index would have what follows as it is, without escaping
                    sentence = "what follows the colon between spaces would be no part of the term"
                if sentence:
                    del translations[msgid]
                    warn(path, msgid, msgstr, sentence)

    def catalogues(self) -> Iterator[tuple[Path, dict[str, str]]]:
        """The page's catalogues with their translations, as Sphinx has them in memory."""
        domain = docname_to_domain(self.env.docname, self.config.gettext_compact)
        for folder in self.config.locale_dirs:
            place = Path(self.env.srcdir, folder)
            with suppress(OSError):  # there is none, as for pages in their own language
                loaded = gettext.translation(domain, place, [self.config.language])
                path = place / self.config.language / "LC_MESSAGES" / f"{domain}.po"
                yield path, loaded._catalog  # type: ignore[attr-defined]  # as Sphinx does


def warn(path: Path, msgid: str, msgstr: str, sentence: str) -> None:
    """Say what was refused, and where it stands."""
    logger.warning(
        "This translation is refused, and the original stays: %s.\n"
        "  msgid:  %s\n  msgstr: %s\n"
        "  What to do: write one paragraph of words, with the marks of the original.",
        *(sentence, shown(msgid), shown(msgstr)),
        location=place(path, msgid),
        type="inert",
        subtype="refused",
    )


# --- the interface -------------------------------------------------------------------------------


def interface_harm(originals: list[str], msgstr: str) -> str | None:
    """Say what in the translation of an interface string is more than words.

    >>> interface_harm(["See %s"], 'x" onclick="…')
    'it has ", and the original has not'
    """
    allowed = {piece for text in originals for piece in ACTIVE.findall(text)}
    found = ACTIVE.findall(msgstr)
    needed = set.intersection(*({*FIELD.findall(text)} for text in originals))
    if len(msgstr) > longest(originals[0]):
        return f"it has {len(msgstr)} characters, more than any translation needs"
    if all(DATE.fullmatch(text) for text in originals):
        found = [piece for piece in found if not DATE.fullmatch(piece)]
        needed = set()
    if foreign := [piece for piece in found if piece not in allowed]:
        return f"it has {shown(foreign[0])}, and the original has not"
    if missing := needed - {*FIELD.findall(msgstr)}:
        return f"it has not {min(missing)}, and the original has"
    if any(found.count(piece) > max(t.count(piece) for t in originals) for piece in found):
        return "it has a tag or field more often than the original"
    return None


def check_interface(app: Sphinx, config: Config) -> None:
    """Look at the interface strings before themes and scripts get them.

    :raises ExtensionError: when one is refused
    """
    refused = [
        f"{place(path, entry.msgid)}: {sentence}.\n  msgid:  {shown(entry.msgid)}\n"
        f"  msgstr: {shown(msgstr)}"
        for folder in config.locale_dirs
        if (path := Path(app.srcdir, folder, config.language, "LC_MESSAGES/sphinx.po")).is_file()
        for entry in polib.pofile(str(path))
        if not entry.obsolete
        for msgstr in filter(None, [entry.msgstr, *entry.msgstr_plural.values()])
        if (
            sentence := interface_harm(
                list(filter(None, [entry.msgid, entry.msgid_plural])), msgstr
            )
        )
    ]
    if refused:
        raise ExtensionError(
            "Interface strings are refused:\n" + "\n".join(refused) + "\nWhat to do: write words, "
            "and copy each tag and field of the original; «» and “” are quotation marks, too."
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("catalogues")  # ours rely on well-formed ones
    app.connect("config-inited", check_interface, priority=60)  # before settings are translated
    app.add_transform(Refuse)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
