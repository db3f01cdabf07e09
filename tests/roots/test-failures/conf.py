from pathlib import Path

import mathml

extensions = ["unfinished", "explain", "catalogues", "cells", "mathml", "doctests"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
show_warning_types = True
html_math_renderer = "mathml"
mathml_temml = str(Path(mathml.__file__).parents[1] / "node_modules" / "temml")
myst_enable_extensions = ["dollarmath"]
