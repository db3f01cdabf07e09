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
import token as tokens
import tokenize
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

#: Calls that display text, by the name of the function or method: the positions of the arguments
#: that are text (``None``: all of them) and the names of those keywords that are.
CALLS: dict[str, tuple[Sequence[int] | None, Sequence[str]]] = {
    # Python
    "print": (None, []),
    "input": ([0], []),
    "warn": ([0], ["message"]),
    # Matplotlib
    "annotate": ([0], ["text"]),
    "bar_label": ([], ["labels"]),
    "clabel": ([], ["fmt"]),
    "figtext": ([2], ["s"]),
    "legend": ([0, 1], ["labels"]),
    "pie": ([], ["labels"]),
    "set": ([], ["title", "xlabel", "ylabel", "zlabel"]),
    "set_label": ([0], []),
    "set_text": ([0], []),
    "set_title": ([0], []),
    "set_xlabel": ([0], []),
    "set_xticklabels": ([0], []),
    "set_ylabel": ([0], []),
    "set_yticklabels": ([0], []),
    "set_zlabel": ([0], []),
    "suptitle": ([0], []),
    "supxlabel": ([0], []),
    "supylabel": ([0], []),
    "text": ([2], ["s"]),
    "title": ([0], []),
    "xlabel": ([0], []),
    "xticks": ([1], ["labels"]),
    "ylabel": ([0], []),
    "yticks": ([1], ["labels"]),
}

#: Exceptions and warnings display their arguments.
EXCEPTION = re.compile(r"\w*(Error|Exception|Warning)")

#: Keywords that are text in any call, such as ``plot(…, label="curve")``.
KEYWORDS = frozenset({"label", "title", "xlabel", "ylabel", "zlabel"})

#: Comments that are addressed to a tool.
PRAGMA = re.compile(
    r"!|%%|-\*-|(noqa|type|pragma|pylint|ruff|mypy|pyright|fmt|isort|nosec)\b", re.IGNORECASE
)

#: A comment that begins a sentence of its own in a block: numbered, or an item of a list.
ITEM = re.compile(r"[-*•]\s|\d+[.)]\s|[\u2460-\u24ff\u2776-\u2793]")

#: What makes a text human-readable: a word, which ``x``, ``f(x)`` and ``%.2f`` are not.
WORD = re.compile(r"[^\W\d_¹²³⁰-₉]{2,}")

#: Cell magics under which the rest of the cell is still Python.
PYTHON_MAGICS = re.compile(r"%%(time|timeit|capture|prun)\b")

#: A line that IPython understands and Python does not.
MAGIC = re.compile(r"\s*([%!?]|\w[\w\s,.]*=\s*[%!])|.*\?\s*$")

#: printf-style fields; a space as a flag is left out, because of "100% sure".
PERCENT = re.compile(r"%(?:\(\w+\))?[-+#0]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[diouxXeEfFgGcrsa]|%%")

#: The fields that msgfmt accepts under python-brace-format.
SIMPLE_FIELD = re.compile(r"\{\w*(\.\w+|\[\w+\])*(![rsa])?(:[^{}]*)?\}")

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


def python_part(source: str) -> str:
    """The cell with each IPython line replaced by a ``0``, so that lines stay where they are.

    :raises NotPython: when the rest does not parse either
    """
    if source.startswith("%%") and not PYTHON_MAGICS.match(source):
        raise NotPython("it is not Python but for the magic in its first line")
    lines = source.split("\n")
    while True:
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            index = (error.lineno or 1) - 1
            if index >= len(lines) or not MAGIC.match(lines[index]):
                raise NotPython(f"line {index + 1} does not parse: {error.msg}") from None
            indent = lines[index][: len(lines[index]) - len(lines[index].lstrip())]
            lines[index] = indent + "0"
        except ValueError as error:  # a NUL in the source
            raise NotPython(str(error)) from None
        else:
            return "\n".join(lines)


def tokens_of(source: str) -> list[tokenize.TokenInfo]:
    """The tokens of a cell, with each f-string as one STRING, as up to Python 3.11."""
    found: list[tokenize.TokenInfo] = []
    depth, start = 0, None
    lines = source.split("\n")
    for item in tokenize.generate_tokens(io.StringIO(source).readline):
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
    found = [*comments(items), *strings(python, items, names, calls, keywords)]
    lines = source.split("\n")
    for message in found:
        message.code = lines[message.line - 1].strip()
    return sorted(
        (m for m in found if is_text(m) and m.text not in keep),
        key=lambda message: message.spans[0],
    )


