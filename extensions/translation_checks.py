r"""Find what translators get wrong, with catalogue, line, both texts and remedy.

Goes over the ``.po`` files of the build's language, but for those of pages that Sphinx need not
read again, and compares each translation that is in use, neither fuzzy nor obsolete, with its
original. Each finding is a warning ``translation.<check>``::

    docs/km/LC_MESSAGES/page.po:12: The formula $x^2$ of the original is missing.
      msgid:  The slope of $x^2$ is 6.
      msgstr: មេគុណប្រាប់ទិសនៃ $x^3$ គឺ 6។
      What to do: copy each formula as it is; only what is in \text{…} is translated.
      If it is right as it is, write the line "# checked: formulas" above the message.

The line ``# checked: <check>`` among the translator's comments (several names with commas) is how
a translator says that an exception is justified. :data:`CHECKS` has the names. Texts are read by
MyST-Parser, under the project's own settings, so that what a check takes for a formula is one on
the page, too. Words in code (see :mod:`localise`) and the interface (``sphinx.po``) are no
Markdown, and have fewer checks.

Other people's checkers were tried first. Babel's is used, for ``%`` fields. pofilter, dennis and
sphinx-lint read no MyST: on a finished book of 700 messages, sphinx-lint took each role for an
error of reStructuredText, dennis each ``{term}`… <…>``` for HTML, and pofilter's 425 findings were
about spaces and capital letters, which Khmer has not in this way.

Settings, all optional::

    translation_checks_glossary = "docs/glossary.csv"  # relative to conf.py
    translation_checks_columns = {"source": "english", "km": "khmer",
                                  "first_use": "first_use", "forbidden": "forbidden"}
    translation_checks_spelling = {"km": [(r"regular expression", "what to write"), …]}

A row's ``forbidden`` words, separated by ``|``, are looked for where its ``source`` term is in the
original. Without a build: ``python translation_checks.py docs`` checks all languages below
``docs``, with the settings of the ``conf.py`` in the current folder.
"""

from __future__ import annotations

import csv
import re
import runpy
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import polib
from babel.messages.catalog import Catalog, TranslationError
from babel.messages.catalog import Message as BabelMessage
from babel.messages.checkers import python_format
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain

logger = logging.getLogger(__name__)

#: Says what is wrong with a translation, given the original and the translation.
Check = Callable[[str, str], str | None]

#: Catalogues of the interface, which come from no page.
INTERFACE = {"sphinx.po"}

#: The beginnings of the extracted comments of what is no Markdown.
CODE = ("code comment", "displayed string", "docstring")

#: Roles that hold words for readers, and no name that must stay.
WORDY = {"abbr", "guilabel", "kbd", "menuselection", "sub", "sup"}

#: Roles whose name is shown when they have no words of their own.
NAMED = {"term"}

#: What stands in :attr:`Parts.prose` for a formula, a code span or the like.
GAP = "\ufffc"

WORDS_IN_FORMULA = re.compile(r"(\\(?:text|mbox|textbf|textit|textrm|mathrm)\s*)\{[^{}]*\}")
FIELD = re.compile(r"\{[^{}]*\}|%(?:\(\w+\))?[-+#0]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]")
SCRIPT_GAP = re.compile(r"(?<![\w}])\{\w+\}")  # and no argument in a formula
NUMBER = re.compile(r"(?<![A-Za-zÀ-ɏḀ-ỿ_\d.])(?:(?<![\w)\]])[-−])?\d+(?:[.,]\d+)*")
HTML = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
ADDRESS = re.compile(r"\b(?:https?|ftp|javascript|data|mailto):[^\s<>]+|\bwww\.[^\s<>]+")
REFERENCE = re.compile(r"\[[^][]*\]\[[^][]*\]|^\s*\[[^][]+\]:\s", re.MULTILINE)
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
LATIN_RUN = re.compile(r"[A-Za-z](?:[A-Za-z'’,;:.!?\s-]*[A-Za-z])?")

#: Words that are small in a title with capitals.
SMALL = re.compile("a|an|and|as|at|but|by|for|from|in|into|nor|of|on|or|the|to|with")

