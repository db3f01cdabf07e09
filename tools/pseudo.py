"""Build the book in a pseudo-language, to see what of it can't be translated.

    python tools/pseudo.py build/gettext/pot

Every message of the templates, and of the interface, gets a "translation" made by machine: its
letters carry accents, and brackets stand around it. ``Slope of $f$`` becomes ``⟦Šļöþé öƒ $f$⟧``.
Whatever is still plain English on the pages in ``build/pseudo/html`` has passed by the catalogues;
tests/test_pseudo.py looks for it. The catalogues are in ``build/pseudo/locale``.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import fonts
import polib
from build_site import BUILD, ROOT, BuildError, one_at_a_time, sphinx

#: The code that Unicode's CLDR, Android and Chrome give to English with accents. Sphinx, docutils
#: and the search take it for a kind of English, so that nothing warns of an unknown language.
LANGUAGE = "en_XA"
FOLDER = BUILD / "pseudo"
LOCALE = FOLDER / "locale"

#: No letter of the alphabet stays as it is. DejaVu Sans, the font of the plots, has all of these.
ACCENTS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýž",
)

#: What a translator must not change, in pages, in code and in the interface.
KEPT = re.compile(
    r"""
      \{(?P<role>[\w:-]+)\}`(?P<content>[^`]+)`
    | (?P<math>\$[^$`{][^$]*\$)
    | (?P<ticks>`+).+?(?P=ticks)
    | \]\([^)]*\)  # address of a link
    | https?://\S+
    | \{\{ | \}\} | \$?\{(?:[^{}]|\{[^{}]*\})*\}  # field of an f-string, of format(), of a script
    | %\(\w+\)\w | %[-+\#0]*[\d.]*\w  # field of %
    | </?\w[^<>]*> | &\#?\w+;  # HTML, in messages of the interface
    | \\.
    """,
    re.VERBOSE | re.DOTALL,
)

#: Words in a formula.
WORDS = re.compile(r"(?P<start>\\(?:text\w*|mbox)\s*\{)(?P<words>[^{}]*)")


def pseudo(message: str) -> str:
    r"""The message in the pseudo-language.

    >>> pseudo("As **limits** go, {term}`limit` and `code`: see [here](#limit), where $x = 0$.")
    '⟦Åš **ļîṁîţš** ĝö, {term}`ļîṁîţ <limit>` åñð `code`: šéé [ĥéŕé](#limit), ŵĥéŕé $x = 0$.⟧'
    >>> pseudo(" x = {x:2}, f(x) = %.2f ")
    ' ⟦ẋ = {x:2}, ƒ(ẋ) = %.2f⟧ '
    >>> pseudo(r"\frac{\text{rise}}{x}")
    '\\frac{\\text{ŕîšé}}{x}'
    """
    if WORDS.search(re.sub(r"`[^`]*`|\$[^$]*\$", "", message)):
        return accent_formula(message)
    core = message.strip()
    return message.replace(core, f"⟦{accent(core)}⟧")


def accent(text: str) -> str:
    """Put accents on all but what must be kept."""
    done, result = 0, ""
    for match in KEPT.finditer(text):
        result += text[done : match.start()].translate(ACCENTS) + kept(match)
        done = match.end()
    return result + text[done:].translate(ACCENTS)


def kept(match: re.Match[str]) -> str:
    """What is kept, but for the words that a role shows or a formula has."""
    if match["math"]:
        return accent_formula(match[0])
    if not match["role"]:
        return match[0]
    words, opening, target = match["content"].partition(" <")
    if opening:
        return f"{{{match['role']}}}`{accent(words)} <{target}`"
    if match["role"] == "term":
        return f"{{term}}`{accent(words)} <{words}>`"
    return match[0]


def accent_formula(tex: str) -> str:
    r"""Put accents on what stands in ``\text{…}``."""
    return WORDS.sub(lambda match: match["start"] + match["words"].translate(ACCENTS), tex)


def make_catalogues(templates: Path) -> None:
    """Make a catalogue of each template."""
    folder = LOCALE / LANGUAGE / "LC_MESSAGES"
    for source in templates.rglob("*.pot"):
        target = (folder / source.relative_to(templates)).with_suffix(".po")
        target.parent.mkdir(parents=True, exist_ok=True)
        translated(source).save(str(target))


def translated(template: Path) -> polib.POFile:
    """The messages of a template in the pseudo-language."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Language": LANGUAGE,
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in polib.pofile(str(template)):
        forms = map(pseudo, [entry.msgid, entry.msgid_plural])
        catalogue.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr="" if entry.msgid_plural else pseudo(entry.msgid),
                msgstr_plural=dict(enumerate(forms)) if entry.msgid_plural else {},
            )
        )
    return catalogue


def main(templates: Path) -> None:
    with one_at_a_time():
        shutil.rmtree(FOLDER, ignore_errors=True)
        make_catalogues(templates)
        fonts.make_fonts(ROOT / "node_modules", BUILD / "fonts")
        try:
            sphinx("html", LANGUAGE, "-D", f"locale_dirs={LOCALE}", folder=FOLDER)
        except BuildError as error:
            sys.exit(f"pseudo: {error} failed, for the reasons above.")
    print(f"Open {(FOLDER / 'html' / 'index.html').relative_to(ROOT)} in a browser.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
