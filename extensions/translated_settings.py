"""Settings of conf.py that readers see, in the language of the build.

``translated_settings`` names them; their translations are in the catalogue ``sphinx.po`` of each
language, with the rest of the interface. (conf.py itself can't know the language: the command
line sets it later.)
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import get_translation


def translate(app: Sphinx, config: Config) -> None:
    """Replace the value of each named setting by its translation."""
    _ = get_translation("sphinx")
    for name in config.translated_settings:
        setattr(config, name, str(_(getattr(config, name))))


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("translated_settings", [], "", list)
    app.connect("config-inited", translate, priority=100)  # before anybody reads them
    return {"version": "0.1", "parallel_read_safe": True, "parallel_write_safe": True}