#: English words for numbers; a translation may write any of them in digits.
NUMBER_WORDS = {
    word: digits
    for digits, words in {
        "0": "zero no nothing",
        "1": "one a an each every per once first single",
        "2": "two second twice both double pair half squared",
        "3": "three third thrice cubed",
        "4": "four fourth quarter",
        "5": "five fifth",
        "6": "six sixth",
        "7": "seven seventh",
        "8": "eight eighth",
        "9": "nine ninth",
        "10": "ten tenth",
        "11": "eleven eleventh",
        "12": "twelve twelfth dozen",
        "20": "twenty",
        "50": "fifty",
        "100": "hundred hundredth percent",
        "1000": "thousand thousandth",
        "1000000": "million millionth",
    }.items()
    for word in words.split()
}


# --- reading a text ----------------------------------------------------------------------------


@dataclass
class Parts:
    """What a text is made of, as it will be on the page."""

    blocks: list[str] = field(default_factory=list)
    """Types of the blocks that are nested in nothing: ``paragraph``, ``bullet_list``, …"""
    roles: list[str] = field(default_factory=list)
    """As ``{role}`target```."""
    links: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    """Names in braces, as in ``[words]{#name}``."""
    code: list[str] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    """Names in braces, as in ``x = {x}``, where a script puts something."""
    slanted: list[str] = field(default_factory=list)
    """Words between single asterisks."""
    plain: str = ""
    """The text between all these, with :data:`GAP` in their places."""
    prose: str = ""
    """The same, with the words of roles, but not their targets."""


@dataclass
class Markdown:
    """The parser of the project, or one with MyST's most common syntax."""

    parser: MarkdownIt

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Markdown:
        """Make the parser for the settings of a project, ``myst_…``."""
        names = {item.name for item in fields(MdParserConfig)}
        config = MdParserConfig(
            **{
                name.removeprefix("myst_"): value
                for name, value in settings.items()
                if name.startswith("myst_") and name.removeprefix("myst_") in names
            }
        )
        # HTML is then seen as text, whether or not the project lets it through.
        config.disable_syntax = [*config.disable_syntax, "html_inline", "html_block"]
        return cls(create_md_parser(config, RendererHTML))


_markdown = Markdown.of({"myst_enable_extensions": ["attrs_inline", "dollarmath"]})


def use(settings: Mapping[str, Any]) -> None:
    """Read texts under the settings of this project from now on."""
    _markdown.parser = Markdown.of(settings).parser
    parts.cache_clear()


@lru_cache(maxsize=4096)
def parts(text: str) -> Parts:
    """Take a text apart.

    >>> parts("A {term}`curve <curve>` is [here](#x): $x^2$.").prose.replace(GAP, "_")
    'A curve is here: _.'
    """
    found, depth = Parts(), 0
    for token in _markdown.parser.parse(f"{text}\n"):  # some plug-ins look beyond the end
        if depth == 0 and token.nesting >= 0:
            found.blocks.append(token.type.removesuffix("_open"))
        depth += token.nesting
        if token.type == "list_item_open" and token.info:
            found.prose += f"{token.info}. "  # perhaps a heading with a number
        for child in token.children or []:
            add(found, child)
            if child.type == "em_open":
                begin = len(found.prose)
            elif child.type == "em_close":
                found.slanted.append(found.prose[begin:])
    return found


def add(found: Parts, token: Token) -> None:
    """Add an inline token to the parts of its text."""
    shown = gap = GAP
    if "id" in token.attrs:
        found.labels.append(str(token.attrs["id"]))
    match token.type:
        case "text" | "softbreak" | "hardbreak":
            found.gaps += SCRIPT_GAP.findall(token.content)
            shown = gap = SCRIPT_GAP.sub(GAP, token.content) or "\n"
        case "myst_role":
            name, target, words = token.meta["name"], token.content, ""
            if titled := re.fullmatch(r"(.*\S)\s*<([^<>]*)>", token.content, re.DOTALL):
                words, target = titled.groups()
            elif name in NAMED | WORDY:
                words = token.content
            target = " ".join(target.split())
            found.roles.append(f"{{{name}}}" if name in WORDY else f"{{{name}}}`{target}`")
            shown = words or GAP
        case "code_inline":
            found.code.append(" ".join(token.content.split()))
        case "math_inline" | "math_inline_double" | "math_block":
            found.formulas.append(token.content)
        case "footnote_ref":
            found.footnotes.append(token.meta["label"])
        case "link_open":
            found.links.append(str(token.attrs["href"]))
            shown = gap = ""
        case "image":
            found.links.append(str(token.attrs["src"]))
            shown = token.content
        case _:
            shown = gap = ""  # strong, emphasis, ends of links
    found.plain += gap
    found.prose += shown


