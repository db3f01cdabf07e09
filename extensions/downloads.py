"""Offer each page with code as a notebook and as a Python file, in the language of the page.

For projects with MyST-NB::

    extensions = ["myst_nb", "downloads"]

Beside ``lessons/limits.html`` appear ``lessons/limits.ipynb``, for Jupyter, VS Code and Colab, and
``lessons/limits.py``, in the percent format. Templates get ``downloads``, a list with ``label``
and ``url`` for each of them; a page that shows no code has none::

    {% for download in downloads %}<a href="{{ download.url }}" download>{{ download.label }}</a>

* The prose is that of the finished page, translations, numbers and references included, as
  CommonMark: formulas stay TeX, admonitions are quotations, dropdowns fold. Links into the book
  need ``html_baseurl``; without it, their text stands alone.
* The code is what was executed. Cells that the page does not show at all (``remove-cell``) are
  left out. When a later cell needs a name from one of them, that is a warning
  (``downloads.name``): what the page shows must run on its own.
* The notebook holds the printed output of the page, but no pictures, which would make it some
  twenty times larger; running it draws them.
* The same page gives the same bytes in every build; a cell has the same id in every language.

``downloads_first_cell`` names, for each language that needs one, a Python file (relative to
``conf.py``) whose code is put before the first code cell, folded::

    downloads_first_cell = {"km": "docs/km/first_cell.py"}  # finds a font for the plots
"""

from __future__ import annotations

import ast
import dis
import hashlib
import html
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any, TypeGuard
from urllib.parse import urljoin

import nbformat
from docutils import nodes
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.locale import _, admonitionlabels
from sphinx.util import logging

logger = logging.getLogger(__name__)

BUILDERS = ("html", "dirhtml")

#: Lexers whose name a Markdown viewer does not know, and those that it calls otherwise.
LANGUAGES = dict.fromkeys(["default", "none", "text", "myst-ansi"], "")
LANGUAGES |= dict.fromkeys(["ipython", "ipython3", "pycon", "pycon3", "python3", "py"], "python")

PYTHON = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

ENVIRONMENT = re.compile(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL)


# --- prose -------------------------------------------------------------------------------------


