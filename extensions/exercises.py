"""Exercises with a difficulty, and lists of all of them.

An exercise is an admonition of the class ``exercise``, with a name, so that it can be linked, and
a difficulty from ``level-1`` on::

    :::{admonition} Exercise 3: the slope of a hill
    :class: exercise level-2
    :name: ex-hill

    …
    :::

Behind its title stand as many stars as its level. This lists all exercises of one level, page by
page in the order of the book::

    ```{exercise-list} 2
    ```

An exercise without a level or a name is a warning (``exercises.option``), and so is a list that
would be empty (``exercises.list``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.parsers.rst.directives import positive_int
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

STAR = "★"


class exercise_list(nodes.General, nodes.Element):
    """Stands in the doctree for a list until all pages have been read."""


class ExerciseList(SphinxDirective):
    """The directive ``exercise-list``; its argument is the level."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        try:
            level = positive_int(self.arguments[0])
        except ValueError as error:
            problem = f"{self.arguments[0]!r} is no level of difficulty."
            raise self.error(f"{problem}\nWrite a number from 1 on, such as 2.") from error
        node = exercise_list("", level=level)
        self.set_source_info(node)
        return [node]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Note the exercises of a page, and put stars behind their titles.

    What is found goes into the page's metadata, which Sphinx keeps, merges and forgets by itself.
    """
    about_page = app.env.metadata[app.env.docname]
    about_page["lists_exercises"] = any(doctree.findall(exercise_list))
    found = about_page["exercises"] = []
    for admonition in doctree.findall(nodes.admonition):
        if "exercise" not in admonition["classes"]:
            continue
        level = re.search(r"\blevel-([1-9])\b", " ".join(admonition["classes"]))
        if not level or not admonition["names"]:
            logger.warning(
                "This exercise has no %s.\nAdd %s under its title.",
                "name" if level else "level",
                "`:name: ex-…`" if level else "`level-1` (easy) or a higher one to its `:class:`",
                location=admonition,
                type="exercises",
                subtype="option",
            )
            continue
        title = next(admonition.findall(nodes.title))
        found.append((int(level[1]), admonition["ids"][0], title.deepcopy()))
        title += nodes.inline("", "\N{NO-BREAK SPACE}" + STAR * int(level[1]), classes=["level"])


def pages_to_renew(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages with lists, if an exercise anywhere has changed since they were written."""
    now = [
        (page, env.titles[page].astext(), level, address, title.astext())
        for page in env.collect_relations()
        for level, address, title in env.metadata[page]["exercises"]
    ]
    if now == getattr(env, "exercises_listed", None):
        return []
    env.exercises_listed = now  # type: ignore[attr-defined]
    return [page for page in env.found_docs if env.metadata[page]["lists_exercises"]]


def fill_lists(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each list by links to the exercises of its level."""
    for node in list(doctree.findall(exercise_list)):
        items = list(entries(app, docname, node["level"]))
        if not items:
            logger.warning(
                "The book has no exercise of level %s.\nCorrect the level, or remove the list.",
                node["level"],
                location=node,
                type="exercises",
                subtype="list",
            )
        node.replace_self(nodes.bullet_list("", *items, bullet="-", classes=["exercise-list"]))


def entries(app: Sphinx, docname: str, level: int) -> Iterator[nodes.list_item]:
    """One item for each page with exercises of a level: the page, and under it the exercises."""
    for page in app.env.collect_relations():  # in the order of the tables of contents
        uri = app.builder.get_relative_uri(docname, page)
        exercises = [
            nodes.list_item("", link(title, f"{uri}#{address}"))
            for own, address, title in app.env.metadata[page]["exercises"]
            if own == level
        ]
        if exercises:
            inner = nodes.bullet_list("", *exercises, bullet="-")
            yield nodes.list_item("", link(app.env.titles[page], uri), inner)


def link(title: nodes.Element, uri: str) -> nodes.paragraph:
    """A paragraph that is a link with the words of a title."""
    words = [child.deepcopy() for child in title.children]
    return nodes.paragraph("", "", nodes.reference("", "", *words, refuri=uri, internal=True))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(exercise_list)
    app.add_directive("exercise-list", ExerciseList)
    app.connect("doctree-read", collect)
    app.connect("env-updated", pages_to_renew)
    app.connect("doctree-resolved", fill_lists)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