def is_text(message: Message) -> bool:
    """Whether there is anything to translate: a word outside fields and formulas."""
    text = message.text
    for name in message.fields:
        text = text.replace(name, " ")
    return bool(WORD.search(re.sub(r"\$[^$]*\$", " ", text)))


def comments(items: list[tokenize.TokenInfo]) -> Iterator[Message]:
    """Comments; lines of comment that follow each other, and are no list, are one message."""
    block: list[tokenize.TokenInfo] = []
    for item in items:
        if item.type == tokens.COMMENT:
            text = item.string.lstrip("#").strip()
            if PRAGMA.match(text) or item.string.startswith("#!"):
                continue
            own_line = not item.line[: item.start[1]].strip()
            if block and own_line and text and not ITEM.match(text) and follows(block[-1], item):
                block.append(item)
                continue
            if block:
                yield comment(block)
            block = [item]
    if block:
        yield comment(block)


def follows(above: tokenize.TokenInfo, item: tokenize.TokenInfo) -> bool:
    """Whether ``item`` continues the comment ``above``, which has a line of its own, too."""
    alone = not above.line[: above.start[1]].strip()
    return alone and above.string.strip("# ") != "" and item.start == (
        above.start[0] + 1,
        above.start[1],
    )


def comment(block: list[tokenize.TokenInfo]) -> Message:
    text = " ".join(item.string.lstrip("#").strip() for item in block)
    spans = [(item.start, item.end) for item in block]
    return Message("code comment", text, block[0].start[0], "", spans)


