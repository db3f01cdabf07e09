"""All settings of the book, one titled block for each tool.

The build is `sphinx-build -c . -D language=<language> docs/en <output>`; see tools/build_site.py.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

# -- The book ------------------------------------------------------------------------------------

project = "Nudge"
author = "the authors of Nudge"
copyright = "2026, the authors of Nudge. Text and figures CC BY 4.0, code MIT"

# The first is the language that the pages are written in; the others are folders of catalogues.
languages = {
    "en": "English",
    "km": "ភាសាខ្មែរ",
}

# -- Sphinx: https://www.sphinx-doc.org/en/master/usage/configuration.html -----------------------

extensions = [
    # our own, in extensions/
    "unfinished",
    "saved_meanwhile",
    "explain",
    "preview",
    "catalogues",
    "translation_checks",
    "inert",
    "cells",
    "localise",
    "emphasize_lines",
    "downloads",
    "value",
    "widgets",
    "mathml",
    "formulas",
    "table_cells",
    "wordless",
    "whole_words",
    "one_document",
    "doctests",
    "exercises",
    "citations",
    "glossary_csv",
    "languages_menu",
    "interface",
    "open_graph",
    "valid_html",
    "content_security_policy",
    "translated_settings",
    "translation_status",
    "khmer_search",
    "search_index",
    "search_page",
    # others'
    "sphinx_copybutton",
    "sphinx_design",
    "sphinxcontrib.bibtex",
    "sphinxext.rediraffe",
]
exclude_patterns = ["**/.ipynb_checkpoints"]
templates_path = ["templates"]
numfig = True
show_warning_types = True

# -- Translation: https://www.sphinx-doc.org/en/master/usage/advanced/intl.html ------------------

language = "en"
locale_dirs = [str(HERE / "docs")]  # absolute: Sphinx finds the strings of its scripts only so
gettext_compact = False  # one catalogue a page
gettext_uuid = False
translated_settings = ["copyright", "nb_code_prompt_hide", "nb_code_prompt_show"]

# -- Status of translations: extensions/translation_status.py ------------------------------------

translation_status_languages = languages
translation_status_help = "contribute-translate"

# -- Checks of translations: extensions/translation_checks.py ------------------------------------

translation_checks_glossary = "docs/glossary.csv"
translation_checks_columns = {
    "source": "english",
    "km": "khmer",
    "first_use": "first_use",
    "forbidden": "forbidden",
}
translation_checks_spelling = {
    "km": [
        ("[០-៩]+", "the digits 0 to 9"),
        (
            "ប្តូរ|ផ្ត(?:ើម|ល់|េក)|បណ្តា(?:ក់|ញ)|ម្ត(?:ង|េច)|ស្តា(?:ំ|ប់)|ជណ្តើរ|កណ្តាល",
            "the subscript DA (U+17D2 U+178A)",
        ),
        ("បន្ដ|មន្ដ|វត្ដ|ស្ដ្រ", "the subscript TA (U+17D2 U+178F)"),
        ("្រ្[ក-អ]", "the subscript RO (U+17D2 U+179A) after the other one"),
        ("ឲ្យ", "ឱ្យ"),
        ("(?<!្)រឺ", "ឬ"),
        ("គមន៏", "គមន៍"),
        ("បំរែ|បំរួល", "បម្រែបម្រួល"),
        ("េី", "the one vowel ើ (U+17BE), not two signs that look like it"),
        ("េា", "the one vowel ោ (U+17C4), not two signs that look like it"),
        ("ំា", "the vowel first: ាំ"),
        ("[ា-ៅ][៉៊]", "the sign ៉ or ៊ before the vowel"),
        ("្្|ំំ|់់|៍៍", "the sign once"),
    ],
}

# -- Words that browsers would cut: extensions/whole_words.py ------------------------------------

whole_words = {"km": "docs/km/whole_words.txt"}

# -- HTML, with furo: https://pradyunsg.me/furo/customisation/ -----------------------------------

html_theme = "furo"
html_title = "Nudge"
html_favicon = "static/favicon.svg"
html_static_path = ["static", "build/fonts/web"]
html_css_files = ["palette.css", "mathml.css", "nudge.css"]
html_js_files = [
    ("languages.js", {"defer": "defer"}),
    ("scrollable.js", {"defer": "defer"}),
    ("shortcuts.js", {"defer": "defer"}),
]
html_copy_source = False
html_show_sphinx = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/languages.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_math_renderer = "mathml"
languages_menu = languages
open_graph_image = "_static/card.png"  # drawn by tools/card.py

# -- What browsers may load and run: extensions/content_security_policy.py -----------------------

content_security_policy = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",  # pygments, MathML and furo have such styles
    "img-src": "'self' data:",  # icons in style sheets
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}

# -- Addresses that have changed: https://sphinxext-rediraffe.readthedocs.io ---------------------

rediraffe_redirects: dict[str, str] = {}  # as "lessons/old": "lessons/new"
rediraffe_template = str(HERE / "templates" / "moved.html")

# -- Search: extensions/khmer_search.py, search_index.py, search_page.py --------------------------

search_suggestions = ["glossary", "syllabus", "index"]

# -- MyST and MyST-NB: https://myst-nb.readthedocs.io/en/latest/configuration.html ---------------

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_disable_syntax = ["html_block", "html_inline"]  # a translation could carry a script
myst_dmath_double_inline = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
nb_mime_priority_overrides = [
    ("html", "image/svg+xml", 5),
    ("gettext", "image/svg+xml", 5),
]

# -- Figures that one can touch: extensions/widgets.py -------------------------------------------

widgets_path = "static/widgets"
widgets_common = ["widget.css", "widget.js"]

# -- Execution of code cells: extensions/cells.py --------------------------------------------

cells_cache = "build/cache"  # shared by all languages
cells_depends = [
    "build/fonts/*.ttf",
    "static/palette.css",
]  # also: Python, installed packages, the startup file
cells_startup = "docs/startup.py"
cells_timeout = 60

# -- Downloads: extensions/downloads.py ----------------------------------------------------------

downloads_first_cell = {"km": "docs/km/first_cell.py"}

# -- Bibliography: https://sphinxcontrib-bibtex.readthedocs.io -----------------------------------

bibtex_bibfiles = ["docs/references.bib"]
bibtex_default_style = "plain"
bibtex_reference_style = "translated"  # extensions/citations.py

# -- Glossary: extensions/glossary_csv.py --------------------------------------------------------

glossary_csv_columns = {
    "en": ("english", "definition_en"),
    "km": ("khmer", "definition_km"),
}

# -- Copy button: https://sphinx-copybutton.readthedocs.io ---------------------------------------

copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
