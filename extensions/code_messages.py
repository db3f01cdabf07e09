"""The text in Python code: find it, and swap it for a translation that provably changes no code.

:func:`extract` finds the comments, docstrings and displayed strings of a cell. :func:`localise`
puts translations in their places, one at a time, and proves of each that the syntax tree is the
same but for that text; a translation for which this can't be shown is refused, and the original
stays. Neither knows of Sphinx, notebooks or catalogues, and both give the same results on every
Python from 3.11 on.

Translators see text and not source: escapes are decoded, and literals are quoted anew on the way
back. The fields of f-strings stay as they are written, with ``{{`` and ``}}`` doubled.

>>> cell = 'print(f"slope: {m:.2f}")  # rise over run'
>>> [message.text for message in extract(cell)]
['slope: {m:.2f}', 'rise over run']
>>> localise(cell, {"slope: {m:.2f}": "pente : {m:.2f}"}).source
'print(f"pente : {m:.2f}")  # rise over run'
"""

from __future__ import annotations

import ast
import io
import re
import string
import token as tokens
import tokenize
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

#: Calls that display text, by the name of the function or method: the positions of the arguments
#: that are text (``None``: all of them) and the names of those keywords that are.
CALLS: dict[str, tuple[Sequence[int] | None, Sequence[str]]] = {
    # Python
    "print": (None, ["sep", "end"]),
    "input": ([0], []),
    "warn": ([0], ["message"]),
    "display": (None, []),
    # Matplotlib
    "annotate": ([0], ["text"]),
    "bar_label": ([], ["labels", "fmt"]),
    "boxplot": ([], ["labels", "tick_labels"]),
    "clabel": ([], ["fmt"]),
    "figtext": ([2], ["s"]),
    "legend": ([0, 1], ["labels"]),
    "pie": ([2], ["labels", "autopct"]),
    "set": ([], ["title", "xlabel", "ylabel", "zlabel"]),
    "set_label": ([0], []),
    "set_text": ([0], []),
    "set_title": ([0], []),
    "set_xlabel": ([0], []),
    "set_xticklabels": ([0], []),
    "set_xticks": ([1], ["labels"]),
    "set_ylabel": ([0], []),
    "set_yticklabels": ([0], []),
    "set_yticks": ([1], ["labels"]),
    "set_zlabel": ([0], []),
    "stackplot": ([], ["labels"]),
    "suptitle": ([0], ["t"]),
    "supxlabel": ([0], []),
    "supylabel": ([0], []),
    "text": ([2], ["s"]),
    "title": ([0], []),
    "xlabel": ([0], []),
    "xticks": ([1], ["labels"]),
    "ylabel": ([0], []),
    "yticks": ([1], ["labels"]),
}

#: Exceptions and warnings display their arguments, where they are raised or displayed.
EXCEPTION = re.compile(r"\w*(Error|Exception|Warning)")

#: Keywords that are text in any call, such as ``plot(…, label="curve")``.
KEYWORDS = frozenset({"label", "title", "xlabel", "ylabel", "zlabel"})

#: Keywords whose text Matplotlib formats.
FORMATS = frozenset({"fmt", "autopct"})

#: Methods of a string that give the same text in another shape.
SHAPES = {
    *("capitalize", "lower", "swapcase", "title", "upper"),
    *("center", "expandtabs", "ljust", "rjust", "zfill"),
    *("lstrip", "removeprefix", "removesuffix", "rstrip", "strip"),
    *("join", "replace"),
}

#: Comments that are addressed to a tool.
PRAGMA = re.compile(
    r"!|%%|-\*-|(?i:noqa|nosec)\b|(type|pragma|pylint|ruff|mypy|pyright|flake8|fmt|isort|yapf"
    r"|doctest|coding|vim)\s*[:=]"
)

#: The same, behind a comment for readers.
TRAILING_PRAGMA = re.compile(rf"\s*#+\s*({PRAGMA.pattern}).*")

#: A comment that begins a sentence of its own in a block: numbered, or an item of a list.
ITEM = re.compile(r"[-*•]\s|\d+[.)]\s|[\u2460-\u24ff\u2776-\u2793]")

#: What makes a text human-readable: a word, which ``x``, ``f(x)`` and ``%.2f`` are not.
WORD = re.compile(r"[^\W\d_¹²³⁰-₉]{2,}")

