extensions = ["unfinished", "explain", "catalogues", "cells", "value", "doctests", "glossary_csv"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
show_warning_types = True
