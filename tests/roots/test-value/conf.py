extensions = ["cells", "value"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
show_warning_types = True