#: A line that IPython understands and Python does not. The magics with ``%%`` are those under
#: which the rest of the cell is still Python.
MAGIC = re.compile(
    r"\s*%%(time|timeit|capture|prun)\b"
    r"|(?!\s*%%)(\s*[%!?]|\s*\w[\w\s,.]*=\s*[%!]|.*\?\s*$)"
)

#: The fields of printf-style formatting.
PERCENT = re.compile(
    r"%(?:\((?:[^()]|\([^()]*\))*\))?[-+#0 ]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?[hlL]?"
    r"[diouxXeEfFgGcrsa%]|%"
)

#: The same in a string that is perhaps no template: without a flag, for the sake of "100% sure".
PERHAPS_PERCENT = re.compile(PERCENT.pattern.replace("0 ]", "0]"))

#: The fields that msgfmt accepts under python-brace-format.
SIMPLE_FIELD = re.compile(r"\{\w*(\.\w+|\[\w+\])*(![rsa])?(:[^{}]*)?\}")

#: A field that is counted, and not named.
POSITIONAL = re.compile(r"^%(?!\()|\{[!:}.\[]")

#: An escape, but a line break only where the line to come is nothing but text: a fence would end
#: the cell on the page, and IPython removes prompts.
LINE_BREAK = re.compile(r"\\.(?!\s*(?:```|~~~|\.{3,}:)|>>>|\.\.\.|In \[)")

#: A doctest, up to the end of what it prints.
DOCTEST = re.compile(r"^[ \t]*>>>.*(?:\n[ \t]*\S.*)*", re.MULTILINE)

#: What a catalogue can't carry: some programs see ends of lines in it, or no text at all.
UNFIT = re.compile("[\0\v\f\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]")

FSTRING_START = getattr(tokens, "FSTRING_START", None)  # from Python 3.12 on
FSTRING_END = getattr(tokens, "FSTRING_END", None)
TSTRING_START = getattr(tokens, "TSTRING_START", None)  # from Python 3.14 on
TSTRING_END = getattr(tokens, "TSTRING_END", None)

Kind = Literal["code comment", "displayed string", "docstring"]
Template = Literal["f-string", "percent", "brace", "maybe"]
Position = tuple[int, int]


class NotPython(ValueError):
    """The cell can't be read as Python; ``args[0]`` says why."""


@dataclass
class Message:
    """A text in a cell: what it says, what it is, and where it stands."""

    kind: Kind
    text: str
    line: int
    """In the cell, from 1."""
    code: str
    """The line, as it is written."""
    spans: list[tuple[Position, Position]] = field(repr=False)
    """Start and end of each token that the text is written in; more than one for a comment of
    several lines, or for literals that Python joins."""
    template: Template | None = None
    fields: list[str] = field(default_factory=list)

    @property
    def flag(self) -> str | None:
        """The gettext flag by which msgfmt can check the fields."""
        if self.template == "percent":
            return "python-format"
        simple = all(SIMPLE_FIELD.fullmatch(name) for name in self.fields)
        return "python-brace-format" if self.fields and simple else None


@dataclass
class Refusal:
    """A translation that was not applied, and why, in words for a translator."""

    message: Message
    translation: str
    reason: str


@dataclass
class Localised:
    """What :func:`localise` made of a cell."""

    source: str
    applied: list[Message]
    untranslated: list[Message]
    refused: list[Refusal]


class Refused(ValueError):
    """A translation can't be applied; ``args[0]`` says why."""


# --- reading a cell ----------------------------------------------------------------------------


