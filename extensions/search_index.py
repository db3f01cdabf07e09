"""A search index that knows how often a word stands on a page, and is smaller all the same.

Sphinx's index says on which pages a word stands: ``"slope": [3, 8]``. With that alone, a page
that is about slopes comes no higher than one that mentions them once. Here the number of a page
is repeated the more often the word stands on it, ``"slope": [3, 3, 3, 8]``: twice for two
occurrences, three times for four, four times for eight or more. Sphinx's own script takes no
notice; one that ranks pages counts the repetitions.

What is fetched is packed: of each word only the letters in which it differs from the one before
it, in alphabetical order; its pages, one character each; and after each the mark of its weight,
unless that is one. The script unpacks itself (search_index.js).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Set
from itertools import takewhile
from pathlib import Path
from typing import Any, Protocol

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.search import IndexBuilder, js_index

#: Marks of weights from 1 to 4, for words in the text and for words in a title.
MARKS = ("", "!", "#", "%"), ("&", "(", ")", "*")

ZERO = ord("0")
"""Numbers are written as characters from this one on."""

UNPACK = Path(__file__).with_suffix(".js")

#: The script of an index, before and after the data.
PREFIX, SUFFIX = "Search.setIndex(unpackIndex(", "));\n"

Counts = dict[str, dict[str, int]]
"""Weights greater than one, by page and word as it is in the index."""


class Readable(Protocol):
    def read(self) -> str: ...


class Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def counts(env: BuildEnvironment) -> Counts:
    found: Counts = env.__dict__.setdefault("search_weights", {})
    return found


class Weigh(EnvironmentCollector):
    """Weighs the words of each page that is read."""

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        language = app.config.html_search_language or app.config.language
        index = IndexBuilder(app.env, language, app.config.html_search_options, "")
        stems: Counter[str] = Counter()
        for word, number in Counter(index._word_collector(doctree).words).items():
            stems[index.lang.stem(word).lower()] += number
        counts(app.env)[app.env.docname] = {
            stem: weight for stem, number in stems.items() if (weight := weigh(number)) > 1
        }

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        counts(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: Set[str], other: BuildEnvironment
    ) -> None:
        counts(env).update((name, counts(other)[name]) for name in docnames)


def weigh(number: int) -> int:
    """The weight of a word that stands so many times on a page.

    >>> [weigh(number) for number in (1, 2, 3, 4, 7, 8, 100)]
    [1, 2, 2, 3, 3, 4, 4]
    """
    return min(number.bit_length(), len(MARKS[0]))


class PackedIndex:
    """Writes and reads an index, in place of Sphinx's own format."""

    def __init__(self, env: BuildEnvironment) -> None:
        self.env = env

    def dump(self, index: dict[str, Any], file: Writable) -> None:
        weights = [counts(self.env).get(docname, {}) for docname in index["docnames"]]
        rest = {key: value for key, value in index.items() if key not in ("terms", "titleterms")}
        packed = {**rest, "packed": pack(index["terms"], index["titleterms"], weights)}
        data = json.dumps(packed, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        file.write(f"{UNPACK.read_text('utf-8')}{PREFIX}{data}{SUFFIX}")

    def load(self, file: Readable) -> dict[str, Any]:
        """Read an index, as Sphinx made it.

        :raises ValueError: if another program wrote it
        """
        _script, prefix, data = file.read().partition(PREFIX)
        if not prefix:
            raise ValueError("this index is not packed")
        index: dict[str, Any] = json.loads(data.removesuffix(SUFFIX))
        index["terms"], index["titleterms"] = unpack(*index.pop("packed"))
        return index


Pages = dict[str, int | list[int]]
"""The number of a page, or those of several, by word."""


def pack(terms: Pages, titles: Pages, weights: list[dict[str, int]]) -> tuple[str, str]:
    """All words, and the pages of each, as two texts with a line for each word.

    >>> pack({"slope": [0, 2], "slow": 1}, {"slow": 0}, [{"slope": 3}, {}, {}])
    ('0slope\\n3w', '0#2\\n1' + '0&')
    """
    words, pages, before = [], [], ""
    for word in sorted(terms.keys() | titles.keys()):
        shared = shared_letters(before, word)
        words.append(chr(ZERO + shared) + word[shared:])
        pages.append(
            "".join(
                chr(ZERO + page) + marks[weights[page].get(word, 1) - 1]
                for table, marks in zip((terms, titles), MARKS, strict=True)
                for page in listed(table.get(word, []))
            )
        )
        before = word
    return "\n".join(words), "\n".join(pages)


def shared_letters(one: str, other: str) -> int:
    """How many letters two words have in common at their beginnings."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )


def unpack(words: str, pages: str) -> tuple[Pages, Pages]:
    """The words of texts and of titles, without their weights."""
    tables: tuple[Pages, Pages] = ({}, {})
    word = ""
    for line, found in zip(words.split("\n"), pages.split("\n"), strict=True):
        if not line:
            continue  # a site without a word
        word = word[: ord(line[0]) - ZERO] + line[1:]
        lists: tuple[list[int], list[int]] = ([], [])
        for position, character in enumerate(found):
            if ord(character) >= ZERO:
                in_title = found[position + 1 : position + 2] in set(MARKS[1])
                lists[in_title].append(ord(character) - ZERO)
        for table, numbers in zip(tables, lists, strict=True):
            if numbers:
                table[word] = numbers
    return tables


def listed(pages: int | list[int]) -> list[int]:
    return [pages] if isinstance(pages, int) else pages


def pack_index(app: Sphinx) -> None:
    """Let the HTML builders, but not those of their formats that are data, pack their index."""
    builder = app.builder
    if isinstance(builder, StandaloneHTMLBuilder) and builder.indexer_format is js_index:
        builder.indexer_format = PackedIndex(app.env)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_env_collector(Weigh)
    app.connect("builder-inited", pack_index)
    return {
        "version": "0.1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