class Markdown:
    """Writes nodes of a resolved doctree as CommonMark with ``$…$``, ``$$…$$`` and tables.

    There is a method for each class of nodes that needs one; any other block is its children,
    each after a blank line, and any other inline node its text.
    """

    def __init__(self, app: Sphinx, docname: str, address: str | None) -> None:
        """Take the ``address`` of the page on the web, if it is known."""
        self.app = app
        self.docname = docname
        self.address = address
        self.in_table = False

    def write(self, node: nodes.Node) -> str:
        for cls in type(node).__mro__:
            if method := getattr(self, f"write_{cls.__name__}", None):
                return method(node)
        raise AssertionError(node)

    def inline(self, children: Iterable[nodes.Node]) -> str:
        return "".join(map(self.write, children))

    def blocks(self, children: Iterable[nodes.Node]) -> str:
        return "\n\n".join(filter(None, map(self.write, children)))

    # inline

    def write_Text(self, node: nodes.Text) -> str:
        text = node.astext().replace("\n", " ")
        text = re.sub(r"([\\`*_<$~]|\](?=[(:])|&(?=#?\w+;))", r"\\\1", text)
        return text.replace("|", r"\|") if self.in_table else text

    def write_TextElement(self, node: nodes.TextElement) -> str:
        return self.inline(node.children)

    def write_emphasis(self, node: nodes.Element) -> str:
        return f"*{self.inline(node.children)}*"

    def write_strong(self, node: nodes.Element) -> str:
        return f"**{self.inline(node.children)}**"

    write_title = write_rubric = write_term = write_field_name = write_strong

    def write_literal(self, node: nodes.literal) -> str:
        text = node.astext().replace("\n", " ")
        ticks = "`" * (longest_run("`", text) + 1)
        room = " " if text.startswith("`") or text.endswith("`") else ""
        text = f"{ticks}{room}{text}{room}{ticks}"
        return text.replace("|", r"\|") if self.in_table else text

    def write_math(self, node: nodes.math) -> str:
        tex = " ".join(node.astext().split())
        if self.in_table:  # Jupyter would end the cell at a bar, and keep the \ of an escaped one
            names = {"|": r"\vert", r"\|": r"\Vert"}
            bar = r"\\?\|(?=([A-Za-z]?))"
            tex = re.sub(bar, lambda found: names[found[0]] + " " * len(found[1]), tex)
        return f"${tex}$"

    def write_reference(self, node: nodes.reference) -> str:
        text = self.inline(node.children)
        target = node.get("refuri") or f"#{node.get('refid', '')}"
        if node.get("internal") or "refid" in node:
            if not self.address:
                return "" if "sd-hide-link-text" in node["classes"] else text
            target = urljoin(self.address, target)
        return f"[{text}](<{target}>)" if re.search(r"[\s()]", target) else f"[{text}]({target})"

    def write_footnote_reference(self, node: nodes.Element) -> str:
        return f"[{node.astext()}]"

    def write_image(self, node: nodes.image) -> str:
        return f"[{self.write(nodes.Text(node['alt']))}]" if node.get("alt") else ""

    def write_raw(self, node: nodes.raw) -> str:
        return "<br>" if node.astext().startswith("<br") else ""

    def nothing(self, node: nodes.Node) -> str:
        return ""

    write_Invisible = write_colspec = write_index = write_meta = write_system_message = nothing

    # blocks

    def write_Element(self, node: nodes.Element) -> str:
        text = self.blocks(node.children)
        return f"**{text}**" if node.get("design_component") == "card-title" else text

    def write_paragraph(self, node: nodes.paragraph) -> str:
        text = self.inline(node.children).strip()
        text = re.sub(r"^(>|[-+](?=\s)|#{1,6}(?=\s))", r"\\\1", text)  # no list, no heading
        return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", text)

    def write_math_block(self, node: nodes.math_block) -> str:
        tex = node.astext()
        if not node.get("no-wrap", node.get("nowrap", False)):
            equations = [equation.strip() for equation in tex.split("\n\n") if equation.strip()]
            if len(equations) > 1 or r"\\" in ENVIRONMENT.sub("", tex):
                tex = r"\begin{aligned}" + " \\\\\n".join(equations) + r"\end{aligned}"
        number = rf" \tag{{{node['number']}}}" if node.get("number") else ""
        return f"$$\n{tex.strip()}{number}\n$$"

    def write_literal_block(self, node: nodes.Element) -> str:
        code = node.astext().rstrip("\n")
        language = node.get("language", "")
        ticks = "`" * max(3, longest_run("`", code) + 1)
        return f"{ticks}{LANGUAGES.get(language, language)}\n{code}\n{ticks}"

    def write_doctest_block(self, node: nodes.Element) -> str:
        return f"```python\n{node.astext()}\n```"

    def write_line_block(self, node: nodes.Element) -> str:
        return "<br>\n".join(map(self.write, node.children))

    def write_transition(self, node: nodes.Element) -> str:
        return "***"

    def write_bullet_list(self, node: nodes.Element) -> str:
        return self.items(node, ["- "] * len(node))

    def write_enumerated_list(self, node: nodes.Element) -> str:
        first = node.get("start", 1)
        return self.items(node, [f"{first + n}. " for n in range(len(node))])

    def items(self, node: nodes.Element, markers: list[str]) -> str:
        tight = all(len(item.children) < 2 for item in node.children)
        texts = [
            marker + self.blocks(item.children).replace("\n", "\n" + " " * len(marker))
            for marker, item in zip(markers, node.children, strict=True)
        ]
        return re.sub(r"(?m)^ +$", "", ("\n" if tight else "\n\n").join(texts))

    def write_block_quote(self, node: nodes.Element) -> str:
        return quotation(self.blocks(node.children))

    def write_Admonition(self, node: nodes.Element) -> str:
        text = self.blocks(node.children)
        if not isinstance(node[0], nodes.title):  # Sphinx's HTML writer adds the usual ones
            text = f"**{admonitionlabels.get(node.tagname, '')}**\n\n{text}"
        return quotation(text)

    def write_versionmodified(self, node: nodes.Element) -> str:
        return self.blocks(node.children)

    def write_dropdown_main(self, node: nodes.Element) -> str:  # of sphinx-design
        tag = "<details open>" if node.get("opened") else "<details>"
        title, *content = node.children
        found = title.findall(nodes.Text)
        texts = [text for text in found if not isinstance(text.parent, nodes.raw)]
        summary = f"<summary>{html.escape(''.join(texts))}</summary>"
        return f"{tag}\n{summary}\n\n{self.blocks(content)}\n\n</details>"

    def write_caption(self, node: nodes.caption) -> str:
        return (self.number(node.parent) + self.inline(node.children)).strip()

    def number(self, node: nodes.Element) -> str:
        """``**Fig. 3** `` for a figure that has a number."""
        env = self.app.env
        kind = env.domains.standard_domain.get_enumerable_node_type(node)
        numbers = env.toc_fignumbers.get(self.docname, {}).get(kind or "", {})
        number = numbers.get(node["ids"][0]) if node["ids"] else None
        if not number:
            return ""
        label = self.app.config.numfig_format[kind] % ".".join(map(str, number))
        return f"**{label.strip()}** "

    def write_footnote(self, node: nodes.Element) -> str:
        label, *content = node.children
        return f"[{label.astext()}] {self.blocks(content)}"

    write_citation = write_footnote

    def write_table(self, node: nodes.table) -> str:
        rows = list(node.findall(nodes.row))
        columns = max(len(row.children) for row in rows)
        if not any(node.findall(nodes.thead)):
            rows.insert(0, nodes.row())
        self.in_table = True
        lines = [[self.blocks(entry.children) for entry in row.children] for row in rows]
        self.in_table = False
        lines = [[re.sub(r"\n+", "<br>", cell) for cell in line] for line in lines]
        lines = [line + [""] * (columns - len(line)) for line in lines]
        rule = [alignment(entry) for entry in rows[-1].findall(nodes.entry)]
        lines.insert(1, rule + ["---"] * (columns - len(rule)))
        text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        titles = [child for child in node.children if isinstance(child, nodes.title)]
        caption = "".join(self.number(node) + self.inline(title.children) for title in titles)
        return f"{caption}\n\n{text}".strip()