def parse(source: str) -> ast.Module:
    """The syntax tree, without warnings of odd escapes, which are the author's affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def python_part(source: str) -> str:
    """The cell with each IPython line replaced by a ``0``, so that lines stay where they are.

    :raises NotPython: when the rest does not parse either
    """
    if "\r" in source:
        raise NotPython("it has a carriage return, which only some programs take for a new line")
    lines = source.split("\n")
    while True:
        try:
            parse("\n".join(lines))
        except SyntaxError as error:
            index = (error.lineno or 1) - 1
            if index >= len(lines) or not MAGIC.match(lines[index]):
                magic = lines[index : index + 1] and lines[index].lstrip().startswith("%%")
                why = "is a magic, under which is no Python" if magic else "does not parse"
                raise NotPython(f"line {index + 1} {why}") from None
            indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
            while lines[index].endswith("\\") and index + 1 < len(lines):  # it goes on below
                lines[index] = ""
                index += 1
            lines[index] = indent + "0"
        except ValueError:
            raise NotPython("it has characters that Python does not read") from None
        except (RecursionError, MemoryError):
            raise NotPython("it is nested too deeply") from None
        else:
            return "\n".join(lines)


def tokens_of(source: str) -> list[tokenize.TokenInfo]:
    """The tokens of a cell, with each f-string as one STRING, as up to Python 3.11.

    :raises NotPython: when ``tokenize`` can't read what Python can
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            items = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise NotPython(str(error.args[0])) from None
    found: list[tokenize.TokenInfo] = []
    depth, start = 0, None
    lines = source.split("\n")
    for item in items:
        if item.type in (FSTRING_START, TSTRING_START) and item.type is not None:
            start = start or item
            depth += 1
        elif item.type in (FSTRING_END, TSTRING_END) and item.type is not None:
            depth -= 1
            if depth == 0 and start:
                text = slice_of(lines, start.start, item.end)
                found.append(
                    tokenize.TokenInfo(tokens.STRING, text, start.start, item.end, start.line)
                )
                start = None
        elif depth == 0:
            found.append(item)
    return found


def slice_of(lines: list[str], start: Position, end: Position) -> str:
    """The text between two positions; rows from 1, columns in characters from 0."""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    middle = lines[start[0] : end[0] - 1]
    return "\n".join([lines[start[0] - 1][start[1] :], *middle, lines[end[0] - 1][: end[1]]])


def extract(
    source: str,
    *,
    names: Sequence[str] = (),
    keep: Sequence[str] = (),
    calls: Mapping[str, tuple[Sequence[int] | None, Sequence[str]]] = CALLS,
    keywords: frozenset[str] = KEYWORDS,
) -> list[Message]:
    """The human-readable text of a cell, in the order in which it stands there.

    :param names: variables whose strings are displayed later: literals in what is assigned to
        them (dictionary keys excepted) are messages too
    :param keep: texts that are not messages
    :param calls: see :data:`CALLS`
    :param keywords: see :data:`KEYWORDS`
    :raises NotPython: when the cell can't be read
    """
    python = python_part(source)
    items = tokens_of(python)
    lines = source.split("\n")
    found = list(comments(items, lines))
    try:
        found += strings(python, items, Finder(calls, keywords, frozenset(names)))
    except RecursionError:
        raise NotPython("it is nested too deeply") from None
    for message in found:
        message.code = lines[message.line - 1].strip()
    return sorted(
        (m for m in found if is_text(m) and m.text not in keep),
        key=lambda message: message.spans[0],
    )


def is_text(message: Message) -> bool:
    """Whether there is anything to translate: a word outside fields and formulas."""
    text = message.text
    if UNFIT.search(text):
        return False
    for name in message.fields:
        text = text.replace(name, " ")
    return bool(WORD.search(re.sub(r"\$[^$]*\$", " ", text)))


@dataclass
class Remark:
    """A comment on one line: its text and place, without a pragma that follows."""

    text: str
    start: Position
    end: Position
    alone: bool
    """Whether nothing else is on the line."""


def comments(items: list[tokenize.TokenInfo], lines: list[str]) -> Iterator[Message]:
    """Comments; lines of comment that follow each other, and are no list, are one message."""
    block: list[Remark] = []
    for item in items:
        written = item.string.lstrip("#")
        if item.type != tokens.COMMENT or PRAGMA.match(written.strip()):
            continue
        row, column = item.start
        shown = TRAILING_PRAGMA.sub("", item.string)
        alone = not lines[row - 1][:column].strip()
        text = shown.lstrip("#").strip()
        remark = Remark(text, item.start, (row, column + len(shown)), alone)
        if block and follows(block[-1], remark):
            block.append(remark)
            continue
        if block:
            yield comment(block)
        block = [remark]
    if block:
        yield comment(block)


def follows(above: Remark, remark: Remark) -> bool:
    """Whether ``remark`` continues the one ``above`` it."""
    below = (above.start[0] + 1, above.start[1])
    both = above.text and remark.text and not ITEM.match(remark.text)
    return bool(both) and remark.alone and remark.start == below


def comment(block: list[Remark]) -> Message:
    text = " ".join(remark.text for remark in block)
    spans = [(remark.start, remark.end) for remark in block]
    return Message("code comment", text, block[0].start[0], "", spans)