def is_formula(text: str) -> bool:
    r"""Whether a message is a display formula as a whole.

    >>> is_formula(r"m = \frac{\text{rise}}{\text{run}}"), is_formula("Take $x$.")
    (True, False)
    """
    return bool(WORDS_IN_FORMULA.search(parts(text).plain))


def first_lost(old: Iterable[str], new: Iterable[str]) -> str | None:
    """What is in the first list, and in the second not, or less often."""
    return next(iter(Counter(old) - Counter(new)), None)


def difference(
    old: list[str], new: list[str], what: str, mark: str = "{}", *, again: bool = False
) -> str | None:
    """Say what is missing or added; with ``again``, what is in both may be said once more."""
    if (lost := first_lost(old, new)) is not None:
        return f"The {what} {mark.format(lost)} of the original is missing."
    if again:
        new = [item for item in new if item not in old]
        old = []
    if (more := first_lost(new, old)) is not None:
        often = ", or less often" if more in old else ""
        return f"The {what} {mark.format(more)} is not in the original{often}."
    return None


# --- the checks: (msgid, msgstr) -> what is wrong, or None ---------------------------------------


def numbers(msgid: str, msgstr: str) -> str | None:
    """Numbers must be those of the original; its number words may be digits.

    >>> numbers("From 1 to 3 in ten steps", "ពី 1 ដល់ ៤ ក្នុង 10 ជំហាន")
    'The number 3 of the original is missing.'
    """
    old, new = numbers_of(msgid), numbers_of(msgstr)
    words = [word.lower() for word in LATIN_WORD.findall(parts(msgid).prose)]
    said = [NUMBER_WORDS[word] for word in words if word in NUMBER_WORDS]
    new = [number for number in new if number in old or number not in said]
    return difference(old, new, "number", again=True)


def numbers_of(text: str) -> list[str]:
    """The numbers in the prose of a text, in one form.

    >>> numbers_of("x = −3, ១០.៥ and 1,000; f(2) and 2-3")
    ['-3', '10.5', '1000', '2', '2', '3']
    """
    found = []
    for number in NUMBER.findall(parts(text).prose):
        number = "".join(str(unicodedata.decimal(c, c)) for c in number).replace("−", "-")
        thousands = re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", number)
        found.append(number.replace(",", "" if thousands else "."))
    return found


def formulas(msgid: str, msgstr: str) -> str | None:
    r"""Formulas must be those of the original, but for the words in ``\text{…}``.

    >>> formulas("Take $x^2$.", "យក $x^3$។")
    'The formula $x^2$ of the original is missing.'
    """
    if is_formula(msgid):
        if bare(msgid) != bare(msgstr):
            return "This formula differs from the original in more than its words."
        return None
    if dollar(msgid, msgstr):
        return None  # the same mistake
    old, new = ([bare(tex) for tex in parts(text).formulas] for text in (msgid, msgstr))
    return difference(old, new, "formula", "${}$", again=True)


def bare(tex: str) -> str:
    """A formula without spaces and words."""
    return re.sub(r"\s+", "", WORDS_IN_FORMULA.sub(r"\1{}", tex))


def dollar(msgid: str, msgstr: str) -> str | None:
    """Each ``$`` must have a partner.

    >>> dollar("Take $x$.", "យក $x។")
    'A $ has no partner.'
    """
    if parts(msgstr).plain.count("$") > parts(msgid).plain.count("$"):
        return "A $ has no partner."
    return None


def marks(msgid: str, msgstr: str) -> str | None:
    """Asterisks and backquotes must not appear on the page as they are.

    >>> marks("It is **steep**.", "វា**ចោត។")
    'A ** would appear on the page as it is.'
    """
    for mark in ("**", "*", "`"):
        if parts(msgstr).plain.count(mark) > parts(msgid).plain.count(mark):
            return f"A {mark} would appear on the page as it is."
    return None


