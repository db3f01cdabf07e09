r"""List where the lessons first use each term and symbol, and where it is introduced.

    python tools/first_uses.py

Looks at the English book as it was last built, page by page in the order of the table of
contents, and fails when something is used before it is introduced:

* a term of ``docs/glossary.csv`` has to be a link to the glossary, ``{term}``, where a lesson
  first uses it in its prose;
* a symbol has to have a row in the table of ``docs/en/notation.md``, and first stand in a formula
  of the section that the row links. A row introduces those symbols of its own formula that no row
  above it has: ``$f(x)$`` the letters f and x, then ``$f'(x)$`` the prime.
"""

from __future__ import annotations

import csv
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DOCTREES = ROOT / "build" / "en" / "doctrees"
sys.path.append(str(ROOT / "extensions"))  # where classes of the doctrees are

#: Terms that are also everyday words: a lesson links them where they are meant as terms.
EVERYDAY = {"data", "exercise", "formula", "input", "line", "mean", "output", "solution", "step"}

#: A command or a letter, with its accent if it has one, or a prime.
SYMBOL = re.compile(r"\\hat\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z])|\\[A-Za-z]+|[A-Za-z]|'")

#: Words in a formula, and what says nothing of its own.
WORDS = re.compile(r"\\(?:text|operatorname|mathrm|begin|end|label)\s*\*?\s*\{[^{}]*\}")

#: Commands that arrange a formula, and what readers know from school.
KNOWN = set(
    r"""
    \frac \dfrac \tfrac \sqrt \left \right \big \Big \bigl \bigr \Bigl \Bigr \quad \qquad \boxed
    \underbrace \overbrace \underset \overset \limits \displaystyle \mathbf \phantom \middle
    \cdot \times \div \pm \mp \le \leq \ge \geq \ne \neq \lt \gt \approx \pi \circ \to \mid
    \dots \cdots \ldots \vdots \sin \cos \tan \ln \log \Rightarrow \rightarrow \Longrightarrow
    \implies \xrightarrow \mathsf \lvert \rvert
    \max \min
    """.split()  # noqa: SIM905  easier to read than a list
)


class Use(NamedTuple):
    """A term or symbol where it stands."""

    name: str
    page: str
    line: int | None
    sections: list[str]
    """The addresses of all sections that it stands in, from the innermost on."""

    def __str__(self) -> str:
        return f"docs/en/{self.page}.md:{self.line}"


def doctree(page: str) -> nodes.document:
    """A page as Sphinx read it; raises FileNotFoundError if the book has not been built."""
    tree: nodes.document = pickle.loads((DOCTREES / f"{page}.doctree").read_bytes())
    return tree


def lessons() -> list[str]:
    """The lessons, in the order of the table of contents."""
    return re.findall(r"^lessons/[\w-]+$", (DOCS / "en" / "index.md").read_text("utf-8"), re.M)


def use(name: str, page: str, node: nodes.Node) -> Use:
    sections: list[str] = []
    line, above = None, node
    while above.parent is not None:
        line = line or above.line
        above = above.parent
        if isinstance(above, nodes.section):
            sections += above["ids"]
    return Use(name, page, line, sections)


# --- symbols -----------------------------------------------------------------------------------


def symbols(formula: str) -> list[str]:
    r"""The symbols in a formula, each once.

    >>> symbols(r"\frac{dJ}{d\theta} = \hat{m}'\,2 \text{ metres}")
    ['d', 'J', '\\theta', '\\hat m', "'"]
    """
    found = SYMBOL.findall(WORDS.sub("", formula))
    names = (re.sub(r"[\s{}]+", " ", name).strip() for name in found)
    return list(dict.fromkeys(name for name in names if name not in KNOWN))


def first_symbols() -> dict[str, Use]:
    """The first use of each symbol in the lessons."""
    first: dict[str, Use] = {}
    for page in lessons():
        for node in doctree(page).findall(lambda n: isinstance(n, nodes.math | nodes.math_block)):
            for name in symbols(node.astext()):
                first.setdefault(name, use(name, page, node))
    return first


def introduced() -> dict[str, str]:
    """For each symbol of the notation page, the label of the section that introduces it."""
    sections: dict[str, str] = {}
    for row in doctree("notation").findall(nodes.row):
        formulas = [node.astext() for node in row[0].findall(nodes.math)]
        links = [node["reftarget"] for node in row.findall(pending_xref)]
        for name in (name for formula in formulas for name in symbols(formula)):
            sections.setdefault(name, links[-1])
    return sections


def wrong_symbols() -> Iterator[str]:
    """One sentence for each symbol that is not introduced where it is first used."""
    where = introduced()
    for name, first in first_symbols().items():
        if name not in where:
            yield f"{first}: the symbol {name} has no row in docs/en/notation.md; add one."
        elif nodes.make_id(where[name]) not in first.sections:
            yield (
                f"{first}: the symbol {name} is used here, but docs/en/notation.md says that "
                f"the section {where[name]!r} introduces it; move one of them."
            )
    for name in where.keys() - first_symbols().keys():
        yield f"docs/en/notation.md: no lesson uses the symbol {name}; remove its row."


# --- terms -------------------------------------------------------------------------------------


def terms() -> list[str]:
    """The terms of the glossary, in English."""
    with (DOCS / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return [row["english"] for row in csv.DictReader(file)]


def prose(tree: nodes.document) -> Iterator[nodes.Text]:
    """The texts of a page but for headings, code and formulas."""
    apart = nodes.title | nodes.FixedTextElement | nodes.literal | nodes.math | nodes.Invisible
    for text in tree.findall(nodes.Text):
        above: nodes.Node | None = text
        while above is not None and not isinstance(above, apart):
            above = above.parent
        if above is None:
            yield text


def linked(text: nodes.Text) -> str | None:
    """The term that a text links, if it does."""
    above: nodes.Node | None = text
    while above is not None:
        if isinstance(above, pending_xref) and above["reftype"] == "term":
            return str(above["reftarget"]).lower()
        above = above.parent
    return None


def first_terms(page: str) -> Iterator[tuple[Use, bool]]:
    """The first use of each term in a lesson, and whether it is a link to the glossary."""
    texts = [(text, linked(text)) for text in prose(doctree(page))]
    everything = terms()
    for term in sorted(set(everything) - EVERYDAY):
        longer = [re.escape(name) for name in everything if term in name and term != name]
        without = re.compile("|".join(longer) or "$^", re.IGNORECASE)
        used = re.compile(rf"(?<!-)\b{re.escape(term)}\b(?!-)", re.IGNORECASE)
        for text, target in texts:
            if target == term.lower():
                yield use(term, page, text), True
                break
            if target is None and used.search(without.sub("", str(text))):
                yield use(term, page, text), False
                break


def wrong_terms(page: str) -> Iterator[str]:
    """One sentence for each term that is no link where a lesson first uses it."""
    for first, link in first_terms(page):
        if not link:
            yield f"{first}: the term {first.name!r} is first used here; write {{term}} around it."


def main() -> int:
    """Print both lists and then what is wrong; the exit status."""
    where = introduced()
    print("symbol: first used; introduced in the section")
    for name, first in sorted(first_symbols().items(), key=lambda item: item[0].lower()):
        print(f"  {name}: {first}, {first.sections[0]}; {where.get(name, 'none')}")
    print("term: first used in each lesson")
    for page in lessons():
        for first, _ in first_terms(page):
            print(f"  {first.name}: {first}")
    wrong = [*wrong_symbols(), *(problem for page in lessons() for problem in wrong_terms(page))]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
