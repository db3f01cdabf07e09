"""Khmer for Sphinx's search.

Khmer is written without spaces between words, so that Sphinx takes a whole phrase for one word
and finds none of the words in it. Here a text is cut where nobody can doubt it, between
*orthographic clusters* (a letter with all that stands above, below and around it), and what goes
into the index are single clusters and pairs of neighbours: ដេរីវេ becomes ដេ, រី, វេ, ដេរី, រីវេ.
A page that has all pairs of a word has, nearly always, the word.

* What looks the same on paper is the same: many spellings of one cluster are folded into one.
* Numbers are found with Khmer and with European digits.
* Words in other letters are cut and stemmed as in English.

What readers type is treated alike in the browser: the script is made from the same tables. It
also restores the words, of which Sphinx knows only pairs, where matches are highlighted.

    extensions = ["khmer_search"]
    language = "km"  # or html_search_language
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

#: Letters and signs that look like another, or mean the same.
SAME = {
    "\u17a3": "\u17a2",  # letters that Unicode advises against
    "\u17a4": "\u17a2\u17b6",
    "\u17a8": "\u17a7\u1780",
    "\u17b2": "\u17b1",  # ឲ, ឱ
    "\u17b3": "\u17aa",  # ឳ, ឪ
    "\u17cf": "\u17cd",  # two signs above the last letter
    **{chr(0x17E0 + digit): str(digit) for digit in range(10)},
}

#: Sequences that look like another, one rule after the other. Both languages, Python and
#: JavaScript, understand these regular expressions alike.
FOLDS = [
    # what has no width: between words, in words, at line breaks
    (r"[\u00ad\u200b-\u200d\u2060\ufeff\u17b4\u17b5]", ""),
    # signs typed twice
    (r"([\u17b6-\u17d1\u17d2\u17dd])\1+", r"\1"),
    # a subscript DA looks like a subscript TA
    (r"\u17d2\u178a", "\u17d2\u178f"),
    # a subscript RO stands last, wherever it was typed
    (r"(\u17d2\u179a)(\u17d2[\u1780-\u17a2])", r"\2\1"),
    # the two shifters stand before the vowel ...
    (r"([\u17b6-\u17c5])([\u17c9\u17ca])", r"\2\1"),
    # ... and look like the vowel U below vowels that stand above
    (r"\u17bb([\u17b7-\u17ba\u17be])", "\u17ca\\1"),
    (r"([\u17b7-\u17ba\u17be])\u17bb", "\u17ca\\1"),
    (r"\u17c9([\u17b7-\u17ba\u17be])", "\u17ca\\1"),
    # vowels made of two signs
    (r"\u17c1\u17b8", "\u17be"),
    (r"\u17c1\u17b6", "\u17c4"),
    (r"\u17c6([\u17b6\u17bb])", "\\1\u17c6"),
    # រឺ, ឬ
    (r"(?<!\u17d2)\u179a\u17ba", "\u17ac"),
]

#: A letter with its subscripts, vowels and signs.
CLUSTER = r"[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17dd])*"

#: A number; what is longer than six digits is nothing that anybody looks for.
NUMBER = r"(?<![0-9.,_])[0-9]+(?:[.,][0-9]+)*(?![0-9_])"
LONGEST_NUMBER = 6

#: A letter of a word that is not Khmer.
LETTER = {"python": r"[^\W\u1780-\u17ff]", "javascript": r"(?![\u1780-\u17ff])[\p{L}\p{N}_]"}

SCRIPT = Path(__file__).with_suffix(".js")


def word_pattern(language: str) -> str:
    """The regular expression of a word, in the dialect of a programming language.

    Its groups are a run of Khmer, a number, and a word in other letters.
    """
    letter = LETTER[language]
    return f"((?:{CLUSTER})+)|({NUMBER})(?!{letter})|((?:{letter})+)"


WORD = re.compile(word_pattern("python"))
LOOK_ALIKES = re.compile("|".join(SAME))
COMPILED_FOLDS = [(re.compile(pattern), replacement) for pattern, replacement in FOLDS]


def fold(text: str) -> str:
    """Give all spellings that look alike the same letters.

    >>> fold("រូបមន្ដទី ១២") == fold("រូបមន្តទី 12")
    True
    """
    text = LOOK_ALIKES.sub(lambda letter: SAME[letter[0]], text)
    for pattern, replacement in COMPILED_FOLDS:
        text = pattern.sub(replacement, text)
    return text


def split(text: str) -> list[str]:
    """Cut a text into what goes into the index.

    Clusters stand between bars, so that no part of one is taken for another; and a number has a
    mark, without which Sphinx leaves it out.

    >>> split("ដេរីវេ ១.៥ Python")
    ['|ដេ|', '|រី|', '|វេ|', '|ដេ|រី|', '|រី|វេ|', '#1.5', 'Python']
    """
    found = []
    for run, number, word in WORD.findall(fold(text)):
        if run:
            clusters = re.findall(CLUSTER, run)
            found += [f"|{cluster}|" for cluster in clusters]
            found += [f"|{one}|{next_one}|" for one, next_one in pairwise(clusters)]
        elif word:
            found.append(word)
        elif len(number) <= LONGEST_NUMBER:
            found.append(f"#{number}")
    return found


def script() -> str:
    """The same in JavaScript, from the same tables."""
    tables = {
        "SAME": SAME,
        "FOLDS": [(pattern, re.sub(r"\\(\d)", r"$\1", new)) for pattern, new in FOLDS],
        "CLUSTER": CLUSTER,
        "WORD": word_pattern("javascript"),
        "LONGEST_NUMBER": LONGEST_NUMBER,
    }
    return f"const KHMER = {json.dumps(tables)};\n{SCRIPT.read_text('utf-8')}"


class SearchKhmer(SearchEnglish):
    """Khmer, with the English stemmer for the words in between."""

    lang = "km"
    language_name = "English"  # Sphinx emits the stemmer that has this name
    js_splitter_code = script()

    def split(self, input: str) -> list[str]:
        return split(input)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_search_language(SearchKhmer)
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