def roles(msgid: str, msgstr: str) -> str | None:
    """Roles must be those of the original, with the same targets.

    >>> roles("A {term}`limit`", "{term}`លីមីត`")
    'The role {term}`limit` of the original is missing.'
    """
    return difference(parts(msgid).roles, parts(msgstr).roles, "role")


def links(msgid: str, msgstr: str) -> str | None:
    """Links and pictures must lead where those of the original lead.

    >>> links("See [this](#a).", "មើល [នេះ](#b)។")
    'The address #a of the original is missing.'
    """
    return difference(parts(msgid).links, parts(msgstr).links, "address")


def footnotes(msgid: str, msgstr: str) -> str | None:
    """Footnotes must be those of the original.

    >>> footnotes("So it is.[^why]", "ដូច្នេះ។")
    'The footnote [^why] of the original is missing.'
    """
    return difference(parts(msgid).footnotes, parts(msgstr).footnotes, "footnote", "[^{}]")


def labels(msgid: str, msgstr: str) -> str | None:
    """Labels, to which other places may lead, must be those of the original.

    >>> labels("The [rise]{#rise} is 2.", "[កំណើនឈរ]{#run} គឺ 2។")
    'The label {#rise} of the original is missing.'
    """
    return difference(parts(msgid).labels, parts(msgstr).labels, "label", "{{#{}}}")


def code(msgid: str, msgstr: str) -> str | None:
    """Code spans must be those of the original.

    >>> code("Call `print`.", "ហៅ `Print`។")
    'The code `print` of the original is missing.'
    """
    return difference(parts(msgid).code, parts(msgstr).code, "code", "`{}`", again=True)


def gaps(msgid: str, msgstr: str) -> str | None:
    """Names in braces, for which a script puts numbers, must be those of the original.

    >>> gaps("x = {x}, h = {h}", "x = {x}, h = {k}")
    'The gap {h} of the original is missing.'
    """
    return difference(parts(msgid).gaps, parts(msgstr).gaps, "gap", again=True)


def html(msgid: str, msgstr: str) -> str | None:
    """There must be no HTML that the original has not.

    >>> html("Two", "<b>ពីរ</b>")
    'The HTML <b> is not in the original.'
    """
    old, new = (HTML.findall(parts(text).plain) for text in (msgid, msgstr))
    return difference([], [*(Counter(new) - Counter(old))], "HTML")


def addresses(msgid: str, msgstr: str) -> str | None:
    """There must be no address in the text that the original has not.

    >>> addresses("Two", "ពីរ https://example.org")
    'The address https://example.org is not in the original.'
    """
    old, new = (ADDRESS.findall(parts(text).plain) for text in (msgid, msgstr))
    new = [address for address in new if address not in parts(msgstr).links]
    return difference([], [*(Counter(new) - Counter(old))], "address")


def invisible(msgid: str, msgstr: str) -> str | None:
    r"""There must be no invisible or bidirectional character that the original has not.

    >>> invisible("Two steps", "ពីរ\u200bជំហាន")
    'It has an invisible character, ZERO WIDTH SPACE (U+200B), after ពីរ.'
    """
    text = f"{msgstr}\n{parts(msgstr).prose}"  # in which &#8203; is a character, too
    for position, character in enumerate(text):
        if character not in msgid and character != "\n" and is_hidden(character):
            name = unicodedata.name(character, "a control character")
            before = text[max(0, position - 10) : position].split()
            place = f"after {before[-1]}" if before else "at the beginning"
            point = f"U+{ord(character):04X}"
            return f"It has an invisible character, {name} ({point}), {place}."
    return None


def is_hidden(character: str) -> bool:
    """Whether a character can't be seen, or changes the order of those around it."""
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
        or character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def paragraphs(msgid: str, msgstr: str) -> str | None:
    r"""A translation must be one block, as its original is: what follows would be dropped.

    >>> paragraphs("One. Two.", "មួយ។\n\nពីរ។")
    'Only the first paragraph would be on the page; the rest would be dropped.'
    """
    if len(parts(msgstr).blocks) > max(1, len(parts(msgid).blocks)):
        return "Only the first paragraph would be on the page; the rest would be dropped."
    return None