def strings(
    python: str,
    items: list[tokenize.TokenInfo],
    finder: Finder,
) -> Iterator[Message]:
    """Docstrings and displayed strings."""
    finder.visit(parse(python))
    encoded = [line.encode() for line in python.split("\n")]
    literals = literals_by_position(items)
    for node, (kind, template) in finder.found.items():
        # the tree counts columns in bytes, the tokens in characters
        column = len(encoded[node.lineno - 1][: node.col_offset].decode())
        parts = literals.get((node.lineno, column))
        if parts and not any("b" in prefix_of(part.string) for part in parts):
            yield literal(parts, kind, template)


def literals_by_position(
    items: list[tokenize.TokenInfo],
) -> dict[Position, list[tokenize.TokenInfo]]:
    """The literals of a cell by their start; literals that Python joins are one."""
    found: dict[Position, list[tokenize.TokenInfo]] = {}
    run: list[tokenize.TokenInfo] = []
    for item in items:
        if item.type == tokens.STRING:
            run.append(item)
            found[run[0].start] = run
        elif item.type not in (tokens.COMMENT, tokens.NL):
            run = []
    return found


class Finder(ast.NodeVisitor):
    """Collects the nodes of the strings that a cell displays."""

    def __init__(
        self,
        calls: Mapping[str, tuple[Sequence[int] | None, Sequence[str]]],
        keywords: frozenset[str],
        names: frozenset[str],
    ) -> None:
        self.calls = calls
        self.keywords = keywords
        self.names = names
        self.found: dict[ast.expr, tuple[Kind, Template | None]] = {}

    def add(self, node: ast.expr | None, *, template: Template | None = None) -> None:
        """Add the literals that the value of ``node`` is made of.

        :param template: how the value is formatted; what is formatted twice is not added
        """
        once = template in (None, "maybe")
        match node:
            case ast.JoinedStr() if once:
                self.found.setdefault(node, ("displayed string", "f-string"))
            case ast.Constant(value=str()):
                self.found.setdefault(node, ("displayed string", template))
            case ast.BinOp(left=left, op=ast.Mod()) if once:
                self.add(left, template="percent")
            case ast.BinOp(left=left, op=ast.Add() | ast.Mult(), right=right):
                self.add(left, template=template)
                self.add(right, template=template)
            case ast.BoolOp(values=[*_, last]):  # the others decide, and are not only displayed
                self.add(last, template=template)
            case ast.Call(func=ast.Attribute(value=receiver, attr="format" | "format_map")) if (
                once
            ):
                self.add(receiver, template="brace")
            case ast.Call(func=ast.Attribute(value=receiver, attr=name)) if name in SHAPES:
                self.add(receiver, template=template)
                if name == "join":
                    self.add_all(node.args, template=template)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=arguments):
                if EXCEPTION.fullmatch(name):
                    self.add_all(arguments, template=template)
            case ast.IfExp(body=body, orelse=orelse):
                self.add_all([body, orelse], template=template)
            case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                self.add_all(elements, template=template)
            case ast.Dict(values=elements):
                self.add_all(elements, template=template)
            case ast.Starred(value=element):
                self.add(element, template=template)

    def add_all(self, nodes: list[ast.expr], *, template: Template | None = None) -> None:
        for node in nodes:
            self.add(node, template=template)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Pass over what is within an f-string: its fields stay as they are written."""

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        positions, text_keywords = self.calls.get(name, ([], []))
        starred = False
        for position, argument in enumerate(node.args):
            starred = starred or isinstance(argument, ast.Starred)
            if positions is None or (
                position in positions
                or (starred and any(position <= wanted for wanted in positions))
            ):
                self.add(argument)
        for keyword in node.keywords:
            if keyword.arg in text_keywords or keyword.arg in self.keywords:
                self.add(keyword.value, template="maybe" if keyword.arg in FORMATS else None)
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        if isinstance(node.exc, ast.Call):
            self.add_all(node.exc.args)
        self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        self.add(node.msg)
        self.generic_visit(node)

    def visit_Module(self, node: ast.Module) -> None:
        match node.body:
            case [*_, ast.Expr(value=value)]:  # IPython displays it
                self.add(value)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        match node.value:
            case ast.Constant(value=str()) as text:
                self.found.setdefault(text, ("docstring", None))
        self.generic_visit(node)

    # what is assigned to the names of the author

    def assign(self, target: ast.expr, value: ast.expr | None) -> None:
        """Add what of ``value`` goes to the names, of which ``target`` may have one."""
        match target, value:
            case (
                (ast.Tuple(elts=targets) | ast.List(elts=targets)),
                (ast.Tuple(elts=values) | ast.List(elts=values)),
            ) if len(targets) == len(values):
                for pair in zip(targets, values, strict=True):
                    self.assign(*pair)
            case _ if self.names & names_in(target):
                self.add(value, template="maybe")

    def loop(self, target: ast.expr, values: ast.expr) -> None:
        """Add what goes to the names in a loop over ``values``."""
        match target, values:
            case _, ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
                for element in elements:
                    self.assign(target, element)
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=arguments) if len(
                targets
            ) == len(arguments):
                for pair in zip(targets, arguments, strict=True):
                    self.loop(*pair)
            case ast.Tuple(elts=[_, item]), ast.Call(
                func=ast.Name(id="enumerate"), args=[inner, *_]
            ):
                self.loop(item, inner)
            case _, ast.Call(args=arguments) if self.names & names_in(target):
                self.add_all(arguments, template="maybe")

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.assign(target, node.value)
        self.generic_visit(node)

    def visit_value(self, node: ast.AnnAssign | ast.AugAssign | ast.NamedExpr) -> None:
        self.assign(node.target, node.value)
        self.generic_visit(node)

    visit_AnnAssign = visit_AugAssign = visit_NamedExpr = visit_value

    def visit_loop(self, node: ast.For | ast.AsyncFor | ast.comprehension) -> None:
        self.loop(node.target, node.iter)
        self.generic_visit(node)

    visit_For = visit_AsyncFor = visit_comprehension = visit_loop


def names_in(target: ast.expr) -> frozenset[str]:
    """The names that are assigned to: ``x``, and for ``x.y = …`` also ``y``."""
    return frozenset(getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(target))


# --- literals ----------------------------------------------------------------------------------


def prefix_of(literal: str) -> str:
    """The letters before the quotation marks, in lower case."""
    return literal[: min(i for i in map(literal.find, "'\"") if i >= 0)].lower()


def body_of(literal: str) -> str:
    """What stands between the quotation marks, as it is written."""
    quoted = literal[len(prefix_of(literal)) :]
    marks = 3 if quoted[:3] in ("'''", '"""') else 1
    return quoted[marks:-marks]


