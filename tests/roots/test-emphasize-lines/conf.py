extensions = ["cells", "emphasize_lines"]
html_theme = "basic"
exclude_patterns = ["build"]
show_warning_types = True