def misread(msgid: str, msgstr: str) -> str | None:
    """A translation must be a paragraph, and not begin as a list or a heading does.

    >>> misread("First step", "1. ជំហានទីមួយ")
    'It would be read as an ordered list, and the page would show the original.'
    """
    old, new = (next(iter(parts(text).blocks), "nothing") for text in (msgid, msgstr))
    if new == "paragraph" or msgstr == msgid or old == new == "code_block":
        return None
    name = new.replace("_", " ")
    article = "" if new == "nothing" else "an " if name[0] in "aeiou" else "a "
    return f"It would be read as {article}{name}, and the page would show the original."


def references(msgid: str, msgstr: str) -> str | None:
    """Reference-style links work in no translation.

    >>> references("See [this](#a).", "មើល [នេះ][a]។")
    'The link [នេះ][a] would appear on the page as it is.'
    """
    found = REFERENCE.search(parts(msgstr).plain) or REFERENCE.match(msgstr)
    if found and found[0] not in msgid:
        return f"The link {found[0].strip()} would appear on the page as it is."
    return None


def placeholders(msgid: str, msgstr: str) -> str | None:
    """The fields of the interface must be those of the original, as Babel checks them.

    >>> placeholders("Section %s", "ផ្នែក")
    'Its fields are not those of the original: placeholders are incompatible.'
    """
    try:
        python_format(Catalog(), BabelMessage(msgid, msgstr, flags={"python-format"}))
    except TranslationError as error:
        return f"Its fields are not those of the original: {error}."
    return None


def spelling(rules: list[tuple[str, str]]) -> Check:
    """Make a check for wrong forms, outside code: regular expressions and what to write.

    >>> spelling([("teh", "the")])("", "teh end")
    'It has the spelling teh; write the (in: teh end).'
    """

    def check(msgid: str, msgstr: str) -> str | None:
        text = parts(msgstr).prose
        for pattern, remedy in rules:
            if found := re.search(pattern, text):
                start, end = found.span()
                context = text[max(0, start - 12) : end + 12].replace("\n", " ")
                return f"It has the spelling {found[0]}; write {remedy} (in: {context})."
        return None

    return check


@dataclass
class Row:
    """A term: the original's, those of the translation, and those that are wrong."""

    source: str
    own: list[str]
    forbidden: list[str]

    @cached_property
    def words(self) -> re.Pattern[str]:
        """The original's term, as a word or words, or in the plural."""
        words = r"\s+".join(map(re.escape, self.source.split()))
        return re.compile(rf"(?<![\w-]){words}(?:e?s)?(?![\w-])", re.IGNORECASE)

    def is_in(self, text: str) -> bool:
        """Whether the original has the term."""
        return bool(self.words.search(text))


def spans(word: str, text: str) -> list[tuple[int, int]]:
    """Where a word is in a text; one in Latin letters only as a whole word.

    >>> spans("rate", "a rate, not a grate"), spans("rate", "learning rates")
    ([(2, 6)], [])
    """
    edge = r"(?<![A-Za-z-]){}(?![A-Za-z-])" if word.isascii() else "{}"
    return [found.span() for found in re.finditer(edge.format(re.escape(word)), text)]


def glossary(rows: list[Row]) -> Check:
    """Make a check for forbidden forms of the terms that are in the original.

    A form within another term of the same message is no mistake, nor are the original's own
    letters in brackets, as an explanation.

    >>> rows = [Row("iteration", ["la vuelta"], ["paso"]), Row("step", ["paso"], [])]
    >>> glossary(rows)("each iteration", "cada paso")
    'For "iteration" it has paso; the glossary has la vuelta.'
    >>> glossary(rows)("a step in each iteration", "un paso en cada vuelta")
    """

    def check(msgid: str, msgstr: str) -> str | None:
        old, text = parts(msgid).prose, parts(msgstr).prose
        present = [row for row in rows if row.is_in(old)]
        brackets = [found.span() for found in re.finditer(r"\([^()]*\)", text)]
        allowed = [span for row in present for own in row.own for span in spans(own, text)]
        for row in present:
            for word in row.forbidden:
                excused = allowed + brackets if word.isascii() else allowed
                for start, end in spans(word, text):
                    if not any(first <= start and end <= last for first, last in excused):
                        return f'For "{row.source}" it has {word}; the glossary has {row.own[0]}.'
        return None

    return check


