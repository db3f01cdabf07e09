"""Bring catalogues up to date with the English pages.

    python tools/translate.py build/gettext/pot docs km

Like gettext's ``msgmerge --previous``, which small machines lack; sphinx-intl drops the previous
English, and turns what Poedit has saved of it into plain comments. For each template:

* messages stand in the order of the page, and their places are given by file only, so that
  lines that merely move change nothing; a catalogue with nothing new is not written, unless an
  editor has wrapped its lines in another way, which hides in a diff what has changed;
* a message whose English has changed keeps its translation, marked fuzzy, with the English that
  was translated above it (``#|``), so that Poedit and Weblate show what is different;
* a translation of the same English anywhere in the language, also one out of use, is used again;
* translations that no page uses any more go to the end of their catalogue, those of removed
  pages to ``docs/<language>/removed.po``.

The template of the interface, ``sphinx.pot``, is treated in the same way, but that a message which
Sphinx itself has in the language need not be translated again, and so is left out.

With ``--typo`` before the languages, messages that have changed keep their translations without
a mark: the author says that the meaning is the same.
"""

from __future__ import annotations

import re
import runpy
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import polib
from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from sphinx import package_dir

sys.path.append(str(Path(__file__).resolve().parent.parent / "extensions"))
from catalogues import mistakes_below

WIDTH = 79

#: How much two texts must have in common for one to be a new version of the other.
LIKENESS = 0.6

#: What changes at each run and tells nobody anything.
STALE = {"POT-Creation-Date", "Generated-By", "Report-Msgid-Bugs-To"}

#: The interface; its messages come from no page.
INTERFACE = "sphinx.po"

#: Codes of languages as gettext writes them: km, fil, pt_BR, zh_Hant.
CODE = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?")


