"""Keep words whole at the ends of lines, in languages that are written without spaces.

Browsers look up in a dictionary where a line of Khmer, Thai, Lao or Burmese may end, and cut the
words that it lacks, even within a syllable. The words to keep are in a file, relative to
``conf.py``, one in each line::

    whole_words = {"km": "locale/km/whole_words.txt"}

On the pages of that language each of them stands in ``<span class="whole">``, for a style sheet to
say ``white-space: nowrap``. In code and formulas nothing is changed, nor where a word begins or
ends within a cluster of letters, and so is a part of another one. What is searched, downloaded or
copied is the text as it was.

Sphinx marks what a reader has searched only where it is one piece of text, so the spans are taken
away from a page that is reached from the search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

SCRIPT = Path(__file__).with_suffix(".js")

TAG = re.compile(r"(<[^>]*>)")
NAME = re.compile(r"<(/?)([a-z]+)")

#: Elements whose text is left as it is.
LEFT = {"code", "math", "option", "pre", "script", "style", "svg", "textarea"}

VIRAMA = 9  # the canonical combining class of signs that join two letters, as the Khmer coeng


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """What finds the words; of two that begin alike, the longer one."""
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def mark_words(text: str, words: re.Pattern[str]) -> str:
    """Mark the words in a text.

    >>> mark_words("កូដដែល កូដិ", pattern_of(["កូដ"]))
    '<span class="whole">កូដ</span>ដែល កូដិ'
    """

    def mark(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        joined = before and unicodedata.combining(before) == VIRAMA
        if joined or unicodedata.category(after or " ").startswith("M"):
            return found[0]
        return f'<span class="whole">{found[0]}</span>'

    return words.sub(mark, text)


def mark_page(html: str, words: re.Pattern[str]) -> str:
    """Mark the words in the HTML of a page.

    >>> mark_page("<p>កូដ <code>កូដ</code></p>", pattern_of(["កូដ"]))
    '<p><span class="whole">កូដ</span> <code>កូដ</code></p>'
    """
    parts = TAG.split(html)
    depth = 0  # of elements whose text is left
    for position, part in enumerate(parts):
        if position % 2:
            tag = NAME.match(part)
            if tag and tag[2] in LEFT:
                depth += -1 if tag[1] else 1
        elif not depth:
            parts[position] = mark_words(part, words)
    return "".join(parts)


def read_words(app: Sphinx, config: Config) -> None:
    """Put the words in the place of their file, so that Sphinx sees when they change.

    :raises ConfigError: when the file can't be read, or has something else than words
    """
    name = config.whole_words.get(config.language)
    path = Path(app.confdir, name or "")
    try:
        lines = path.read_text("utf-8").splitlines() if name else []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"whole_words: {error}") from error
    for number, line in enumerate(lines, 1):
        if not all(unicodedata.category(character)[0] in "LM" for character in line.strip()):
            raise ConfigError(f"{path}:{number}: write one word in each line, of letters only.")
    config.whole_words = {config.language: [line.strip() for line in lines if line.strip()]}


def mark_body(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    words = app.config.whole_words[app.config.language]
    if words and context.get("body"):
        context["body"] = mark_page(context["body"], pattern_of(words))


def add_script(app: Sphinx) -> None:
    if app.config.whole_words[app.config.language]:
        # Before Sphinx's own script, which marks what was searched.
        app.add_js_file(None, body=SCRIPT.read_text("utf-8"), priority=100)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("whole_words", {}, "html", dict)
    app.connect("config-inited", read_words)
    app.connect("builder-inited", add_script)
    app.connect("html-page-context", mark_body)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