def english(terms: list[str]) -> Check:
    """Make a check for sentences that are left in the original's language, but for these terms.

    >>> english([])("One step to the right, up", "One step to the right, ឡើងលើ")
    'It still has "One step to the right".'

    The titles of works, slanted and with capitals, keep their language.

    >>> english([])("See *The Origin of the Species*.", "មើល **The Origin of the Species**។")
    """

    def check(msgid: str, msgstr: str) -> str | None:
        text = parts(msgstr).prose
        for name in [*filter(is_title, parts(msgid).slanted), *terms]:
            text = text.replace(name, GAP)
        words = [word.lower() for word in LATIN_WORD.findall(parts(msgid).prose)]
        known = {tuple(words[i : i + 4]) for i in range(len(words) - 3)}
        for run in LATIN_RUN.findall(text):
            left = LATIN_WORD.findall(run)
            hits = [
                i
                for i in range(len(left) - 3)
                if tuple(word.lower() for word in left[i : i + 4]) in known
            ]
            if hits:
                return f'It still has "{" ".join(left[hits[0] : hits[-1] + 4])}".'
        if msgid == msgstr and len(LATIN_WORD.findall(text)) >= 3:
            return "It is still the original."
        return None

    return check


def is_title(text: str) -> bool:
    """Whether words begin with capitals, as in the title of a work: all, but for small ones.

    >>> is_title("Deep Learning: How to Begin"), is_title("Worse, often")
    (True, False)
    """
    words = LATIN_WORD.findall(text)
    return any(words) and all(word[0].isupper() or SMALL.fullmatch(word) for word in words)


# --- the table ---------------------------------------------------------------------------------

PAGE, WORDS, INTERFACES, FORMULA = "page", "code", "interface", "formula"

#: Each check with where it applies and what to do about a finding.
CHECKS: dict[str, tuple[set[str], str]] = {
    "numbers": ({PAGE, WORDS}, "write each number of the original, and no other."),
    "formulas": (
        {PAGE, FORMULA},
        r"copy each formula as it is; only what is in \text{…} is translated.",
    ),
    "dollar": ({PAGE}, r"put a $ before and after each formula; write \$ for the currency."),
    "marks": (
        {PAGE},
        "close what is opened; leave a space outside ** and none inside, "
        "and put punctuation outside.",
    ),
    "roles": ({PAGE}, "copy {role}`target`, or write {role}`words <target>`."),
    "links": ({PAGE}, "translate the words of [words](address), and copy the address."),
    "footnotes": ({PAGE}, "copy each [^name], at the place where it belongs."),
    "labels": ({PAGE}, "copy each {#name}, behind the words that it belongs to."),
    "code": ({PAGE}, "copy what is between backquotes as it is."),
    "gaps": ({PAGE}, "copy each {name} as it is: a number takes its place."),
    "html": ({PAGE}, "remove it; write MyST, as the original does."),
    "addresses": ({PAGE}, "remove it."),
    "invisible": (
        {PAGE, WORDS, INTERFACES, FORMULA},
        "remove it; delete the characters there and type them again.",
    ),
    "paragraphs": ({PAGE}, "join all to one paragraph, without an empty line."),
    "misread": ({PAGE}, r"begin with a word, or write \ before the first -, # or the point of 1."),
    "references": ({PAGE}, "write [words](address)."),
    "placeholders": ({INTERFACES}, "copy each %s or %(name)s as it is."),
    "spelling": ({PAGE, WORDS, INTERFACES, FORMULA}, "correct the spelling."),
    "glossary": ({PAGE, WORDS}, "write the word of the glossary."),
    "english": ({PAGE, WORDS}, "translate it."),
    "two_ways": ({PAGE, WORDS}, "choose one translation and write it in both places."),
}


