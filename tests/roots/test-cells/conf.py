extensions = ["unfinished", "cells"]
html_theme = "basic"
exclude_patterns = ["build", "packages"]
show_warning_types = True
nb_mime_priority_overrides = [("gettext", "image/svg+xml", 5)]

locale_dirs = ["locale"]
gettext_compact = False

cells_startup = "startup.py"
cells_depends = ["*.ttf"]
