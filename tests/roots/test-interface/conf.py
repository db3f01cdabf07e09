extensions = ["cells", "interface", "sphinx_copybutton"]
html_theme = "furo"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
