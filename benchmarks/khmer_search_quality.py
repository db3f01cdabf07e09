"""What readers of the Khmer pages find, and how soon, with ours and with Sphinx's own search.

The queries are in khmer_queries.csv. Which pages have a query is read from the pages themselves,
not asked of a search: those whose text has all its words (``word``, where that differs from what
is typed) as words. Someone who knows Khmer has said in which longer words it is another one
(``never_in``), and which pages a reader would want to see first (``best``; any, if none is named).
"""

from __future__ import annotations

import csv
import gzip
import os
import re
import runpy
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup
from first_visit import chromium, hosted
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
QUERIES = Path(__file__).with_name("khmer_queries.csv")
OURS = {"khmer_search", "search_index", "search_page"}
FIRST = 10
TIMES_LARGER = 20

#: A search on the page, as Sphinx's script does it but for showing the results; best first.
ASK = """query => {
  const start = performance.now();
  const found = Search._performSearch(...Search._parseQuery(query)).reverse();
  const took = performance.now() - start;
  return { pages: [...new Set(found.map((result) => result[0]))], took };
}"""

#: Makes the index as large as that of a book with so many times as many pages.
ENLARGE = """times => {
  const index = Search._index;
  const count = index.docnames.length;
  const numbers = [...Array(times).keys()];
  const copies = (pages) =>
    numbers.flatMap((copy) => [pages].flat().map((page) => page + copy * count));
  const table = (pages) =>
    Object.fromEntries(Object.entries(pages).map(([word, found]) => [word, copies(found)]));
  const more = (list) => numbers.flatMap((copy) => list.map((name) => `${name}${copy || ""}`));
  const titles = {};
  for (const copy of numbers)
    for (const [title, places] of Object.entries(index.alltitles))
      titles[`${title}${copy ? ` ${copy}` : ""}`] =
        places.map(([page, id]) => [page + copy * count, id]);
  Search.setIndex({
    ...index,
    docnames: more(index.docnames),
    filenames: more(index.filenames),
    titles: more(index.titles),
    terms: table(index.terms),
    titleterms: table(index.titleterms),
    alltitles: titles,
  });
}"""


@dataclass
class Query:
    """A line of the table, and the pages of a site that it is about."""

    kind: str
    text: str
    relevant: set[str]
    best: set[str]


@dataclass
class Answer:
    """What a search has found, best first, and in how many milliseconds."""

    pages: list[str]
    took: float


@dataclass
class Figures:
    """Means over all queries but for ``unanswered``, of which there should be none."""

    recall: float
    precision: float
    first_three: float
    unanswered: list[str]


def texts(site: Path) -> dict[str, str]:
    """What stands on each page of a folder of pages, by name."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        main = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("[role=main]")
        if main and main.find("h1") and path.stem not in ("search", "genindex"):
            for element in main.select(".headerlink, .translation-note"):
                element.decompose()
            found[str(path.relative_to(site).with_suffix(""))] = main.get_text()
    return found


def has(text: str, word: str, never_in: str) -> bool:
    """Whether a text has a word, in capitals or not; not the beginning of a longer syllable."""
    if never_in:
        text = text.replace(never_in, "")
    if re.match("[a-z0-9]", word, re.IGNORECASE):
        pattern = rf"(?<![a-z0-9.]){re.escape(word)}(?:s|es)?(?![a-z0-9]|\.[0-9])"
    else:
        pattern = rf"(?<!\u17d2){re.escape(word)}(?![\u17b6-\u17d3\u17dd])"
    return re.search(pattern, text, re.IGNORECASE) is not None


def read_queries(site: Path) -> list[Query]:
    pages = texts(site)
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return [
            Query(
                row["kind"],
                row["query"],
                {
                    name
                    for name, text in pages.items()
                    if all(
                        has(text, word, row["never_in"])
                        for word in re.split(r"[\s-]+", row["word"] or row["query"])
                    )
                },
                set(row["best"].split()),
            )
            for row in csv.DictReader(file)
        ]


def ask(page: Page, query: str) -> Answer:
    """Ask the search page that is open."""
    return Answer(**page.evaluate(ASK, query))


def judge(queries: list[Query], answers: list[Answer]) -> Figures:
    recalls, precisions, wanted, unanswered = [], [], [], []
    for query, answer in zip(queries, answers, strict=True):
        first = answer.pages[:FIRST]
        right = len(query.relevant.intersection(first))
        if query.relevant:
            recalls.append(right / min(FIRST, len(query.relevant)))
            wanted.append(bool((query.best or query.relevant).intersection(first[:3])))
        precisions.append(right / len(first) if first else 1.0)
        if query.relevant and not first:
            unanswered.append(query.text)
    return Figures(
        statistics.mean(recalls), statistics.mean(precisions), statistics.mean(wanted), unanswered
    )


def build_plain(folder: Path) -> Path:
    """Build the Khmer pages with Sphinx's own search; where its site is."""
    extensions = runpy.run_path(str(ROOT / "conf.py"))["extensions"]
    others = ",".join(name for name in extensions if name not in OURS)
    site = folder / "site"
    subprocess.run(
        [
            *(sys.executable, "-m", "sphinx", "-q", "-b", "html", "-j", "auto"),
            *("-c", str(ROOT), "-d", str(folder / "doctrees")),
            *("-D", "language=km", "-D", f"extensions={others}"),
            *(str(ROOT / "docs" / "en"), str(site / "km")),
        ],
        check=True,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    return site


def measure(browser: Browser, site: Path, queries: list[Query], own: bool) -> str:
    """Ask everything on the Khmer search page of a site, then again in a book that is larger.

    :param own: whether our script of the search page runs, too
    :return: a line with the figures
    """
    with hosted(site) as address:
        page = browser.new_page()
        if not own:
            page.route("**/_static/search.js", lambda route: route.abort())
        page.goto(f"{address}km/search.html", wait_until="networkidle")
        figures = judge(queries, [ask(page, query.text) for query in queries])
        page.evaluate(ENLARGE, TIMES_LARGER)
        times = sorted(ask(page, query.text).took for query in queries)
        page.close()
    index = gzip.compress((site / "km" / "searchindex.js").read_bytes(), 6)
    return (
        f"{figures.recall:7.2f} {figures.precision:10.2f} {figures.first_three:11.2f}"
        f" {len(figures.unanswered):10} {statistics.median(times):8.1f}"
        f" {statistics.quantiles(times, n=20)[-1]:8.1f} {len(index) / 1000:9.1f}"
    )


def khmer_search(site: Path) -> None:
    """Print how well the search of a site does, beside Sphinx's own on the same pages."""
    queries = read_queries(site / "km")
    title = f"{len(queries)} queries in Khmer"
    heads = f"{'recall':>7} {'precision':>10} {'first three':>11} {'unanswered':>10}"
    print(f"{title:25}{heads} {'median':>8} {'95 %':>8} {'index, KB':>9}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = chromium(playwright)
        print(
            f"{'Sphinx':25}",
            measure(browser, build_plain(Path(folder)), queries, own=False),
            sep="",
        )
        print(f"{'this project':25}", measure(browser, site, queries, own=True), sep="")
        browser.close()
    print(f"(milliseconds for a query, in a book with {TIMES_LARGER} times as many pages)")