def literal(parts: list[tokenize.TokenInfo], kind: Kind, template: Template | None) -> Message:
    """The message of one literal, or of several that Python joins."""
    fields: list[str] = []
    text = ""
    formatted = any("f" in prefix_of(part.string) for part in parts)
    for part in parts:
        prefix, body = prefix_of(part.string), body_of(part.string)
        raw = "r" in prefix
        for piece, is_field in pieces(body, raw=raw) if "f" in prefix else [(body, False)]:
            fields += [piece] if is_field else []
            plain = piece if is_field else decode(piece, raw=raw)
            text += double(plain) if formatted and not is_field else plain
    spans = [(part.start, part.end) for part in parts]
    if not formatted:
        fields = [name for name in fields_of(text, template) if is_real(name)]
    return Message(kind, text, parts[0].start[0], "", spans, template, fields)


def decode(body: str, *, raw: bool) -> str:
    r"""The text that part of a literal stands for: ``\u1780`` becomes ក, ``\n`` a new line."""
    if raw or "\\" not in body:
        return body
    marked = re.sub(r'\\.|"', lambda m: '\\"' if m[0] == '"' else m[0], body, flags=re.DOTALL)
    return str(ast.literal_eval(parse(f'x = """{marked}"""').body[0].value))  # type: ignore[attr-defined]


def double(text: str) -> str:
    """Text as it is written in an f-string."""
    return text.replace("{", "{{").replace("}", "}}")


#: An escape in an f-string, in which a backslash has no power over braces.
ESCAPE = re.compile(r"\\(N\{[^}]*\}|[^{}]|(?=[{}]))", re.DOTALL)

# What follows reads f-strings by itself, to be the same on every Python: before 3.12, neither
# the tree nor the tokens say where in the source a field stands.