def checks_of(settings: Mapping[str, Any], folder: Path, language: str) -> dict[str, Check]:
    """The checks that compare one message with its translation, for a language."""
    rows = list(rows_of(settings, folder, language))
    rules = settings.get("translation_checks_spelling", {}).get(language, [])
    terms = sorted((own for row in rows for own in row.own), key=len, reverse=True)
    plain: list[Check] = [
        *(numbers, formulas, dollar, marks, roles, links, footnotes, labels, code, gaps),
        *(html, addresses, invisible, paragraphs, misread, references, placeholders),
    ]
    return {check.__name__: check for check in plain} | {
        "spelling": spelling(rules),
        "glossary": glossary(rows),
        "english": english([term for term in terms if LATIN_WORD.search(term)]),
    }


def rows_of(settings: Mapping[str, Any], folder: Path, language: str) -> Iterator[Row]:
    """The rows of the glossary that have a term in this language."""
    columns = settings.get("translation_checks_columns", {})
    name = settings.get("translation_checks_glossary")
    if not name or language not in columns:
        return
    if not (folder / name).is_file():
        raise ExtensionError(
            f"conf.py gives as `translation_checks_glossary` the file {folder / name}, which does "
            "not exist.\nCorrect the name; it is relative to conf.py."
        )
    with (folder / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row[columns[language]]:
                continue
            own = [row[columns[language]], row.get(columns.get("first_use", ""), "")]
            forbidden = row.get(columns.get("forbidden", ""), "").split("|")
            yield Row(
                row[columns["source"]],
                [word for word in own if word],
                [word.strip() for word in forbidden if word.strip()],
            )


# --- going over catalogues ---------------------------------------------------------------------


@dataclass
class Finding:
    """What is wrong with a translation, and where."""

    check: str
    catalogue: Path
    line: int
    """Of the translation."""
    entry: polib.POEntry
    sentence: str

    @property
    def location(self) -> str:
        return f"{self.catalogue}:{self.line}"

    @property
    def text(self) -> str:
        return (
            f"{self.sentence}\n  msgid:  {self.entry.msgid}\n  msgstr: {self.entry.msgstr}\n"
            f"  What to do: {CHECKS[self.check][1]}\n"
            f'  If it is right as it is, write the line "# checked: {self.check}" '
            "above the message."
        )

    def __str__(self) -> str:
        return f"{self.location}: {self.text}"


@dataclass
class Place:
    """Where a translation stands."""

    catalogue: Path
    line: int
    entry: polib.POEntry

    @property
    def kind(self) -> str:
        """What the message is: text of a page, a formula, words in code, or of the interface."""
        if self.catalogue.name in INTERFACE:
            return INTERFACES
        if self.entry.comment.startswith(CODE):
            return WORDS
        return FORMULA if is_formula(self.entry.msgid) else PAGE


def findings(
    folder: Path, checks: Mapping[str, Check], unchanged: Container[Path] = ()
) -> list[Finding]:
    """All that is wrong in the catalogues below a folder, by catalogue and line.

    The messages of the ``unchanged`` ones are only compared with those of the others.
    """
    places = [
        place for catalogue in sorted(folder.rglob("*.po")) for place in places_in(catalogue)
    ]
    found = [
        (place, name, sentence)
        for place in places
        if place.catalogue not in unchanged
        for name, sentence in problems(place.entry, place.kind, checks)
    ]
    found += [(place, "two_ways", sentence) for place, sentence in translated_in_two_ways(places)]
    return sorted(
        (
            Finding(name, place.catalogue, place.line, place.entry, sentence)
            for place, name, sentence in found
            if name not in excused(place.entry)
        ),
        key=lambda finding: (finding.catalogue, finding.line),
    )


def places_in(catalogue: Path) -> Iterator[Place]:
    """The translations in a catalogue that are in use."""
    try:
        entries = polib.pofile(str(catalogue)).translated_entries()
        lines = catalogue.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError):  # of which the extension catalogues warns
        return
    for entry in entries:
        if not entry.msgid_plural:  # which Sphinx has not
            yield Place(catalogue, line_of(entry, lines), entry)