def read(path: Path) -> polib.POFile:
    """A catalogue, or a new one if there is none."""
    if path.exists():
        return polib.pofile(str(path), wrapwidth=WIDTH)
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {
        "Project-Id-Version": "Nudge",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return catalogue


def translated(entry: polib.POEntry) -> bool:
    """Whether an entry has a translation that can be used, also when it is out of use."""
    return has_text(entry) and "fuzzy" not in entry.flags


def has_text(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr) or any(entry.msgstr_plural.values())


def shipped(code: str) -> set[str]:
    """What Sphinx itself brings in a language."""
    path = package_dir / "locale" / code / "LC_MESSAGES" / INTERFACE
    return {e.msgid for e in polib.pofile(str(path)) if translated(e)} if path.is_file() else set()


class Language:
    """The catalogues of one language, and all that has ever been translated in them."""

    def __init__(self, docs: Path, code: str) -> None:
        self.folder = docs / code / "LC_MESSAGES"
        self.code = code
        self.removed = docs / code / "removed.po"
        paths = [path for path in sorted(self.folder.rglob("*.po")) if path.name != INTERFACE]
        self.catalogues = {path: read(path) for path in paths}
        everything = [*self.catalogues.values(), read(self.removed)]
        self.memory = {e.msgid: e for catalogue in everything for e in catalogue if translated(e)}

    def update(self, templates: Path, *, typo: bool) -> Iterator[Path]:
        """Write what has changed; yields the paths."""
        current = set()
        for template in sorted(templates.rglob("*.pot")):
            path = self.folder / template.relative_to(templates).with_suffix(".po")
            current.add(path)
            old = self.catalogues.get(path) or read(path)
            messages = polib.pofile(str(template))
            if path.name == INTERFACE:
                self.leave_out_shipped(messages, old)
            new = self.merge(messages, old, typo=typo)
            if not path.exists() or str(new) != path.read_text("utf-8"):
                path.parent.mkdir(parents=True, exist_ok=True)
                new.save(str(path))
                yield path
        yield from self.retire(set(self.catalogues) - current)

    def leave_out_shipped(self, template: polib.POFile, old: polib.POFile) -> None:
        """Take out what Sphinx has translated, unless the catalogue says it in another way."""
        known = shipped(self.code) - {entry.msgid for entry in old if has_text(entry)}
        for entry in [entry for entry in template if entry.msgid in known]:
            template.remove(entry)

    def merge(self, template: polib.POFile, old: polib.POFile, *, typo: bool) -> polib.POFile:
        """The catalogue of a page, from its template and what was there."""
        new = polib.POFile(wrapwidth=WIDTH)
        new.header = old.header
        new.metadata = {name: value for name, value in old.metadata.items() if name not in STALE}
        new.metadata["Language"] = self.code
        if any(entry.msgid_plural for entry in template):
            new.metadata.setdefault("Plural-Forms", Catalog(self.code).plural_forms)
        new.metadata_is_fuzzy = old.metadata_is_fuzzy
        known = {entry.msgid: entry for entry in old}
        docs = f"{self.folder.parents[1].name}/"  # places are given from the project's folder on
        wanted = {entry.msgid for entry in template}
        gone = [e.msgid for e in old if e.msgid not in wanted and translated(e) and not e.obsolete]
        for entry in template:
            places = {name[name.find(docs) :] for name, _ in entry.occurrences}
            entry.occurrences = [(place, "") for place in sorted(places)]
            self.translate(entry, known, gone, typo=typo)
            new.append(entry)
        for entry in old:
            unused = entry.msgid in gone or (entry.obsolete and entry.msgid not in wanted)
            if unused and entry.msgstr != entry.msgid:  # a mere copy is worth nothing
                new.append(out_of_use(entry))
        return new

    def translate(
        self, entry: polib.POEntry, known: dict[str, polib.POEntry], gone: list[str], *, typo: bool
    ) -> None:
        """Fill in what is known of a message; what is used up of ``gone`` is taken from it."""
        if entry.msgid_plural:
            entry.msgstr_plural = dict.fromkeys(range(Catalog(self.code).num_plurals), "")
        same = known.get(entry.msgid)
        if same and (has_text(same) or same.tcomment):
            entry.msgstr, entry.tcomment = same.msgstr, same.tcomment
            entry.msgstr_plural |= same.msgstr_plural
            entry.previous_msgid = same.previous_msgid
            entry.flags += [flag for flag in same.flags if flag == "fuzzy"]
        elif same := self.memory.get(entry.msgid):
            entry.msgstr = same.msgstr
        elif close := get_close_matches(entry.msgid, gone, n=1, cutoff=LIKENESS):
            gone.remove(close[0])
            before = known[close[0]]
            entry.msgstr, entry.tcomment = before.msgstr, before.tcomment
            if not typo:
                entry.flags.append("fuzzy")
                entry.previous_msgid = before.msgid

    def retire(self, paths: set[Path]) -> Iterator[Path]:
        """Remove the catalogues of pages that are gone, and keep their translations."""
        if not paths:
            return
        kept = read(self.removed)
        known = {entry.msgid for entry in kept}
        for path in sorted(paths):
            for entry in self.catalogues[path]:
                if translated(entry) and entry.msgid not in known:
                    kept.append(out_of_use(entry))
            path.unlink()
            path.with_suffix(".mo").unlink(missing_ok=True)  # what Sphinx has made of it
            yield path
        kept.save(str(self.removed))
        yield self.removed


def out_of_use(entry: polib.POEntry) -> polib.POEntry:
    """An entry as it stands at the end of a catalogue."""
    return polib.POEntry(
        msgid=entry.msgid,
        msgid_plural=entry.msgid_plural,
        msgstr=entry.msgstr,
        msgstr_plural=entry.msgstr_plural,
        obsolete=True,
    )


def check(code: str, languages: dict[str, str]) -> None:
    """Refuse a language that is not in conf.py, and say how it gets there."""
    if not CODE.fullmatch(code):
        sys.exit(
            f"translate: {code!r} is not the code of a language; codes are like km, fr or pt_BR."
        )
    if code not in languages:
        sys.exit(
            f"translate: there is no language {code!r} in conf.py. To start it, add this line to "
            f'`languages` there, and run this again:\n    "{code}": "{name_of(code)}",'
        )


def name_of(code: str) -> str:
    """A language's own name for itself, as far as Unicode's CLDR knows it."""
    try:
        return Locale.parse(code).get_display_name() or code
    except UnknownLocaleError:
        return "its own name for itself"


def main(templates: Path, docs: Path, arguments: list[str]) -> None:
    typo = "--typo" in arguments
    source, *others = languages = runpy.run_path(str(docs.parent / "conf.py"))["languages"]
    codes = [argument for argument in arguments if argument != "--typo"] or others
    for code in codes:
        if code == source:
            sys.exit(f"translate: the pages are written in {code!r}; name one of the others.")
        check(code, languages)
    for code in codes:
        if found := mistakes_below([docs / code]):  # polib would drop what it can't read
            sys.exit("\n\n".join(map(str, found)))
        changed = list(Language(docs, code).update(templates, typo=typo))
        for path in changed:
            print(f"changed: {path}" if path.exists() else f"removed: {path}")
        if not changed:
            print(f"{code}: nothing has changed.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
