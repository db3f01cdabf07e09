extensions = ["cells", "valid_html"]
html_theme = "furo"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