def pieces(body: str, *, raw: bool) -> Iterator[tuple[str, bool]]:
    """Cut what an f-string says into text and fields; the second of each pair tells which."""
    text = ""
    i = 0
    while i < len(body):
        escape = ESCAPE.match(body, i)
        if escape and not raw:
            text += escape[0] if len(escape[0]) > 1 else "\\\\"  # \{ is a backslash and a field
            i = escape.end()
        elif body[i : i + 2] in ("{{", "}}"):
            text += body[i]
            i += 2
        elif body[i] == "{":
            if text:
                yield text, False
            text = ""
            end = end_of_field(body, i)
            yield body[i:end], True
            i = end
        else:
            text += body[i]
            i += 1
    if text:
        yield text, False


def end_of_field(body: str, start: int) -> int:
    """Where the field ends that begins at ``start``; brackets and strings within are passed."""
    depth = 0
    i = start + 1
    while i < len(body):
        if body[i] in "'\"":
            i = end_of_string(body, i)
            continue
        if body[i] == "#":  # from Python 3.12 on
            i = body.find("\n", i) if "\n" in body[i:] else len(body)
        elif depth == 0 and body[i] == ":":
            return end_of_specification(body, i + 1)
        elif depth == 0 and body[i] == "}":
            return i + 1
        elif body[i] in "([{":
            depth += 1
        elif body[i] in ")]}":
            depth -= 1
        i += 1
    return len(body)


def end_of_specification(body: str, i: int) -> int:
    """Where a field ends whose format begins at ``i``; any character can be to fill with."""
    while i < len(body):
        if body[i] == "}":
            return i + 1
        if body.startswith("\\N{", i):
            i = body.find("}", i) + 1 or len(body)
        else:
            i = end_of_field(body, i) if body[i] == "{" else i + 1
    return len(body)


def end_of_string(body: str, i: int) -> int:
    """Where the string ends, within a field, whose quotation mark is at ``i``."""
    letters = re.compile(r"\w*$").search(body, max(0, i - 3), i)
    formatted = letters is not None and letters[0].lower() in ("f", "fr", "rf", "t", "tr", "rt")
    marks = body[i : i + 3] if body[i : i + 3] in ("'''", '"""') else body[i]
    i += len(marks)
    while i < len(body) and not body.startswith(marks, i):
        if body[i] == "\\" or (formatted and body[i : i + 2] == "{{"):
            i += 2
        else:
            i = end_of_field(body, i) if formatted and body[i] == "{" else i + 1
    return i + len(marks)


def fields_of(text: str, template: Template | None) -> list[str]:
    """The fields of a plain string that is formatted (``maybe``: that may be, elsewhere).

    Single braces and percent signs, which would be mistakes in a template, are among them.
    """
    match template:
        case "percent":
            return PERCENT.findall(text)
        case "brace":
            return braces_of(text)
        case "maybe":
            found = braces_of(text)
            simple = all(SIMPLE_FIELD.fullmatch(name) for name in found)
            return PERHAPS_PERCENT.findall(text) + (found if simple else re.findall("[{}]", text))
    return []


def braces_of(text: str) -> list[str]:
    """The fields of a template of ``str.format``; single braces, if it is none."""
    try:
        return [
            "{"
            + name
            + (f"!{conversion}" if conversion else "")
            + (f":{form}" if form else "")
            + "}"
            for _, name, form, conversion in string.Formatter().parse(text)
            if name is not None
        ]
    except ValueError:
        return re.findall("[{}]", text)


def is_real(name: str) -> bool:
    """Whether what looks like a field is one, and not a sign."""
    return len(name) > 1 and name != "%%"


# --- putting translations in -------------------------------------------------------------------


def localise(
    source: str, translations: Mapping[str, str], messages: list[Message] | None = None
) -> Localised:
    """Put translations in the places of their messages.

    :param translations: translated texts by original text; what is missing or empty stays
    :param messages: of this cell, if they are known already; otherwise :func:`extract` finds them
    :raises NotPython: when the cell can't be read
    """
    messages = extract(source) if messages is None else messages
    result = Localised(source, [], [], [])
    # From the last to the first: what is swapped moves nothing that comes before it.
    for message in reversed(messages):
        translation = translations.get(message.text, "")
        if not translation.strip():
            result.untranslated.insert(0, message)
            continue
        try:
            if translation != message.text:
                result.source = swap(result.source, message, translation)
        except Refused as error:
            result.refused.insert(0, Refusal(message, translation, str(error)))
        else:
            result.applied.insert(0, message)
    return result


