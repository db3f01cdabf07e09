"""The settings for Weblate find the catalogue of every page, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


def settings(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DOCS / "weblate" / f"{name}.json").read_text("utf-8"))
    return found.get("configuration", found)


def test_the_first_component_is_a_catalogue() -> None:
    assert DOCS / "km/LC_MESSAGES/index.po" in ROOT.glob(settings("component")["filemask"])


def test_discovery_finds_the_catalogue_of_each_page_and_of_the_interface() -> None:
    paths = [str(path.relative_to(ROOT)) for path in DOCS.rglob("*.po")]
    found = [re.fullmatch(settings("discovery")["match"], path) for path in paths]
    pages = (path.relative_to(DOCS / "en") for path in DOCS.glob("en/**/*.md"))
    wanted = {str(page.with_suffix("")) for page in pages} | {"sphinx"}
    assert {match["component"] for match in found if match and match["language"] == "km"} == wanted


@pytest.mark.parametrize("name", ["component", "discovery"])
def test_the_language_of_the_pages_is_left_out(name: str) -> None:
    pattern = settings(name)["language_regex"]
    assert re.match(pattern, "km")
    assert re.match(pattern, "pt_BR")
    assert not re.match(pattern, "en")
