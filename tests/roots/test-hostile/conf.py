from pathlib import Path

import mathml

extensions = [
    "unfinished",
    "explain",
    "catalogues",
    "translation_checks",
    "inert",
    "cells",
    "localise",
    "value",
    "mathml",
    "formulas",
    "interface",
    "valid_html",
    "translated_settings",
    "sphinx_copybutton",
]
project = "A site"
copyright = "nobody"
html_title = "A site"
html_theme = "furo"
html_math_renderer = "mathml"
mathml_temml = str(Path(mathml.__file__).parents[1] / "node_modules" / "temml")
exclude_patterns = ["build"]
locale_dirs = [str(Path(__file__).parent / "locale")]
gettext_compact = False
show_warning_types = True
translated_settings = ["copyright", "nb_code_prompt_show"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_disable_syntax = ["html_block", "html_inline"]
myst_dmath_double_inline = True