def swap(source: str, message: Message, translation: str) -> str:
    """The cell with one translation in place.

    :raises Refused: unless the code is the same but for this text
    """
    refuse_hidden(message, translation)
    lines = source.split("\n")
    if message.kind == "code comment":
        written = comment_lines(translation, len(message.spans))
    else:
        originals = [slice_of(lines, start, end) for start, end in message.spans]
        written = literals(originals, message, translation)
    for (start, end), text in reversed(list(zip(message.spans, written, strict=True))):
        row, last = start[0] - 1, end[0] - 1
        lines[row : last + 1] = (lines[row][: start[1]] + text + lines[last][end[1] :]).split("\n")
    swapped = "\n".join(lines)
    try:
        prove_same(source, swapped, message)
    except RecursionError:
        raise Refused("with it, the cell is nested too deeply") from None
    return swapped


def refuse_hidden(message: Message, translation: str) -> None:
    """Refuse what can't be seen, unless the original has it: it could hide what the code does."""
    for character in sorted(set(translation) - set(message.text)):
        category = unicodedata.category(character)
        if character == "\n":  # which can be seen; in a comment, it is refused elsewhere
            continue
        default_ignorable = character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
        if (
            category in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")
            or default_ignorable
            or variation
        ):
            name = unicodedata.name(character, "a control character")
            code = f"U+{ord(character):04X}"
            raise Refused(f"it has {name} ({code}), which the original has not; remove it")