def longest_run(letter: str, text: str) -> int:
    return max(map(len, re.findall(f"{letter}+", text)), default=0)


def quotation(text: str) -> str:
    return re.sub(r"(?m)^(?=(.?))", lambda line: "> " if line[1] else ">", text)


def alignment(entry: nodes.Element) -> str:
    classes = " ".join(entry["classes"])
    return {"center": ":---:", "right": "---:"}.get(classes.removeprefix("text-"), "---")


# --- code --------------------------------------------------------------------------------------


def names(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell takes from the cells before it, and those that it binds.

    >>> taken, bound = names("total = total + step\\nfor n in 1, 2: n")
    >>> sorted(taken), sorted(bound)
    (['step', 'total'], ['n', 'total'])

    Code that does not compile has no names.
    """
    try:
        code = compile(TransformerManager().transform_cell(source), "", "exec")
    except SyntaxError:
        return set(), set()
    taken, bound = set(), set()
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_NAME" and step.argval not in bound:
            taken.add(step.argval)
        elif step.opname == "STORE_NAME":
            bound.add(step.argval)
    return taken | (names_inside(code) - bound), bound


def names_inside(code: CodeType) -> set[str]:
    """The global names in functions and classes."""
    inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    loads = (step for block in inner for step in dis.get_instructions(block))
    found = {step.argval for step in loads if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return found.union(*map(names_inside, inner))


def refuse_missing_names(cells: list[NotebookNode], shown: dict[int, nodes.container]) -> None:
    """Warn of names that a shown cell has from one that is left out."""
    missing: set[str] = set()
    for index, cell in enumerate(cells):
        if cell.cell_type != "code":
            continue
        taken, bound = names(cell.source)
        if index not in shown:
            missing |= bound
            continue
        for name in sorted(taken & missing):
            logger.warning(
                f"This cell needs {name!r}, which a cell with the tag `remove-cell` has set. "
                "Downloads of the page leave that cell out.\n"
                f"Set {name!r} in a cell that readers see, or one with the tag `remove-input`.",
                location=shown[index],
                type="downloads",
                subtype="name",
            )
        missing -= bound | taken


def outputs_to_keep(cell: NotebookNode, node: nodes.Element) -> list[NotebookNode]:
    """What the page shows under a cell, but for pictures and what stands for them."""
    shown = {child.get("nb_element") for child in node.findall(nodes.container)}
    kept = []
    for output in cell.outputs if "cell_code_output" in shown else []:
        if output.output_type == "stream" and output.name == "stdout":
            kept.append(output)
        elif "data" in output and not is_picture(output):
            data = {mime: text for mime, text in output.data.items() if mime.startswith("text/")}
            count = {"execution_count": None} if "execution_count" in output else {}
            kept.append(nbformat.from_dict({**output, **count, "data": data, "metadata": {}}))
    return kept


def is_picture(output: NotebookNode) -> bool:
    return any(mime.startswith("image/") for mime in output.get("data", {}))


def metadata_of(tags: list[str]) -> dict[str, Any]:
    """Metadata of a cell: code that the page folds is folded in Jupyter and in Colab."""
    metadata: dict[str, Any] = {"tags": tags} if tags else {}
    if any(re.fullmatch("(hide|remove)[-_]input|hide[-_]cell", tag) for tag in tags):
        metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return metadata


def plain_python(source: str) -> str:
    """The source of a cell, with what only IPython understands as comments.

    >>> print(plain_python("%matplotlib inline\\nx = 1"))
    # %matplotlib inline
    x = 1
    """
    every, magic, none = "(?m)^", r"(?m)^(?=\s*[%!?])", "(?!)"  # lines
    for comments in [every] if source.startswith("%%") else [none, magic, every]:
        code = re.sub(comments, "# ", source)
        try:
            ast.parse(code)
        except SyntaxError:
            continue
        return code
    raise AssertionError(source)


# --- the two files -----------------------------------------------------------------------------


@dataclass
class Cell:
    """A cell of a download; one without ``code`` is prose."""

    id: str
    text: str
    code: bool = False
    tags: list[str] = field(default_factory=list)
    outputs: list[NotebookNode] = field(default_factory=list)
    draws: bool = False
    """Whether it makes a picture."""


def make_cells(writer: Markdown, doctree: nodes.document, executed: NotebookNode) -> list[Cell]:
    """The prose of the page, and between it the cells that the page shows."""
    cells: list[Cell] = []
    prose: list[str] = []

    def name(kind: str, number: int) -> str:
        return hashlib.sha256(f"{writer.docname} {kind} {number}".encode()).hexdigest()[:12]

    def end_prose() -> None:
        if text := "\n\n".join(filter(None, prose)):
            cells.append(Cell(name("prose", sum(not cell.code for cell in cells)), text))
        prose.clear()

    for part in parts(writer, doctree):
        if isinstance(part, str):
            if re.match("#+ ", part):  # a heading begins a cell
                end_prose()
            prose.append(part)
            continue
        end_prose()
        if not any(cell.code for cell in cells) and (first := first_cell(writer.app)):
            code = first.read_text("utf-8").strip()
            cells.append(Cell(name("first", 0), code, code=True, tags=["hide-input"]))
        index = part["cell_index"]
        cell = executed.cells[index]
        cells.append(
            Cell(
                name("code", index),
                cell.source,
                code=True,
                tags=cell.metadata.get("tags", []),
                outputs=outputs_to_keep(cell, part),
                draws=any(map(is_picture, cell.outputs)),
            )
        )
    prose.append(origin(writer))
    end_prose()
    return cells


def parts(writer: Markdown, node: nodes.Element, level: int = 0) -> Iterator[str | nodes.Element]:
    """The page in order: blocks of Markdown, and the nodes of code cells."""
    for child in node.children:
        if isinstance(child, nodes.section):
            yield from parts(writer, child, level + 1)
        elif isinstance(child, nodes.title):
            yield f"{'#' * min(level, 6)} {writer.inline(child.children)}"
        elif is_code_cell(child):
            yield child
            for caption in child.findall(nodes.caption):  # of its picture, with the number
                yield writer.write(caption)
        else:
            yield writer.write(child)


def is_code_cell(node: nodes.Node) -> TypeGuard[nodes.container]:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def first_cell(app: Sphinx) -> Path | None:
    """The file with the code that comes first in this language."""
    name = app.config.downloads_first_cell.get(app.config.language)
    return app.confdir / name if name else None


def origin(writer: Markdown) -> str:
    """Where the download comes from and whose it is."""
    config = writer.app.config
    name = writer.write(nodes.Text(config.project))
    book = f"[{name}]({writer.address})" if writer.address else name
    rights = f" © {writer.write(nodes.Text(config.copyright))}" if config.copyright else ""
    return f"***\n\n{book}.{rights}"


def as_notebook(cells: list[Cell], executed: NotebookNode, name: str) -> str:
    kernel = executed.metadata.get("kernelspec", {})
    info = {
        key: value
        for key, value in executed.metadata.get("language_info", {}).items()
        if key != "version"  # that of the machine which has built the page
    }
    notebook = new_notebook(
        cells=[
            new_code_cell(
                cell.text, id=cell.id, metadata=metadata_of(cell.tags), outputs=cell.outputs
            )
            if cell.code
            else new_markdown_cell(cell.text, id=cell.id)
            for cell in cells
        ],
        metadata={
            "kernelspec": kernel if kernel.get("name", "python3") != "python3" else PYTHON,
            "language_info": {"name": "python"} | info,
            "colab": {"name": name, "provenance": []},
        },
    )
    return nbformat.writes(notebook) + "\n"


def as_script(cells: list[Cell]) -> str:
    return "\n\n".join(map(script_cell, cells)) + "\n"


def script_cell(cell: Cell) -> str:
    """A cell in the percent format of VS Code, Spyder and jupytext."""
    if not cell.code:
        return "# %% [markdown]\n" + re.sub("(?m)^(?=(.?))", comment, cell.text)
    code = plain_python(cell.text)
    if "raises-exception" in cell.tags:
        code = re.sub("(?m)^", "# ", code)
    elif cell.draws and re.search(r"\bplt\.", code):
        code += "\nplt.show()"
    return f"# %%\n{code}"


def comment(line: re.Match[str]) -> str:
    return "# " if line[1] else "#"


# --- Sphinx ------------------------------------------------------------------------------------


def offer(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the files of a page that shows code, and hand their addresses to its template."""
    context["downloads"] = []
    if app.builder.name not in BUILDERS or doctree is None:
        return
    containers = list(doctree.findall(nodes.container))
    if not any(node.get("nb_element") == "cell_code_source" for node in containers):
        return
    shown = {node["cell_index"]: node for node in containers if is_code_cell(node)}
    executed = read_executed(app.env, pagename)
    refuse_missing_names(executed.cells, shown)
    cells = make_cells(Markdown(app, pagename, context.get("pageurl")), doctree, executed)
    stem = pagename.rpartition("/")[2]
    files = {
        ".ipynb": (_("Download notebook"), as_notebook(cells, executed, f"{stem}.ipynb")),
        ".py": (_("Download Python file"), as_script(cells)),
    }
    for suffix, (label, text) in files.items():
        replace_file(path_of(app, pagename, suffix), text)
        url = context["pathto"](f"{pagename}{suffix}", resource=True)
        context["downloads"].append({"label": label, "url": url})


def read_executed(env: BuildEnvironment, docname: str) -> NotebookNode:
    """The page as MyST-NB has written it down after reading it: all its cells and outputs."""
    folder = Path(env.mystnb_config.output_folder)  # type: ignore[attr-defined]
    file = folder / f"{docname}.ipynb"
    if not file.is_file():
        raise ExtensionError(
            f"{file}, which MyST-NB writes when it reads the page, is gone.\n"
            "Let Sphinx read all pages anew: sphinx-build --fresh-env."
        )
    return nbformat.read(file, as_version=4)


def path_of(app: Sphinx, docname: str, suffix: str) -> Path:
    return Path(app.outdir, f"{docname}{suffix}")


def replace_file(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)


def remove_files(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Delete the files of a page that is gone or about to be made anew."""
    for suffix in (".ipynb", ".py") if app.builder.name in BUILDERS else ():
        path_of(app, docname, suffix).unlink(missing_ok=True)


def note_first_cell(app: Sphinx, doctree: nodes.document) -> None:
    """Make pages with code again when the first cell has changed."""
    if (first := first_cell(app)) and any(doctree.findall(is_code_cell)):
        app.env.note_dependency(os.path.relpath(first, app.srcdir))


def check_first_cell(app: Sphinx) -> None:
    if (first := first_cell(app)) and not first.is_file():
        raise ExtensionError(
            f"conf.py names in `downloads_first_cell` the file {first}, which does not exist.\n"
            "Correct the name; it is relative to conf.py."
        )


def setup(app: Sphinx) -> dict[str, Any]:
    app.setup_extension("myst_nb")
    app.add_config_value("downloads_first_cell", {}, "html", dict)  # files by language
    app.connect("builder-inited", check_first_cell)
    app.connect("env-purge-doc", remove_files)
    app.connect("doctree-read", note_first_cell)
    app.connect("html-page-context", offer)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
