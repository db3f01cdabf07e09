"""The script ``nox``: on a machine that lacks something it says what, in one line."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "nox"

OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 8, 0)
runpy.run_path("nox", run_name="__main__")
"""

WITHOUT_ENSUREPIP = """
import runpy, sys

class Debian:
    def find_spec(self, name, path=None, target=None):
        if name == "ensurepip":
            raise ModuleNotFoundError("No module named 'ensurepip'")

sys.meta_path.insert(0, Debian())
runpy.run_path("nox", run_name="__main__")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the script and requirements that no one can install."""
    shutil.copy(SCRIPT, tmp_path)
    (tmp_path / "requirements.txt").write_text("./no-such-package\n")
    return tmp_path


def run(project: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run Python in the project; return the exit status and the lines that it printed."""
    process = subprocess.run(
        [sys.executable, "-I", *arguments],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return process.returncode, process.stdout.splitlines()


def test_old_python(project: Path) -> None:
    assert run(project, "-c", OLD_PYTHON) == (
        1,
        [
            "nudge: this is Python 3.8, and 3.11 or newer is needed; "
            "install one and run `python3.11 nox`."
        ],
    )
    assert not (project / ".venv").exists()


def test_old_python_can_read_the_script() -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 7))


def test_python_without_ensurepip(project: Path) -> None:
    status, lines = run(project, "-c", WITHOUT_ENSUREPIP)
    assert status == 1
    assert len(lines) == 1
    assert "this Python has no venv module" in lines[0]
    assert "`apt-get install python3-venv`" in lines[0]
    assert not (project / ".venv").exists()


def test_packages_that_can_not_be_installed(project: Path) -> None:
    for _ in range(2):  # not taken for installed the second time
        status, lines = run(project, "nox")
        assert status == 1
        assert lines[-1].startswith("nudge: pip could not install the packages")
        assert "run this again" in lines[-1]
        assert not [line for line in lines if "Traceback" in line]