def strings(
    python: str,
    items: list[tokenize.TokenInfo],
    names: Sequence[str],
    calls: Mapping[str, tuple[Sequence[int] | None, Sequence[str]]],
    keywords: frozenset[str],
) -> Iterator[Message]:
    """Docstrings and displayed strings."""
    finder = Finder(calls, keywords, frozenset(names))
    finder.visit(ast.parse(python))
    encoded = [line.encode() for line in python.split("\n")]
    literals = literals_by_position(items)
    for node, (kind, template) in finder.found.items():
        # the tree counts columns in bytes, the tokens in characters
        column = len(encoded[node.lineno - 1][: node.col_offset].decode())
        parts = literals.get((node.lineno, column))
        if parts and not any("b" in prefix_of(part.string) for part in parts):
            yield string(parts, kind, template)


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
        """Add the literals that the value of ``node`` is made of."""
        match node:
            case ast.JoinedStr():
                self.found.setdefault(node, ("displayed string", "f-string"))
            case ast.Constant(value=str()):
                self.found.setdefault(node, ("displayed string", template))
            case ast.BinOp(left=ast.Constant(value=str()) as left, op=ast.Mod()):
                self.add(left, template="percent")
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                self.add(left, template=template)
                self.add(right, template=template)
            case ast.Call(func=ast.Attribute(value=receiver, attr="format")):
                self.add(receiver, template="brace")
            case ast.Call(func=ast.Attribute(value=receiver)):  # "…".replace(…), "…".center(…)
                self.add(receiver, template=template)
            case ast.IfExp(body=body, orelse=orelse):
                self.add(body, template=template)
                self.add(orelse, template=template)
            case ast.List(elts=elts) | ast.Tuple(elts=elts) | ast.Set(elts=elts):
                for element in elts:
                    self.add(element, template=template)
            case ast.Dict(values=values):
                for element in values:
                    self.add(element, template=template)
            case ast.Starred(value=element):
                self.add(element, template=template)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        positions, text_keywords = self.calls.get(name, ([], []))
        if EXCEPTION.fullmatch(name):
            positions = None
        for position, argument in enumerate(node.args):
            if positions is None or position in positions:
                self.add(argument)
        for keyword in node.keywords:
            if keyword.arg in text_keywords or keyword.arg in self.keywords:
                self.add(keyword.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(self.names & names_in(target) for target in node.targets):
            self.add(node.value, template="maybe")
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        if self.names & names_in(node.target):
            self.add(node.iter, template="maybe")
            match node.iter:  # zip(…), enumerate(…) and the like
                case ast.Call(args=args):
                    for argument in args:
                        self.add(argument, template="maybe")
        self.generic_visit(node)

    def docstring(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        match node.body[0]:
            case ast.Expr(value=ast.Constant(value=str()) as text):
                self.found[text] = ("docstring", None)
        self.generic_visit(node)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = docstring


def names_in(target: ast.expr) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(target) if isinstance(node, ast.Name))


# --- literals ----------------------------------------------------------------------------------


def prefix_of(literal: str) -> str:
    """The letters before the quotation marks, in lower case."""
    return literal[: min(i for i in map(literal.find, "'\"") if i >= 0)].lower()


def body_of(literal: str) -> str:
    """What stands between the quotation marks, as it is written."""
    quoted = literal[len(prefix_of(literal)) :]
    marks = 3 if quoted[:3] in ("'''", '"""') else 1
    return quoted[marks:-marks]


def string(parts: list[tokenize.TokenInfo], kind: Kind, template: Template | None) -> Message:
    """The message of one literal, or of several that Python joins."""
    fields: list[str] = []
    text = ""
    formatted = any("f" in prefix_of(part.string) for part in parts)
    for part in parts:
        prefix, body = prefix_of(part.string), body_of(part.string)
        if "f" in prefix:
            for piece, is_field in pieces(body, raw="r" in prefix):
                fields += [piece] if is_field else []
                text += piece if is_field else decode(piece, raw="r" in prefix)
        else:
            plain = decode(body, raw="r" in prefix)
            text += plain.replace("{", "{{").replace("}", "}}") if formatted else plain
    spans = [(part.start, part.end) for part in parts]
    message = Message(kind, text, parts[0].start[0], "", spans, template, fields)
    if not formatted:
        message.fields = fields_of(text, template)
    return message


def decode(body: str, *, raw: bool) -> str:
    r"""The text that part of a literal stands for: ``\u1780`` becomes ក, ``\n`` a new line."""
    if raw or "\\" not in body:
        return body
    marked = body.replace('"', '\\"') if not re.search(r'\\"', body) else body
    return ast.literal_eval(f'"""{marked}"""')


def pieces(body: str, *, raw: bool = False) -> Iterator[tuple[str, bool]]:
    """Cut what an f-string says into text and fields; the second of each pair tells which.

    Text keeps its doubled braces. The same on every Python: before 3.12, the tree does not say
    where in the source a field stands.
    """
    text = ""
    i = 0
    while i < len(body):
        if not raw and body[i] == "\\":
            named = re.match(r"\\N\{[^}]*\}", body[i:])
            step = named.end() if named else 2
            text += body[i : i + step]
            i += step
        elif body[i : i + 2] in ("{{", "}}"):
            text += body[i : i + 2]
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
    i = start
    while i < len(body):
        if body[i] in "([{":
            depth += 1
        elif body[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i + 1
        elif body[i] in "'\"":
            mark = body[i : i + 3] if body[i : i + 3] in ("'''", '"""') else body[i]
            close = body.find(mark, i + len(mark))
            i = (close if close >= 0 else len(body)) + len(mark) - 1
        i += 1
    return len(body)


def fields_of(text: str, template: Template | None) -> list[str]:
    """The fields of a plain string that is formatted (``maybe``: that may be, elsewhere)."""
    percent = [name for name in PERCENT.findall(text) if name != "%%"]
    brace = [piece for piece, is_field in pieces(text, raw=True) if is_field]
    if template == "percent":
        return percent
    if template == "brace":
        return brace
    if template == "maybe":
        return percent + [name for name in brace if SIMPLE_FIELD.fullmatch(name)]
    return []


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
        if not translation:
            result.untranslated.insert(0, message)
            continue
        try:
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
    if message.kind == "code comment":
        written = comment_lines(translation, len(message.spans))
    else:
        written = [literal_of(source, message, translation), *[""] * (len(message.spans) - 1)]
    lines = source.split("\n")
    for (start, end), text in reversed(list(zip(message.spans, written, strict=True))):
        row, last = start[0] - 1, end[0] - 1
        lines[row : last + 1] = [lines[row][: start[1]] + text + lines[last][end[1] :]]
        lines[row : row + 1] = lines[row].split("\n")
    swapped = "\n".join(lines)
    prove_same(source, swapped, message)
    return swapped


def refuse_hidden(message: Message, translation: str) -> None:
    """Refuse what can't be seen, unless the original has it: it could hide what the code does."""
    for character in sorted(set(translation) - set(message.text)):
        category = unicodedata.category(character)
        default_ignorable = character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
        if category in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp") or default_ignorable or variation:
            name = unicodedata.name(character, "a control character")
            what = "a line break" if character == "\n" else f"{name} (U+{ord(character):04X})"
            raise Refused(f"it has {what}, which the original has not; remove it")


def comment_lines(translation: str, count: int) -> list[str]:
    """The translation as ``count`` comments of about the same length."""
    if "\n" in translation:
        raise Refused("a comment must stay on its line; remove the line break")
    words = translation.split()
    length = len(translation)
    rows: list[list[str]] = [[] for _ in range(count)]
    position = 0
    for word in words:
        rows[min(count - 1, position * count // max(length, 1))].append(word)
        position += len(word) + 1
    return [f"# {' '.join(row)}".rstrip() for row in rows]


def literal_of(source: str, message: Message, translation: str) -> str:
    """The translation as a literal that takes as many lines as the original's first token."""
    compare_fields(message, translation)
    lines = source.split("\n")
    start, end = message.spans[0]
    original = slice_of(lines, start, end)
    formatted = message.template == "f-string"
    if formatted:
        parts = list(pieces(translation, raw=True))
    else:
        parts = [(translation, False)]
    quoted = original[len(prefix_of(original)) :]
    marks = quoted[:3] if quoted[:3] in ("'''", '"""') else quoted[0]
    breaks = original.count("\n")
    if breaks and translation.count("\n") != message.text.count("\n"):
        raise Refused("keep as many line breaks as the original has")
    if formatted and len(marks) == 1 and any(marks in part for part, is_field in parts if is_field):
        marks = '"' if marks == "'" else "'"  # before Python 3.12, a field can't hold the marks
    body = "".join(
        part if is_field else escape(part, marks, braces=formatted) for part, is_field in parts
    )
    if breaks:  # a line break that is written as one stays one, from the first on
        body = body.replace("\\n", "\n", min(breaks, body.count("\\n")))
        body = "\\\n" * (breaks - body.count("\n")) + body
    return ("f" if formatted else "") + marks + body + marks


def escape(text: str, marks: str, *, braces: bool) -> str:
    """Text as it is written within a literal; doubled braces stay doubled."""
    written = text.replace("\\", "\\\\").replace(marks[0], "\\" + marks[0])
    written = written.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in written
    )


def compare_fields(message: Message, translation: str) -> None:
    """Refuse a translation whose fields are not those of the original."""
    if message.template == "f-string":
        raw = [piece for piece, is_field in pieces(translation, raw=True) if is_field]
    else:
        raw = fields_of(translation, message.template)
    missing = Counter(message.fields) - Counter(raw)
    added = Counter(raw) - Counter(message.fields)
    if missing:
        raise Refused(f"the field {next(iter(missing))} is missing; copy it from the original")
    if added:
        raise Refused(f"the field {next(iter(added))} is not in the original; remove it")
    positional = message.template in ("percent", "brace", "maybe") and any(
        re.match(r"%[^(%]|\{[!:}]", name) for name in raw
    )
    if positional and raw != message.fields:
        raise Refused("keep the fields in the order of the original")


# --- the proof ---------------------------------------------------------------------------------


def prove_same(before: str, after: str, message: Message) -> None:
    """Show that two versions of a cell have the same syntax tree but for one text.

    :raises Refused: when they have not
    """
    if after.count("\n") != before.count("\n"):
        raise Refused("it would change the number of lines")
    try:
        old, new = ast.parse(python_part(before)), ast.parse(python_part(after))
    except (NotPython, RecursionError, MemoryError):
        raise Refused("with it, the cell is no longer Python") from None
    different = [
        (a, b)
        for a, b in zip(texts(old), texts(new), strict=False)
        if ast.dump(a) != ast.dump(b)
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


def comments_of(source: str, message: Message) -> list[str]:
    """All comments but those that are the message itself."""
    own = {start[0] for start, _ in message.spans} if message.kind == "code comment" else set()
    return [
        item.string
        for item in tokens_of(python_part(source))
        if item.type == tokens.COMMENT and item.start[0] not in own
    ]
