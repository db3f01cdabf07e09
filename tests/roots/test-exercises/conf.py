extensions = ["myst_parser", "exercises"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
show_warning_types = True
