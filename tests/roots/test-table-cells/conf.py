extensions = ["myst_parser", "table_cells"]
html_theme = "basic"
exclude_patterns = ["build"]
locale_dirs = ["locale"]
show_warning_types = True
myst_enable_extensions = ["colon_fence", "dollarmath"]