def translated_in_two_ways(places: list[Place]) -> Iterator[tuple[Place, str]]:
    """Translations that differ from an earlier one of the same original, and what to say."""
    same = defaultdict(list)
    for place in places:
        same[place.entry.msgctxt, place.entry.msgid].append(place)
    for group in same.values():
        if len({place.entry.msgstr for place in group}) == 1:
            continue
        compared = [place for place in group if place.kind in CHECKS["two_ways"][0]]
        for place in compared[1:]:
            first = compared[0]
            if place.entry.msgstr != first.entry.msgstr:
                yield (
                    place,
                    f"In {first.catalogue}:{first.line} the same original is translated as: "
                    f"{first.entry.msgstr}",
                )


def line_of(entry: polib.POEntry, lines: list[str]) -> int:
    """The line on which a translation begins; polib knows that of the first comment."""
    following = range(entry.linenum, len(lines) + 1)
    return next((n for n in following if lines[n - 1].startswith("msgstr")), entry.linenum)


def problems(
    entry: polib.POEntry, kind: str, checks: Mapping[str, Check]
) -> Iterator[tuple[str, str]]:
    """Names of the checks that find something in a translation, and what they find."""
    msgid, msgstr = entry.msgid, entry.msgstr
    if kind == WORDS:  # their fields are proved elsewhere
        msgid, msgstr = FIELD.sub(GAP, msgid), FIELD.sub(GAP, msgstr)
    for name, check in checks.items():
        if kind not in CHECKS[name][0]:
            continue
        if name == "placeholders" and "python-format" not in entry.flags:
            continue
        if sentence := check(msgid, msgstr):
            yield name, sentence


def excused(entry: polib.POEntry) -> set[str]:
    """The checks of which the translator's comments say that the translation is right.

    >>> sorted(excused(polib.POEntry(tcomment="Odd.\\nchecked: code, numbers as spoken")))
    ['code', 'numbers']
    """
    lines = re.findall(r"^\s*checked:(.*)$", entry.tcomment, re.MULTILINE)
    parts_of_lines = (part.split() for line in lines for part in line.split(","))
    return {words[0] for words in parts_of_lines if words}


def check(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Warn of each finding in the catalogues of the build's language."""
    language = app.config.language or ""
    settings = settings_of(app)
    use(settings)
    checks = checks_of(settings, Path(app.confdir), language)
    for name in app.config.locale_dirs:
        folder = app.srcdir / name / language / "LC_MESSAGES"
        for finding in findings(folder, checks, unchanged(env, folder, docnames)):
            logger.warning(
                "%s",
                finding.text,
                location=finding.location,
                type="translation",
                subtype=finding.check,
            )


def settings_of(app: Sphinx) -> dict[str, Any]:
    return {setting.name: setting.value for setting in app.config}


def unchanged(env: BuildEnvironment, folder: Path, docnames: list[str]) -> set[Path]:
    """The catalogues of pages that are not read: they are as they were when all was right."""
    compact = env.config.gettext_compact
    read = {docname_to_domain(docname, compact) for docname in docnames}
    domains = {docname_to_domain(docname, compact) for docname in env.found_docs}
    return {folder / f"{domain}.po" for domain in domains - read}


def read_all(app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> set[str]:
    """All pages, if the glossary is another, for each may now use a wrong word."""
    rows = [*rows_of(settings_of(app), Path(app.confdir), app.config.language or "")]
    known = getattr(env, "translation_checks", rows)
    env.translation_checks = rows  # type: ignore[attr-defined]
    return set() if known == rows else set(env.found_docs)


def main(folders: list[str]) -> int | str:
    """Check all languages in these folders; what is to be said at the end."""
    settings = runpy.run_path("conf.py")
    use(settings)
    found = [
        finding
        for name in folders
        for folder in sorted(Path(name).glob("*/LC_MESSAGES"))
        for finding in findings(folder, checks_of(settings, Path(), folder.parent.name))
    ]
    return "\n\n".join(map(str, found)) or 0


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("translation_checks_glossary", "", "env", str)
    app.add_config_value("translation_checks_columns", {}, "env", dict)
    app.add_config_value("translation_checks_spelling", {}, "env", dict)
    app.connect("env-get-outdated", read_all)
    app.connect("env-before-read-docs", check)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