def comment_lines(translation: str, count: int) -> list[str]:
    """The translation as ``count`` comments of about the same length."""
    if "\n" in translation:
        raise Refused("a comment must stay on its line; remove the line break")
    if count == 1:
        return [f"# {translation.strip()}"]
    rows: list[list[str]] = [[] for _ in range(count)]
    position = 0
    for word in translation.split():
        middle = position + len(word) // 2
        rows[min(count - 1, middle * count // len(translation))].append(word)
        position += len(word) + 1
    return [f"# {' '.join(row)}".rstrip() for row in rows]


def literals(originals: list[str], message: Message, translation: str) -> list[str]:
    """The translation as literals that take as many lines as the originals; in the first is all.

    :raises Refused: when the fields are not those of the original
    """
    formatted = message.template == "f-string"
    parts = cut(translation, message.fields) if formatted else [(translation, False)]
    if formatted:
        compare(message.fields, [part for part, is_field in parts if is_field])
    else:
        old, new = (fields_of(text, message.template) for text in (message.text, translation))
        compare(old, new)
        keep_order(message.fields, [name for name in new if is_real(name)])
    if message.kind == "docstring" and DOCTEST.findall(translation) != DOCTEST.findall(
        message.text
    ):
        raise Refused("copy the doctests, with what they print, as they are")
    rest = [
        '"""' + "\\\n" * original.count("\n") + '"""' if "\n" in original else '""'
        for original in originals[1:]
    ]
    return [quoted(originals[0], parts, formatted=formatted), *rest]


def quoted(original: str, parts: list[tuple[str, bool]], *, formatted: bool) -> str:
    """Text and fields as a literal that takes as many lines as the original."""
    prefix = prefix_of(original)
    marks = original[len(prefix) :][: (len(original) - len(prefix) - len(body_of(original))) // 2]
    fields = [part for part, is_field in parts if is_field]
    # before Python 3.12, a field can't hold the marks
    free = (m for m in (marks, '"', "'", '"""', "'''") if not any(m in name for name in fields))
    marks = next(free, marks)
    plain = "".join(part for part, is_field in parts if not is_field)
    left = original.count("\n") - "".join(fields).count("\n")

    def unbroken(escape: re.Match[str]) -> str:
        """A line break as one that ends the line, as long as the original has more lines."""
        nonlocal left
        if escape[0] != "\\n" or left <= 0 or len(marks) == 1:
            return escape[0]
        left -= 1
        return "\n"

    raw = "r" in prefix and left == 0 and fits_raw(plain, marks)
    body = ""
    for part, is_field in parts:
        if is_field:
            body += part
            continue
        text = double(part) if formatted else part
        body += text if raw else LINE_BREAK.sub(unbroken, escaped(text, marks))
    return ("r" if raw else "") + ("f" if formatted else "") + marks + body + "\\\n" * left + marks


def fits_raw(text: str, marks: str) -> bool:
    return text.isprintable() and marks[0] not in text and not text.endswith("\\")


def escaped(text: str, marks: str) -> str:
    """Text as it is written within a literal."""
    return "".join(
        "\\" + c
        if c in ("\\", marks[0])
        else c
        if c.isprintable()
        else c.encode("unicode_escape").decode()
        for c in text
    )


def cut(translation: str, fields: list[str]) -> list[tuple[str, bool]]:
    """Cut the translation of an f-string into text and fields, which can only be known ones.

    :raises Refused: when there is another
    """
    known = sorted(set(fields), key=len, reverse=True)
    pattern = "|".join([r"\{\{", r"\}\}", *map(re.escape, known), "[{}]"])
    parts: list[tuple[str, bool]] = []
    for piece in re.split(f"({pattern})", translation):
        if piece == "{" or piece == "}":
            raise Refused(
                "its fields must be those of the original, copied as they are; "
                "write {{ or }} for a brace that is no field"
            )
        parts.append((piece, False) if piece not in known else (piece, True))
    return [(piece[0] if piece in ("{{", "}}") else piece, is_field) for piece, is_field in parts]


def compare(original: list[str], translated: list[str]) -> None:
    """Compare the fields of an original and its translation, in any order.

    :raises Refused: when they differ
    """
    missing = [name for name in Counter(original) - Counter(translated) if is_real(name)]
    added = [name for name in Counter(translated) - Counter(original) if name != "%%"]
    if missing:
        raise Refused(f"the field {missing[0]} is missing; copy it from the original")
    if added and is_real(added[0]):
        raise Refused(f"the field {added[0]} is not in the original, or less often; remove it")
    if added:
        raise Refused(f"write {added[0] * 2} for {added[0]}, because this text is formatted")


def keep_order(original: list[str], translated: list[str]) -> None:
    """Compare the order of fields, if one of them is counted.

    :raises Refused: when it has changed
    """
    if translated != original and any(map(POSITIONAL.search, original)):
        raise Refused("keep the fields in the order of the original")


# --- the proof ---------------------------------------------------------------------------------


def prove_same(before: str, after: str, message: Message) -> None:
    """Show that two versions of a cell have the same syntax tree but for one text.

    :raises Refused: when they have not
    """
    if after.count("\n") != before.count("\n"):
        raise Refused("it would change the number of lines")
    try:
        old, new = parse(python_part(before)), parse(python_part(after))
    except NotPython:
        raise Refused("with it, the cell is no longer Python") from None
    different = [
        (a, b) for a, b in zip(texts(old), texts(new), strict=False) if ast.dump(a) != ast.dump(b)
    ]
    if len(different) > (message.kind != "code comment"):
        raise Refused("it would change other text than its own")
    for a, b in different:
        if type(a) is not type(b) or fields_in(a) != fields_in(b):
            raise Refused("it would change what the code computes")
        blank(a)
        blank(b)
    if ast.dump(old) != ast.dump(new):
        raise Refused("it would change what the code computes")
    if comments_of(before, message) != comments_of(after, message):
        raise Refused("it would change a comment")


def texts(tree: ast.AST) -> list[ast.expr]:
    """The strings and f-strings of a tree, in order; those within an f-string belong to it."""
    found: list[ast.expr] = []

    def walk(node: ast.AST) -> None:
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            found.append(node)
        else:
            for child in ast.iter_child_nodes(node):
                walk(child)

    walk(tree)
    return found


def fields_in(node: ast.expr) -> list[str]:
    """The fields of an f-string; sorted, unless one of them could notice the order."""
    if not isinstance(node, ast.JoinedStr):
        return []
    values = [value for value in node.values if isinstance(value, ast.FormattedValue)]
    acts = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
    ordered = any(isinstance(part, acts) for value in values for part in ast.walk(value))
    dumps = [ast.dump(value) for value in values]
    return dumps if ordered else sorted(dumps)


def blank(node: ast.expr) -> None:
    """Empty a text, so that two trees can be compared but for it."""
    if isinstance(node, ast.JoinedStr):
        node.values = []
    elif isinstance(node, ast.Constant):
        node.value = ""
        node.kind = None  # the u of u"…"


def comments_of(source: str, message: Message) -> list[str]:
    """All comments but those that are the message itself."""
    own = {start[0] for start, _ in message.spans} if message.kind == "code comment" else set()
    return [
        item.string
        for item in tokens_of(python_part(source))
        if item.type == tokens.COMMENT and item.start[0] not in own
    ]
